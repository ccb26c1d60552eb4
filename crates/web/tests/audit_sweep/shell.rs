//! Signing in and out, slips, sessions, people.

use std::sync::Arc;

use testkit::now;

use crate::kit::Site;
use crate::kit::tables::{PUPILS, import};
use crate::{Deed, NEW, PASSWORD, Ready};

/// Prints a slip at the administrator's desk; gives login and code.
fn slip(site: &Site, who: &str) -> (String, String) {
    let (app, person) = (Arc::clone(&site.app), site.world.person(who));
    site.world.write(move |tx| {
        let login = school::login_of(tx, person)?;
        let account = school::find_account(tx, &login)?.unwrap();
        let slip = school::issue_slip(tx, now(), &app.key, &app.random, &account)?;
        Ok::<_, store::Error>((login, slip.code.printed()))
    })
}

/// The number of the newest living session of a person.
pub(crate) fn session_of(site: &Site, who: &str) -> i64 {
    let person = site.world.person(who);
    let sessions = site.world.read(|tx| school::list_sessions(tx, now(), Some(person)));
    sessions.first().unwrap().id.get()
}

fn admin(site: &Site, who: &str, deed: &str, fields: &[(&str, &str)]) -> Ready {
    let path = format!("/admin/people/{}/{deed}", site.world.person(who));
    Ready::after(site.browser_of("sedov"), "/admin", &path, fields)
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/signin", |site| {
            let login = site.world.set_password("lapina", PASSWORD);
            Ready::after(site.browser(), "/signin", "/signin", &[("login", &login), ("password", PASSWORD)])
        }),
        ("/signout", |site| Ready::after(site.browser_of("lapina"), "/profile", "/signout", &[])),
        ("/slip", |site| {
            let (login, code) = slip(site, "timur");
            let fields = [("login", login.as_str()), ("code", &code), ("password", NEW), ("again", NEW)];
            Ready::after(site.browser(), "/slip", "/slip", &fields)
        }),
        ("/setup/{token}", |site| {
            site.world.write(|tx| school::begin_setup(tx, now(), "first-administrator"));
            let path = "/setup/first-administrator";
            let fields = [
                ("surname", "Новикова"),
                ("given", "Алла"),
                ("patronymic", ""),
                ("login", "novikova.a"),
                ("password", NEW),
                ("again", NEW),
            ];
            Ready::after(site.browser(), path, path, &fields)
        }),
        ("/profile/password", |site| {
            let fields = [("old", PASSWORD), ("password", NEW), ("again", NEW)];
            Ready::after(site.browser_of("lapina"), "/profile", "/profile/password", &fields)
        }),
        ("/profile/sessions/{session}/end", |site| {
            let _other = site.browser_of("lapina");
            let path = format!("/profile/sessions/{}/end", session_of(site, "lapina"));
            Ready::after(site.browser_of("lapina"), "/profile", &path, &[])
        }),
        ("/profile/sessions/end-others", |site| {
            let _other = site.browser_of("lapina");
            Ready::after(site.browser_of("lapina"), "/profile", "/profile/sessions/end-others", &[])
        }),
        ("/admin/people/{person}/slip", |site| admin(site, "varya", "slip", &[])),
        ("/admin/people/{person}/block", |site| admin(site, "varya", "block", &[("reason", "уехала")])),
        ("/admin/people/{person}/unblock", |site| {
            let person = site.world.person("varya");
            site.world.write(move |tx| {
                school::block(tx, now(), person, "уехала").unwrap();
                Ok::<_, store::Error>(())
            });
            admin(site, "varya", "unblock", &[])
        }),
        ("/admin/people/{person}/end-sessions", |site| {
            let _varya = site.browser_of("varya");
            admin(site, "varya", "end-sessions", &[])
        }),
        ("/admin/import/load/{draft}", |site| {
            let mut admin = site.browser_of("sedov");
            admin.get("/admin/import");
            let files = [("Ученики.csv", PUPILS.as_bytes())];
            let looked = admin.post_files("/admin/import/check", &[("encoding", "")], &files);
            let (_, load) = looked.body.split_once("action=\"/admin/import/load/").unwrap();
            let path = format!("/admin/import/load/{}", load.split('"').next().unwrap());
            Ready::of(admin, &path, &[("encoding", "")])
        }),
        ("/admin/import/{import}/undo", |site| {
            import(&site.world);
            Ready::after(site.browser_of("sedov"), "/admin/import/1", "/admin/import/1/undo", &[])
        }),
        ("/admin/slips/{circle}", |site| {
            let path = format!("/admin/slips/{}", site.world.class_id("6A"));
            let (varya, mother) = (site.world.person("varya"), site.world.person("mother"));
            let fields = [("person", varya.to_string()), ("person", mother.to_string())];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            Ready::after(site.browser_of("sedov"), &path, &path, &fields)
        }),
        ("/classes/{class}/slips", |site| {
            let path = format!("/classes/{}/slips", site.world.class_id("6A"));
            let varya = site.world.person("varya").to_string();
            Ready::after(site.browser_of("gromova"), &path, &path, &[("person", &varya)])
        }),
        ("/admin/sessions/{session}/end", |site| {
            let _varya = site.browser_of("varya");
            let path = format!("/admin/sessions/{}/end", session_of(site, "varya"));
            Ready::after(site.browser_of("sedov"), "/admin/sessions", &path, &[])
        }),
    ]
}
