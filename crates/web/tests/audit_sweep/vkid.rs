//! Every form of the embedded VK ID.

use time::Duration;

use crate::kit::Site;
use crate::kit::walk::{PASSWORD as VK_PASSWORD, PERSON, PHONE, Walk, account};
use crate::{Deed, Ready};

const NEW: &str = "облако трамвай ложка";

fn begun(site: &Site) -> Walk {
    let mut walk = Walk::begin(site, "varya");
    walk.phone(PHONE);
    walk
}

/// An account with a profile, before its password.
fn at_password(site: &Site) -> Walk {
    account(&site.world, PHONE, true);
    begun(site)
}

fn at_profile(site: &Site) -> Walk {
    let mut walk = at_password(site);
    walk.post("password", &[("password", VK_PASSWORD)]);
    walk.give_code(PHONE);
    walk
}

/// Before the last form of variant 1.
pub(crate) fn at_review(site: &Site) -> Walk {
    let mut walk = at_profile(site);
    walk.post("profile", &[("choice", "continue")]);
    walk
}

/// Before the form of a new account.
pub(crate) fn at_person(site: &Site) -> Walk {
    let mut walk = begun(site);
    walk.give_code(PHONE);
    walk
}

fn at_reset(site: &Site) -> Walk {
    let mut walk = at_password(site);
    walk.post("forgot", &[]);
    walk
}

fn at_reset_code(site: &Site) -> Walk {
    let mut walk = at_reset(site);
    walk.post("reset", &[("phone", PHONE)]);
    walk
}

fn ready(walk: Walk, deed: &str, fields: &[(&str, &str)]) -> Ready {
    Ready::of(walk.browser, &format!("{}/{deed}", walk.base), fields)
}

/// A minute later, when another code may be asked for.
fn later(site: &Site, walk: Walk, deed: &str) -> Ready {
    site.clock.advance(Duration::minutes(1));
    ready(walk, deed, &[])
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/vkid/start", |site| {
            let walk = Walk::begin(site, "varya");
            let (_, rest) = walk.page.body.split_once("action=\"/vkid/start?").unwrap();
            let query = rest.split('"').next().unwrap().replace("&#38;", "&");
            Ready::of(walk.browser, &format!("/vkid/start?{query}"), &[("phone", PHONE)])
        }),
        ("/vkid/{attempt}/phone", |site| {
            let mut walk = begun(site);
            walk.post("change-phone", &[]);
            ready(walk, "phone", &[("phone", "+79000000603")])
        }),
        ("/vkid/{attempt}/change-phone", |site| ready(begun(site), "change-phone", &[])),
        ("/vkid/{attempt}/password", |site| {
            ready(at_password(site), "password", &[("password", VK_PASSWORD)])
        }),
        ("/vkid/{attempt}/forgot", |site| ready(at_password(site), "forgot", &[])),
        ("/vkid/{attempt}/code", |site| {
            let mut walk = begun(site);
            let code = walk.code(PHONE);
            ready(walk, "code", &[("code", &code)])
        }),
        ("/vkid/{attempt}/resend", |site| later(site, begun(site), "resend")),
        ("/vkid/{attempt}/call", |site| later(site, begun(site), "call")),
        ("/vkid/{attempt}/person", |site| ready(at_person(site), "person", &PERSON)),
        ("/vkid/{attempt}/profile", |site| ready(at_profile(site), "profile", &[("choice", "continue")])),
        ("/vkid/{attempt}/review", |site| ready(at_review(site), "review", &[])),
        ("/vkid/{attempt}/edit", |site| ready(at_review(site), "edit", &[])),
        ("/vkid/{attempt}/back-to-profile", |site| ready(at_review(site), "back-to-profile", &[])),
        ("/vkid/{attempt}/reset", |site| ready(at_reset(site), "reset", &[("phone", PHONE)])),
        ("/vkid/{attempt}/reset-code", |site| {
            let mut walk = at_reset_code(site);
            let code = walk.code(PHONE);
            ready(walk, "reset-code", &[("code", &code)])
        }),
        ("/vkid/{attempt}/reset-password", |site| {
            let mut walk = at_reset_code(site);
            let code = walk.code(PHONE);
            walk.post("reset-code", &[("code", &code)]);
            ready(walk, "reset-password", &[("password", NEW), ("again", NEW)])
        }),
        ("/vkid/{attempt}/back-to-password", |site| ready(at_reset(site), "back-to-password", &[])),
        ("/vkid/{attempt}/done", |site| {
            // The browser lost the way back and asks for it once more.
            let mut walk = at_review(site);
            walk.browser.post(&format!("{}/review", walk.base), &[]);
            ready(walk, "done", &[])
        }),
        ("/vkid/{attempt}/cancel", |site| ready(begun(site), "cancel", &[])),
        ("/demo/phone/reset", |site| Ready::after(site.browser(), "/demo/phone", "/demo/phone/reset", &[])),
    ]
}
