//! Edges of the live channel and of what a message may show, over HTTP: each by its number in docs/rules/messenger.md.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]
#![allow(clippy::disallowed_methods, reason = "a listener of one's own shows who connects")]

mod kit;

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kit::Site;
use kit::chats::say;
use kit::process::{Folder, HOST};
use kit::socket::{Socket, chats_of, class_chat, cursor};
use messenger::{Body, ClientId, ConversationId, Draft, MemberOf};
use school::{Denied, Staff, Viewer};
use serde_json::Value;
use store::{Actor, Random, Store};
use testkit::{Browser, TODAY, World, now};

const PORTAL: &str = "три случайных слова";

fn id_of(chat: &str) -> ConversationId {
    chat.rsplit('/').next().unwrap().parse().unwrap()
}

/// Sends so many messages in one command each, past the site.
fn send(
    store: &Store,
    random: &Random,
    by: Viewer,
    chat: ConversationId,
    texts: impl Iterator<Item = String>,
) {
    for text in texts {
        let cid = ClientId::from_bytes(random.bytes()).unwrap();
        let draft = Draft::text(cid, Body::parse(&text).unwrap());
        let sent = store.write_blocking(move |tx| {
            let member = MemberOf::ask(tx, &by, chat, TODAY)?;
            Ok::<_, Denied>(messenger::send(tx, now(), &member, &draft).unwrap())
        });
        sent.unwrap();
    }
}

/// The number of the last message on a page; zero without any.
fn last_on(page: &str) -> i64 {
    let shown = page.split("data-seq=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok());
    shown.max().unwrap_or(0)
}

fn polled(browser: &mut Browser, at: &str) -> Vec<Value> {
    let body = browser.get(&format!("/live/poll?cursor={at}&wait=5")).body;
    serde_json::from_str::<Value>(&body).unwrap()["frames"].as_array().unwrap().clone()
}

#[test]
fn a_page_and_what_comes_after_it_join_without_a_gap() {
    // MSG-E6: the page is of one moment, and its cursor is of the same one, however quickly others write.
    let site = Site::with_chats_and(|settings| settings.sockets_per_session = 1000);
    let mut varya = site.browser_of("varya");
    let path = class_chat(&mut varya);
    let (by, chat, random) = (site.world.viewer("gromova"), id_of(&path), site.world.random.clone());
    let (store, stop) = (site.world.store.clone(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let texts = (1..).take_while(|_| !stop.load(Ordering::Relaxed)).map(|n: u32| n.to_string());
            send(&store, &random, by, chat, texts);
        });
        let mut moved = 0;
        for _ in 0..40 {
            let page = varya.get(&path).body;
            let (last, mut socket) = (last_on(&page), Socket::open(&varya, &cursor(&page)));
            for next in 1..=3 {
                assert_eq!(socket.message(), last + next, "the page ends with {last}");
            }
            moved += i64::from(last > 0);
        }
        stop.store(true, Ordering::Relaxed);
        assert!(moved > 30, "others must have written meanwhile");
    });
}

#[test]
fn a_base_put_back_begins_every_page_anew() {
    // MSG-E7, MSG-K4: numbers are given a second time, and nobody takes a new message for one they know.
    let world = World::with_schema(web::schema());
    kit::chats::open(&world);
    let login = world.set_password("varya", PORTAL);
    let mut folder = Folder::of(&world);
    folder.open = true;
    let mut server = folder.serve(0);
    let mut varya = server.browser().named(HOST);
    varya.sign_in(&login, PORTAL);
    let path = class_chat(&mut varya);
    ["раз", "два"].iter().for_each(|text| say(&mut varya, &path, text));
    let copy = folder.base().with_file_name("copy.db");
    store::backup(&folder.base(), &copy, &web::schema()).unwrap();
    ["три", "четыре"].iter().for_each(|text| say(&mut varya, &path, text));
    let at = cursor(&varya.get(&path).body);
    server.stop();
    server.app.store.close();
    drop(server);
    store::restore(&copy, &folder.base(), &web::schema(), &Random::seeded(77)).unwrap();
    let server = folder.serve(1);
    let mut varya = varya.moved(server.address);
    say(&mut varya, &path, "другое три");
    let first = &polled(&mut varya, &at)[0];
    assert_eq!(
        (first["t"].as_str(), first["reason"].as_str()),
        (Some("reset"), Some("no cursor")),
        "{first}"
    );
    assert_eq!(Socket::open(&varya, &at).hear().unwrap()["t"], "reset");
    // From the new page on all is as ever.
    let page = varya.get(&path).body;
    assert!(last_on(&page) == 3 && page.contains("другое три") && !page.contains("четыре"));
    say(&mut varya, &path, "другое четыре");
    let event = &polled(&mut varya, &cursor(&page))[0]["events"][0];
    assert_eq!((event["seq"].as_i64(), event["line"]["text"].as_str()), (Some(4), Some("другое четыре")));
}

#[test]
fn a_line_that_died_without_a_word_is_let_go_and_its_place_is_free() {
    // MSG-E9: a phone that fell asleep answers no ping; one that answers stays.
    let site = Site::with_chats_and(|settings| {
        settings.sockets_per_session = 1;
        settings.deadlines.ping = Duration::from_millis(250);
        settings.deadlines.silence = Duration::from_millis(1500);
    });
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let path = class_chat(&mut varya);
    let at = [&mut varya, &mut demyan].map(|browser| cursor(&browser.get(&path).body));
    let mut asleep = Socket::open(&varya, &at[0]);
    let mut awake = Socket::open(&demyan, &at[1]);
    assert!(Socket::try_open(&varya, &at[0], None).is_err(), "one for a session here");
    let pings = std::thread::spawn(move || (0..8).filter(|_| awake.answer_ping()).count());
    assert_eq!(asleep.end(), 0, "ended without a goodbye: nobody would hear it");
    let again = (0..1000).find_map(|_| Socket::try_open(&varya, &at[0], None).ok());
    say(&mut demyan, &path, "проснулась");
    assert_eq!(again.expect("its place is free").message(), 1, "and nothing was missed");
    assert_eq!(pings.join().unwrap(), 8, "two seconds of answers, longer than the silence");
}

#[test]
fn a_whole_school_comes_back_after_a_restart_in_turn_and_misses_nothing() {
    // MSG-E10: each is told to wait a part of the time that all need together; a cursor is enough to come back, no page is
    // read and no password compared.
    const SOCKETS: usize = 200;
    let world = World::with_schema(web::schema());
    kit::chats::open(&world);
    let by = world.viewer("gromova");
    let logins = ["varya", "demyan"].map(|key| world.set_password(key, PORTAL));
    let mut folder = Folder::of(&world);
    folder.open = true;
    let mut server = folder.serve(0);
    let browsers = logins.map(|login| {
        let mut browser = server.browser().named(HOST);
        browser.sign_in(&login, PORTAL);
        let path = class_chat(&mut browser);
        let at = cursor(&browser.get(&path).body);
        (browser, at, path)
    });
    let chat = id_of(&browsers[0].2);
    let mut sockets: Vec<Socket> =
        (0..SOCKETS).map(|n| Socket::open(&browsers[n % 2].0, &browsers[n % 2].1)).collect();
    // An answered command shows that a socket is served.
    for socket in &mut sockets {
        socket.ask(&format!(r#"{{"t":"read","re":1,"conv":{chat},"seq":0}}"#));
    }
    server.stop();
    let spread = SOCKETS as u64 * 1000 / 500;
    let waits: Vec<u64> = sockets
        .iter_mut()
        .map(|socket| {
            let (code, reason) = socket.goodbye();
            assert_eq!(code, 1012, "{reason}");
            reason.parse().unwrap()
        })
        .collect();
    assert!(waits.iter().all(|wait| *wait < spread), "{waits:?}");
    let mut different = waits.clone();
    different.sort_unstable();
    different.dedup();
    assert!(different.len() > SOCKETS / 4, "spread over the time: {waits:?}");
    drop(sockets);
    server.app.store.close();
    drop(server);
    let server = folder.serve(1);
    send(&server.app.store, &server.app.random, by, chat, (1..=3).map(|n: u32| n.to_string()));
    let came_back: Vec<Socket> = (0..SOCKETS)
        .map(|n| {
            let (browser, at, _) = &browsers[n % 2];
            Socket::open(&browser.moved(server.address), at)
        })
        .collect();
    for mut socket in came_back {
        assert_eq!([1, 2, 3].map(|_| socket.message()), [1, 2, 3]);
    }
}

#[test]
fn a_reader_who_comes_back_slowly_is_served_from_the_log_when_memory_moves_on() {
    // MSG-E14: memory holds eight events here, and is overwritten many times while the reader sips.
    const BEFORE: i64 = 1300;
    const MEANWHILE: i64 = 300;
    let site = Site::with_chats_and(|settings| settings.events_in_memory = 8);
    let mut varya = site.browser_of("varya");
    let path = class_chat(&mut varya);
    let at = cursor(&varya.get(&path).body);
    let (by, chat, random) = (site.world.viewer("gromova"), id_of(&path), site.world.random.clone());
    // Long enough that no socket of the system holds what is due.
    let text = |n: i64| format!("{n} {}", "🙂".repeat(1500));
    send(&site.world.store, &random, by, chat, (1..=BEFORE).map(text));
    let mut socket = Socket::open(&varya, &at);
    for seq in 1..=BEFORE + MEANWHILE {
        assert_eq!(socket.message(), seq);
        if seq <= MEANWHILE {
            send(&site.world.store, &random, by, chat, std::iter::once(text(BEFORE + seq)));
        }
    }
    // Whoever was away while memory moved on comes back from the log too.
    let mut late = Socket::open(&varya, &at);
    assert_eq!(late.message(), 1);
}

#[test]
fn a_message_from_before_ones_time_is_shown_nowhere() {
    // MSG-E18, MSG-I9, MSG-B13: not as a quote, a preview, a pin, a hit, a file's place, an event or in an export.
    let site = Site::with_chats();
    let (mut gromova, mut lapina, mut orlova) =
        (site.browser_of("gromova"), site.browser_of("lapina"), site.browser_of("orlova"));
    let viewer = site.world.viewer("gromova");
    let people = [site.world.person("lapina")];
    let chat = site.world.write(move |tx| {
        let by = Staff::ask(tx, &viewer, TODAY)?;
        let actor = Actor::program("test");
        messenger::gather(tx, now(), &by, &actor, TODAY, "Проект", None, &people).map_err(|_| Denied::Denied)
    });
    let path = format!("/sferum/{chat}");
    say(&mut gromova, &path, "маркер до прихода");
    gromova.get(&path);
    assert_eq!(gromova.post(&format!("{path}/1/pin"), &[]).status, 303);
    let before = cursor(&orlova.get("/sferum").body);
    let added = [site.world.person("orlova")];
    site.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let actor = Actor::program("test");
        messenger::add_people(tx, now(), &by, &actor, TODAY, &added).map_err(|_| Denied::Denied)
    });
    let list = orlova.get("/sferum").body;
    assert!(!list.contains("маркер"), "the last line of a chat is not from before");
    lapina.get(&path);
    let cid = "0123456789abcdef0123456789abcdef";
    let answer = format!(r#"{{"t":"send","re":1,"conv":{chat},"cid":"{cid}","text":"ответ","reply":1}}"#);
    assert!(lapina.post_json("/live/command", &answer).body.contains("\"ack\""));
    // Whoever was there sees it everywhere, so that the places below are the right ones.
    let query = "q=%D0%BC%D0%B0%D1%80%D0%BA%D0%B5%D1%80";
    let places = [
        path.clone(),
        format!("{path}?before=2"),
        format!("{path}/items?seqs=1,2"),
        format!("{path}/search?{query}"),
        format!("/sferum/search?{query}"),
    ];
    for place in &places {
        let page = lapina.get(place);
        assert!(page.status == 200 && page.text().contains("до прихода"), "{place}: {}", page.text());
    }
    for place in places.iter().map(String::as_str).chain([
        "/sferum",
        &format!("{path}/files"),
        &format!("{path}/about"),
        &format!("/live/poll?cursor={before}&wait=1"),
    ]) {
        let page = orlova.get(place);
        assert!(!page.body.contains("до прихода"), "{place}: {}", page.text());
    }
    assert!(orlova.get(&path).body.contains("ответ"));
    assert_eq!(orlova.get(&format!("{path}/1")).status, 404);
    let fields: [(&str, &[(&str, &str)]); 2] = [("1/pin", &[]), ("1/react", &[("reaction", "yes")])];
    for (deed, fields) in fields {
        assert_eq!(orlova.post(&format!("{path}/{deed}"), fields).status, 404, "{deed}");
    }
    let answer = answer.replace(cid, &cid.replace('0', "1"));
    assert!(orlova.post_json("/live/command", &answer).body.contains("\"no\""), "it cannot be quoted either");
}

#[test]
fn nobody_fetches_the_address_that_stands_in_a_message() {
    // MSG-E41: neither when it is sent nor when pages, lists, hits or exports show it.
    let site = Site::with_chats();
    let inside = TcpListener::bind("127.0.0.1:0").unwrap();
    inside.set_nonblocking(true).unwrap();
    let (mut varya, mut gromova) = (site.browser_of("varya"), site.browser_of("gromova"));
    let path = class_chat(&mut varya);
    let address = inside.local_addr().unwrap();
    say(
        &mut varya,
        &path,
        &format!("смотрите http://{address}/secret и http://localhost:{}/", address.port()),
    );
    for place in [path.as_str(), "/sferum", "/sferum/search?q=secret", &format!("{path}/1")] {
        let page = gromova.get(place);
        assert_eq!(page.status, 200, "{place}");
        assert!(!page.body.contains("<iframe") && !page.body.contains("src=\"http"), "{place}");
    }
    site.block_on(web::jobs::call_now(&site.app)).unwrap();
    assert!(inside.accept().is_err(), "somebody has connected");
    assert!(
        gromova.get(&path).body.contains(&format!("href=\"http://{address}/secret\"")),
        "people may follow it"
    );
}

#[test]
fn a_name_that_changes_is_the_name_of_what_was_written_before() {
    // MSG-E28: a message is its author's, whatever the author is called; the journal keeps what they were called.
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let path = class_chat(&mut varya);
    say(&mut varya, &path, "до смены фамилии");
    assert!(demyan.get(&path).body.contains("Варвара Ильина"));
    rename(&site);
    let page = demyan.get(&path).body;
    assert!(page.contains("Варвара Петрова") && !page.contains("Варвара Ильина"), "{page}");
    assert!(chats_of(&demyan.get("/sferum").body).iter().any(|(_, address)| *address == path));
    let found = demyan.get("/sferum/search?q=%D0%9F%D0%B5%D1%82%D1%80%D0%BE%D0%B2%D0%B0");
    assert!(found.text().contains("Петрова Варвара"), "{}", found.text());
    let row = site.world.read(|tx| tx.audit_tail(None, 5)).rows.into_iter();
    let row = row.into_iter().find(|row| row.action == "school.person.rename").expect("a row of the journal");
    assert_eq!(row.target, format!("person:{}", site.world.person("varya").get()));
    assert!(row.before.unwrap().contains("Ильина") && row.after.unwrap().contains("Петрова"));
}

/// A list of the school with another surname for Varya.
fn rename(site: &Site) {
    let file = school::import::SourceFile {
        name: "Ученики.csv".to_owned(),
        bytes: "Внешний ID;Фамилия;Имя;Дата рождения;Класс\nvarya;Петрова;Варвара;14.03.2014;6А\n"
            .as_bytes()
            .to_vec(),
    };
    let by = web::flows::import::Importer::console("test");
    site.world.write(move |tx| {
        let sheets = school::import::Sheets::read(&[file], None, TODAY);
        match web::flows::import::apply(tx, now(), TODAY, &by, sheets) {
            Ok(_) => Ok::<_, store::Error>(()),
            Err(refused) => panic!("{refused:?}"),
        }
    });
}
