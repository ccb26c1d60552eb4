//! What other pages wait while a class is in a call: the shipped executable on one core, its call's members and those who
//! ask for pages on the other, with the call and without by turns.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::Folder;
use crate::ack::connect;
use crate::calls::Sizes;
use crate::calls::run::{own, pinned};
use crate::client::Client;
use crate::figures::{Figures, percentile, ratios};
use crate::members;
use crate::process::{Demo, Process};

/// Who is in the call, and how many of them show themselves and speak.
const MEMBERS: u32 = 30;
const CAMERAS: &str = "9";
const VOICES: &str = "4";
/// Between two requests.
const APART: Duration = Duration::from_millis(20);
/// Requests that warm the server up.
const FIRST: u32 = 50;
/// What is asked for, and by whom.
const PAGES: [(&str, &str); 3] =
    [("pupil", "/diary/2026-10-12"), ("class_teacher", "/sferum"), ("head_of_studies", "/substitutions")];

/// The times of one side, in milliseconds, and the CPU a second that the server took.
#[derive(Default)]
struct Side {
    middle: Figures,
    late: Figures,
    cpu: Figures,
}

/// Takes the figure.
pub(crate) fn measure(sizes: &Sizes) -> anyhow::Result<()> {
    let (zvonok, folder) = (crate::executable()?, Folder::make()?);
    let sessions = folder.path().join("members.json");
    let call = start_call(&zvonok, folder.path(), &sessions)?;
    let requests = 100 * sizes.seconds;
    let (mut alone, mut beside) = (Side::default(), Side::default());
    for _ in 0..sizes.rounds {
        // A new start each time: the server notices only after a while that members are gone who said nothing.
        let demo = Demo::serve_by(pinned(&zvonok), folder.path())?;
        let mut clients = Vec::new();
        for (role, path) in PAGES {
            let (login, password) = demo.person(role)?;
            let mut client = Client::connect(&demo.host)?;
            client.sign_in(&login, &password)?;
            clients.push((client, path));
        }
        ask(&mut clients, FIRST)?;
        take(&demo, &mut clients, requests, &mut alone)?;
        let _members = join(&demo.host, call, &sessions)?;
        take(&demo, &mut clients, requests, &mut beside)?;
    }
    println!("\nother pages, {requests} requests a round, 50 a second, while {MEMBERS} are in a call or not");
    for (name, side) in [("without a call", &alone), ("during the call", &beside)] {
        println!(
            "  {name:<16} {} ms in the middle, {} ms at p99, server's CPU {} ms a second",
            side.middle.shown(2),
            side.late.shown(2),
            side.cpu.shown(0)
        );
    }
    println!("  ratio of p99     {} (target 2)", ratios(&beside.late, &alone.late).shown(2));
    Ok(())
}

/// Makes the school, starts a call in a chat of parents, and notes the sessions of so many of them.
fn start_call(zvonok: &Path, folder: &Path, sessions: &Path) -> anyhow::Result<u32> {
    let demo = Demo::serve(zvonok, folder)?;
    let (login, password) = demo.person("class_teacher")?;
    let mut teacher = Client::connect(&demo.host)?;
    teacher.sign_in(&login, &password)?;
    let chat: i64 = connect(&demo.base)?.query_row(
        "SELECT m.conv FROM messenger_member m JOIN school_account a ON a.person = m.person
         WHERE a.login = ?1 AND m.role = 'moderator' AND m.left_g IS NULL
         ORDER BY (SELECT COUNT(*) FROM messenger_member o
                   WHERE o.conv = m.conv AND o.left_g IS NULL AND o.seat = 'guardian') DESC LIMIT 1",
        [&login],
        |row| row.get(0),
    )?;
    let page = teacher.get(&format!("/sferum/{chat}"))?;
    let answer = teacher.submit(&page, &format!("/sferum/{chat}/call"), &[])?;
    let address = answer.location.with_context(|| format!("a call in {chat} answered {}", answer.status))?;
    let call = address.rsplit('/').next().unwrap_or_default().parse().context(address.clone())?;
    let base = demo.stop()?.base;
    let mut all = vec![teacher.session()?.to_owned()];
    all.extend(members::prepare(&base, call, MEMBERS - 1)?);
    std::fs::write(sessions, serde_json::to_string(&all)?)?;
    Ok(call)
}

/// Lets the members in, and waits until they are; they leave with the handle.
fn join(host: &str, call: u32, sessions: &Path) -> anyhow::Result<Process> {
    // They share a core with those who ask, and these are not to wait for them.
    let mut command = Command::new("nice");
    command.args(["-n", "19"]).arg(own()?);
    command.args(["members", "join", "--url", &format!("http://{host}"), "--call", &call.to_string()]);
    command.args(["--cameras", CAMERAS, "--voices", VOICES, "--seconds", "3600", "--sessions"]).arg(sessions);
    Ok(Process::start(&mut command, "\"joined\"")?.0)
}

fn take(demo: &Demo, clients: &mut [(Client, &str)], requests: u32, side: &mut Side) -> anyhow::Result<()> {
    let (from, before) = (Instant::now(), demo.process.cpu_nanos()?);
    let mut took = ask(clients, requests)?;
    side.cpu.add((demo.process.cpu_nanos()? - before) as f64 / 1e6 / from.elapsed().as_secs_f64());
    side.middle.add(percentile(&mut took, 0.5));
    side.late.add(percentile(&mut took, 0.99));
    Ok(())
}

/// Asks for the pages in turn, at their moments; how long each took, in milliseconds.
fn ask(clients: &mut [(Client, &str)], requests: u32) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::new();
    let begun = Instant::now();
    for number in 0..requests {
        let due = begun + APART * number;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let turn = number as usize % clients.len();
        let (client, path) = &mut clients[turn];
        let from = Instant::now();
        let answer = client.get(path)?;
        took.push(from.elapsed().as_secs_f64() * 1000.0);
        if answer.status != 200 {
            bail!("{path} answered {}", answer.status);
        }
    }
    Ok(took)
}
