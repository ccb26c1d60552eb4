//! The handle that the rest of the program holds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::readers::Readers;
use crate::writer::{Command, Queue, Writer, health_after};
use crate::{Commit, Error, Health, Random, ReadTx, Schema, StartError, WriteTx, file};

/// Which queue a write waits in; blob chunks yield to everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Messages and what belongs to them.
    Chat = 0,
    /// Read marks.
    Marks = 1,
    /// Everything else.
    Admin = 2,
    /// Chunks of files.
    Blob = 3,
}

/// How a base is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reads and writes; a file that cannot be written is opened for reading.
    Serve,
    /// Reads only, beside a running server.
    ReadOnly,
}

type Hook = Box<dyn Fn(&Commit) + Send>;

/// What the writer thread and the handles share.
pub(crate) struct Shared {
    pub(crate) queue: Queue,
    watchers: Mutex<Vec<mpsc::UnboundedSender<Arc<Commit>>>>,
    hooks: Mutex<Vec<Hook>>,
    health: AtomicU8,
}

impl Shared {
    pub(crate) fn publish(&self, commit: Arc<Commit>) {
        for hook in self.hooks.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // The commit stands whatever a hook does, and the writer must outlive a defect in one (R13).
            if catch_unwind(AssertUnwindSafe(|| hook(&commit))).is_err() {
                tracing::error!("a hook on commits panicked");
            }
        }
        let mut watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.retain(|watcher| watcher.send(Arc::clone(&commit)).is_ok());
    }

    pub(crate) fn note_failure(&self, cause: &Error) {
        // A base found damaged stays read-only, whatever the writes under way still say.
        if let Some(health) = health_after(cause)
            && self.health() != Health::ReadOnly
        {
            self.set_health(health);
        }
    }

    pub(crate) fn note_success(&self) {
        if self.health() == Health::Full {
            self.set_health(Health::Good);
        }
    }

    fn set_health(&self, health: Health) {
        self.health.store(health as u8, Ordering::Release);
    }

    fn health(&self) -> Health {
        match self.health.load(Ordering::Acquire) {
            0 => Health::Good,
            1 => Health::Full,
            _ => Health::ReadOnly,
        }
    }
}

/// One open base: a writer thread and a few readers. Clones share them.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
    readers: Arc<Readers>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Store {
    /// Opens an existing base after the start checks of R10; makes none.
    ///
    /// # Errors
    /// [`StartError`]; the file is then as it was.
    pub fn open(path: &Path, schema: &Schema, mode: Mode) -> Result<Self, StartError> {
        if mode == Mode::ReadOnly || (path.exists() && !file::is_writable(path)) {
            file::inspect(path, schema)?;
            let readers = Readers::open(path, reader_count())?;
            return Ok(Self::without_writer(readers));
        }
        let conn = file::open_writer(path, schema)?;
        Self::with_writer(conn, path)
    }

    /// Makes a new base where no file is.
    ///
    /// # Errors
    /// [`StartError::Exists`] when there is a file already.
    pub fn create(path: &Path, schema: &Schema, random: &Random) -> Result<Self, StartError> {
        let conn = file::create(path, schema, &new_epoch(random))?;
        Self::with_writer(conn, path)
    }

    fn without_writer(readers: Arc<Readers>) -> Self {
        let shared = Arc::new(Shared {
            queue: Queue::default(),
            watchers: Mutex::default(),
            hooks: Mutex::default(),
            health: AtomicU8::new(Health::ReadOnly as u8),
        });
        Self { shared, readers, thread: Arc::default() }
    }

    fn with_writer(conn: rusqlite::Connection, path: &Path) -> Result<Self, StartError> {
        let g = conn
            .query_row("SELECT CAST(value AS INTEGER) FROM store_meta WHERE key = 'g'", [], |row| row.get(0))
            .map_err(|cause| StartError::from_sqlite(path, cause))?;
        let shared = Arc::new(Shared {
            queue: Queue::default(),
            watchers: Mutex::default(),
            hooks: Mutex::default(),
            health: AtomicU8::new(Health::Good as u8),
        });
        let readers = Readers::open(path, reader_count())?;
        let writer = Writer { conn, path: path.to_path_buf(), shared: Arc::clone(&shared), g };
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || writer.work())
            .map_err(|cause| StartError::Io { path: path.to_path_buf(), cause })?;
        Ok(Self { shared, readers, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Runs a write command; answers after its commit is flushed (MSG-I4).
    ///
    /// # Errors
    /// Whatever the command refuses with, and [`Error`] when the base cannot take it. Nothing is then written.
    pub async fn write<T, E, F>(&self, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, E> + Send + 'static,
    {
        self.write_in(Lane::Admin, run).await
    }

    /// As [`Store::write`], in a chosen queue.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_in<T, E, F>(&self, lane: Lane, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, E> + Send + 'static,
    {
        self.submit(lane, run).await.unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    /// As [`Store::write`], on a thread that may block.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, E, F>(&self, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, E> + Send + 'static,
    {
        self.submit(Lane::Admin, run).blocking_recv().unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    fn submit<T, E, F>(&self, lane: Lane, run: F) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Box<dyn Command> = Box::new(Job { run: Some(run), result: None, answer });
        if self.shared.health() == Health::ReadOnly {
            job.finish(Err(Error::ReadOnly));
        } else {
            self.shared.queue.push(lane, job);
        }
        answered
    }

    /// Runs a closure over one consistent view, on the calling thread: for reads of a page or two, which take less than
    /// a millisecond. What reads more goes through [`Store::read_aside`].
    ///
    /// # Errors
    /// Whatever the closure returns, and [`Error`] when the base cannot be read.
    pub async fn read<T, E, F>(&self, run: F) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E>,
    {
        self.readers.read(run).await
    }

    /// As [`Store::read`], on a thread that serves no sockets: for reads as long as the base.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn read_aside<T, E, F>(&self, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E> + Send + 'static,
    {
        self.readers.read_aside(run).await
    }

    /// As [`Store::read`], on a thread that may block.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, E, F>(&self, run: F) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E>,
    {
        self.readers.read_blocking(run)
    }

    /// Every commit with events from now on, in order, each before its commands are answered.
    #[must_use]
    pub fn watch(&self) -> mpsc::UnboundedReceiver<Arc<Commit>> {
        let (watcher, watched) = mpsc::unbounded_channel();
        self.shared.watchers.lock().unwrap_or_else(PoisonError::into_inner).push(watcher);
        watched
    }

    /// Calls `hook` with every commit with events from now on, in the writer's thread and before any of the commit's
    /// commands is answered: for rights that must be gone when the answer says so. It must be short and not panic.
    pub fn on_commit(&self, hook: impl Fn(&Commit) + Send + 'static) {
        self.shared.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(hook));
    }

    /// The state of the file.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared.health()
    }

    /// Refuses writes from now on; called when a check finds damage (R10).
    pub fn turn_read_only(&self) {
        self.shared.set_health(Health::ReadOnly);
    }

    /// Finishes the commands that wait, folds the log and stops the writer. Later writes are refused.
    pub fn close(&self) {
        self.shared.queue.close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer thread panicked");
        }
    }
}

fn reader_count() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4)
}

pub(crate) fn new_epoch(random: &Random) -> String {
    random.bytes::<16>().iter().fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct Job<T, E, F> {
    run: Option<F>,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Command for Job<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool {
        let Some(run) = self.run.take() else { return false };
        let result = run(tx);
        let kept = result.is_ok();
        self.result = Some(result);
        kept
    }

    fn finish(self: Box<Self>, outcome: Result<(), Error>) {
        let result = match (outcome, self.result) {
            (Ok(()), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(Error::Closed.into()),
        };
        // Nobody waits any more when the request was dropped; the write stands all the same.
        let _ = self.answer.send(result);
    }
}
