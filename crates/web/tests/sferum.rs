//! «Сферум» over HTTP and over sockets: two people, one removed while looking, both transports.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use std::time::{Duration, Instant};

use kit::Site;
use kit::socket::{Socket, class_chat, cursor, field};
use serde_json::Value;
use testkit::{Browser, TODAY, now};

#[test]
fn a_message_is_written_and_read_without_scripts() {
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let page = varya.get(&chat);
    assert!(page.body.contains("Видят:") && page.body.contains("3 ученика, 2 учителя"), "{}", page.text());
    assert!(page.body.contains("Родители — нет."));
    let cid = field(&page.body, "cid");
    for _ in 0..2 {
        // A form posted twice is one message.
        let answer = varya.post(&chat, &[("cid", &cid), ("text", "Кто записал, что по <b>географии</b>?")]);
        assert_eq!((answer.status, answer.header("location")), (303, Some(chat.as_str())));
    }
    let mut demyan = site.browser_of("demyan");
    let seen = demyan.get(&chat);
    assert_eq!(
        seen.body.matches("Кто записал, что по &#60;b&#62;географии").count()
            + seen.body.matches("Кто записал, что по &lt;b&gt;географии").count(),
        2,
        "in the list and in the chat: {}",
        seen.text()
    );
    assert!(seen.body.contains("новые сообщения · 1"));
    let refused = varya.post(&chat, &[("cid", &cid), ("text", "другое")]);
    assert!(refused.body.contains("уже отправлено другое сообщение"), "{}", refused.text());
    for (text, said) in [("", "Сообщение пустое"), ("a\u{202E}b", "направление письма")]
    {
        let cid = field(&varya.get(&chat).body, "cid");
        let refused = varya.post(&chat, &[("cid", &cid), ("text", text)]);
        assert!(refused.body.contains(said), "{}", refused.text());
    }
    let cid = field(&varya.get(&chat).body, "cid");
    let long = varya.post(&chat, &[("cid", &cid), ("text", &"х".repeat(50_000))]);
    assert!(long.status < 500 && long.body.contains("длиннее 4000"), "{}", long.status);
    assert_eq!(varya.post(&chat, &[("cid", "0"), ("text", "x")]).status, 400);
    let mut kira = site.browser_of("kira");
    assert_eq!(kira.get(&chat).status, 404);
    assert_eq!(kira.post(&chat, &[("cid", &cid), ("text", "чужая")]).status, 404);
    assert_eq!(kira.get("/sferum/999").status, 404);
}

#[test]
fn what_is_new_is_marked_as_read_without_scripts() {
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    for text in ["первое", "второе"] {
        let cid = field(&varya.get(&chat).body, "cid");
        varya.post(&chat, &[("cid", &cid), ("text", text)]);
    }
    let to = format!("{chat}/read");
    let mut demyan = site.browser_of("demyan");
    let said = |browser: &mut Browser| {
        let page = browser.get(&chat).body;
        let button = page.contains("name=\"seq\" value=\"2\">Отметить прочитанным");
        (page.contains("новые сообщения · "), button)
    };
    assert_eq!(said(&mut demyan), (true, true));
    assert_eq!(said(&mut varya), (false, false), "one's own messages are not new");
    for bad in ["", "x", "99999999999999999999"] {
        assert_eq!(demyan.post(&to, &[("seq", bad)]).status, 400, "{bad}");
    }
    for early in ["-1", "0", "1"] {
        assert_eq!(demyan.post(&to, &[("seq", early)]).status, 303);
        assert_eq!(said(&mut demyan), (true, true), "{early}");
    }
    // More than there is reads as far as there is (MSG-I12); a form posted twice changes nothing.
    for _ in 0..2 {
        let answer = demyan.post(&to, &[("seq", "77")]);
        assert_eq!((answer.status, answer.header("location")), (303, Some(chat.as_str())));
        assert_eq!(said(&mut demyan), (false, false));
    }
    let mut kira = site.browser_of("kira");
    assert_eq!(kira.post(&to, &[("seq", "2")]).status, 404);
}

#[test]
fn an_own_message_is_changed_and_deleted_without_scripts() {
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let cid = field(&varya.get(&chat).body, "cid");
    varya.post(&chat, &[("cid", &cid), ("text", "опечатка")]);
    let one = format!("{chat}/1");
    assert!(varya.get(&one).body.contains("Исправить"));
    assert_eq!(varya.post(&format!("{one}/edit"), &[("rev", "0"), ("text", "без опечатки")]).status, 303);
    assert!(varya.get(&chat).body.contains("изменено"));
    let stale = varya.post(&format!("{one}/edit"), &[("rev", "0"), ("text", "третье")]);
    assert!(stale.body.contains("уже исправили"), "{}", stale.text());
    let mut demyan = site.browser_of("demyan");
    assert_eq!(demyan.post(&format!("{one}/edit"), &[("rev", "1"), ("text", "не моё")]).status, 403);
    let audited = site.world.read(|tx| tx.audit_len());
    assert_eq!(varya.post(&format!("{one}/delete"), &[]).status, 303);
    assert_eq!(site.world.read(|tx| tx.audit_len()), audited + 1);
    let seen = demyan.get(&chat);
    assert!(seen.body.contains("Сообщение удалено") && !seen.body.contains("опечатки"));
    assert_eq!(varya.get(&one).status, 404);
}

#[test]
fn the_answer_of_another_appears_at_once_on_both_transports() {
    // MSG-I5: a socket and a long poll tell the same events; MSG-I2 over the socket.
    let site = Site::with_chats();
    let (mut varya, mut demyan, mut lapina) =
        (site.browser_of("varya"), site.browser_of("demyan"), site.browser_of("lapina"));
    let chat = class_chat(&mut varya);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    let (at_varya, at_demyan) = (cursor(&varya.get(&chat).body), cursor(&demyan.get(&chat).body));
    let mut socket = Socket::open(&varya, &at_varya);
    let mut other = Socket::open(&demyan, &at_demyan);
    let send = format!(
        r#"{{"t":"send","re":1,"conv":{id},"cid":"0123456789abcdef0123456789abcdef","text":"привет"}}"#
    );
    let ack = socket.ask(&send);
    assert_eq!(
        (ack["t"].as_str(), ack["seq"].as_i64(), ack["dup"].as_bool()),
        (Some("ack"), Some(1), Some(false))
    );
    assert_eq!(socket.ask(&send)["dup"], true);
    let heard = other.event("message");
    assert_eq!(heard["line"]["text"], "привет");
    let polled = demyan.get(&format!("/live/poll?cursor={at_demyan}&wait=1"));
    let frames: Value = serde_json::from_str(&polled.body).unwrap();
    assert_eq!(frames["frames"][0]["events"][0], heard, "the same event on the other transport");
    assert_eq!(frames["frames"][0]["p"], at_demyan.as_str());
    // A poll waits for what comes.
    let last = frames["frames"].as_array().unwrap().last().unwrap()["g"].as_str().unwrap().to_owned();
    let waiting = std::thread::spawn(move || demyan.get(&format!("/live/poll?cursor={last}&wait=20")).body);
    let cid = field(&lapina.get(&chat).body, "cid");
    lapina.post(&chat, &[("cid", &cid), ("text", "добрый день")]);
    assert!(waiting.join().unwrap().contains("добрый день"));
    // The event of one's own message comes before its acknowledgement or after it (MSG-E5).
    let mut heard = socket.event("message");
    if heard["line"]["seat"] == "pupil" {
        heard = socket.event("message");
    }
    assert_eq!(heard["line"]["seat"], "teacher");
}

#[test]
fn whoever_is_removed_while_looking_hears_nothing_more() {
    // MSG-I7, MSG-E29
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    let at_demyan = cursor(&demyan.get(&chat).body);
    let mut socket = Socket::open(&demyan, &at_demyan);
    let at_varya = cursor(&varya.get(&chat).body);
    let mut sender = Socket::open(&varya, &at_varya);
    let person = site.world.person("demyan");
    site.world.write(move |tx| {
        let change = school::leave(tx, person, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    sender.ask(&format!(
        r#"{{"t":"send","re":1,"conv":{id},"cid":"00000000000000000000000000000001","text":"тайна"}}"#
    ));
    let refused = socket.ask(&format!(
        r#"{{"t":"send","re":7,"conv":{id},"cid":"00000000000000000000000000000002","text":"я ещё тут"}}"#
    ));
    assert_eq!(
        (refused["t"].as_str(), refused["code"].as_str(), refused["re"].as_u64()),
        (Some("no"), Some("404"), Some(7))
    );
    let polled = demyan.get("/live/poll?wait=0").body;
    assert!(!polled.contains("тайна"));
    assert_eq!(demyan.get(&chat).status, 404);
}

#[test]
fn a_session_that_ends_takes_its_sockets_along() {
    // A14, K7: within a second.
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let at_varya = cursor(&varya.get(&chat).body);
    let mut socket = Socket::open(&varya, &at_varya);
    assert!(socket.ask(r#"{"t":"read","re":1,"conv":1,"seq":1}"#).get("re").is_some());
    let begun = Instant::now();
    varya.post("/signout", &[]);
    let code = loop {
        if let Err(code) = socket.hear() {
            break code;
        }
    };
    assert_eq!(code, 4401);
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn hostile_sockets_and_cursors_are_refused() {
    // MSG-B11, MSG-B23, MSG-B24, R8, C3
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    let page = varya.get(&chat);
    let at = cursor(&page.body);
    assert!(Socket::try_open(&varya, &at, Some("http://evil.example")).is_err());
    let stranger = site.browser();
    assert!(Socket::try_open(&stranger, &at, None).is_err());
    let mut sockets: Vec<_> = (0..5).map(|_| Socket::open(&varya, &at)).collect();
    assert!(Socket::try_open(&varya, &at, None).is_err_and(|head| head.contains(" 429 ")));
    sockets.truncate(1);
    for bad in ["forged", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let polled: Value =
            serde_json::from_str(&varya.get(&format!("/live/poll?cursor={bad}&wait=0")).body).unwrap();
        assert_eq!(polled["frames"][0]["t"], "reset", "{bad}");
    }
    let mut socket = sockets.remove(0);
    let refused = (0..40)
        .map(|n| socket.ask(&format!(r#"{{"t":"read","re":{n},"conv":{id},"seq":1}}"#)))
        .find(|answer| answer["t"] == "no")
        .unwrap();
    assert_eq!(refused["code"], "M-429");
    assert!(refused["retry"].as_u64().is_some_and(|retry| retry <= 1000));
    std::thread::scope(|_| {
        let mut socket = Socket::open(&site_browser(&site), &at);
        for _ in 0..3 {
            socket.say(r#"{"t":"shout"}"#);
        }
        assert_eq!(socket.end(), 1008);
    });
    assert_eq!(varya.get(&chat).status, 200);
}

#[test]
fn a_socket_that_breaks_the_protocol_is_told_why_it_ends() {
    // R8.
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let at = cursor(&varya.get("/sferum").body);
    let masked = |head: &[u8], body: &[u8]| [head, &[0; 4], body].concat();
    let long = masked(&[0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1], &[]);
    let cases: [(&str, Vec<u8>, u16); 8] = [
        ("goodbye is said back", masked(&[0x88, 0x82], &[0x03, 0xE8]), 1000),
        ("without a mask", vec![0x81, 0x02, b'{', b'}'], 1002),
        ("a reserved bit", masked(&[0xC1, 0x82], b"{}"), 1002),
        ("an unknown kind", masked(&[0x83, 0x82], b"{}"), 1002),
        ("a ping in pieces", masked(&[0x09, 0x81], b"x"), 1002),
        ("an end without a beginning", masked(&[0x80, 0x81], b"x"), 1002),
        ("text that is none", masked(&[0x81, 0x82], &[0xFF, 0xFE]), 1007),
        ("one byte above 64 KiB", long, 1009),
    ];
    for (name, frame, code) in cases {
        let mut socket = Socket::open(&varya, &at);
        socket.say_raw(&frame);
        assert_eq!(socket.end(), code, "{name}");
    }
    assert_eq!(varya.get("/sferum").status, 200);
}

fn site_browser(site: &Site) -> Browser {
    site.browser_of("demyan")
}

#[test]
fn a_message_has_one_address() {
    // B4
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let cid = field(&varya.get(&chat).body, "cid");
    varya.post(&chat, &[("cid", &cid), ("text", "первое")]);
    assert_eq!(varya.get(&format!("{chat}/1")).status, 200);
    for seq in ["01", "+1", "1.0", "0x1", "１", "-1", "4294967296"] {
        assert_eq!(varya.get(&format!("{chat}/{seq}")).status, 404, "{seq}");
        assert_eq!(varya.post(&format!("{chat}/{seq}/delete"), &[]).status, 404, "{seq}");
    }
    assert_eq!(varya.get(&format!("{chat}/1")).status, 200);
}

#[test]
fn who_will_see_a_chat_with_a_pupil_is_said_before_it_begins() {
    // The class teacher is not named to the class teacher as somebody else.
    let site = Site::with_chats();
    let notes = |who: &str| {
        let page = site.browser_of(who).get("/sferum/new").text();
        let all = page.matches("Увидят родители").count();
        (all, page.matches("Увидят родители и классный руководитель").count())
    };
    let (all, with_another) = notes("gromova");
    assert!(all > 0 && with_another == 0, "{all} {with_another}");
    let (all, with_another) = notes("lapina");
    assert!(all > 0 && with_another == all, "{all} {with_another}");
}

#[test]
fn a_reader_that_does_not_read_delays_nobody_and_loses_nothing() {
    // MSG-I6, MSG-E11: more is said than the sockets of the system and the queue hold together.
    const COMMITS: i64 = 100;
    const OF_ONE: i64 = 10;
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    let at = [cursor(&varya.get(&chat).body), cursor(&demyan.get(&chat).body)];
    let mut slow = Socket::open(&varya, &at[0]);
    let mut quick = Socket::open(&demyan, &at[1]);
    let conversation: messenger::ConversationId = chat.rsplit('/').next().unwrap().parse().unwrap();
    let viewer = site.world.viewer("gromova");
    let random = site.world.random.clone();
    // Sixteen thousand bytes, as long as a body may be.
    let body = messenger::Body::parse(&"🙂".repeat(4000)).unwrap();
    for commit in 0..COMMITS {
        let (body, random) = (body.clone(), random.clone());
        site.world.write(move |tx| {
            let member = messenger::MemberOf::ask(tx, &viewer, conversation, TODAY)?;
            for _ in 0..OF_ONE {
                let cid = messenger::ClientId::from_bytes(random.bytes()).unwrap();
                let draft = messenger::Draft::text(cid, body.clone());
                messenger::send(tx, now(), &member, &draft).unwrap();
            }
            Ok::<_, school::Denied>(())
        });
        // Whoever reads is told of each commit before the next.
        for n in 1..=OF_ONE {
            assert_eq!(quick.message(), commit * OF_ONE + n);
        }
    }
    // And the one who comes round to it reads everything, once and in order.
    let heard: Vec<i64> = (0..COMMITS * OF_ONE).map(|_| slow.message()).collect();
    assert_eq!(heard, (1..=COMMITS * OF_ONE).collect::<Vec<_>>());
}

#[test]
fn a_client_may_change_the_transport_at_any_message() {
    // MSG-D10: a cursor of one transport is good on the other; nothing is skipped and nothing repeated.
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    let mut at = cursor(&demyan.get(&chat).body);
    for n in 1..=6_i64 {
        let cid = field(&varya.get(&chat).body, "cid");
        varya.post(&chat, &[("cid", &cid), ("text", &n.to_string())]);
        let frames = if n % 2 == 0 {
            let polled = demyan.get(&format!("/live/poll?cursor={at}&wait=5"));
            serde_json::from_str::<Value>(&polled.body).unwrap()["frames"].as_array().unwrap().clone()
        } else {
            let mut socket = Socket::open(&demyan, &at);
            vec![socket.hear().unwrap()]
        };
        let events = frames.iter().flat_map(|frame| frame["events"].as_array().into_iter().flatten());
        let texts: Vec<_> = events
            .filter(|event| event["kind"] == "message")
            .map(|event| event["line"]["text"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(texts, [n.to_string()]);
        at = frames.last().unwrap()["g"].as_str().unwrap().to_owned();
    }
}

#[test]
fn a_guessed_chat_is_answered_like_an_unknown_one() {
    // MSG-B26: on pages, in forms and over the socket.
    let site = Site::with_chats();
    let (mut varya, mut kira) = (site.browser_of("varya"), site.browser_of("kira"));
    let chat = class_chat(&mut varya);
    let cid = field(&varya.get(&chat).body, "cid");
    varya.post(&chat, &[("cid", &cid), ("text", "тайна класса")]);
    let own = class_chat(&mut kira);
    let cid = field(&kira.get(&own).body, "cid");
    let guessed = chat.rsplit('/').next().unwrap();
    let said = |page: testkit::Page| (page.status, page.text());
    let mut answers = [guessed, "987654"].map(|id| {
        let at = format!("/sferum/{id}");
        let mut answers = Vec::new();
        for path in [at.clone(), format!("{at}?before=5"), format!("{at}/1"), format!("{at}/2")] {
            answers.push(said(kira.get(&path)));
        }
        let forms: [(&str, &[(&str, &str)]); 4] = [
            ("", &[("cid", &cid), ("text", "чужая")]),
            ("/read", &[("seq", "1")]),
            ("/1/edit", &[("rev", "0"), ("text", "x")]),
            ("/1/delete", &[]),
        ];
        for (path, fields) in forms {
            answers.push(said(kira.post(&format!("{at}{path}"), fields)));
        }
        let at_kira = cursor(&kira.get("/sferum").body);
        let mut socket = Socket::open(&kira, &at_kira);
        for command in [
            format!(
                r#"{{"t":"send","re":1,"conv":{id},"cid":"0123456789abcdef0123456789abcdef","text":"я"}}"#
            ),
            format!(r#"{{"t":"read","re":1,"conv":{id},"seq":1}}"#),
        ] {
            answers.push((0, socket.ask(&command).to_string()));
        }
        answers
    });
    let unknown = std::mem::take(&mut answers[1]);
    assert_eq!(answers[0], unknown);
    assert!(unknown.iter().all(|(status, _)| [0, 404].contains(status)), "{unknown:?}");
    assert!(unknown.iter().filter(|(status, _)| *status == 0).all(|(_, text)| text.contains("404")));
    assert!(!varya.get(&chat).body.contains("чужая"));
}

#[test]
fn every_composer_says_who_will_see() {
    // MSG-N1, MSG-I20: counted anew for each page, from who can open the chat.
    let site = Site::with_chats();
    let mut gromova = site.browser_of("gromova");
    let list = gromova.get("/sferum").body;
    let chats: Vec<String> = kit::socket::chats_of(&list)
        .into_iter()
        .filter(|(name, _)| name == "6 «А»" || name == "Родители 6 «А»")
        .map(|(_, address)| address)
        .collect();
    assert_eq!(chats.len(), 2, "{chats:?}");
    let line = |browser: &mut Browser, chat: &str| {
        let page = browser.get(chat);
        assert!(page.body.contains("<textarea"), "a composer");
        let text = page.text();
        text[text.find("Видят:").expect(&text)..].split('.').take(2).collect::<Vec<_>>().join(".")
    };
    let lines: Vec<String> = chats.iter().map(|chat| line(&mut gromova, chat)).collect();
    let class = lines.iter().position(|line| line.contains("3 ученика")).unwrap();
    assert!(lines[class].contains("Родители — нет"), "{}", lines[class]);
    assert!(!lines[1 - class].contains("3 ученика"), "{}", lines[1 - class]);
    let person = site.world.person("demyan");
    site.world.write(move |tx| {
        let change = school::leave(tx, person, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    let id = &chats[class];
    for key in ["gromova", "varya"] {
        let now = line(&mut site.browser_of(key), id);
        assert!(now.contains("2 ученика"), "{key}: {now}");
    }
}

#[test]
fn a_chat_read_on_one_device_is_read_on_the_other() {
    // MSG-I13, MSG-E31: the one that slept asks the server, and the one that listens is told.
    let site = Site::with_chats();
    let (mut varya, mut asleep) = (site.browser_of("varya"), site.browser_of("demyan"));
    let mut awake = site.browser_of("demyan");
    let chat = class_chat(&mut varya);
    for text in ["первое", "второе"] {
        let cid = field(&varya.get(&chat).body, "cid");
        varya.post(&chat, &[("cid", &cid), ("text", text)]);
    }
    let badge = |browser: &mut Browser| browser.get("/sferum").body.contains("непрочитанных");
    assert!(badge(&mut asleep) && badge(&mut awake));
    let at_asleep = cursor(&asleep.get("/sferum").body);
    let mut listening = Socket::open(&asleep, &at_asleep);
    assert_eq!(awake.post(&format!("{chat}/read"), &[("seq", "2")]).status, 303);
    let told = listening.event("read");
    let person = site.world.person("demyan").get();
    assert_eq!((told["person"].as_i64(), told["seq"].as_i64()), (Some(person), Some(2)));
    assert!(!badge(&mut asleep) && !badge(&mut awake));
}
