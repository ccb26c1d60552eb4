//! MSG-I1, MSG-I2 under load: an acknowledged message is there, once and in order, after any number of kills; one
//! that was sent and not acknowledged is sent again with its cid and is there once too.

use std::collections::BTreeMap;
use std::sync::mpsc;

use serde_json::Value;
use store::Random;
use testkit::{Browser, World};

use crate::VICTIM;
use crate::kit::process::{Folder, Process};
use crate::kit::socket::{Socket, class_chat, cursor};

const PORTAL: &str = "три случайных слова";
const KILLS: u32 = 20;
/// Most acknowledgements before a kill.
const LONGEST_LIFE: u32 = 60;
const SENDERS: [&str; 4] = ["varya", "demyan", "timur", "gromova"];
const READER: &str = "lapina";

/// A message that somebody means to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Letter {
    who: usize,
    n: u32,
}

impl Letter {
    /// The content follows from the place, so that a changed message is told from an unchanged one.
    fn text(self) -> String {
        format!("{}: письмо {} {}", SENDERS[self.who], self.n, "слово ".repeat((self.n as usize * 7) % 40))
            .trim()
            .to_owned()
    }

    fn command(self, chat: &str) -> String {
        let (cid, text) = (format!("{:016x}{:016x}", self.who + 1, self.n + 1), self.text());
        format!(r#"{{"t":"send","re":{},"conv":{chat},"cid":"{cid}","text":"{text}"}}"#, self.n)
    }
}

struct Ack {
    letter: Letter,
    seq: i64,
    dup: bool,
}

/// Sends one message after the other until the line breaks; every second sender by POST instead of the socket.
/// Gives the number of the message that was under way.
fn send(browser: &Browser, chat: &str, at: &str, first: Letter, acks: &mpsc::Sender<Ack>) -> u32 {
    let mut socket = first.who.is_multiple_of(2).then(|| Socket::try_open(browser, at, None));
    for n in first.n.. {
        let letter = Letter { n, ..first };
        let command = letter.command(chat);
        let answer = match &mut socket {
            Some(Ok(socket)) => socket.try_ask(&command).ok(),
            Some(Err(_)) => None,
            None => browser
                .try_post_json("/live/command", &command)
                .ok()
                .filter(|page| page.status == 200)
                .and_then(|page| serde_json::from_str(&page.body).ok()),
        };
        let Some(answer) = answer else { return n };
        assert_eq!(answer["t"], "ack", "{answer}");
        let (seq, dup) = (answer["seq"].as_i64().unwrap(), answer["dup"].as_bool().unwrap());
        if acks.send(Ack { letter, seq, dup }).is_err() {
            return n + 1;
        }
    }
    unreachable!("nobody sends so many")
}

/// What one reader heard over all the lives of the server, and from which cursor they go on.
struct Reader {
    at: String,
    lines: BTreeMap<i64, String>,
}

impl Reader {
    fn hear(&mut self, frame: &Value) {
        assert_ne!(frame["t"], "reset", "the cursor survives: {frame}");
        for event in frame["events"].as_array().into_iter().flatten() {
            if event["kind"] == "message" {
                let seq = event["line"]["seq"].as_i64().unwrap();
                let text = event["line"]["text"].as_str().unwrap().to_owned();
                // MSG-I3, MSG-I5: the next one and no other, over all reconnections.
                assert_eq!(seq, self.lines.last_key_value().map_or(0, |(last, _)| *last) + 1, "{text}");
                self.lines.insert(seq, text);
            }
        }
        if frame["t"] == "ev" || frame["t"] == "mark" {
            frame["g"].as_str().unwrap().clone_into(&mut self.at);
        }
    }

    /// Listens until the line breaks.
    fn listen(&mut self, browser: &Browser) {
        let Ok(mut socket) = Socket::try_open(browser, &self.at, None) else { return };
        while let Ok(frame) = socket.hear() {
            self.hear(&frame);
        }
    }

    /// Asks for what is still due, an answer at a time; events may come a moment after the acknowledgement.
    fn catch_up(&mut self, browser: &mut Browser, due: usize) {
        while self.lines.len() < due {
            let page = browser.get(&format!("/live/poll?cursor={}&wait=10", self.at));
            let answer: Value = serde_json::from_str(&page.body).unwrap();
            let frames = answer["frames"].as_array().unwrap();
            assert!(frames.iter().any(|frame| frame["t"] == "ev"), "{} of {due} heard", self.lines.len());
            frames.iter().for_each(|frame| self.hear(frame));
        }
    }
}

fn school() -> (Folder, Vec<String>) {
    let world = World::with_schema(web::schema());
    crate::kit::chats::open(&world);
    let logins = SENDERS.iter().chain([&READER]).map(|key| world.set_password(key, PORTAL)).collect();
    let mut folder = Folder::of(&world);
    folder.open = true;
    (folder, logins)
}

#[test]
fn acknowledged_messages_are_there_once_and_in_order_after_every_kill() {
    let kills = std::env::var("ZVONOK_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let (folder, logins) = school();
    let mut process = Process::start(VICTIM, &folder, 1);
    let mut browsers: Vec<Browser> = logins
        .iter()
        .map(|login| {
            let mut browser = process.browser();
            browser.sign_in(login, PORTAL);
            browser
        })
        .collect();
    let path = class_chat(&mut browsers[0]);
    let chat = path.rsplit('/').next().unwrap().to_owned();
    let at = cursor(&browsers[4].get(&path).body);
    let mut reader = Reader { at: at.clone(), lines: BTreeMap::new() };
    let random = Random::seeded(2027);
    let mut acks: BTreeMap<Letter, i64> = BTreeMap::new();
    let mut next = [0_u32; SENDERS.len()];
    let mut twice = 0;
    for _ in 0..kills {
        let (told, heard) = mpsc::channel();
        let longest = random.below(LONGEST_LIFE);
        std::thread::scope(|scope| {
            let (chat, at) = (chat.as_str(), at.as_str());
            scope.spawn(|| reader.listen(&browsers[4]));
            let senders: Vec<_> = next
                .iter()
                .enumerate()
                .map(|(who, n)| {
                    let (letter, told, browser) = (Letter { who, n: *n }, told.clone(), &browsers[who]);
                    scope.spawn(move || send(browser, chat, at, letter, &told))
                })
                .collect();
            drop(told);
            let mut killed = false;
            let mut lives = 0;
            // After the kill the senders end one by one; what they were told before counts.
            loop {
                if lives >= longest && !killed {
                    process.kill();
                    killed = true;
                }
                let Ok(Ack { letter, seq, dup }) = heard.recv() else { break };
                twice += u32::from(dup);
                assert_eq!(acks.insert(letter, seq), None, "{letter:?}");
                lives += 1;
            }
            assert!(killed, "the server went by itself");
            for (n, sender) in next.iter_mut().zip(senders) {
                *n = sender.join().unwrap();
            }
        });
        assert!(folder.findings().is_empty());
        process = Process::start(VICTIM, &folder, 1);
        for browser in &mut browsers {
            *browser = browser.moved(process.address);
        }
    }
    // The messages that were under way at the last kill, once more.
    let (told, heard) = mpsc::channel();
    for (who, n) in next.into_iter().enumerate() {
        let command = Letter { who, n }.command(&chat);
        let answer = browsers[who].post_json("/live/command", &command);
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        let seq = answer["seq"].as_i64().unwrap_or_else(|| panic!("{answer}"));
        told.send(Ack { letter: Letter { who, n }, seq, dup: false }).unwrap();
    }
    drop(told);
    acks.extend(heard.iter().map(|ack| (ack.letter, ack.seq)));
    let live = reader.lines.len();
    reader.catch_up(&mut browsers[4], acks.len());
    look(&acks, &reader.lines);
    let count = acks.len();
    assert!(count as u64 > u64::from(kills) * 10, "{count} messages prove little");
    assert!(live > 0, "the reader heard nothing while messages came");
    println!(
        "{count} answers logged by this process over {kills} kills of the other: 0 lost, 0 twice, 0 out of order; \
         {live} messages heard at once, {twice} taken before their answer was lost"
    );
}

/// Everything acknowledged was heard, at its number, unchanged; nothing else was.
fn look(acks: &BTreeMap<Letter, i64>, lines: &BTreeMap<i64, String>) {
    let mut before: Option<(Letter, i64)> = None;
    for (letter, seq) in acks {
        assert_eq!(lines.get(seq), Some(&letter.text()), "lost or changed: {letter:?} at {seq}");
        if let Some((last, at)) = before
            && last.who == letter.who
        {
            assert!(
                last.n + 1 == letter.n && at < *seq,
                "out of order: {last:?} at {at}, {letter:?} at {seq}"
            );
        }
        before = Some((*letter, *seq));
    }
    assert_eq!(lines.len(), acks.len(), "invented, or twice");
}
