//! The real VK ID in the place of the embedded one, by settings alone: a fake of it, well and ill in twelve ways
//! (VK-50 to VK-61, O4, O6, O8, LNK-L8).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kit::Site;
use kit::fake::{Authority, Fake, Heard, Reply};
use kit::service::{TOKEN, patient, site_with, token_answer, well};
use testkit::{Browser, Page};
use web::outgoing::LONGEST_ANSWER;
use web::settings::Patience;

/// What the service answers where it is not well: the path, and the answer by the state that was sent.
type Illness = (&'static str, fn(&str) -> Reply);

/// A service that is well but for one illness at a time.
struct Vk {
    fake: Fake,
    ill: Arc<Mutex<Option<Illness>>>,
}

impl Vk {
    fn open() -> Self {
        let ill: Arc<Mutex<Option<Illness>>> = Arc::default();
        let seen = Arc::clone(&ill);
        let fake = Fake::plain(move |heard| match *seen.lock().unwrap() {
            Some((path, reply)) if path == heard.path() => reply(&heard.field("state").unwrap_or_default()),
            Some(_) | None => well(heard),
        });
        Self { fake, ill }
    }

    fn origin(&self) -> String {
        format!("http://{}", self.fake.address)
    }
}

fn site(vk: &Vk) -> Site {
    site_with(&vk.origin(), patient())
}

/// Begins, and reads the address that «Продолжить» leads to.
fn begin(browser: &mut Browser) -> Vec<(String, String)> {
    assert!(browser.get("/link").text().contains("Войти через VK ID"));
    let page = browser.post("/link", &[]);
    assert_eq!(page.status, 200, "{}", page.text());
    let link = page.body.split("<a class=\"btn btn-main\" href=\"").nth(1).unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let (address, query) = link.split_once('?').unwrap();
    assert!(address.ends_with("/authorize"), "{address}");
    serde_html_form::from_str(query).unwrap()
}

fn value(fields: &[(String, String)], name: &str) -> String {
    fields.iter().find(|(key, _)| key == name).unwrap_or_else(|| panic!("{name}")).1.clone()
}

fn come_back(browser: &mut Browser, state: &str) -> Page {
    browser.get(&format!(
        "/link/vk/callback?code=vk2.a.code&state={state}&device_id=dev&type=code_v2&expires_in=600"
    ))
}

#[test]
fn a_person_comes_back_looks_at_the_data_and_is_linked() {
    // VK-53: begun by a form, and led on by a plain link of our own page.
    let vk = Vk::open();
    let site = site(&vk);
    let mut browser = site.browser_of("varya");
    assert!(browser.get("/diary").text().contains("Авторизация в Сферум"));
    let asked = begin(&mut browser);
    for (name, wanted) in [
        ("response_type", "code"),
        ("client_id", "51000001"),
        ("redirect_uri", "https://shkola.test/link/vk/callback"),
        ("scope", "vkid.personal_info"),
        ("code_challenge_method", "s256"),
    ] {
        assert_eq!(value(&asked, name), wanted);
    }
    let state = value(&asked, "state");
    // VK-52.
    assert!(
        state.len() >= 32 && state.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"-_".contains(&sign))
    );
    assert!(vk.fake.heard().is_empty(), "nothing is asked before somebody comes back");
    let page = come_back(&mut browser, &state);
    assert_eq!(page.location.as_deref(), Some("/link/review"));
    // VK-51, VK-54, VK-56: all in the body, the profile read once, the token logged out.
    let heard = vk.fake.heard();
    let paths: Vec<&str> = heard.iter().map(|heard| heard.target.as_str()).collect();
    assert_eq!(paths, ["/oauth2/auth", "/oauth2/user_info", "/oauth2/logout"]);
    let exchange = &heard[0];
    for (name, wanted) in [
        ("grant_type", "authorization_code"),
        ("client_id", "51000001"),
        ("code", "vk2.a.code"),
        ("device_id", "dev"),
        ("redirect_uri", "https://shkola.test/link/vk/callback"),
        ("state", state.as_str()),
        ("service_token", "service-sesame"),
    ] {
        assert_eq!(exchange.field(name).as_deref(), Some(wanted));
    }
    let verifier = exchange.field("code_verifier").unwrap();
    assert_eq!(identity::challenge_of(&verifier), value(&asked, "code_challenge"));
    assert_eq!(heard[1].header("accept-language"), Some("ru"));
    for told in &heard[1..] {
        assert_eq!(told.field("access_token").as_deref(), Some(TOKEN));
    }
    // LNK-L8: the service has no profile page, so the school shows one.
    let page = browser.get("/link/review");
    assert_eq!(page.heading(), "Проверьте свои личные данные, которые будут отображаться на платформе");
    assert!(page.text().contains("Ильина") && page.text().contains("Варвара"), "{}", page.text());
    assert!(!page.body.contains("vk.test"), "nothing is shown from other hosts (VK-60)");
    let page = browser.post("/link/review", &[]);
    assert_eq!(page.location.as_deref(), Some("/sferum"));
    assert_eq!(browser.get("/sferum").status, 200);
    assert!(browser.get("/profile").text().contains("Варвара Ильина"));
    // A used return is nobody's, and asks nothing.
    assert_eq!(come_back(&mut browser, &state).status, 400);
    assert_eq!(vk.fake.heard().len(), 3);
    // Whoever is linked unlinks, whichever provider it is.
    browser.get("/profile/unlink");
    assert_eq!(browser.post("/profile/unlink", &[]).location.as_deref(), Some("/profile"));
    assert!(browser.get("/diary").text().contains("Авторизация в Сферум"));
}

#[test]
fn both_forms_of_a_return_are_read_and_only_on_the_services_own_path() {
    // VK-16, VK-54, O4.
    let vk = Vk::open();
    let site = site(&vk);
    let mut browser = site.browser_of("varya");
    let state = value(&begin(&mut browser), "state");
    let flat = format!("code=c&state={state}&device_id=d");
    assert_eq!(browser.get(&format!("/link/embedded/callback?{flat}")).status, 400);
    assert_eq!(browser.get("/link/vk/callback?code=c&state=foreign&device_id=d").status, 400);
    assert_eq!(site.browser_of("demyan").get(&format!("/link/vk/callback?{flat}")).status, 400);
    assert!(vk.fake.heard().is_empty());
    let payload = format!(
        "%7B%22code%22:%22c%22,%22state%22:%22{state}%22,%22device_id%22:%22d%22,%22type%22:%22code_v2%22%7D"
    );
    let page = browser.get(&format!("/link/vk/callback?payload={payload}"));
    assert_eq!(page.location.as_deref(), Some("/link/review"), "{}", page.text());
    // «Отмена» there, and here.
    browser.post("/link/cancel", &[]);
    let state = value(&begin(&mut browser), "state");
    let page = browser
        .get(&format!("/link/vk/callback?error=access_denied&error_description=%3Cb%3E&state={state}"));
    let page = browser.follow(page);
    assert!(page.text().contains("Авторизация отменена"), "{}", page.text());
    assert!(browser.get("/link").text().contains("Войти через VK ID"));
}

#[test]
fn an_equal_name_or_number_under_the_other_provider_is_nobody() {
    // O6, O7, LNK-L2: the embedded pages are not there, and a second person of the same VK ID is refused.
    let vk = Vk::open();
    let site = site(&vk);
    assert_eq!(site.browser().get("/authorize?response_type=code&client_id=1").status, 404);
    let mut first = site.browser_of("varya");
    let state = value(&begin(&mut first), "state");
    come_back(&mut first, &state);
    first.get("/link/review");
    first.post("/link/review", &[]);
    let mut second = site.browser_of("kira");
    let state = value(&begin(&mut second), "state");
    let page = come_back(&mut second, &state);
    assert_eq!(page.location.as_deref(), Some("/link/taken"));
    assert!(second.get("/link").text().contains("Войти через VK ID"));
}

/// The person is told in one page of ours, and stands where they stood.
fn told(browser: &mut Browser, page: Page, name: &str) {
    let page = browser.follow(page);
    let text = page.text();
    assert_eq!(page.status, 200, "{name}: {text}");
    assert!(text.contains("Не удалось войти через VK ID."), "{name}: {text}");
    for foreign in [TOKEN, "vk2.a.code", "sesame", "Ой", "invalid_grant"] {
        assert!(!page.body.contains(foreign), "{name}: {foreign}");
    }
    let page = browser.get("/link");
    assert!(page.text().contains("Войти через VK ID"), "{name}: half linked? {}", page.text());
}

#[test]
fn every_bad_answer_ends_in_one_page_and_nothing_is_half_linked() {
    // O8, VK-57, VK-61.
    let vk = Vk::open();
    let site = site(&vk);
    let mut browser = site.browser_of("varya");
    let long: fn(&str) -> Reply = |_| Reply::json(&format!("{{\"a\":\"{}\"}}", "x".repeat(LONGEST_ANSWER)));
    let redirect: fn(&str) -> Reply = |_| Reply::redirect("http://127.0.0.1:1/");
    let broken: fn(&str) -> Reply = |_| Reply::of(500, "application/json", "{\"error\":\"server_error\"}");
    let page: fn(&str) -> Reply = |_| Reply::of(200, "text/html", "<h1>Ой</h1>");
    let cut: fn(&str) -> Reply = |_| Reply::cut("{\"access_token\":");
    let error: fn(&str) -> Reply = |state| {
        Reply::json(&format!(
            "{{\"error\":\"invalid_grant\",\"error_description\":\"Ой\",\"state\":\"{state}\"}}"
        ))
    };
    let mut cases: Vec<(&str, Illness)> = Vec::new();
    for path in ["/oauth2/auth", "/oauth2/user_info"] {
        cases.extend([
            ("redirect", (path, redirect)),
            ("500", (path, broken)),
            ("html", (path, page)),
            ("cut", (path, cut)),
            ("long", (path, long)),
            ("error in a 200", (path, error)),
            (
                "error in a 400",
                (path, |_| Reply::of(400, "application/json", "{\"error\":\"invalid_request\"}")),
            ),
            ("no object", (path, |_| Reply::json("[]"))),
            ("nothing", (path, |_| Reply::json("{}"))),
        ]);
    }
    let token: &str = "/oauth2/auth";
    cases.extend([
        (
            "no token",
            (
                token,
                (|state| Reply::json(&format!("{{\"state\":\"{state}\",\"user_id\":1}}")))
                    as fn(&str) -> Reply,
            ),
        ),
        (
            "empty token",
            (token, |state| {
                Reply::json(&format!("{{\"access_token\":\"\",\"state\":\"{state}\",\"user_id\":1}}"))
            }),
        ),
        ("no state", (token, |_| Reply::json("{\"access_token\":\"vk2.a.sesame\",\"user_id\":700100200}"))),
        ("other state", (token, |state| token_answer(&format!("{state}x"), ",\"user_id\":700100200"))),
        ("no id", (token, |state| token_answer(state, ""))),
        ("id 0", (token, |state| token_answer(state, ",\"user_id\":0"))),
        ("id negative", (token, |state| token_answer(state, ",\"user_id\":-5"))),
        ("id too great", (token, |state| token_answer(state, ",\"user_id\":9223372036854775808"))),
        ("id in words", (token, |state| token_answer(state, ",\"user_id\":\"sesame\""))),
        (
            "another id",
            ("/oauth2/user_info", |_| {
                Reply::json("{\"user\":{\"user_id\":\"700100201\",\"first_name\":\"А\",\"last_name\":\"Б\"}}")
            }),
        ),
        (
            "no name",
            ("/oauth2/user_info", |_| {
                Reply::json("{\"user\":{\"user_id\":\"700100200\",\"first_name\":\"\",\"last_name\":null}}")
            }),
        ),
    ]);
    for (name, illness) in cases {
        *vk.ill.lock().unwrap() = Some(illness);
        let before = vk.fake.heard().len();
        let state = value(&begin(&mut browser), "state");
        let page = come_back(&mut browser, &state);
        told(&mut browser, page, &format!("{name} at {}", illness.0));
        let heard = vk.fake.heard().split_off(before);
        let said: Vec<&str> = heard.iter().map(Heard::path).collect();
        assert_eq!(said[0], "/oauth2/auth", "{name}");
        // A token that came is logged out, whatever became of the profile.
        assert_eq!(said.contains(&"/oauth2/user_info"), illness.0 == "/oauth2/user_info", "{name}: {said:?}");
        if illness.0 == "/oauth2/user_info" {
            assert_eq!(said.last(), Some(&"/oauth2/logout"), "{name}");
        }
    }
    // A logout that fails changes nothing for the person.
    *vk.ill.lock().unwrap() = Some(("/oauth2/logout", |_| Reply::of(500, "text/plain", "")));
    let state = value(&begin(&mut browser), "state");
    assert_eq!(come_back(&mut browser, &state).location.as_deref(), Some("/link/review"));
}

#[test]
fn a_service_that_is_gone_silent_or_false_is_told_in_the_same_page() {
    // O8 cases 1 to 3.
    let gone = format!("http://{}", Fake::plain(|_| Reply::Silence).address);
    let silent = Fake::plain(|_| Reply::Silence);
    let authority = Authority::new();
    let foreign = Fake::tls(authority.serves("localhost", 2099), well);
    let short = Patience { total: Duration::from_millis(200), ..patient() };
    for (name, origin, patience) in [
        ("refused", gone, patient()),
        ("not found", "https://no-such-host.invalid".to_owned(), patient()),
        ("silent", format!("http://{}", silent.address), short),
        ("certificate", format!("https://localhost:{}", foreign.address.port()), patient()),
    ] {
        let site = site_with(&origin, patience);
        let mut browser = site.browser_of("varya");
        let state = value(&begin(&mut browser), "state");
        let page = come_back(&mut browser, &state);
        told(&mut browser, page, name);
    }
    assert!(foreign.heard().is_empty());
}
