//! Makes one unbroken stream of what a slot carries, whoever and whichever size it is at the moment (CALL-P3, CALL-P4,
//! CALL-P6).

use std::time::Instant;

use crate::vp8::PictureId;

/// Numbers of a packet, as they came or as they go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Extended, so it never wraps.
    pub(crate) sequence: u64,
    pub(crate) time: u32,
    pub(crate) picture: Option<PictureId>,
    pub(crate) base: Option<u8>,
}

/// The state of a slot. It outlives every source that the slot carries.
#[derive(Clone, Debug)]
pub(crate) struct Rewriter {
    /// Ticks a second of the timestamps.
    clock: u32,
    last: Last,
    run: Option<Run>,
}

/// The highest numbers that went out.
#[derive(Clone, Copy, Debug)]
struct Last {
    sequence: u64,
    time: u32,
    at: Option<Instant>,
    picture: u16,
    base: u8,
}

/// A stretch of packets of one source in one size, without a pause.
#[derive(Clone, Copy, Debug)]
struct Run {
    from: u64,
    sequence: u64,
    time: u32,
    picture: u16,
    base: u8,
}

/// The first sequence number. A page that joins late begins at roll-over counter 0, so the first must be below 65,536
/// (CALL-P3); not at the edge, so that what comes before it out of order does not wrap.
const FIRST: u64 = 1000;

impl Rewriter {
    pub(crate) fn new(clock: u32) -> Self {
        let last = Last { sequence: FIRST - 1, time: clock, at: None, picture: 0, base: 0 };
        Self { clock, last, run: None }
    }

    /// What comes next belongs to another source or size, or follows a pause.
    pub(crate) fn cut(&mut self) {
        self.run = None;
    }

    /// Whether the next packet begins a stretch.
    pub(crate) fn is_cut(&self) -> bool {
        self.run.is_none()
    }

    /// The numbers with which a packet goes out; none for one from before the cut that comes late.
    pub(crate) fn pass(&mut self, now: Instant, numbers: Numbers) -> Option<Numbers> {
        let run = *self.run.get_or_insert_with(|| {
            let passed = self.last.at.map_or(0, |at| now.saturating_duration_since(at).as_micros());
            let ticks = (passed * u128::from(self.clock) / 1_000_000).max(1);
            // Timestamps wrap by their nature, so does the cast.
            let time = self.last.time.wrapping_add(ticks as u32);
            Run {
                from: numbers.sequence,
                sequence: self.last.sequence + 1,
                time: time.wrapping_sub(numbers.time),
                picture: (self.last.picture + 1).wrapping_sub(numbers.picture.map_or(0, |id| id.value)),
                base: self.last.base.wrapping_add(1).wrapping_sub(numbers.base.unwrap_or(0)),
            }
        });
        let sequence = run.sequence + numbers.sequence.checked_sub(run.from)?;
        let time = numbers.time.wrapping_add(run.time);
        let picture = numbers
            .picture
            .map(|id| PictureId { value: id.value.wrapping_add(run.picture) & id.mask(), wide: id.wide });
        let base = numbers.base.map(|base| base.wrapping_add(run.base));
        if sequence > self.last.sequence {
            self.last = Last {
                sequence,
                time,
                at: Some(now),
                picture: picture.map_or(self.last.picture, |id| id.value),
                base: base.unwrap_or(self.last.base),
            };
        }
        Some(Numbers { sequence, time, picture, base })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn video(sequence: u64, time: u32, picture: u16, base: u8) -> Numbers {
        Numbers { sequence, time, picture: Some(PictureId { value: picture, wide: true }), base: Some(base) }
    }

    #[test]
    fn a_newcomer_starts_below_the_first_roll_over() {
        // CALL-P3: the source has run for hours.
        let mut rewriter = Rewriter::new(90_000);
        let out = rewriter.pass(Instant::now(), video(7_000_000, 1, 2, 3)).unwrap();
        assert!(out.sequence < 32_768);
    }

    #[test]
    fn another_size_continues_the_numbers() {
        // CALL-P4: sequence, timestamp, picture and base numbers go on as if nothing had happened.
        let start = Instant::now();
        let mut rewriter = Rewriter::new(90_000);
        let first = rewriter.pass(start, video(500_000, 4_000_000_000, 0x7fff, 255)).unwrap();
        let second = rewriter.pass(start, video(500_001, 4_000_003_000, 0, 0)).unwrap();
        assert_eq!(second.sequence, first.sequence + 1);
        assert_eq!(second.picture.unwrap().value, (first.picture.unwrap().value + 1) & 0x7fff);
        rewriter.cut();
        let third = rewriter.pass(start + Duration::from_millis(40), video(17, 1000, 900, 70)).unwrap();
        assert_eq!(third.sequence, second.sequence + 1);
        assert_eq!(third.time.wrapping_sub(second.time), 3600, "40 ms have passed");
        assert_eq!(third.picture.unwrap().value, (second.picture.unwrap().value + 1) & 0x7fff);
        assert_eq!(third.base.unwrap(), second.base.unwrap().wrapping_add(1));
    }

    #[test]
    fn a_pause_leaves_no_gap() {
        // CALL-P6: 126 packets are dropped while muted, and none is missing afterwards.
        let start = Instant::now();
        let audio =
            |sequence: u64| Numbers { sequence, time: sequence as u32 * 960, picture: None, base: None };
        let mut rewriter = Rewriter::new(48_000);
        let before = rewriter.pass(start, audio(100)).unwrap();
        rewriter.cut();
        let after = rewriter.pass(start + Duration::from_millis(126 * 20), audio(226)).unwrap();
        assert_eq!(after.sequence, before.sequence + 1);
        assert_eq!(after.time - before.time, 126 * 960, "time did pass");
    }

    #[test]
    fn what_comes_late_from_before_the_cut_is_dropped() {
        let mut rewriter = Rewriter::new(90_000);
        let now = Instant::now();
        rewriter.pass(now, video(10, 0, 0, 0)).unwrap();
        rewriter.cut();
        rewriter.pass(now, video(20, 0, 5, 0)).unwrap();
        assert_eq!(rewriter.pass(now, video(19, 0, 4, 0)), None);
        assert!(rewriter.pass(now, video(21, 0, 5, 0)).is_some());
    }

    proptest! {
        #[test]
        fn numbers_are_never_repeated(steps in proptest::collection::vec((any::<bool>(), 0..5_u64, any::<u32>(), any::<u16>(), any::<u8>()), 1..200)) {
            let mut rewriter = Rewriter::new(90_000);
            let (mut now, mut sequence, mut highest) = (Instant::now(), 1 << 30, 0);
            for (cut, ahead, time, picture, base) in steps {
                if cut {
                    rewriter.cut();
                    sequence = u64::from(time) + 70_000;
                }
                sequence += ahead + 1;
                now += Duration::from_millis(ahead);
                let out = rewriter.pass(now, video(sequence, time, picture & 0x7fff, base)).unwrap();
                prop_assert!(out.sequence > highest);
                if cut {
                    prop_assert!(highest == 0 || out.sequence == highest + 1);
                }
                highest = out.sequence;
            }
        }
    }
}
