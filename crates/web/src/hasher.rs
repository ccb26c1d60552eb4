//! Password hashing away from the async threads, two at a time, in the order of arrival (A10).
//!
//! The two threads are the hasher's own, and each holds the 19 MiB of a hash while there is more to do: so two hundred
//! sign-ins at once take the memory of two.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::{HashCost, HashMemory, PasswordHash, Random};
use tokio::sync::oneshot;

use crate::Failure;

const THREADS: usize = 2;
/// How long an idle thread keeps its memory for the next hash.
const KEPT: Duration = Duration::from_secs(2);

type Work = Box<dyn FnOnce(&mut HashMemory) + Send>;

/// Hashes and compares passwords.
pub struct Hasher {
    cost: HashCost,
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
}

#[derive(Default)]
struct Waiting {
    work: VecDeque<Work>,
    closed: bool,
}

impl Hasher {
    pub(crate) fn new(cost: HashCost) -> Self {
        let queue = Arc::new(Queue::default());
        for _ in 0..THREADS {
            let queue = Arc::clone(&queue);
            let begun = std::thread::Builder::new().name("hasher".to_owned()).spawn(move || queue.serve());
            if let Err(error) = begun {
                tracing::error!(%error, "a hashing thread did not start");
            }
        }
        Self { cost, queue }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Failure::Defect`] when hashing panicked.
    pub async fn hash(&self, plain: String, random: &Random) -> Result<PasswordHash, Failure> {
        let (cost, random) = (self.cost, random.clone());
        self.run(move |memory| memory.hash(&plain, cost, &random)).await
    }

    /// Compares a password with a stored one; without one it takes as long and says no.
    ///
    /// # Errors
    /// [`Failure::Defect`] when hashing panicked.
    pub async fn matches(&self, stored: Option<PasswordHash>, plain: String) -> Result<bool, Failure> {
        let cost = self.cost;
        self.run(move |memory| memory.matches(stored.as_ref(), &plain, cost)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMemory) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        self.queue.push(Box::new(move |memory| {
            // Whoever was cut off while they waited costs no hash.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        }));
        answered.await.map_err(|_| Failure::Defect("hashing panicked"))
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.filled.notify_all();
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, work: Work) {
        self.lock().work.push_back(work);
        self.filled.notify_one();
    }

    /// Takes work until the hasher is gone; a panic fails the one who asked.
    fn serve(&self) {
        let mut memory = HashMemory::default();
        while let Some(work) = self.next(&mut memory) {
            if catch_unwind(AssertUnwindSafe(|| work(&mut memory))).is_err() {
                tracing::error!("hashing panicked");
            }
        }
    }

    /// Waits for work, and gives the memory back when none has come for a while.
    fn next(&self, memory: &mut HashMemory) -> Option<Work> {
        let idle = |waiting: &mut Waiting| waiting.work.is_empty() && !waiting.closed;
        let (mut waiting, waited) =
            self.filled.wait_timeout_while(self.lock(), KEPT, idle).unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            drop(waiting);
            *memory = HashMemory::default();
            waiting = self.filled.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.work.pop_front()
    }
}
