//! Copies of the base (R11): made under load, checked, put back.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests stop at the first surprise, and say what they could not prove"
)]

mod kit;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a test does to the bytes of a copy.
type Spoil = fn(&mut Vec<u8>);

use kit::{Base, folder, put_whole, schema};
use sha2::{Digest as _, Sha256};
use store::{Mode, Random, Schema, Store};

#[test]
fn copies_under_load_hold_every_answer_given_before_their_start() {
    // MSG-K1, MSG-D7: one moment of the base, and it ends while four writers never rest.
    let base = Base::create();
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4_i64)
        .map(|writer| {
            let (store, stop) = (base.store.clone(), Arc::clone(&stop));
            std::thread::spawn(move || {
                let mut count = 0_i64;
                while !stop.load(Ordering::Relaxed) {
                    store
                        .write_blocking(move |tx| put_whole(tx, &format!("{writer}-{count}"), count))
                        .unwrap();
                    count += 1;
                }
            })
        })
        .collect();
    for n in 0..10 {
        base.put(&format!("before-{n}"));
        let answered = base.words();
        let to = base.dir.path().join(format!("copy-{n}.db"));
        let report = store::backup(&base.path, &to, &schema()).unwrap();
        assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
        let bytes = std::fs::read(&to).unwrap();
        assert_eq!(report.bytes, bytes.len() as u64);
        let digest = Sha256::digest(&bytes);
        assert_eq!(report.sha256, digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let copy = Store::open(&to, &schema(), Mode::ReadOnly).unwrap();
        let held = kit::words(&copy);
        assert!(
            answered.iter().all(|(word, g)| held.get(word) == Some(g)),
            "the copy lacks an answered write"
        );
        assert_eq!(copy.read_blocking(|tx| tx.last_g()).unwrap(), report.g);
        let numbers: BTreeSet<i64> = held.values().copied().collect();
        assert_eq!(numbers, (1..=report.g).collect(), "everything up to a number and nothing above it");
        assert!(copy.read_blocking(store::verify).unwrap().is_empty());
        drop(copy);
        assert!(store::check(&to, &schema()).unwrap().is_empty());
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.join().unwrap();
    }
    let strays: Vec<_> = folder(base.dir.path()).into_keys().filter(|name| name.contains("part")).collect();
    assert!(strays.is_empty(), "{strays:?}");
}

#[test]
fn a_copy_begun_while_a_migration_runs_is_the_base_before_it() {
    // MSG-E43
    let base = Base::create();
    base.put("one");
    base.store.close();
    let migrating = kit::stranger(&base.path);
    migrating
        .execute_batch("BEGIN IMMEDIATE; CREATE TABLE probe_more (id INTEGER PRIMARY KEY) STRICT")
        .unwrap();
    let to = base.dir.path().join("copy.db");
    store::backup(&base.path, &to, &schema()).unwrap();
    migrating.execute_batch("ROLLBACK").unwrap();
    drop(migrating);
    // The copy knows nothing of what was under way: it is migrated itself, by the program that opens it.
    let more = [store::Migration {
        name: "V0901__probe_more",
        sql: "CREATE TABLE probe_more (id INTEGER PRIMARY KEY) STRICT;",
    }];
    let wider = Schema::join(&[store::MIGRATIONS, kit::PROBE, &more]);
    for path in [&to, &base.path] {
        let store = Store::open(path, &wider, Mode::Serve).unwrap();
        assert_eq!(kit::words(&store).len(), 1);
        store.close();
    }
    assert!(store::check(&to, &wider).unwrap().is_empty());
    // And the program of before refuses to copy what it does not know.
    assert!(store::backup(&base.path, &base.dir.path().join("old.db"), &schema()).is_err());
}

#[test]
fn a_copy_goes_to_another_disk() {
    // MSG-E46: what a disk that lies about its flushes loses is on a second one.
    let memory = std::path::Path::new("/dev/shm");
    let Ok(other) = tempfile::tempdir_in(memory) else {
        eprintln!("this system has no second file system to copy to, nothing was proved");
        return;
    };
    let base = Base::create();
    base.put("one");
    let to = other.path().join("copy.db");
    store::backup(&base.path, &to, &schema()).unwrap();
    assert_eq!(kit::words(&Store::open(&to, &schema(), Mode::ReadOnly).unwrap()).len(), 1);
    let restored = base.dir.path().join("restored.db");
    store::restore(&to, &restored, &schema(), &Random::seeded(1)).unwrap();
    assert_eq!(kit::words(&Store::open(&restored, &schema(), Mode::ReadOnly).unwrap()).len(), 1);
}

#[test]
fn a_copy_is_never_made_over_a_file() {
    let base = Base::create();
    let to = base.dir.path().join("copy.db");
    std::fs::write(&to, b"yesterday's copy").unwrap();
    assert!(store::backup(&base.path, &to, &schema()).is_err());
    assert_eq!(std::fs::read(&to).unwrap(), b"yesterday's copy");
}

#[test]
fn a_copy_that_is_not_sound_never_gets_the_name_of_one() {
    // MSG-K3
    let base = Base::create();
    base.put("one");
    let (to, part) = (base.dir.path().join("copy.db"), base.dir.path().join("copy.db.part"));
    // What a killed copying left is no hindrance and goes.
    std::fs::write(&part, b"half a copy").unwrap();
    store::backup(&base.path, &to, &schema()).unwrap();
    assert!(!part.exists());
    std::fs::remove_file(&to).unwrap();
    // A row without its parent: the copy is made, looked through, and thrown away.
    let other = kit::stranger(&base.path);
    other.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    other
        .execute(
            "INSERT INTO store_blob_chunk (blob, n, bytes) VALUES (404, 0, CAST(zeroblob(9) AS BLOB))",
            [],
        )
        .unwrap();
    drop(other);
    let refused = store::backup(&base.path, &to, &schema());
    assert!(matches!(refused, Err(store::StartError::Unsound { .. })), "{refused:?}");
    assert!(!to.exists() && !part.exists());
}

#[test]
fn a_restore_brings_the_copy_back_with_a_new_epoch_and_keeps_what_was_there() {
    // MSG-K4: clients drop what they remember.
    let base = Base::create();
    base.store.write_blocking(|tx| put_whole(tx, "in the copy", 1)).unwrap();
    let copy = base.dir.path().join("copy.db");
    store::backup(&base.path, &copy, &schema()).unwrap();
    let copied = std::fs::read(&copy).unwrap();
    base.put("after the copy");
    let epoch = base.store.read_blocking(|tx| tx.epoch()).unwrap();
    base.store.close();
    let report = store::restore(&copy, &base.path, &schema(), &Random::seeded(9)).unwrap();
    assert_eq!(std::fs::read(&copy).unwrap(), copied, "the copy stays as it is");
    assert_eq!(report.last_event_at, Some(kit::now().millis()));
    assert_eq!(std::fs::metadata(&base.path).unwrap().permissions().mode() & 0o777, 0o600);
    let back = Store::open(&base.path, &schema(), Mode::Serve).unwrap();
    assert_eq!(kit::words(&back).into_keys().collect::<Vec<_>>(), ["in the copy"]);
    assert_ne!(back.read_blocking(|tx| tx.epoch()).unwrap(), epoch);
    let again = back.write_blocking(|tx| put_whole(tx, "goes on", 2)).unwrap();
    assert_eq!(again, 2);
    assert!(back.read_blocking(store::verify).unwrap().is_empty());
    back.close();
    let kept = Store::open(&report.kept.unwrap(), &schema(), Mode::ReadOnly).unwrap();
    assert_eq!(kit::words(&kept).into_keys().collect::<Vec<_>>(), ["after the copy", "in the copy"]);
}

#[test]
fn the_log_of_the_base_that_was_there_goes_with_it() {
    // A log of the old base beside the restored one would be played into it.
    let base = Base::create();
    base.put("in the copy");
    let copy = base.dir.path().join("copy.db");
    store::backup(&base.path, &copy, &schema()).unwrap();
    base.put("only in the log");
    // As after a kill: the files as they lie, with the log.
    let dir = tempfile::tempdir().unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let name = format!("zvonok.db{suffix}");
        std::fs::copy(base.dir.path().join(&name), dir.path().join(&name)).unwrap();
    }
    let path = dir.path().join("zvonok.db");
    let report = store::restore(&copy, &path, &schema(), &Random::seeded(9)).unwrap();
    let back = Store::open(&path, &schema(), Mode::Serve).unwrap();
    assert_eq!(kit::words(&back).into_keys().collect::<Vec<_>>(), ["in the copy"]);
    back.close();
    let kept = Store::open(&report.kept.unwrap(), &schema(), Mode::Serve).unwrap();
    assert_eq!(kit::words(&kept).into_keys().collect::<Vec<_>>(), ["in the copy", "only in the log"]);
    kept.close();
}

#[test]
fn a_file_that_is_no_whole_copy_is_refused_and_the_old_data_stay() {
    // B11.
    let base = Base::create();
    for n in 0..200_i64 {
        base.store
            .write_blocking(move |tx| put_whole(tx, &format!("{n}-{}", "слово".repeat(20)), n))
            .unwrap();
    }
    let copy = base.dir.path().join("copy.db");
    store::backup(&base.path, &copy, &schema()).unwrap();
    base.store.close();
    let whole = std::fs::read(&copy).unwrap();
    let bad = base.dir.path().join("bad.db");
    let narrow = Schema::join(&[store::MIGRATIONS]);
    let newer = store::restore(&copy, &base.path, &narrow, &Random::seeded(9));
    assert!(matches!(newer, Err(store::StartError::Newer { .. })), "{newer:?}");
    let missing = store::restore(&bad, &base.path, &schema(), &Random::seeded(9));
    assert!(matches!(missing, Err(store::StartError::Missing { .. })), "{missing:?}");
    let spoils: [(&str, Spoil); 6] = [
        ("empty", Vec::clear),
        ("cut", |bytes| bytes.truncate(bytes.len() * 99 / 100)),
        ("cut at a page", |bytes| bytes.truncate(4096 * 3)),
        ("another program's", |bytes| bytes[68] = 0),
        ("a text", |bytes| *bytes = b"id;surname;given\n".repeat(1000)),
        ("a flipped page", |bytes| {
            let at = bytes.windows(8).position(|at| at == "слов".as_bytes()).unwrap() / 4096 * 4096;
            bytes[at..at + 64].iter_mut().for_each(|byte| *byte ^= 0x5a);
        }),
    ];
    for (kind, spoil) in spoils {
        let mut bytes = whole.clone();
        spoil(&mut bytes);
        std::fs::write(&bad, bytes).unwrap();
        let before = folder(base.dir.path());
        assert!(store::restore(&bad, &base.path, &schema(), &Random::seeded(9)).is_err(), "{kind}");
        assert_eq!(folder(base.dir.path()), before, "{kind}: something was changed");
    }
    let store = Store::open(&base.path, &schema(), Mode::Serve).unwrap();
    assert_eq!(kit::words(&store).len(), 200);
    store.close();
}

#[test]
fn a_copy_can_be_put_where_no_base_is() {
    let base = Base::create();
    base.put("one");
    let copy = base.dir.path().join("copy.db");
    store::backup(&base.path, &copy, &schema()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zvonok.db");
    let report = store::restore(&copy, &path, &schema(), &Random::seeded(9)).unwrap();
    assert_eq!(report.kept, None);
    assert_eq!(folder(dir.path()).into_keys().collect::<Vec<_>>(), ["zvonok.db"]);
    let store = Store::open(&path, &schema(), Mode::Serve).unwrap();
    assert_eq!(kit::words(&store).len(), 1);
    store.close();
}
