//! From a send to the last socket, and what a delivery costs; ours and the bare fan-out by turns.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::bail;
use messenger::ConversationId;
use store::Random;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::crowd::{MARK, message};
use super::line::{self, Ear};
use super::server::{self, Served};
use crate::figures::{Figures, percentile, ratios};

/// What is sent, and to whom.
pub(super) struct Load {
    /// A socket for each.
    pub(super) tokens: Vec<String>,
    /// The first so many of them write by turns.
    pub(super) talkers: usize,
    pub(super) conversation: ConversationId,
    /// Messages a second.
    pub(super) rate: f64,
    pub(super) count: u32,
}

/// One round of one side.
pub(super) struct Round {
    p50: f64,
    pub(super) p99: f64,
    most: f64,
    /// CPU of a delivery in microseconds.
    cpu: f64,
    /// Bytes of a frame.
    frame: usize,
}

/// The rounds of one side.
#[derive(Default)]
struct Side {
    p50: Figures,
    p99: Figures,
    most: Figures,
    cpu: Figures,
}

impl Side {
    fn add(&mut self, round: &Round) {
        self.p50.add(round.p50);
        self.p99.add(round.p99);
        self.most.add(round.most);
        self.cpu.add(round.cpu);
    }

    fn print(&self, who: &str) {
        println!(
            "  {who}  last of all: p50 {} ms   p99 {} ms   most {} ms   CPU a delivery {} µs",
            self.p50.shown(2),
            self.p99.shown(2),
            self.most.shown(1),
            self.cpu.shown(2)
        );
    }
}

/// Both sides.
#[derive(Default)]
pub(super) struct Sides {
    ours: Side,
    limit: Side,
    frame: usize,
    deliveries: usize,
}

impl Sides {
    /// Takes the rounds by turns; the first one warms up and tells how long a frame is.
    pub(super) fn take(
        zvonok: &Path,
        base: &Path,
        runtime: &Runtime,
        load: &Load,
        rounds: u32,
    ) -> anyhow::Result<Self> {
        let served = server::serve(zvonok, base)?;
        let frame = runtime.block_on(round(&served, load))?.frame;
        let limit = server::limit(frame)?;
        runtime.block_on(round(&limit, load))?;
        let mut sides =
            Self { frame, deliveries: load.count as usize * load.tokens.len(), ..Self::default() };
        for _ in 0..rounds {
            sides.ours.add(&runtime.block_on(round(&served, load))?);
            sides.limit.add(&runtime.block_on(round(&limit, load))?);
        }
        served.process.stop()?;
        Ok(sides)
    }

    pub(super) fn print(&self, target: &str) {
        self.ours.print("ours ");
        self.limit.print("limit");
        println!(
            "  ratio  p50 {}   p99 {}   CPU {} ({target})",
            ratios(&self.ours.p50, &self.limit.p50).shown(2),
            ratios(&self.ours.p99, &self.limit.p99).shown(2),
            ratios(&self.ours.cpu, &self.limit.cpu).shown(2)
        );
        println!("  n      {} deliveries a round of frames of {} bytes", self.deliveries, self.frame);
    }
}

/// Who has heard what; times in nanoseconds from one moment.
struct Tally {
    begun: Instant,
    sent: Vec<AtomicU64>,
    left: Vec<AtomicU32>,
    last: Vec<AtomicU64>,
    delivered: AtomicUsize,
    frame: AtomicUsize,
}

impl Tally {
    fn nanos(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Reads one socket until nothing more is due to it.
    async fn listen(self: Arc<Self>, mut ear: Ear) -> anyhow::Result<()> {
        let mut heard = vec![false; self.left.len()];
        let mut due = heard.len();
        while due > 0 {
            let frame = ear.frame().await?;
            if frame.starts_with("{\"t\":\"no\"") || frame.starts_with("{\"t\":\"reset\"") {
                bail!("instead of events came {frame}");
            }
            if !frame.starts_with("{\"t\":\"ev\"") {
                continue;
            }
            for (at, mark) in frame.match_indices(MARK) {
                let digits = frame.get(at + mark.len()..at + mark.len() + 6);
                let Some(number) = digits.and_then(|digits| digits.parse::<usize>().ok()) else { continue };
                if let Some(first) = heard.get_mut(number).filter(|heard| !**heard) {
                    *first = true;
                    due -= 1;
                    self.delivered.fetch_add(1, Ordering::Relaxed);
                    self.frame.store(frame.len(), Ordering::Relaxed);
                    if self.left[number].fetch_sub(1, Ordering::Relaxed) == 1 {
                        self.last[number].store(self.nanos(), Ordering::Relaxed);
                    }
                }
            }
        }
        Ok(())
    }
}

pub(super) async fn round(served: &Served, load: &Load) -> anyhow::Result<Round> {
    let (count, sockets) = (load.count as usize, load.tokens.len());
    let people = u32::try_from(sockets)?;
    let (mut ears, mut mouths) = (Vec::new(), Vec::new());
    for token in &load.tokens {
        let (ear, mouth, _) = line::open(&served.host, token, None).await?;
        ears.push(ear);
        mouths.push(mouth);
    }
    let tally = Arc::new(Tally {
        begun: Instant::now(),
        sent: (0..count).map(|_| AtomicU64::new(0)).collect(),
        left: (0..count).map(|_| AtomicU32::new(people)).collect(),
        last: (0..count).map(|_| AtomicU64::new(0)).collect(),
        delivered: AtomicUsize::new(0),
        frame: AtomicUsize::new(0),
    });
    let mut listening = JoinSet::new();
    for ear in ears {
        listening.spawn(Arc::clone(&tally).listen(ear));
    }
    let random = Random::system();
    let before = served.process.cpu_micros()?;
    let begun = tokio::time::Instant::now();
    let talk = async {
        for number in 0..load.count {
            let said = message(&random, load.conversation, number)?;
            tokio::time::sleep_until(begun + Duration::from_secs_f64(f64::from(number) / load.rate)).await;
            tally.sent[number as usize].store(tally.nanos(), Ordering::Relaxed);
            mouths[number as usize % load.talkers].say(&said).await?;
        }
        anyhow::Ok(())
    };
    let hear = async {
        while let Some(heard) = listening.join_next().await {
            heard??;
        }
        anyhow::Ok(())
    };
    let most = Duration::from_secs_f64(30.0 + f64::from(load.count) / load.rate);
    let both = tokio::time::timeout(most, async { tokio::try_join!(talk, hear) }).await;
    let delivered = tally.delivered.load(Ordering::Relaxed);
    match both {
        Ok(done) => done.map(|_| ())?,
        Err(_) => bail!("{delivered} of {} deliveries in {most:?}", count * sockets),
    }
    let cpu = served.process.cpu_micros()?.saturating_sub(before) as f64 / delivered as f64;
    let mut took: Vec<f64> = tally
        .last
        .iter()
        .zip(&tally.sent)
        .map(|(last, sent)| (last.load(Ordering::Relaxed) - sent.load(Ordering::Relaxed)) as f64 / 1e6)
        .collect();
    Ok(Round {
        p50: percentile(&mut took, 0.5),
        p99: percentile(&mut took, 0.99),
        most: percentile(&mut took, 1.0),
        cpu,
        frame: tally.frame.load(Ordering::Relaxed),
    })
}
