//! «Кто и откуда входил»: what the journal of sign-ins says of a try, to whom, and of whom it keeps silent.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::Site;
use school::{Administrator, SignInReader};
use testkit::{Browser, Page, TODAY, now};

const PASSWORD: &str = "три случайных слова";

/// The rows of the table: what came of it, and how.
fn rows(page: &Page) -> Vec<String> {
    assert_eq!(page.heading(), "Кто и откуда входил", "{}", page.text());
    page.body
        .split("<td class=\"nowrap\">")
        .skip(1)
        .map(|row| {
            let cells: Vec<&str> = row.split("<td>").skip(1).take(2).collect();
            let text = cells.join("|");
            let mut plain = String::new();
            let mut inside = false;
            for sign in text.chars() {
                match sign {
                    '<' => inside = true,
                    '>' => inside = false,
                    sign if !inside => plain.push(sign),
                    _ => {}
                }
            }
            plain.trim().to_owned()
        })
        .collect()
}

fn sign_in(browser: &mut Browser, login: &str, password: &str) {
    browser.get("/signin");
    browser.post("/signin", &[("login", login), ("password", password)]);
}

#[test]
fn a_person_sees_who_entered_and_who_was_refused() {
    let site = Site::open();
    let login = site.world.set_password("varya", PASSWORD);
    let mut stranger = site.browser();
    sign_in(&mut stranger, &login, "лампа река ель");
    stranger.get("/slip");
    let guess = [("login", &*login), ("code", "K7QM-4T9P-XW2D"), ("password", PASSWORD), ("again", PASSWORD)];
    stranger.post("/slip", &guess);
    // A login that is nobody's leaves a row of nobody.
    sign_in(&mut stranger, "nobody.x", "лампа река ель");
    let mut varya = site.browser();
    sign_in(&mut varya, &login, PASSWORD);
    assert!(varya.get("/profile").body.contains("href=\"/profile/sign-ins\""));
    let page = varya.get("/profile/sign-ins");
    let expected = ["Вход|логин и пароль", "Неверный код|код с листка", "Неверный пароль|логин и пароль"];
    assert_eq!(rows(&page), expected);
    assert!(page.text().contains("127.0.0.1"), "{}", page.text());
    for other in ["demyan", "timur", "mother", "gromova", "lapina", "zotova"] {
        assert_eq!(rows_of(&site, other), 0, "{other}");
    }

    // The old password of the profile page is a try too.
    varya.get("/profile");
    let fields = [("old", "не тот"), ("password", "лампа река сосна"), ("again", "лампа река сосна")];
    varya.post("/profile/password", &fields);
    let page = varya.get("/profile/sign-ins");
    assert_eq!(rows(&page)[0], "Неверный пароль|пароль ещё раз, уже внутри");

    // A blocked account: the right password is told, to its owner's journal too.
    let person = site.world.person("varya");
    site.world.write(move |tx| {
        school::block(tx, now(), person, "проверка").unwrap();
        Ok::<_, store::Error>(())
    });
    sign_in(&mut site.browser(), &login, PASSWORD);
    let mut sedov = site.browser_of("sedov");
    assert!(sedov.get(&format!("/admin/people/{person}")).body.contains("/sign-ins\""));
    let page = sedov.get(&format!("/admin/people/{person}/sign-ins"));
    assert_eq!(rows(&page)[0], "Вход закрыт школой|логин и пароль");
    assert_eq!(rows(&page).len(), 5);
}

/// How many rows there are of a person.
fn rows_of(site: &Site, who: &str) -> usize {
    let (viewer, person) = (site.world.viewer("sedov"), site.world.person(who));
    let listed = site.world.try_read(|tx| {
        let by = Administrator::ask(tx, &viewer, TODAY).map_err(|_| store::Error::NoRow)?;
        school::list_sign_ins(tx, SignInReader::Of(&by, person), None, 100)
    });
    listed.unwrap().len()
}

#[test]
fn a_long_journal_has_pages_and_belongs_to_its_owner() {
    let site = Site::open();
    let mut varya = site.browser_of("varya");
    let person = site.world.person("varya");
    site.world.write(move |tx| {
        let device = school::Device { address: "203.0.113.9".to_owned(), name: "<b>Firefox</b>".to_owned() };
        for _ in 0..60 {
            let (way, outcome) = (school::SignInWay::Password, school::SignInOutcome::Wrong);
            school::note_sign_in(tx, now(), person, &device, way, outcome)?;
        }
        Ok::<_, store::Error>(())
    });
    let page = varya.get("/profile/sign-ins");
    assert_eq!(rows(&page).len(), 50);
    assert!(!page.body.contains("<b>Firefox"), "what a browser calls itself is shown in words");
    let (_, rest) = page.body.split_once("href=\"/profile/sign-ins?before=").unwrap();
    let older = varya.get(&format!("/profile/sign-ins?before={}", rest.split('"').next().unwrap()));
    assert_eq!(rows(&older).len(), 11);
    assert!(older.body.contains("href=\"/profile/sign-ins\" rel=\"prev\""), "{}", older.body);
    // Bad input (B4), and other people.
    for query in ["before=x", "before=1e3", "before=9223372036854775808", "from=1", "before=1&before=2"] {
        assert_eq!(varya.get(&format!("/profile/sign-ins?{query}")).status, 400, "{query}");
    }
    for query in ["before=0", "before=-9223372036854775808", "before=9223372036854775807"] {
        assert_eq!(varya.get(&format!("/profile/sign-ins?{query}")).status, 200, "{query}");
    }
    assert_eq!(varya.get(&format!("/admin/people/{person}/sign-ins")).status, 404);
    let mut sedov = site.browser_of("sedov");
    assert_eq!(sedov.get(&format!("/admin/people/{person}/sign-ins")).status, 200);
    for path in ["99999", "007", "-1", "x"] {
        assert_eq!(sedov.get(&format!("/admin/people/{path}/sign-ins")).status, 404, "{path}");
    }
    assert_eq!(site.browser().get("/profile/sign-ins").line(), "303 → /signin?next=%2Fprofile%2Fsign%2Dins");
}
