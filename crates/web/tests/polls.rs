//! Polls as people meet them: made by a form, voted in without scripts and with them, found, quoted, exported.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::chats::chat_named;
use kit::socket::{Socket, class_chat, cursor, field};
use testkit::{Browser, TODAY};
use time::Duration;

/// Begins a poll by the form; gives its address.
fn begin(browser: &mut Browser, chat: &str, more: &[(&str, &str)]) -> String {
    let form = browser.get(&format!("{chat}/poll"));
    assert_eq!(form.status, 200, "{}", form.text());
    let cid = field(&form.body, "cid");
    let mut fields =
        vec![("cid", cid.as_str()), ("question", "Куда едем?"), ("options", "Музей\nТеатр\r\nЛес")];
    fields.extend(more);
    let made = browser.post(&format!("{chat}/poll"), &fields);
    let to = made.header("location").unwrap_or_else(|| panic!("{}", made.text())).to_owned();
    let again = browser.post(&format!("{chat}/poll"), &fields);
    assert_eq!(again.header("location"), Some(to.as_str()), "sent twice it is one poll");
    to.replace("#m", "/")
}

#[test]
fn a_poll_is_made_and_voted_in_without_scripts() {
    // MSG-F8, MSG-B15, MSG-E16
    let site = Site::with_chats();
    let (mut gromova, mut varya) = (site.browser_of("gromova"), site.browser_of("varya"));
    let chat = class_chat(&mut gromova);
    let form = gromova.get(&format!("{chat}/poll"));
    assert!(form.body.contains("Анонимный опрос") && !form.body.contains("Один голос от"));
    assert!(!varya.get(&format!("{chat}/poll")).body.contains("Анонимный опрос"));
    let cid = field(&form.body, "cid");
    let twenty_one = (1..=21).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    for (question, options, date, said) in [
        ("", "Музей\nТеатр", "", "Напишите вопрос"),
        ("Куда?", "Музей", "", "хотя бы два варианта"),
        ("Куда?", twenty_one.as_str(), "", "Вариантов больше 20"),
        ("Куда?", "Музей\nмузей", "", "Вариант «музей» записан дважды"),
        ("Куда?", "Музей\nТеатр", "2020-01-01", "не раньше чем через минуту"),
        ("Куда?", "Музей\nТеатр", "вчера", "не раньше чем через минуту"),
    ] {
        let fields = [("cid", cid.as_str()), ("question", question), ("options", options), ("date", date)];
        let refused = gromova.post(&format!("{chat}/poll"), &fields);
        assert!(refused.text().contains(said), "{said}: {}", refused.text());
        assert!(refused.body.contains(&format!("value=\"{question}\"")), "what was typed stays");
    }
    assert!(!gromova.get(&chat).body.contains("class=\"poll\""));

    let poll = begin(&mut gromova, &chat, &[]);
    let seen = varya.get(&chat);
    assert!(
        seen.text().contains("Куда едем?") && seen.text().contains("проголосовали: 0"),
        "{}",
        seen.text()
    );
    let column = seen.body.split("id=\"msgs\"").nth(1).unwrap();
    assert!(!column.contains("— Музей"), "the options are drawn, not written");
    let nothing = varya.post(&format!("{poll}/vote"), &[]);
    assert_eq!(nothing.header("location"), Some(poll.as_str()));
    assert!(varya.get(&poll).text().contains("Вариант не выбран"));
    for option in ["1", "2"] {
        assert_eq!(varya.post(&format!("{poll}/vote"), &[("option", option)]).status, 303);
    }
    let seen = gromova.get(&chat);
    assert!(
        seen.text().contains("1 голос, 100 %") && seen.text().contains("проголосовали: 1"),
        "{}",
        seen.text()
    );
    let votes = gromova.get(&format!("{poll}/votes"));
    assert!(votes.text().contains("Театр: 1 Ильина Варвара"), "{}", votes.text());
    let bad = varya.post(&format!("{poll}/vote"), &[("option", "9")]);
    assert_eq!(bad.header("location"), Some(poll.as_str()));
    assert_eq!(varya.post(&format!("{poll}/vote"), &[("option", "первый")]).status, 400);
    assert_eq!(varya.post(&format!("{poll}/close"), &[]).status, 403);
    let mut kira = site.browser_of("kira");
    kira.get("/sferum");
    assert_eq!(kira.post(&format!("{poll}/vote"), &[("option", "1")]).status, 404);
    assert_eq!(kira.get(&format!("{poll}/votes")).status, 404);

    let page = gromova.get(&poll);
    assert!(page.body.contains("Закрыть опрос") && !page.body.contains("Исправить"), "{}", page.text());
    assert_eq!(gromova.post(&format!("{poll}/close"), &[]).status, 303);
    varya.post(&format!("{poll}/vote"), &[("option", "1")]);
    let late = varya.get(&poll);
    assert!(late.text().contains("Опрос уже закрыт") && late.text().contains("ваш выбор"), "{}", late.text());
}

#[test]
fn votes_are_seen_live_and_events_carry_ids_alone() {
    // MSG-F8, MSG-I25
    let site = Site::with_chats();
    let (mut gromova, mut varya) = (site.browser_of("gromova"), site.browser_of("varya"));
    let chat = class_chat(&mut gromova);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    begin(&mut gromova, &chat, &[]);
    let at = cursor(&varya.get(&chat).body);
    let mut hers = Socket::open(&varya, &at);
    let at = cursor(&gromova.get(&chat).body);
    let mut theirs = Socket::open(&gromova, &at);
    let mut vote = |n: u8, options: &str| {
        hers.ask(&format!(
            r#"{{"t":"vote","re":1,"conv":{id},"seq":1,"cid":"{n:032x}","options":{options}}}"#
        ))
    };
    assert_eq!(vote(1, "[2]")["t"], "done");
    let frame = theirs.event("touched");
    assert_eq!((&frame["seq"], &frame["line"]), (&1.into(), &serde_json::Value::Null));
    assert_eq!(vote(2, "[1,2]")["code"], "M-133");
    assert_eq!(vote(3, "[0]")["code"], "M-132");
    assert_eq!(vote(0, "[1]")["t"], "no", "MSG-B10");
    let drawn = gromova.get(&format!("{chat}/items?seqs=1"));
    assert!(drawn.text().contains("Театр 1 голос, 100 %"), "{}", drawn.text());
    assert_eq!(vote(4, "[]")["t"], "done");
    assert!(gromova.get(&format!("{chat}/items?seqs=1")).text().contains("проголосовали: 0"));
}

#[test]
fn an_anonymous_poll_of_families_ends_by_its_time() {
    // MSG-F8, MSG-B15
    let site = Site::with_chats();
    let (mut gromova, mut mother) = (site.browser_of("gromova"), site.browser_of("mother"));
    let chat = chat_named(&mut gromova, "Объявления 6");
    let until = TODAY.to_string();
    let more = [("anonymous", "true"), ("family", "true"), ("date", until.as_str()), ("time", "12:00")];
    let poll = begin(&mut gromova, &chat, &more);
    assert!(gromova.get(&chat).text().contains("до сегодня, 12:00"));
    assert!(!gromova.get(&chat).body.contains(&format!("{poll}/vote")), "staff are no family");
    assert_eq!(mother.get(&format!("{chat}/poll")).status, 404);
    mother.get(&chat);
    assert_eq!(mother.post(&format!("{poll}/vote"), &[("option", "3")]).status, 303);
    let mut other = site.browser_of("demyan_mother");
    other.get(&chat);
    other.post(&format!("{poll}/vote"), &[("option", "1")]);
    for browser in [&mut gromova, &mut mother] {
        let seen = browser.get(&chat);
        assert!(seen.text().contains("проголосовало семей: 2"), "{}", seen.text());
        assert!(!seen.text().contains("голос, 50"), "{}", seen.text());
        assert_eq!(browser.get(&format!("{poll}/votes")).status, 404);
    }
    assert!(mother.get(&chat).text().contains("голос от вашей семьи есть"));
    site.clock.advance(Duration::hours(2));
    site.block_on(web::jobs::end_polls(&site.app)).unwrap();
    let seen = site.browser_of("gromova").get(&chat);
    assert!(
        seen.text().contains("опрос закрыт") && seen.text().contains("Лес 1 голос, 50 %"),
        "{}",
        seen.text()
    );
}

#[test]
fn a_poll_is_found_quoted_answered_and_pinned_as_any_message() {
    // MSG-F8, MSG-Q1, MSG-B13, MSG-E16
    let site = Site::with_chats();
    let (mut gromova, mut varya) = (site.browser_of("gromova"), site.browser_of("varya"));
    let chat = class_chat(&mut gromova);
    let poll = begin(&mut site.browser_of("demyan"), &chat, &[]);
    gromova.get(&chat);
    for word in ["едем", "театра"] {
        for _ in 0..2 {
            let found = varya.get(&format!("{chat}/search?q={word}"));
            assert!(found.body.contains(&format!("{chat}?at=1#m1")), "{word}: {}", found.text());
            site.block_on(web::jobs::index_messages(&site.app));
        }
    }
    assert!(varya.get("/sferum").text().contains("Куда едем? — Музей"), "the list tells its beginning");
    let page = varya.get(&format!("{chat}?reply=1"));
    let cid = field(&page.body, "cid");
    assert_eq!(varya.post(&chat, &[("cid", &cid), ("text", "В лес!"), ("reply", "1")]).status, 303);
    assert!(gromova.get(&chat).body.contains("Куда едем? — Музей — Театр — Лес"));
    gromova.post(&format!("{poll}/pin"), &[]);
    assert!(varya.get(&chat).text().contains("Закреплено: Куда едем?"));
    varya.post(&format!("{poll}/vote"), &[("option", "3")]);
    // MSG-S6: what a report has frozen shows the poll, also when it is gone.
    varya.get(&format!("{poll}/report"));
    assert_eq!(varya.post(&format!("{poll}/report"), &[("category", "other")]).status, 303);
    assert_eq!(gromova.post(&format!("{poll}/delete"), &[]).status, 303);
    let seen = varya.get(&chat);
    assert!(!seen.body.contains("class=\"poll\"") && !seen.text().contains("Театр"), "{}", seen.text());
    assert_eq!(varya.post(&format!("{poll}/vote"), &[("option", "1")]).status, 404);
    assert!(!varya.get(&format!("{chat}/search?q=театр")).body.contains(&format!("{chat}?at=1#m1")));
    let case = site.browser_of("barinova").get("/safety/reports/1");
    assert!(case.text().contains("Лес · 1 голос, 100 % · Варвара Ильина"), "{}", case.text());
}
