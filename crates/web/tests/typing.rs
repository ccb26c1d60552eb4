//! Who is writing, over the socket and over long-poll: at once, to members alone, stored nowhere (MSG-R6, MSG-F15).
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::socket::{Socket, class_chat, cursor, field};

/// The next frame of a kind.
fn hear(socket: &mut Socket, kind: &str) -> serde_json::Value {
    loop {
        let frame = socket.hear().unwrap();
        if frame["t"] == kind {
            return frame;
        }
    }
}

#[test]
fn members_learn_who_writes_and_nothing_is_stored() {
    // MSG-R6
    let site = Site::with_chats();
    let (mut varya, mut demyan, mut kira) =
        (site.browser_of("varya"), site.browser_of("demyan"), site.browser_of("kira"));
    let chat = class_chat(&mut varya);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    let at = cursor(&varya.get(&chat).body);
    let mut writes = Socket::open(&varya, &at);
    let (at_demyan, at_kira) = (cursor(&demyan.get(&chat).body), cursor(&kira.get("/sferum").body));
    let mut reads = Socket::open(&demyan, &at_demyan);
    let mut other = Socket::open(&kira, &at_kira);
    // An answered command shows that the socket is served and hears what comes.
    for (socket, chat) in [(&mut reads, id.as_str()), (&mut other, "1000000")] {
        socket.ask(&format!(r#"{{"t":"read","re":1,"conv":{chat},"seq":0}}"#));
    }
    let g = || site.world.read(|tx| tx.last_g());
    let before = g();
    let command = format!(r#"{{"t":"typing","re":2,"conv":{id}}}"#);
    assert_eq!(writes.ask(&command)["t"], "done");
    let frame = hear(&mut reads, "typing");
    assert_eq!(frame["name"], "Варвара Ильина");
    assert_eq!((frame["conv"].to_string(), g()), (id.clone(), before));
    // Said again too soon it is passed on to nobody: the message comes first.
    assert_eq!(writes.ask(&command)["t"], "done");
    let cid = field(&varya.get(&chat).body, "cid");
    assert_eq!(varya.post(&chat, &[("cid", &cid), ("text", "готово")]).status, 303);
    loop {
        let frame = reads.hear().unwrap();
        assert_ne!(frame["t"], "typing");
        if frame["t"] == "ev" {
            break;
        }
    }
    // Of a chat of others one learns nothing, and writes nowhere.
    let refused = other.ask(&command);
    assert_eq!(refused["t"], "no", "{refused}");
    let unknown = other.ask(r#"{"t":"typing","re":2,"conv":1000000}"#);
    assert_eq!(refused, unknown, "as an unknown one (MSG-B26)");
    assert_eq!(demyan.get(&chat).body.matches("id=\"typing\"").count(), 1);
}

#[test]
fn long_poll_learns_of_it_too() {
    // MSG-R6, MSG-D10
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    let at = cursor(&demyan.get(&chat).body);
    let polled = std::thread::spawn(move || {
        let page = demyan.get(&format!("/live/poll?cursor={at}&wait=25"));
        page.body
    });
    // Polling has begun when the first word of it is heard; until then it is said in the name of one after another.
    let mut speakers = vec![varya, site.browser_of("gromova"), site.browser_of("lapina")];
    for speaker in &mut speakers {
        speaker.get(&chat);
    }
    for _ in 0..200 {
        if polled.is_finished() {
            break;
        }
        for speaker in &mut speakers {
            let said = speaker.post_json("/live/command", &format!(r#"{{"t":"typing","re":1,"conv":{id}}}"#));
            assert_eq!(said.status, 200);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let frames = polled.join().unwrap();
    assert!(frames.contains(r#""t":"typing""#), "{frames}");
}

#[test]
fn a_message_is_marked_unread_by_a_form_and_by_a_command() {
    // MSG-R5
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    let id = chat.rsplit('/').next().unwrap().to_owned();
    for text in ["раз", "два"] {
        let cid = field(&varya.get(&chat).body, "cid");
        assert_eq!(varya.post(&chat, &[("cid", &cid), ("text", text)]).status, 303);
    }
    demyan.get(&chat);
    assert_eq!(demyan.post(&format!("{chat}/read"), &[("seq", "2")]).status, 303);
    assert!(!demyan.get("/sferum").text().contains("непрочитанных"));
    assert!(demyan.get(&format!("{chat}/2")).text().contains("Отметить непрочитанным"));
    assert_eq!(demyan.post(&format!("{chat}/2/unread"), &[]).line(), "303 → /sferum");
    assert!(demyan.get("/sferum").text().contains("1 непрочитанных"));
    assert_eq!(demyan.post(&format!("{chat}/9/unread"), &[]).status, 404);
    let at = cursor(&demyan.get("/sferum").body);
    let mut socket = Socket::open(&demyan, &at);
    let said = socket.ask(&format!(r#"{{"t":"unread","re":3,"conv":{id},"seq":1}}"#));
    assert_eq!(said["t"], "done");
    assert_eq!(socket.event("chat_unread")["conv"].to_string(), id, "told to one's other pages");
    assert!(demyan.get("/sferum").text().contains("2 непрочитанных"));
    let refused = socket.ask(&format!(r#"{{"t":"unread","re":3,"conv":{id},"seq":7}}"#));
    assert_eq!(refused["t"], "no");
}
