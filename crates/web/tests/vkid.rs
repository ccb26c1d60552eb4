//! The three variants of the user guide over HTTP, and everything around them (docs/rules/linking.md).
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod kit;

use kit::Site;
use kit::walk::{PASSWORD, PERSON, PHONE, Walk, account};
use time::Duration;

fn is_linked(site: &Site, key: &str) -> bool {
    let person = site.world.person(key);
    site.world.read(|tx| linking::is_active(tx, person))
        && site.world.read(|tx| messenger::has_access(tx, person))
}

#[test]
fn variant_1_account_and_educational_profile() {
    let site = Site::open();
    account(&site.world, PHONE, true);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone("8 (900) 000-06-01");
    walk.post("password", &[("password", PASSWORD)]);
    walk.give_code(PHONE);
    assert!(walk.text().contains("Продолжить в учебном профиле"));
    walk.post("profile", &[("choice", "continue")]);
    assert!(walk.text().contains("Проверьте свои личные данные, которые будут отображаться на платформе"));
    assert!(walk.text().contains("Совпадает со списком школы"));
    walk.post("review", &[]);
    insta::assert_snapshot!(walk.journey());
    assert!(is_linked(&site, "varya"));
    assert!(walk.browser.cookie("zvonok_vkid_session").is_some());
}

#[test]
fn variant_2_account_without_profile() {
    let site = Site::open();
    account(&site.world, PHONE, false);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    walk.post("password", &[("password", PASSWORD)]);
    walk.give_code(PHONE);
    assert!(walk.text().contains("Создать учебный профиль"));
    walk.post("profile", &[("choice", "create")]);
    // LNK-S3: the personal name is not offered to the school.
    assert!(!walk.page.body.contains("Тарасенко"));
    let fields =
        [("surname", "Ильина"), ("given", "Варвара"), ("birth_date", "2014-03-14"), ("role", "pupil")];
    walk.post("review", &fields);
    insta::assert_snapshot!(walk.journey());
    assert!(is_linked(&site, "varya"));
}

#[test]
fn variant_3_no_account() {
    let site = Site::open();
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    walk.give_code(PHONE);
    walk.post("person", &PERSON);
    walk.post("profile", &[("choice", "create")]);
    walk.post("review", &[]);
    insta::assert_snapshot!(walk.journey());
    assert!(is_linked(&site, "varya"));
}

#[test]
fn a_forgotten_password_is_set_anew_and_the_flow_goes_on() {
    let site = Site::open();
    account(&site.world, PHONE, true);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    walk.post("forgot", &[]);
    walk.post("reset", &[("phone", PHONE)]);
    let code = walk.code(PHONE);
    walk.post("reset-code", &[("code", &code)]);
    for (password, again, said) in [
        ("короткий", "короткий", "Нужно не меньше 10 знаков, сейчас 8"),
        ("qwertyuiop", "qwertyuiop", "слишком распространён"),
        ("Тарасенко14", "Тарасенко14", "В пароле ваше имя"),
        ("облако трамвай ложка", "облако трамвай", "Пароли не совпали"),
    ] {
        walk.post("reset-password", &[("password", password), ("again", again)]);
        assert!(walk.text().contains(said), "{}", walk.text());
    }
    let new = "облако трамвай ложка";
    walk.post("reset-password", &[("password", new), ("again", new)]);
    walk.post("profile", &[("choice", "continue")]);
    walk.post("review", &[]);
    insta::assert_snapshot!(walk.journey());
    assert!(is_linked(&site, "varya"));
}

#[test]
fn cancel_leads_back_to_the_diary_and_changes_nothing() {
    let site = Site::open();
    account(&site.world, PHONE, true);
    for step in 0..4 {
        let mut walk = Walk::begin(&site, "varya");
        site.world.write(identity::reset_counters);
        if step == 0 {
            let (_, rest) = walk.page.body.split_once("action=\"/vkid/cancel?").unwrap();
            let query = rest.split('"').next().unwrap().replace("&#38;", "&");
            let page = walk.browser.post(&format!("/vkid/cancel?{query}"), &[]);
            walk.note("POST cancel", page);
            walk.follow();
        } else {
            walk.phone(PHONE);
            if step > 1 {
                walk.post("password", &[("password", PASSWORD)]);
            }
            if step > 2 {
                walk.give_code(PHONE);
            }
            walk.post("cancel", &[]);
        }
        assert!(walk.text().contains("Авторизация отменена. Ничего не изменилось."), "{}", walk.text());
        assert!(!is_linked(&site, "varya"));
        assert_eq!(walk.browser.cookie("zvonok_vkid_session"), None);
    }
}

#[test]
fn a_wrong_code_is_told_and_five_are_the_end() {
    // A3
    let site = Site::open();
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    let code: u32 = walk.code(PHONE).parse().unwrap();
    let wrong = format!("{:06}", (code + 1) % 1_000_000);
    for (given, said) in [
        ("12345", "Код — это шесть цифр"),
        ("１２３４５６", "Код — это шесть цифр"),
        (wrong.as_str(), "Осталось 4 попытки"),
        (wrong.as_str(), "Осталось 3 попытки"),
        (wrong.as_str(), "Осталось 2 попытки"),
        (wrong.as_str(), "Осталась 1 попытка"),
        (wrong.as_str(), "попыток больше нет"),
        (wrong.as_str(), "больше не действует"),
    ] {
        walk.post("code", &[("code", given)]);
        assert!(walk.text().contains(said), "{}", walk.text());
    }
    let right = format!("{code:06}");
    walk.post("code", &[("code", &right)]);
    assert!(walk.text().contains("больше не действует"), "the right code of a dead row is dead");
    walk.post("resend", &[]);
    assert!(walk.text().contains("Новый код можно получить через 1:00"), "{}", walk.text());
}

#[test]
fn a_code_by_call_is_the_end_of_the_number_that_calls() {
    let site = Site::open();
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    site.clock.advance(Duration::minutes(1));
    walk.post("call", &[]);
    assert_eq!(walk.page.heading(), "Введите цифры номера");
    let page = walk.browser.get("/demo/phone");
    assert!(page.text().contains("Звонок с номера +7 900 0"), "{}", page.text());
    walk.give_code(PHONE);
    assert_eq!(walk.page.heading(), "Заполните информацию о себе");
}

#[test]
fn every_address_of_an_attempt_leads_to_the_screen_where_it_is() {
    // Back, reload, two tabs, another device.
    let site = Site::open();
    account(&site.world, PHONE, true);
    let mut walk = Walk::begin(&site, "varya");
    let first = walk.page.body.clone();
    walk.phone(PHONE);
    let base = walk.base.clone();
    for screen in [
        "phone",
        "code",
        "person",
        "profile",
        "review",
        "reset",
        "reset-code",
        "reset-password",
        "done",
        "over",
    ] {
        let page = walk.browser.get(&format!("{base}/{screen}"));
        assert_eq!(page.line(), format!("303 → {base}/password"), "{screen}");
    }
    // Back to the first screen of the same request, and the first form once more.
    let (_, rest) = first.split_once("action=\"/vkid/start?").unwrap();
    let query = rest.split('"').next().unwrap().replace("&#38;", "&");
    assert_eq!(walk.browser.get(&format!("/authorize?{query}")).line(), format!("303 → {base}/password"));
    let again = walk.browser.post(&format!("/vkid/start?{query}"), &[("phone", PHONE)]);
    assert_eq!(again.line(), format!("303 → {base}/password"));
    // A form of a screen that is over.
    let stale = walk.browser.post(&format!("{base}/code"), &[("code", "123456")]);
    assert_eq!(stale.line(), format!("303 → {base}/password"));
    // Another browser.
    let mut stranger = site.browser_of("demyan");
    let page = stranger.get(&format!("{base}/password"));
    assert_eq!(page.status, 403);
    assert!(page.text().contains("в другом браузере"), "{}", page.text());
    assert_eq!(stranger.get("/vkid/AAAA/password").status, 404);
    // The tab in the middle of the way.
    let page = walk.browser.get("/link");
    assert!(page.text().contains("Продолжить") && page.text().contains("Начать заново"));
}

#[test]
fn after_fifteen_minutes_the_first_screen_says_why() {
    let site = Site::open();
    account(&site.world, PHONE, true);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    let old = walk.base.clone();
    site.clock.advance(Duration::minutes(15));
    walk.get(&format!("{old}/password"));
    assert_eq!(walk.page.heading(), "Номер мобильного телефона");
    assert!(walk.text().contains("Прошло 15 минут. Вход начат заново"), "{}", walk.text());
    walk.phone(PHONE);
    assert_ne!(walk.base, old);
    assert_eq!(walk.page.heading(), "Введите пароль");
}

#[test]
fn bad_data_of_a_new_person_is_told_field_by_field() {
    let site = Site::open();
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    walk.give_code(PHONE);
    let long = "а".repeat(10_000);
    for (surname, given, birth_date, sex, said) in [
        ("", "Варвара", "14.03.2014", "female", "Заполните это поле"),
        (long.as_str(), "Варвара", "14.03.2014", "female", "Не больше 100 знаков, сейчас 10"),
        ("Ильина1", "Варвара", "14.03.2014", "female", "не бывает знака «1»"),
        ("Ильина", "Вар\u{202e}вара", "14.03.2014", "female", "невидимые знаки"),
        ("Ильина", "Вар\u{7}вара", "14.03.2014", "female", "невидимые знаки"),
        ("Ильина", "<b>", "14.03.2014", "female", "не бывает знака «<»"),
        ("Ильина", "Варвара", "15.10.2026", "female", "ещё не наступила"),
        ("Ильина", "Варвара", "31.02.2014", "female", "Такой даты нет"),
        ("Ильина", "Варвара", "", "female", "Введите дату рождения"),
        ("Ильина", "Варвара", "14.03.2014", "", "Выберите пол"),
        ("", "", "", "", "Исправьте четыре поля"),
    ] {
        let fields = [
            ("surname", surname),
            ("given", given),
            ("patronymic", ""),
            ("birth_date", birth_date),
            ("sex", sex),
        ];
        walk.post("person", &fields);
        assert_eq!(walk.page.status, 200);
        assert!(walk.text().contains(said), "{said}: {}", walk.text());
    }
    walk.post("person", &PERSON);
    assert_eq!(walk.page.heading(), "Нужен учебный профиль");
}

#[test]
fn bad_phones_are_told_and_the_number_stays_in_the_field() {
    let site = Site::open();
    let mut walk = Walk::begin(&site, "varya");
    for (phone, said) in [
        ("", "Введите номер телефона"),
        ("8 900", "не хватает цифр: сейчас 4"),
        ("телефон", "не бывает знака «т»"),
        ("８９０００００００４２", "обычными цифрами"),
        ("375291234567", "поставьте плюс и код страны"),
        ("8 800 555-35-35", "справочной или платной линии"),
    ] {
        walk.phone(phone);
        assert!(walk.text().contains(said), "{phone}: {}", walk.text());
        assert!(phone.is_empty() || walk.page.body.contains(&format!("value=\"{phone}\"")), "{phone}");
    }
}

#[test]
fn names_that_differ_wait_for_the_class_teacher() {
    // LNK-L3
    let site = Site::open();
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    walk.give_code(PHONE);
    let mut person = PERSON;
    person[0].1 = "Соколова";
    walk.post("person", &person);
    walk.post("profile", &[("choice", "create")]);
    assert!(walk.text().contains("Имя не такое, как в списке школы"));
    walk.post("review", &[]);
    assert_eq!(walk.page.heading(), "Связь ждёт подтверждения");
    assert!(walk.text().contains("О. П. Громова"), "{}", walk.text());
    assert!(!is_linked(&site, "varya"));

    let class = site.world.class_id("6A");
    let mut teacher = site.browser_of("gromova");
    let page = teacher.get(&format!("/classes/{class}/links"));
    assert!(page.text().contains("Соколова") && page.text().contains("1 человек ждёт подтверждения"));
    let (_, rest) = page.body.split_once(&format!("/classes/{class}/links/")).unwrap();
    let link: String = rest.chars().take_while(char::is_ascii_digit).collect();
    // The other class's teacher sees nothing and decides nothing.
    let other = site.world.class_id("3A");
    let mut stranger = site.browser_of("orlova");
    assert_eq!(stranger.get(&format!("/classes/{class}/links")).status, 404);
    stranger.get(&format!("/classes/{other}/links"));
    assert_eq!(stranger.post(&format!("/classes/{other}/links/{link}/approve"), &[]).status, 404);
    assert_eq!(stranger.post(&format!("/classes/{class}/links/{link}/approve"), &[]).status, 404);
    assert!(!is_linked(&site, "varya"));
    let page = teacher.post(&format!("/classes/{class}/links/{link}/approve"), &[]);
    assert_eq!(page.line(), format!("303 → /classes/{class}/links"));
    assert!(is_linked(&site, "varya"));
    // The owner reads who confirmed it (LNK-L6).
    let page = walk.browser.get("/profile");
    assert!(page.text().contains("Подтверждено школой") && page.text().contains("О. П. Громова"));
}

#[test]
fn a_vk_id_of_another_person_is_refused_without_naming_them() {
    // LNK-L3
    let site = Site::open();
    account(&site.world, PHONE, true);
    let link = |key: &str| {
        site.world.write(identity::reset_counters);
        let mut walk = Walk::begin(&site, key);
        walk.phone(PHONE);
        walk.post("password", &[("password", PASSWORD)]);
        walk.give_code(PHONE);
        walk.post("profile", &[("choice", "continue")]);
        walk.post("review", &[]);
        walk
    };
    link("varya");
    let walk = link("demyan");
    assert_eq!(walk.page.heading(), "Этот VK ID уже связан с другим человеком школы");
    assert!(!walk.text().contains("Варвар") && !walk.text().contains("Ильин"), "{}", walk.text());
    assert!(is_linked(&site, "varya") && !is_linked(&site, "demyan"));
}

#[test]
fn a_return_without_its_own_flow_is_refused() {
    // O4, B3
    let site = Site::open();
    account(&site.world, PHONE, true);
    let mut stranger = site.browser();
    let callback = "/link/embedded/callback";
    assert_eq!(stranger.get(&format!("{callback}?code=x&state=y&device_id=z")).status, 400);
    let mut walk = Walk::begin(&site, "varya");
    for query in
        ["", "?code=x", "?state=&code=x", "?state=y&code=x&device_id=z", "?state=a&state=b", "?payload=x"]
    {
        let page = walk.browser.get(&format!("{callback}{query}"));
        assert_eq!(page.status, 400, "{query}: {}", page.text());
    }
    walk.phone(PHONE);
    walk.post("password", &[("password", PASSWORD)]);
    walk.give_code(PHONE);
    walk.post("profile", &[("choice", "continue")]);
    let granted = walk.browser.post(&format!("{}/review", walk.base), &[]).location.unwrap();
    assert!(granted.contains("&type=code_v2&expires_in=600"), "{granted}");
    let path = granted.replace(&format!("http://{}", site.address), "");
    // Somebody else's browser, then one's own twice.
    let mut other = site.browser_of("demyan");
    assert_eq!(other.get(&path).status, 400);
    assert_eq!(walk.browser.get(&path).line(), "303 → /sferum");
    let used = walk.browser.get(&path);
    assert_eq!(used.status, 400);
    assert!(used.text().contains("уже использован"), "{}", used.text());
    assert!(is_linked(&site, "varya") && !is_linked(&site, "demyan"));
}

#[test]
fn unlinking_closes_the_chats_and_another_vk_id_needs_the_password() {
    // LNK-L5
    let site = Site::open();
    account(&site.world, PHONE, true);
    account(&site.world, "+79000000602", true);
    let mut walk = Walk::begin(&site, "varya");
    let link = |walk: &mut Walk, phone: &str| {
        site.world.write(identity::reset_counters);
        walk.phone(phone);
        walk.post("password", &[("password", PASSWORD)]);
        walk.give_code(phone);
        walk.post("profile", &[("choice", "continue")]);
        walk.post("review", &[]);
    };
    link(&mut walk, PHONE);
    assert!(is_linked(&site, "varya"));
    assert!(walk.browser.get("/profile/unlink").text().contains("Отвязать VK ID?"));
    assert_eq!(walk.browser.post("/profile/unlink", &[]).line(), "303 → /profile");
    assert!(!is_linked(&site, "varya"));
    walk.get("/link");
    link(&mut walk, "+79000000602");
    assert!(walk.text().contains("введите пароль от дневника"), "{}", walk.text());
    let wrong = walk.browser.post("/link/review", &[("password", "не тот")]);
    assert!(wrong.text().contains("Пароль от дневника не подходит"), "{}", wrong.text());
    assert!(!is_linked(&site, "varya"));
    let right = walk.browser.post("/link/review", &[("password", "три случайных слова")]);
    assert_eq!(right.line(), "303 → /sferum");
    assert!(is_linked(&site, "varya"));
}

#[test]
fn the_administrator_blocks_and_unblocks_a_link_and_sees_no_phone() {
    let site = Site::open();
    account(&site.world, PHONE, true);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    walk.post("password", &[("password", PASSWORD)]);
    walk.give_code(PHONE);
    walk.post("profile", &[("choice", "continue")]);
    walk.post("review", &[]);
    let mut office = site.browser_of("sedov");
    let page = office.get("/admin/links");
    let (_, rest) = page.body.split_once("/admin/links/").unwrap();
    let link: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let bare = office.post(&format!("/admin/links/{link}/suspend"), &[("why", " ")]);
    assert_eq!(bare.line(), format!("303 → /admin/links/{link}"));
    assert!(is_linked(&site, "varya"), "a block needs a reason");
    assert!(office.get(&format!("/admin/links/{link}")).text().contains("Напишите причину"));
    office.post(&format!("/admin/links/{link}/suspend"), &[("why", "по просьбе родителей")]);
    assert!(!is_linked(&site, "varya"));
    let page = walk.browser.get("/link");
    assert!(page.text().contains("по просьбе родителей"), "{}", page.text());
    let page = office.get(&format!("/admin/links/{link}"));
    assert!(page.text().contains("Приостановлено: по просьбе родителей"), "{}", page.text());
    office.post(&format!("/admin/links/{link}/reinstate"), &[]);
    assert!(is_linked(&site, "varya"));
    assert!(
        office
            .get("/admin/links?name=%D0%B8%D0%BB%D1%8C%D0%B8%D0%BD%D0%B0%20%D0%B2%D0%B0%D1%80")
            .text()
            .contains("1–1 из 1")
    );
    assert!(
        office.get("/admin/links?name=%D0%BD%D0%B8%D0%BA%D1%82%D0%BE").text().contains("Никто не нашёлся")
    );
    assert_eq!(office.get("/admin/links/99999").status, 404);
    // A1, LNK-S3
    let page = office.get("/admin/sms");
    assert!(page.text().contains("+7 ••• •••-••-01"), "{}", page.text());
    assert!(!page.body.contains("000-06") && !page.body.contains("9000000601"));
}

#[test]
fn the_line_that_this_is_the_schools_own_id_stands_on_every_screen() {
    // VK-4, O7, VK-13
    let site = Site::open();
    let mut walk = Walk::begin(&site, "varya");
    let check = |walk: &Walk| {
        assert!(walk.text().contains("Это VK ID школы, а не служба ВКонтакте"), "{}", walk.page.heading());
        assert!(walk.text().contains("Не вводите здесь пароль от своего настоящего VK ID."));
        assert!(walk.text().contains("не вводите настоящие данные"), "the demo says so too");
        assert_eq!(walk.page.header("cross-origin-opener-policy"), Some("unsafe-none"));
        assert_eq!(walk.page.header("referrer-policy"), Some("same-origin"));
        assert_eq!(walk.page.header("cache-control"), Some("no-store"));
    };
    check(&walk);
    walk.phone(PHONE);
    check(&walk);
    walk.give_code(PHONE);
    check(&walk);
    walk.post("person", &PERSON);
    check(&walk);
    walk.post("profile", &[("choice", "create")]);
    check(&walk);
    walk.post("edit", &[]);
    check(&walk);
}

#[test]
fn without_a_provider_there_is_no_tab_and_no_page() {
    // LNK-L9, O7
    let site = Site::with(|settings| settings.vk_id = web::settings::VkId::Off);
    let mut browser = site.browser_of("varya");
    assert!(!browser.get("/diary").text().contains("Авторизация в Сферум"));
    for path in ["/link", "/authorize?response_type=code&client_id=51000000"] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
}

#[test]
fn outside_the_demo_there_is_no_telephone() {
    let site = Site::with(|settings| settings.demo = false);
    let mut browser = site.browser_of("sedov");
    for path in ["/demo/phone", "/demo/phone.json?phone=1"] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
}

#[test]
fn bad_authorization_requests_are_told_on_a_page_or_to_the_client() {
    // VK-12
    let site = Site::open();
    let mut browser = site.browser();
    let redirect =
        format!("http%3A%2F%2F{}%2Flink%2Fembedded%2Fcallback", site.address.to_string().replace(':', "%3A"));
    for query in
        ["", "?client_id=7", "?client_id=51000000", "?client_id=51000000&redirect_uri=https://evil.test/"]
    {
        let page = browser.get(&format!("/authorize{query}"));
        assert_eq!((page.status, page.location.clone()), (400, None), "{query}");
    }
    let page = browser
        .get(&format!("/authorize?client_id=51000000&redirect_uri={redirect}&state=s&response_type=code"));
    assert_eq!(page.status, 302);
    assert!(page.location.unwrap().contains("error=invalid_request"), "no challenge");
}
