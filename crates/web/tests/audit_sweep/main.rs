//! Every audited route of the table leaves exactly one row in the chain when it writes, and none when it refuses (Z7).
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod chats;
#[path = "../kit/mod.rs"]
mod kit;
mod lessons;
mod links;
mod my_vkid;
mod office;
mod safety;
mod settings;
mod shell;
mod vkid;
mod wire;

use std::collections::BTreeSet;

use kit::Site;
use testkit::{Browser, Page};

const PASSWORD: &str = "три случайных слова";
const NEW: &str = "совсем другие слова тут";

fn rows(site: &Site) -> i64 {
    site.app.store.read_blocking(|tx| tx.audit_len()).unwrap()
}

/// Somebody before the last click, with what they are about to send.
struct Ready(Box<dyn FnOnce() -> Page>);

impl Ready {
    /// Opens a page for its token, and is ready to post to another.
    fn after(mut browser: Browser, page: &str, path: &str, fields: &[(&str, &str)]) -> Self {
        let shown = browser.get(page);
        assert_eq!(shown.status, 200, "{page}: {}", shown.text());
        Self::of(browser, path, fields)
    }

    /// Is ready to post with the token of the last page.
    fn of(mut browser: Browser, path: &str, fields: &[(&str, &str)]) -> Self {
        let path = path.to_owned();
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self(Box::new(move || {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post(&path, &fields)
        }))
    }

    fn post(self) -> Page {
        self.0()
    }
}

/// One call: the route of the table, and what a person allowed to does there.
type Deed = (&'static str, fn(&Site) -> Ready);

fn deeds() -> Vec<Deed> {
    let parts = [
        shell::deeds,
        lessons::deeds,
        links::deeds,
        office::deeds,
        chats::deeds,
        safety::deeds,
        vkid::deeds,
        my_vkid::deeds,
        wire::deeds,
    ];
    parts.iter().flat_map(|deeds| deeds()).collect()
}

/// The school with lessons, and «Сферум» open to all.
fn open() -> Site {
    let site = Site::with_chats_and(|settings| {
        settings.calls.addresses = vec!["127.0.0.1".parse().unwrap()];
    });
    kit::lessons::teach(&site.world);
    site
}

/// Does each deed in a school of its own; gives the row that each left.
fn sweep(deeds: Vec<Deed>) -> String {
    let lines = deeds.into_iter().map(|(path, deed)| {
        let site = open();
        let ready = deed(&site);
        left_by(path, &site, ready)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn left_by(path: &str, site: &Site, ready: Ready) -> String {
    let before = rows(site);
    let page = ready.post();
    assert!(page.status < 400, "{path}: {} {}", page.status, page.text());
    let newest = site.app.store.read_blocking(|tx| tx.audit_tail(None, 3)).unwrap().rows;
    let actions: Vec<_> = newest.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(rows(site), before + 1, "{path}: {actions:?} {}", page.text());
    format!("{path:<45} {}", actions[0])
}

#[test]
fn each_audited_route_of_the_shell_leaves_one_row() {
    insta::assert_snapshot!(sweep(shell::deeds()));
}

#[test]
fn each_audited_route_of_lessons_and_chats_leaves_one_row() {
    insta::assert_snapshot!(sweep(lessons::deeds()));
}

#[test]
fn each_audited_route_of_links_leaves_one_row() {
    insta::assert_snapshot!(sweep(links::deeds()));
}

#[test]
fn each_audited_route_of_the_office_leaves_one_row() {
    insta::assert_snapshot!(sweep(office::deeds()));
}

#[test]
fn each_audited_route_of_begun_chats_leaves_one_row() {
    insta::assert_snapshot!(sweep(chats::deeds()));
}

#[test]
fn each_audited_route_of_safety_leaves_one_row() {
    insta::assert_snapshot!(sweep(safety::deeds()));
}

#[test]
fn each_audited_route_of_vk_id_leaves_one_row() {
    insta::assert_snapshot!(sweep(vkid::deeds()));
}

#[test]
fn each_audited_route_of_ones_own_vk_id_leaves_one_row() {
    insta::assert_snapshot!(sweep(my_vkid::deeds()));
}

#[test]
fn each_audited_route_of_other_settings_leaves_one_row() {
    let lines = settings::deeds().into_iter().map(|(path, deed)| {
        let (site, ready) = deed();
        left_by(path, &site, ready)
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    /link                                         linking.begin
    /admin/sms/messages/{message}                 identity.sms.read_out
    /admin/sms/messages/{message}/again           identity.sms.again
    ");
}

#[test]
fn each_audited_route_of_the_wire_leaves_one_row() {
    insta::assert_snapshot!(sweep(wire::deeds()));
}

#[test]
fn the_sweep_knows_every_audited_route() {
    let elsewhere = settings::deeds().into_iter().map(|(path, _)| path);
    let swept: BTreeSet<_> = deeds().into_iter().map(|(path, _)| path).chain(elsewhere).collect();
    let audited = web::routes::printed().into_iter().filter(|route| route.record == "audited");
    let (forms, by_get): (Vec<_>, Vec<_>) = audited.partition(|route| route.method == "POST");
    assert_eq!(swept, forms.into_iter().map(|route| route.path).collect());
    // The way back is tried below; `prompt=none` in crates/web/tests/wire.rs; what the desk reads in safety.rs there.
    let by_get: Vec<_> = by_get.iter().map(|route| route.path).collect();
    assert_eq!(
        by_get,
        [
            "/safety/reports/{report}",
            "/safety/reports/{report}/files/{seq}/{n}",
            "/safety/openings/{opening}/files/{seq}/{n}",
            "/safety/openings/{opening}",
            "/link/embedded/callback",
            "/link/vk/callback",
            "/authorize"
        ]
    );
}

#[test]
fn the_way_back_from_the_provider_leaves_one_row() {
    // A GET that writes, as OAuth has it.
    let site = open();
    let mut walk = vkid::at_review(&site);
    let granted = walk.browser.post(&format!("{}/review", walk.base), &[]).location.unwrap();
    let before = rows(&site);
    let page = walk.browser.get(&granted.replace(&walk.browser.origin(), ""));
    assert_eq!(page.line(), "303 → /sferum");
    assert_eq!(rows(&site), before + 1);
}

#[test]
fn a_refused_write_leaves_no_row() {
    let site = Site::open();
    let mut varya = site.browser_of("varya");
    varya.get("/profile");
    let mut sedov = site.browser_of("sedov");
    sedov.get("/profile");
    let mut nobody = site.browser();
    nobody.get("/signin");
    let person = site.world.person("demyan");
    let session = shell::session_of(&site, "sedov");
    let before = rows(&site);
    let refused = [
        nobody.post("/signin", &[("login", "x"), ("password", "y")]),
        nobody
            .post("/slip", &[("login", "x"), ("code", "K7QM-4T9P-XW2D"), ("password", NEW), ("again", NEW)]),
        nobody.post(
            "/setup/nothing",
            &[("surname", "А"), ("given", "Б"), ("login", "abc"), ("password", NEW), ("again", NEW)],
        ),
        nobody.post("/signout", &[]),
        varya.post("/profile/password", &[("old", "не тот"), ("password", NEW), ("again", NEW)]),
        varya.post("/profile/password", &[("old", PASSWORD), ("password", "123"), ("again", "123")]),
        varya.post(&format!("/profile/sessions/{session}/end"), &[]),
        varya.post("/profile/unlink", &[]),
        varya.post("/link/cancel", &[]),
        varya.post(&format!("/admin/people/{person}/slip"), &[]),
        varya.post(&format!("/admin/people/{person}/block"), &[("reason", "x")]),
        varya.post(&format!("/admin/sessions/{session}/end"), &[]),
        sedov.post("/admin/people/99999/slip", &[]),
        sedov.post("/admin/people/99999/block", &[("reason", "x")]),
        sedov.post("/admin/sessions/99999/end", &[]),
        sedov.post("/admin/links/99999/unlink", &[("why", "x")]),
        sedov.post("/admin/sms/99999/unlock", &[]),
        sedov.post(&format!("/admin/people/{person}/block"), &[("reason", "x"), ("role", "administrator")]),
    ];
    for (n, page) in refused.iter().enumerate() {
        assert!(page.status < 500, "{n}: {}", page.text());
    }
    let left = site.app.store.read_blocking(|tx| tx.audit_tail(None, 5)).unwrap();
    let left: Vec<_> = left.rows.iter().map(|row| &row.action).collect();
    assert_eq!(rows(&site), before, "{left:?}");
}
