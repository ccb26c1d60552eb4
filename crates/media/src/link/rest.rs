//! Which looks at a connection can wait.
//!
//! After each packet str0m's pacer asks for time at once, only to find that nothing is left to send: as much work again
//! as the packet was. When all that was written has gone, that look is put off, and the next packet makes it.
//!
//! It also pads whatever is less than 50 kbit/s, by a tiny packet every five milliseconds: in a quiet call that would be
//! most of all packets. The look that makes the next one is put off too.
//!
//! Not so for a page that could get more than it gets. What str0m finds out about a network it reckons from the moments
//! at which its packets leave, and a rest in the midst of them would make the network look narrow.

use std::time::{Duration, Instant};

/// How long a look may be put off: str0m's own turn, in which it looks whether padding is due. What else becomes due
/// meanwhile waits as long: reports, and requests for what was lost, which are asked for every 33 ms at most.
const REST: Duration = Duration::from_millis(40);
/// str0m gives one packet at a moment, and the next a microsecond later: whoever waits for longer has no more.
const NEXT: Duration = Duration::from_millis(1);
/// Padding of so many bytes, headers included, measures nothing. So small a packet that is sent again passes for it;
/// what is left of such then waits for the next look.
const TRICKLE: usize = 100;
/// After other padding nothing is put off for so long.
const MEASURES: Duration = Duration::from_millis(50);

/// What a connection has to send, and whether it rests.
#[derive(Debug)]
pub(super) struct Rest {
    now: Instant,
    /// Packets that were written and have not gone.
    written: usize,
    /// The last of them, or a trickle, went at this moment.
    emptied: bool,
    /// The page gets all that it could.
    satisfied: bool,
    until: Option<Instant>,
    padded: Option<Instant>,
}

impl Rest {
    pub(super) fn new(now: Instant) -> Self {
        Self { now, written: 0, emptied: false, satisfied: false, until: None, padded: None }
    }

    /// Whether the page gets all that it could, so that nothing is to be found out about its network.
    pub(super) fn set_satisfied(&mut self, satisfied: bool) {
        self.satisfied = satisfied;
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
    pub(super) fn sent(&mut self, was_written: bool, bytes: usize) {
        if was_written {
            self.emptied = self.written == 1;
            self.written = self.written.saturating_sub(1);
        } else if bytes > TRICKLE {
            self.emptied = false;
            self.padded = Some(self.now);
        } else {
            // Padding comes of a look that found nothing else, so that look has been made.
            self.emptied = self.written == 0;
            self.until = None;
        }
    }

    /// Until when the connection need not be looked at again, if all has gone and that can wait.
    pub(super) fn rests(&mut self) -> Option<Instant> {
        if !self.emptied || !self.satisfied || self.measures() {
            return None;
        }
        let until = *self.until.get_or_insert(self.now + REST);
        (self.now < until).then_some(until)
    }

    /// The connection was looked at to the end, and this is when it wants time.
    pub(super) fn looked(&mut self, wish: Instant) {
        self.until = None;
        if wish > self.now + NEXT {
            // What has not gone by now was dropped.
            self.written = 0;
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
    const PACKET: usize = 1_100;

    fn satisfied(now: Instant) -> Rest {
        let mut rest = Rest::new(now);
        rest.set_satisfied(true);
        rest
    }

    /// One packet is written and leaves.
    fn packet(rest: &mut Rest, now: Instant) {
        rest.wrote();
        rest.begin(now);
        rest.sent(true, PACKET);
    }

    #[test]
    fn a_look_after_the_last_packet_waits_for_the_next() {
        let start = Instant::now();
        let mut rest = satisfied(start);
        for number in 0..5 {
            packet(&mut rest, start + STEP * number);
            assert_eq!(rest.rests(), Some(start + REST), "once, not again with each packet");
        }
        packet(&mut rest, start + REST);
        assert_eq!(rest.rests(), None, "the look is made when the rest is over");
        rest.looked(start + REST);
        packet(&mut rest, start + REST + STEP);
        assert_eq!(rest.rests(), Some(start + REST + STEP + REST));
    }

    #[test]
    fn nothing_waits_where_more_could_be_sent() {
        let start = Instant::now();
        let mut rest = Rest::new(start);
        packet(&mut rest, start);
        assert_eq!(rest.rests(), None);
        rest.looked(start);
        rest.set_satisfied(true);
        packet(&mut rest, start + STEP);
        assert!(rest.rests().is_some());
    }

    #[test]
    fn nothing_waits_while_packets_do() {
        let start = Instant::now();
        let mut rest = satisfied(start);
        rest.wrote();
        rest.wrote();
        packet(&mut rest, start);
        // str0m gives one packet at a moment, and the next a microsecond later.
        let mut now = start;
        for _ in 0..2 {
            assert_eq!(rest.rests(), None);
            now += Duration::from_micros(1);
            rest.looked(now);
            rest.begin(now);
            rest.sent(true, PACKET);
        }
        assert_eq!(rest.rests(), Some(now + REST));
    }

    #[test]
    fn a_packet_that_was_dropped_is_not_waited_for() {
        let start = Instant::now();
        let mut rest = satisfied(start);
        rest.wrote();
        rest.begin(start);
        assert_eq!(rest.rests(), None, "nothing has left");
        rest.looked(start + STEP);
        packet(&mut rest, start + STEP);
        assert_eq!(rest.rests(), Some(start + STEP + REST));
    }

    #[test]
    fn nothing_waits_while_a_network_is_measured() {
        let start = Instant::now();
        let mut rest = satisfied(start);
        rest.begin(start);
        rest.sent(false, PACKET);
        for (after, waits) in [(STEP, false), (MEASURES, true)] {
            packet(&mut rest, start + after);
            assert_eq!(rest.rests().is_some(), waits, "after {after:?}");
            rest.looked(start + after);
        }
    }

    #[test]
    fn a_trickle_of_padding_is_no_measurement() {
        let start = Instant::now();
        let mut rest = satisfied(start);
        for number in 0..3 {
            let now = start + REST * number;
            rest.begin(now);
            rest.sent(false, TRICKLE);
            assert_eq!(rest.rests(), Some(now + REST));
        }
    }
}
