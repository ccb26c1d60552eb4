//! Safety over HTTP: a message is reported, a case is looked into, and nobody gets at what is not theirs.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::chats::{say, unattended_group};
use kit::socket::{Socket, class_chat, cursor, field};
use testkit::{Browser, TODAY, now};

fn rows(site: &Site) -> i64 {
    site.world.read(|tx| tx.audit_len())
}

/// A chat in which Demyan has written, and a case about it reported by Varya.
fn reported(site: &Site) -> (Browser, Browser, String) {
    let (mut demyan, mut varya) = (site.browser_of("demyan"), site.browser_of("varya"));
    let chat = class_chat(&mut varya);
    say(&mut demyan, &chat, "ты у меня попляшешь");
    let one = format!("{chat}/1");
    varya.get(&format!("{one}/report"));
    let fields = [("category", "threat"), ("words", "он пишет это <b>третий</b> день")];
    let answer = varya.post(&format!("{one}/report"), &fields);
    assert_eq!(answer.line(), "303 → /reports");
    (demyan, varya, chat)
}

#[test]
fn a_message_is_reported_and_its_reporter_follows_what_comes_of_it() {
    // MSG-F36, MSG-S6
    let site = Site::with_chats();
    let (mut demyan, mut varya) = (site.browser_of("demyan"), site.browser_of("varya"));
    let chat = class_chat(&mut varya);
    say(&mut demyan, &chat, "ты у меня попляшешь");
    let one = format!("{chat}/1");
    // Two taps from the bubble: its page, then «Пожаловаться».
    assert!(varya.get(&chat).body.contains(&format!("href=\"{one}\"")));
    assert!(varya.get(&one).body.contains(&format!("href=\"{one}/report\"")));
    assert!(!demyan.get(&one).body.contains("Пожаловаться"));
    assert_eq!(demyan.get(&format!("{one}/report")).status, 404);
    let form = format!("{one}/report");
    varya.get(&form);
    let none = varya.post(&form, &[("words", "просто так")]);
    assert!(none.body.contains("Выберите один из вариантов") && none.body.contains("просто так"));
    let long = varya.post(&form, &[("category", "threat"), ("words", &"ё".repeat(1001))]);
    assert!(long.body.contains("длиннее 1000"), "{}", long.text());
    let signs = varya.post(&form, &[("category", "threat"), ("words", "а\u{202e}б")]);
    assert!(signs.body.contains("направление письма"), "{}", signs.text());
    assert_eq!(varya.post(&form, &[("category", "x")]).status, 400);
    assert_eq!(varya.post(&form, &[("category", "other"), ("state", "closed")]).status, 400);
    for _ in 0..2 {
        assert_eq!(varya.post(&form, &[("category", "threat")]).line(), "303 → /reports");
    }
    let own = varya.get("/reports");
    assert!(own.body.contains("Угрозы") && own.body.contains("Принято, скоро посмотрят"), "{}", own.text());
    assert_eq!(own.body.matches("Угрозы").count(), 1);
    assert_eq!(varya.get(&form).line(), "303 → /reports", "one case for each");
    assert!(demyan.get("/reports").body.contains("Обращений нет"));
    let own = demyan.post(&form, &[("category", "other")]);
    assert_eq!(own.status, 404, "{}", own.text());
    // The reported author is told why nothing can be changed, and not by whom (MSG-B16).
    let page = demyan.get(&one);
    assert!(page.body.contains("школа сохраняет как есть") && !page.body.contains("Исправить"));
    let refused = demyan.post(&format!("{one}/edit"), &[("rev", "0"), ("text", "шучу")]);
    assert!(refused.body.contains("школа сохраняет как есть"), "{}", refused.text());
    let refused = demyan.post(&format!("{one}/delete"), &[]);
    assert_eq!(refused.line(), format!("303 → {one}"));
    assert!(demyan.get(&one).body.contains("изменить или удалить его сейчас нельзя"));
    assert!(varya.get(&chat).body.contains("ты у меня попляшешь"));
}

#[test]
fn a_case_is_read_after_its_row_and_closed_with_an_answer() {
    // MSG-I18, MSG-F38
    let site = Site::with_chats();
    let (mut demyan, mut varya, chat) = reported(&site);
    let mut lead = site.browser_of("barinova");
    let desk = lead.get("/safety");
    assert!(desk.body.contains("1<span class=\"vh\"> новых</span>"), "the menu counts: {}", desk.body);
    assert!(desk.body.contains("/safety/reports/1") && !desk.body.contains("попляшешь"), "{}", desk.text());
    let before = rows(&site);
    let case = lead.get("/safety/reports/1");
    assert_eq!(rows(&site), before + 1);
    let newest = site.world.read(|tx| tx.audit_tail(None, 1)).rows.remove(0);
    assert_eq!((newest.action.as_str(), newest.target.as_str()), ("messenger.report.read", "report:1"));
    assert!(case.body.contains("ты у меня попляшешь"), "{}", case.text());
    assert!(!case.body.contains("<b>третий</b>") && case.body.contains("третий"));
    for (deed, fields, said) in [
        ("take", vec![], "Обращение у вас"),
        ("note", vec![("words", "поговорила с классным руководителем")], "Заметка записана"),
        ("note", vec![("words", " ")], "Напишите хотя бы слово"),
        ("hold", vec![("what", "chat"), ("reason", "")], "Напишите хотя бы слово"),
        ("hold", vec![("what", "message"), ("reason", "до решения совета")], "Запрет поставлен"),
        ("close", vec![("answer", "без решения")], "Выберите один из вариантов"),
        ("close", vec![("outcome", "upheld"), ("answer", "Поговорили с Демьяном")], "Обращение закрыто"),
        ("close", vec![("outcome", "upheld")], "Обращение уже закрыто"),
        ("take", vec![], "Обращение уже закрыто"),
    ] {
        let answer = lead.post(&format!("/safety/reports/1/{deed}"), &fields);
        assert_eq!(answer.line(), "303 → /safety/reports/1", "{deed}");
        let page = lead.get("/safety/reports/1");
        assert!(page.body.contains(said), "{deed} {fields:?}: {}", page.text());
    }
    let told = varya.get("/reports");
    assert!(told.body.contains("Решено: нарушение подтвердилось"), "{}", told.text());
    assert!(told.body.contains("Поговорили с Демьяном") && !told.body.contains("классным руководителем"));
    assert!(lead.get("/safety?closed=1").body.contains("/safety/reports/1"));
    let desk = lead.get("/safety");
    assert!(desk.body.contains("до решения совета") && !desk.body.contains("/safety/reports/1\""));
    // The hold stays after the case, and lifting it twice is lifting it once.
    let before = rows(&site);
    for _ in 0..2 {
        assert_eq!(lead.post("/safety/holds/1/lift", &[]).line(), "303 → /safety");
    }
    assert_eq!(rows(&site), before + 1);
    let refused = demyan.post(&format!("{chat}/1/edit"), &[("rev", "0"), ("text", "шучу")]);
    assert!(refused.body.contains("школа сохраняет как есть"));
}

#[test]
fn a_desk_is_open_to_nobody_else_and_a_report_to_nobody_it_is_about() {
    // MSG-I23, Z2
    let site = Site::with_chats();
    let (mut demyan, _, chat) = reported(&site);
    let mut deputy = site.browser_of("zotova");
    assert!(deputy.get("/safety").body.contains("/safety/reports/1"));
    let paths = ["/safety", "/safety/reports/1", "/safety/reports/99", "/safety/reports/007"];
    for who in ["varya", "demyan", "kira", "mother", "father", "gromova", "sedov"] {
        let mut browser = site.browser_of(who);
        let page = browser.get("/profile");
        assert!(!page.body.contains("href=\"/safety\""), "{who}");
        for path in paths {
            assert_eq!(browser.get(path).status, 404, "{who} {path}");
        }
        for deed in ["take", "note", "close", "hold"] {
            assert_eq!(browser.post(&format!("/safety/reports/1/{deed}"), &[]).status, 404, "{who} {deed}");
        }
        assert_eq!(browser.post("/safety/holds/1/lift", &[]).status, 404, "{who}");
    }
    assert_eq!(deputy.get("/safety/reports/99").status, 404);
    assert_eq!(deputy.post("/safety/holds/99/lift", &[]).status, 404);
    assert_eq!(deputy.post("/safety/reports/99/take", &[]).status, 404);
    // The deputy head writes in the parents' chat and is reported there.
    let mut mother = site.browser_of("demyan_mother");
    let parents = class_chat(&mut mother);
    assert_ne!(parents, chat);
    say(&mut deputy, &parents, "резкое слово");
    mother.get(&format!("{parents}/1/report"));
    mother.post(&format!("{parents}/1/report"), &[("category", "insult")]);
    let desk = deputy.get("/safety");
    assert!(desk.body.contains("/safety/reports/1") && !desk.body.contains("/safety/reports/2"));
    assert_eq!(deputy.get("/safety/reports/2").status, 404);
    assert_eq!(deputy.post("/safety/reports/2/take", &[]).status, 404);
    let mut lead = site.browser_of("barinova");
    assert!(lead.get("/safety/reports/2").body.contains("резкое слово"));
    // A foreign message can be reported by nobody who does not see it.
    let mut kira = site.browser_of("kira");
    for path in [format!("{chat}/1/report"), format!("{chat}/99/report"), "/sferum/99/1/report".to_owned()] {
        assert_eq!(kira.get(&path).status, 404, "{path}");
        assert_eq!(kira.post(&path, &[("category", "other")]).status, 404, "{path}");
    }
    assert_eq!(demyan.post(&format!("{chat}/99/report"), &[("category", "other")]).status, 404);
}

#[test]
fn the_desk_reads_the_journal_without_what_is_about_its_reader() {
    // MSG-S13, MSG-I23
    let site = Site::with_chats();
    let (_, mut varya, chat) = reported(&site);
    let (mut deputy, mut mother) = (site.browser_of("zotova"), site.browser_of("demyan_mother"));
    let parents = class_chat(&mut mother);
    say(&mut deputy, &parents, "резкое слово");
    mother.get(&format!("{parents}/1/report"));
    mother.post(&format!("{parents}/1/report"), &[("category", "insult")]);
    let mut gromova = site.browser_of("gromova");
    gromova.get(&format!("{chat}/silence"));
    let person = site.world.person("demyan").to_string();
    gromova.post(&format!("{chat}/mute"), &[("person", &person), ("time", "60")]);
    let mut lead = site.browser_of("barinova");
    for report in 1..=2 {
        lead.get(&format!("/safety/reports/{report}"));
        let reason = [("what", "message"), ("reason", "до решения совета")];
        assert_eq!(lead.post(&format!("/safety/reports/{report}/hold"), &reason).status, 303);
    }
    assert!(lead.get("/safety").body.contains("href=\"/safety/audit\""));
    let seen = |browser: &mut Browser, path: &str| {
        let page = browser.get(path);
        assert_eq!(page.status, 200, "{path}");
        ["Прочитано обращение", "Поставлен запрет на изменение", "Ученику запрещено писать", "Вход"]
            .map(|act| page.body.matches(act).count())
    };
    assert_eq!(seen(&mut lead, "/safety/audit"), [2, 2, 1, 0], "who signs in is not the desk's to read");
    let words = lead.get("/safety/audit").body;
    assert!(words.contains("обращение № 1") && !words.contains("report:") && !words.contains("hold:"));
    assert_eq!(seen(&mut deputy, "/safety/audit"), [1, 1, 1, 0], "what is about her own words is not shown");
    let mut administrator = site.browser_of("sedov");
    assert_eq!(seen(&mut administrator, "/admin/audit")[..3], [0, 0, 1], "reports are the desk's alone");
    for browser in [&mut administrator, &mut varya, &mut gromova] {
        assert_eq!(browser.get("/safety/audit").status, 404);
    }
    assert_eq!(lead.get("/safety/audit?before=x").status, 400);
}

#[test]
fn a_chat_is_opened_under_record_and_its_members_are_told() {
    // MSG-S3, MSG-I18
    let site = Site::with_chats();
    let (_, mut varya, chat) = reported(&site);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    let mut lead = site.browser_of("barinova");
    let form = format!("/safety/chats/{id}");
    assert!(lead.get("/safety/chats").body.contains(&format!("href=\"{form}\"")));
    assert!(lead.get("/safety/chats?name=%D0%BD%D0%B5%D1%82").body.contains("Ничего не нашлось"));
    assert!(lead.get("/safety/reports/1").body.contains(&format!("{form}?report=1")));
    assert!(lead.get(&form).body.contains("Администрация школы увидит"));
    let empty = lead.post(&form, &[("report", ""), ("hours", "1"), ("reason", " ")]);
    assert!(empty.body.contains("Напишите хотя бы слово"), "{}", empty.text());
    assert_eq!(lead.post(&form, &[("hours", "48"), ("reason", "x")]).status, 400);
    assert_eq!(lead.post(&form, &[("hours", "1"), ("report", "9"), ("reason", "x")]).status, 404);
    let before = rows(&site);
    let opened = lead.post(&form, &[("report", ""), ("hours", "1"), ("reason", "сообщили об угрозах")]);
    assert_eq!(opened.line(), "303 → /safety/openings/1");
    assert_eq!(rows(&site), before + 1);
    let page = lead.get("/safety/openings/1");
    assert!(page.body.contains("ты у меня попляшешь") && rows(&site) == before + 2, "{}", page.text());
    // The second person sees it at their desk, and takes note once.
    let mut deputy = site.browser_of("zotova");
    let desk = deputy.get("/safety");
    assert!(desk.body.contains("сообщили об угрозах") && desk.body.contains("2<span class=\"vh\"> новых"));
    assert_eq!(deputy.get("/safety/openings/1").status, 404, "the opener's alone");
    assert_eq!(deputy.post("/safety/openings/1/close", &[]).status, 404);
    assert_eq!(lead.post("/safety/openings/1/note", &[]).status, 404);
    for _ in 0..2 {
        assert_eq!(deputy.post("/safety/openings/1/note", &[]).line(), "303 → /safety");
    }
    assert!(deputy.get("/safety").body.contains("1<span class=\"vh\"> новых"));
    for who in ["gromova", "sedov", "demyan_mother"] {
        let mut browser = site.browser_of(who);
        browser.get("/profile");
        for path in ["/safety/chats", &*form, "/safety/openings/1"] {
            assert_eq!(browser.get(path).status, 404, "{who} {path}");
        }
        assert_eq!(browser.post(&form, &[("hours", "1"), ("reason", "x")]).status, 404, "{who}");
    }
    // Members hear of it when it is over.
    assert!(!varya.get(&chat).body.contains("открывали"));
    assert!(varya.get(&format!("{chat}/openings")).body.contains("Чат никто не открывал"));
    let no_law = lead.post("/safety/openings/1/close", &[("silent", "1"), ("reason", "")]);
    assert_eq!(no_law.line(), "303 → /safety/openings/1");
    site.clock.advance(time::Duration::minutes(61));
    let (mut lead, mut demyan) = (site.browser_of("barinova"), site.browser_of("demyan"));
    assert_eq!(lead.get("/safety/openings/1").status, 404, "over by the clock");
    assert!(demyan.get(&chat).body.contains("Чат открывали те, кто отвечает за безопасность"));
    let told = demyan.get(&format!("{chat}/openings"));
    assert!(told.body.contains("Е.\u{a0}В.\u{a0}Баринова") && !told.body.contains("сообщили об угрозах"));
    let mut kira = site.browser_of("kira");
    assert_eq!(kira.get(&format!("{chat}/openings")).status, 404);
}

#[test]
fn a_moderator_silences_pupils_and_they_are_told_until_when_and_why() {
    // MSG-F34, MSG-S5
    let site = Site::with_chats();
    let (mut demyan, mut gromova) = (site.browser_of("demyan"), site.browser_of("gromova"));
    let chat = class_chat(&mut demyan);
    say(&mut demyan, &chat, "а я что");
    let page = format!("{chat}/silence");
    let person = site.world.person("demyan").to_string();
    assert!(gromova.get(&chat).body.contains(&format!("href=\"{page}\"")));
    assert!(gromova.get(&format!("{chat}/1")).body.contains(&format!("{page}?person={person}")));
    gromova.get(&page);
    let cid = field(&demyan.get(&chat).body, "cid");
    let mute = format!("{chat}/mute");
    for (fields, said) in [
        (vec![("person", &*person), ("time", "date"), ("date", "2026-10-14")], "Выберите дату в будущем"),
        (vec![("person", &*person), ("time", "date"), ("date", "")], "Выберите дату в будущем"),
        (vec![("person", "999"), ("time", "15")], "Такого ученика в чате нет"),
    ] {
        let refused = gromova.post(&mute, &fields);
        assert!(refused.body.contains(said), "{fields:?}: {}", refused.text());
    }
    assert_eq!(gromova.post(&mute, &[("time", "99")]).status, 400);
    let fields = [("person", &*person), ("time", "60"), ("reason", "идёт <b>контрольная</b>")];
    assert_eq!(gromova.post(&mute, &fields).line(), format!("303 → {page}"));
    assert!(gromova.get(&page).body.contains("Карпов Демьян"));
    // The page that was open and the one that is opened both say it; what was typed stays.
    let refused = demyan.post(&chat, &[("cid", &cid), ("text", "ещё слово")]);
    assert!(refused.body.contains("Снова можно будет: сегодня, 11:47"), "{}", refused.text());
    let shown = demyan.get(&chat);
    assert!(shown.body.contains("Причина: «идёт") && !shown.body.contains("<b>контрольная"));
    assert!(shown.body.contains(" data-many hidden>"), "the field is there for when it is over");
    assert!(refused.body.contains(">ещё слово</textarea>") && !refused.body.contains(" data-many hidden>"));
    for _ in 0..2 {
        gromova.post(&format!("{chat}/unmute"), &[("person", &person)]);
    }
    say(&mut demyan, &chat, "снова здесь");
    for (opens, closes, said) in [
        ("21:00", "07:00", "Часы должны начинаться раньше"),
        ("x", "", "Часы должны"),
        ("12:00", "21:00", "Часы записаны"),
    ] {
        gromova.post(&format!("{chat}/hours"), &[("opens", opens), ("closes", closes)]);
        assert!(gromova.get(&page).body.contains(said), "{opens}");
    }
    assert!(demyan.get(&chat).body.contains("Ученики пишут в этот чат с 12:00 до 21:00"));
    gromova.post(&format!("{chat}/hours"), &[("opens", "12:00"), ("closes", "21:00"), ("off", "1")]);
    say(&mut demyan, &chat, "без часов");
    // Nobody else has the page.
    for who in ["demyan", "lapina", "orlova", "barinova"] {
        let mut browser = site.browser_of(who);
        browser.get("/profile");
        assert_eq!(browser.get(&page).status, 404, "{who}");
        for deed in ["mute", "unmute", "hours"] {
            let fields = [("person", "")];
            let answer = browser
                .post(&format!("{chat}/{deed}"), if deed == "hours" { &[("off", "1")] } else { &fields });
            assert!(matches!(answer.status, 400 | 404), "{who} {deed} {}", answer.status);
        }
    }
}

#[test]
fn a_blocked_pupils_messages_are_folded_for_the_blocker_alone() {
    // MSG-E27
    let site = Site::with_chats();
    let (mut demyan, mut varya) = (site.browser_of("demyan"), site.browser_of("varya"));
    let chat = class_chat(&mut varya);
    say(&mut demyan, &chat, "дразнилка");
    let person = site.world.person("demyan").to_string();
    assert!(varya.get(&format!("{chat}/1")).body.contains("Заблокировать"));
    assert_eq!(varya.post("/blocks", &[("person", &person)]).line(), "303 → /blocks");
    assert!(varya.get("/blocks").body.contains("Демьян Карпов"));
    let seen = varya.get(&chat);
    assert!(seen.body.contains("Сообщение скрыто: вы заблокировали автора"), "{}", seen.text());
    assert!(seen.body.contains(&format!("data-blocked=\"{person}\"")));
    assert!(seen.body.contains("новые сообщения · 1"), "counters stay");
    assert!(
        varya.get("/sferum").body.contains("сообщение скрыто")
            && !varya.get("/sferum").body.contains("дразнилка")
    );
    for who in ["demyan", "gromova"] {
        let mut browser = site.browser_of(who);
        let page = browser.get(&chat);
        assert!(!page.body.contains("скрыто") && page.body.contains("дразнилка"), "{who}");
        assert!(browser.get("/blocks").body.contains("Вы никого не заблокировали"), "{who}");
    }
    let teacher = site.world.person("gromova").to_string();
    varya.post("/blocks", &[("person", &teacher)]);
    assert!(varya.get("/blocks").body.contains("только ровню"));
    let kira = site.world.person("kira").to_string();
    for nobody in [&*kira, "999"] {
        assert_eq!(varya.post("/blocks", &[("person", nobody)]).status, 404);
    }
    assert_eq!(varya.post(&format!("/blocks/{person}/lift"), &[]).line(), "303 → /blocks");
    assert!(!varya.get(&chat).body.contains("Сообщение скрыто"));
}

#[test]
fn a_file_of_what_was_reported_is_opened_under_record_even_when_it_was_hidden() {
    // MSG-I17, MSG-I18, MSG-S6
    let site = Site::with_chats();
    let (mut demyan, mut varya) = (site.browser_of("demyan"), site.browser_of("varya"));
    let chat = class_chat(&mut varya);
    demyan.get(&chat);
    let file = kit::files::bring(&mut demyan, &chat, "Карикатура.jpg", &kit::files::jpeg());
    let seq = kit::files::send(&mut demyan, &chat, &[file]);
    let one = format!("{chat}/{seq}");
    varya.get(&format!("{one}/report"));
    assert_eq!(varya.post(&format!("{one}/report"), &[("category", "bullying")]).status, 303);
    let mut gromova = site.browser_of("gromova");
    gromova.get(&one);
    assert_eq!(gromova.post(&format!("{one}/delete"), &[]).status, 303);
    assert_eq!(varya.get(&format!("{one}/files/1")).status, 404, "hidden from the chat");
    let mut lead = site.browser_of("barinova");
    let path = format!("/safety/reports/1/files/{seq}/1");
    let case = lead.get("/safety/reports/1");
    assert!(case.body.contains(&path) && case.body.contains("Карикатура.jpg"), "{}", case.text());
    let before = rows(&site);
    assert_eq!(lead.get(&path).status, 200);
    assert_eq!(rows(&site), before + 1);
    assert_eq!(lead.get(&format!("/safety/reports/1/files/{seq}/2")).status, 404);
    assert_eq!(lead.get("/safety/reports/1/files/99/1").status, 404);
    assert_eq!(rows(&site), before + 1, "nothing was shown");
    for who in ["demyan", "varya", "gromova", "sedov"] {
        assert_eq!(site.browser_of(who).get(&path).status, 404, "{who}");
    }
    let form = chat.replace("/sferum/", "/safety/chats/");
    lead.get(&form);
    assert_eq!(lead.post(&form, &[("hours", "1"), ("reason", "карикатура")]).status, 303);
    assert_eq!(lead.get(&format!("/safety/openings/1/files/{seq}/1")).status, 200);
    let mut deputy = site.browser_of("zotova");
    assert_eq!(deputy.get(&format!("/safety/openings/1/files/{seq}/1")).status, 404);
    assert_eq!(deputy.get(&path).status, 200);
}

#[test]
fn the_desk_hears_of_an_urgent_report_at_once_and_of_a_chat_without_an_observer() {
    // MSG-S6, MSG-I19: the open page of the lead is stirred; nobody else's hears of it.
    let site = Site::with_chats();
    let (mut demyan, mut varya) = (site.browser_of("demyan"), site.browser_of("varya"));
    let chat = class_chat(&mut varya);
    say(&mut demyan, &chat, "прощайте все");
    let mut lead = site.browser_of("barinova");
    let page = lead.get("/safety");
    assert!(page.body.contains("data-urgent-report=\"Срочное обращение"), "the page can say it");
    assert!(!varya.get("/diary").body.contains("data-urgent-report"));
    let mut live = Socket::open(&lead, &cursor(&page.body));
    let form = format!("{chat}/1/report");
    varya.get(&form);
    assert_eq!(varya.post(&form, &[("category", "danger")]).status, 303);
    let heard = live.event("safety_urgent");
    assert!(heard.get("conv").is_none() && heard.get("line").is_none(), "{heard}");
    assert!(lead.get("/safety").body.contains("1<span class=\"vh\"> новых"));

    let (pupil, partner) = (site.world.person("varya"), site.world.person("lapina"));
    let viewer = site.world.viewer("varya");
    site.world.write(move |tx| {
        let by = school::Present::ask(tx, &viewer)?;
        let way = messenger::Way::Supervised { pupil, partner };
        let actor = store::Actor::program("test");
        messenger::start(tx, now(), &by, &actor, TODAY, partner, way).unwrap();
        Ok::<_, school::Denied>(())
    });
    // Both observers lose their accounts.
    for who in ["mother", "gromova"] {
        site.world.set_password(who, "три случайных слова");
        let person = site.world.person(who);
        site.world.write(move |tx| {
            school::block(tx, now(), person, "проверка").unwrap();
            Ok::<_, store::Error>(())
        });
    }
    site.block_on(web::jobs::look_at_attendance(&site.app)).unwrap();
    live.event("safety_unattended");
    for who in ["barinova", "zotova"] {
        let desk = site.browser_of(who).get("/safety");
        assert!(desk.text().contains("Без наблюдателя"), "{who}: {}", desk.text());
        assert!(desk.text().replace('\u{a0}', " ").contains("остались вдвоём"), "{who}");
    }
    site.block_on(web::jobs::look_at_attendance(&site.app)).unwrap();
    assert!(lead.get("/safety").body.contains("2<span class=\"vh\"> новых"), "the case and the chat");
}

#[test]
fn the_composer_says_that_a_lesson_is_on_and_a_cancelled_one_is_not() {
    // MSG-S5: mathematics of 6 «А» from 8:30 to 9:15; the school's clocks show 10:47 at first.
    let site = Site::with_chats();
    kit::lessons::teach(&site.world);
    site.world.write(|tx| web::flows::follow_lessons(tx, now(), TODAY));
    let mut gromova = site.browser_of("gromova");
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let page = format!("{chat}/silence");
    assert!(gromova.get(&page).body.contains("Включить тихий режим"));
    assert_eq!(gromova.post(&format!("{chat}/lessons"), &[("on", "true")]).status, 303);
    assert!(gromova.get(&page).body.contains("Выключить тихий режим"));
    assert_eq!(
        varya.post(&format!("{chat}/lessons"), &[("on", "false")]).status,
        404,
        "not a pupil's to say"
    );
    assert!(!varya.get(&chat).body.contains("Идёт урок"));
    // 13:20, the second lesson of the day begins.
    site.clock.advance(time::Duration::minutes(153));
    let (mut gromova, mut varya) = (site.browser_of("gromova"), site.browser_of("varya"));
    let seen = varya.get(&chat);
    assert!(seen.body.contains("Идёт урок: ученики пишут в этот чат после 14:05"), "{}", seen.text());
    assert!(!gromova.get(&chat).body.contains("Идёт урок"));
    let cid = "00112233445566778899aabbccddeeff";
    let refused = varya.post(&chat, &[("cid", cid), ("text", "пишу на уроке")]);
    assert!(refused.status == 200 && refused.body.contains("после 14:05"), "{}", refused.text());
    assert!(!gromova.get(&chat).body.contains("пишу на уроке"), "nothing was taken");
    // The lesson is cancelled at the desk of substitutions: the chat opens with it.
    let mut deputy = site.browser_of("zotova");
    let class = site.world.class_id("6A");
    let lessons =
        site.world.read(move |tx| diary::lessons_of_class(tx, class, TODAY, TODAY.next_day().unwrap()));
    let path = format!("/substitutions/{}", lessons[1].id);
    deputy.get(&path);
    let cancelled = deputy.post(&format!("{path}/cancel"), &[("reason", "болезнь учителя")]);
    assert_eq!(cancelled.status, 303, "{}", cancelled.text());
    assert!(!varya.get(&chat).body.contains("Идёт урок"));
}

#[test]
fn the_desk_puts_an_adult_in_charge_of_a_group_of_pupils() {
    // MSG-E25
    let site = Site::with_chats();
    let [varya, lapina, gromova] = ["varya", "lapina", "gromova"].map(|key| site.world.person(key));
    let chat = unattended_group(&site.world);
    site.block_on(web::jobs::look_at_attendance(&site.app)).unwrap();
    let mut head = site.browser_of("zotova");
    let desk = head.get("/safety");
    assert!(desk.text().contains("нет взрослого"), "{}", desk.text());
    let choice = format!("<option value=\"{gromova}\">");
    assert!(desk.body.contains(&choice));
    assert!(!desk.body.contains(&format!("<option value=\"{lapina}\">")), "she is blocked");
    let address = format!("/safety/chats/{chat}/charge");
    let refused = head.post(&address, &[("person", &varya.to_string())]);
    assert_eq!(refused.status, 422, "{}", refused.text());
    let mut other = site.browser_of("gromova");
    other.get("/sferum");
    assert_ne!(other.post(&address, &[("person", &gromova.to_string())]).status, 303);
    assert!(site.browser_of("varya").get(&format!("/sferum/{chat}")).text().contains("не хватает взрослого"));
    head.get("/safety");
    assert_eq!(head.post(&address, &[("person", &gromova.to_string())]).status, 303);
    let page = site.browser_of("varya").get(&format!("/sferum/{chat}"));
    assert!(!page.text().contains("не хватает взрослого"));
    site.block_on(web::jobs::look_at_attendance(&site.app)).unwrap();
    assert!(!head.get("/safety").body.contains(&choice));
}
