//! Every audited route of the shell leaves exactly one row in the chain when it writes, and none when it refuses (Z7).
//! Other areas sweep their own routes in their own files.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod kit;

use std::sync::Arc;

use kit::Site;
use testkit::{Browser, Page};

const PASSWORD: &str = "три случайных слова";
const NEW: &str = "совсем другие слова тут";

fn rows(site: &Site) -> i64 {
    site.app.store.read_blocking(|tx| tx.audit_len()).unwrap()
}

/// Prints a slip at the administrator's desk; gives login and code.
fn slip(site: &Site, who: &str) -> (String, String) {
    let (app, person) = (Arc::clone(&site.app), site.world.person(who));
    site.world.write(move |tx| {
        let login = school::login_of(tx, person)?;
        let account = school::find_account(tx, &login)?.unwrap();
        let slip = school::issue_slip(tx, testkit::now(), &app.key, &app.random, &account)?;
        Ok::<_, store::Error>((login, slip.code.printed()))
    })
}

fn setup_link(site: &Site) -> String {
    site.world.write(|tx| school::begin_setup(tx, testkit::now(), "first-administrator"));
    "/setup/first-administrator".to_owned()
}

/// The number of the newest living session of a person.
fn session_of(site: &Site, who: &str) -> i64 {
    let person = site.world.person(who);
    let sessions = site.world.read(|tx| school::list_sessions(tx, testkit::now(), Some(person)));
    sessions.first().unwrap().id.get()
}

/// One call: the route of the table, and what a person allowed to does there.
type Deed = (&'static str, fn(&Site) -> Page);

fn deeds() -> Vec<Deed> {
    vec![
        ("/signin", |site| {
            let login = site.world.set_password("lapina", PASSWORD);
            let mut browser = site.browser();
            browser.get("/signin");
            browser.post("/signin", &[("login", &login), ("password", PASSWORD)])
        }),
        ("/signout", |site| site.browser_of("lapina").post_after("/profile", "/signout", &[])),
        ("/slip", |site| {
            let (login, code) = slip(site, "timur");
            let fields = [("login", login.as_str()), ("code", &code), ("password", NEW), ("again", NEW)];
            site.browser().post_after("/slip", "/slip", &fields)
        }),
        ("/setup/{token}", |site| {
            let path = setup_link(site);
            let fields = [
                ("surname", "Новикова"),
                ("given", "Алла"),
                ("patronymic", ""),
                ("login", "novikova.a"),
                ("password", NEW),
                ("again", NEW),
            ];
            site.browser().post_after(&path, &path, &fields)
        }),
        ("/profile/password", |site| {
            let fields = [("old", PASSWORD), ("password", NEW), ("again", NEW)];
            site.browser_of("lapina").post_after("/profile", "/profile/password", &fields)
        }),
        ("/profile/sessions/{session}/end", |site| {
            let _other = site.browser_of("lapina");
            let other = session_of(site, "lapina");
            let mut browser = site.browser_of("lapina");
            browser.post_after("/profile", &format!("/profile/sessions/{other}/end"), &[])
        }),
        ("/profile/sessions/end-others", |site| {
            let _other = site.browser_of("lapina");
            site.browser_of("lapina").post_after("/profile", "/profile/sessions/end-others", &[])
        }),
        ("/admin/people/{person}/slip", |site| admin(site, "varya", "slip", &[])),
        ("/admin/people/{person}/block", |site| admin(site, "varya", "block", &[("reason", "уехала")])),
        ("/admin/people/{person}/unblock", |site| {
            let person = site.world.person("varya");
            site.world.write(move |tx| {
                school::block(tx, testkit::now(), person, "уехала").unwrap();
                Ok::<_, store::Error>(())
            });
            admin(site, "varya", "unblock", &[])
        }),
        ("/admin/people/{person}/end-sessions", |site| {
            let _varya = site.browser_of("varya");
            admin(site, "varya", "end-sessions", &[])
        }),
        ("/admin/slips/{circle}", |site| {
            let path = format!("/admin/slips/{}", site.world.class_id("6A"));
            let (varya, mother) = (site.world.person("varya"), site.world.person("mother"));
            let fields = [("person", varya.to_string()), ("person", mother.to_string())];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            site.browser_of("sedov").post_after(&path, &path, &fields)
        }),
        ("/classes/{class}/slips", |site| {
            let path = format!("/classes/{}/slips", site.world.class_id("6A"));
            let varya = site.world.person("varya").to_string();
            site.browser_of("gromova").post_after(&path, &path, &[("person", &varya)])
        }),
        ("/admin/sessions/{session}/end", |site| {
            let _varya = site.browser_of("varya");
            let path = format!("/admin/sessions/{}/end", session_of(site, "varya"));
            site.browser_of("sedov").post_after("/admin/sessions", &path, &[])
        }),
    ]
}

fn admin(site: &Site, who: &str, deed: &str, fields: &[(&str, &str)]) -> Page {
    let person = site.world.person(who);
    site.browser_of("sedov").post_after("/admin", &format!("/admin/people/{person}/{deed}"), fields)
}

trait PostAfter {
    /// Opens a page for its token, notes how long the chain is, and posts.
    fn post_after(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Page;
}

impl PostAfter for Browser {
    fn post_after(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        assert_eq!(self.get(page).status, 200, "{page}");
        self.post(path, fields)
    }
}

/// The rows that the last request left: the newest command's, and how many commands with rows there are.
fn newest(site: &Site) -> Vec<(i64, String)> {
    let tail = site.app.store.read_blocking(|tx| tx.audit_tail(None, 50)).unwrap();
    tail.rows.into_iter().map(|row| (row.g, row.action)).collect()
}

#[test]
fn each_audited_route_of_the_shell_leaves_one_row() {
    for (path, deed) in deeds() {
        let site = Site::open();
        let page = deed(&site);
        assert!(page.status < 400, "{path}: {} {}", page.status, page.text());
        let rows = newest(&site);
        // What came before in the same browser was signing in, which leaves its own single row; here only the last
        // request counts, and no request leaves two.
        let (g, action) = &rows[0];
        assert_eq!(rows.iter().filter(|(other, _)| other == g).count(), 1, "{path}: {rows:?}");
        let sign_ins = rows.iter().filter(|(_, action)| action == "school.session.open").count();
        let expected = if path == "/signin" { sign_ins } else { sign_ins + 1 };
        assert_eq!(rows.len(), expected, "{path}: {rows:?}");
        assert!(
            path == "/signin" || action != "school.session.open",
            "{path} left no row of its own: {rows:?}"
        );
    }
}

#[test]
fn the_sweep_knows_every_audited_route_of_the_shell() {
    let swept: Vec<&str> = deeds().into_iter().map(|(path, _)| path).collect();
    let own = [
        "/signin",
        "/signout",
        "/slip",
        "/setup",
        "/profile",
        "/admin/people",
        "/admin/slips",
        "/admin/sessions",
    ];
    for route in web::routes::printed() {
        // The link's own journeys prove its rows.
        let linking = route.path == "/profile/unlink";
        if route.record == "audited" && !linking && own.iter().any(|prefix| route.path.starts_with(prefix)) {
            assert!(swept.contains(&route.path), "{} has no deed in this sweep", route.path);
        }
    }
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
    let session = session_of(&site, "sedov");
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
        varya.post(&format!("/admin/people/{person}/slip"), &[]),
        varya.post(&format!("/admin/people/{person}/block"), &[("reason", "x")]),
        varya.post(&format!("/admin/sessions/{session}/end"), &[]),
        sedov.post("/admin/people/99999/slip", &[]),
        sedov.post("/admin/people/99999/block", &[("reason", "x")]),
        sedov.post("/admin/sessions/99999/end", &[]),
        sedov.post(&format!("/admin/people/{person}/block"), &[("reason", "x"), ("role", "administrator")]),
    ];
    for (n, page) in refused.iter().enumerate() {
        assert!(page.status < 500, "{n}: {}", page.text());
    }
    let left = newest(&site);
    assert_eq!(rows(&site), before, "{left:?}");
}
