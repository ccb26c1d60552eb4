//! Acknowledgements of a chat while a large file comes in by the addresses of files, and without it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use messenger::ConversationId;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::CHUNK_BYTES;
use tokio::runtime::Runtime;

use super::crowd::Crowd;
use super::{line, server};
use crate::client::Client;
use crate::figures::{Figures, percentile, ratios};

/// Between an acknowledgement and the next message.
const PAUSE: Duration = Duration::from_millis(10);
/// How long the chat is measured alone.
const ALONE: Duration = Duration::from_secs(5);

/// Takes both stretches by turns.
pub(super) fn measure(
    zvonok: &Path,
    base: &Path,
    runtime: &Runtime,
    crowd: &Crowd,
    megabytes: usize,
    rounds: u32,
) -> anyhow::Result<()> {
    let served = server::serve(zvonok, base)?;
    let mut alone = (Figures::default(), Figures::default());
    let mut beside = (Figures::default(), Figures::default());
    let (mut pace, mut fewest) = (Figures::default(), usize::MAX);
    for _ in 0..rounds {
        let never = AtomicBool::new(false);
        let mut took = runtime.block_on(chat(&served.host, crowd, &never, Some(ALONE)))?;
        fewest = fewest.min(took.len());
        alone.0.add(percentile(&mut took, 0.5));
        alone.1.add(percentile(&mut took, 0.99));

        let ended = Arc::new(AtomicBool::new(false));
        let (host, token, news, end) =
            (served.host.clone(), crowd.all[0].clone(), crowd.news, Arc::clone(&ended));
        let uploading = std::thread::Builder::new().name("upload".to_owned()).spawn(move || {
            let done = bring(&host, &token, news, megabytes * 1_000_000);
            end.store(true, Ordering::SeqCst);
            done
        })?;
        let mut took = runtime.block_on(chat(&served.host, crowd, &ended, None))?;
        let seconds = uploading.join().map_err(|_| anyhow::anyhow!("the upload panicked"))??;
        pace.add(megabytes as f64 / seconds);
        fewest = fewest.min(took.len());
        beside.0.add(percentile(&mut took, 0.5));
        beside.1.add(percentile(&mut took, 0.99));
    }
    println!("\nacknowledgement of a chat message while a file of {megabytes} MB comes in, {rounds} rounds");
    println!("  alone         p50 {} ms   p99 {} ms", alone.0.shown(2), alone.1.shown(2));
    println!("  beside it     p50 {} ms   p99 {} ms", beside.0.shown(2), beside.1.shown(2));
    println!(
        "  ratio         p50 {}   p99 {}",
        ratios(&beside.0, &alone.0).shown(2),
        ratios(&beside.1, &alone.1).shown(2)
    );
    println!(
        "  the file      {} MB/s, parts of {} KiB, one after another; n ≥ {fewest} messages",
        pace.shown(1),
        CHUNK_BYTES / 1024
    );
    served.process.stop()
}

/// Milliseconds of each acknowledgement, until the time is over or what runs beside has ended.
async fn chat(
    host: &str,
    crowd: &Crowd,
    ended: &AtomicBool,
    most: Option<Duration>,
) -> anyhow::Result<Vec<f64>> {
    let (mut ear, mut mouth, _) = line::open(host, &crowd.room[0], None).await?;
    let begun = Instant::now();
    let mut took = Vec::new();
    while !ended.load(Ordering::SeqCst) && most.is_none_or(|most| begun.elapsed() < most) {
        let said = crowd.message(crowd.chat, u32::try_from(took.len())?)?;
        let at = Instant::now();
        mouth.say(&said).await?;
        ear.acknowledged().await?;
        took.push(at.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(took)
}

/// Brings a file as a page does, and gives the seconds it took.
fn bring(host: &str, token: &str, conversation: ConversationId, size: usize) -> anyhow::Result<f64> {
    let bytes: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap_or(0)).collect();
    let parts: Vec<(&[u8], String)> = bytes.chunks(CHUNK_BYTES).map(|part| (part, digest(part))).collect();
    let whole = digest(&bytes);
    let mut client = Client::with_session(host, token)?;
    let page = client.get(&format!("/sferum/{conversation}"))?;
    let form = page.body.split_once("name=\"_token\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let form = form.context("the chat has no form")?.0.to_owned();
    let begun = Instant::now();
    let declared = json!({"conv": conversation, "name": "bench.bin", "size": size}).to_string();
    let made = client.bring("/files", "Content-Type: application/json\r\n", declared.as_bytes())?;
    let made: Value = serde_json::from_str(&made.body).with_context(|| format!("{}", made.status))?;
    let file = made["id"].as_i64().context("the file was not taken")?;
    for (n, (part, digest)) in parts.iter().enumerate() {
        let headers = format!(
            "Content-Type: application/octet-stream\r\nX-Zvonok-Token: {form}\r\nX-Zvonok-Digest: {digest}\r\n"
        );
        let answer = client.bring(&format!("/files/{file}/parts/{n}"), &headers, part)?;
        if answer.status != 204 {
            bail!("part {n} answered {}", answer.status);
        }
    }
    let ended = json!({"sha256": whole}).to_string();
    let json = "Content-Type: application/json\r\n";
    let answer = client.bring(&format!("/files/{file}/finish"), json, ended.as_bytes())?;
    if answer.status != 200 {
        bail!("the end of the file answered {}: {}", answer.status, answer.body);
    }
    Ok(begun.elapsed().as_secs_f64())
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
