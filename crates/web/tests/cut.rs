//! MSG-I5: the line is cut after every byte that the server says, and the reader comes back with what it understood.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]
#![allow(clippy::print_stdout, reason = "how much was tried is a part of the result")]

mod kit;

use std::collections::BTreeMap;

use kit::Server;
use kit::process::{Folder, HOST};
use kit::socket::{Socket, class_chat, cursor, whole_frames};
use messenger::{Body, ClientId, ConversationId, Draft, MemberOf};
use serde_json::Value;
use testkit::{Browser, TODAY, World, now};

const PORTAL: &str = "три случайных слова";

/// What a client makes of frames: a table of messages, a log of what happened to them, the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reader {
    at: String,
    table: BTreeMap<i64, Option<String>>,
    log: Vec<(String, i64)>,
}

impl Reader {
    fn at(cursor: &str) -> Self {
        Self { at: cursor.to_owned(), table: BTreeMap::new(), log: Vec::new() }
    }

    fn hear(&mut self, frame: &Value) {
        assert!(frame["t"] == "ev" || frame["t"] == "mark", "{frame}");
        if frame["t"] == "ev" {
            assert_eq!(frame["p"].as_str(), Some(self.at.as_str()), "the chain of frames: {frame}");
        }
        for event in frame["events"].as_array().into_iter().flatten() {
            let Some(seq) = event["seq"].as_i64() else { continue };
            self.log.push((event["kind"].as_str().unwrap().to_owned(), seq));
            if let Some(line) = event["line"].as_object() {
                self.table.insert(seq, line["text"].as_str().map(str::to_owned));
            }
        }
        frame["g"].as_str().unwrap().clone_into(&mut self.at);
    }

    /// Listens on a socket until it stands where the history ends.
    fn catch_up_by_socket(&mut self, browser: &Browser, end: &str) {
        if self.at == end {
            return;
        }
        let mut socket = Socket::open(browser, &self.at);
        while self.at != end {
            let frame = socket.hear().unwrap();
            self.hear(&frame);
        }
    }

    /// The same by long polls.
    fn catch_up_by_polls(&mut self, browser: &mut Browser, end: &str) {
        while self.at != end {
            let page = browser.get(&format!("/live/poll?cursor={}&wait=5", self.at));
            let before = self.at.clone();
            frames_of(&page.body).iter().for_each(|frame| self.hear(frame));
            assert_ne!(self.at, before, "nothing more comes");
        }
    }
}

fn frames_of(body: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(body).unwrap()["frames"].as_array().unwrap().clone()
}

/// A school, the pages of four people, and where the reader's began.
struct Scene {
    folder: Folder,
    server: Server,
    reader: Browser,
    login: String,
    begin: String,
}

fn command(browser: &mut Browser, text: &str) -> Value {
    let page = browser.post_json("/live/command", text);
    let answer: Value = serde_json::from_str(&page.body).unwrap();
    assert_ne!(answer["t"], "no", "{text} {answer}");
    answer
}

/// A short history in which everything happens that an open page hears of, with holes of what is not for it.
fn tell(server: &Server, people: &mut [Browser; 3], chat: &str, parents: &str, by: school::Viewer) {
    let [varya, gromova, mother] = people;
    let say = |browser: &mut Browser, conv: &str, n: u32, text: &str| {
        let cid = format!("{:032x}", n + 1);
        command(browser, &format!(r#"{{"t":"send","re":1,"conv":{conv},"cid":"{cid}","text":"{text}"}}"#));
    };
    let on = |rest: &str| format!(r#"{{"re":1,"conv":{chat},{rest}}}"#);
    say(varya, chat, 1, "раз");
    say(mother, parents, 2, "не для всех");
    say(varya, chat, 3, "два");
    command(varya, &on(r#""t":"edit","seq":1,"rev":0,"text":"раз!""#));
    command(gromova, &on(r#""t":"react","seq":1,"reaction":"thanks","on":true"#));
    // Several messages of one command: no cursor falls between them.
    let conversation: ConversationId = chat.parse().unwrap();
    let sent = server.app.store.write_blocking(move |tx| {
        let member = MemberOf::ask(tx, &by, conversation, TODAY)?;
        for n in 0..3 {
            let draft = Draft::text(ClientId::from_bytes([n + 1; 16]).unwrap(), Body::parse("три").unwrap());
            messenger::send(tx, now(), &member, &draft).unwrap();
        }
        Ok::<_, school::Denied>(())
    });
    sent.unwrap();
    command(gromova, &on(r#""t":"pin","seq":2,"on":true"#));
    say(mother, parents, 4, "и это");
    command(varya, &on(r#""t":"delete","seq":2"#));
    command(gromova, &on(r#""t":"read","seq":5"#));
    say(gromova, chat, 5, "конец");
}

fn meant() -> Reader {
    let log = [
        ("message", 1),
        ("message", 2),
        ("edited", 1),
        ("touched", 1),
        ("message", 3),
        ("message", 4),
        ("message", 5),
        ("pinned", 2),
        ("deleted", 2),
        ("read", 5),
        ("message", 6),
    ];
    let text = |text: &str| Some(text.to_owned());
    let table = [
        (1, text("раз!")),
        (2, None),
        (3, text("три")),
        (4, text("три")),
        (5, text("три")),
        (6, text("конец")),
    ];
    Reader {
        at: String::new(),
        table: table.into(),
        log: log.map(|(kind, seq)| (kind.to_owned(), seq)).into(),
    }
}

/// Sets the scene; `before` runs when the reader's page is open and nothing has been said yet.
fn scene<T>(before: impl FnOnce(&Browser, &str) -> T) -> (Scene, T) {
    let world = World::with_schema(web::schema());
    kit::chats::open(&world);
    let by = world.viewer("lapina");
    let logins = ["varya", "gromova", "mother", "demyan"].map(|key| world.set_password(key, PORTAL));
    let login = logins[3].clone();
    let mut folder = Folder::of(&world);
    folder.open = true;
    let server = folder.serve(0);
    let [varya, gromova, mut mother, mut reader] = logins.map(|login| {
        let mut browser = server.browser().named(HOST);
        browser.sign_in(&login, PORTAL);
        browser
    });
    let path = class_chat(&mut reader);
    let parents = class_chat(&mut mother);
    let begin = cursor(&reader.get(&path).body);
    let done = before(&reader, &begin);
    let [chat, parents] = [path, parents].map(|path| path.rsplit('/').next().unwrap().to_owned());
    tell(&server, &mut [varya, gromova, mother], &chat, &parents, by);
    (Scene { folder, server, reader, login, begin }, done)
}

impl Scene {
    /// Everything from the beginning: the bytes of the frames, and what they say.
    fn whole(&self) -> (Vec<u8>, Reader) {
        let mut socket = Socket::open(&self.reader, &self.begin);
        let (mut bytes, mut heard) = (Vec::new(), Reader::at(&self.begin));
        while heard.log.len() < meant().log.len() {
            let frame = socket.raw_frame();
            heard.hear(&whole_frames(&frame)[0]);
            bytes.extend(frame);
        }
        assert_eq!((&heard.log, &heard.table), (&meant().log, &meant().table));
        (bytes, heard)
    }

    /// Another life of the server: what it kept in memory is gone, cursors are good.
    fn restart(self) -> Self {
        let Self { folder, mut server, reader, login, begin } = self;
        server.stop();
        server.app.store.close();
        drop(server);
        let server = folder.serve(0);
        let reader = reader.moved(server.address);
        Self { folder, server, reader, login, begin }
    }
}

/// Cuts a socket after each of these numbers of bytes and comes back by one transport or the other.
fn cut_socket(scene: &mut Scene) -> usize {
    let (bytes, whole) = scene.whole();
    let mut cuts = 0;
    for cut in 0..=bytes.len() {
        let mut heard = Reader::at(&scene.begin);
        let mut socket = Socket::open(&scene.reader, &scene.begin);
        let came = socket.bytes(cut);
        assert_eq!(came, bytes[..cut], "a stream is the same for each who comes from the same place");
        drop(socket);
        whole_frames(&came).iter().for_each(|frame| heard.hear(frame));
        if cuts % 2 == 0 {
            heard.catch_up_by_socket(&scene.reader, &whole.at);
        } else {
            heard.catch_up_by_polls(&mut scene.reader, &whole.at);
        }
        assert_eq!(heard, whole, "cut after {cut} bytes");
        cuts += 1;
    }
    cuts
}

#[test]
fn a_socket_cut_after_any_byte_neither_skips_nor_repeats() {
    let (mut scene, ()) = scene(|_, _| ());
    let cuts = cut_socket(&mut scene);
    // From the log as well as from memory.
    let mut scene = scene.restart();
    println!("{cuts} cuts from memory, {} from the log", cut_socket(&mut scene));
    assert!(cuts > 1000, "{cuts} cuts are a short history");
}

#[test]
fn a_live_socket_cut_after_any_byte_neither_skips_nor_repeats() {
    // Each of these heard the history as it happened.
    const READERS: usize = 150;
    let (mut scene, sockets) =
        scene(|reader, begin| (0..READERS).map(|_| Socket::open(reader, begin)).collect::<Vec<_>>());
    let (bytes, whole) = scene.whole();
    for (n, mut socket) in sockets.into_iter().enumerate() {
        let cut = bytes.len() * n / READERS + n % 5;
        let came = socket.bytes(cut.min(bytes.len()));
        drop(socket);
        let mut heard = Reader::at(&scene.begin);
        whole_frames(&came).iter().for_each(|frame| heard.hear(frame));
        if n % 2 == 0 {
            heard.catch_up_by_socket(&scene.reader, &whole.at);
        } else {
            heard.catch_up_by_polls(&mut scene.reader, &whole.at);
        }
        assert_eq!(heard, whole, "cut after {cut} bytes");
    }
}

/// Cuts the answer to a long poll after each byte. Half an answer is none: its frames are taken when all of it is there, and
/// asked for again when it is not.
fn cut_poll(scene: &mut Scene) -> usize {
    let (_, whole) = scene.whole();
    let poll = format!("/live/poll?cursor={}&wait=5", scene.begin);
    let answer = scene.reader.get(&poll);
    let length = scene.reader.cut(&poll, usize::MAX).len();
    for cut in 0..=length {
        let came = scene.reader.cut(&poll, cut);
        assert_eq!(came.len(), cut);
        let mut heard = Reader::at(&scene.begin);
        let body = String::from_utf8_lossy(&came);
        let body = body.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        if body.len() == answer.body.len() {
            frames_of(body).iter().for_each(|frame| heard.hear(frame));
        }
        heard.catch_up_by_socket(&scene.reader, &whole.at);
        assert_eq!(heard, whole, "cut after {cut} bytes");
    }
    length
}

#[test]
fn a_long_poll_cut_after_any_byte_neither_skips_nor_repeats() {
    let (mut scene, ()) = scene(|_, _| ());
    let cuts = cut_poll(&mut scene);
    let mut scene = scene.restart();
    println!("{cuts} cuts from memory, {} from the log", cut_poll(&mut scene));
    assert!(cuts > 1000, "{cuts} cuts are a short history");
}

#[test]
fn a_cursor_of_a_future_that_is_no_more_begins_anew() {
    // MSG-E8, MSG-B11: the file of an hour ago was copied back by hand; its key and its epoch are the same.
    let (scene, ()) = scene(|_, _| ());
    let (_, whole) = scene.whole();
    let earlier = Folder::with_log(&scene.folder, &[]);
    let server = earlier.serve(0);
    // The session is of that hour too, when it was not older: another one is opened.
    let mut reader = server.browser().named(HOST);
    reader.sign_in(&scene.login, PORTAL);
    let polled = frames_of(&reader.get(&format!("/live/poll?cursor={}&wait=5", whole.at)).body);
    assert_eq!(polled[0]["t"], "reset", "{polled:?}");
    assert_eq!(polled[0]["reason"], "cursor out of reach", "{polled:?}");
    let mut socket = Socket::open(&reader, &whole.at);
    assert_eq!(socket.hear().unwrap()["t"], "reset");
}
