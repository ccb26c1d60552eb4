//! Sensitive acts ask for the password again (A16), and lose nothing that was typed.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::Site;
use kit::lessons::open;
use kit::socket::{Socket, class_chat, cursor};
use kit::walk::{PASSWORD as VK_PASSWORD, PHONE, Walk, account};
use testkit::{Browser, Page};
use time::Duration;

const PASSWORD: &str = "три случайных слова";
const ASKS: &str = "Подтвердите, что это вы";

/// The hidden fields of the page that asks, and where they are sent.
fn waiting(page: &Page) -> (String, Vec<(String, String)>) {
    assert_eq!(page.line(), format!("200 {ASKS}"), "{}", page.text());
    let after = |text: &str, from: &str| text.split_once(from).map(|(_, rest)| rest.to_owned());
    let form = after(&page.body, "<form class=\"form\" method=\"post\" action=\"").unwrap();
    let action = form.split('"').next().unwrap().to_owned();
    let mut fields = Vec::new();
    let mut rest = form;
    while let Some(next) = after(&rest, "<input type=\"hidden\" name=\"") {
        let name = next.split('"').next().unwrap().to_owned();
        let value = after(&next, "value=\"").unwrap();
        let value = value.split('"').next().unwrap().to_owned();
        if name != "_token" {
            fields.push((name, value));
        }
        rest = next;
    }
    (action, fields)
}

/// Types a password into the page that asks.
fn confirm(browser: &mut Browser, page: &Page, password: &str) -> Page {
    let (action, fields) = waiting(page);
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("_password", password));
    browser.post(&action, &fields)
}

fn actions(site: &Site, most: u32) -> Vec<String> {
    let page = site.app.store.read_blocking(|tx| tx.audit_tail(None, most)).unwrap();
    page.rows.into_iter().map(|row| row.action).collect()
}

/// Varya with a VK ID; the browser is hers.
fn linked(site: &Site) -> Browser {
    account(&site.world, PHONE, true);
    let mut walk = Walk::begin(site, "varya");
    walk.phone(PHONE);
    walk.post("password", &[("password", VK_PASSWORD)]);
    walk.give_code(PHONE);
    walk.post("profile", &[("choice", "continue")]);
    walk.post("review", &[]);
    assert_eq!(walk.browser.get("/sferum").status, 200);
    walk.browser
}

#[test]
fn the_owner_of_a_link_types_the_password_before_ending_it() {
    // A16, A12
    let site = Site::open();
    let mut varya = linked(&site);
    site.clock.advance(Duration::minutes(6));
    varya.get("/profile");
    let old = varya.clone();
    let page = varya.post("/profile/unlink", &[]);
    let before = actions(&site, 1);
    assert_ne!(before, ["linking.unlink"]);
    assert!(!page.body.contains("Пароль не подходит"));
    // A wrong password is told, changes nothing, and keeps the form.
    let page = confirm(&mut varya, &page, "не тот пароль");
    assert!(page.text().contains("Пароль не подходит. Проверьте раскладку"), "{}", page.text());
    assert_eq!(actions(&site, 1), before);
    assert_eq!(varya.get("/sferum").status, 200);
    let seen = varya.cookie("zvonok_session").unwrap().to_owned();
    let done = confirm(&mut varya, &page, PASSWORD);
    assert_eq!(done.line(), "303 → /profile");
    assert_eq!(actions(&site, 2), ["linking.unlink", "school.session.confirm"]);
    // The session has a new reference, and the old one opens nothing.
    assert_ne!(varya.cookie("zvonok_session").unwrap(), seen);
    assert_eq!(varya.get("/profile").status, 200);
    assert_eq!(old.clone().get("/profile").line(), "303 → /signin?next=%2Fprofile");
    // A form sent twice finds nothing left to end, and asks nothing.
    site.clock.advance(Duration::minutes(6));
    varya.get("/profile");
    assert_eq!(varya.post("/profile/unlink", &[]).line(), "303 → /profile");
}

#[test]
fn a_password_just_typed_at_the_door_is_not_asked_for_again() {
    // A16
    let site = Site::open();
    let mut varya = linked(&site);
    varya.get("/profile");
    assert_eq!(varya.post("/profile/unlink", &[]).line(), "303 → /profile");
}

#[test]
fn other_windows_of_the_browser_go_on_after_the_password() {
    // A12, A14
    let site = Site::open();
    let mut varya = linked(&site);
    let chat = class_chat(&mut varya);
    let at = cursor(&varya.get(&chat).body);
    let mut socket = Socket::open(&varya, &at);
    assert!(socket.ask(r#"{"t":"read","re":1,"conv":1,"seq":1}"#).get("re").is_some());
    site.clock.advance(Duration::minutes(6));
    varya.get("/profile");
    let mut other = varya.clone();
    let page = varya.post("/profile/unlink", &[]);
    let begun = std::time::Instant::now();
    assert_eq!(confirm(&mut varya, &page, PASSWORD).status, 303);
    // The socket that came with the old reference closes at once, and asks for the page to come back in a second.
    let code = loop {
        if let Err(code) = socket.hear() {
            break code;
        }
    };
    assert_eq!(code, 1012);
    assert!(begun.elapsed() < std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
    // What was typed in another window is taken: its form has the token of the same session.
    other.set_cookie("zvonok_session", varya.cookie("zvonok_session").unwrap());
    assert_eq!(other.post("/profile/sessions/end-others", &[]).status, 303);
    // A token drawn for a form cookie of one's own making is none.
    let mut nobody = site.browser();
    nobody.set_cookie("zvonok_form", "session;1;0");
    nobody.get("/signin");
    let origin = varya.origin();
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", origin.as_str())];
    let body = format!("_token={}", nobody.token());
    assert_eq!(varya.send("POST", "/profile/sessions/end-others", &headers, &body).status, 403);
}

#[test]
fn guesses_at_the_password_close_like_guesses_at_the_door() {
    // A18
    let site = Site::open();
    let mut varya = linked(&site);
    site.clock.advance(Duration::minutes(6));
    varya.get("/profile");
    let mut page = varya.post("/profile/unlink", &[]);
    for _ in 0..15 {
        page = confirm(&mut varya, &page, "не тот пароль");
    }
    page = confirm(&mut varya, &page, PASSWORD);
    assert!(page.text().contains("Слишком много неверных попыток"), "{}", page.text());
    assert_eq!(varya.get("/sferum").status, 200, "nothing is unlinked");
}

#[test]
fn the_page_that_asks_cannot_be_skipped_or_led_astray() {
    // A16, C3
    let site = Site::open();
    let mut varya = linked(&site);
    site.clock.advance(Duration::minutes(6));
    varya.get("/profile");
    let origin = varya.origin();
    let token = varya.token().to_owned();
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let mut post =
        |headers: &[(&str, &str)], body: &str| varya.send("POST", "/profile/unlink", headers, body);
    let own = ("Origin", origin.as_str());
    // Without the page's token, or from elsewhere, the password is not even looked at.
    let typed = "_password=%D1%82%D1%80%D0%B8";
    assert_eq!(post(&[form, own], typed).status, 403);
    assert_eq!(
        post(&[form, ("Origin", "https://evil.test")], &format!("_token={token}&{typed}")).status,
        403
    );
    // An address to go back to is one of ours, or the start page.
    for back in ["https://evil.test/", "//evil.test", "javascript:alert(1)", "/\\evil.test"] {
        let page = post(&[form, own], &format!("_token={token}&_back={back}"));
        let (_, rest) = page.body.split_once("<a class=\"btn\" href=\"").unwrap();
        assert_eq!(rest.split('"').next(), Some("/"), "{back}");
    }
    let referer = format!("{origin}/profile?x=1");
    let page = post(&[form, own, ("Referer", &referer)], &format!("_token={token}"));
    assert!(page.body.contains("<a class=\"btn\" href=\"/profile?x=1\""), "{}", page.body);
    // Whoever asks for JSON hears the refusal itself.
    let json = [form, own, ("Accept", "application/json")];
    let page = post(&json, &format!("_token={token}"));
    assert_eq!(page.status, 403);
    assert!(page.body.contains("C-403"), "{}", page.body);
    // Broken passwords are wrong passwords: no 5xx.
    for typed in ["_password", "_password=", "_password=%FF%00", "_password=a&_password=b"] {
        let page = post(&[form, own], &format!("_token={token}&{typed}"));
        assert_eq!(page.status, 200, "{typed}: {}", page.text());
        assert!(page.text().contains(ASKS), "{typed}");
    }
    // Other fields are as foreign as ever.
    let page = post(&[form, own], &format!("_token={token}&role=administrator"));
    assert_eq!(page.status, 400);
}

#[test]
fn an_old_mark_is_changed_only_with_the_password_and_the_table_is_kept() {
    // A16, K20
    let (site, lesson) = open();
    let path = format!("/lessons/{lesson}");
    let journal = format!("{path}/journal");
    let mut teacher = site.browser_of("gromova");
    teacher.get(&path);
    teacher.post(&format!("{path}/works"), &[("work_type", "1"), ("title", "")]);
    let cell = |sign: &str, who: &str| format!("{sign}-1-{}-1", site.world.person(who));
    let (varya, demyan) = (cell("m", "varya"), cell("m", "demyan"));
    let (varya_seen, demyan_seen) = (cell("r", "varya"), cell("r", "demyan"));
    let five = [(varya.as_str(), "5"), (varya_seen.as_str(), "0")];
    assert_eq!(teacher.post(&journal, &five).status, 303);

    // A week later to the millisecond the mark is changed as before.
    site.clock.advance(Duration::days(7) - Duration::minutes(6));
    let mut teacher = site.browser_of("gromova");
    site.clock.advance(Duration::minutes(6));
    teacher.get(&path);
    let four = [(varya.as_str(), "4"), (varya_seen.as_str(), "1")];
    assert_eq!(teacher.post(&journal, &four).status, 303);

    // Then it asks; a mark in an empty cell does not. The small change before has not made it young.
    site.clock.advance(Duration::milliseconds(1));
    let absent = format!("a-{}", site.world.person("timur"));
    let three = [
        (varya.as_str(), "3"),
        (varya_seen.as_str(), "2"),
        (demyan.as_str(), "5 "),
        (demyan_seen.as_str(), "0"),
        (absent.as_str(), "absent"),
    ];
    let asked = teacher.post(&journal, &three);
    let (action, fields) = waiting(&asked);
    assert_eq!(action, journal);
    for (name, value) in three {
        assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name}: {fields:?}");
    }
    let shown = teacher.get(&path);
    assert!(shown.body.contains(&format!("name=\"{varya}\" value=\"4\"")), "nothing is written");
    let fresh_cell = [(demyan.as_str(), "2"), (demyan_seen.as_str(), "0")];
    assert_eq!(teacher.post(&journal, &fresh_cell).status, 303);

    // With the password all of it is written, or the page says what stands against it.
    let clash = confirm(&mut teacher, &asked, PASSWORD);
    assert!(clash.text().contains("Пока вы писали"), "{}", clash.text());
    let done = teacher.post(&journal, &[(varya.as_str(), "3"), (varya_seen.as_str(), "2")]);
    assert_eq!(done.status, 303, "the password speaks for five minutes: {}", done.text());
    assert!(teacher.get(&path).body.contains(&format!("name=\"{varya}\" value=\"3\"")));
}

#[test]
fn lists_that_may_hold_staff_are_loaded_with_the_password() {
    // A16: a list of staff grants roles.
    let site = Site::open();
    let mut sedov = site.browser_of("sedov");
    sedov.get("/admin/import");
    let looked =
        sedov.post_files("/admin/import/check", &[], &[("Ученики.csv", kit::tables::PUPILS.as_bytes())]);
    let (_, rest) = looked.body.split_once("/admin/import/load/").unwrap();
    let path = format!("/admin/import/load/{}", rest.split('"').next().unwrap());
    site.clock.advance(Duration::minutes(6));
    let before = actions(&site, 1);
    let asked = sedov.post(&path, &[("encoding", "")]);
    assert_eq!(actions(&site, 1), before);
    let done = confirm(&mut sedov, &asked, PASSWORD);
    assert_eq!(done.line(), "303 → /admin/import", "{}", done.text());
    assert_eq!(actions(&site, 2), ["school.import.apply", "school.session.confirm"]);
}
