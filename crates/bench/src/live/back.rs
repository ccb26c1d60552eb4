//! Everybody comes back at once after a restart, each from the cursor they had.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::crowd::{Crowd, MARK};
use super::{line, server};
use crate::figures::{Figures, percentile};

/// Announcements written while all but one are away.
const MISSED: u32 = 20;
/// How long one waits after a connection that was not taken.
const AGAIN: Duration = Duration::from_millis(100);

/// Takes the rounds.
pub(super) fn measure(
    zvonok: &Path,
    base: &Path,
    runtime: &Runtime,
    crowd: &Crowd,
    sockets: usize,
    rounds: u32,
) -> anyhow::Result<()> {
    let tokens = crowd.spread(sockets);
    let (mut half, mut last, mut again, mut cpu) =
        (Figures::default(), Figures::default(), Figures::default(), Figures::default());
    for _ in 0..rounds {
        let served = server::serve(zvonok, base)?;
        let cursors = runtime.block_on(leave(&served.host, crowd, &tokens))?;
        served.process.stop()?;
        let served = server::serve(zvonok, base)?;
        let before = served.process.cpu_micros()?;
        let begun = Instant::now();
        let (mut took, retried) = runtime.block_on(come_back(&served.host, &tokens, cursors, begun))?;
        cpu.add(served.process.cpu_micros()?.saturating_sub(before) as f64 / 1e6);
        half.add(percentile(&mut took, 0.5));
        last.add(percentile(&mut took, 1.0));
        again.add(f64::from(retried));
        served.process.stop()?;
    }
    println!(
        "\n{sockets} clients come back at once after a restart, each from its cursor and {MISSED} announcements behind, \
         {rounds} rounds"
    );
    println!(
        "  all caught up after {} s (target ≤ 5), half of them after {} s; CPU of the server {} s; connections tried \
         again {}",
        last.shown(2),
        half.shown(2),
        cpu.shown(2),
        again.shown(0)
    );
    println!("  from the moment the server listens; nobody keeps to the pause that the server asks for");
    Ok(())
}

/// All connect, note their cursors and leave; then the announcements are written.
async fn leave(host: &str, crowd: &Crowd, tokens: &[String]) -> anyhow::Result<Vec<String>> {
    let mut cursors = Vec::new();
    let mut held = Vec::new();
    for token in tokens {
        let (ear, mouth, cursor) = line::open(host, token, None).await?;
        cursors.push(cursor.context("no cursor")?);
        held.push((ear, mouth));
    }
    drop(held);
    let (mut ear, mut mouth, _) = line::open(host, &crowd.all[0], None).await?;
    for number in 0..MISSED {
        mouth.say(&crowd.message(crowd.news, number)?).await?;
        ear.acknowledged().await?;
    }
    Ok(cursors)
}

/// Seconds until each has heard the last announcement, and how often a connection was tried again.
async fn come_back(
    host: &str,
    tokens: &[String],
    cursors: Vec<String>,
    begun: Instant,
) -> anyhow::Result<(Vec<f64>, u32)> {
    let mut all = JoinSet::new();
    for (token, cursor) in tokens.iter().zip(cursors) {
        let (host, token) = (host.to_owned(), token.clone());
        all.spawn(async move {
            let mut retried = 0;
            let (mut ear, mouth) = loop {
                match line::open(&host, &token, Some(&cursor)).await {
                    Ok((ear, mouth, _)) => break (ear, mouth),
                    Err(error) if retried > 100 => return Err(error),
                    Err(_) => retried += 1,
                }
                tokio::time::sleep(AGAIN).await;
            };
            let mut heard = [false; MISSED as usize];
            while heard.contains(&false) {
                let frame = ear.frame().await?;
                if frame.starts_with("{\"t\":\"reset\"") {
                    bail!("a cursor was of no use: {frame}");
                }
                for (at, mark) in frame.match_indices(MARK) {
                    let number = frame.get(at + mark.len()..at + mark.len() + 6);
                    let number = number.and_then(|number| number.parse::<usize>().ok());
                    if let Some(one) = number.and_then(|number| heard.get_mut(number)) {
                        *one = true;
                    }
                }
            }
            // The socket stays open until all are back.
            anyhow::Ok((begun.elapsed().as_secs_f64(), retried, ear, mouth))
        });
    }
    let (mut took, mut retried, mut held) = (Vec::new(), 0, Vec::new());
    while let Some(one) = tokio::time::timeout(Duration::from_secs(120), all.join_next()).await? {
        let (seconds, again, ear, mouth) = one??;
        took.push(seconds);
        retried += again;
        held.push((ear, mouth));
    }
    Ok((took, retried))
}
