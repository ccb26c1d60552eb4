//! The link with VK ID: by its owner, the class teacher and the administrator.

use time::Duration;

use crate::kit::Site;
use crate::kit::walk::{PASSWORD as VK_PASSWORD, PERSON, PHONE, Walk, account};
use crate::{Deed, PASSWORD, Ready, vkid};

/// Varya is linked; the browser is hers.
fn linked(site: &Site) -> Walk {
    let mut walk = vkid::at_review(site);
    walk.post("review", &[]);
    walk
}

/// Varya waits for the class teacher; the browser is hers.
fn waiting(site: &Site) -> Walk {
    let mut walk = vkid::at_person(site);
    let mut person = PERSON;
    person[0].1 = "Соколова";
    walk.post("person", &person);
    walk.post("profile", &[("choice", "create")]);
    walk.post("review", &[]);
    walk
}

/// The number of the one link there is.
fn link(site: &Site) -> String {
    let page = site.browser_of("sedov").get("/admin/links");
    let (_, rest) = page.body.split_once("/admin/links/").unwrap();
    rest.chars().take_while(char::is_ascii_digit).collect()
}

fn homeroom(site: &Site, deed: &str, fields: &[(&str, &str)]) -> Ready {
    waiting(site);
    let page = format!("/classes/{}/links", site.world.class_id("6A"));
    Ready::after(site.browser_of("gromova"), &page, &format!("{page}/{}/{deed}", link(site)), fields)
}

fn office(site: &Site, deed: &str, fields: &[(&str, &str)]) -> Ready {
    let page = format!("/admin/links/{}", link(site));
    Ready::after(site.browser_of("sedov"), &page, &format!("{page}/{deed}"), fields)
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/link/review", |site| {
            // Another VK ID than before needs the portal's password (LNK-L5).
            let mut walk = linked(site);
            walk.get("/profile/unlink");
            walk.browser.post("/profile/unlink", &[]);
            site.world.write(identity::reset_counters);
            account(&site.world, "+79000000602", true);
            walk.get("/link");
            walk.phone("+79000000602");
            walk.post("password", &[("password", VK_PASSWORD)]);
            walk.give_code("+79000000602");
            walk.post("profile", &[("choice", "continue")]);
            walk.post("review", &[]);
            Ready::after(walk.browser, "/link/review", "/link/review", &[("password", PASSWORD)])
        }),
        ("/link/cancel", |site| Ready::after(waiting(site).browser, "/link", "/link/cancel", &[])),
        ("/profile/unlink", |site| {
            Ready::after(linked(site).browser, "/profile/unlink", "/profile/unlink", &[])
        }),
        ("/classes/{class}/links/{link}/approve", |site| homeroom(site, "approve", &[])),
        ("/classes/{class}/links/{link}/reject", |site| homeroom(site, "reject", &[("why", "не она")])),
        ("/admin/links/{link}/approve", |site| {
            waiting(site);
            office(site, "approve", &[])
        }),
        ("/admin/links/{link}/reject", |site| {
            waiting(site);
            office(site, "reject", &[("why", "не она")])
        }),
        ("/admin/links/{link}/suspend", |site| {
            linked(site);
            office(site, "suspend", &[("why", "по просьбе родителей")])
        }),
        ("/admin/links/{link}/reinstate", |site| {
            linked(site);
            office(site, "suspend", &[("why", "по просьбе родителей")]).post();
            office(site, "reinstate", &[])
        }),
        ("/admin/links/{link}/unlink", |site| {
            linked(site);
            office(site, "unlink", &[("why", "телефон продан")])
        }),
        ("/admin/sms/{phone}/unlock", |site| {
            // Twenty wrong codes close a phone (A5): four codes with five tries each.
            for _ in 0..4 {
                let mut walk = Walk::begin(site, "varya");
                walk.get("/link?again=1");
                walk.phone(PHONE);
                let code: u32 = walk.code(PHONE).parse().unwrap();
                let wrong = format!("{:06}", (code + 1) % 1_000_000);
                for _ in 0..5 {
                    walk.post("code", &[("code", &wrong)]);
                }
                site.clock.advance(Duration::minutes(61));
            }
            let phone = site.world.read(identity::locked_phones)[0].id;
            Ready::after(site.browser_of("sedov"), "/admin/sms", &format!("/admin/sms/{phone}/unlock"), &[])
        }),
    ]
}
