//! A bucket of tokens: how a rate is bounded while short bursts pass.

use std::time::Instant;

/// Tokens that come back with time, up to a burst.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    /// In millionths, so that slow rates do not round to nothing.
    level: u64,
    seen: Instant,
}

/// How fast a [`Bucket`] fills, and how much it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Millionths of a token a microsecond, which is tokens a second.
    pub(crate) per_second: u64,
    pub(crate) burst: u64,
}

impl Rate {
    /// As many at once as in a second.
    pub(crate) fn per_second(number: u64) -> Self {
        Self { per_second: number, burst: number }
    }
}

const WHOLE: u64 = 1_000_000;

impl Bucket {
    pub(crate) fn full(rate: Rate, now: Instant) -> Self {
        Self { level: rate.burst.saturating_mul(WHOLE), seen: now }
    }

    /// Takes this many, or none.
    pub(crate) fn take(&mut self, rate: Rate, now: Instant, number: u64) -> bool {
        let passed = now.saturating_duration_since(self.seen).as_micros();
        let back = u64::try_from(passed).unwrap_or(u64::MAX).saturating_mul(rate.per_second);
        self.level = self.level.saturating_add(back).min(rate.burst.saturating_mul(WHOLE));
        self.seen = self.seen.max(now);
        let cost = number.saturating_mul(WHOLE);
        let enough = self.level >= cost;
        if enough {
            self.level -= cost;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let start = Instant::now();
        let rate = Rate { per_second: 2, burst: 5 };
        let mut bucket = Bucket::full(rate, start);
        let taken = |bucket: &mut Bucket, now| (0..100).filter(|_| bucket.take(rate, now, 1)).count();
        assert_eq!(taken(&mut bucket, start), 5);
        assert_eq!(taken(&mut bucket, start + Duration::from_millis(499)), 0);
        assert_eq!(taken(&mut bucket, start + Duration::from_millis(500)), 1);
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(3600)), 5);
        assert_eq!(taken(&mut bucket, start), 0, "a clock that goes back gives nothing");
    }
}
