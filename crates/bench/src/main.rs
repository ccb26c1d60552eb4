//! Owns the benchmarks: our figures and the bare limits beside them, taken in one run, interleaved.
//! Promises ratios by the median of rounds, with machine, versions, counts and spread printed.
//! Never shipped, never imported, and no test depends on a time it measures.
#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

mod ack;
mod calls;
mod client;
mod figures;
mod live;
mod machine;
mod members;
mod process;
mod search;
mod socket;
mod start;
mod week;
mod wire;
mod wire_limit;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::process::Demo;

const HELP: &str = "cargo run --release -p bench [-- --rounds N] [-- ack --rounds N] [-- search MESSAGES] [-- live OPTIONS] [-- calls OPTIONS] [-- members OPTIONS]
Takes the figures of docs/PERFORMANCE.md as ratios in one run. Needs the release executable beside it: cargo build --release";

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|word| word == "limit-page") {
        return week::serve_limit(&args[1..]);
    }
    if args.first().is_some_and(|word| word == "limit-wire") {
        return wire_limit::serve(&args[1..]);
    }
    if args.first().is_some_and(|word| word == "limit-fan") {
        return live::serve_limit(&args[1..]);
    }
    if args.first().is_some_and(|word| word == "limit-media") {
        return calls::serve_floor(&args[1..]);
    }
    if args.first().is_some_and(|word| word == "media-server") {
        return calls::serve_media(&args[1..]);
    }
    if args.first().is_some_and(|word| word == "calls") {
        let sizes = calls::Sizes::parse(&args[1..])?;
        machine::print(sizes.rounds);
        return calls::measure(&sizes);
    }
    if args.first().is_some_and(|word| word == "members") {
        return members::run(&args[1..]);
    }
    if args.first().is_some_and(|word| word == "live") {
        return live_alone(&live::Sizes::parse(&args[1..])?);
    }
    if let [word, messages] = args.as_slice()
        && word == "search"
    {
        return search_alone(messages.parse().context("search takes a number of messages")?);
    }
    if let [word, flag, count] = args.as_slice()
        && word == "ack"
        && flag == "--rounds"
    {
        return ack_alone(count.parse().context("--rounds takes a number")?);
    }
    let rounds = match args.as_slice() {
        [] => 9,
        [flag, count] if flag == "--rounds" => count.parse().context("--rounds takes a number")?,
        _ => bail!("{HELP}"),
    };
    let zvonok = executable()?;
    machine::print(rounds);
    let folder = Folder::make()?;
    let demo = Demo::build(&zvonok, folder.path())?;
    week::measure(&demo, rounds)?;
    let stopped = demo.stop()?;
    ack::measure(&stopped, rounds)?;
    start::measure(&zvonok, &stopped, rounds)?;
    // After the start and the memory at rest, which must see the base as the demo leaves it: this one fills it with codes.
    wire::measure(&zvonok, folder.path(), &stopped, rounds)?;
    // Last, for it needs the most room: a base of a million messages.
    search::measure(&stopped, rounds, None)?;
    start::size(&zvonok)
}

/// The search alone, with as many messages as wanted.
fn search_alone(messages: u32) -> anyhow::Result<()> {
    machine::print(3);
    let folder = Folder::make()?;
    let demo = Demo::build(&executable()?, folder.path())?;
    search::measure(&demo.stop()?, 3, Some(messages))
}

/// The live channel, which has a run of its own: it needs a few minutes and many descriptors.
fn live_alone(sizes: &live::Sizes) -> anyhow::Result<()> {
    machine::print(sizes.rounds);
    let folder = Folder::make()?;
    live::measure(&executable()?, folder.path(), sizes)
}

/// The acknowledgements alone.
fn ack_alone(rounds: u32) -> anyhow::Result<()> {
    machine::print(rounds);
    let folder = Folder::make()?;
    let demo = Demo::build(&executable()?, folder.path())?;
    ack::measure(&demo.stop()?, rounds)
}

/// The executable under test, built beside this one.
pub(crate) fn executable() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe().context("where this program is")?.with_file_name("zvonok");
    if !path.exists() {
        bail!("{} is not there; build it first: cargo build --release", path.display());
    }
    Ok(path)
}

/// A folder that goes with the run.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn make() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("zvonok-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| format!("{}", path.display()))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind is a folder under the system's temporary one.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
