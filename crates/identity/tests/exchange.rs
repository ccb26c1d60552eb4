//! Authorization requests and codes (O1, O2, O3, VK-22, VK-24).
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::wildcard_enum_match_arm, reason = "tests look at the arms they are about")]

#[path = "desk/desk.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod desk;

use desk::{Desk, REDIRECT, START, VERIFIER, person, right};
use identity::{AuthorizeError, Exchange, GrantFault, Granted, Input, SCHOOL_CLIENT, SignInPath};
use store::UtcInstant;
use time::Duration;

type Change = fn(&mut Exchange<'_>);
type Changes<'a> = [(&'a str, Option<&'a str>)];

fn granted(desk: &Desk, now: UtcInstant, state: &str) -> Granted {
    let begun = desk.begin(now, state, "+79000000042");
    desk.step(now, &begun.attempt, right());
    desk.step(now, &begun.attempt, Input::Code(desk.code(now)));
    desk.step(now, &begun.attempt, Input::ContinueWithProfile);
    desk.step(now, &begun.attempt, Input::ConfirmProfile { role: None }).granted.unwrap().0
}

fn exchange(
    desk: &Desk,
    now: UtcInstant,
    change: impl FnOnce(&mut Exchange<'_>) + Send + 'static,
    granted: &Granted,
) -> Result<identity::Exchanged, GrantFault> {
    let granted = granted.clone();
    desk.store
        .write_blocking(move |tx| {
            let mut request = Exchange {
                client: SCHOOL_CLIENT,
                code: &granted.code,
                verifier: VERIFIER,
                redirect_uri: REDIRECT,
                device_id: &granted.device_id,
            };
            change(&mut request);
            identity::exchange(tx, now, &request)
        })
        .unwrap()
}

#[test]
fn the_schools_portal_gets_the_educational_profile_for_a_code() {
    // LNK-S7
    let desk = Desk::new();
    let account = desk.account("+79000000042", true, true);
    let exchanged = exchange(&desk, START, |_| (), &granted(&desk, START, "s1")).unwrap();
    let claims = exchanged.claims.unwrap();
    assert_eq!(
        (exchanged.account, claims.name, claims.path),
        (account, person().name, SignInPath::ExistingProfile)
    );
}

#[test]
fn a_code_is_spent_by_its_first_exchange_good_or_bad() {
    // O3, VK-22
    let faults: [(Change, GrantFault); 6] = [
        (|request| request.client = "51000001".parse().unwrap(), GrantFault::Client),
        (
            |request| request.redirect_uri = "http://127.0.0.1:8080/link/embedded/callback/",
            GrantFault::Redirect,
        ),
        (|request| request.device_id = "another", GrantFault::Device),
        (
            |request| request.verifier = "another-verifier-of-forty-three-characters-or-more",
            GrantFault::Verifier,
        ),
        (|request| request.verifier = "short", GrantFault::Verifier),
        (|request| request.verifier = "", GrantFault::Verifier),
    ];
    let desk = Desk::new();
    desk.account("+79000000042", true, true);
    for (n, (change, fault)) in faults.into_iter().enumerate() {
        let now = START + Duration::hours(6 * i64::try_from(n).unwrap());
        let granted = granted(&desk, now, &format!("s{n}"));
        assert_eq!(exchange(&desk, now, change, &granted), Err(fault));
        assert_eq!(exchange(&desk, now, |_| (), &granted), Err(GrantFault::Code), "spent by the first try");
    }
    let unknown = exchange(
        &desk,
        START,
        |request| request.code = "vk2.a.unknown",
        &granted(&desk, START + Duration::days(4), "u"),
    );
    assert_eq!(unknown, Err(GrantFault::Code));
}

#[test]
fn a_code_is_good_for_ten_minutes() {
    // O3
    for (age, good) in [(Duration::seconds(599), true), (Duration::seconds(600), false)] {
        let desk = Desk::new();
        desk.account("+79000000042", true, true);
        let granted = granted(&desk, START, "s1");
        assert_eq!(exchange(&desk, START + age, |_| (), &granted).is_ok(), good, "{age}");
    }
}

#[test]
fn of_fifty_parallel_exchanges_one_wins() {
    // VK-24
    let desk = Desk::new();
    desk.account("+79000000042", true, true);
    let granted = granted(&desk, START, "s1");
    let wins = std::thread::scope(|scope| {
        let tries: Vec<_> =
            (0..50).map(|_| scope.spawn(|| exchange(&desk, START, |_| (), &granted).is_ok())).collect();
        tries.into_iter().filter(|_| true).map(|tried| tried.join().unwrap()).filter(|won| *won).count()
    });
    assert_eq!(wins, 1);
}

fn query(changes: &Changes<'_>) -> Vec<(String, String)> {
    let challenge = identity::challenge_of(VERIFIER);
    let mut fields = vec![
        ("response_type", "code"),
        ("client_id", "51000000"),
        ("redirect_uri", REDIRECT),
        ("state", "0123456789012345678901234567890123456789"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "s256"),
        ("scope", "vkid.personal_info email friends"),
        ("prompt", ""),
        ("v", "2.6.7"),
    ];
    for (name, value) in changes {
        fields.retain(|(field, _)| field != name);
        fields.extend(value.map(|value| (*name, value)));
    }
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn outcome(desk: &Desk, query: Vec<(String, String)>) -> String {
    desk.store
        .read_blocking(move |tx| {
            Ok::<_, store::Error>(match identity::read_request(tx, &query) {
                Ok(request) => {
                    let shows = if request.prompt.none { ", nothing shown" } else { "" };
                    format!("asks for {}, by {}{shows}", request.scope.words(), request.answer.word())
                }
                Err(AuthorizeError::Refused { reason, state, .. }) => {
                    format!(
                        "redirect {} ({reason}), state {}",
                        reason.word(),
                        if state.is_some() { "given" } else { "none" }
                    )
                }
                Err(error) => format!("page: {error}"),
            })
        })
        .unwrap()
}

#[test]
fn authorization_requests_are_judged_by_table() {
    // O2, VK-11, VK-12
    let desk = Desk::new();
    let long = "x".repeat(2000);
    let cases: [(&str, &Changes); 17] = [
        ("as the SDK sends it", &[]),
        ("S256 in capitals", &[("code_challenge_method", Some("S256"))]),
        ("phone and email", &[("scope", Some("phone email"))]),
        ("no scope", &[("scope", None)]),
        ("unknown client", &[("client_id", Some("51000009"))]),
        ("client is no number", &[("client_id", Some("0x1"))]),
        ("no client", &[("client_id", None)]),
        ("no redirect", &[("redirect_uri", None)]),
        ("no state", &[("state", None)]),
        ("state of 2000 characters", &[("state", Some(&long))]),
        ("token instead of code", &[("response_type", Some("token"))]),
        ("no challenge", &[("code_challenge", None)]),
        ("short challenge", &[("code_challenge", Some("abc"))]),
        ("plain", &[("code_challenge_method", Some("plain"))]),
        ("no method", &[("code_challenge_method", None)]),
        ("prompt none", &[("prompt", Some("none"))]),
        ("new tab", &[("origin", Some("https://a.test"))]),
    ];
    let mut table = String::new();
    for (name, changes) in cases {
        table.push_str(&format!("{name:<26} {}\n", outcome(&desk, query(changes))));
    }
    let mut doubled = query(&[]);
    doubled.push(("state".to_owned(), "another".to_owned()));
    table.push_str(&format!("{:<26} {}\n", "state twice", outcome(&desk, doubled)));
    let mut doubled = query(&[]);
    doubled.push(("redirect_uri".to_owned(), "https://evil.test/".to_owned()));
    table.push_str(&format!("{:<26} {}\n", "redirect twice", outcome(&desk, doubled)));
    insta::assert_snapshot!(table);
}

#[test]
fn a_redirect_address_is_equal_byte_for_byte_or_not_at_all() {
    // O1
    let desk = Desk::new();
    for miss in [
        "http://127.0.0.1:8080/link/embedded/callback/",
        "http://127.0.0.1:8080/link/embedded/Callback",
        "HTTP://127.0.0.1:8080/link/embedded/callback",
        "http://127.0.0.1:8081/link/embedded/callback",
        "http://127.0.0.1/link/embedded/callback",
        "https://127.0.0.1:8080/link/embedded/callback",
        "http://127.0.0.1:8080/link/embedded/callback?x=1",
        "http://127.0.0.1:8080/link/embedded/callback?",
        "http://127.0.0.1:8080/link/embedded/callback#x",
        "http://127.0.0.1:8080/link/embedded/callback ",
        " http://127.0.0.1:8080/link/embedded/callback",
        "http://127.0.0.1:8080/link/embedded/%63allback",
        "http://127.0.0.1:8080/link/embedded/./callback",
        "http://127.0.0.1:8080//link/embedded/callback",
        "http://127.0.0.1:8080/link/embedded/callback%2e",
        "http://evil.test@127.0.0.1:8080/link/embedded/callback",
        "http://127.0.0.1:8080@evil.test/link/embedded/callback",
        "http://127.0.0.1.evil.test:8080/link/embedded/callback",
        "http://localhost:8080/link/embedded/callback",
        "http://127.1:8080/link/embedded/callback",
        "http://127.0.0.1:8080\\link/embedded/callback",
        "http://127.0.0.1:8080/link/embedded/callback\0",
        "//127.0.0.1:8080/link/embedded/callback",
        "/link/embedded/callback",
        "javascript:alert(1)",
        "",
        "http://127.0.0.1:8080/link/embedded",
        "http://127.0.0.1:8080/link/embedded/callback/../callback",
        "http://127.0.0.1:8080/link/embedded/callback;x",
        "http://127.0.0.1:8080/link/embedded/callback%00",
        "http://127.0.0.1:8080/link/embedded/callback\r\n",
        "http://127.0.0.1:08080/link/embedded/callback",
        "http://127.0.0.1:8080:8080/link/embedded/callback",
        "http://127.0.0.1.:8080/link/embedded/callback",
        "http://[::ffff:127.0.0.1]:8080/link/embedded/callback",
        "http://2130706433:8080/link/embedded/callback",
        "http://0x7f.0.0.1:8080/link/embedded/callback",
        "http:127.0.0.1:8080/link/embedded/callback",
        "http:///127.0.0.1:8080/link/embedded/callback",
        "http://xn--127-5cd.0.0.1:8080/link/embedded/callback",
        "http://127.0.0.1:8080/link/embedded/callbaсk",
    ] {
        assert_eq!(
            outcome(&desk, query(&[("redirect_uri", Some(miss))])),
            "page: unregistered redirect address",
            "{miss:?}"
        );
    }
}
