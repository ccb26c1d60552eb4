//! What a broken or hostile client sends to a chat: over the socket, by POST, and in forms. Each time one Russian sentence,
//! the same on every way, and nothing has changed.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::socket::{Socket, class_chat, cursor, field};
use messenger::{Extras, Line, MemberOf, Span};
use school::{Denied, Viewer};
use serde_json::{Value, json};
use testkit::{Browser, TODAY, now};
use time::Duration;

/// Two people before the class chat, and somebody who sees all of it.
struct Scene {
    site: Site,
    varya: Browser,
    at: String,
    /// The chat's number and address.
    conv: i64,
    path: String,
    eye: Viewer,
}

/// Everything that a moderator sees of the chat.
type State = (Vec<Line>, Vec<(i64, Extras)>, Vec<i64>);

impl Scene {
    fn open() -> Self {
        let site = Site::with_chats_and(|settings| {
            settings.sockets_per_session = 1000;
            settings.socket_messages_per_second = 1_000_000;
        });
        let eye = site.world.viewer("gromova");
        let mut varya = site.browser_of("varya");
        let path = class_chat(&mut varya);
        let at = cursor(&varya.get(&path).body);
        let conv = path.rsplit('/').next().unwrap().parse().unwrap();
        Self { site, varya, at, conv, path, eye }
    }

    fn state(&self) -> State {
        let conv = self.conv.to_string().parse().unwrap();
        let read = self.site.world.try_read(|tx| {
            let by = MemberOf::ask(tx, &self.eye, conv, TODAY)?;
            let lines = messenger::history(tx, &by, Span::Newest, 200)?.lines;
            let mut extras: Vec<_> =
                messenger::extras(tx, &by, &self.site.app.key, &lines)?.into_iter().collect();
            extras.sort_by_key(|(seq, _)| *seq);
            let pins = messenger::pins(tx, &by)?.into_iter().map(|line| line.seq).collect();
            Ok::<_, Denied>((lines, extras, pins))
        });
        read.unwrap()
    }

    /// Says a command on both ways; the answers must be one.
    fn say(&mut self, browser: &mut Browser, command: &Value) -> Value {
        let mut text = command.clone();
        text["re"] = 7.into();
        let mut socket = Socket::open(browser, &self.at);
        let heard = socket.ask(&text.to_string());
        let posted = browser.post_json("/live/command", &text.to_string());
        let posted: Value = serde_json::from_str(&posted.body).unwrap_or_else(|_| panic!("{}", posted.body));
        assert_eq!((&heard["code"], &heard["text"]), (&posted["code"], &posted["text"]), "{command}");
        assert_eq!(heard["re"], 7);
        heard
    }

    /// A command that is refused with a code, on both ways, and leaves everything as it was.
    fn refuse(&mut self, who: &mut Browser, code: &str, command: &Value) {
        let before = self.state();
        let heard = self.say(who, command);
        assert_eq!(
            (heard["t"].as_str(), heard["code"].as_str()),
            (Some("no"), Some(code)),
            "{command}: {heard}"
        );
        is_a_sentence(heard["text"].as_str().unwrap());
        assert_eq!(self.state(), before, "{command}");
    }

    /// What is no command at all is told so, on both ways.
    fn misread(&mut self, who: &mut Browser, text: &str) -> Socket {
        let before = self.state();
        let mut socket = Socket::open(who, &self.at);
        let heard = socket.ask(text);
        assert_eq!((heard["t"].as_str(), heard["code"].as_str()), (Some("no"), Some("F-400")), "{text:.80}");
        is_a_sentence(heard["text"].as_str().unwrap());
        let page = who.post_json("/live/command", text);
        assert_eq!(page.status, 400, "{text:.80}");
        assert!(page.body.contains(heard["text"].as_str().unwrap()), "{}", page.body);
        assert_eq!(self.state(), before, "{text:.80}");
        socket
    }

    fn send(&self, text: &str, cid: u32) -> Value {
        json!({ "t": "send", "conv": self.conv, "cid": format!("{cid:032x}"), "text": text })
    }

    fn sent(&mut self, who: &mut Browser, text: &str, cid: u32) -> i64 {
        let command = self.send(text, cid);
        self.say(who, &command)["seq"].as_i64().unwrap()
    }
}

/// Russian, beginning with a capital and ending with a full stop.
fn is_a_sentence(text: &str) {
    let capital = text.chars().next().is_some_and(|sign| ('А'..='Я').contains(&sign));
    assert!(capital && text.ends_with('.') && !text.contains('{'), "{text}");
}

#[test]
fn a_text_that_cannot_be_taken_is_refused_on_every_way() {
    // MSG-B1, MSG-B2, MSG-B3, MSG-B4, MSG-B5, MSG-B25, MSG-E36
    let mut scene = Scene::open();
    let mut varya = scene.varya.clone();
    let (long, heavy) = ("а".repeat(4001), "👍🏽".repeat(2100));
    let marks = format!("а{}", "\u{301}".repeat(10_000));
    let word = "ы".repeat(500_000);
    for (text, code, is_kept) in [
        ("", "M-1", false),
        (" \n\t ", "M-1", false),
        (long.as_str(), "M-2", true),
        (heavy.as_str(), "M-2", true),
        ("раз\u{0}два", "M-3", false),
        ("\u{1b}[31mкрасное", "M-3", false),
        ("файл\u{202e}gpj.exe", "M-4", true),
        ("\u{2066}иначе\u{2069}", "M-4", true),
        ("не\u{200b}\u{200b}видно", "M-5", true),
        (&format!("а{}", "\u{301}".repeat(9)), "M-6", true),
        (marks.as_str(), "M-6", true),
        ("@все, внимание", "M-11", true),
    ] {
        let command = scene.send(text, 1);
        scene.refuse(&mut varya, code, &command);
        // The same without a script: the page says it, and what was typed is still in its field.
        let before = scene.state();
        let cid = field(&varya.get(&scene.path).body, "cid");
        let page = varya.post(&scene.path, &[("cid", &cid), ("text", text)]);
        assert_eq!(page.status, 200, "{code}: the page once more");
        let said = scene.say(&mut varya, &command);
        let said = said["text"].as_str().unwrap();
        assert!(page.text().replace('\u{a0}', " ").contains(&said.replace('\u{a0}', " ")), "{said}");
        assert!(!is_kept || page.body.contains(text), "{code}: what was typed is gone");
        assert_eq!(scene.state(), before, "{code}");
    }
    // A word of a megabyte is more than a frame or a form takes, before anybody looks at it.
    let command = scene.send(&word, 1).to_string();
    let page = varya.post_json("/live/command", &command);
    assert!(
        page.status == 400 && page.text().contains("Ничего не записано"),
        "{} {}",
        page.status,
        page.text()
    );
    assert!(scene.state().0.is_empty());
    // What looks alike and is none of it passes: a family, a flag, an accent, a zero-width joiner inside an emoji.
    for (n, good) in ["👨‍👩‍👧‍👦", "🇷🇺", "за\u{301}мок", "e-mail @всем"].into_iter().enumerate()
    {
        assert_eq!(
            scene.sent(&mut varya, good, 100 + u32::try_from(n).unwrap()),
            i64::try_from(n).unwrap() + 1
        );
    }
}

#[test]
fn a_number_of_a_message_means_one_content_for_ever() {
    // MSG-B9, MSG-B10
    let mut scene = Scene::open();
    let mut varya = scene.varya.clone();
    assert_eq!(scene.sent(&mut varya, "первое", 5), 1);
    let other = scene.send("второе", 5);
    scene.refuse(&mut varya, "M-409", &other);
    let page = varya.post(&scene.path, &[("cid", &format!("{:032x}", 5)), ("text", "второе")]);
    assert!(page.body.contains("второе"), "what was typed is gone");
    assert!(page.text().contains("уже отправлено другое сообщение"), "{}", page.text());
    for bad in ["", "0", "zz", &"0".repeat(32), &"f".repeat(31), &"f".repeat(33), &"F".repeat(64)] {
        let mut command = scene.send("третье", 6);
        command["cid"] = bad.into();
        scene.misread(&mut varya, &command.to_string());
        let page = varya.post(&scene.path, &[("cid", bad), ("text", "третье")]);
        assert_eq!(page.status, 400, "{bad}");
    }
    assert_eq!(scene.state().0.len(), 1);
}

#[test]
fn what_is_not_there_for_somebody_is_answered_alike_on_every_way() {
    // MSG-B13, MSG-B26, MSG-E15, MSG-E16: hidden, deleted, of the future, of nobody.
    let mut scene = Scene::open();
    let (mut varya, mut demyan) = (scene.varya.clone(), scene.site.browser_of("demyan"));
    let own = scene.sent(&mut demyan, "удалю", 1);
    let gone = json!({ "t": "delete", "conv": scene.conv, "seq": own });
    scene.say(&mut demyan, &gone);
    for seq in [own, own + 1, 1_000_000, 0, -1, i64::MIN, i64::MAX] {
        let (conv, on) = (scene.conv, true);
        let mut reply = scene.send("ответ", 9);
        reply["reply"] = seq.into();
        scene.refuse(&mut varya, "M-16", &reply);
        for command in [
            json!({ "t": "edit", "conv": conv, "seq": seq, "rev": 0, "text": "иначе" }),
            json!({ "t": "react", "conv": conv, "seq": seq, "reaction": "yes", "on": on }),
        ] {
            scene.refuse(&mut varya, "404", &command);
        }
        if seq != own {
            scene.refuse(&mut varya, "404", &json!({ "t": "delete", "conv": conv, "seq": seq }));
        }
        let mut gromova = scene.site.browser_of("gromova");
        scene.refuse(&mut gromova, "404", &json!({ "t": "pin", "conv": conv, "seq": seq, "on": on }));
    }
    // A chat of others and one that nobody has: the same words for each command.
    let mut kira = scene.site.browser_of("kira");
    for conv in [scene.conv, 1_000_000, 0, -5] {
        for rest in [
            json!({ "t": "send", "cid": format!("{:032x}", 3), "text": "я тут" }),
            json!({ "t": "edit", "seq": 1, "rev": 0, "text": "иначе" }),
            json!({ "t": "delete", "seq": 1 }),
            json!({ "t": "react", "seq": 1, "reaction": "yes", "on": true }),
            json!({ "t": "pin", "seq": 1, "on": true }),
            json!({ "t": "read", "seq": 1 }),
        ] {
            let mut command = rest.clone();
            command["conv"] = conv.into();
            scene.refuse(&mut kira, "404", &command);
        }
    }
}

#[test]
fn marks_beyond_the_ends_are_clamped() {
    // MSG-B12
    let mut scene = Scene::open();
    let (mut varya, mut demyan) = (scene.varya.clone(), scene.site.browser_of("demyan"));
    for n in 1..=3 {
        scene.sent(&mut demyan, "слово", n);
    }
    for (seq, waits) in [(-5, true), (0, true), (i64::MIN, true), (i64::MAX, false), (1, false)] {
        let command = json!({ "t": "read", "conv": scene.conv, "seq": seq });
        assert_eq!(scene.say(&mut varya, &command)["t"], "done", "{seq}");
        let list = varya.get("/sferum");
        assert_eq!(list.body.contains("непрочитан"), waits, "{seq}: {}", list.text());
    }
}

#[test]
fn what_cannot_be_changed_any_more_says_why() {
    // MSG-B14, MSG-B16
    let mut scene = Scene::open();
    let (mut varya, mut gromova) = (scene.varya.clone(), scene.site.browser_of("gromova"));
    let seq = scene.sent(&mut varya, "раз", 1);
    let conv = scene.conv;
    let edit =
        |rev: i64, text: &str| json!({ "t": "edit", "conv": conv, "seq": seq, "rev": rev, "text": text });
    assert_eq!(scene.say(&mut varya, &edit(0, "два"))["t"], "done");
    scene.refuse(&mut varya, "M-410", &edit(0, "три"));
    scene.refuse(&mut gromova, "M-403", &edit(1, "три"));
    for bad in ["🔥", "", "YES", "да"] {
        let react = json!({ "t": "react", "conv": conv, "seq": seq, "reaction": bad, "on": true });
        scene.refuse(&mut varya, "F-400", &react);
    }
    varya.get(&format!("{}/{seq}", scene.path));
    let reported = scene.sent(&mut gromova, "не трогать", 2);
    let report = format!("{}/{reported}/report", scene.path);
    varya.get(&report);
    assert_eq!(varya.post(&report, &[("category", "other"), ("words", "прошу посмотреть")]).status, 303);
    let kept = json!({ "t": "edit", "conv": conv, "seq": reported, "rev": 0, "text": "тронуто" });
    scene.refuse(&mut gromova, "M-20", &kept);
    scene.refuse(&mut gromova, "M-20", &json!({ "t": "delete", "conv": conv, "seq": reported }));
    // After its time, and on a page that was open since then.
    scene.site.clock.advance(Duration::minutes(5));
    scene.refuse(&mut varya, "M-8", &edit(1, "три"));
    scene.refuse(&mut varya, "M-10", &json!({ "t": "delete", "conv": conv, "seq": seq }));
    // Without a script the page says so where the form was, and gives back what was typed.
    let page = varya.post(&format!("{}/{seq}/edit", scene.path), &[("rev", "1"), ("text", "три целых")]);
    assert!(page.text().contains("в первые 5 минут") && page.body.contains("три целых"), "{}", page.text());
}

#[test]
fn what_was_typed_into_a_chat_that_has_closed_meanwhile_is_given_back() {
    // MSG-B24, MSG-F34, MSG-E25: muted, or without an adult, while a pupil was writing without scripts.
    let mut scene = Scene::open();
    let (mut varya, conv) = (scene.varya.clone(), scene.conv.to_string().parse().unwrap());
    let cid = field(&varya.get(&scene.path).body, "cid");
    let eye = scene.eye;
    scene.site.world.write(move |tx| {
        let by = MemberOf::ask(tx, &eye, conv, TODAY)?;
        messenger::mute(tx, now(), &by, None, now() + Duration::minutes(15), None).unwrap();
        Ok::<_, Denied>(())
    });
    let page = varya.post(&scene.path, &[("cid", &cid), ("text", "моё длинное письмо")]);
    assert!(
        page.text().contains("Снова можно будет") && page.body.contains("моё длинное письмо"),
        "{}",
        page.text()
    );
    scene.refuse(&mut varya, "M-21", &scene.send("моё длинное письмо", 8));
    scene.site.clock.advance(Duration::minutes(15));
    for key in ["gromova", "lapina"] {
        let person = scene.site.world.person(key);
        scene.site.world.write(move |tx| {
            school::block(tx, now(), person, "телефон потерян").unwrap();
            Ok::<_, store::Error>(())
        });
    }
    let page = varya.post(&scene.path, &[("cid", &cid), ("text", "моё длинное письмо")]);
    assert!(
        page.text().contains("можно только читать") && page.body.contains("моё длинное письмо"),
        "{}",
        page.text()
    );
}

#[test]
fn frames_that_are_no_commands_are_told_so_and_the_third_is_the_last() {
    // MSG-B23, MSG-B3
    let mut scene = Scene::open();
    let (mut varya, before) = (scene.varya.clone(), scene.state());
    let conv = scene.conv;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    for bad in [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        r#"{"t":"shout","re":1}"#.to_owned(),
        r#"{"re":1}"#.to_owned(),
        format!(r#"{{"t":"read","re":1,"conv":{conv},"seq":"1"}}"#),
        format!(r#"{{"t":"read","re":-1,"conv":{conv},"seq":1}}"#),
        format!(r#"{{"t":"read","re":1,"conv":{conv},"seq":1,"more":1}}"#),
        format!(r#"{{"t":"read","re":1,"conv":{conv},"seq":1.5}}"#),
        format!(r#"{{"t":"read","re":1,"conv":{conv},"seq":99999999999999999999}}"#),
        format!(r#"{{"t":"read","re":1,"conv":{deep},"seq":1}}"#),
        format!(r#"{{"t":"send","re":1,"conv":{conv},"cid":"{:032x}","text":"\ud800"}}"#, 1),
    ] {
        let mut socket = scene.misread(&mut varya, &bad);
        socket.say(&bad);
        socket.say(&bad);
        assert_eq!(socket.end(), 1008, "{bad:.80}");
    }
    let broken =
        varya.post_bytes("/live/command", &[("Content-Type", "application/json")], b"{\"t\":\"\xff\"}");
    assert!(matches!(broken.status, 400 | 415), "{}", broken.status);
    assert_eq!(scene.state(), before);
    // The line of a good client is none the worse for it.
    assert_eq!(scene.sent(&mut varya, "а я обычный", 1), 1);
}

#[test]
fn too_many_commands_are_slowed_in_words() {
    // MSG-B24: by POST too; what was not taken can be sent again.
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let path = class_chat(&mut varya);
    let conv = path.rsplit('/').next().unwrap();
    let send =
        |n: u32| format!(r#"{{"t":"send","re":1,"conv":{conv},"cid":"{:032x}","text":"слово {n}"}}"#, n + 1);
    let said = |varya: &mut Browser, n: u32| -> Value {
        serde_json::from_str(&varya.post_json("/live/command", &send(n)).body).unwrap()
    };
    let (n, slowed) = (0..200).map(|n| (n, said(&mut varya, n))).find(|(_, said)| said["t"] == "no").unwrap();
    assert_eq!(slowed["code"], "M-429");
    is_a_sentence(slowed["text"].as_str().unwrap());
    assert!(slowed["retry"].as_u64().is_some_and(|retry| retry > 0 && retry <= 1000), "{slowed}");
    let again = (0..200).map(|_| said(&mut varya, n)).find(|said| said["t"] == "ack").unwrap();
    assert_eq!(again["seq"].as_i64(), Some(i64::from(n) + 1), "it was not stored, and now it is, once");
}
