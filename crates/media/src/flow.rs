//! One stream that comes in: a source in one size. What of it is let in, whether it is alive, how wide it is.

use std::time::{Duration, Instant};

use crate::bucket::{Bucket, Rate};
use crate::keyframes::Requests;
use crate::names::Source;

/// How long a stream counts as alive without a packet. A screen on which nothing moves is repeated now and then only.
fn patience(source: Source) -> Duration {
    match source {
        Source::Microphone => Duration::from_secs(5),
        Source::Camera => Duration::from_secs(2),
        Source::Screen => Duration::from_secs(10),
    }
}

/// How far a size may be behind the others of its source. A browser that has no power left for a large one ceases to send
/// it, and whoever looks at it is to get a smaller one before that is seen.
const BEHIND: Duration = Duration::from_millis(600);

/// How long the width is measured before it is believed anew.
const WINDOW: Duration = Duration::from_millis(500);

/// What a stream may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) bits: Rate,
    pub(crate) packets: Rate,
}

impl Bounds {
    pub(crate) fn new(bits: u64, packets: u32) -> Self {
        Self { bits: Rate::per_second(bits), packets: Rate::per_second(u64::from(packets)) }
    }
}

/// The state of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    bits: Bucket,
    packets: Bucket,
    last: Option<Instant>,
    measured: u64,
    window: Instant,
    within: u64,
    /// How high the picture is, as the last key frame said.
    pub(crate) height: u16,
    /// Requests for key frames of it.
    pub(crate) requests: Requests,
}

impl Flow {
    pub(crate) fn new(bounds: Bounds, now: Instant) -> Self {
        Self {
            bits: Bucket::full(bounds.bits, now),
            packets: Bucket::full(bounds.packets, now),
            last: None,
            measured: 0,
            window: now,
            within: 0,
            height: 0,
            requests: Requests::default(),
        }
    }

    /// Lets a packet in, or not.
    pub(crate) fn accept(&mut self, bounds: Bounds, now: Instant, bytes: usize) -> bool {
        let bits = bytes as u64 * 8;
        if !self.packets.take(bounds.packets, now, 1) || !self.bits.take(bounds.bits, now, bits) {
            return false;
        }
        let passed = now.saturating_duration_since(self.window);
        if passed >= WINDOW || self.last.is_none() {
            self.measure(passed);
            self.window = now;
        }
        self.within += bits;
        self.last = Some(now);
        true
    }

    fn measure(&mut self, passed: Duration) {
        let micros = u64::try_from(passed.as_micros()).unwrap_or(u64::MAX).max(1);
        if self.within > 0 {
            let now = self.within.saturating_mul(1_000_000) / micros;
            // Key frames are peaks: half of the old stays.
            self.measured = if self.measured == 0 { now } else { (self.measured + now) / 2 };
        }
        self.within = 0;
    }

    /// Bits a second; while nothing is measured yet, a guess that makes room for it.
    pub(crate) fn bits(&self) -> u64 {
        if self.measured > 0 { self.measured } else { 100_000.max(self.within) }
    }

    /// Whether it has ceased while another size of the same source goes on.
    pub(crate) fn is_behind(&self, others: &[Self]) -> bool {
        let newest = others.iter().filter_map(|other| other.last).max();
        newest > self.last.map(|last| last + BEHIND)
    }

    pub(crate) fn is_alive(&self, source: Source, now: Instant) -> bool {
        self.last.is_some_and(|last| now.saturating_duration_since(last) < patience(source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_brings_no_more_than_its_bounds() {
        // CALL-I5: 4 Mbit/s and 1,500 packets a second for a source.
        let start = Instant::now();
        let bounds = Bounds::new(4_000_000, 1_500);
        let count = |bytes: usize| {
            let mut flow = Flow::new(bounds, start);
            // A burst of a second is let through first; the second after shows the rate.
            (0..20_000_u64)
                .filter(|step| {
                    let now = start + Duration::from_micros(step * 100);
                    flow.accept(bounds, now, bytes) && *step >= 10_000
                })
                .count()
        };
        assert!((1_490..=1_510).contains(&count(100)), "{}", count(100));
        assert!((495..=505).contains(&count(1_000)), "{}", count(1_000));
    }

    #[test]
    fn width_is_measured_and_life_ends() {
        let start = Instant::now();
        let bounds = Bounds::new(4_000_000, 1_500);
        let mut flow = Flow::new(bounds, start);
        assert!(!flow.is_alive(Source::Camera, start));
        let mut now = start;
        for _ in 0..200 {
            now += Duration::from_millis(20);
            assert!(flow.accept(bounds, now, 1_000));
        }
        assert!((380_000..420_000).contains(&flow.bits()), "{}", flow.bits());
        assert!(flow.is_alive(Source::Camera, now + Duration::from_secs(1)));
        assert!(!flow.is_alive(Source::Camera, now + Duration::from_secs(2)));
        assert!(flow.is_alive(Source::Screen, now + Duration::from_secs(9)));
    }
}
