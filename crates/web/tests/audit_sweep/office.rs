//! The administrator's office: new staff, applications, the copy of the base.

use crate::kit::Site;
use crate::kit::wire::register_as;
use crate::{Deed, Ready};

const CLUB: i64 = 51_000_002;

fn of_application(site: &Site, page: &str, deed: &str) -> Ready {
    register_as(site, CLUB, "Библиотека");
    let card = format!("/admin/applications/{CLUB}");
    Ready::after(site.browser_of("sedov"), &format!("{card}{page}"), &format!("{card}/{deed}"), &[])
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
