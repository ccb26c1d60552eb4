//! Against fraud, as pages say it: where links lead, that a message asks for money, what a new device has to confirm.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::socket::{chats_of, class_chat, field};
use school::{NewPerson, PersonName, Role};
use testkit::{Browser, Page, TODAY, now};
use time::Duration;
use time::macros::date;

const WARNING: &str = "О деньгах просит не школа";

fn say(browser: &mut Browser, chat: &str, text: &str) -> Page {
    let cid = field(&browser.get(chat).body, "cid");
    browser.post(chat, &[("cid", &cid), ("text", text)])
}

fn chat_named(browser: &mut Browser, begins: &str) -> String {
    let chats = chats_of(&browser.get("/sferum").body);
    chats.into_iter().find(|(name, _)| name.starts_with(begins)).unwrap().1
}

#[test]
fn a_request_for_money_is_warned_of_for_good() {
    // MSG-S10
    let site = Site::with_chats();
    let (mut mother, mut other) = (site.browser_of("demyan_mother"), site.browser_of("mother"));
    let chat = class_chat(&mut mother);
    say(&mut mother, &chat, "Скиньте по 500 рублей на карту");
    let mut gromova = site.browser_of("gromova");
    let seen = gromova.get(&chat).body;
    assert_eq!(seen.matches(WARNING).count(), 1);
    say(&mut gromova, &chat, "Сдайте по 500 рублей на музей");
    assert_eq!(other.get(&chat).body.matches(WARNING).count(), 1, "what staff ask for carries none");
    site.clock.advance(Duration::minutes(20));
    assert_eq!(mother.get(&format!("{chat}/items?seqs=1")).body.matches(WARNING).count(), 1);
}

#[test]
fn a_link_shows_where_it_leads() {
    // MSG-B7, MSG-B8
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    say(&mut varya, &chat, "https://school12.ru/a и https://sbеr.ru/pay и https://sber.ru@evil.example/");
    let page = varya.get(&chat);
    assert!(page.body.contains(">https://<b>school12.ru</b>/a</a>"), "{}", page.body);
    assert!(page.text().contains("На самом деле это xn--sbr-sdd.ru: буквы подменены похожими."));
    assert!(page.text().contains("На самом деле ведёт на evil.example."));
    assert_eq!(page.body.matches("data-doubt").count(), 2);
    assert!(varya.get(&format!("{chat}/1")).text().contains("На самом деле ведёт на evil.example."));
}

#[test]
fn a_mass_message_from_a_new_device_is_confirmed_and_sent_once() {
    // MSG-S10
    let site = Site::with_chats();
    site.world.write(|tx| {
        for n in 0..60_u8 {
            let letter = char::from_u32(u32::from('а') + u32::from(n % 30)).unwrap();
            let name = PersonName::parse(&format!("Учител{letter}"), "Анна", "").unwrap();
            let new = NewPerson { external_id: None, name: &name, birth_date: None, sex: None, phone: None };
            let person = school::add_person(tx, &new)?;
            let (_, change) = school::grant(tx, person, Role::Teacher, None, None, date!(2026 - 09 - 01))?;
            messenger::follow(tx, now(), TODAY, change)?;
        }
        Ok::<_, store::Error>(())
    });
    let mut zotova = site.browser_of("zotova");
    let news = chat_named(&mut zotova, "Объявления школы");
    let held = say(&mut zotova, &news, "Завтра выходной");
    assert!(held.text().contains("Вы недавно вошли с этого устройства"), "{}", held.text());
    assert!(
        held.body.contains("<span>Да, это пишу я</span>")
            && held.body.contains(">Завтра выходной</textarea>")
    );
    let cid = field(&held.body, "cid");
    let confirmed = [("cid", cid.as_str()), ("text", "Завтра выходной"), ("confirmed", "true")];
    for _ in 0..2 {
        assert_eq!(zotova.post(&news, &confirmed).status, 303);
    }
    let count = |page: &Page| page.body.matches(">Завтра выходной<").count();
    assert_eq!(count(&zotova.get(&news)), 1, "posted twice, it is there once");
    let later = [("cid", ""), ("due", "2026-10-15T10:00"), ("text", "Потом")];
    let cid = field(&zotova.get(&format!("{news}/later")).body, "cid");
    let held = zotova.post(&format!("{news}/later"), &[("cid", cid.as_str()), later[1], later[2]]);
    assert!(held.body.contains("<span>Да, это пишу я</span>"), "{}", held.text());
    // By a form with a file, and by a poll.
    let page = zotova.get(&format!("{news}/poll"));
    let cid = field(&page.body, "cid");
    let poll = [("cid", cid.as_str()), ("question", "Едем?"), ("options", "Да\nНет")];
    assert!(zotova.post(&format!("{news}/poll"), &poll).body.contains("<span>Да, это пишу я</span>"));
    // A day later the device is known.
    site.clock.advance(Duration::hours(25));
    let mut zotova = site.browser_of("zotova");
    assert_eq!(say(&mut zotova, &news, "Выходной отменён").status, 303);
}
