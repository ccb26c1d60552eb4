//! Password hashing away from the async threads, two at a time, in the order of arrival (A10).

use store::{HashCost, PasswordHash, Random, password_matches};
use tokio::sync::Semaphore;

use crate::Failure;

/// Hashes and compares passwords.
pub struct Hasher {
    cost: HashCost,
    // Tokio's semaphore is fair: nobody waits for ever behind newcomers.
    turns: Semaphore,
}

impl Hasher {
    pub(crate) fn new(cost: HashCost) -> Self {
        Self { cost, turns: Semaphore::new(2) }
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
        let _turn = self.turns.acquire().await.map_err(|_| Failure::Defect("the hasher is closed"))?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Failure::Defect("hashing panicked"))
    }
}
