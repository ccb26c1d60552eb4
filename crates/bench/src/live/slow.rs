//! MSG-I6: what one reader who takes a byte a second costs all the others, and that he gets everything in the end.

use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use tokio::runtime::Runtime;

use super::crowd::MARK;
use super::fan::{Load, round};
use super::line::{self, Ear};
use super::server;
use crate::figures::{Figures, ratios};

/// Measures by turns without such a reader and with one beside the others.
pub(super) fn measure(
    zvonok: &Path,
    base: &Path,
    runtime: &Runtime,
    load: &Load,
    rounds: u32,
) -> anyhow::Result<()> {
    let Some(slow) = load.tokens.first() else { bail!("nobody listens") };
    let served = server::serve(zvonok, base)?;
    runtime.block_on(round(&served, load))?;
    let (mut without, mut with) = (Figures::default(), Figures::default());
    for _ in 0..rounds {
        without.add(runtime.block_on(round(&served, load))?.p99);
        let p99 = runtime.block_on(async {
            let (ear, mouth, _) = line::open_narrow(&served.host, slow).await?;
            let (stop, stopped) = tokio::sync::oneshot::channel();
            let sipping = tokio::spawn(sip(ear, stopped));
            let others = round(&served, load).await?;
            let _ = stop.send(());
            let heard = catch_up(sipping.await??, load.count).await?;
            drop(mouth);
            if heard != load.count {
                bail!("the slow reader heard {heard} of {} messages", load.count);
            }
            Ok(others.p99)
        })?;
        with.add(p99);
    }
    served.process.stop()?;
    println!("  without  last of all: p99 {} ms", without.shown(2));
    println!(
        "  with     last of all: p99 {} ms; the slow one heard all {} in the end",
        with.shown(2),
        load.count
    );
    println!("  ratio    p99 {} (target: 1)", ratios(&with, &without).shown(2));
    Ok(())
}

/// Takes a byte a second until it is told to stop; gives what is left of the line.
async fn sip(
    mut ear: Ear,
    mut stopped: tokio::sync::oneshot::Receiver<()>,
) -> anyhow::Result<(Ear, Vec<u8>)> {
    let mut sipped = Vec::new();
    loop {
        tokio::select! {
            _ = &mut stopped => return Ok((ear, sipped)),
            () = tokio::time::sleep(Duration::from_secs(1)) => sipped.push(ear.byte().await?),
        }
    }
}

/// Reads everything that is due, the frame that was begun first, and counts the messages: each once, in order.
async fn catch_up((mut ear, sipped): (Ear, Vec<u8>), count: u32) -> anyhow::Result<u32> {
    let mut next = 0;
    let mut sipped = Some(sipped);
    while next < count {
        let frame = match sipped.take() {
            Some(begun) => ear.frame_after(&begun).await?,
            None => ear.frame().await?.to_owned(),
        };
        for (at, mark) in frame.match_indices(MARK) {
            let digits = frame.get(at + mark.len()..at + mark.len() + 6);
            let Some(number) = digits.and_then(|digits| digits.parse::<u32>().ok()) else { continue };
            if number != next {
                bail!("message {number} came where {next} was due");
            }
            next += 1;
        }
    }
    Ok(next)
}
