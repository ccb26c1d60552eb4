//! Tokens on the wire: one winner, theft noticed, consent asked and withdrawn (O3, VK-21 to VK-26).
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

#[path = "desk/desk.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod desk;

use std::sync::{Arc, Barrier};

use desk::{Desk, START, VERIFIER, request, right};
use identity::{
    AuthorizeRequest, ClientId, ClientKind, CookieToken, Granted, Input, NewApplication, Parameters,
    Redeemed, Scope, Step, WireFault,
};
use store::UtcInstant;
use time::Duration;

const APP: ClientId = ClientId::from_row(51_000_001);
const BACK: &str = "https://club.test/callback";
const PHONE: &str = "+79000000042";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let random = desk.random.clone();
    let new = NewApplication {
        id: APP,
        name: "Кружок".to_owned(),
        redirects: vec![BACK.to_owned()],
        origins: vec!["https://club.test".to_owned()],
    };
    desk.store.write_blocking(move |tx| identity::add_application(tx, START, &random, &new)).unwrap();
    desk
}

fn asks(state: &str, scope: &str) -> AuthorizeRequest {
    let mut asked = request(state);
    asked.client.id = APP;
    asked.client.kind = ClientKind::App;
    asked.redirect_uri = BACK.to_owned();
    asked.scope = Scope::read(scope);
    asked.role_hint = None;
    asked
}

/// Signs in for the application; the first time through the consent.
fn granted(desk: &Desk, now: UtcInstant, state: &str, scope: &str) -> (Granted, CookieToken) {
    let begun = desk.begin_as(now, &asks(state, scope), PHONE);
    desk.step(now, &begun.attempt, right());
    let stepped = desk.step(now, &begun.attempt, Input::Code(desk.code(now)));
    match stepped.granted {
        Some(granted) => granted,
        None => {
            assert!(matches!(stepped.attempt.state.step, Step::AskConsent { .. }));
            desk.step(now, &begun.attempt, Input::Consent).granted.unwrap()
        }
    }
}

fn with(fields: &[(&str, &str)]) -> Parameters {
    Parameters::join(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn code_fields(granted: &Granted) -> Parameters {
    Parameters::join(pairs(granted))
}

fn redeem(desk: &Desk, now: UtcInstant, parameters: Parameters) -> Result<Redeemed, WireFault> {
    let random = desk.random.clone();
    desk.store.write_blocking(move |tx| identity::redeem(tx, now, &random, &parameters)).unwrap()
}

fn refresh(desk: &Desk, now: UtcInstant, token: &str, device: &str) -> Result<Redeemed, WireFault> {
    let random = desk.random.clone();
    let parameters = with(&[("client_id", "51000001"), ("refresh_token", token), ("device_id", device)]);
    desk.store.write_blocking(move |tx| identity::refresh(tx, now, &random, &parameters)).unwrap()
}

fn info(desk: &Desk, now: UtcInstant, token: &str) -> Result<identity::UserInfo, WireFault> {
    let parameters = with(&[("client_id", "51000001"), ("access_token", token)]);
    desk.store.read_blocking(move |tx| identity::user_info(tx, now, &parameters)).unwrap()
}

#[test]
fn of_fifty_exchanges_of_one_code_one_wins_and_the_rest_take_its_tokens_back() {
    // O3, VK-24
    let desk = desk();
    let (granted, _) = granted(&desk, START, "s1", "");
    let gate = Arc::new(Barrier::new(50));
    let threads: Vec<_> = (0..50)
        .map(|_| {
            let (store, random) = (desk.store.clone(), desk.random.clone());
            let (gate, parameters) = (Arc::clone(&gate), code_fields(&granted));
            std::thread::spawn(move || {
                gate.wait();
                store.write_blocking(move |tx| identity::redeem(tx, START, &random, &parameters)).unwrap()
            })
        })
        .collect();
    let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let won: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|fault| *fault == WireFault::Code));
    assert_eq!(info(&desk, START, &won[0].access).unwrap_err(), WireFault::AccessToken);
}

#[test]
fn a_pair_opens_for_its_time_and_a_spent_refresh_token_ends_all() {
    // VK-21, VK-23
    let desk = desk();
    let (granted, _) = granted(&desk, START, "s1", "phone");
    let first = redeem(&desk, START, code_fields(&granted)).unwrap();
    let person = info(&desk, START + Duration::seconds(3599), &first.access).unwrap();
    assert_eq!(person.phone.unwrap().e164(), PHONE);
    assert_eq!(
        info(&desk, START + Duration::seconds(3600), &first.access).unwrap_err(),
        WireFault::AccessToken
    );
    let later = START + Duration::days(1);
    assert_eq!(refresh(&desk, later, &first.refresh, "other").unwrap_err(), WireFault::Device);
    let second = refresh(&desk, later, &first.refresh, &granted.device_id).unwrap();
    assert!(info(&desk, later, &second.access).is_ok());
    // Somebody else shows the old one: whoever it is, both stop.
    assert_eq!(
        refresh(&desk, later, &first.refresh, &granted.device_id).unwrap_err(),
        WireFault::RefreshToken
    );
    assert_eq!(info(&desk, later, &second.access).unwrap_err(), WireFault::AccessToken);
    assert_eq!(
        refresh(&desk, later, &second.refresh, &granted.device_id).unwrap_err(),
        WireFault::RefreshToken
    );
}

#[test]
fn a_refresh_token_ends_after_half_a_year() {
    // VK-21
    let desk = desk();
    let (granted, _) = granted(&desk, START, "s1", "");
    let pair = redeem(&desk, START, code_fields(&granted)).unwrap();
    let end = START + Duration::days(180);
    assert_eq!(refresh(&desk, end, &pair.refresh, &granted.device_id).unwrap_err(), WireFault::RefreshToken);
    assert!(refresh(&desk, end - Duration::seconds(1), &pair.refresh, &granted.device_id).is_ok());
}

#[test]
fn the_consent_is_asked_once_and_again_for_more_and_after_it_was_withdrawn() {
    // VK-10, VK-11, VK-26
    let desk = desk();
    let asked = |now: UtcInstant, state: &str, scope: &str| {
        let begun = desk.begin_as(now, &asks(state, scope), PHONE);
        desk.step(now, &begun.attempt, right());
        let step = desk.step(now, &begun.attempt, Input::Code(desk.code(now))).attempt.state.step;
        matches!(step, Step::AskConsent { .. })
    };
    let at = |minutes| START + Duration::minutes(minutes);
    let (code, _) = granted(&desk, at(0), "s0", "");
    let pair = redeem(&desk, at(0), code_fields(&code)).unwrap();
    assert!(!asked(at(30), "s1", "vkid.personal_info"));
    assert!(asked(at(90), "s2", "phone"));
    let parameters = with(&[("client_id", "51000001"), ("access_token", &pair.access)]);
    desk.store
        .write_blocking(move |tx| identity::end_tokens(tx, at(30), &parameters, true))
        .unwrap()
        .unwrap();
    assert_eq!(info(&desk, at(31), &pair.access).unwrap_err(), WireFault::AccessToken);
    assert!(asked(at(150), "s3", ""));
}

#[test]
fn a_living_session_goes_on_without_a_phone_number() {
    let desk = desk();
    let (_, session) = granted(&desk, START, "s1", "");
    let resume = |now: UtcInstant, state: &'static str, session: Option<CookieToken>| {
        desk.in_session(now, &asks(state, ""), session)
    };
    assert!(resume(START + Duration::minutes(5), "s2", Some(session.clone())).granted.is_some());
    assert!(resume(START, "s3", None).granted.is_none());
    // The session changed its name when it was used (A12).
    assert!(resume(START + Duration::minutes(6), "s4", Some(session)).granted.is_none());
}

#[test]
fn whoever_shows_a_wrong_service_key_gets_nothing() {
    let desk = desk();
    let (granted, _) = granted(&desk, START, "s1", "");
    let fields = Parameters::join(
        [("client_secret".to_owned(), "guess".to_owned())].into_iter().chain(pairs(&granted)),
    );
    assert_eq!(redeem(&desk, START, fields).unwrap_err(), WireFault::Client);
    let random = desk.random.clone();
    let key = desk.store.write_blocking(move |tx| identity::rotate_service_key(tx, &random, APP)).unwrap();
    let fields = Parameters::join(
        [("client_secret".to_owned(), key.shown().to_owned())].into_iter().chain(pairs(&granted)),
    );
    assert!(redeem(&desk, START, fields).is_ok());
}

fn pairs(granted: &Granted) -> Vec<(String, String)> {
    [
        ("client_id", "51000001"),
        ("code", &granted.code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", BACK),
        ("device_id", &granted.device_id),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

#[test]
fn a_removed_application_and_its_number_are_gone_for_good() {
    let desk = desk();
    let (code, _) = granted(&desk, START, "s1", "");
    let pair = redeem(&desk, START, code_fields(&code)).unwrap();
    desk.store.write_blocking(|tx| identity::remove_application(tx, START, APP)).unwrap();
    assert_eq!(info(&desk, START, &pair.access).unwrap_err(), WireFault::Client);
    let random = desk.random.clone();
    let again = NewApplication {
        id: APP,
        name: "Другой".to_owned(),
        redirects: vec![BACK.to_owned()],
        origins: Vec::new(),
    };
    let refused = desk.store.write_blocking(move |tx| identity::add_application(tx, START, &random, &again));
    assert_eq!(refused.unwrap_err().to_string(), "the number 51000001 is taken");
}

#[test]
fn a_parameter_given_twice_differently_empty_or_too_long_is_refused() {
    let joined = |first: &str, second: &str| {
        Parameters::join([("code".to_owned(), first.to_owned()), ("code".to_owned(), second.to_owned())])
    };
    assert_eq!(joined("a", "a").load("code"), Ok("a"));
    assert_eq!(joined("a", "b").load("code"), Err(WireFault::Parameter("code")));
    assert_eq!(joined("", "").load("code"), Err(WireFault::Parameter("code")));
    assert_eq!(with(&[("code", &"x".repeat(4097))]).load("code"), Err(WireFault::Parameter("code")));
}
