//! A base with one table of its own in a temporary folder, and this test program run again as another process.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses a part of the kit")]
#![allow(clippy::mod_module_files, reason = "a folder of its own keeps the kit from being a test")]
#![allow(clippy::disallowed_methods, reason = "tests look at the file from outside")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::params;
use store::{Act, Actor, Error, Migration, Mode, NewEvent, Random, Schema, Store, UtcInstant, WriteTx, sql};
use tempfile::TempDir;

/// The migrations of the tests: one table of words.
pub const PROBE: &[Migration] = &[Migration {
    name: "V0900__probe_word",
    sql: "CREATE TABLE probe_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, g INTEGER NOT NULL) STRICT;",
}];

/// The store's own migrations and the table of words.
pub fn schema() -> Schema {
    Schema::join(&[store::MIGRATIONS, PROBE])
}

/// A moment.
pub fn now() -> UtcInstant {
    UtcInstant::from_millis(1_791_964_020_000)
}

/// An open base that goes with its folder.
pub struct Base {
    pub store: Store,
    pub path: PathBuf,
    pub dir: TempDir,
}

impl Base {
    /// Makes a base.
    pub fn create() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("zvonok.db");
        let store = Store::create(&path, &schema(), &Random::seeded(5)).unwrap();
        Self { store, path, dir }
    }

    /// Closes the base and opens it again.
    pub fn reopen(&mut self) {
        self.store.close();
        self.store = Store::open(&self.path, &schema(), Mode::Serve).unwrap();
    }

    /// Writes one word, which must be taken; gives its number.
    pub fn put(&self, word: &str) -> i64 {
        let word = word.to_owned();
        self.store.write_blocking(move |tx| put(tx, &word)).unwrap()
    }

    /// The words and their numbers.
    pub fn words(&self) -> BTreeMap<String, i64> {
        words(&self.store)
    }

    /// The number of the last command.
    pub fn last_g(&self) -> i64 {
        self.store.read_blocking(|tx| tx.last_g()).unwrap()
    }
}

/// Inserts a word and says which number the command has.
pub fn put(tx: &mut WriteTx<'_>, word: &str) -> Result<i64, Error> {
    let g = tx.g();
    tx.insert(sql!("INSERT INTO probe_word (word, g) VALUES (?1, ?2)"), params![word, g])?;
    Ok(g)
}

/// Inserts a word with an event and an audit row, as a real verb does.
pub fn put_whole(tx: &mut WriteTx<'_>, word: &str, reference: i64) -> Result<i64, Error> {
    let g = put(tx, word)?;
    tx.emit(now(), event(reference))?;
    tx.audit(now(), &Actor::program("test"), Act::new("probe.word.put", "word", word))?;
    Ok(g)
}

/// An event about a row.
pub fn event(reference: i64) -> NewEvent {
    NewEvent { scope_kind: "probe", scope_id: 1, kind: "word", reference, data: "{}".to_owned() }
}

/// All words with their numbers.
pub fn words(store: &Store) -> BTreeMap<String, i64> {
    let rows = store.read_blocking(|tx| {
        tx.list(sql!("SELECT word, g FROM probe_word"), [], |row| Ok((row.get(0)?, row.get(1)?)))
    });
    rows.unwrap().into_iter().collect()
}

/// Every file of a folder with its bytes.
pub fn folder(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
}

/// A connection of a stranger to the file.
pub fn stranger(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

/// This test program again, as another process that runs one test of this file with a base to work on.
pub fn again(test: &str, base: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env("PROBE_BASE", base).stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// The base that the parent process named, when this is the other process.
pub fn given_base() -> Option<PathBuf> {
    std::env::var_os("PROBE_BASE").map(PathBuf::from)
}
