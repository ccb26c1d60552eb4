//! An application that signs people in with the school's VK ID over the wire.

use identity::{ClientId, NewApplication};
use serde_json::Value;
use testkit::{Browser, Page};

use super::Site;
use super::walk::{PASSWORD, PHONE, Standing, Walk, account};

pub const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-1";
pub const STATE: &str = "0123456789abcdefghijklmnopqrstuvwxyz-_ABCDEF";
pub const BACK: &str = "https://club.test/callback";
pub const ORIGIN: &str = "https://club.test";

/// A server with an account and an application.
pub fn site() -> Site {
    let site = Site::open();
    register(&site);
    site
}

/// Makes the account of the walks and the application.
pub fn register(site: &Site) {
    account(&site.world, PHONE, false);
    register_as(site, 51_000_001, "Кружок робототехники");
}

/// Makes an application.
pub fn register_as(site: &Site, id: i64, name: &str) -> ClientId {
    let random = site.world.random.clone();
    let id = ClientId::from_row(id);
    let (redirects, origins) = (vec![BACK.to_owned()], vec![ORIGIN.to_owned()]);
    let new = NewApplication { id, name: name.to_owned(), redirects, origins };
    site.world.write(move |tx| {
        identity::add_application(tx, testkit::now(), &random, &new).unwrap();
        Ok::<_, store::Error>(())
    });
    id
}

pub fn authorize(more: &str) -> String {
    format!(
        "/authorize?response_type=code&client_id=51000001&redirect_uri=https%3A%2F%2Fclub.test%2Fcallback&state={STATE}\
         &code_challenge={}&code_challenge_method=S256&scope=vkid.personal_info%20phone{more}",
        identity::challenge_of(VERIFIER)
    )
}

/// Walks from the application's button to its consent, in a browser that nobody has signed in with.
pub fn to_consent(site: &Site, more: &str) -> Walk {
    let mut browser = site.browser();
    let page = browser.get("/signin");
    let mut walk = Walk::from(Standing { browser, page, at: "/signin".to_owned(), base: String::new() });
    walk.get(&authorize(more));
    walk.phone(PHONE);
    walk.post("password", &[("password", PASSWORD)]);
    walk.give_code(PHONE);
    assert!(walk.text().contains("«Кружок робототехники» просит доступ"), "{}", walk.text());
    walk
}

pub fn parameter(location: &str, name: &str) -> String {
    let (_, query) = location.split_once('?').unwrap();
    let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap().replace("%20", " ")
}

/// Code and device of a whole walk.
pub fn granted(site: &Site) -> (String, String) {
    let mut walk = to_consent(site, "");
    let page = walk.browser.post(&format!("{}/consent", walk.base), &[]);
    assert_eq!(page.status, 302);
    let location = page.location.unwrap();
    assert_eq!(parameter(&location, "state"), STATE);
    assert_eq!(
        (parameter(&location, "type"), parameter(&location, "expires_in")),
        ("code_v2".into(), "600".into())
    );
    (parameter(&location, "code"), parameter(&location, "device_id"))
}

/// A call of the application's page.
pub fn call(site: &Site, path: &str, fields: &[(&str, &str)]) -> Page {
    call_of(&mut site.browser(), path, fields)
}

/// The same, from a browser at hand.
pub fn call_of(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", ORIGIN)];
    browser.send("POST", path, &headers, &body.join("&"))
}

pub fn exchange(site: &Site, code: &str, device: &str) -> Value {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "51000001"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", "https%3A%2F%2Fclub.test%2Fcallback"),
        ("device_id", device),
        ("state", "s-1"),
    ];
    json(&call(site, "/oauth2/auth?client_id=51000001", &fields))
}

pub fn json(page: &Page) -> Value {
    assert_eq!(page.status, 200, "{}", page.body);
    serde_json::from_str(&page.body).unwrap()
}
