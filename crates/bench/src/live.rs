//! The live channel under load: fan-out against a bare one, an announcement to all, a return of everybody after a
//! restart, memory of idle sockets, and acknowledgements beside an upload.
//!
//! The server is the shipped executable over a demo school made for today. Its caps are raised by settings: connections of
//! an address, sockets of a session, commands of a session; each person has one session, and as many sockets as the
//! size asks for. The client is this program, on one thread.

mod back;
mod crowd;
mod fan;
mod limit;
pub(crate) mod line;
mod rest;
mod server;
mod slow;
mod upload;

use std::path::Path;

use anyhow::{Context as _, bail};

pub(crate) use self::limit::serve as serve_limit;

use self::crowd::Crowd;
use self::fan::{Load, Sides};

const HELP: &str =
    "bench live [--rounds N] [--members N] [--seconds N] [--rate MESSAGES_A_SECOND] [--sockets N]
           [--announcements N] [--idle N] [--megabytes N] [--only fan|news|slow|back|rest|upload]";

/// How much of everything.
pub(crate) struct Sizes {
    pub(crate) rounds: u32,
    members: usize,
    seconds: u32,
    rate: u32,
    sockets: usize,
    announcements: u32,
    idle: usize,
    megabytes: usize,
    only: Option<String>,
}

impl Sizes {
    /// Reads the options; what is not said is as in docs/PERFORMANCE.md.
    pub(crate) fn parse(args: &[String]) -> anyhow::Result<Self> {
        let mut sizes = Self {
            rounds: 3,
            members: 60,
            seconds: 10,
            rate: 500,
            sockets: 3000,
            announcements: 20,
            idle: 10_000,
            megabytes: 100,
            only: None,
        };
        for pair in args.chunks(2) {
            let [name, value] = pair else { bail!("{HELP}") };
            let number = || value.parse::<u32>().with_context(|| format!("{name} takes a number"));
            match name.as_str() {
                "--rounds" => sizes.rounds = number()?,
                "--members" => sizes.members = number()? as usize,
                "--seconds" => sizes.seconds = number()?,
                "--rate" => sizes.rate = number()?,
                "--sockets" => sizes.sockets = number()? as usize,
                "--announcements" => sizes.announcements = number()?,
                "--idle" => sizes.idle = number()? as usize,
                "--megabytes" => sizes.megabytes = number()? as usize,
                "--only" => sizes.only = Some(value.clone()),
                _ => bail!("{HELP}"),
            }
        }
        Ok(sizes)
    }

    fn takes(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

/// Takes every figure of the live channel.
pub(crate) fn measure(zvonok: &Path, folder: &Path, sizes: &Sizes) -> anyhow::Result<()> {
    enough_files(sizes.idle.max(sizes.sockets))?;
    server::build(zvonok, folder)?;
    let base = folder.join("zvonok.db");
    let crowd = Crowd::gather(&base, sizes.members)?;
    println!("people    {} with a session each, {} of them in the chat", crowd.all.len(), crowd.room.len());
    println!(
        "caps      raised by settings: connections_per_address, sockets_per_session, socket_messages_per_second"
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // First, over the base as the demo leaves it.
    if sizes.takes("rest") {
        rest::measure(zvonok, &base, &runtime, &crowd, sizes.idle, sizes.rounds)?;
    }
    let chat = Load {
        tokens: crowd.room.clone(),
        talkers: crowd.room.len(),
        conversation: crowd.chat,
        rate: f64::from(sizes.rate),
        count: sizes.rate * sizes.seconds,
    };
    if sizes.takes("fan") {
        println!(
            "\nsend → last of {} members online, {} messages/s for {} s, {} rounds",
            chat.tokens.len(),
            sizes.rate,
            sizes.seconds,
            sizes.rounds
        );
        Sides::take(zvonok, &base, &runtime, &chat, sizes.rounds)?.print("target: p99 ≤ 25 ms, CPU ≤ 2");
    }
    let news = Load {
        tokens: crowd.spread(sizes.sockets),
        talkers: 1,
        conversation: crowd.news,
        rate: 2.0,
        count: sizes.announcements,
    };
    if sizes.takes("news") {
        println!(
            "\nannouncement to {} sockets, to the last byte, {} announcements a round, {} rounds",
            news.tokens.len(),
            news.count,
            sizes.rounds
        );
        Sides::take(zvonok, &base, &runtime, &news, sizes.rounds)?.print("target: last byte ≤ 200 ms");
    }
    if sizes.takes("slow") {
        let readers = sizes.sockets.min(1000);
        let load = Load {
            tokens: crowd.spread(readers),
            talkers: 1,
            conversation: crowd.news,
            rate: 10.0,
            count: 10 * sizes.seconds,
        };
        println!(
            "\none reader of a byte a second among {} sockets, 10 messages/s for {} s, {} rounds",
            load.tokens.len(),
            sizes.seconds,
            sizes.rounds
        );
        slow::measure(zvonok, &base, &runtime, &load, sizes.rounds)?;
    }
    if sizes.takes("back") {
        back::measure(zvonok, &base, &runtime, &crowd, sizes.sockets, sizes.rounds)?;
    }
    if sizes.takes("upload") {
        upload::measure(zvonok, &base, &runtime, &crowd, sizes.megabytes, sizes.rounds)?;
    }
    Ok(())
}

/// Both ends of every socket need a descriptor, each in a process of its own.
fn enough_files(sockets: usize) -> anyhow::Result<()> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).context("no limit of files")?;
    let most = line.split_whitespace().nth(3).unwrap_or_default();
    if most.parse::<usize>().is_ok_and(|most| most < sockets + 200) {
        bail!("{most} open files are allowed, {sockets} sockets need more: ulimit -n {}", sockets + 1000);
    }
    Ok(())
}
