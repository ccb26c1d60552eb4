//! VK ID on the wire: a session that goes on, consent, and what applications call.

use crate::kit::Site;
use crate::kit::wire::{STATE, VERIFIER, authorize, call_of, exchange, granted, register, to_consent};
use crate::{Deed, Ready};

/// An application before a call, with the fields it sends.
fn application(site: &Site, path: &str, fields: &[(&str, &str)]) -> Ready {
    let (mut browser, path) = (site.browser(), format!("{path}?client_id=51000001"));
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Ready(Box::new(move || {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        call_of(&mut browser, &path, &fields)
    }))
}

/// An application that holds a person's access token.
fn with_token(site: &Site, path: &str) -> Ready {
    register(site);
    let (code, device) = granted(site);
    let pair = exchange(site, &code, &device);
    application(site, path, &[("access_token", pair["access_token"].as_str().unwrap())])
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/vkid/continue", |site| {
            register(site);
            let mut walk = to_consent(site, "");
            walk.browser.post(&format!("{}/consent", walk.base), &[]);
            let mut browser = walk.browser;
            let again = authorize("").replace(STATE, "another-state-of-thirty-two-characters");
            let page = browser.get(&again);
            assert!(page.text().contains("Продолжить как Варя"), "{}", page.text());
            Ready::of(browser, &again.replace("/authorize", "/vkid/continue"), &[])
        }),
        ("/vkid/{attempt}/consent", |site| {
            register(site);
            let walk = to_consent(site, "");
            Ready::of(walk.browser, &format!("{}/consent", walk.base), &[])
        }),
        ("/oauth2/auth", |site| {
            register(site);
            let (code, device) = granted(site);
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", &*code),
                ("code_verifier", VERIFIER),
                ("redirect_uri", "https%3A%2F%2Fclub.test%2Fcallback"),
                ("device_id", &*device),
            ];
            application(site, "/oauth2/auth", &fields)
        }),
        ("/oauth2/logout", |site| with_token(site, "/oauth2/logout")),
        ("/oauth2/revoke", |site| with_token(site, "/oauth2/revoke")),
    ]
}
