//! «Мой VK ID» over HTTP: the way in, the profile, phone and password, devices, applications, the end of an account.
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod kit;

use std::time::{Duration as Wall, Instant};

use kit::socket::{Socket, class_chat, cursor, field};
use kit::walk::{PASSWORD, PHONE, Walk, account, register};
use kit::{Site, wire};
use testkit::{Browser, Page};
use time::Duration;

const NEW: &str = "облако трамвай ложка";
const OTHER_PHONE: &str = "+79000000602";
const VARYA: [&str; 3] = ["Ильина", "Варвара", "Олеговна"];

fn rows(site: &Site) -> i64 {
    site.app.store.read_blocking(|tx| tx.audit_len()).unwrap()
}

fn newest_action(site: &Site) -> String {
    let tail = site.app.store.read_blocking(|tx| tx.audit_tail(None, 1)).unwrap();
    tail.rows[0].action.clone()
}

/// A server with Varya's account and profile.
fn site() -> Site {
    let site = Site::open();
    register(&site.world, PHONE, VARYA, Some(VARYA));
    site
}

fn home(site: &Site) -> Walk {
    site.world.write(identity::reset_counters);
    Walk::at_home(site, PHONE, PASSWORD)
}

/// Varya walks the guide to its end; the browser is signed in to the diary and to VK ID.
fn link(site: &Site) -> Browser {
    site.world.write(identity::reset_counters);
    let mut walk = Walk::begin(site, "varya");
    walk.phone(PHONE);
    walk.post("password", &[("password", PASSWORD)]);
    walk.give_code(PHONE);
    walk.post("profile", &[("choice", "continue")]);
    walk.post("review", &[]);
    assert!(is_linked(site));
    walk.browser
}

fn is_linked(site: &Site) -> bool {
    let person = site.world.person("varya");
    site.world.read(|tx| linking::is_active(tx, person))
}

/// Whether a browser is signed in to VK ID.
fn is_in(browser: &mut Browser) -> bool {
    browser.get("/vkid/me").text().contains("Личные данные")
}

fn has_cookie(page: &Page) -> bool {
    page.headers.iter().any(|(name, value)| name == "set-cookie" && value.starts_with("zvonok_vkid_session="))
}

#[test]
fn a_person_signs_in_to_vk_id_itself_and_sees_their_own_data() {
    let site = site();
    let mut walk = home(&site);
    let text = walk.text();
    for shown in
        ["Варвара Ильина", "+7 ••• •••-••-01", "14 марта 2014 г.", "женский", "это устройство", "ученик"]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    // VK-4, VK-13: this page is closed as any other, and says whose it is.
    assert!(text.contains("Это VK ID школы, а не служба ВКонтакте."));
    assert!(!text.contains("9000000601"));
    assert_eq!(walk.page.header("cross-origin-opener-policy"), Some("same-origin"));
    assert_eq!(walk.page.header("referrer-policy"), Some("same-origin"));
    // No application gets a code by it.
    assert!(!walk.journey().contains("302"), "{}", walk.journey());
    walk.get("/vkid/me");
    assert_eq!(walk.page.heading(), "Мой VK ID");
    let page = walk.browser.post("/vkid/me/signout", &[]);
    assert_eq!(page.header("clear-site-data"), Some("\"cache\""));
    assert!(!is_in(&mut walk.browser));
}

#[test]
fn whoever_has_no_account_yet_gets_one_on_the_way_to_the_page() {
    let site = Site::open();
    let mut walk = Walk::to_home(site.browser(), PHONE);
    walk.give_code(PHONE);
    walk.post("person", &kit::walk::PERSON);
    assert_eq!(walk.page.heading(), "Мой VK ID");
    assert!(walk.text().contains("Его ещё нет."), "{}", walk.text());
    // The phone has just been confirmed: the first password needs no old one.
    walk.get("/vkid/me/password");
    assert!(!walk.text().contains("Прежний пароль"));
    walk.post("password", &[("password", NEW), ("again", NEW)]);
    assert!(walk.text().contains("Пароль изменён."), "{}", walk.text());
    assert!(is_in(&mut Walk::at_home(&after_a_while(site), PHONE, NEW).browser));
}

fn after_a_while(site: Site) -> Site {
    site.world.write(identity::reset_counters);
    site.clock.advance(Duration::minutes(6));
    site
}

#[test]
fn an_account_without_a_password_signs_in_anew_before_it_changes_anything() {
    let site = Site::open();
    let mut walk = Walk::to_home(site.browser(), PHONE);
    walk.give_code(PHONE);
    walk.post("person", &kit::walk::PERSON);
    site.clock.advance(Duration::minutes(6));
    for address in ["password", "phone", "delete"] {
        walk.get(&format!("/vkid/me/{address}"));
        assert!(walk.text().contains("Войти заново"), "{address}: {}", walk.text());
    }
    let page = walk.browser.post("/vkid/me/password", &[("password", NEW), ("again", NEW)]);
    assert_eq!(page.location.as_deref(), Some("/vkid/me/confirm?to=password"));
}

#[test]
fn neither_session_is_taken_for_the_other() {
    // VK-5
    let site = site();
    let mut diary = site.browser_of("varya");
    assert!(!is_in(&mut diary));
    let portal = diary.cookie("zvonok_session").unwrap().to_owned();
    diary.set_cookie("zvonok_vkid_session", &portal);
    assert!(!is_in(&mut diary));
    let mut walk = home(&site);
    let own = walk.browser.cookie("zvonok_vkid_session").unwrap().to_owned();
    walk.browser.set_cookie("zvonok_session", &own);
    assert_eq!(walk.browser.get("/profile").status, 303);
}

#[test]
fn without_a_session_every_form_leads_to_the_sign_in_and_changes_nothing() {
    let site = site();
    let mut nobody = site.browser();
    nobody.get("/vkid/me");
    let before = rows(&site);
    for path in [
        "signout",
        "signout-everywhere",
        "sessions/1/end",
        "applications/51000001/withdraw",
        "confirm?to=phone",
        "password",
        "profile",
        "profile/withdraw",
        "delete",
    ] {
        let page = nobody.post(&format!("/vkid/me/{path}"), &[]);
        assert_eq!(page.location.as_deref(), Some("/vkid/me"), "{path}: {}", page.text());
    }
    for path in ["confirm?to=delete", "phone", "password", "profile", "delete"] {
        let page = nobody.get(&format!("/vkid/me/{path}"));
        assert_eq!(page.location.as_deref(), Some("/vkid/me"), "{path}");
    }
    for bad in ["confirm", "confirm?to=elsewhere", "confirm?to=phone&to=delete"] {
        assert_eq!(nobody.get(&format!("/vkid/me/{bad}")).status, 400, "{bad}");
    }
    for bad in ["start", "start?key=short", "start?key=0123456789abcdef%2F..", "phone?key="] {
        let page = nobody.post(&format!("/vkid/me/{bad}"), &[("phone", PHONE)]);
        assert_eq!(page.status, 400, "{bad}: {}", page.text());
    }
    assert_eq!(rows(&site), before);
}

#[test]
fn without_the_embedded_vk_id_there_is_no_such_page() {
    let site = Site::with(|settings| settings.vk_id = web::settings::VkId::Off);
    let mut browser = site.browser();
    for path in ["", "/phone", "/password", "/profile", "/delete", "/confirm?to=phone"] {
        assert_eq!(browser.get(&format!("/vkid/me{path}")).status, 404, "{path}");
    }
    let mut varya = site.browser_of("varya");
    assert!(!varya.get("/profile").body.contains("/vkid/me"));
    let site = Site::open();
    assert!(site.browser_of("varya").get("/profile").body.contains("href=\"/vkid/me\""));
}

#[test]
fn a_double_click_on_the_first_form_makes_one_attempt() {
    let site = site();
    let mut browser = site.browser();
    let page = browser.get("/vkid/me");
    let (_, rest) = page.body.split_once("action=\"/vkid/me/start?").unwrap();
    let action = format!("/vkid/me/start?{}", rest.split('"').next().unwrap());
    let first = browser.post(&action, &[("phone", PHONE)]).location.unwrap();
    assert_eq!(browser.post(&action, &[("phone", PHONE)]).location.unwrap(), first);
    let refused = browser.post(&action.replace("key=", "key=x"), &[("phone", "8 900")]);
    assert!(refused.text().contains("не хватает цифр"), "{}", refused.text());
}

#[test]
fn a_profile_that_agrees_with_the_roster_is_changed_at_once() {
    let site = site();
    let mut diary = link(&site);
    let mut walk = home(&site);
    let varya = |given| {
        [
            ("surname", "Ильина"),
            ("given", given),
            ("patronymic", ""),
            ("birth_date", "15.03.2014"),
            ("role", "pupil"),
        ]
    };
    walk.post("profile", &varya("Варя"));
    assert!(walk.text().contains("Учебный профиль изменён."), "{}", walk.text());
    assert!(walk.text().contains("Ильина Варя") && walk.text().contains("15 марта 2014 г."));
    let before = rows(&site);
    walk.post("profile", &varya("Варя"));
    assert_eq!(rows(&site), before, "sent twice, it is one change");
    // The link says the same, and its history knows (LNK-L6).
    let own = diary.get("/profile").text();
    assert!(own.contains("Варя Ильина") && own.contains("Изменён учебный профиль"), "{own}");
    for (fields, said) in [
        (varya(""), "Исправьте одно поле."),
        (varya("Вар4"), "Исправьте одно поле."),
        (varya("Ва\u{202e}ря"), "Исправьте одно поле."),
        (
            [("surname", ""), ("given", ""), ("patronymic", ""), ("birth_date", "завтра"), ("role", "head")],
            "Исправьте четыре поля.",
        ),
    ] {
        walk.post("profile", &fields);
        assert!(walk.text().contains(said), "{}", walk.text());
    }
    let page = walk.browser.post("/vkid/me/profile", &[("surname", "Ильина"), ("verified", "1")]);
    assert_eq!(page.status, 400);
    assert_eq!(rows(&site), before);
}

const MARRIED: [(&str, &str); 5] = [
    ("surname", "Соколова"),
    ("given", "Варвара"),
    ("patronymic", "Олеговна"),
    ("birth_date", "14.03.2014"),
    ("role", "pupil"),
];

/// The address of the forms about the one change that waits.
fn waiting_change(browser: &mut Browser, page: &str) -> Option<String> {
    let body = browser.get(page).body;
    let (_, rest) = body.split_once("/changes/")?;
    Some(rest.split('/').next()?.to_owned())
}

#[test]
fn a_name_that_is_not_the_rosters_waits_for_the_class_teacher() {
    // LNK-L3
    let site = site();
    link(&site);
    let mut walk = home(&site);
    walk.post("profile", &MARRIED);
    assert!(walk.text().contains("Ждёт подтверждения школы: Варвара Соколова"), "{}", walk.text());
    assert!(walk.text().contains("Ильина Варвара Олеговна") && is_linked(&site));
    let before = rows(&site);
    walk.post("profile", &MARRIED);
    assert_eq!(rows(&site), before, "sent twice, it waits once");
    let class = format!("/classes/{}", site.world.class_id("6A"));
    let links = format!("{class}/links");
    let mut gromova = site.browser_of("gromova");
    assert!(gromova.get(&class).text().contains("1 ждут"), "{}", gromova.get(&class).text());
    let change = waiting_change(&mut gromova, &links).unwrap();
    assert!(gromova.get(&links).text().contains("меняет имя в учебном профиле"));
    // Neither another class's teacher nor the pupil decides.
    let mut orlova = site.browser_of("orlova");
    let foreign = format!("/classes/{}", site.world.class_id("3A"));
    orlova.get("/profile");
    for path in [format!("{foreign}/changes/{change}/approve"), format!("{class}/changes/{change}/approve")] {
        assert_eq!(orlova.post(&path, &[]).status, 404, "{path}");
    }
    let mut varya = site.browser_of("varya");
    varya.get("/profile");
    assert_eq!(varya.post(&format!("/admin/changes/{change}/approve"), &[]).status, 404);
    // Without a reason nothing is refused.
    gromova.post(&format!("{class}/changes/{change}/reject"), &[("why", " ")]);
    assert!(waiting_change(&mut gromova, &links).is_some());
    gromova.post(&format!("{class}/changes/{change}/reject"), &[("why", "В документах прежняя фамилия")]);
    assert_eq!(newest_action(&site), "linking.change.reject");
    assert_eq!(waiting_change(&mut gromova, &links), None);
    assert_eq!(gromova.post(&format!("{class}/changes/{change}/approve"), &[]).status, 409);
    walk.get("/vkid/me");
    assert!(walk.text().contains("В документах прежняя фамилия"), "{}", walk.text());
    walk.post("profile", &MARRIED);
    let again = waiting_change(&mut gromova, &links).unwrap();
    gromova.post(&format!("{class}/changes/{again}/approve"), &[]);
    walk.get("/vkid/me");
    assert!(
        walk.text().contains("Соколова Варвара Олеговна") && !walk.text().contains("подтвер"),
        "{}",
        walk.text()
    );
    // A name that the school has agreed to stays good.
    let mut older = MARRIED;
    older[3].1 = "13.03.2014";
    walk.post("profile", &older);
    assert!(walk.text().contains("Учебный профиль изменён."), "{}", walk.text());
}

#[test]
fn a_change_is_taken_back_and_ends_with_the_link() {
    let site = site();
    let mut diary = link(&site);
    let mut walk = home(&site);
    let mut sedov = site.browser_of("sedov");
    walk.post("profile", &MARRIED);
    assert!(waiting_change(&mut sedov, "/admin/links").is_some());
    walk.post("profile/withdraw", &[]);
    assert!(walk.text().contains("Запрос к школе отменён."));
    assert_eq!(waiting_change(&mut sedov, "/admin/links"), None);
    let before = rows(&site);
    walk.post("profile/withdraw", &[]);
    assert_eq!(rows(&site), before);
    walk.post("profile", &MARRIED);
    let change = waiting_change(&mut sedov, "/admin/links").unwrap();
    diary.get("/profile/unlink");
    diary.post("/profile/unlink", &[]);
    assert_eq!(waiting_change(&mut sedov, "/admin/links"), None);
    assert_eq!(sedov.post(&format!("/admin/changes/{change}/approve"), &[]).status, 409);
    // Nobody of the school is linked with it any more: the name is its owner's.
    walk.post("profile", &MARRIED);
    assert!(walk.text().contains("Учебный профиль изменён."), "{}", walk.text());
}

/// Before the form of the new number.
fn at_new_phone(site: &Site) -> Walk {
    let mut walk = home(site);
    walk.get("/vkid/me/phone");
    assert_eq!(walk.page.heading(), "Новый номер телефона");
    walk
}

#[test]
fn a_new_phone_takes_the_place_of_the_old_one_after_its_code() {
    // A1, A16
    let site = site();
    let mut walk = at_new_phone(&site);
    site.world.write(identity::reset_counters);
    for (phone, said) in
        [("8 900", "не хватает цифр"), ("", "Введите номер телефона."), (PHONE, "Это ваш нынешний номер.")]
    {
        walk.get("/vkid/me/phone");
        walk.submit("/vkid/me/phone?", &[("phone", phone)]);
        assert!(walk.text().contains(said), "{phone}: {}", walk.text());
    }
    walk.get("/vkid/me/phone");
    walk.submit("/vkid/me/phone?", &[("phone", OTHER_PHONE)]);
    assert_eq!(walk.page.heading(), "Введите код из СМС");
    assert_eq!(walk.page.header("cross-origin-opener-policy"), Some("same-origin"));
    let code: u32 = walk.code(OTHER_PHONE).parse().unwrap();
    walk.post("code", &[("code", &format!("{:06}", (code + 1) % 1_000_000))]);
    assert!(walk.text().contains("Осталось 4 попытки"), "{}", walk.text());
    // Back to the number, and to the code that is still good.
    walk.post("change-phone", &[]);
    assert_eq!(walk.page.heading(), "Новый номер телефона");
    walk.post("phone", &[("phone", OTHER_PHONE)]);
    let base = walk.base.clone();
    walk.give_code(OTHER_PHONE);
    assert!(walk.text().contains("Телефон изменён.") && walk.text().contains("••-02"), "{}", walk.text());
    assert_eq!(newest_action(&site), "identity.own.phone");
    let before = rows(&site);
    let again = walk.browser.post(&format!("{base}/code"), &[("code", "111111")]);
    assert_eq!(again.location.as_deref(), Some("/vkid/me"));
    assert!(rows(&site) <= before + 1);
    // The new number signs in, the old one is nobody's.
    site.world.write(identity::reset_counters);
    assert!(is_in(&mut Walk::at_home(&site, OTHER_PHONE, PASSWORD).browser));
    site.world.write(identity::reset_counters);
    let old = Walk::to_home(site.browser(), PHONE);
    assert_eq!(old.page.heading(), "Введите код из СМС");
}

#[test]
fn a_change_of_phone_needs_the_password_of_the_last_five_minutes() {
    // A16, A12
    let site = site();
    let mut walk = home(&site);
    let first = walk.browser.cookie("zvonok_vkid_session").unwrap().to_owned();
    site.clock.advance(Duration::minutes(5) - Duration::milliseconds(1));
    walk.get("/vkid/me/phone");
    assert_eq!(walk.page.heading(), "Новый номер телефона");
    site.clock.advance(Duration::milliseconds(1));
    let page = walk.browser.post("/vkid/me/phone?key=0123456789abcdef", &[("phone", OTHER_PHONE)]);
    assert_eq!(page.location.as_deref(), Some("/vkid/me/confirm?to=phone"));
    walk.get("/vkid/me/phone");
    assert_eq!(walk.page.heading(), "Введите пароль ещё раз");
    walk.prove("phone", "не тот пароль");
    assert!(walk.text().contains("Пароль не подходит."), "{}", walk.text());
    walk.prove("phone", PASSWORD);
    assert_eq!(walk.page.heading(), "Новый номер телефона");
    // The session has another name, and the old one opens nothing.
    let mut thief = site.browser();
    thief.set_cookie("zvonok_vkid_session", &first);
    assert!(!is_in(&mut thief) && is_in(&mut walk.browser));
}

#[test]
fn fifteen_wrong_passwords_are_the_last_of_three_hours() {
    // A18
    let site = site();
    let mut walk = home(&site);
    walk.get("/vkid/me/confirm?to=delete");
    for _ in 0..15 {
        walk.prove("delete", "не тот пароль");
        assert!(walk.text().contains("Пароль не подходит."), "{}", walk.text());
    }
    walk.prove("delete", PASSWORD);
    assert!(walk.text().contains("Слишком много неверных паролей"), "{}", walk.text());
}

#[test]
fn whose_a_number_is_only_its_holder_hears() {
    // LNK-S4, A8: until the code is right, a number of somebody's and one of nobody's look the same.
    let site = site();
    account(&site.world, OTHER_PHONE, true);
    let mut walk = at_new_phone(&site);
    site.world.write(identity::reset_counters);
    let shown = ["+79000000603", OTHER_PHONE].map(|phone| {
        walk.get("/vkid/me/phone");
        walk.submit("/vkid/me/phone?", &[("phone", phone)]);
        assert!(walk.find_code(phone).is_some());
        walk.text().replace("06-03", "…").replace("06-02", "…")
    });
    assert_eq!(shown[0], shown[1]);
    walk.give_code(OTHER_PHONE);
    assert!(walk.text().contains("Этот номер принадлежит другому VK ID школы."), "{}", walk.text());
    walk.get("/vkid/me");
    assert!(walk.text().contains("••-01"), "nothing has changed");
}

#[test]
fn a_session_that_was_ended_elsewhere_changes_no_phone() {
    let site = site();
    let mut walk = at_new_phone(&site);
    site.world.write(identity::reset_counters);
    walk.submit("/vkid/me/phone?", &[("phone", OTHER_PHONE)]);
    let mut other = home(&site);
    site.world.write(identity::reset_counters);
    other.browser.post("/vkid/me/signout-everywhere", &[]);
    let code = walk.code(OTHER_PHONE);
    let page = walk.browser.post(&format!("{}/code", walk.base), &[("code", &code)]);
    assert!(page.location.unwrap().ends_with("/over"));
    let phone = identity::Phone::parse(OTHER_PHONE).unwrap();
    let free = Walk::to_home(site.browser(), phone.e164());
    assert_eq!(free.page.heading(), "Введите код из СМС");
}

#[test]
fn whoever_signs_out_of_the_diary_leaves_vk_id_too() {
    // A15: the next one at a school's computer finds neither.
    let site = site();
    let mut browser = link(&site);
    let own = browser.cookie("zvonok_vkid_session").unwrap().to_owned();
    assert!(is_in(&mut browser));
    browser.get("/profile");
    browser.post("/signout", &[]);
    assert_eq!(browser.cookie("zvonok_vkid_session"), None);
    browser.set_cookie("zvonok_vkid_session", &own);
    assert!(!is_in(&mut browser));
}

#[test]
fn a_password_is_changed_with_the_old_one_and_ends_every_other_session() {
    // A9, A12
    let site = site();
    wire_application(&site);
    let (code, device) = granted(&site);
    let tokens = wire::exchange(&site, &code, &device);
    let mut elsewhere = home(&site);
    let mut walk = home(&site);
    site.clock.advance(Duration::minutes(10));
    walk.get("/vkid/me/password");
    let before = rows(&site);
    for (old, new, again, said) in [
        ("не тот пароль", NEW, NEW, "Пароль не подходит."),
        ("", NEW, NEW, "Пароль не подходит."),
        (PASSWORD, "короткий", "короткий", "Нужно не меньше 10 знаков, сейчас 8"),
        (PASSWORD, "", "", "Нужно не меньше 10 знаков"),
        (PASSWORD, "qwertyuiop", "qwertyuiop", "слишком распространён"),
        (PASSWORD, "ИльинаВарвара", "ИльинаВарвара", "В пароле ваше имя"),
        (PASSWORD, NEW, "облако трамвай", "Пароли не совпали"),
    ] {
        walk.post("password", &[("old", old), ("password", new), ("again", again)]);
        assert!(walk.text().contains(said), "{said}: {}", walk.text());
    }
    assert_eq!(rows(&site), before);
    let page =
        walk.browser.post("/vkid/me/password", &[("old", PASSWORD), ("password", NEW), ("again", NEW)]);
    assert_eq!((page.location.as_deref(), rows(&site)), (Some("/vkid/me"), before + 1));
    assert!(has_cookie(&page) && is_in(&mut walk.browser) && !is_in(&mut elsewhere.browser));
    let access = tokens["access_token"].as_str().unwrap();
    let info = wire::call(&site, "/oauth2/user_info?client_id=51000001", &[("access_token", access)]);
    assert_eq!(wire::json(&info)["error"], "invalid_token");
    // Sent twice: the old password is the old one no more.
    let again =
        walk.browser.post("/vkid/me/password", &[("old", PASSWORD), ("password", NEW), ("again", NEW)]);
    assert!(again.text().contains("Пароль не подходит."));
    site.world.write(identity::reset_counters);
    assert!(is_in(&mut Walk::at_home(&site, PHONE, NEW).browser));
}

#[test]
fn sessions_are_seen_and_ended_by_their_own_person_only() {
    // A15
    let site = site();
    register(&site.world, OTHER_PHONE, ["Котова", "Кира", ""], None);
    let mut walk = home(&site);
    let mut second = home(&site);
    site.world.write(identity::reset_counters);
    let mut stranger = Walk::at_home(&site, OTHER_PHONE, PASSWORD);
    walk.get("/vkid/me");
    let (_, rest) = walk.page.body.split_once("/vkid/me/sessions/").unwrap();
    let id: String = rest.chars().take_while(char::is_ascii_digit).collect();
    assert_eq!(walk.page.body.matches("/vkid/me/sessions/").count(), 1, "one's own session has no button");
    let before = rows(&site);
    for id in [id.as_str(), "99999", "0", "-1", "x"] {
        let page = stranger.browser.post(&format!("/vkid/me/sessions/{id}/end"), &[]);
        assert_eq!(page.status, 404, "{id}");
    }
    assert!(is_in(&mut second.browser) && rows(&site) == before);
    walk.post(&format!("sessions/{id}/end"), &[]);
    assert!(walk.text().contains("Вход на этом устройстве закончен."));
    assert!(!is_in(&mut second.browser) && is_in(&mut walk.browser));
    walk.post(&format!("sessions/{id}/end"), &[]);
    assert_eq!(rows(&site), before + 1, "sent twice, it ends once");
    let mut third = home(&site);
    let page = walk.browser.post("/vkid/me/signout-everywhere", &[]);
    assert_eq!(page.header("clear-site-data"), Some("\"cache\""));
    assert!(!is_in(&mut walk.browser) && !is_in(&mut third.browser) && is_in(&mut stranger.browser));
}

#[test]
fn a_session_lives_for_half_an_hour_without_use() {
    // A13
    let site = site();
    let mut walk = home(&site);
    for _ in 0..3 {
        site.clock.advance(Duration::minutes(29));
        assert!(is_in(&mut walk.browser));
    }
    site.clock.advance(Duration::minutes(30));
    assert!(!is_in(&mut walk.browser));
}

fn wire_application(site: &Site) {
    let random = site.world.random.clone();
    let new = identity::NewApplication {
        id: identity::ClientId::from_row(51_000_001),
        name: "Кружок робототехники".to_owned(),
        redirects: vec![wire::BACK.to_owned()],
        origins: vec![wire::ORIGIN.to_owned()],
    };
    site.world.write(move |tx| {
        identity::add_application(tx, testkit::now(), &random, &new).unwrap();
        Ok::<_, store::Error>(())
    });
}

fn granted(site: &Site) -> (String, String) {
    site.world.write(identity::reset_counters);
    wire::granted(site)
}

#[test]
fn access_is_taken_back_from_an_application_and_asked_for_anew() {
    // VK-26
    let site = site();
    wire_application(&site);
    let (code, device) = granted(&site);
    let tokens = wire::exchange(&site, &code, &device);
    let access = tokens["access_token"].as_str().unwrap();
    let info = |site: &Site| {
        let page = wire::call(site, "/oauth2/user_info?client_id=51000001", &[("access_token", access)]);
        wire::json(&page)
    };
    assert!(info(&site)["user"].is_object());
    // A stranger who never let it in takes nothing away.
    register(&site.world, OTHER_PHONE, ["Котова", "Кира", ""], None);
    site.world.write(identity::reset_counters);
    let mut stranger = Walk::at_home(&site, OTHER_PHONE, PASSWORD);
    let before = rows(&site);
    stranger.post("applications/51000001/withdraw", &[]);
    for bad in ["99", "x", "-1"] {
        let page = stranger.browser.post(&format!("/vkid/me/applications/{bad}/withdraw"), &[]);
        assert!(page.status == 303 || page.status == 404, "{bad}");
    }
    assert!(info(&site)["user"].is_object() && rows(&site) == before);
    let mut walk = home(&site);
    assert!(walk.text().contains("знает: имя, дату рождения и пол, номер телефона"), "{}", walk.text());
    let before = rows(&site);
    walk.post("applications/51000001/withdraw", &[]);
    assert!(
        walk.text().contains("Доступ отозван.") && walk.text().contains("Доступа нет ни у кого."),
        "{}",
        walk.text()
    );
    walk.post("applications/51000001/withdraw", &[]);
    assert_eq!(rows(&site), before + 1);
    assert_eq!(info(&site)["error"], "invalid_token");
    // Whoever is signed in is asked again.
    let again = wire::authorize("").replace(wire::STATE, "another-state-of-thirty-two-characters");
    let page = walk.browser.get(&again);
    assert!(page.text().contains("Продолжить как Варвара"), "{}", page.text());
    let page = walk.browser.post(&again.replace("/authorize", "/vkid/continue"), &[]);
    assert!(page.location.unwrap().ends_with("/consent"));
}

/// Somebody who reads the class chat.
fn linked_demyan(site: &Site) -> Browser {
    let person = site.world.person("demyan");
    site.world.write(move |tx| {
        let name = school::load_person(tx, person)?.name;
        let name = identity::FullName::parse(&name.surname, &name.given, "").unwrap();
        let subject =
            identity::VkSubject::new(identity::Provider::Embedded, identity::VkUserId::new(1).unwrap());
        let claims = linking::Claims { name, birth_date: None, role: None };
        let path = linking::LinkPath::ExistingProfile;
        let change = linking::adopt(tx, testkit::now(), person, subject, claims, path).unwrap();
        web::flows::follow_link(tx, testkit::now(), testkit::TODAY, change).unwrap();
        Ok::<_, store::Error>(())
    });
    site.browser_of("demyan")
}

/// Deletes Varya's account.
fn delete(walk: &mut Walk) {
    walk.get("/vkid/me/delete");
    assert_eq!(walk.page.heading(), "Удалить VK ID?", "{}", walk.text());
    walk.post("delete", &[]);
}

#[test]
fn deleting_the_account_ends_the_link_and_leaves_what_was_written() {
    // LNK-S8, LNK-L10, LNK-L4
    let site = site();
    wire_application(&site);
    let mut demyan = linked_demyan(&site);
    // A class chat without an adult can only be read.
    let gromova = site.world.person("gromova");
    site.world.write(move |tx| messenger::enrol(tx, testkit::now(), testkit::TODAY, gromova));
    let mut diary = link(&site);
    let chat = class_chat(&mut diary);
    let cid = field(&diary.get(&chat).body, "cid");
    diary.post(&chat, &[("cid", &cid), ("text", "Завтра без меня")]);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    let at = cursor(&diary.get(&chat).body);
    let mut socket = Socket::open(&diary, &at);
    let mut elsewhere = home(&site);
    let (code, device) = granted(&site);
    let tokens = wire::exchange(&site, &code, &device);
    // Somebody else has just been let in, and has not fetched the tokens yet.
    let (unused, unused_device) = {
        let mut walk = home(&site);
        let again = wire::authorize("").replace(wire::STATE, "another-state-of-thirty-two-characters");
        walk.browser.get(&again);
        let page = walk.browser.post(&again.replace("/authorize", "/vkid/continue"), &[]);
        let location = page.location.unwrap();
        (wire::parameter(&location, "code"), wire::parameter(&location, "device_id"))
    };
    let mut walk = home(&site);
    // Somebody is in the middle of the guide with the same account.
    site.world.write(identity::reset_counters);
    let mut half = Walk::begin(&site, "kira");
    half.phone(PHONE);
    half.post("password", &[("password", PASSWORD)]);
    half.give_code(PHONE);
    half.post("profile", &[("choice", "continue")]);
    site.clock.advance(Duration::minutes(6));
    walk.get("/vkid/me/delete");
    assert_eq!(walk.page.heading(), "Введите пароль ещё раз");
    let page = walk.browser.post("/vkid/me/delete", &[]);
    assert_eq!(page.location.as_deref(), Some("/vkid/me/confirm?to=delete"));
    assert!(is_linked(&site));
    walk.prove("delete", PASSWORD);
    let begun = Instant::now();
    let before = rows(&site);
    delete(&mut walk);
    assert!(walk.text().contains("VK ID школы удалён."), "{}", walk.text());
    assert_eq!((rows(&site), newest_action(&site).as_str()), (before + 1, "identity.own.delete"));
    let again = walk.browser.post("/vkid/me/delete", &[]);
    assert_eq!((again.location.as_deref(), rows(&site)), (Some("/vkid/me"), before + 1));
    // The link and the chats.
    assert!(!is_linked(&site));
    let refused = socket.ask(&format!(
        r#"{{"t":"send","re":7,"conv":{id},"cid":"00000000000000000000000000000002","text":"я ещё тут"}}"#
    ));
    assert_eq!(refused["code"].as_str(), Some("404"));
    assert!(begun.elapsed() < Wall::from_secs(10));
    assert_eq!(diary.get(&chat).location.as_deref(), Some("/link"));
    let history = diary.get("/profile").text();
    assert!(history.contains("VK ID удалён") && history.contains("не связан"), "{history}");
    assert!(demyan.get(&chat).text().contains("Завтра без меня"));
    // Sessions, tokens, codes, attempts.
    assert!(!is_in(&mut elsewhere.browser));
    let access = tokens["access_token"].as_str().unwrap();
    let info = wire::call(&site, "/oauth2/user_info?client_id=51000001", &[("access_token", access)]);
    assert_eq!(wire::json(&info)["error"], "invalid_token");
    assert_eq!(wire::exchange(&site, &unused, &unused_device)["error"], "invalid_grant");
    let page = half.browser.post(&format!("{}/review", half.base), &[]);
    assert!(page.location.unwrap().ends_with("/over"));
}

#[test]
fn the_phone_of_a_deleted_account_rests_for_thirty_days() {
    // LNK-S8
    for by_job in [false, true] {
        let site = site();
        let mut walk = home(&site);
        delete(&mut walk);
        site.world.write(identity::reset_counters);
        // A stranger sees nothing but the screen of any unknown number; its holder is told after the code.
        let mut early = Walk::to_home(site.browser(), PHONE);
        early.give_code(PHONE);
        assert!(early.text().contains("Номер освободится через 30 дней."), "{}", early.text());
        site.clock.advance(Duration::days(30) - Duration::milliseconds(1));
        site.block_on(web::jobs::free_phones(&site.app));
        let mut late = Walk::to_home(site.browser(), PHONE);
        late.give_code(PHONE);
        assert!(late.text().contains("через 1 день."), "{}", late.text());
        site.clock.advance(Duration::milliseconds(1));
        if by_job {
            let due = |site: &Site| site.world.read(|tx| identity::has_phones_to_free(tx, site.clock.now()));
            assert!(due(&site));
            site.block_on(web::jobs::free_phones(&site.app));
            assert!(!due(&site));
        }
        site.world.write(identity::reset_counters);
        let mut fresh = Walk::to_home(site.browser(), PHONE);
        fresh.give_code(PHONE);
        fresh.post("person", &kit::walk::PERSON);
        assert_eq!(fresh.page.heading(), "Мой VK ID", "{}", fresh.text());
    }
}

#[test]
fn a_new_phone_of_a_deleted_account_rests_as_well() {
    let site = site();
    register(&site.world, OTHER_PHONE, ["Котова", "Кира", ""], None);
    let mut kira = Walk::at_home(&site, OTHER_PHONE, PASSWORD);
    delete(&mut kira);
    let mut walk = at_new_phone(&site);
    site.world.write(identity::reset_counters);
    walk.submit("/vkid/me/phone?", &[("phone", OTHER_PHONE)]);
    walk.give_code(OTHER_PHONE);
    assert!(walk.text().contains("недавно удалили"), "{}", walk.text());
    walk.post("cancel", &[]);
    assert!(
        walk.text().contains("Ничего не изменилось.") && walk.text().contains("••-01"),
        "{}",
        walk.text()
    );
}

#[test]
fn guessing_at_a_new_phone_locks_nobody_out_of_their_sign_in() {
    // A7: twenty wrong codes close the ways without a password, not the owner's sign-in.
    let site = site();
    account(&site.world, OTHER_PHONE, true);
    for _ in 0..4 {
        let mut walk = Walk::at_home(&site, PHONE, PASSWORD);
        walk.get("/vkid/me/phone");
        walk.submit("/vkid/me/phone?", &[("phone", OTHER_PHONE)]);
        let code: u32 = walk.code(OTHER_PHONE).parse().unwrap();
        let wrong = format!("{:06}", (code + 1) % 1_000_000);
        for _ in 0..5 {
            walk.post("code", &[("code", &wrong)]);
        }
        site.clock.advance(Duration::minutes(61));
    }
    assert_eq!(site.world.read(identity::locked_phones).len(), 1);
    assert!(is_in(&mut Walk::at_home(&site, OTHER_PHONE, PASSWORD).browser));
}
