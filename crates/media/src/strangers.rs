//! How much of senders that are not known yet is looked at (CALL-I5, CALL-P14).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Counts requests of unknown sources, a second at a time. Its memory is bounded by the limit of all together.
#[derive(Debug)]
pub(crate) struct Strangers {
    each: u32,
    all: u32,
    since: Instant,
    counted: u32,
    by_source: HashMap<SocketAddr, u32>,
}

impl Strangers {
    pub(crate) fn new(each: u32, all: u32, now: Instant) -> Self {
        Self { each, all, since: now, counted: 0, by_source: HashMap::new() }
    }

    /// Whether this source's request is looked at.
    pub(crate) fn may_ask(&mut self, source: SocketAddr, now: Instant) -> bool {
        if now.saturating_duration_since(self.since) >= Duration::from_secs(1) {
            self.since = now;
            self.counted = 0;
            self.by_source.clear();
        }
        if self.counted >= self.all {
            return false;
        }
        let count = self.by_source.entry(source).or_default();
        if *count >= self.each {
            return false;
        }
        *count += 1;
        self.counted += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_few_each_and_together() {
        // CALL-I5: 50 a second for a source, 500 for all. CALL-P14.
        let start = Instant::now();
        let mut strangers = Strangers::new(50, 500, start);
        let source = |port| SocketAddr::from(([192, 0, 2, 1], port));
        let mut passed =
            |number, port, now| (0..number).filter(|_| strangers.may_ask(source(port), now)).count();
        assert_eq!(passed(1000, 1, start), 50);
        let others: usize = (2..1000).map(|port| passed(50, port, start)).sum();
        assert_eq!(others, 450);
        assert_eq!(passed(1000, 1, start + Duration::from_millis(999)), 0);
        assert_eq!(passed(1000, 1, start + Duration::from_secs(1)), 50);
        assert!(strangers.by_source.len() <= 500);
    }
}
