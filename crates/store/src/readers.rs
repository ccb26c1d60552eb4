//! Read-only connections, lent for a closure (ARC-5).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::{Error, ReadTx, StartError, file};

/// Pages in memory for a read as long as the base, in KiB.
const ASIDE_CACHE_KIB: i32 = 1024;

pub(crate) struct Readers {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn open(path: &Path, count: usize) -> Result<Arc<Self>, StartError> {
        let idle = (0..count).map(|_| file::open_reader(path)).collect::<Result<Vec<_>, _>>()?;
        let permits = Arc::new(Semaphore::new(count));
        Ok(Arc::new(Self { idle: Mutex::new(idle), returned: Condvar::new(), permits }))
    }

    /// Runs the closure in one read transaction on the calling thread: a page's reads take less than handing them to
    /// another thread and back. Waiting for a connection, if all are lent, holds no thread.
    pub(crate) async fn read<T, E, F>(&self, run: F) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E>,
    {
        let _permit = self.permits.acquire().await.map_err(|_| Error::Closed)?;
        // A closure that panics fails its own read alone (R13).
        catch_unwind(AssertUnwindSafe(|| self.read_blocking(run)))
            .unwrap_or_else(|_| Err(Error::Panicked.into()))
    }

    /// Runs the closure in one read transaction, away from the threads that serve sockets.
    pub(crate) async fn read_aside<T, E, F>(self: &Arc<Self>, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Error::Closed)?;
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            // The seat goes with the query: whoever gives up waiting for the answer does not stop the query.
            let _permit = permit;
            let conn = Lent::take(&readers);
            let conn = conn.get()?;
            // The pages of a read as long as the base are seen once; kept, they would fill the memory for good.
            file::set_cache(conn, ASIDE_CACHE_KIB).map_err(Error::from)?;
            let _back = Cache(conn);
            read(conn, run)
        })
        .await;
        done.unwrap_or_else(|_| Err(Error::Panicked.into()))
    }

    /// The same on the calling thread, which waits for a connection; for subcommands and for threads that may block.
    pub(crate) fn read_blocking<T, E, F>(&self, run: F) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E>,
    {
        let conn = Lent::take(self);
        read(conn.get()?, run)
    }
}

fn read<T, E, F>(conn: &Connection, run: F) -> Result<T, E>
where
    E: From<Error>,
    F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E>,
{
    conn.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([])).map_err(Error::from)?;
    // A guard and not a line at the end: a panicking closure must not leave the view open.
    let _end = End(conn);
    run(&ReadTx::new(conn))
}

/// Gives a connection its usual memory again, also after a panic.
struct Cache<'c>(&'c Connection);

impl Drop for Cache<'_> {
    fn drop(&mut self) {
        if let Err(error) = file::set_cache(self.0, file::CACHE_KIB) {
            tracing::warn!(%error, "a reader keeps a small memory");
        }
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
    fn take(readers: &'r Readers) -> Self {
        let idle = readers.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut idle =
            readers.returned.wait_while(idle, |idle| idle.is_empty()).unwrap_or_else(PoisonError::into_inner);
        Self { readers, conn: idle.pop() }
    }

    fn get(&self) -> Result<&Connection, Error> {
        self.conn.as_ref().ok_or(Error::Closed)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
            self.readers.returned.notify_one();
        }
    }
}
