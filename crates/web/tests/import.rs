//! The administrator's import: looked at, loaded, taken back, and refused whole (DIA-X1…X9, DIA-I20).
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use std::path::{Path, PathBuf};

use kit::Site;
use testkit::{Browser, Page};
use time::Duration;

const PUPILS: &str = "Внешний ID;Фамилия;Имя;Дата рождения;Класс\n";

fn check(admin: &mut Browser, files: &[(&str, &[u8])]) -> Page {
    assert_eq!(admin.get("/admin/import").status, 200);
    admin.post_files("/admin/import/check", &[("encoding", "")], files)
}

/// The address that a form of the page sends to, beginning with `prefix`.
fn action(page: &Page, prefix: &str) -> String {
    let from = page.body.find(&format!("action=\"{prefix}"));
    let from = from.unwrap_or_else(|| panic!("no {prefix} in {}", page.text()));
    page.body[from + 8..].split('"').next().unwrap().to_owned()
}

fn last_g(site: &Site) -> i64 {
    site.world.read(|tx| tx.last_g())
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)
}

fn send(admin: &mut Browser, folder: &Path) -> Page {
    let files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    check(admin, &files)
}

/// Whether somebody has this login.
fn has_login(site: &Site, login: &'static str) -> bool {
    site.world.read(move |tx| school::find_account(tx, login)).is_some()
}

fn load(admin: &mut Browser, path: &str) -> Page {
    admin.post(path, &[("encoding", "")])
}

#[test]
fn tables_are_looked_at_loaded_and_taken_back() {
    let site = Site::open();
    let mut admin = site.browser_of("sedov");
    let before = last_g(&site);
    let text = format!("{PUPILS}У-1;Яшин;Лев;05.09.2014;6А\nУ-2;Юрьева;Ада;06.09.2014;6А\n");
    let looked = check(&mut admin, &[("Ученики.csv", text.as_bytes())]);
    assert_eq!(looked.heading(), "Таблицы в порядке");
    assert!(looked.text().contains("новых 2, изменено 0") && looked.text().contains("Яшин Лев"));
    assert!(looked.text().contains("кодировка UTF-8, разделитель «;», 2 строки"), "{}", looked.text());
    assert_eq!(last_g(&site), before, "looking writes nothing");
    assert!(!has_login(&site, "yashin.l"));

    let path = action(&looked, "/admin/import/load/");
    let loaded = load(&mut admin, &path);
    assert_eq!(loaded.status, 303, "{}", loaded.text());
    assert_eq!(last_g(&site), before + 1);
    assert!(has_login(&site, "yashin.l"));
    let list = admin.follow(loaded);
    assert!(list.text().contains("Таблицы загружены. Загрузка 1: новых записей 2"), "{}", list.text());
    // Z7: one row, of the administrator and not of the program.
    let tail = site.world.read(|tx| tx.audit_tail(None, 1));
    assert_eq!(tail.rows[0].action, "school.import.apply");
    assert_eq!(tail.rows[0].actor.person, Some(site.world.person("sedov").get()));
    let again = load(&mut admin, &path);
    let again = admin.follow(again);
    assert!(again.text().contains("Этих файлов на сервере уже нет"), "{}", again.text());

    let same = check(&mut admin, &[("Ученики.csv", text.as_bytes())]);
    assert_eq!(same.heading(), "Загружать нечего");
    assert!(!same.body.contains("/admin/import/load/"), "no dead button");

    let batch = admin.get("/admin/import/1");
    assert!(batch.text().contains("человек 2 0") && batch.text().contains("Ученики.csv"), "{}", batch.text());
    let undone = admin.post("/admin/import/1/undo", &[]);
    assert!(admin.follow(undone).text().contains("Загрузка отменена"));
    assert!(!has_login(&site, "yashin.l"));
    let twice = admin.post("/admin/import/1/undo", &[]);
    assert!(twice.text().contains("она уже отменена"), "{}", twice.text());
    assert_eq!(admin.get("/admin/import/99").status, 404);
}

#[test]
fn what_something_stands_on_is_not_taken_back_and_the_page_says_what() {
    let site = Site::open();
    let mut admin = site.browser_of("sedov");
    for row in ["У-1;Яшин;Лев;05.09.2014;6А", "У-2;Белкин;Ада;06.09.2014;6А"] {
        let looked = check(&mut admin, &[("Ученики.csv", format!("{PUPILS}{row}\n").as_bytes())]);
        let path = action(&looked, "/admin/import/load/");
        assert_eq!(load(&mut admin, &path).status, 303);
    }
    let first = admin.get("/admin/import/1");
    assert!(first.text().contains("после неё была загрузка 2. Сначала отмените ту"), "{}", first.text());
    assert!(!first.body.contains("/undo\""), "no button that can only refuse");
    let app = std::sync::Arc::clone(&site.app);
    site.world.write(move |tx| {
        let account = school::find_account(tx, "belkin.a")?.unwrap();
        school::issue_slip(tx, testkit::now(), &app.key, &app.random, &account)
    });
    admin.get("/admin/import/2");
    let before = last_g(&site);
    let refused = admin.post("/admin/import/2/undo", &[]);
    let said = "на неё уже опираются: учётная запись (Белкин Ада)";
    assert!(refused.text().contains(said), "{}", refused.text());
    assert_eq!(last_g(&site), before);
}

#[test]
fn bad_tables_are_refused_whole_with_every_place_named() {
    // C6, DIA-X3, DIA-X5, DIA-X9, DIA-E24
    let site = Site::open();
    let mut admin = site.browser_of("sedov");
    for (name, places) in [
        (
            "wrong_columns",
            &["Сотрудники.csv строка 1 столбец Имя столбец стоит дважды", "Прозвище такого столбца"][..],
        ),
        ("duplicate_people", &["строка 4 столбец Внешний ID «У-1» уже стоит в строке 2", "строка 9"]),
        (
            "unknown_class",
            &["строка 5 столбец Класс класса 7 «А» нет", "строка 8 столбец Класс клетка пуста"],
        ),
        ("empty_files", &["Классы.csv строка 1 файл пуст"]),
        ("not_a_table", &["Ученики.csv строка 1 это книга электронной таблицы"]),
        ("formula_cells", &["Ученики.csv строка 4 столбец Фамилия «=A2» — формула"]),
        ("bad_calendar", &["Звонки.csv строка 3 столбец Начало пересекается", "кончается раньше"]),
    ] {
        let before = last_g(&site);
        let page = send(&mut admin, &folder("bad_import").join(name));
        let text = page.text();
        assert_eq!(page.heading(), "В таблицах есть ошибки", "{name}: {text}");
        for place in places {
            assert!(text.contains(place), "{name}: no «{place}» in {text}");
        }
        assert!(!page.body.contains("/admin/import/load/"), "{name}");
        assert_eq!(last_g(&site), before, "{name}: nothing is written");
    }
    for (name, encoding) in [("accepted_cp1251", "Windows-1251"), ("accepted_utf16", "UTF-16LE")] {
        let page = send(&mut admin, &folder("bad_import").join(name));
        assert!(page.text().contains(&format!("кодировка {encoding}")), "{name}: {}", page.text());
    }
}

#[test]
fn an_encoding_may_be_said_and_the_files_are_read_anew() {
    // DIA-X3
    let site = Site::open();
    let mut admin = site.browser_of("sedov");
    let text = format!("{PUPILS}У-1;Яшин;Лев;05.09.2014;6А\n");
    let looked = check(&mut admin, &[("Ученики.csv", text.as_bytes())]);
    let again = action(&looked, "/admin/import/check/");
    let wrong = admin.post(&again, &[("encoding", "Windows-1251")]);
    assert_eq!(wrong.heading(), "В таблицах есть ошибки");
    assert!(wrong.body.contains("value=\"Windows-1251\" selected"));
    let right = admin.post(&again, &[("encoding", "")]);
    assert_eq!(right.heading(), "Таблицы в порядке");
    assert_eq!(admin.post(&again, &[("encoding", "koi8-r")]).status, 400);
}

#[test]
fn what_is_no_table_or_too_much_is_refused_with_a_sentence() {
    // C6, K18
    let site = Site::open();
    let mut admin = site.browser_of("sedov");
    let before = last_g(&site);
    let none = check(&mut admin, &[("", b"")]);
    assert!(none.text().contains("Файлы не выбраны"), "{}", none.text());
    let photo = check(&mut admin, &[("фото.png", b"\x89PNG\r\n\x1a\n\x00\xff")]);
    assert!(photo.text().contains("фото.png такой таблицы нет среди известных"), "{}", photo.text());
    let zeros = check(&mut admin, &[("Ученики.csv", &[0, 255, 0, 254, 1])]);
    assert!(zeros.text().contains("это не текст в кодировке"), "{}", zeros.text());
    let long = check(&mut admin, &[("Ученики.csv", &vec![b'a'; 17 * 1024 * 1024])]);
    assert!(long.text().contains("файл больше 16 МБ"), "{}", long.text());
    let huge = check(&mut admin, &[("Ученики.csv", &vec![b'a'; 30 * 1024 * 1024])]);
    assert_eq!(huge.status, 413);
    assert!(huge.text().contains("Больше 25 МБ за один раз не принимается"), "{}", huge.text());
    for broken in ["", "nothing", "--x\r\nContent-Disposition: form-data; name=\"_token\"\r\n\r\nabc"] {
        let origin = format!("http://{}", site.address);
        let headers = [
            ("Content-Type", "multipart/form-data; boundary=x"),
            ("Origin", origin.as_str()),
            ("Accept", "text/html"),
        ];
        let refused = admin.send("POST", "/admin/import/check", &headers, broken);
        assert!(matches!(refused.status, 400 | 403), "{broken}: {}", refused.status);
    }
    assert_eq!(last_g(&site), before);
}

#[test]
fn tables_are_for_administrators_and_a_draft_for_its_owner() {
    let site = Site::open();
    let lapina = site.world.person("lapina");
    site.world.write(move |tx| {
        drop(school::grant(tx, lapina, school::Role::Administrator, None, None, testkit::TODAY)?);
        Ok::<_, store::Error>(())
    });
    let mut admin = site.browser_of("sedov");
    let text = format!("{PUPILS}У-1;Яшин;Лев;05.09.2014;6А\n");
    let looked = check(&mut admin, &[("Ученики.csv", text.as_bytes())]);
    let path = action(&looked, "/admin/import/load/");
    for who in ["gromova", "zotova", "varya", "mother"] {
        let mut other = site.browser_of(who);
        other.get("/profile");
        assert_eq!(other.get("/admin/import").status, 404, "{who}");
        assert_eq!(load(&mut other, &path).status, 404, "{who}");
        let sent = other.post_files("/admin/import/check", &[("encoding", "")], &[("Ученики.csv", b"x")]);
        assert_eq!(sent.status, 404, "{who}");
        assert_eq!(other.post("/admin/import/1/undo", &[]).status, 404, "{who}");
    }
    let mut second = site.browser_of("lapina");
    second.get("/admin/import");
    let stolen = load(&mut second, &path);
    assert!(second.follow(stolen).text().contains("Этих файлов на сервере уже нет"));
    site.clock.advance(Duration::minutes(31));
    let mut admin = site.browser_of("sedov");
    admin.get("/admin/import");
    let late = load(&mut admin, &path);
    assert!(admin.follow(late).text().contains("Этих файлов на сервере уже нет"));
    assert!(!has_login(&site, "yashin.l"));
}

/// The dated lessons of 6 «А» and the bells of its day.
fn lessons_and_bells(site: &Site) -> (Vec<String>, Vec<(u8, u16, u16)>) {
    let class = site.world.class_id("6A");
    site.world.read(move |tx| {
        let (from, to) = (time::macros::date!(2026 - 09 - 01), time::macros::date!(2027 - 06 - 01));
        let mut lessons = Vec::new();
        for lesson in diary::lessons_of_class(tx, class, from, to)? {
            let subject = diary::find_course_by_id(tx, lesson.course)?.unwrap().subject;
            lessons.push(format!(
                "{} {} {subject} {}-{} {:?}",
                lesson.date, lesson.slot, lesson.starts, lesson.ends, lesson.room
            ));
        }
        let bells = diary::load_bells(tx, "Основные")?.day(3);
        Ok::<_, store::Error>((
            lessons,
            bells.iter().map(|bell| (bell.slot, bell.starts, bell.ends)).collect(),
        ))
    })
}

const BELLS: &str = "Набор;Смена;Урок №;Начало;Конец\nОсновные;1;1;9:00;9:40\nОсновные;1;2;9:50;10:30\nОсновные;1;6;14:00;14:40\n";
const LESSONS: &str = "День;Урок;Класс;Подгруппа;Предмет;Учитель;Кабинет\n\
    среда;1;6 «А»;;Литература;Лапина Анна Игоревна;301\nсреда;2;6 «А»;;Математика;Громова Ольга Павловна;302\n";

#[test]
fn a_timetable_and_bells_are_taken_back_with_their_import() {
    // DIA-I20, DIA-X7: the lessons of the year and their minutes are what they were.
    let site = Site::open();
    kit::lessons::teach(&site.world);
    let before = lessons_and_bells(&site);
    assert!(before.0.len() > 60 && before.1 == [(1, 510, 555), (6, 800, 845)], "{before:?}");
    let mut admin = site.browser_of("sedov");
    let cases: [&[(&str, &[u8])]; 3] = [
        &[("Звонки.csv", BELLS.as_bytes()), ("Расписание-список.csv", LESSONS.as_bytes())],
        &[("Звонки.csv", BELLS.as_bytes())],
        &[("Звонки.csv", BELLS.as_bytes()), ("Расписание-список.csv", LESSONS.as_bytes())],
    ];
    for (import, files) in (1..).zip(cases) {
        let looked = check(&mut admin, files);
        let path = action(&looked, "/admin/import/load/");
        assert_eq!(load(&mut admin, &path).status, 303);
        let loaded = lessons_and_bells(&site);
        assert_eq!(loaded.1, [(1, 540, 580), (2, 590, 630), (6, 840, 880)]);
        assert!(files.len() == 1 || loaded.0 != before.0);
        admin.get(&format!("/admin/import/{import}"));
        let undone = admin.post(&format!("/admin/import/{import}/undo"), &[]);
        assert_eq!(undone.status, 303, "{}", undone.text());
        assert_eq!(lessons_and_bells(&site), before, "import {import}");
    }
}

#[test]
fn a_timetable_in_use_is_not_taken_back() {
    // DIA-I20, DIA-I6: whoever wrote in a lesson made by the import keeps the lesson, and the whole import stays.
    let site = Site::open();
    kit::lessons::teach(&site.world);
    let mut admin = site.browser_of("sedov");
    let looked =
        check(&mut admin, &[("Звонки.csv", BELLS.as_bytes()), ("Расписание-список.csv", LESSONS.as_bytes())]);
    let path = action(&looked, "/admin/import/load/");
    assert_eq!(load(&mut admin, &path).status, 303);
    let (class, today) = (site.world.class_id("6A"), testkit::TODAY);
    let lessons = site.world.read(|tx| diary::lessons_of_class(tx, class, today, today.next_day().unwrap()));
    let made = lessons.iter().find(|lesson| lesson.slot == 2).unwrap().id;
    let mut teacher = site.browser_of("gromova");
    teacher.get(&format!("/lessons/{made}"));
    let words = [("topic", "Сравнение дробей"), ("homework", "")];
    assert_eq!(teacher.post(&format!("/lessons/{made}/words"), &words).status, 303);
    let loaded = lessons_and_bells(&site);
    admin.get("/admin/import/1");
    let before = last_g(&site);
    let refused = admin.post("/admin/import/1/undo", &[]);
    assert_eq!((refused.status, last_g(&site)), (200, before), "{}", refused.text());
    assert_eq!(lessons_and_bells(&site), loaded);
    assert!(teacher.get(&format!("/lessons/{made}")).body.contains("Сравнение дробей"));
}
