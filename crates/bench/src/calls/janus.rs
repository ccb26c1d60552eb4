//! Janus videoroom with the same participants, where it is installed: as packaged (a thread for each connection) at 8,000
//! packets a second, and with `event_loops` at 20,000. Without it a line says that it was skipped.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::calls::crowd::Crowd;
use crate::calls::page::{Page, Part};
use crate::calls::run::{Taken, Work, pinned, round};
use crate::calls::{Sizes, line};
use crate::figures::{Figures, ratios};

const ROOM: u32 = 1234;
const PORT: u16 = 18_088;
/// How long it may take until it answers, and until it knows who publishes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes the figures, or says why not.
pub(crate) fn measure(sizes: &Sizes) -> anyhow::Result<()> {
    let installed = ["/usr/bin/janus", "/usr/local/bin/janus", "/opt/janus/bin/janus"];
    let Some(program) = installed.iter().map(Path::new).find(|path| path.exists()) else {
        println!("\nJanus is not installed: skipped");
        return Ok(());
    };
    if sizes.address.is_loopback() {
        println!("\nJanus does not serve the loopback, and this machine has no other address: skipped");
        return Ok(());
    }
    for (rate, loops, target) in [(8_000, 0, 0.5), (20_000, 2, 0.7)] {
        let work = Work::of(sizes, rate);
        let (mut ours, mut theirs) = (Figures::default(), Figures::default());
        let (mut last_ours, mut last_theirs) = (None, None);
        for _ in 0..sizes.rounds {
            let janus = janus_round(program, &work, loops)?;
            let sfu = round(&work)?;
            theirs.add(janus.micros_a_packet());
            ours.add(sfu.micros_a_packet());
            (last_ours, last_theirs) = (Some(sfu), Some(janus));
        }
        let how = if loops == 0 { "as packaged".to_owned() } else { format!("event_loops = {loops}") };
        println!("\nbeside Janus, {how}, {rate} packets/s");
        println!("  Janus    {} µs CPU a packet", theirs.shown(2));
        println!("  SFU      {} µs", ours.shown(2));
        println!("  ratio    {} (target {target})", ratios(&ours, &theirs).shown(2));
        for (name, taken) in
            [("the last round of Janus", last_theirs), ("the last round of the SFU", last_ours)]
        {
            if let Some(taken) = taken {
                println!("{}", line(name, &taken));
            }
        }
    }
    Ok(())
}

/// One round with a Janus of its own.
fn janus_round(program: &Path, work: &Work, loops: u32) -> anyhow::Result<Taken> {
    let folder = Folder::make(work.address, loops)?;
    let mut command = pinned(program);
    command.arg("-F").arg(&folder.0).args(["--log-stdout", "--disable-colors"]);
    let (process, _) = crate::process::Process::start(&mut command, "HTTP webserver started")?;
    let mut room = Room::open()?;
    let mut crowd = Crowd::new();
    let (page, offer) = Page::offering(work.address, Part::Sends)?;
    crowd.pages.push(page);
    let (answer, feed) = room.publish(&offer)?;
    if let Some(first) = crowd.pages.first_mut() {
        first.accept(&answer)?;
    }
    crowd.connect()?;
    let from = Instant::now();
    for _ in 0..work.receivers {
        let handle = room.attach()?;
        // The publisher is connected a moment before Janus says so to others.
        let offer = loop {
            match room.subscribe(handle, &feed) {
                Ok(offer) => break offer,
                Err(error) if from.elapsed() > PATIENCE => return Err(error),
                Err(_) => _ = crowd.play(30, Duration::from_millis(50))?,
            }
        };
        let (page, answer) = Page::answering(work.address, &offer)?;
        room.start(handle, &answer)?;
        crowd.pages.push(page);
        // Media goes on while others join, so that Janus closes nobody.
        crowd.play(30, Duration::from_millis(20))?;
    }
    crowd.connect()?;
    crowd.play(work.a_second, Duration::from_secs(3))?;
    crowd.begin();
    let before = process.cpu_nanos()?;
    let sent = crowd.play(work.a_second, work.lasts)?;
    let cpu_nanos = process.cpu_nanos()? - before;
    let mut taken = Taken { cpu_nanos, expected: sent * u64::from(work.receivers), ..Taken::default() };
    for page in &crowd.pages {
        taken.received += page.got;
        taken.took.extend(&page.took);
    }
    Ok(taken)
}

/// Its settings: what is not compared is off.
struct Folder(PathBuf);

impl Folder {
    fn make(address: IpAddr, loops: u32) -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("zvonok-bench-janus-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        let loops = if loops == 0 { String::new() } else { format!("event_loops = {loops}\n") };
        fs::write(
            path.join("janus.jcfg"),
            format!(
                "general: {{\n debug_level = 4\n session_timeout = 600\n {loops}}}\n\
                 media: {{\n rtp_port_range = \"30000-34000\"\n}}\n\
                 nat: {{\n ice_enforce_list = \"{address}\"\n}}\n\
                 plugins: {{\n disable = \"libjanus_audiobridge.so,libjanus_echotest.so,libjanus_nosip.so,\
                 libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,\
                 libjanus_videocall.so,libjanus_voicemail.so,libjanus_lua.so,libjanus_duktape.so\"\n}}\n\
                 transports: {{\n disable = \"libjanus_websockets.so,libjanus_rabbitmq.so,libjanus_pfunix.so,\
                 libjanus_mqtt.so,libjanus_nanomsg.so\"\n}}\n"
            ),
        )?;
        fs::write(
            path.join("janus.transport.http.jcfg"),
            format!(
                "general: {{\n json = \"plain\"\n base_path = \"/janus\"\n http = true\n port = {PORT}\n ip = \"127.0.0.1\"\n}}\n"
            ),
        )?;
        fs::write(path.join("janus.plugin.videoroom.jcfg"), "general: {\n}\n")?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind is a folder under the system's temporary one.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A room of Janus, spoken to over HTTP.
struct Room {
    session: u64,
    admin: u64,
}

impl Room {
    fn open() -> anyhow::Result<Self> {
        // Janus says that it listens a moment before it answers.
        let from = Instant::now();
        let made = loop {
            match post("/janus", &json!({ "janus": "create", "transaction": "t" })) {
                Ok(made) => break made,
                Err(error) if from.elapsed() > PATIENCE => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        };
        let mut room = Self { session: id(&made)?, admin: 0 };
        room.admin = room.attach()?;
        room.message(
            room.admin,
            &json!({ "request": "create", "room": ROOM, "publishers": 6, "bitrate": 0, "videocodec": "vp8" }),
            None,
        )?;
        Ok(room)
    }

    fn attach(&mut self) -> anyhow::Result<u64> {
        let body = json!({ "janus": "attach", "plugin": "janus.plugin.videoroom", "transaction": "t" });
        id(&post(&format!("/janus/{}", self.session), &body)?)
    }

    /// Publishes an offer; gives the answer and the number of the feed.
    fn publish(&mut self, offer: &str) -> anyhow::Result<(String, Value)> {
        let join = json!({ "request": "join", "ptype": "publisher", "room": ROOM });
        self.message(self.admin, &join, None)?;
        let joined = self.event(self.admin)?;
        let feed = joined["plugindata"]["data"]["id"].clone();
        let jsep = json!({ "type": "offer", "sdp": offer });
        self.message(
            self.admin,
            &json!({ "request": "publish", "video": true, "audio": false }),
            Some(&jsep),
        )?;
        Ok((self.jsep(self.admin)?, feed))
    }

    /// Asks for a feed; gives the offer.
    fn subscribe(&mut self, handle: u64, feed: &Value) -> anyhow::Result<String> {
        let join =
            json!({ "request": "join", "ptype": "subscriber", "room": ROOM, "streams": [{ "feed": feed }] });
        self.message(handle, &join, None)?;
        self.jsep(handle)
    }

    fn start(&mut self, handle: u64, answer: &str) -> anyhow::Result<()> {
        let jsep = json!({ "type": "answer", "sdp": answer });
        self.message(handle, &json!({ "request": "start" }), Some(&jsep))
    }

    fn message(&self, handle: u64, body: &Value, jsep: Option<&Value>) -> anyhow::Result<()> {
        let mut message = json!({ "janus": "message", "transaction": "t", "body": body });
        if let Some(jsep) = jsep {
            message["jsep"] = jsep.clone();
        }
        let told = post(&format!("/janus/{}/{handle}", self.session), &message)?;
        if told["janus"] == "error" {
            bail!("Janus: {told}");
        }
        Ok(())
    }

    fn jsep(&self, handle: u64) -> anyhow::Result<String> {
        let from = Instant::now();
        while from.elapsed() < Duration::from_secs(20) {
            if let Some(sdp) = self.event(handle)?["jsep"]["sdp"].as_str() {
                return Ok(sdp.to_owned());
            }
        }
        bail!("Janus gives no description")
    }

    /// The next event of a handle; others are of no interest.
    fn event(&self, handle: u64) -> anyhow::Result<Value> {
        for _ in 0..200 {
            let event = http("GET", &format!("/janus/{}?maxev=1", self.session), "")?;
            if event["janus"] == "event" && event["sender"] == handle {
                if event["plugindata"]["data"]["error"].is_string() {
                    bail!("Janus: {event}");
                }
                return Ok(event);
            }
        }
        bail!("Janus tells nothing")
    }
}

fn id(told: &Value) -> anyhow::Result<u64> {
    told["data"]["id"].as_u64().with_context(|| format!("Janus: {told}"))
}

fn post(path: &str, body: &Value) -> anyhow::Result<Value> {
    http("POST", path, &body.to_string())
}

/// One question, in the old protocol: its answers come whole and not in pieces.
fn http(method: &str, path: &str, body: &str) -> anyhow::Result<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", PORT))?;
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, json) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
    Ok(serde_json::from_str(json)?)
}
