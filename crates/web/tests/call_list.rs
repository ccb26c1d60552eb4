//! The ways into calls: the page «Видеоконференции», the button and the bar of a chat, the links of a diary.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use calls::{CallId, CallerOf, Ground, LeaderOf, Limits};
use kit::Site;
use kit::chats::chat_named;
use kit::lessons::teach;
use kit::offer::offer;
use kit::socket::{Socket, class_chat, cursor};
use messenger::{ChatKind, ConversationId, MemberOf};
use serde_json::json;
use store::Actor;
use testkit::{Browser, TODAY};
use time::Duration;

const LIST: &str = "/sferum/calls";
const JOIN: &str = "Присоединиться";
const START: &str = "Начать видеоконференцию";

/// The school at 8:20: the lesson of mathematics is at 8:30, that of literature at 13:20.
fn school() -> Site {
    let site = Site::with_chats_and(|settings| {
        settings.calls.addresses = vec!["127.0.0.1".parse().unwrap()];
    });
    teach(&site.world);
    site.clock.advance(-Duration::minutes(147));
    site
}

fn look(site: &Site) {
    site.block_on(web::jobs::look_at_calls(&site.app)).unwrap();
}

fn shows(browser: &mut Browser, path: &str, what: &str) -> bool {
    browser.get(path).text().replace('\u{a0}', " ").contains(what)
}

/// The only living call, entered by a leader or another person of the World at this moment.
fn enter(site: &Site, who: &str) {
    let (viewer, now) = (site.world.viewer(who), site.clock.now());
    site.world.write(move |tx| {
        let call = calls::live_calls(tx)?[0].id;
        let by = CallerOf::ask(tx, &viewer, call, &Ground::Chat, TODAY).unwrap();
        let entered = calls::enter(tx, now, &by, Limits::default()).unwrap();
        assert!(matches!(entered, calls::Entered::In { .. }));
        Ok::<_, store::Error>(())
    });
}

#[test]
fn the_page_names_the_lessons_that_let_the_viewer_in() {
    // CALL-F30, CALL-I12
    let site = school();
    let people = ["varya", "gromova", "lapina", "mother", "kira", "barinova"];
    let mut browsers = people.map(|who| (who, site.browser_of(who)));
    for (who, browser) in &mut browsers {
        let page = browser.get(LIST).text().replace('\u{a0}', " ");
        assert!(page.contains("Сейчас видеоконференций нет"), "{who}: {page}");
        assert!(page.contains("Проверить камеру и микрофон"), "{who}");
        assert!(page.contains("вы ничего не пропустили"), "{who}");
        let listed = (page.contains("Математика, 6 «А»"), page.contains("Литература, 6 «А»"));
        let expected = match *who {
            "varya" => (true, true),
            "gromova" => (true, false),
            "lapina" => (false, true),
            _ => (false, false),
        };
        assert_eq!(listed, expected, "{who}: {page}");
        assert_eq!(page.contains("откроется в 8:25"), expected.0, "{who}");
        assert_eq!(page.contains("Видеоуроков в расписании пока нет"), expected == (false, false), "{who}");
    }
    site.clock.advance(Duration::minutes(6));
    look(&site);
    for (who, browser) in &mut browsers {
        let may = matches!(*who, "varya" | "gromova");
        assert_eq!(shows(browser, LIST, JOIN), may, "{who}");
        let waits = if *who == "gromova" { "ждёт вас" } else { "ждём ведущего" };
        assert_eq!(shows(browser, LIST, waits), may, "{who}");
        assert_eq!(shows(browser, "/sferum", "сейчас: Математика, 6 «А»"), may, "{who}");
        let own = match *who {
            "varya" | "mother" | "kira" => "/diary",
            "gromova" | "lapina" => "/today",
            _ => continue,
        };
        assert_eq!(shows(browser, own, "На видеоурок"), may, "{who}");
    }
    let [_, (_, gromova), ..] = &mut browsers;
    let lesson = gromova.get("/today").body;
    let lesson = lesson.split("href=\"/lessons/").nth(1).unwrap().split('"').next().unwrap();
    assert!(shows(gromova, &format!("/lessons/{lesson}"), "На видеоурок"));
    // After the bell and the grace the call is gone, and without a trace, for nobody was in.
    site.clock.advance(Duration::minutes(60));
    look(&site);
    for who in people {
        let page = site.browser_of(who).get(LIST).text().replace('\u{a0}', " ");
        assert!(!page.contains(JOIN) && page.contains("вы ничего не пропустили"), "{who}: {page}");
    }
}

#[test]
fn a_chat_offers_a_call_to_staff_and_tells_everybody_of_it() {
    // CALL-I11, CALL-F11
    let site = school();
    let [mut gromova, mut varya, mut mother] = ["gromova", "varya", "mother"].map(|who| site.browser_of(who));
    let chat = class_chat(&mut gromova);
    assert_eq!(chat, class_chat(&mut varya));
    assert!(gromova.get(&chat).body.contains(START));
    let page = varya.get(&chat).body;
    assert!(!page.contains(START) && !page.contains(JOIN), "a pupil starts nothing");
    let news = chat_named(&mut gromova, "Объявления");
    assert!(!gromova.get(&news).body.contains(START), "news are read");
    let mut open = Socket::open(&varya, &cursor(&page));
    let begun = gromova.post(&format!("{chat}/call"), &[]);
    let call = begun.header("location").unwrap().to_owned();
    assert!(call.starts_with("/calls/"), "{call}");
    let conversation: i64 = chat.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(open.event("call")["conv"], conversation, "open pages hear of it");
    for browser in [&mut gromova, &mut varya] {
        let page = browser.get(&chat);
        assert!(page.body.contains(&format!("href=\"{call}\"")), "{}", page.text());
        assert!(page.text().contains("Видеоконференция ждёт ведущего") && !page.body.contains(START));
    }
    enter(&site, "gromova");
    assert!(shows(&mut site.browser_of("sedov"), "/admin", "идёт 0 из 20, участников 0, в одной до 60"));
    assert!(shows(&mut varya, &chat, "Идёт видеоконференция Ольга Павловна, с 8:20"));
    assert!(shows(&mut varya, LIST, "подключился 1 человек"));
    assert!(!shows(&mut mother, LIST, JOIN), "the class chat is the pupils'");
    let mut line = Socket::try_open_at(&gromova, &format!("{call}/line"), None).unwrap();
    assert_eq!(line.ask(r#"{"t":"end","re":1}"#)["t"], "done");
    assert_eq!(open.event("call")["conv"], conversation, "and of its end");
    assert!(!varya.get(&chat).body.contains(JOIN) && gromova.get(&chat).body.contains(START));
}

#[test]
fn a_call_that_took_place_without_somebody_is_named_to_them() {
    let site = school();
    let [mut gromova, mut varya, mut demyan] = ["gromova", "varya", "demyan"].map(|who| site.browser_of(who));
    let mut mother = site.browser_of("mother");
    let chat = class_chat(&mut gromova);
    gromova.post(&format!("{chat}/call"), &[]);
    enter(&site, "gromova");
    enter(&site, "demyan");
    site.clock.advance(Duration::minutes(20));
    let (viewer, now) = (site.world.viewer("gromova"), site.clock.now());
    let call: CallId = site.world.write(move |tx| {
        let call = calls::live_calls(tx)?[0].id;
        let leader = LeaderOf::ask(tx, &viewer, call, &Ground::Chat, TODAY).unwrap();
        assert!(calls::finish(tx, now, &leader).unwrap().is_some());
        Ok::<_, store::Error>(call)
    });
    assert!(call.get() > 0);
    let page = varya.get(LIST);
    let text = page.text().replace('\u{a0}', " ");
    assert!(text.contains("8:20–8:40") && text.contains("начал(а) Ольга Павловна"), "{text}");
    assert!(page.body.contains(&format!("href=\"{chat}\"")), "the chat is a click away");
    for browser in [&mut gromova, &mut demyan, &mut mother] {
        assert!(shows(browser, LIST, "вы ничего не пропустили"));
    }
    // A week later it is no news.
    site.clock.advance(Duration::days(8));
    let mut varya = site.browser_of("varya");
    assert!(shows(&mut varya, LIST, "вы ничего не пропустили"));
}

/// A call of a chat that Gromova leads for ten minutes, with what happens meanwhile.
fn hold(site: &Site, chat: ConversationId, meanwhile: impl FnOnce()) {
    let mut gromova = site.browser_of("gromova");
    assert_eq!(gromova.post(&format!("/sferum/{chat}/call"), &[]).status, 303);
    enter(site, "gromova");
    meanwhile();
    site.clock.advance(Duration::minutes(10));
    let (viewer, now) = (site.world.viewer("gromova"), site.clock.now());
    site.world.write(move |tx| {
        let call = calls::live_calls(tx)?[0].id;
        let leader = LeaderOf::ask(tx, &viewer, call, &Ground::Chat, TODAY).unwrap();
        assert!(calls::finish(tx, now, &leader).unwrap().is_some());
        Ok::<_, store::Error>(())
    });
}

#[test]
fn a_call_is_missed_only_by_those_who_were_members_while_it_went_on() {
    let site = school();
    let (viewer, actor) = (site.world.viewer("gromova"), Actor::program("test"));
    let [lapina, zotova] = ["lapina", "zotova"].map(|key| site.world.person(key));
    let chat = site.world.write(move |tx| {
        let by = school::Staff::ask(tx, &viewer, TODAY)?;
        let made = messenger::gather(tx, testkit::now(), &by, &actor, TODAY, "Проект", None, &[zotova]);
        Ok::<_, school::Denied>(made.unwrap())
    });
    let belongs = |is_member: bool| {
        let (viewer, actor, now) = (site.world.viewer("gromova"), Actor::program("test"), site.clock.now());
        site.world.write(move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            let changed = if is_member {
                messenger::add_people(tx, now, &by, &actor, TODAY, &[lapina])
            } else {
                messenger::remove_person(tx, now, &by, &actor, TODAY, lapina)
            };
            changed.unwrap();
            Ok::<_, school::Denied>(())
        });
    };
    let times = ["8:20–8:30", "8:30–8:40", "8:40–8:50", "8:50–9:00"];
    let missed = |who: &str| {
        let page = site.browser_of(who).get(LIST).text();
        times.map(|time| page.contains(time))
    };
    hold(&site, chat, || ());
    belongs(true);
    assert_eq!(missed("lapina"), [false; 4], "it was over before she came");
    // She leaves while one goes on, is away during the next, and comes back into the last.
    hold(&site, chat, || belongs(false));
    hold(&site, chat, || ());
    hold(&site, chat, || belongs(true));
    assert_eq!(missed("lapina"), [false, true, false, true]);
    assert_eq!(missed("zotova"), [true; 4]);
}

/// In the chats of which kinds a person sees the way into a call.
fn barred(site: &Site, who: &str, call: &str) -> Vec<ChatKind> {
    let viewer = site.world.viewer(who);
    let rooms = site.world.read(move |tx| {
        let rooms = messenger::rooms_of(tx, &viewer, TODAY)?;
        let named = rooms.iter().map(|room| (room.conversation().kind, room.conversation().id));
        Ok::<_, school::Denied>(named.collect::<Vec<_>>())
    });
    assert!(!rooms.is_empty(), "{who} is in no chat");
    let mut browser = site.browser_of(who);
    let link = format!("href=\"{call}\"");
    let mut shown = |chat| browser.get(&format!("/sferum/{chat}")).body.contains(&link);
    rooms.into_iter().filter(|(_, chat)| shown(*chat)).map(|(kind, _)| kind).collect()
}

#[test]
fn the_chats_of_a_lesson_have_a_bar_for_those_whom_its_call_lets_in() {
    // CALL-I12, CALL-I13, CALL-F32
    let site = school();
    site.clock.advance(Duration::minutes(6));
    let [mut varya, mut gromova, mut orlova, mut zotova] =
        ["varya", "gromova", "orlova", "zotova"].map(|who| site.browser_of(who));
    let chat = class_chat(&mut gromova);
    let page = varya.get(&chat).body;
    assert!(!page.contains(JOIN));
    let mut open = Socket::open(&varya, &cursor(&page));
    look(&site);
    open.event("call");
    let call = format!("/calls/{}", site.world.read(calls::live_calls)[0].id);
    let both = vec![ChatKind::ClassChat, ChatKind::Subject];
    for who in ["varya", "demyan", "timur", "gromova"] {
        assert_eq!(barred(&site, who, &call), both, "{who}");
    }
    // Other classes, guardians, and staff of the class who do not teach the lesson.
    for who in ["kira", "mother", "demyan_mother", "lapina", "orlova", "zotova", "barinova"] {
        assert_eq!(barred(&site, who, &call), [], "{who}");
    }
    assert!(shows(&mut varya, &chat, "Видеоурок ждёт учителя: Математика с 8:30 до 9:15"));
    assert!(shows(&mut gromova, &chat, "Видеоурок ждёт вас: Математика"));
    let mut line = Socket::try_open_at(&gromova, &format!("{call}/line"), None).unwrap();
    let join = json!({"t": "join", "re": 1, "offer": offer("gromova")}).to_string();
    assert_eq!(line.ask(&join)["t"], "answer");
    open.event("call");
    assert!(shows(&mut varya, &chat, "Идёт видеоурок: Математика с 8:30 до 9:15"));
    // Whoever stands in has the class's chat for the day, and hears of the lesson in it as its teacher does.
    let lesson = site.world.read(|tx| diary::lessons_on(tx, TODAY))[0].id;
    let path = format!("/substitutions/{lesson}");
    zotova.get(&path);
    let teacher = site.world.person("orlova").to_string();
    let fields = [("teacher", teacher.as_str()), ("course", ""), ("room", ""), ("reason", "болезнь")];
    assert_eq!(zotova.post(&format!("{path}/substitute"), &fields).status, 303);
    assert_eq!(barred(&site, "orlova", &call), [ChatKind::ClassChat]);
    let page = orlova.get(&chat).body;
    let mut stands_in = Socket::open(&orlova, &cursor(&page));
    let mut line = Socket::try_open_at(&orlova, &format!("{call}/line"), None).unwrap();
    assert_eq!(line.ask(r#"{"t":"end","re":1}"#)["t"], "done");
    stands_in.event("call");
    open.event("call");
    for who in ["varya", "gromova", "orlova"] {
        assert_eq!(barred(&site, who, &call), [], "{who}: it is over");
    }
}

#[test]
fn a_server_without_calls_offers_none() {
    let site = Site::with_chats();
    let mut gromova = site.browser_of("gromova");
    let chat = class_chat(&mut gromova);
    assert!(!gromova.get(&chat).body.contains(START));
    assert!(!shows(&mut gromova, "/sferum", "Видеоконференции"));
    assert!(shows(&mut gromova, LIST, "Видеоконференции не настроены"));
    assert!(shows(&mut site.browser_of("sedov"), "/admin", "zvonok doctor calls"));
}
