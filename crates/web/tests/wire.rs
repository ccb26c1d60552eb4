//! VK ID on the wire: what each endpoint answers to each kind of call, who may read it, and the ways back to a client.
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod kit;

use kit::Site;
use kit::walk::{PASSWORD, PHONE};
use kit::wire::{
    BACK, ORIGIN, STATE, VERIFIER, authorize, call, exchange, granted, json, parameter, site, to_consent,
};
use serde_json::Value;
use testkit::Page;
use time::Duration;

/// An answer's shape: names with the kinds of their values, and errors in full.
fn shape(page: &Page) -> String {
    let Ok(value) = serde_json::from_str::<Value>(&page.body) else { return "no JSON".to_owned() };
    if let Some(error) = value.get("error") {
        let state = value.get("state").map(|state| format!(", state {state}")).unwrap_or_default();
        return format!(
            "{}: {}{state}",
            error.as_str().unwrap(),
            value["error_description"].as_str().unwrap()
        );
    }
    fn kinds(value: &Value) -> String {
        match value {
            Value::Object(fields) => {
                let inner: Vec<_> =
                    fields.iter().map(|(name, value)| format!("{name} {}", kinds(value))).collect();
                format!("{{{}}}", inner.join(", "))
            }
            Value::String(_) => "text".to_owned(),
            Value::Number(_) => "number".to_owned(),
            Value::Bool(_) => "boolean".to_owned(),
            Value::Null | Value::Array(_) => "?".to_owned(),
        }
    }
    kinds(&value)
}

#[test]
fn an_application_signs_a_person_in_reads_the_granted_data_and_lets_go() {
    // VK-28, VK-26
    let site = site();
    let (code, device) = granted(&site);
    let pair = exchange(&site, &code, &device);
    assert_eq!((pair["state"].as_str(), pair["expires_in"].as_i64()), (Some("s-1"), Some(3600)));
    assert_eq!(pair["scope"], "vkid.personal_info phone");
    let token = pair["access_token"].as_str().unwrap();
    let user = json(&call(&site, "/oauth2/user_info?client_id=51000001", &[("access_token", token)]));
    assert_eq!(user["user"]["user_id"].as_str().unwrap(), pair["user_id"].as_i64().unwrap().to_string());
    assert_eq!(user["user"]["first_name"], "Варя");
    assert_eq!(
        (&user["user"]["birthday"], &user["user"]["phone"]),
        (&"14.03.2014".into(), &"79000000601".into())
    );
    let shown = pair["id_token"].as_str().unwrap();
    let public = json(&call(&site, "/oauth2/public_info?client_id=51000001", &[("id_token", shown)]));
    assert_eq!(
        (&public["user"]["last_name"], &public["user"]["phone"]),
        (&"Т.".into(), &"+7 *** *** ** 01".into())
    );
    let bearer = [("Authorization", &*format!("Bearer {token}"))];
    let out = site.browser().send("POST", "/oauth2/logout?client_id=51000001", &bearer, "");
    assert_eq!(json(&out)["response"], 1);
    let after = call(&site, "/oauth2/user_info?client_id=51000001", &[("access_token", token)]);
    assert_eq!(shape(&after), "invalid_token: access_token is missing or invalid");
}

#[test]
fn each_call_has_its_answer() {
    // VK-25, VK-30, VK-31, VK-42, VK-43: errors are objects with status 200.
    let site = site();
    let (code, device) = granted(&site);
    let long = "x".repeat(5000);
    let auth = "/oauth2/auth?client_id=51000001";
    let good = |change: (&'static str, &'static str)| {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", "vk2.a.none"),
            ("code_verifier", VERIFIER),
            ("redirect_uri", BACK),
            ("device_id", "d"),
            ("state", "s"),
        ];
        fields.retain(|(name, _)| *name != change.0);
        if !change.1.is_empty() {
            fields.push(change);
        }
        fields
    };
    let cases: Vec<(&str, Page)> = vec![
        ("no grant type", call(&site, auth, &good(("grant_type", "")))),
        ("old token migration", call(&site, auth, &good(("grant_type", "access_token")))),
        ("unknown client", call(&site, "/oauth2/auth?client_id=5", &good(("", "")))),
        ("no client", call(&site, "/oauth2/auth", &good(("", "")))),
        ("unknown code", call(&site, auth, &good(("", "")))),
        ("no code", call(&site, auth, &good(("code", "")))),
        ("no device", call(&site, auth, &good(("device_id", "")))),
        ("no redirect", call(&site, auth, &good(("redirect_uri", "")))),
        ("client twice", call(&site, auth, &good(("client_id", "51000002")))),
        (
            "oversized device id",
            call(
                &site,
                auth,
                &[("grant_type", "refresh_token"), ("refresh_token", "x"), ("device_id", &long)],
            ),
        ),
        (
            "unknown refresh token",
            call(&site, auth, &[("grant_type", "refresh_token"), ("refresh_token", "x"), ("device_id", "d")]),
        ),
        ("no refresh token", call(&site, auth, &[("grant_type", "refresh_token"), ("device_id", "d")])),
        ("JSON body", site.browser().send("POST", auth, &[("Content-Type", "application/json")], "{}")),
        (
            "body of no form",
            site.browser().send(
                "POST",
                auth,
                &[("Content-Type", "application/x-www-form-urlencoded")],
                "%ff%fe",
            ),
        ),
        ("no access token", call(&site, "/oauth2/user_info?client_id=51000001", &[])),
        (
            "foreign access token",
            call(&site, "/oauth2/user_info?client_id=51000001", &[("access_token", "x")]),
        ),
        ("no id token", call(&site, "/oauth2/public_info?client_id=51000001", &[])),
        (
            "malformed id token",
            call(&site, "/oauth2/public_info?client_id=51000001", &[("id_token", "a.b.c")]),
        ),
        ("logout of nobody", call(&site, "/oauth2/logout?client_id=51000001", &[("access_token", "x")])),
        ("revoke of nobody", call(&site, "/oauth2/revoke?client_id=51000001", &[("access_token", "x")])),
        ("statistics", call(&site, "/stat_events_vkid_sdk?app_id=51000001", &[("events", "[]")])),
        ("config", call(&site, "/vkid_sdk_get_config?app_id=51000001", &[])),
        ("the code, spent by a wrong verifier", {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("code_verifier", "short"),
                ("redirect_uri", BACK),
                ("device_id", device.as_str()),
            ];
            call(&site, auth, &fields)
        }),
    ];
    let lines = cases.iter().map(|(name, page)| format!("{name:<38} {} {}", page.status, shape(page)));
    let mut table: Vec<String> = lines.collect();
    table.push(format!("{:<38} {}", "the same code once more", exchange(&site, &code, &device)["error"]));
    let (code, device) = granted_again(&site);
    let pair = exchange(&site, &code, &device);
    let page = call(
        &site,
        "/oauth2/user_info?client_id=51000001",
        &[("access_token", pair["access_token"].as_str().unwrap())],
    );
    table.push(format!("{:<38} {}", "user info", shape(&page)));
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", pair["refresh_token"].as_str().unwrap()),
        ("device_id", &device),
        ("state", "s-2"),
    ];
    table.push(format!("{:<38} {}", "refresh", shape(&call(&site, auth, &fields))));
    table.push(format!("{:<38} {}", "refresh token, spent", shape(&call(&site, auth, &fields))));
    insta::assert_snapshot!(table.join("\n"));
}

/// Signs in a second time, an hour later: no consent is asked.
fn granted_again(site: &Site) -> (String, String) {
    site.clock.advance(Duration::hours(2));
    let mut browser = site.browser();
    browser.get(&authorize(""));
    let start = authorize("").replace("/authorize", "/vkid/start");
    let page = browser.post(&start, &[("phone", PHONE)]);
    let base = page.location.unwrap().replace("/password", "");
    browser.get(&format!("{base}/password"));
    browser.post(&format!("{base}/password"), &[("password", PASSWORD)]);
    browser.get(&format!("{base}/code"));
    let messages = browser.get("/demo/phone.json?phone=%2B79000000601");
    let messages: Value = serde_json::from_str(&messages.body).unwrap();
    let page = browser.post(&format!("{base}/code"), &[("code", messages[0]["code"].as_str().unwrap())]);
    let location = page.location.unwrap();
    assert!(location.starts_with(BACK), "{location}");
    (parameter(&location, "code"), parameter(&location, "device_id"))
}

#[test]
fn only_pages_of_registered_origins_may_read_answers_and_no_cookie_is_read() {
    // VK-40, VK-41
    let site = site();
    let ask = |method: &str, origin: &str, query: &str| {
        let page =
            site.browser().send(method, &format!("/oauth2/user_info{query}"), &[("Origin", origin)], "");
        let header = |name| page.header(name).unwrap_or("-").to_owned();
        (
            page.status,
            header("access-control-allow-origin"),
            header("access-control-allow-credentials"),
            header("vary"),
        )
    };
    let readable = |status| (status, ORIGIN.to_owned(), "true".to_owned(), "Origin".to_owned());
    let closed = |status| (status, "-".to_owned(), "-".to_owned(), "Origin".to_owned());
    assert_eq!(ask("POST", ORIGIN, "?client_id=51000001"), readable(200));
    assert_eq!(ask("OPTIONS", ORIGIN, "?client_id=51000001"), readable(204));
    for (origin, query) in [
        ("https://evil.test", "?client_id=51000001"),
        ("null", "?client_id=51000001"),
        ("https://club.test:8443", "?client_id=51000001"),
        (ORIGIN, ""),
        (ORIGIN, "?client_id=51000000"),
        (ORIGIN, "?client_id=51000001&client_id=51000000"),
    ] {
        assert_eq!(ask("POST", origin, query), closed(200), "{origin} {query}");
        assert_eq!(ask("OPTIONS", origin, query), closed(204), "{origin} {query}");
    }
    // A cookie of the portal neither helps nor is given.
    let mut signed_in = site.browser_of("varya");
    let page = signed_in.send("POST", "/oauth2/user_info?client_id=51000001", &[("Origin", ORIGIN)], "");
    assert_eq!(shape(&page), "invalid_token: access_token is missing or invalid");
    assert_eq!(page.header("set-cookie"), None);
}

#[test]
fn a_page_of_the_flow_lets_its_forms_go_to_the_client_and_nowhere_else() {
    // VK-14
    let site = site();
    let mut walk = to_consent(&site, "&scheme=space_gray");
    let page = walk.browser.get(&format!("{}/consent", walk.base));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self' https://club.test;"), "{policy}");
    assert_eq!(page.header("cross-origin-opener-policy"), Some("unsafe-none"));
    assert!(page.body.contains("data-scheme=\"dark\""));
    assert!(!site.browser().get("/signin").header("content-security-policy").unwrap().contains("club.test"));
}

#[test]
fn a_new_tab_answers_the_page_that_opened_it_at_the_verified_origin() {
    // VK-17: `origin` of the request decides the kind of answer and never its target.
    let site = site();
    let mut walk = to_consent(&site, "&origin=https%3A%2F%2Fevil.test");
    let page = walk.browser.post(&format!("{}/consent", walk.base), &[]);
    assert_eq!((page.status, page.location.as_deref()), (200, None));
    assert!(page.body.contains("data-target=\"https://club.test\"") && !page.body.contains("evil.test"));
    assert!(page.body.contains(&format!("oauth2_authorize_response{STATE}")));
    let mut walk = to_consent_again(&site, "&origin=https%3A%2F%2Fclub.test");
    let page =
        walk.post(&format!("/vkid/cancel{}", authorize("&origin=x").trim_start_matches("/authorize")), &[]);
    assert!(page.body.contains("access_denied"), "{}", page.body);
}

fn to_consent_again(site: &Site, more: &str) -> testkit::Browser {
    let mut browser = site.browser();
    browser.get(&authorize(more));
    browser
}

#[test]
fn prompt_none_shows_nothing_and_a_living_session_goes_on() {
    // VK-11
    let site = site();
    let error = |browser: &mut testkit::Browser, prompt: &str| {
        let page = browser.get(&authorize(prompt).replace(STATE, "another-state-of-thirty-two-characters"));
        page.location.map(|location| {
            if location.contains("code=") { "code".to_owned() } else { parameter(&location, "error") }
        })
    };
    assert_eq!(error(&mut site.browser(), "&prompt=none").as_deref(), Some("login_required"));
    let mut walk = to_consent(&site, "");
    walk.browser.post(&format!("{}/consent", walk.base), &[]);
    let mut browser = walk.browser;
    assert_eq!(error(&mut browser, "&prompt=none").as_deref(), Some("code"));
    let page = browser.get(&authorize("").replace(STATE, "a-third-state-of-thirty-two-characters-"));
    assert!(page.text().contains("Продолжить как Варя"), "{}", page.text());
    let page =
        browser.get(&authorize("&prompt=login").replace(STATE, "a-fourth-state-of-thirty-two-characters"));
    assert!(page.text().contains("Номер мобильного телефона"), "{}", page.text());
}

#[test]
fn a_widget_speaks_to_the_registered_page_around_it_only() {
    // VK-45
    let site = site();
    let frame = |query: &str| site.browser().get(&format!("/button_one_tap_auth?{query}"));
    let page = frame("app_id=51000001&origin=https%3A%2F%2Fclub.test&v=2.6.7");
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").unwrap().ends_with("frame-ancestors https://club.test"));
    assert_eq!(page.header("x-frame-options"), None);
    assert_eq!(page.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert!(page.body.contains("onetap: not authorized"));
    for bad in [
        "",
        "app_id=51000001",
        "app_id=51000001&origin=https%3A%2F%2Fevil.test",
        "app_id=5&origin=https%3A%2F%2Fclub.test",
    ] {
        let page = frame(bad);
        assert_eq!(page.status, 400, "{bad}");
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
    }
}

#[test]
fn the_key_of_id_tokens_is_sealed_and_shown_nowhere() {
    // VK-27
    let site = site();
    let (code, device) = granted(&site);
    let shown = exchange(&site, &code, &device);
    assert_eq!(shown["id_token"].as_str().unwrap().split('.').count(), 3);
    let sealed = site.world.read(|tx| tx.find_secret("vk id token key")).unwrap();
    assert!(identity::IdTokenKey::from_bytes(&sealed).is_none());
    for path in ["/.well-known/jwks.json", "/.well-known/openid-configuration", "/oauth2/certs"] {
        assert_eq!(site.browser().get(path).status, 404, "{path}");
    }
}
