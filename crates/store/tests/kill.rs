//! kill -9 under load (R1, T1, MSG-I1): what was answered is there, once, as it was; nothing else is.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop at the first surprise")]

mod kit;

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use kit::{put_whole, schema};
use store::{Mode, Random, Store, sql};

const WRITERS: i64 = 8;
const CYCLES: u32 = 20;
/// The look after each kill reads the whole base, so a long run takes a new one now and then.
const CYCLES_A_BASE: u32 = 25;

/// The content of a row follows from its place, so that a changed row is told from an unchanged one.
fn word(cycle: u32, writer: i64, n: i64) -> String {
    format!("{cycle}/{writer}/{n}/{}", "слово ".repeat(usize::try_from((n * 7 + writer) % 40).unwrap()))
}

/// The process that is killed: eight writers, each telling its answers through the pipe after they came.
#[test]
fn the_process_to_be_killed() {
    let Some(path) = kit::given_base() else { return };
    let cycle: u32 = std::env::var("PROBE_CYCLE").unwrap().parse().unwrap();
    let store = Store::open(&path, &schema(), Mode::Serve).unwrap();
    let threads: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            std::thread::spawn(move || {
                for n in 0.. {
                    let text = word(cycle, writer, n);
                    let g = store.write_blocking(move |tx| put_whole(tx, &text, n)).unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "ack {writer} {n} {g}").unwrap();
                    out.flush().unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn nothing_answered_is_lost_changed_or_invented() {
    let cycles = std::env::var("ZVONOK_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(CYCLES);
    let random = Random::seeded(2026);
    let mut told = 0;
    let mut base = kit::Base::create();
    base.store.close();
    // Word to number, over all cycles of a base.
    let mut answered: HashMap<String, i64> = HashMap::new();
    for cycle in 0..cycles {
        if cycle > 0 && cycle % CYCLES_A_BASE == 0 {
            base = kit::Base::create();
            base.store.close();
            answered.clear();
        }
        // From a kill in the middle of the start to one under full load.
        let after = random.below(400);
        let acks = kill_after(&base.path, cycle, after);
        let mut next: BTreeMap<i64, i64> = BTreeMap::new();
        for (writer, n, g) in acks {
            assert_eq!(next.insert(writer, n + 1).unwrap_or(0), n, "a writer's answers come in order");
            answered.insert(word(cycle, writer, n), g);
            told += 1;
        }
        look(&base.path, cycle, &answered, &next);
    }
    // Few answers would prove little: the mean is two hundred a cycle.
    assert!(told > 50 * cycles, "only {told} answers in {cycles} cycles");
    println!("{told} answers in {cycles} kills: 0 lost, 0 changed, 0 invented");
}

/// Starts the process, kills it after so many answers, and gives all that it managed to tell.
fn kill_after(path: &Path, cycle: u32, after: u32) -> Vec<(i64, i64, i64)> {
    let mut child =
        kit::again("the_process_to_be_killed", path).env("PROBE_CYCLE", cycle.to_string()).spawn().unwrap();
    let mut acks = Vec::new();
    let mut killed = false;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // The test harness writes its own lines to the same pipe, one of them without an end.
        if let Some((_, ack)) = line.split_once("ack ") {
            let mut numbers = ack.split(' ').map(|number| number.parse::<i64>());
            if let (Some(Ok(writer)), Some(Ok(n)), Some(Ok(g))) =
                (numbers.next(), numbers.next(), numbers.next())
            {
                acks.push((writer, n, g));
            }
        }
        if !killed && acks.len() >= after as usize {
            child.kill().unwrap();
            killed = true;
        }
    }
    assert!(killed, "the process ended by itself");
    child.wait().unwrap();
    acks
}

fn look(path: &Path, cycle: u32, answered: &HashMap<String, i64>, next: &BTreeMap<i64, i64>) {
    let store = Store::open(path, &schema(), Mode::Serve).unwrap();
    let rows = kit::words(&store);
    for (word, g) in answered {
        assert_eq!(rows.get(word), Some(g), "lost or changed in cycle {cycle}: {word}");
    }
    // What was sent and not answered may be either way; the base keeps it from now on, and it is of this cycle.
    let sent_only: Vec<_> = rows.keys().filter(|word| !answered.contains_key(*word)).collect();
    for row in &sent_only {
        let mut parts = row.split('/').map_while(|part| part.parse::<i64>().ok());
        let place = (parts.next(), parts.next(), parts.next());
        let (Some(of), Some(writer), Some(n)) = place else { panic!("invented: {row}") };
        let of = u32::try_from(of).unwrap();
        assert_eq!(**row, word(of, writer, n), "changed: {row}");
        if of == cycle {
            assert_eq!(n, next.get(&writer).copied().unwrap_or(0), "invented: {row}");
        }
    }
    let (g, events, audits, findings) = store
        .read_blocking(|tx| {
            let events = tx.load(sql!("SELECT COUNT(*) FROM store_event"), [], |row| row.get::<_, i64>(0))?;
            Ok::<_, store::Error>((tx.last_g()?, events, tx.audit_len()?, store::verify(tx)?))
        })
        .unwrap();
    let count = i64::try_from(rows.len()).unwrap();
    assert_eq!(
        (g, events, audits),
        (count, count, count),
        "numbers are dense, each row has its event and deed"
    );
    assert!(findings.is_empty(), "{findings:?}");
    let mut numbers: Vec<i64> = rows.into_values().collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=count), "a number twice or left out");
    store.close();
    assert!(store::check(path, &schema()).unwrap().is_empty());
}
