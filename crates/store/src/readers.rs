//! Read-only connections, lent for a closure (ARC-5).

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::{Error, ReadTx, StartError, file};

pub(crate) struct Readers {
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    pub(crate) fn open(path: &Path, count: usize) -> Result<Arc<Self>, StartError> {
        let idle = (0..count).map(|_| file::open_reader(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(Self { idle: Mutex::new(idle), permits: Semaphore::new(count) }))
    }

    /// Runs the closure in one read transaction, away from the threads that serve sockets.
    pub(crate) async fn read<T, E, F>(self: &Arc<Self>, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E> + Send + 'static,
    {
        let _permit = self.permits.acquire().await.map_err(|_| Error::Closed)?;
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || readers.read_blocking(run)).await;
        done.unwrap_or_else(|_| Err(Error::Panicked.into()))
    }

    /// The same on the calling thread; for subcommands and for threads that may block.
    pub(crate) fn read_blocking<T, E, F>(&self, run: F) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E>,
    {
        let conn = Lent::take(self)?;
        let conn = conn.get()?;
        conn.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([])).map_err(Error::from)?;
        // A guard and not a line at the end: a panicking closure must not leave the view open.
        let _end = End(conn);
        run(&ReadTx::new(conn))
    }
}

struct End<'c>(&'c Connection);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let ended = self.0.prepare_cached("ROLLBACK").and_then(|mut end| end.execute([]));
        if let Err(error) = ended {
            tracing::error!(%error, "a read transaction did not end");
        }
    }
}

struct Lent<'r> {
    readers: &'r Readers,
    conn: Option<Connection>,
}

impl<'r> Lent<'r> {
    fn take(readers: &'r Readers) -> Result<Self, Error> {
        let conn = readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if conn.is_none() {
            return Err(Error::Busy);
        }
        Ok(Self { readers, conn })
    }

    fn get(&self) -> Result<&Connection, Error> {
        self.conn.as_ref().ok_or(Error::Closed)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}
