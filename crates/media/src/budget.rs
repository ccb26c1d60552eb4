//! How much of a network is used: never more than it seems to carry, and more than now only in single steps that are
//! taken back, and waited longer for, when they were too much (CALL-P8).

use std::time::{Duration, Instant};

/// Below this a picture would be a slide show of broken pieces: it is paused until there is clearly more.
const PICTURES: u64 = 150_000;
const PICTURES_AGAIN: u64 = 200_000;
/// Below this only the teacher's sound fits.
const SOUND: u64 = 40_000;
const SOUND_AGAIN: u64 = 60_000;
/// A network that loses more than this is full, whatever the estimate says.
const LOSSY: f32 = 0.10;
/// Between two steps up.
const STEP: Duration = Duration::from_millis(400);
/// After a step that was too much; doubled each time, and forgotten when a step has held for the same ten seconds.
const WAIT: Duration = Duration::from_secs(4);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const TRIAL: Duration = Duration::from_secs(10);

/// What may be sent to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// All sound, and pictures of so many bits a second.
    Pictures(u64),
    /// All sound, no pictures.
    Sound,
    /// The sound of teachers.
    Teacher,
}

/// What is known of one page's network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Bits a second, if the page's browser helps to estimate.
    estimate: Option<u64>,
    loss: f32,
    /// For pictures.
    cap: u64,
    paused: bool,
    whispering: bool,
    wait: Duration,
    climb_from: Instant,
    climbed: Option<Instant>,
}

impl Budget {
    /// Starts with a guess, so that first pictures come at once.
    pub(crate) fn new(now: Instant, guess: u64) -> Self {
        Self {
            estimate: None,
            loss: 0.0,
            cap: guess,
            paused: false,
            whispering: false,
            wait: WAIT,
            climb_from: now,
            climbed: None,
        }
    }

    pub(crate) fn estimated(&mut self, bits: u64) {
        self.estimate = Some(bits);
    }

    /// The part that was lost in the last second.
    pub(crate) fn lost(&mut self, fraction: f32) {
        self.loss = fraction.clamp(0.0, 1.0);
    }

    pub(crate) fn estimate(&self) -> Option<u64> {
        self.estimate
    }

    pub(crate) fn loss(&self) -> f32 {
        self.loss
    }

    /// Decides anew. `most` is what the page may get at all, `sound` what its sound takes, `spent` what its pictures
    /// take now, `next` what they would with one step more.
    pub(crate) fn decide(
        &mut self,
        now: Instant,
        most: u64,
        sound: u64,
        spent: u64,
        next: Option<u64>,
    ) -> Allowance {
        let whole = self.estimate.unwrap_or(u64::MAX).min(most);
        self.whispering = whole < if self.whispering { SOUND_AGAIN } else { SOUND };
        if self.paused {
            self.paused = whole < PICTURES_AGAIN || now < self.climb_from;
            if !self.paused {
                self.cap = whole.saturating_sub(sound);
                self.climbed = Some(now);
            }
        } else if whole < PICTURES {
            self.fall(now);
            self.paused = true;
        }
        if self.whispering {
            return Allowance::Teacher;
        }
        if self.paused {
            return Allowance::Sound;
        }
        let carried = whole.saturating_sub(sound);
        if self.loss > LOSSY && spent > 0 {
            self.cap = self.cap.min(carried).min(spent * 4 / 5);
            self.fall(now);
            // The loss was acted upon; the next report tells whether it helped.
            self.loss = 0.0;
        } else if carried < spent {
            self.cap = carried;
            self.fall(now);
        } else if let Some(next) = next.filter(|next| *next > self.cap && *next <= carried)
            && now >= self.climb_from
        {
            self.cap = next;
            self.climbed = Some(now);
            self.climb_from = now + STEP;
        }
        if self.climbed.is_some_and(|at| now.saturating_duration_since(at) > TRIAL) {
            self.climbed = None;
            self.wait = WAIT;
        }
        Allowance::Pictures(self.cap.min(carried))
    }

    /// The last step, or the network itself, was too much.
    fn fall(&mut self, now: Instant) {
        if self.climbed.take().is_some() {
            self.wait = (self.wait * 2).min(LONGEST_WAIT);
        }
        self.climb_from = now + self.wait;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = u64::MAX;

    #[test]
    fn pictures_are_paused_before_sound_suffers() {
        // CALL-A6, CALL-P8: below 150 kbit/s no pictures, below 40 the teacher alone, back only when there is clearly more.
        let mut now = Instant::now();
        let mut budget = Budget::new(now, 600_000);
        for (estimate, allowed) in [
            (160_000, Allowance::Pictures(80_000)),
            (149_000, Allowance::Sound),
            (199_000, Allowance::Sound),
            (39_000, Allowance::Teacher),
            (59_000, Allowance::Teacher),
            (61_000, Allowance::Sound),
            (250_000, Allowance::Pictures(170_000)),
        ] {
            now += Duration::from_secs(61);
            budget.estimated(estimate);
            assert_eq!(budget.decide(now, MOST, 80_000, 0, None), allowed, "{estimate}");
        }
    }

    #[test]
    fn an_estimate_far_above_the_truth_is_climbed_in_steps_and_left_for_longer_each_time() {
        // CALL-P8: a policer above the media rate lets the estimate run to megabits.
        let mut now = Instant::now();
        let mut budget = Budget::new(now, 300_000);
        budget.estimated(4_000_000);
        let mut falls = Vec::new();
        let (mut spent, started) = (200_000, now);
        while falls.len() < 4 {
            now += Duration::from_millis(100);
            let Allowance::Pictures(cap) = budget.decide(now, MOST, 0, spent, Some(spent + 400_000)) else {
                panic!("paused")
            };
            if cap >= spent + 400_000 {
                spent += 400_000;
            }
            // The policer's edge is at 500 kbit/s: what is above gets lost.
            if spent > 500_000 {
                budget.lost(0.3);
                budget.decide(now, MOST, 0, spent, None);
                spent = 200_000;
                falls.push(now.duration_since(started).as_secs());
            }
        }
        let waits: Vec<u64> = falls.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(waits.is_sorted() && waits[0] >= 8 && waits[2] >= 30, "{waits:?}");
    }

    #[test]
    fn a_picture_that_is_made_large_grows_within_a_second() {
        let start = Instant::now();
        let mut budget = Budget::new(start, 600_000);
        budget.estimated(5_000_000);
        budget.decide(start, MOST, 80_000, 200_000, None);
        let mut spent = 200_000;
        for step in 0..10 {
            let now = start + Duration::from_secs(5) + Duration::from_millis(100 * step);
            if let Allowance::Pictures(cap) = budget.decide(now, MOST, 80_000, spent, Some(spent + 600_000)) {
                spent = spent.max(if cap >= spent + 600_000 { spent + 600_000 } else { 0 });
            }
        }
        assert!(spent >= 1_400_000, "two steps: {spent}");
    }

    #[test]
    fn a_room_that_is_full_is_narrow_for_everybody_in_it() {
        // CALL-I5: what a room sends out is bounded.
        let now = Instant::now();
        let mut budget = Budget::new(now, 600_000);
        budget.estimated(50_000_000);
        assert_eq!(budget.decide(now, 300_000, 100_000, 0, None), Allowance::Pictures(200_000));
    }
}
