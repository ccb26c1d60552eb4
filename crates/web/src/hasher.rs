//! Password hashing away from the async threads, two at a time, in the order of arrival (A10).
//!
//! The two threads are the hasher's own: a hash takes 19 MiB, the system's allocator keeps them for the thread that
//! asked, and spread over the pool of blocking threads two hundred sign-ins held 780 MB.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use store::{HashCost, PasswordHash, Random, password_matches};
use tokio::sync::oneshot;

use crate::Failure;

const THREADS: usize = 2;

type Work = Box<dyn FnOnce() + Send>;

/// Hashes and compares passwords.
pub struct Hasher {
    cost: HashCost,
    queue: mpsc::Sender<Work>,
}

impl Hasher {
    pub(crate) fn new(cost: HashCost) -> Self {
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..THREADS {
            let waiting = Arc::clone(&waiting);
            let begun = std::thread::Builder::new().name("hasher".to_owned()).spawn(move || work(&waiting));
            if let Err(error) = begun {
                tracing::error!(%error, "a hashing thread did not start");
            }
        }
        Self { cost, queue }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Failure::Defect`] when the hashing thread died.
    pub async fn hash(&self, plain: String, random: &Random) -> Result<PasswordHash, Failure> {
        let (cost, random) = (self.cost, random.clone());
        self.run(move || PasswordHash::make(&plain, cost, &random)).await
    }

    /// Compares a password with a stored one; without one it takes as long and says no.
    ///
    /// # Errors
    /// [`Failure::Defect`] when the hashing thread died.
    pub async fn matches(&self, stored: Option<PasswordHash>, plain: String) -> Result<bool, Failure> {
        let cost = self.cost;
        self.run(move || password_matches(stored.as_ref(), &plain, cost)).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        let work = move || {
            // Nobody waits any more when the request was cut off.
            let _ = answer.send(work());
        };
        self.queue.send(Box::new(work)).map_err(|_| Failure::Defect("no hashing thread runs"))?;
        answered.await.map_err(|_| Failure::Defect("hashing panicked"))
    }
}

/// Takes work until the hasher is gone; a panic fails the one who asked.
fn work(waiting: &Mutex<mpsc::Receiver<Work>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            tracing::error!("hashing panicked");
        }
    }
}
