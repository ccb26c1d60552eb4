//! Calls: what the SFU costs for a packet that it forwards, beside a bare `sendto` to as many, and beside Janus where that
//! is installed; how long a packet takes, how much memory a participant, and what hostile senders do to others.
//!
//! The server under measurement is a process of its own, the SFU alone behind a line protocol; so is the bare limit. The
//! participants are this program: str0m clients with a socket each, on one thread. Where `taskset` is there, server and
//! participants sit on a core each. A packet bears the moment of its sending, so its time is told by one clock; that is
//! until the participant reads it, its own waiting included.

mod control;
mod crowd;
mod floor;
mod hostile;
mod janus;
mod page;
mod pages;
mod run;
mod server;

use anyhow::{Context as _, bail};

use crate::figures::{Figures, ratios};

pub(crate) use self::floor::serve as serve_floor;
pub(crate) use self::run::own_address;
pub(crate) use self::server::serve as serve_media;

use self::run::{Taken, Work};

const HELP: &str = "bench calls [--rounds N] [--receivers N] [--seconds N] [--address IP]
            [--only cost|join|hostile|pages|janus]";

/// How much of everything.
#[derive(Clone, Debug)]
pub(crate) struct Sizes {
    pub(crate) rounds: u32,
    receivers: u32,
    seconds: u32,
    /// The address of the doors. Janus does not listen on the loopback, so beside it this is the machine's own.
    address: std::net::IpAddr,
    only: Option<String>,
}

impl Sizes {
    /// Reads the options; what is not said is the reference load of docs/PERFORMANCE.md.
    pub(crate) fn parse(args: &[String]) -> anyhow::Result<Self> {
        let mut sizes = Self { rounds: 5, receivers: 40, seconds: 8, address: own_address(), only: None };
        for pair in args.chunks(2) {
            let [name, value] = pair else { bail!("{HELP}") };
            let number = || value.parse::<u32>().with_context(|| format!("{name} takes a number"));
            match name.as_str() {
                "--rounds" => sizes.rounds = number()?,
                "--receivers" => sizes.receivers = number()?.max(2),
                "--seconds" => sizes.seconds = number()?.max(1),
                "--address" => sizes.address = value.parse().context("--address takes an address")?,
                "--only" => sizes.only = Some(value.clone()),
                _ => bail!("{HELP}"),
            }
        }
        Ok(sizes)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

/// Takes all figures of calls.
pub(crate) fn measure(sizes: &Sizes) -> anyhow::Result<()> {
    println!(
        "\nCalls: 1 → {}, packets of 1,100 bytes, {} s each, on {}",
        sizes.receivers, sizes.seconds, sizes.address
    );
    if sizes.wants("cost") {
        for rate in [20_000, 8_000] {
            cost(sizes, rate)?;
        }
    }
    if sizes.wants("join") {
        run::join(sizes)?;
    }
    if sizes.wants("hostile") {
        hostile::measure(sizes)?;
    }
    if sizes.wants("pages") {
        pages::measure(sizes)?;
    }
    if sizes.wants("janus") {
        janus::measure(sizes)?;
    }
    Ok(())
}

/// The SFU against the bare limit at one rate of forwarded packets.
fn cost(sizes: &Sizes, rate: u32) -> anyhow::Result<()> {
    let work = Work::of(sizes, rate);
    let (mut ours, mut limit, mut middle, mut late, mut whole) =
        (Figures::default(), Figures::default(), Figures::default(), Figures::default(), Figures::default());
    for _ in 0..sizes.rounds {
        let floor = floor::round(&work)?;
        let sfu = run::round(&work)?;
        limit.add(floor.micros_a_packet());
        ours.add(sfu.micros_a_packet());
        middle.add(sfu.latency_ms(0.5));
        late.add(sfu.latency_ms(0.99));
        whole.add(sfu.delivered() * 100.0);
    }
    println!("\nforwarding {rate} packets/s ({:.0} Mbit/s)", f64::from(rate) * 1100.0 * 8.0 / 1e6);
    println!("  SFU      {} µs CPU a packet, delivered {} %", ours.shown(2), whole.shown(2));
    println!("  sendto   {} µs", limit.shown(2));
    println!("  ratio    {} (target 5 at 20,000/s)", ratios(&ours, &limit).shown(2));
    println!("  a packet takes {} ms in the middle, {} ms at p99", middle.shown(2), late.shown(2));
    Ok(())
}

/// What a round showed, for those who compare.
fn line(name: &str, taken: &Taken) -> String {
    format!(
        "  {name:<28} {:>6.2} µs a packet, {:>6.2} / {:>6.2} / {:>6.2} ms at p50 / p99 / p99.9, delivered {:.2} %",
        taken.micros_a_packet(),
        taken.latency_ms(0.5),
        taken.latency_ms(0.99),
        taken.latency_ms(0.999),
        taken.delivered() * 100.0,
    )
}
