//! «Уведомления» of a chat and «Не беспокоить» over HTTP, without scripts (MSG-F20).
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::chats::say;
use kit::socket::class_chat;
use testkit::Browser;
use time::Duration;

/// What the tab of the menu counts.
fn badge(browser: &mut Browser) -> Option<String> {
    let body = browser.get("/reports").body;
    let (_, tab) = body.split_once("href=\"/sferum\"").unwrap();
    let (tab, _) = tab.split_once("</a>").unwrap();
    let (_, count) = tab.split_once("class=\"count")?;
    Some(count.split_once('>').unwrap().1.split('<').next().unwrap().to_owned())
}

#[test]
fn a_hushed_chat_counts_apart_and_calls_by_name() {
    // MSG-F20
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    say(&mut varya, &chat, "привет");
    assert_eq!(badge(&mut demyan).as_deref(), Some("1"));
    assert!(demyan.get(&format!("{chat}/about")).text().contains("Выключить на час"));
    let hush = format!("{chat}/hush");
    assert_eq!(demyan.post(&hush, &[("term", "hour")]).line(), format!("303 → {chat}/about"));
    let about = demyan.get(&format!("{chat}/about"));
    assert!(about.text().contains("Уведомления выключены до 11:47."), "{}", about.text());
    assert_eq!(badge(&mut demyan), None);
    let list = demyan.get("/sferum");
    assert!(list.body.contains("count-quiet") && list.text().contains("уведомления выключены"));
    assert!(list.text().contains("1 непрочитанных"), "the number stays: {}", list.text());
    assert!(demyan.get(&chat).text().contains("уведомления выключены"));
    assert!(!varya.get(&format!("{chat}/about")).text().contains("выключены"), "nobody else learns of it");
    say(&mut varya, &chat, "@Демьян Карпов, ты где?");
    assert_eq!(badge(&mut demyan).as_deref(), Some("1"), "called by name");
    site.clock.advance(Duration::hours(1));
    let mut demyan = site.browser_of("demyan");
    assert_eq!(badge(&mut demyan).as_deref(), Some("2"), "it ends by itself");
    demyan.get(&format!("{chat}/about"));
    assert_eq!(demyan.post(&hush, &[("term", "always")]).status, 303);
    assert!(demyan.get(&format!("{chat}/about")).text().contains("Уведомления выключены."));
    assert_eq!(demyan.post(&hush, &[("term", "off")]).status, 303);
    assert_eq!(badge(&mut demyan).as_deref(), Some("2"));
    assert_eq!(demyan.post(&hush, &[("term", "never")]).status, 400);
    let mut kira = site.browser_of("kira");
    kira.get("/profile/quiet");
    assert_eq!(kira.post(&hush, &[("term", "always")]).status, 404);
}

#[test]
fn not_to_be_disturbed_until_it_is_over() {
    // MSG-F20: the school's clocks show 10:47; the morning is that of the person's quiet hours.
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    say(&mut varya, &chat, "@Демьян Карпов, привет");
    assert_eq!(badge(&mut demyan).as_deref(), Some("1"));
    demyan.get("/profile/quiet");
    assert_eq!(demyan.post("/profile/rest", &[("term", "morning")]).line(), "303 → /profile/quiet");
    assert_eq!(badge(&mut demyan), None);
    let page = demyan.get("/profile/quiet");
    assert!(page.text().contains("Не беспокоить до 15 октября, 7:30"), "{}", page.text());
    assert!(demyan.get("/sferum").text().contains("Не беспокоить до"));
    assert_eq!(demyan.post("/profile/rest", &[("term", "off")]).status, 303);
    assert_eq!(badge(&mut demyan).as_deref(), Some("1"));
    let refused = demyan.post("/profile/rest", &[("term", "always")]);
    let said = demyan.follow(refused);
    assert!(said.text().contains("Выберите время в будущем"), "{}", said.text());
    assert_eq!(badge(&mut demyan).as_deref(), Some("1"), "nothing has changed");
}

#[test]
fn a_chat_is_hushed_until_the_morning_of_a_day_of_ones_own() {
    // MSG-F20
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let about = format!("{chat}/about");
    let page = varya.get(&about).body;
    assert!(page.contains("min=\"2026-10-15\" max=\"2026-11-13\""), "{page}");
    for bad in ["", "2026-10-14", "2026-10-01", "2026-12-01", "2026-02-30", "завтра"] {
        let refused = varya.post(&format!("{chat}/hush"), &[("term", "date"), ("date", bad)]);
        let said = varya.follow(refused);
        assert!(said.text().contains("Выберите время в будущем"), "{bad}: {}", said.text());
    }
    let set = varya.post(&format!("{chat}/hush"), &[("term", "date"), ("date", "2026-10-20")]);
    let said = varya.follow(set);
    assert!(said.text().contains("до 20 октября, 7:30"), "{}", said.text());
    let rest = varya.post("/profile/rest", &[("term", "date"), ("date", "2026-10-16")]);
    let said = varya.follow(rest);
    assert!(said.text().contains("до 16 октября, 7:30"), "{}", said.text());
}
