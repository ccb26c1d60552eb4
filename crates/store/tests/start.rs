//! The start checks (R10): a file that is not a sound base of ours is named, and left as it lies.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop at the first surprise")]

mod kit;

use std::path::Path;

use kit::{Base, folder, put, put_whole, schema, stranger};
use store::{Health, Mode, Random, Schema, StartError, Store};

fn word(error: &StartError) -> &'static str {
    match error {
        StartError::Missing { .. } => "missing",
        StartError::Exists { .. } => "exists",
        StartError::NotABase { .. } => "not a base",
        StartError::Foreign { .. } => "foreign",
        StartError::Truncated { .. } => "truncated",
        StartError::Newer { .. } => "newer",
        StartError::Damaged { .. } => "damaged",
        StartError::Unsound { .. } => "unsound",
        StartError::Locked { .. } => "locked",
        StartError::Shared { .. } => "shared",
        StartError::Migration { .. } => "migration",
        StartError::Io { .. } => "io",
        StartError::OldSqlite { .. } => "old sqlite",
    }
}

/// A sound base of a few pages, closed, and its folder.
fn closed() -> Base {
    let base = Base::create();
    for n in 0..200_i64 {
        base.store
            .write_blocking(move |tx| put_whole(tx, &format!("{n}-{}", "слово".repeat(20)), n))
            .unwrap();
    }
    base.store.close();
    base
}

fn word_at(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
}

#[test]
fn a_file_that_is_no_sound_base_is_named_and_left_alone() {
    let base = closed();
    let whole = std::fs::read(&base.path).unwrap();
    let pages = u32::from_be_bytes(whole[28..32].try_into().unwrap());
    type Spoil = Box<dyn Fn(&Path, Vec<u8>)>;
    let write = |change: fn(&mut Vec<u8>)| -> Spoil {
        Box::new(move |path, mut bytes| {
            change(&mut bytes);
            std::fs::write(path, bytes).unwrap();
        })
    };
    let kinds: Vec<(&str, Spoil)> = vec![
        ("missing", Box::new(|_, _| {})),
        ("io", Box::new(|path, _| std::fs::create_dir(path).unwrap())),
        ("not a base", write(Vec::clear)),
        ("not a base", write(|bytes| bytes.truncate(99))),
        ("not a base", write(|bytes| *bytes = "журнал пятого класса\n".repeat(500).into_bytes())),
        ("not a base", write(|bytes| Random::seeded(1).fill(bytes))),
        ("not a base", write(|bytes| bytes[3] ^= 1)),
        ("foreign", write(|bytes| word_at(bytes, 68, 0))),
        ("foreign", write(|bytes| word_at(bytes, 68, 0x4750_4b47))),
        ("newer", write(|bytes| word_at(bytes, 60, 9999))),
        ("truncated", write(|bytes| bytes.truncate(bytes.len() - 1))),
        ("truncated", write(|bytes| bytes.truncate(bytes.len() / 2))),
        ("truncated", write(|bytes| bytes.truncate(4096))),
    ];
    let schema = schema();
    for (wanted, spoil) in kinds {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("zvonok.db");
        spoil(&path, whole.clone());
        let before = if wanted == "io" { Default::default() } else { folder(dir.path()) };
        for mode in [Mode::Serve, Mode::ReadOnly] {
            let error = Store::open(&path, &schema, mode).err().unwrap();
            assert_eq!(word(&error), wanted, "{error}");
            assert!(error.to_string().starts_with(path.to_str().unwrap()), "the file is named: {error}");
        }
        let refused = store::check(&path, &schema).err().map(|error| word(&error));
        assert_eq!(refused, Some(wanted));
        let copy = dir.path().join("copy.db");
        assert_eq!(store::backup(&path, &copy, &schema).err().map(|error| word(&error)), Some(wanted));
        if wanted != "io" {
            assert_eq!(folder(dir.path()), before, "{wanted}: something was changed on the disk");
        }
    }
    assert!(pages > 10, "the base is too small for the cuts above");
}

#[test]
fn a_new_base_is_never_made_over_a_file() {
    // R10: never a fresh empty base.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zvonok.db");
    std::fs::write(&path, b"somebody's file").unwrap();
    let error = Store::create(&path, &schema(), &Random::seeded(1)).err().unwrap();
    assert_eq!(word(&error), "exists");
    assert_eq!(std::fs::read(&path).unwrap(), b"somebody's file");
    assert_eq!(folder(dir.path()).len(), 1);
}

#[test]
fn a_new_base_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let base = Base::create();
    base.put("one");
    for file in std::fs::read_dir(base.dir.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[test]
fn a_damaged_page_is_found_by_the_look_after_the_start() {
    // R10: the header is whole, so the base opens; quick_check and check see the page.
    let base = closed();
    let mut bytes = std::fs::read(&base.path).unwrap();
    let at = bytes.windows(8).position(|at| at == "слов".as_bytes()).unwrap() / 4096 * 4096;
    for byte in &mut bytes[at..at + 64] {
        *byte ^= 0x5a;
    }
    std::fs::write(&base.path, &bytes).unwrap();
    let found = store::check(&base.path, &schema()).unwrap();
    assert!(!found.is_empty());
    let store = Store::open(&base.path, &schema(), Mode::Serve).unwrap();
    assert!(!store.read_blocking(|tx| tx.quick_check()).unwrap().is_empty());
    store.turn_read_only();
    store.close();
    assert_eq!(std::fs::read(&base.path).unwrap(), bytes, "looking changed the file");
    let copy = base.dir.path().join("copy.db");
    assert!(store::backup(&base.path, &copy, &schema()).is_err());
    assert!(!copy.exists(), "a copy of a damaged base does not count");
}

#[test]
fn a_broken_reference_is_found() {
    let base = closed();
    let other = stranger(&base.path);
    other
        .execute_batch("PRAGMA foreign_keys = OFF; INSERT INTO store_blob_chunk VALUES (77, 0, x'00');")
        .unwrap();
    drop(other);
    let found = store::check(&base.path, &schema()).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].text.contains("store_blob_chunk"), "{found:?}");
}

/// A base with its log beside it, as a killed server leaves it: everything after the creation is in the log.
fn with_log() -> (tempfile::TempDir, std::path::PathBuf) {
    let base = Base::create();
    for n in 0..200_i64 {
        base.store
            .write_blocking(move |tx| put_whole(tx, &format!("{n}-{}", "слово".repeat(20)), n))
            .unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zvonok.db");
    for suffix in ["", "-wal"] {
        let name = format!("zvonok.db{suffix}");
        std::fs::copy(base.dir.path().join(&name), dir.path().join(&name)).unwrap();
    }
    base.store.close();
    (dir, path)
}

#[test]
fn a_log_left_by_a_crash_is_taken_in() {
    // B11, R14.
    let (dir, path) = with_log();
    assert!(std::fs::metadata(dir.path().join("zvonok.db-wal")).unwrap().len() > 0);
    let read = Store::open(&path, &schema(), Mode::ReadOnly).unwrap();
    assert_eq!(kit::words(&read).len(), 200);
    drop(read);
    assert!(store::check(&path, &schema()).unwrap().is_empty());
    let store = Store::open(&path, &schema(), Mode::Serve).unwrap();
    assert_eq!(kit::words(&store).len(), 200);
    store.write_blocking(|tx| put(tx, "next")).unwrap();
    store.close();
}

#[test]
fn a_torn_end_of_the_log_costs_only_what_was_never_answered() {
    let (dir, path) = with_log();
    let log = dir.path().join("zvonok.db-wal");
    let mut bytes = std::fs::read(&log).unwrap();
    let whole = bytes.len();
    // Half a frame, as a write that was cut.
    bytes.extend_from_slice(&[0xa5; 2000]);
    std::fs::write(&log, &bytes).unwrap();
    let store = Store::open(&path, &schema(), Mode::ReadOnly).unwrap();
    assert_eq!(kit::words(&store).len(), 200);
    assert!(whole > 0);
}

#[test]
fn a_truncated_base_beside_its_log_is_found_by_the_check() {
    // The log may hold the missing pages, so the size alone proves nothing; reading the pages does.
    let base = closed();
    let mut bytes = std::fs::read(&base.path).unwrap();
    let store = Store::open(&base.path, &schema(), Mode::Serve).unwrap();
    store.write_blocking(|tx| put(tx, "in the log")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zvonok.db");
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&path, &bytes).unwrap();
    std::fs::copy(base.dir.path().join("zvonok.db-wal"), dir.path().join("zvonok.db-wal")).unwrap();
    store.close();
    let found = store::check(&path, &schema());
    assert!(found.is_err() || !found.unwrap().is_empty());
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_hot_copy_torn_between_two_moments_is_found() {
    // MSG-E44, B11: the file copied by hand while a checkpoint ran: its first half is new, its second half old.
    let base = closed();
    let old = std::fs::read(&base.path).unwrap();
    let store = Store::open(&base.path, &schema(), Mode::Serve).unwrap();
    for n in 0..300_i64 {
        store.write_blocking(move |tx| put_whole(tx, &format!("later-{n}-{}", "ещё".repeat(40)), n)).unwrap();
    }
    store.close();
    let mut torn = std::fs::read(&base.path).unwrap();
    let half = old.len() / 2;
    torn.truncate(half);
    torn.extend_from_slice(&old[half..]);
    let path = base.dir.path().join("torn.db");
    std::fs::write(&path, torn).unwrap();
    let found = store::check(&path, &schema());
    assert!(found.is_err() || !found.unwrap().is_empty());
}

#[test]
fn a_base_held_by_another_program_is_not_waited_for() {
    let base = closed();
    let before = std::fs::read(&base.path).unwrap();
    let other = stranger(&base.path);
    other.execute_batch("BEGIN IMMEDIATE; UPDATE store_meta SET value = value").unwrap();
    let error = Store::open(&base.path, &schema(), Mode::Serve).err().unwrap();
    assert_eq!(word(&error), "locked");
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    assert_eq!(std::fs::read(&base.path).unwrap(), before);
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    // R12: all of the missing migrations, or none.
    let base = closed();
    let before = base_rows(&base.path);
    let broken = [
        store::Migration {
            name: "V0901__probe_more",
            sql: "CREATE TABLE probe_more (id INTEGER PRIMARY KEY) STRICT;",
        },
        store::Migration { name: "V0902__probe_bad", sql: "INSERT INTO probe_more VALUES (1), (1);" },
    ];
    let wider = Schema::join(&[store::MIGRATIONS, kit::PROBE, &broken]);
    let error = Store::open(&base.path, &wider, Mode::Serve).err().unwrap();
    assert_eq!(word(&error), "migration");
    assert_eq!(base_rows(&base.path), before);
    let good = Schema::join(&[store::MIGRATIONS, kit::PROBE, &broken[..1]]);
    Store::open(&base.path, &good, Mode::Serve).unwrap().close();
    // MSG-E43: the program of yesterday does not start on the base of today, and says so.
    let error = Store::open(&base.path, &schema(), Mode::Serve).err().unwrap();
    assert_eq!(error.to_string(), format!("{}: schema 901, this program knows 900", base.path.display()));
}

fn base_rows(path: &Path) -> (u32, i64) {
    let other = stranger(path);
    let version = other.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let tables = other
        .query_row("SELECT COUNT(*) FROM sqlite_schema WHERE name LIKE 'probe%'", [], |row| row.get(0))
        .unwrap();
    (version, tables)
}

#[test]
fn a_base_open_for_reading_refuses_writes() {
    // R10. Under the superuser permission bits stop nobody, so a file system that cannot be written is in `disk.rs`.
    let base = closed();
    let store = Store::open(&base.path, &schema(), Mode::ReadOnly).unwrap();
    assert_eq!(store.health(), Health::ReadOnly);
    let refused: Result<i64, store::Error> = store.write_blocking(|tx| put(tx, "x"));
    assert!(matches!(refused, Err(store::Error::ReadOnly)));
    assert_eq!(kit::words(&store).len(), 200);
}

#[test]
fn a_base_copied_without_its_log_has_what_was_folded_and_says_nothing_else() {
    // MSG-E44: the file alone, as somebody copies it under a running server. It is a sound base of an earlier moment, or
    // it is found by the look after the start; it never starts as something in between.
    let base = closed();
    let store = Store::open(&base.path, &schema(), Mode::Serve).unwrap();
    for n in 0..200_i64 {
        store.write_blocking(move |tx| put_whole(tx, &format!("later-{n}"), n)).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zvonok.db");
    std::fs::copy(&base.path, &path).unwrap();
    let opened = Store::open(&path, &schema(), Mode::Serve).unwrap();
    assert!(opened.read_blocking(|tx| tx.quick_check()).unwrap().is_empty());
    assert_eq!(kit::words(&opened).len(), 200, "what was folded into the file before");
    assert_eq!(opened.read_blocking(|tx| tx.last_g()).unwrap(), 200, "and its numbers are of that moment");
    opened.close();
    // A copy by the program has all that was answered.
    let copy = dir.path().join("copy.db");
    store::backup(&base.path, &copy, &schema()).unwrap();
    store.close();
    let copied = Store::open(&copy, &schema(), Mode::ReadOnly).unwrap();
    assert_eq!(kit::words(&copied).len(), 400);
}

#[test]
fn a_base_in_a_folder_that_a_program_synchronises_is_not_opened() {
    // MSG-E45
    let base = closed();
    let before = folder(base.dir.path());
    let mark = base.dir.path().join(".stfolder");
    std::fs::create_dir(&mark).unwrap();
    let error = Store::open(&base.path, &schema(), Mode::Serve).err().unwrap();
    assert_eq!((word(&error), error.to_string().contains("Syncthing")), ("shared", true), "{error}");
    let new = base.dir.path().join("new.db");
    assert_eq!(word(&Store::create(&new, &schema(), &Random::seeded(1)).err().unwrap()), "shared");
    assert!(!new.exists());
    // Looking at it and taking a copy to another place go on.
    assert!(store::check(&base.path, &schema()).unwrap().is_empty());
    let away = tempfile::tempdir().unwrap();
    store::backup(&base.path, &away.path().join("copy.db"), &schema()).unwrap();
    std::fs::remove_dir(&mark).unwrap();
    assert_eq!(folder(base.dir.path()), before, "nothing was changed");
    Store::open(&base.path, &schema(), Mode::Serve).unwrap().close();
}
