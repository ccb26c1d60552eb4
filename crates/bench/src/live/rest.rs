//! Memory of the server with nobody there, with a fifth of the sockets, and with all of them, nobody saying anything.

use std::path::Path;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::crowd::Crowd;
use super::{line, server};
use crate::figures::Figures;

/// For the look over the pages after a start, and for what a connection needs only to begin.
const SETTLE: Duration = Duration::from_secs(2);

/// Takes the rounds, each with a server of its own.
pub(super) fn measure(
    zvonok: &Path,
    base: &Path,
    runtime: &Runtime,
    crowd: &Crowd,
    most: usize,
    rounds: u32,
) -> anyhow::Result<()> {
    let steps = [0, most / 5, most];
    let mut memory = [Figures::default(), Figures::default(), Figures::default()];
    let tokens = crowd.spread(most);
    for _ in 0..rounds {
        let served = server::serve(zvonok, base)?;
        runtime.block_on(async {
            let mut held = Vec::new();
            for (step, figures) in steps.iter().zip(&mut memory) {
                for token in &tokens[held.len()..*step] {
                    held.push(line::open(&served.host, token, None).await?);
                }
                tokio::time::sleep(SETTLE).await;
                figures.add(served.process.memory_mb()?);
            }
            anyhow::Ok(())
        })?;
        served.process.stop()?;
    }
    println!("\nmemory of the server (VmRSS) with idle sockets, {rounds} rounds");
    for (step, figures) in steps.iter().zip(&memory) {
        println!("  {step:>6} sockets  {} MB", figures.shown(1));
    }
    println!("  (targets: 30 MB idle, 60 MB at 2,000, 300 MB at 10,000)");
    Ok(())
}
