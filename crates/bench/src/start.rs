//! Cold start of an existing base to its first page, memory at rest, the executable's size.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::client::Client;
use crate::figures::{Figures, ratios};
use crate::process::{Process, Stopped};

/// Starts both servers by turns on the base that is there.
pub(crate) fn measure(zvonok: &Path, stopped: &Stopped, rounds: u32) -> anyhow::Result<()> {
    let base = stopped.base.to_str().context("the base's path is no text")?;
    let login = any_login(stopped)?;
    let mut of = (Figures::default(), Figures::default());
    let mut memory = Figures::default();
    for round in 0..=rounds {
        let begun = Instant::now();
        let mut command = Command::new(zvonok);
        command.args(["serve", "--db", base, "--listen", "127.0.0.1:0"]);
        let (process, line) = Process::start(&mut command, "http://")?;
        let host = line.split_once("http://").map(|(_, rest)| rest.trim()).unwrap_or_default().to_owned();
        if Client::connect(&host)?.get("/signin")?.status != 200 {
            bail!("the first page failed");
        }
        let ours = millis(begun);
        // The look over the pages runs after the start; at rest means after it.
        std::thread::sleep(Duration::from_millis(700));
        let rests = process.memory_mb()?;
        process.stop()?;

        let begun = Instant::now();
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["limit-page", base, &login, "0"]);
        let (process, line) = Process::start(&mut command, "listening ")?;
        Client::connect(line.trim_start_matches("listening "))?.get("/")?;
        let limit = millis(begun);
        process.stop()?;
        if round > 0 {
            of.0.add(ours);
            of.1.add(limit);
            memory.add(rests);
        }
    }
    let size = std::fs::metadata(&stopped.base)?.len() as f64 / 1e6;
    println!("\ncold start of a base of {size:.1} MB to the first page, wall clock");
    println!("  ours {} ms (target ≤ 100)   bare hyper + open base {} ms", of.0.shown(1), of.1.shown(1));
    println!("  ratio {}", ratios(&of.0, &of.1).shown(2));
    println!(
        "\nmemory at rest after the first page and the look over the pages: {} MB (target ≤ 30)",
        memory.shown(1)
    );
    Ok(())
}

fn millis(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}

fn any_login(stopped: &Stopped) -> anyhow::Result<String> {
    #[expect(clippy::disallowed_methods, reason = "the limit is what there is without store")]
    let conn = rusqlite::Connection::open(&stopped.base)?;
    Ok(conn.query_row("SELECT login FROM school_account ORDER BY id LIMIT 1", [], |row| row.get(0))?)
}

/// Prints the size of the executable: the static one when it has been built, else the ordinary one.
pub(crate) fn size(zvonok: &Path) -> anyhow::Result<()> {
    let target = zvonok.parent().and_then(Path::parent).context("the target folder")?;
    let size = |path: &Path| std::fs::metadata(path).map(|meta| meta.len() as f64 / 1e6);
    println!("\nexecutable: {:.1} MB ({})", size(zvonok)?, zvonok.display());
    let path = target.join("x86_64-unknown-linux-gnu/release/zvonok");
    match size(&path) {
        Ok(mb) => println!("static executable: {mb:.1} MB (target ≤ 40), {}", path.display()),
        Err(_) => println!("static executable: not built, skipped (just static)"),
    }
    Ok(())
}
