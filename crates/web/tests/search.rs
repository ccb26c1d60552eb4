//! Search over HTTP, without scripts: people, chats, messages, one chat alone, a day; and whatever is typed into it.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::chats::say;
use kit::socket::class_chat;
use testkit::{Browser, TODAY, now};
use time::Duration;

/// The query as a browser writes it into an address.
fn asked(q: &str) -> String {
    q.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Sends past the limit of messages a minute, as if long ago.
fn fill(site: &Site, who: &str, count: i64, text: impl Fn(i64) -> String) {
    for n in 0..count {
        let (viewer, text) = (site.world.viewer(who), text(n));
        let cid = messenger::ClientId::from_bytes(site.world.random.bytes()).unwrap();
        let at = now() + Duration::minutes(n);
        site.world.write(move |tx| {
            let rooms = messenger::rooms_of(tx, &viewer, TODAY)?;
            let is_class =
                |room: &messenger::MemberOf<'_>| room.conversation().kind == messenger::ChatKind::ClassChat;
            let chat = rooms.into_iter().find(is_class).unwrap();
            let draft = messenger::Draft::text(cid, messenger::Body::parse(&text).unwrap());
            messenger::send(tx, at, &chat, &draft).unwrap();
            Ok::<_, school::Denied>(())
        });
    }
}

#[test]
fn people_chats_and_messages_are_found_without_scripts() {
    // MSG-Q1, MSG-Q2, MSG-Q4, MSG-I16
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    say(&mut varya, &chat, "Кто принесёт <b>ёлки</b> в пятницу?");
    let mut demyan = site.browser_of("demyan");
    let list = demyan.get("/sferum");
    assert!(list.body.contains("placeholder=\"Люди, чаты, слова\""), "{}", list.text());
    let page = demyan.get(&format!("/sferum/search?q={}", asked("ёлка")));
    assert!(page.body.contains("<mark>ёлки</mark>"), "{}", page.text());
    assert!(page.body.contains("Варвара Ильина") && page.body.contains("6\u{a0}«А»"), "{}", page.text());
    assert!(!page.body.contains("<b>ёлки"), "{}", page.text());
    let hit = format!("href=\"{chat}?at=1#m1\"");
    assert!(page.body.contains(&hit), "{}", page.body);
    // Indexed, it is found as before.
    site.block_on(web::jobs::index_messages(&site.app));
    assert!(!site.world.read(messenger::is_index_behind));
    assert!(demyan.get(&format!("/sferum/search?q={}", asked("елку пятница"))).body.contains(&hit));
    let people = demyan.get(&format!("/sferum/search?q={}", asked("Ильин")));
    assert!(
        people.body.contains("Ильина Варвара Олеговна") && people.body.contains("Общие чаты:"),
        "{}",
        people.text()
    );
    assert!(!people.body.contains("Ильина Светлана"), "a guardian of the class is in no common chat");
    let chats = demyan.get(&format!("/sferum/search?q={}", asked("6А")));
    assert!(
        chats.body.contains("id=\"found-chats\"") && chats.body.contains(&format!("href=\"{chat}\"")),
        "{}",
        chats.text()
    );
    let nothing = demyan.get(&format!("/sferum/search?q={}", asked("контрабанда")));
    assert!(
        nothing.body.contains("Ничего не нашлось") && nothing.body.contains("одно главное слово"),
        "{}",
        nothing.text()
    );
    assert_eq!(nothing.status, 200);
    assert!(demyan.get("/sferum/search").body.contains("Введите имя, название чата или слово"));
    // Nobody else finds it.
    let mut kira = site.browser_of("kira");
    let page = kira.get(&format!("/sferum/search?q={}", asked("ёлка")));
    assert!(page.body.contains("Ничего не нашлось"), "{}", page.text());
    assert_eq!(kira.get(&format!("{chat}/search?q={}", asked("ёлка"))).status, 404);
    assert_eq!(kira.get("/sferum/999/search?q=x").status, 404);
    assert_eq!(kira.get(&format!("{chat}?date=2026-10-14")).status, 404);
}

#[test]
fn a_hit_leads_to_the_message_among_its_neighbours_and_a_day_to_its_first_message() {
    // MSG-I9
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    fill(&site, "varya", 120, |n| format!("слово {n}"));
    let page = varya.get(&format!("{chat}?at=40"));
    assert!(
        page.body.contains("id=\"m40\"")
            && page.body.contains("id=\"m15\"")
            && page.body.contains("id=\"m66\"")
    );
    assert!(!page.body.contains("id=\"m14\"") && !page.body.contains("id=\"m67\""));
    assert!(page.body.contains("К новым сообщениям") && page.body.contains("Показать раньше"));
    for odd in ["0", "-5", "999", "9223372036854775807", "-9223372036854775808"] {
        assert_eq!(varya.get(&format!("{chat}?at={odd}")).status, 200, "{odd}");
    }
    assert_eq!(varya.get(&format!("{chat}?at=x")).status, 400);
    let within = varya.get(&format!("{chat}/search?q={}", asked("слово 77")));
    assert!(within.body.contains(&format!("href=\"{chat}?at=78#m78\"")), "{}", within.text());
    assert!(
        within.body.contains("К дате") && !within.body.contains("id=\"found-people\""),
        "{}",
        within.text()
    );
    let place = |browser: &mut Browser, date: &str| {
        let answer = browser.get(&format!("{chat}?date={date}"));
        (answer.status, answer.header("location").map(str::to_owned))
    };
    assert_eq!(place(&mut varya, "2026-10-14"), (303, Some(format!("{chat}?at=1#m1"))));
    assert_eq!(place(&mut varya, "2020-01-01"), (303, Some(format!("{chat}?at=1#m1"))));
    assert_eq!(place(&mut varya, "2027-01-01"), (303, Some(chat.clone())));
    for bad in ["", "x", "2026-13-01", "2026-02-30", "14.10.2026", "99999-01-01"] {
        assert_eq!(place(&mut varya, bad).0, 400, "{bad}");
    }
}

#[test]
fn whoever_leaves_between_two_pages_gets_nothing_on_the_second() {
    // MSG-Q7, MSG-E17, MSG-I7, MSG-I22
    let site = Site::with_chats();
    fill(&site, "varya", 60, |n| format!("урок {n}"));
    let mut demyan = site.browser_of("demyan");
    let first = demyan.get(&format!("/sferum/search?q={}", asked("урок")));
    assert_eq!(first.body.matches("<mark>").count(), 50);
    let at = first.body.find("rel=\"next\"").unwrap();
    let next = first.body[..at].rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    let next = next.replace("&#38;", "&").replace("&amp;", "&");
    assert_eq!(demyan.get(&next).body.matches("<mark>").count(), 10);
    let demyan_id = site.world.person("demyan");
    site.world.write(move |tx| {
        messenger::require_link(tx, now(), TODAY, true)?;
        messenger::enrol(tx, now(), TODAY, demyan_id)
    });
    assert_eq!(demyan.get(&next).body.matches("<mark>").count(), 10);
    site.world.write(move |tx| messenger::withdraw(tx, now(), demyan_id));
    let gone = demyan.get(&next);
    assert!(!gone.body.contains("<mark>") && !gone.body.contains("урок 5"), "{}", gone.text());
}

#[test]
fn whatever_is_typed_there_is_an_answer_in_russian() {
    // MSG-Q2
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    say(&mut varya, &chat, "я буду");
    let long = "слово ".repeat(40);
    let marks = "\u{301}".repeat(10_000);
    let few_marks = format!("щ{}", "\u{335}".repeat(100));
    for (q, said) in [
        ("", "Введите имя"),
        ("   ", "Введите имя"),
        ("!!! ???", "ни букв, ни цифр"),
        ("\"", "ни букв, ни цифр"),
        ("\0", "ни букв, ни цифр"),
        ("🎄", "ни букв, ни цифр"),
        (&long, "длиннее 200 знаков: в нём 240"),
        ("я", "<mark>я</mark>"),
        ("а б в г д е ж з и к", "первым восьми словам"),
        ("AND OR NOT NEAR", "Ничего не нашлось"),
        ("x:буду* OR c:c1", "Ничего не нашлось"),
        ("\"я буду\"", "<mark>я</mark> <mark>буду</mark>"),
        ("буду) OR (x:a", "Ничего не нашлось"),
        ("{x s}: буду", "Ничего не нашлось"),
        ("'; DROP TABLE messenger_fts; --", "Ничего не нашлось"),
        ("буду\0", "<mark>буду</mark>"),
        ("<script>", "Ничего не нашлось"),
        (&few_marks, "Ничего не нашлось"),
        ("%", "ни букв, ни цифр"),
        ("\u{202E}буду", "<mark>буду</mark>"),
    ] {
        for place in ["/sferum/search", &format!("{chat}/search")] {
            let page = varya.get(&format!("{place}?q={}", asked(q)));
            let found =
                page.body.contains(said) || (said == "Введите имя" && page.body.contains("Введите слово"));
            assert_eq!(page.status, 200, "{q:?}");
            assert!(found, "{q:?} at {place}: {}", page.text());
            assert!(!page.body.contains("<script>\""), "{q:?}");
        }
    }
    for (address, status) in [
        ("/sferum/search?q=%FF%FE".to_owned(), 400),
        ("/sferum/search?q=a&before=x".to_owned(), 400),
        ("/sferum/search?q=a&more=1".to_owned(), 400),
        ("/sferum/search?q=a&before=-1".to_owned(), 200),
        ("/sferum/search?q=a&before=99999999999999999".to_owned(), 200),
    ] {
        let page = varya.get(&address);
        assert!(page.status == status || page.status == 200, "{address}: {}", page.status);
        assert!(page.body.contains("lang=\"ru\""), "{address}");
    }
    let huge = varya.get(&format!("/sferum/search?q={}", asked(&marks)));
    assert!((400..500).contains(&huge.status) || huge.body.contains("длиннее 200 знаков"), "{}", huge.status);
    assert_eq!(varya.get("/sferum").status, 200);
}
