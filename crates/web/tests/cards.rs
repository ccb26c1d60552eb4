//! Cards of the diary in chats: each reader sees what their own diary shows them, and sees it change.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::chats::chat_named;
use kit::lessons::teach;
use kit::socket::{Socket, class_chat, cursor, field};
use testkit::Browser;

const TASK: &str = "§ 12, № 192";

/// The school with lessons, «Сферум» open to all, and the address of today's mathematics.
fn open() -> (Site, String) {
    let site = Site::with_chats();
    let lesson = teach(&site.world);
    (site, lesson.to_string())
}

fn id_of(chat: &str) -> String {
    chat.rsplit('/').next().unwrap().to_owned()
}

/// What the column of a chat says to a reader.
fn column(browser: &mut Browser, chat: &str) -> String {
    let page = browser.get(chat);
    assert_eq!(page.status, 200, "{chat}");
    page.text()
}

/// Posts the words of the lesson, once more than needed.
fn write(browser: &mut Browser, lesson: &str, homework: &str, chat: &str) {
    let page = browser.get(&format!("/lessons/{lesson}"));
    let cid = field(&page.body, "cid");
    let fields = [("topic", "Дроби"), ("homework", homework), ("chat", chat), ("cid", cid.as_str())];
    for _ in 0..2 {
        let saved = browser.post(&format!("/lessons/{lesson}/words"), &fields);
        assert_eq!(saved.status, 303, "{}", saved.text());
    }
}

#[test]
fn a_card_of_homework_says_to_each_what_their_diary_says() {
    // MSG-N2, MSG-S14
    let (site, lesson) = open();
    let [mut gromova, mut varya, mut lapina] = ["gromova", "varya", "lapina"].map(|who| site.browser_of(who));
    let chat = class_chat(&mut varya);
    let at = cursor(&varya.get(&chat).body);
    let mut live = Socket::open(&varya, &at);
    let page = gromova.get(&format!("/lessons/{lesson}"));
    assert!(page.body.contains("Отправить задание в чат"), "{}", page.text());
    assert!(!page.body.contains("Родители 6"), "homework is for pupils' chats");
    write(&mut gromova, &lesson, TASK, &id_of(&chat));
    let frame = live.event("message");
    assert_eq!(frame["line"]["text"], "Домашнее задание", "{frame}");
    assert!(!frame.to_string().contains("192"), "{frame}");

    let seen = column(&mut varya, &chat);
    assert!(seen.contains(TASK) && seen.contains("Математика · к 21 октября"), "{seen}");
    assert_eq!(
        varya.get(&chat).body.matches("class=\"diary-card\"").count(),
        1,
        "sent twice it is one message"
    );
    let seen = column(&mut lapina, &chat);
    assert!(seen.contains("Карточка недоступна") && !seen.contains("192"), "{seen}");
    assert!(!lapina.get(&format!("{chat}/1")).text().contains("192"));
    assert!(varya.get(&format!("{chat}/1")).text().contains(TASK));
    // Nothing of it is found, quoted or listed.
    for browser in [&mut varya, &mut lapina] {
        assert!(!browser.get(&format!("{chat}/search?q=192")).body.contains("?at=1#m1"));
        assert!(browser.get(&format!("{chat}/search?q=задание")).body.contains("?at=1#m1"));
        assert!(!browser.get("/sferum").text().contains("192"));
    }
    let cid = field(&varya.get(&format!("{chat}?reply=1")).body, "cid");
    varya.post(&chat, &[("cid", &cid), ("text", "спасибо"), ("reply", "1")]);
    assert!(!lapina.get(&chat).text().contains("192"));
    // A report freezes the heading alone.
    varya.get(&format!("{chat}/1/report"));
    varya.post(&format!("{chat}/1/report"), &[("category", "other")]);
    assert!(!site.browser_of("barinova").get("/safety/reports/1").text().contains("192"));

    write(&mut gromova, &lesson, "§ 13", "");
    assert_eq!(live.event("touched")["seq"], 1);
    let drawn = varya.get(&format!("{chat}/items?seqs=1")).text();
    assert!(drawn.contains("§ 13") && !drawn.contains("192"), "{drawn}");
    write(&mut gromova, &lesson, "", "");
    assert!(varya.get(&format!("{chat}/items?seqs=1")).text().contains("Задание снято"));
    assert!(lapina.get(&format!("{chat}/items?seqs=1")).text().contains("Карточка недоступна"));
}

#[test]
fn a_card_is_sent_with_the_step_of_the_diary_or_not_at_all() {
    // MSG-N2
    let (site, lesson) = open();
    let (mut gromova, mut varya, mut kira) =
        (site.browser_of("gromova"), site.browser_of("varya"), site.browser_of("kira"));
    let (own, other) = (class_chat(&mut varya), class_chat(&mut kira));
    let path = format!("/lessons/{lesson}/words");
    let page = gromova.get(&format!("/lessons/{lesson}"));
    let cid = field(&page.body, "cid");
    let fields = [("topic", "Дроби"), ("homework", " "), ("chat", &id_of(&own)), ("cid", &cid)];
    let refused = gromova.post(&path, &fields);
    assert!(refused.text().contains("отправлять в чат нечего"), "{}", refused.text());
    let fields = [("topic", "Дроби"), ("homework", TASK), ("chat", &id_of(&other)), ("cid", &cid)];
    assert_eq!(gromova.post(&path, &fields).status, 404, "a chat that the teacher is not in");
    assert!(!gromova.get(&format!("/lessons/{lesson}")).body.contains("Дроби"), "and nothing was written");
    for (chat, cid) in [("x", cid.as_str()), (id_of(&own).as_str(), "x")] {
        let fields = [("topic", ""), ("homework", TASK), ("chat", chat), ("cid", cid)];
        assert_eq!(gromova.post(&path, &fields).status, 400);
    }
    assert!(!varya.get(&own).body.contains("class=\"diary-card\""));
}

#[test]
fn a_changed_lesson_is_told_in_the_announcements_of_the_class() {
    // MSG-N2, MSG-S14
    let (site, lesson) = open();
    let [mut zotova, mut mother, mut lapina] = ["zotova", "mother", "lapina"].map(|who| site.browser_of(who));
    let chat = chat_named(&mut zotova, "Объявления 6");
    let path = format!("/substitutions/{lesson}");
    let page = zotova.get(&path);
    assert!(
        page.body.contains("Рассказать в чате") && page.text().contains("Объявления 6"),
        "{}",
        page.text()
    );
    let (cid, orlova) = (field(&page.body, "cid"), site.world.person("orlova").to_string());
    let id = id_of(&chat);
    let fields = [
        ("teacher", orlova.as_str()),
        ("reason", "учитель заболел"),
        ("chat", id.as_str()),
        ("cid", cid.as_str()),
    ];
    let saved = zotova.post(&format!("{path}/substitute"), &fields);
    assert_eq!(saved.status, 303, "{}", saved.text());
    let at = cursor(&mother.get(&chat).body);
    let mut live = Socket::open(&mother, &at);
    let seen = column(&mut mother, &chat);
    for said in
        ["среда, 14 октября, 1-й урок · Математика", "ведёт В. С. Орлова: Математика", "учитель заболел"]
    {
        assert!(seen.replace('\u{a0}', " ").contains(said), "{said}: {seen}");
    }
    let seen = column(&mut lapina, &chat);
    assert!(seen.contains("Карточка недоступна") && !seen.contains("заболел"), "{seen}");

    zotova.get(&path);
    assert_eq!(zotova.post(&format!("{path}/cancel"), &[("reason", "нет воды")]).status, 303);
    assert_eq!(live.event("touched")["seq"], 1);
    let seen = mother.get(&format!("{chat}/items?seqs=1")).text();
    assert!(seen.contains("урока не будет") && seen.contains("нет воды"), "{seen}");
    zotova.post(&format!("{path}/restore"), &[]);
    assert!(mother.get(&format!("{chat}/items?seqs=1")).text().contains("Изменение отменено"));
}
