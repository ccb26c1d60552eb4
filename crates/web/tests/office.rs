//! The administrator's office: new staff with a slip, applications of VK ID, a copy of the base, its checks.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use kit::Site;
use kit::walk::{PASSWORD as VK_PASSWORD, PHONE, Walk, account};
use kit::wire;
use testkit::{Browser, Page};
use time::Duration;
use web::settings::VkId;

const PASSWORD: &str = "три случайных слова";
const NEW: &str = "пятнадцать знаков тут";

fn last_act(site: &Site) -> String {
    let page = site.app.store.read_blocking(|tx| tx.audit_tail(None, 1)).unwrap();
    page.rows.into_iter().next().unwrap().action
}

/// What stands between two texts of a page.
fn between<'a>(page: &'a Page, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.body.split_once(from).unwrap_or_else(|| panic!("no {from} in {}", page.text()));
    rest.split(to).next().unwrap()
}

fn staff<'a>(surname: &'a str, role: &'a str, login: &'a str) -> [(&'a str, &'a str); 5] {
    [("surname", surname), ("given", "Алла"), ("patronymic", "Игоревна"), ("role", role), ("login", login)]
}

#[test]
fn a_new_teacher_gets_a_login_and_a_slip_and_comes_in() {
    // A16, A23
    let site = Site::open();
    let mut sedov = site.browser_of("sedov");
    assert!(sedov.get("/admin/people").body.contains("href=\"/admin/people/new\""));
    let page = sedov.get("/admin/people/new");
    assert_eq!(page.heading(), "Новый сотрудник");
    assert!(!page.body.contains("value=\"pupil\"") && !page.body.contains("homeroom_teacher"));

    // A role is granted only by who has just typed their password; what was filled in waits.
    site.clock.advance(Duration::minutes(6));
    let before = last_act(&site);
    let asked = sedov.post("/admin/people/new", &staff("Новикова", "teacher", ""));
    assert_eq!(asked.heading(), "Подтвердите, что это вы");
    assert!(asked.body.contains("name=\"surname\" value=\"Новикова\""), "{}", asked.body);
    assert_eq!(last_act(&site), before);
    let mut fields = staff("Новикова", "teacher", "").to_vec();
    fields.push(("_password", PASSWORD));
    let sheet = sedov.post("/admin/people/new", &fields);
    assert_eq!(sheet.status, 200);
    assert_eq!(last_act(&site), "school.account.create");
    assert!(sheet.text().contains("Новикова Алла Игоревна"), "{}", sheet.text());
    let login = between(&sheet, "<dt>Логин</dt><dd><b>", "</b>").to_owned();
    let code = between(&sheet, "<b class=\"slip-code\">", "</b>").to_owned();
    assert_eq!(login, "novikova.a");

    let mut novikova = site.browser();
    novikova.get("/slip");
    let slip = [("login", &*login), ("code", &*code), ("password", NEW), ("again", NEW)];
    assert_eq!(novikova.post("/slip", &slip).status, 303);
    assert_eq!(novikova.get("/today").status, 200, "a teacher");
    assert_eq!(novikova.get("/admin").status, 404);

    // The same name again gets another login; a chosen login is kept.
    sedov.get("/admin/people/new");
    let sheet = sedov.post("/admin/people/new", &staff("Новикова", "administrator", ""));
    assert_eq!(between(&sheet, "<dt>Логин</dt><dd><b>", "</b>"), "novikova.a2");
    let sheet = sedov.post("/admin/people/new", &staff("Новикова", "deputy_head", "zavuch"));
    assert_eq!(between(&sheet, "<dt>Логин</dt><dd><b>", "</b>"), "zavuch");
}

/// «13 человек».
fn people(browser: &mut Browser) -> String {
    between(&browser.get("/admin/people"), "<p class=\"lead\">", "</p>").to_owned()
}

#[test]
fn what_is_no_member_of_the_staff_is_told_and_kept() {
    let site = Site::open();
    let mut sedov = site.browser_of("sedov");
    let before = people(&mut sedov);
    sedov.get("/admin/people/new");
    let long = "Ж".repeat(101);
    for (surname, role, login, told) in [
        ("", "teacher", "", "Заполните"),
        ("Нови2кова", "teacher", "", "2"),
        (&*long, "teacher", "", "101"),
        ("Новикова", "", "", "Выберите роль сотрудника"),
        ("Новикова", "pupil", "", "Выберите роль сотрудника"),
        ("Новикова", "homeroom_teacher", "", "Выберите роль сотрудника"),
        ("Новикова", "owner", "", "Выберите роль сотрудника"),
        ("Новикова", "teacher", "Ж", "Логин — от 3 до 40"),
        ("Новикова", "teacher", "NOVIKOVA", "Логин — от 3 до 40"),
        ("Новикова", "teacher", "sedov.a", "уже"),
    ] {
        let page = sedov.post("/admin/people/new", &staff(surname, role, login));
        assert_eq!(page.status, 200, "{surname} {role} {login}");
        assert!(page.text().contains("Не записано") && page.text().contains(told), "{told}: {}", page.text());
        assert!(page.body.contains("name=\"given\" type=\"text\" value=\"Алла\""), "{}", page.body);
    }
    let mut more = staff("Новикова", "teacher", "").to_vec();
    more.push(("person", "1"));
    assert_eq!(sedov.post("/admin/people/new", &more).status, 400);
    assert_eq!(people(&mut sedov), before);
    let mut lapina = site.browser_of("lapina");
    lapina.get("/profile");
    assert_eq!(lapina.get("/admin/people/new").status, 404);
    assert_eq!(lapina.post("/admin/people/new", &staff("Новикова", "teacher", "")).status, 404);
}

fn application<'a>(id: &'a str, redirects: &'a str, origins: &'a str) -> [(&'a str, &'a str); 4] {
    [("id", id), ("name", " Библиотека "), ("redirects", redirects), ("origins", origins)]
}

#[test]
fn an_application_is_registered_given_a_new_key_and_removed() {
    // O1, VK-40
    let site = Site::open();
    let mut sedov = site.browser_of("sedov");
    assert!(sedov.get("/admin/links").body.contains("href=\"/admin/applications\""));
    let form = sedov.get("/admin/applications/new");
    let id = between(&form, "name=\"id\" type=\"text\" value=\"", "\"").to_owned();
    let redirects = "https://library.test/back\r\n\r\n http://localhost:3000/back ";
    let added = sedov.post("/admin/applications/new", &application(&id, redirects, "https://library.test"));
    assert_eq!(added.line(), "200 Приложение «Библиотека» заведено", "{}", added.text());
    // VK-58
    assert!(added.text().contains("без https не принимает: http://localhost:3000/back"), "{}", added.text());
    let key = between(&added, "<code>", "</code>").to_owned();
    assert!(key.len() > 40, "{key}");
    let list = sedov.get("/admin/applications");
    assert!(list.text().contains("Библиотека") && list.text().contains("https://library.test/back"));
    assert!(!list.body.contains(&key), "shown once");
    let card = format!("/admin/applications/{id}");
    assert!(sedov.get(&card).text().contains("http://localhost:3000/back"));

    let rotated = sedov.post(&format!("{card}/key"), &[]);
    assert_eq!(rotated.line(), "200 Новый ключ приложения «Библиотека»");
    assert_ne!(between(&rotated, "<code>", "</code>"), key);
    assert_eq!(last_act(&site), "identity.client.rotate");

    assert_eq!(sedov.get(&format!("{card}/remove")).heading(), "Удалить приложение?");
    assert_eq!(sedov.post(&format!("{card}/remove"), &[]).line(), "303 → /admin/applications");
    assert_eq!(sedov.get(&card).status, 404);
    for deed in ["key", "remove"] {
        assert_eq!(sedov.post(&format!("{card}/{deed}"), &[]).status, 404, "{deed}");
    }
    // The number stays taken, and the form offers another.
    let again = sedov.post("/admin/applications/new", &application(&id, "https://library.test/back", ""));
    assert!(again.text().contains("уже есть или был"), "{}", again.text());
    let form = sedov.get("/admin/applications/new");
    assert_ne!(between(&form, "name=\"id\" type=\"text\" value=\"", "\""), id);
}

#[test]
fn what_is_no_application_is_told_and_kept() {
    let site = Site::open();
    let mut sedov = site.browser_of("sedov");
    sedov.get("/admin/applications/new");
    let good = "https://library.test/back";
    for (id, redirects, origins, told) in [
        ("", good, "", "целое число"),
        ("0", good, "", "целое число"),
        ("-1", good, "", "целое число"),
        ("007", good, "", "целое число"),
        ("9223372036854775808", good, "", "целое число"),
        ("1e3", good, "", "целое число"),
        ("51000000", good, "", "уже есть или был"),
        ("51000002", "", "", "хотя бы один адрес"),
        ("51000002", "library.test/back", "", "«library.test/back» не подходит"),
        ("51000002", "https://library.test/back#x", "", "не подходит"),
        ("51000002", "javascript:alert(1)", "", "не подходит"),
        ("51000002", good, "https://library.test/", "«https://library.test/» не подходит"),
        ("51000002", good, "*", "«*» не подходит"),
    ] {
        let page = sedov.post("/admin/applications/new", &application(id, redirects, origins));
        assert_eq!(page.status, 200, "{id} {redirects} {origins}");
        assert!(page.text().contains("Не записано") && page.text().contains(told), "{told}: {}", page.text());
        assert!(page.body.contains("value=\" Библиотека \""), "{}", page.body);
    }
    // The school's own portal is no card, and is not changed by hand.
    assert_eq!(sedov.get("/admin/applications/51000000").status, 404);
    assert_eq!(sedov.post("/admin/applications/51000000/key", &[]).status, 404);
    let refused = sedov.post("/admin/applications/51000000/remove", &[]);
    assert!(matches!(refused.status, 404 | 409), "{}", refused.text());
    // The greatest number there is leaves the form working.
    let most = "9223372036854775807";
    let added = sedov.post("/admin/applications/new", &application(most, good, ""));
    assert_eq!(added.status, 200, "{}", added.text());
    assert_eq!(sedov.get("/admin/applications/new").status, 200);
    // Others, and schools without the embedded VK ID, have no such pages.
    assert_eq!(site.browser_of("lapina").get("/admin/applications").status, 404);
    let off = Site::with(|settings| settings.vk_id = VkId::Off);
    let mut sedov = off.browser_of("sedov");
    for path in ["", "/new", "/51000000", "/51000000/remove"] {
        assert_eq!(sedov.get(&format!("/admin/applications{path}")).status, 404, "{path}");
    }
    sedov.get("/profile");
    assert_eq!(sedov.post("/admin/applications/new", &application("51000002", good, "")).status, 404);
}

/// Downloads as bytes: heads and body.
fn download(browser: &Browser, more: &str) -> (String, Vec<u8>) {
    let body = format!("_token={}{more}", browser.token());
    let request = format!(
        "POST /admin/backup/download HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\nOrigin: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        browser.host(),
        browser.cookie_header(),
        browser.origin(),
        body.len()
    );
    let mut stream = TcpStream::connect(browser.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8(bytes[..at].to_vec()).unwrap().to_lowercase(), bytes[at + 4..].to_vec())
}

#[test]
fn a_copy_is_downloaded_after_the_password_and_leaves_no_file() {
    // A16, R11, K15
    let site = Site::open();
    let mut sedov = site.browser_of("sedov");
    assert!(sedov.get("/admin").body.contains("href=\"/admin/backup\""));
    assert_eq!(sedov.get("/admin/backup").heading(), "Резервная копия и проверки");
    let folder = site.world.path().parent().unwrap().to_path_buf();
    // What a power cut has left goes with the next copy.
    std::fs::write(folder.join("zvonok.db.download-x.part"), "half").unwrap();
    let (head, bytes) = download(&sedov, "");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-disposition: attachment; filename=\"zvonok-2026-10-14.db\""), "{head}");
    assert!(head.contains(&format!("content-length: {}", bytes.len())), "{head}");
    assert!(head.contains("cache-control: no-store"), "{head}");
    assert_eq!(last_act(&site), "store.backup.download");
    let kept = tempfile::tempdir().unwrap();
    let copy = kept.path().join("copy.db");
    std::fs::write(&copy, &bytes).unwrap();
    assert_eq!(store::check(&copy, &web::schema()).unwrap(), []);
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let left: Vec<_> = left.iter().filter(|name| name.to_string_lossy().contains("download")).collect();
    assert_eq!(left, Vec::<&std::ffi::OsString>::new());

    site.clock.advance(Duration::minutes(6));
    sedov.get("/admin/backup");
    let rows = site.world.read(|tx| tx.audit_len());
    let asked = sedov.post("/admin/backup/download", &[]);
    assert_eq!(asked.heading(), "Подтвердите, что это вы");
    assert!(asked.body.contains("data-many"), "the page stays, so its button must not");
    assert_eq!(site.world.read(|tx| tx.audit_len()), rows);
    let typed = "&_password=%D1%82%D1%80%D0%B8+%D1%81%D0%BB%D1%83%D1%87%D0%B0%D0%B9%D0%BD%D1%8B%D1%85+%D1%81%D0%BB%D0%BE%D0%B2%D0%B0";
    let (head, bytes) = download(&sedov, typed);
    assert!(head.starts_with("http/1.1 200") && head.contains("set-cookie: zvonok_session="), "{head}");
    assert!(bytes.starts_with(b"SQLite format 3\0"));
    let mut lapina = site.browser_of("lapina");
    lapina.get("/profile");
    assert_eq!(lapina.get("/admin/backup").status, 404);
    assert_eq!(lapina.post("/admin/backup/download", &[]).status, 404);
    assert_eq!(lapina.post("/admin/backup/verify", &[]).status, 404);
}

#[test]
fn the_base_and_its_journal_are_checked_and_told_in_words() {
    // R10, Z7
    let site = Site::open();
    let mut sedov = site.browser_of("sedov");
    sedov.get("/admin/backup");
    let rows = site.world.read(|tx| tx.audit_len());
    let checked = sedov.post("/admin/backup/check", &[]);
    assert!(checked.text().contains("База цела. Все страницы файла читаются"), "{}", checked.text());
    let verified = sedov.post("/admin/backup/verify", &[]);
    let told = format!("Журнал действий не изменён. Записей в нём: {rows}.");
    assert!(verified.text().contains(&told), "{}", verified.text());
    assert_eq!(site.world.read(|tx| tx.audit_len()), rows, "looking leaves no row");
    assert_eq!(sedov.post("/admin/backup/check", &[("path", "/etc/passwd")]).status, 400);
}

/// Varya is linked and signed in with VK ID; gives her browser.
fn linked(site: &Site) -> Browser {
    account(&site.world, PHONE, true);
    let mut walk = Walk::begin(site, "varya");
    walk.phone(PHONE);
    walk.post("password", &[("password", VK_PASSWORD)]);
    walk.give_code(PHONE);
    walk.post("profile", &[("choice", "continue")]);
    walk.post("review", &[]);
    walk.browser
}

/// The addresses of a card's buttons that end something.
fn ends(card: &Page, what: &str) -> Vec<String> {
    let mut rest = card.body.as_str();
    let mut found = Vec::new();
    while let Some((_, after)) = rest.split_once("action=\"") {
        let path = after.split('"').next().unwrap();
        if path.contains(what) {
            found.push(path.to_owned());
        }
        rest = after;
    }
    found
}

#[test]
fn an_administrator_sees_and_ends_all_that_a_person_is_signed_in_with() {
    // A15, VK-5
    let site = Site::open();
    let mut varya = linked(&site);
    site.world.write(identity::reset_counters);
    wire::register_as(&site, 51_000_001, "Кружок робототехники");
    let (code, device) = wire::granted(&site);
    let tokens = wire::exchange(&site, &code, &device);
    let access = tokens["access_token"].as_str().unwrap();

    let mut sedov = site.browser_of("sedov");
    let card = format!("/admin/people/{}", site.world.person("varya"));
    let page = sedov.get(&card);
    assert!(
        page.text().contains("Сеансы дневника") && page.text().contains("VK ID школы"),
        "{}",
        page.text()
    );
    assert!(!page.body.contains("Тарасенко") && !page.body.contains("601"), "LNK-S3: nothing of the account");
    let (portal, vk_id, held) =
        (ends(&page, "/admin/sessions/"), ends(&page, "/vkid-sessions/"), ends(&page, "/vkid-tokens/"));
    assert_eq!((portal.len(), held.len()), (1, 1), "{}", page.text());
    assert_eq!(vk_id.len(), 2, "the browser of the link, and that of the application");

    // The application's tokens.
    assert_eq!(sedov.post(&held[0], &[]).line(), format!("303 → {card}"));
    let info = [("access_token", access)];
    let refused = wire::call(&site, "/oauth2/user_info?client_id=51000001", &info);
    assert!(refused.body.contains("error"), "{}", refused.body);
    assert_eq!(sedov.post(&held[0], &[]).status, 404, "ended once");
    // The sessions of VK ID.
    for path in &vk_id {
        assert_eq!(sedov.post(path, &[]).line(), format!("303 → {card}"));
    }
    assert_eq!(last_act(&site), "identity.access.end_session");
    let page = sedov.get(&card);
    assert!(page.text().contains("Сейчас входов нет"), "{}", page.text());
    // The portal's: the next request of Varya finds no session, and the administrator is back on the card.
    assert_eq!(varya.get("/profile").status, 200);
    let (origin, token) = (sedov.origin(), sedov.token().to_owned());
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Origin", origin.as_str()),
        ("Referer", &*format!("{origin}{card}")),
    ];
    let done = sedov.send("POST", &portal[0], &headers, &format!("_token={token}"));
    assert_eq!(done.line(), format!("303 → {card}"));
    assert_eq!(varya.get("/profile").line(), "303 → /signin?next=%2Fprofile");

    // Nobody's, another person's and broken numbers are as good as not there.
    let timur = format!("/admin/people/{}", site.world.person("timur"));
    for path in [
        vk_id[0].replace(&card, &timur),
        held[0].replace(&card, &timur),
        format!("{card}/vkid-sessions/99999/end"),
        format!("{card}/vkid-tokens/x/end"),
        "/admin/people/99999/vkid-tokens/1/end".to_owned(),
    ] {
        assert_eq!(sedov.post(&path, &[]).status, 404, "{path}");
    }
    let mut gromova = site.browser_of("gromova");
    gromova.get("/profile");
    assert_eq!(gromova.post(&vk_id[0], &[]).status, 404);
    assert_eq!(gromova.get(&card).status, 404);
}

#[test]
fn the_way_in_is_closed_after_a_question() {
    let site = Site::open();
    let mut varya = site.browser_of("varya");
    let mut sedov = site.browser_of("sedov");
    let card = format!("/admin/people/{}", site.world.person("varya"));
    assert!(sedov.get(&card).body.contains(&format!("href=\"{card}/block\"")));
    let asked = sedov.get(&format!("{card}/block"));
    assert_eq!(asked.heading(), "Закрыть вход?");
    assert!(asked.text().contains("Ильина Варвара Олеговна"), "{}", asked.text());
    assert_eq!(varya.get("/profile").status, 200, "a question closes nothing");
    let long = "о".repeat(301);
    let refused = sedov.post(&format!("{card}/block"), &[("reason", &long)]);
    assert_eq!(refused.heading(), "Закрыть вход?", "{}", refused.text());
    assert!(refused.body.contains(&long), "what was typed is kept");
    assert_eq!(varya.get("/profile").status, 200);
    assert_eq!(sedov.post(&format!("{card}/block"), &[("reason", "уехала")]).line(), format!("303 → {card}"));
    assert_eq!(varya.get("/profile").status, 303);
    assert_eq!(sedov.get("/admin/people/99999/block").status, 404);
    assert_eq!(site.browser_of("lapina").get(&format!("{card}/block")).status, 404);
}
