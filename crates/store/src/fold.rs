//! Folding the log into the base (MSG-E42). SQLite begins the log anew only when all of it is in the base and nobody reads
//! from it; where views follow each other without a pause, that moment never comes by itself and has to be waited for.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::file;

/// A log as long as this is folded when nobody waits for the writer.
const IDLE_BYTES: u64 = 16 * 1024 * 1024;
/// A log as long as this is folded whoever waits.
const ALWAYS_BYTES: u64 = 128 * 1024 * 1024;
/// How long the writer waits for the views that still look at the log. Longer than a page is read, shorter than a person
/// notices.
const PATIENCE: Duration = Duration::from_millis(100);

/// When the log is folded next.
pub(crate) struct Fold {
    idle: u64,
    always: u64,
    /// After a wait in vain: not again before the log is as long as this.
    not_before: u64,
}

impl Default for Fold {
    fn default() -> Self {
        Self { idle: IDLE_BYTES, always: ALWAYS_BYTES, not_before: 0 }
    }
}

impl Fold {
    /// Folds the log when nobody waits, or when it has grown too long. A view that lasts longer than the writer can wait
    /// costs one wait for each [`IDLE_BYTES`] that the log grows meanwhile, and nothing is lost.
    pub(crate) fn tend(&mut self, conn: &Connection, path: &Path, idle: bool) {
        let size = std::fs::metadata(file::beside(path, "-wal")).map_or(0, |meta| meta.len());
        let folded = if size > self.always && size >= self.not_before {
            begin_anew(conn).map(|done| self.not_before = if done { 0 } else { size + self.idle })
        } else if idle && size > self.idle {
            conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        } else {
            Ok(())
        };
        if let Err(error) = folded {
            tracing::warn!(%error, "the log was not folded into the base");
        }
    }
}

/// Folds all of the log and lets the next write begin it anew; false when somebody looked at it for too long.
fn begin_anew(conn: &Connection) -> rusqlite::Result<bool> {
    conn.busy_timeout(PATIENCE)?;
    let busy = conn.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get::<_, bool>(0));
    conn.busy_timeout(file::BUSY)?;
    busy.map(|busy| !busy)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use rusqlite::Connection;

    use super::Fold;
    use crate::file;

    const PAGE: u64 = 4096;

    #[expect(
        clippy::disallowed_methods,
        reason = "the log is watched from several connections of the test's own"
    )]
    fn connect(path: &std::path::Path) -> Connection {
        let conn = Connection::open(path).unwrap();
        let pragmas = "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = off;
            PRAGMA journal_size_limit = 65536;";
        conn.execute_batch(pragmas).unwrap();
        conn
    }

    fn length(path: &std::path::Path) -> u64 {
        std::fs::metadata(file::beside(path, "-wal")).unwrap().len()
    }

    fn write(conn: &Connection) {
        conn.execute("INSERT INTO word VALUES (zeroblob(16000))", []).unwrap();
    }

    #[test]
    fn a_log_ends_where_views_follow_each_other_without_a_pause() {
        // MSG-E42: at no moment is nobody reading, and each view begins before the one before it ends.
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("base.db");
        let conn = connect(&path);
        conn.execute_batch("CREATE TABLE word (word BLOB)").unwrap();
        let (stop, views) = (AtomicBool::new(false), AtomicU64::new(0));
        let look = || {
            let conn = connect(&path);
            while !stop.load(Ordering::Relaxed) {
                conn.execute_batch("BEGIN").unwrap();
                let count: i64 = conn.query_row("SELECT COUNT(*) FROM word", [], |row| row.get(0)).unwrap();
                let own = views.fetch_add(1, Ordering::SeqCst);
                while views.load(Ordering::SeqCst) == own + 1 && !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
                assert!(count >= 0);
                conn.execute_batch("COMMIT").unwrap();
            }
        };
        let mut longest = 0;
        std::thread::scope(|scope| {
            scope.spawn(look);
            scope.spawn(look);
            let mut fold = Fold { idle: 16 * PAGE, always: 64 * PAGE, not_before: 0 };
            for _ in 0..500 {
                write(&conn);
                fold.tend(&conn, &path, false);
                longest = longest.max(length(&path));
            }
            stop.store(true, Ordering::Relaxed);
        });
        assert!(views.load(Ordering::Relaxed) > 100, "views must have followed each other");
        assert!(longest < 1024 * PAGE, "{longest} bytes: the log never began anew");
    }

    #[test]
    fn a_view_that_lasts_costs_few_waits_and_the_log_ends_after_it() {
        // MSG-E42
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("base.db");
        let conn = connect(&path);
        conn.execute_batch("CREATE TABLE word (word BLOB)").unwrap();
        let view = connect(&path);
        view.execute_batch("BEGIN; SELECT COUNT(*) FROM word").unwrap();
        let mut fold = Fold { idle: 256 * PAGE, always: 128 * PAGE, not_before: 0 };
        let mut waits = 0;
        for _ in 0..200 {
            write(&conn);
            let before = fold.not_before;
            fold.tend(&conn, &path, false);
            waits += u64::from(fold.not_before != before);
        }
        let grown = length(&path);
        assert!(grown > 512 * PAGE, "the view holds it: {grown}");
        assert!(waits > 1 && waits <= grown / fold.idle + 1, "{waits} waits");
        view.execute_batch("COMMIT").unwrap();
        for _ in 0..40 {
            write(&conn);
            fold.tend(&conn, &path, false);
        }
        assert!(length(&path) < 256 * PAGE, "{}", length(&path));
        assert_eq!(fold.not_before, 0);
    }
}
