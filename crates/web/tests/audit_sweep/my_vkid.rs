//! «Мой VK ID», and what the school says to a changed name.

use crate::kit::Site;
use crate::kit::walk::{PASSWORD as VK_PASSWORD, PHONE, Walk, account};
use crate::kit::wire;
use crate::{Deed, Ready, vkid};

const NEW: &str = "облако трамвай ложка";
const OTHER_PHONE: &str = "+79000000602";
const MARRIED: [(&str, &str); 5] = [
    ("surname", "Соколова"),
    ("given", "Варвара"),
    ("patronymic", "Олеговна"),
    ("birth_date", "14.03.2014"),
    ("role", "pupil"),
];

fn home(site: &Site) -> Walk {
    account(&site.world, PHONE, true);
    Walk::at_home(site, PHONE, VK_PASSWORD)
}

fn ready(walk: Walk, deed: &str, fields: &[(&str, &str)]) -> Ready {
    Ready::of(walk.browser, &format!("/vkid/me/{deed}"), fields)
}

/// Varya is linked and asks for another name; the browser is signed in to VK ID.
fn asks(site: &Site) -> Walk {
    vkid::at_review(site).post("review", &[]);
    site.world.write(identity::reset_counters);
    let mut walk = Walk::at_home(site, PHONE, VK_PASSWORD);
    walk.post("profile", &MARRIED);
    assert!(walk.text().contains("Ждёт подтверждения школы"), "{}", walk.text());
    walk
}

/// Whoever decides, before the form at `base`.
fn decides(site: &Site, who: &str, base: &str, deed: &str, fields: &[(&str, &str)]) -> Ready {
    asks(site);
    let mut browser = site.browser_of(who);
    let body = browser.get(&format!("{base}/links")).body;
    let (_, rest) = body.split_once(&format!("{base}/changes/")).unwrap();
    let change: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Ready::of(browser, &format!("{base}/changes/{change}/{deed}"), fields)
}

fn homeroom(site: &Site, deed: &str, fields: &[(&str, &str)]) -> Ready {
    decides(site, "gromova", &format!("/classes/{}", site.world.class_id("6A")), deed, fields)
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/vkid/me/start", |site| {
            let mut browser = site.browser();
            let page = browser.get("/vkid/me");
            let (_, rest) = page.body.split_once("action=\"/vkid/me/start?").unwrap();
            let path = format!("/vkid/me/start?{}", rest.split('"').next().unwrap());
            Ready::of(browser, &path, &[("phone", PHONE)])
        }),
        ("/vkid/me/signout", |site| ready(home(site), "signout", &[])),
        ("/vkid/me/signout-everywhere", |site| ready(home(site), "signout-everywhere", &[])),
        ("/vkid/me/sessions/{vk_session}/end", |site| {
            home(site);
            site.world.write(identity::reset_counters);
            let walk = Walk::at_home(site, PHONE, VK_PASSWORD);
            let (_, rest) = walk.page.body.split_once("/vkid/me/sessions/").unwrap();
            let id: String = rest.chars().take_while(char::is_ascii_digit).collect();
            ready(walk, &format!("sessions/{id}/end"), &[])
        }),
        ("/vkid/me/applications/{client}/withdraw", |site| {
            wire::register(site);
            wire::granted(site);
            site.world.write(identity::reset_counters);
            ready(Walk::at_home(site, PHONE, VK_PASSWORD), "applications/51000001/withdraw", &[])
        }),
        ("/vkid/me/confirm", |site| ready(home(site), "confirm?to=phone", &[("password", VK_PASSWORD)])),
        ("/vkid/me/phone", |site| ready(home(site), "phone?key=0123456789abcdef", &[("phone", OTHER_PHONE)])),
        ("/vkid/me/password", |site| {
            ready(home(site), "password", &[("old", VK_PASSWORD), ("password", NEW), ("again", NEW)])
        }),
        ("/vkid/me/profile", |site| ready(home(site), "profile", &MARRIED)),
        ("/vkid/me/profile/withdraw", |site| ready(asks(site), "profile/withdraw", &[])),
        ("/vkid/me/delete", |site| ready(home(site), "delete", &[])),
        ("/classes/{class}/changes/{change}/approve", |site| homeroom(site, "approve", &[])),
        ("/classes/{class}/changes/{change}/reject", |site| homeroom(site, "reject", &[("why", "не она")])),
        ("/admin/changes/{change}/approve", |site| decides(site, "sedov", "/admin", "approve", &[])),
        ("/admin/changes/{change}/reject", |site| {
            decides(site, "sedov", "/admin", "reject", &[("why", "не она")])
        }),
    ]
}
