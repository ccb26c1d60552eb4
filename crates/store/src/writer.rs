//! The writer thread: the only read-write connection, group commit, a SAVEPOINT for each command (ARC-4).
//!
//! There is no timer: a batch is what queued up while the last commit ran, so an idle server commits at once and
//! a busy one shares each flush among everybody who waits.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::event::Event;
use crate::fold::Fold;
use crate::store::{Lane, Shared};
use crate::{Commit, Error, Health, Sql, WriteTx, file};

/// Commands waiting in one lane at most; beyond it [`Error::Busy`].
const LANE_LIMIT: usize = 8192;
/// Commands of each lane taken into one transaction.
const TAKE: [(Lane, usize); 4] = [(Lane::Chat, 1024), (Lane::Marks, 512), (Lane::Admin, 64), (Lane::Blob, 4)];
/// A commit slower than this lets only one blob command into the next (MSG-A2).
const SLOW_COMMIT: Duration = Duration::from_millis(10);

/// A command with its answer's way back.
pub(crate) trait Command: Send {
    /// Runs inside a SAVEPOINT; false when it refused and must be rolled back.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    /// Answers the caller, after the commit.
    fn finish(self: Box<Self>, outcome: Result<(), Error>);
}

#[derive(Default)]
struct Lanes {
    queues: [VecDeque<Box<dyn Command>>; 4],
    closed: bool,
}

/// The queue between callers and the writer thread.
#[derive(Default)]
pub(crate) struct Queue {
    lanes: Mutex<Lanes>,
    filled: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, lane: Lane, command: Box<dyn Command>) {
        let mut lanes = self.lock();
        let refusal = if lanes.closed {
            Some(Error::Closed)
        } else if lanes.queues[lane as usize].len() >= LANE_LIMIT {
            Some(Error::Busy)
        } else {
            None
        };
        if let Some(refusal) = refusal {
            drop(lanes);
            command.finish(Err(refusal));
            return;
        }
        lanes.queues[lane as usize].push_back(command);
        drop(lanes);
        self.filled.notify_one();
    }

    /// Lets the writer finish what waits and stop.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    fn take_batch(&self, slow: bool, batch: &mut Vec<Box<dyn Command>>) -> Taken {
        let mut lanes = self.lock();
        loop {
            for (lane, most) in TAKE {
                let most = if lane == Lane::Blob && slow { 1 } else { most };
                let queue = &mut lanes.queues[lane as usize];
                let count = queue.len().min(most);
                batch.extend(queue.drain(..count));
            }
            if !batch.is_empty() {
                let idle = lanes.queues.iter().all(VecDeque::is_empty);
                return if idle { Taken::Last } else { Taken::More };
            }
            if lanes.closed {
                return Taken::Closed;
            }
            lanes = self.filled.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[derive(PartialEq)]
enum Taken {
    /// More commands wait.
    More,
    /// The queue is empty now.
    Last,
    /// Nothing waits and nothing will.
    Closed,
}

pub(crate) struct Writer {
    pub(crate) conn: Connection,
    pub(crate) path: PathBuf,
    pub(crate) shared: Arc<Shared>,
    pub(crate) g: i64,
}

impl Writer {
    pub(crate) fn work(mut self) {
        let mut batch = Vec::new();
        let mut slow = false;
        let mut fold = Fold::default();
        loop {
            let taken = self.shared.queue.take_batch(slow, &mut batch);
            if taken == Taken::Closed {
                break;
            }
            let begun = Instant::now();
            self.commit_batch(std::mem::take(&mut batch));
            slow = begun.elapsed() > SLOW_COMMIT;
            fold.tend(&self.conn, &self.path, taken == Taken::Last);
        }
        if let Err(error) = file::checkpoint(&self.conn) {
            tracing::warn!(%error, "the log was not folded into the base at the end; it is at the next start");
        }
    }

    /// Runs each command in its SAVEPOINT, commits once, then answers in the order of g.
    fn commit_batch(&mut self, mut batch: Vec<Box<dyn Command>>) {
        if let Err(error) = self.conn.execute_batch("BEGIN IMMEDIATE") {
            self.refuse_all(batch, &|| from_failed(&error));
            return;
        }
        let mut g = self.g;
        let mut events: Vec<Event> = Vec::new();
        let mut refused: Vec<Option<Error>> = Vec::with_capacity(batch.len());
        for command in &mut batch {
            let outcome = self.run_one(&mut **command, g + 1);
            // A full disk or a failed read makes SQLite drop the whole transaction, with all before it.
            if self.conn.is_autocommit() {
                let cause = outcome.err().unwrap_or(Error::Full);
                self.shared.note_failure(&cause);
                self.refuse_all(batch, &|| repeat(&cause));
                return;
            }
            match outcome {
                Ok(mut done) => {
                    if done.wrote {
                        g += 1;
                    }
                    events.append(&mut done.events);
                    refused.push(None);
                }
                Err(cause) => refused.push(Some(cause)),
            }
        }
        if let Err(error) = self.seal(g) {
            let cause = Error::from(error);
            self.shared.note_failure(&cause);
            if !self.conn.is_autocommit() && self.conn.execute_batch("ROLLBACK").is_err() {
                tracing::error!("a failed transaction did not roll back");
            }
            self.refuse_all(batch, &|| repeat(&cause));
            return;
        }
        self.g = g;
        self.shared.note_success();
        if !events.is_empty() {
            self.shared.publish(Arc::new(Commit { g, events }));
        }
        for (command, refused) in batch.into_iter().zip(refused) {
            command.finish(refused.map_or(Ok(()), Err));
        }
    }

    fn run_one(&self, command: &mut dyn Command, g: i64) -> Result<Ran, Error> {
        let before = self.conn.total_changes();
        self.step(Sql::from_literal("SAVEPOINT command"))?;
        let mut tx = WriteTx::new(&self.conn, g);
        let ran = catch_unwind(AssertUnwindSafe(|| command.run(&mut tx)));
        let events = std::mem::take(&mut tx.events);
        drop(tx);
        if self.conn.is_autocommit() {
            return Err(Error::Full);
        }
        if matches!(ran, Ok(true)) {
            self.step(Sql::from_literal("RELEASE command"))?;
            return Ok(Ran { wrote: self.conn.total_changes() != before, events });
        }
        self.step(Sql::from_literal("ROLLBACK TO command"))?;
        self.step(Sql::from_literal("RELEASE command"))?;
        match ran {
            // The command keeps its own refusal and answers with it.
            Ok(_) => Ok(Ran { wrote: false, events: Vec::new() }),
            Err(_) => {
                tracing::error!("a write command panicked and was rolled back");
                Err(Error::Panicked)
            }
        }
    }

    fn step(&self, sql: Sql) -> Result<(), Error> {
        self.conn.prepare_cached(sql.text())?.execute([])?;
        Ok(())
    }

    fn seal(&mut self, g: i64) -> rusqlite::Result<()> {
        if g != self.g {
            self.conn
                .prepare_cached("UPDATE store_meta SET value = CAST(?1 AS TEXT) WHERE key = 'g'")?
                .execute([g])?;
        }
        self.conn.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn refuse_all(&self, batch: Vec<Box<dyn Command>>, cause: &dyn Fn() -> Error) {
        for command in batch {
            command.finish(Err(cause()));
        }
    }
}

struct Ran {
    wrote: bool,
    events: Vec<Event>,
}

fn from_failed(error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => Error::Full,
        Some(rusqlite::ErrorCode::ReadOnly) => Error::ReadOnly,
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Error::Busy,
        _ => Error::Unreadable { what: "transaction" },
    }
}

/// One cause answers many callers, and SQLite's errors cannot be copied.
fn repeat(cause: &Error) -> Error {
    match cause {
        Error::Full => Error::Full,
        Error::ReadOnly => Error::ReadOnly,
        Error::Busy => Error::Busy,
        Error::Panicked => Error::Panicked,
        Error::Closed => Error::Closed,
        Error::NoRow => Error::NoRow,
        Error::Unreadable { what } => Error::Unreadable { what },
        Error::Sqlite(_) => Error::Unreadable { what: "commit" },
    }
}

/// The health a failure leaves behind.
pub(crate) fn health_after(cause: &Error) -> Option<Health> {
    match cause {
        Error::Full => Some(Health::Full),
        Error::ReadOnly => Some(Health::ReadOnly),
        Error::Sqlite(_)
        | Error::NoRow
        | Error::Unreadable { .. }
        | Error::Busy
        | Error::Panicked
        | Error::Closed => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{Command, LANE_LIMIT, Queue, Taken};
    use crate::store::Lane;
    use crate::{Error, WriteTx};

    /// A command that says its lane when it is answered.
    struct Told(&'static str, Arc<Mutex<Vec<&'static str>>>);

    impl Command for Told {
        fn run(&mut self, _: &mut WriteTx<'_>) -> bool {
            true
        }

        fn finish(self: Box<Self>, _: Result<(), Error>) {
            self.1.lock().unwrap().push(self.0);
        }
    }

    #[test]
    fn parts_of_files_yield_to_messages() {
        // MSG-A2: messages first, and of the files at most four parts, one after a slow commit.
        let queue = Queue::default();
        let told = Arc::new(Mutex::new(Vec::new()));
        let push = |lane, word, count: usize| {
            for _ in 0..count {
                queue.push(lane, Box::new(Told(word, Arc::clone(&told))));
            }
        };
        let take = |slow| {
            let mut batch: Vec<Box<dyn Command>> = Vec::new();
            let taken = queue.take_batch(slow, &mut batch);
            batch.into_iter().for_each(|command| command.finish(Ok(())));
            (std::mem::take(&mut *told.lock().unwrap()), taken == Taken::Last)
        };
        push(Lane::Blob, "part", 7);
        push(Lane::Chat, "message", 3);
        let first = ["message", "message", "message", "part", "part", "part", "part"].to_vec();
        assert_eq!(take(false), (first, false), "parts that came first do not go first");
        push(Lane::Chat, "message", 1);
        assert_eq!(take(true), (["message", "part"].to_vec(), false));
        assert_eq!(take(true), (["part"].to_vec(), false));
        assert_eq!(take(false), (["part"].to_vec(), true));
        // Nor can waiting parts fill the lane of messages.
        push(Lane::Blob, "part", LANE_LIMIT);
        push(Lane::Chat, "message", 1);
        assert!(told.lock().unwrap().is_empty(), "nobody was refused");
        assert_eq!(take(true).0, ["message", "part"]);
    }
}
