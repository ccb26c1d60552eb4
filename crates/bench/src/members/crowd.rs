//! All members of a call on one thread, their lines on another.

use std::io::Read as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::Wishes;
use super::line::{self, Told};
use super::member::{Got, Member};
use crate::calls::own_address;

/// How long all of them may take to be in.
const PATIENCE: Duration = Duration::from_secs(60);
/// Lines are looked at so often.
const GLANCE: Duration = Duration::from_millis(10);
/// How long a goodbye is waited for.
const GOODBYE: Duration = Duration::from_secs(2);

/// Who waits for a leader looks again so often.
const LEADER: Duration = Duration::from_millis(200);

const JOIN: u64 = 1;
const SENDS: u64 = 2;
const LEAVE: u64 = 3;

struct Crowd {
    members: Vec<Member>,
    says: Vec<UnboundedSender<String>>,
    words: mpsc::Receiver<Told>,
    offers: Vec<String>,
    /// Who was told to ask again, and when.
    again: Vec<(Instant, usize)>,
    /// Who else is in the call, by the newest list that the first member was given.
    people: usize,
    left: usize,
}

/// Lets everybody in, stays, and prints what came.
pub(super) fn join(host: &str, sessions: &[String], wishes: &Wishes) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (told, words) = mpsc::channel();
    let mut crowd = Crowd {
        members: Vec::new(),
        says: Vec::new(),
        words,
        offers: Vec::new(),
        again: Vec::new(),
        people: 0,
        left: 0,
    };
    // A server of this machine alone is asked from this machine alone.
    let served: Option<IpAddr> = host.parse::<SocketAddr>().ok().map(|server| server.ip());
    let address = served.filter(IpAddr::is_loopback).unwrap_or_else(own_address);
    let start = Instant::now();
    for (at, session) in sessions.iter().enumerate() {
        let number = u16::try_from(at)?;
        let sends = (number < wishes.voices, number < wishes.cameras);
        let (member, offer) = Member::offering(address, (number, wishes.call), sends, start)?;
        let say = runtime
            .block_on(line::open(host, session, wishes.call, at, told.clone()))
            .with_context(|| format!("the line of member {number}"))?;
        crowd.members.push(member);
        crowd.says.push(say);
        crowd.offers.push(offer);
        crowd.again.push((start, at));
    }
    while crowd.members.iter().any(|member| !member.connected) {
        if start.elapsed() > PATIENCE {
            bail!("not everybody connects");
        }
        crowd.turn()?;
    }
    println!("{}", json!({"joined": crowd.members.len(), "seconds": start.elapsed().as_secs_f64()}));
    let over = ends();
    let (begun, mut foreign) = (Instant::now(), 0);
    for member in &mut crowd.members {
        foreign += std::mem::take(&mut member.got).foreign;
    }
    while wishes.lasts.map_or_else(|| !over.load(Ordering::Relaxed), |lasts| begun.elapsed() < lasts) {
        crowd.turn()?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let report = report(&mut crowd, foreign, seconds);
    crowd.leave()?;
    println!("{report}");
    Ok(())
}

/// Becomes true when the input ends.
fn ends() -> Arc<AtomicBool> {
    let over = Arc::new(AtomicBool::new(false));
    let end = Arc::clone(&over);
    std::thread::spawn(move || {
        let mut nothing = Vec::new();
        // An input that cannot be read has ended too.
        let _any = std::io::stdin().read_to_end(&mut nothing);
        end.store(true, Ordering::Relaxed);
    });
    over
}

impl Crowd {
    /// Hears the lines, sends what is due, waits for packets a little and takes them.
    fn turn(&mut self) -> anyhow::Result<()> {
        while let Ok((at, frame)) = self.words.try_recv() {
            let frame = frame.with_context(|| format!("the line of member {at} has ended"))?;
            self.hear(at, &frame)?;
        }
        let now = Instant::now();
        for (_, at) in self.again.extract_if(.., |(when, _)| *when <= now) {
            let join = json!({"t": "join", "re": JOIN, "offer": self.offers[at]});
            self.says[at].send(join.to_string())?;
        }
        let mut due = now + GLANCE;
        for member in &mut self.members {
            due = due.min(member.act(now)?);
        }
        let wait = due.saturating_duration_since(Instant::now());
        let wait = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
        let ready: Vec<bool> = {
            let sockets = self.members.iter().map(|member| PollFd::new(&member.socket, PollFlags::IN));
            let mut sockets: Vec<PollFd<'_>> = sockets.collect();
            poll(&mut sockets, Some(&wait))?;
            sockets.iter().map(|one| !one.revents().is_empty()).collect()
        };
        for (member, ready) in self.members.iter_mut().zip(ready) {
            if ready {
                member.read()?;
            }
        }
        Ok(())
    }

    fn hear(&mut self, at: usize, frame: &str) -> anyhow::Result<()> {
        let frame: Value = serde_json::from_str(frame).context("a frame")?;
        let (kind, re) = (frame["t"].as_str().unwrap_or_default(), frame["re"].as_u64());
        match (kind, re) {
            ("answer", _) => {
                let member = &mut self.members[at];
                member.accept(frame["sdp"].as_str().context("an answer without SDP")?)?;
                let (microphone, camera) = member.sends();
                let sends = json!({
                    "t": "sends", "re": SENDS, "microphone": microphone, "camera": camera, "screen": false,
                });
                self.says[at].send(sends.to_string())?;
            }
            ("done", Some(LEAVE)) => self.left += 1,
            ("no", Some(JOIN)) if frame["retry"].is_u64() => {
                let wait = Duration::from_millis(frame["retry"].as_u64().unwrap_or_default());
                self.again.push((Instant::now() + wait, at));
            }
            ("no", _) => bail!("member {at} is refused: {frame}"),
            // Whoever leads is not there yet.
            ("wait", _) => self.again.push((Instant::now() + LEADER, at)),
            ("out", _) if frame["why"] != "own" => bail!("member {at} is put out: {frame}"),
            ("people", _) if at == 0 => {
                self.people = frame["people"].as_array().map_or(0, Vec::len);
            }
            _ => {}
        }
        Ok(())
    }

    /// Says goodbye, so that nobody waits for those who will not come back.
    fn leave(&mut self) -> anyhow::Result<()> {
        for say in &self.says {
            say.send(json!({"t": "leave", "re": LEAVE}).to_string())?;
        }
        let from = Instant::now();
        while self.left < self.says.len() && from.elapsed() < GOODBYE {
            let Ok((at, Ok(frame))) = self.words.recv_timeout(GOODBYE) else { break };
            self.hear(at, &frame)?;
        }
        Ok(())
    }
}

/// What came to all of them.
fn report(crowd: &mut Crowd, before: u64, seconds: f64) -> Value {
    let all: Vec<Got> = crowd.members.iter_mut().map(|member| std::mem::take(&mut member.got)).collect();
    let sum = |of: fn(&Got) -> u64| all.iter().map(of).sum::<u64>();
    let least = |of: fn(&Got) -> usize| all.iter().map(of).min().unwrap_or(0);
    let (expected, came) = (sum(Got::expected), sum(Got::came));
    let mut took: Vec<u32> = all.iter().flat_map(|got| got.took.iter().copied()).collect();
    took.sort_unstable();
    let at = |thousandth: usize| {
        let at = (took.len() * thousandth / 1000).min(took.len().saturating_sub(1));
        took.get(at).map(|micros| f64::from(*micros) / 1000.0)
    };
    json!({
        "members": all.len(),
        "seconds": seconds,
        "people": crowd.people,
        "packets": sum(|got| got.packets),
        "of_browsers": sum(|got| got.plain),
        "foreign": before + sum(|got| got.foreign),
        "expected": expected,
        "lost": expected.saturating_sub(came),
        "least_voices": least(|got| got.voices.len()),
        "least_pictures": least(|got| got.pictures.len()),
        "least_of_browsers": all.iter().map(|got| got.plain).min().unwrap_or(0),
        "p50_ms": at(500),
        "p99_ms": at(990),
    })
}
