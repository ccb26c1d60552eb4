//! Randomness as an argument: the operating system's in production, seeded in tests (ARC-3).

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// A source of random bytes that is handed to whoever needs one.
#[derive(Clone)]
pub struct Random(Arc<Source>);

enum Source {
    System,
    Seeded(Box<Mutex<StdRng>>),
}

impl Random {
    /// The operating system's generator.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Source::System))
    }

    /// A repeatable sequence, for tests and for the demo school's contents, never for secrets of a real school.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Source::Seeded(Box::new(Mutex::new(StdRng::seed_from_u64(seed))))))
    }

    /// Fills the whole slice.
    pub fn fill(&self, bytes: &mut [u8]) {
        match &*self.0 {
            // A generator seeded by the system for each call: the crate panics only where the kernel has no
            // randomness at all, and a server must not go on there.
            Source::System => rand::rng().fill_bytes(bytes),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes),
        }
    }

    /// Draws an array of `N` bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Draws a number below `bound` without bias; zero when the bound is zero.
    #[must_use]
    pub fn below(&self, bound: u32) -> u32 {
        if bound == 0 {
            return 0;
        }
        // Values from the last, incomplete stretch of the range are drawn again.
        let stretch = u32::MAX - u32::MAX % bound;
        loop {
            let value = u32::from_le_bytes(self.bytes());
            if value < stretch {
                return value % bound;
            }
        }
    }

    /// Draws a text token of `N` random bytes in URL-safe base64 without padding.
    #[must_use]
    pub fn token<const N: usize>(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<N>())
    }
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn codes_of_six_digits_are_uniform() {
        // A1: chi-square over 10^5 draws into 10 bins; 27.9 is the 0.999 quantile for 9 degrees of freedom.
        let random = Random::seeded(7);
        let mut bins = [0_f64; 10];
        for _ in 0..100_000 {
            bins[(random.below(1_000_000) / 100_000) as usize] += 1.0;
        }
        let chi: f64 = bins.iter().map(|seen| (seen - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(chi < 27.9, "{chi}");
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        assert_eq!(Random::seeded(1).token::<16>(), Random::seeded(1).token::<16>());
        assert_ne!(Random::system().token::<16>(), Random::system().token::<16>());
    }
}
