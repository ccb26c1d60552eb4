//! The administrator's office: new staff, applications, the copy of the base.

use crate::kit::Site;
use crate::kit::wire::{exchange, granted, register_as};
use crate::{Deed, Ready, vkid};

const CLUB: i64 = 51_000_002;

fn of_application(site: &Site, page: &str, deed: &str) -> Ready {
    register_as(site, CLUB, "Библиотека");
    let card = format!("/admin/applications/{CLUB}");
    Ready::after(site.browser_of("sedov"), &format!("{card}{page}"), &format!("{card}/{deed}"), &[])
}

/// Varya is linked, is signed in with VK ID, and an application holds her tokens; the administrator ends something.
fn of_access(site: &Site, what: &str) -> Ready {
    vkid::at_review(site).post("review", &[]);
    site.world.write(identity::reset_counters);
    register_as(site, 51_000_001, "Кружок робототехники");
    let (code, device) = granted(site);
    exchange(site, &code, &device);
    let card = format!("/admin/people/{}", site.world.person("varya"));
    let mut sedov = site.browser_of("sedov");
    let page = sedov.get(&card);
    let begins = format!("{card}/{what}/");
    let (_, rest) = page.body.split_once(&begins).unwrap_or_else(|| panic!("{}", page.text()));
    let path = format!("{begins}{}", rest.split('"').next().unwrap());
    Ready::of(sedov, &path, &[])
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/admin/people/new", |site| {
            let fields = [
                ("surname", "Новикова"),
                ("given", "Алла"),
                ("patronymic", ""),
                ("role", "teacher"),
                ("login", ""),
            ];
            let path = "/admin/people/new";
            Ready::after(site.browser_of("sedov"), path, path, &fields)
        }),
        ("/admin/people/{person}/vkid-sessions/{session}/end", |site| of_access(site, "vkid-sessions")),
        ("/admin/people/{person}/vkid-tokens/{chain}/end", |site| of_access(site, "vkid-tokens")),
        ("/admin/backup/download", |site| {
            Ready::after(site.browser_of("sedov"), "/admin/backup", "/admin/backup/download", &[])
        }),
        ("/admin/applications/new", |site| {
            let fields = [
                ("id", "51000002"),
                ("name", "Библиотека"),
                ("redirects", "https://library.test/back"),
                ("origins", ""),
            ];
            let path = "/admin/applications/new";
            Ready::after(site.browser_of("sedov"), path, path, &fields)
        }),
        ("/admin/applications/{client}/key", |site| of_application(site, "", "key")),
        ("/admin/applications/{client}/remove", |site| of_application(site, "/remove", "remove")),
    ]
}
