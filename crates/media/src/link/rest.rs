//! Which wishes for time can wait.
//!
//! After each packet str0m's pacer asks for time at once, only to find that nothing is left to send: as much work again
//! as the packet was. When all that was written has gone, that look is put off, and the next packet makes it.

use std::time::{Duration, Instant};

/// How long a look may be put off. What else becomes due meanwhile waits as long: reports, and requests for what was
/// lost, which are asked for every 33 ms at most.
const REST: Duration = Duration::from_millis(10);
/// After padding nothing is put off for so long: str0m measures the network by when its packets leave.
const MEASURES: Duration = Duration::from_millis(50);

/// What a connection has to send, and whether it rests.
#[derive(Debug)]
pub(super) struct Rest {
    now: Instant,
    /// Packets that were written and have not gone.
    written: usize,
    /// The last of them went at this moment.
    emptied: bool,
    until: Option<Instant>,
    padded: Option<Instant>,
}

impl Rest {
    pub(super) fn new(now: Instant) -> Self {
        Self { now, written: 0, emptied: false, until: None, padded: None }
    }

    /// A packet was written.
    pub(super) fn wrote(&mut self) {
        self.written += 1;
    }

    /// A moment begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.now = now;
        self.emptied = false;
    }

    /// A packet of media left: one that was written, or padding and what is sent again.
    pub(super) fn sent(&mut self, was_written: bool) {
        if was_written {
            self.emptied = self.written == 1;
            self.written = self.written.saturating_sub(1);
        } else {
            self.padded = Some(self.now);
        }
    }

    /// When the wish for time is to be granted.
    pub(super) fn put_off(&mut self, wish: Instant) -> Instant {
        if wish > self.now {
            // What has not gone by now was dropped.
            self.written = 0;
            self.until = None;
            return wish;
        }
        if self.written > 0 {
            return wish;
        }
        match self.until {
            Some(until) if self.now < until => until,
            None if self.emptied && !self.measures() => *self.until.insert(self.now + REST),
            Some(_) | None => {
                self.until = None;
                wish
            }
        }
    }

    fn measures(&self) -> bool {
        self.padded.is_some_and(|at| self.now.saturating_duration_since(at) < MEASURES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Duration = Duration::from_millis(2);

    #[test]
    fn a_look_after_the_last_packet_waits_for_the_next() {
        let start = Instant::now();
        let mut rest = Rest::new(start);
        for packet in 0..5 {
            rest.wrote();
            rest.begin(start + STEP * packet);
            rest.sent(true);
            assert_eq!(rest.put_off(start), start + REST, "once, not again with each packet");
        }
        rest.begin(start + REST);
        assert_eq!(rest.put_off(start), start, "the look is made when the rest is over");
        rest.begin(start + REST);
        let later = start + REST + STEP;
        assert_eq!(rest.put_off(later), later, "what is wished for later is not touched");
    }

    #[test]
    fn nothing_waits_while_packets_do() {
        let start = Instant::now();
        let mut rest = Rest::new(start);
        rest.wrote();
        rest.wrote();
        rest.begin(start);
        rest.sent(true);
        assert_eq!(rest.put_off(start), start);
        rest.begin(start);
        rest.sent(true);
        assert_eq!(rest.put_off(start), start + REST);
    }

    #[test]
    fn a_packet_that_was_dropped_is_not_waited_for() {
        let start = Instant::now();
        let mut rest = Rest::new(start);
        rest.wrote();
        rest.begin(start);
        let later = start + STEP;
        assert_eq!(rest.put_off(later), later);
        rest.wrote();
        rest.begin(start + STEP);
        rest.sent(true);
        assert_eq!(rest.put_off(start), start + STEP + REST);
    }

    #[test]
    fn nothing_waits_while_a_network_is_measured() {
        let start = Instant::now();
        let mut rest = Rest::new(start);
        rest.begin(start);
        rest.sent(false);
        for (after, waits) in [(STEP, false), (MEASURES, true)] {
            let now = start + after;
            rest.wrote();
            rest.begin(now);
            rest.sent(true);
            assert_eq!(rest.put_off(now) > now, waits, "after {after:?}");
        }
    }
}
