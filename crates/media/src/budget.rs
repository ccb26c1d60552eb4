//! How much of a network is used: more than now only in single steps, each on trial, and one that was too much is taken
//! back (CALL-P8).
//!
//! The estimate of str0m looks at delays, and a busy computer delays packets as a narrow network does. So it is believed
//! when it says that there is room; when it says that there is none, packets that get lost or take long must agree. Else
//! what has just been carried without loss is what the network carries at least.
//!
//! Once a step was too much, the next one is tried with padding first, in rungs of a second: each sends half as much
//! again, up to what there would be with the step. Nobody sees that, and a second of too much hurts sound little, so it
//! can be tried every few seconds, and a network that has become wide again is noticed soon. Only where the padding
//! cannot tell, for the estimate holds it back, a step is taken as it is, and after one that was too much the next is
//! waited for twice as long.

use std::time::{Duration, Instant};

/// Below this a picture would be a slide show of broken pieces: it is paused until there is clearly more.
const PICTURES: u64 = 150_000;
const PICTURES_AGAIN: u64 = 200_000;
/// Below this only the teacher's sound fits.
const SOUND: u64 = 40_000;
const SOUND_AGAIN: u64 = 60_000;
/// A network that loses more than this is full, whatever the estimate says.
const LOSSY: f32 = 0.10;
/// Signs that a low estimate tells of the network: losses, or packets that wait on the way.
const LOSING: f32 = 0.05;
const SLOW: Duration = Duration::from_millis(400);
/// How long there is no such sign before a step is tried that the estimate does not support.
const CALM: Duration = Duration::from_secs(3);
/// Between two steps up.
const STEP: Duration = Duration::from_millis(400);
/// Before padding is sent again: after a step that was too much or padding that was, and while something is shown up to
/// this, doubled each time.
const TRY: Duration = Duration::from_secs(3);
const LONGEST_TRY: Duration = Duration::from_secs(12);
/// After a step without padding that was too much; doubled each time, and forgotten when a step has held for the same
/// ten seconds.
const WAIT: Duration = Duration::from_secs(4);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const HELD: Duration = Duration::from_secs(10);
/// How much more than the step itself padding has to carry, of a hundred: at first, and after steps that it was wrong
/// about.
const MARGIN: u64 = 115;
const WIDER: u64 = 50;
const WIDEST: u64 = 215;
/// How much of a rung has to have been sent to tell anything, of a hundred.
const SENT: u64 = 85;

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

/// A step that is tried with padding. All is counted that is sent, in bits a second.
#[derive(Clone, Copy, Debug)]
struct Trial {
    /// The rung of this second.
    rung: u64,
    /// The last one.
    goal: u64,
    /// A report came since the rung began, and it tells of this rung alone.
    told: bool,
}

/// What is known of one page's network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Bits a second, if the page's browser helps to estimate.
    estimate: Option<u64>,
    loss: f32,
    round_trip: Option<Duration>,
    /// Bits that were sent in the last second.
    carried: u64,
    /// For pictures.
    cap: u64,
    paused: bool,
    whispering: bool,
    /// The last report was acted upon; the next one tells whether that helped.
    settling: bool,
    /// A step was too much, and none has held since.
    careful: bool,
    trial: Option<Trial>,
    /// A report has just come: a rung begins with one, so that the next one tells of it.
    fresh: bool,
    /// The last step was tried with padding.
    tried: bool,
    /// The last padding could not be sent, so nothing is known.
    untold: bool,
    again: Duration,
    margin: u64,
    /// When the next step, or padding for it, may be tried, and when a step that padding could not tell about.
    climb_from: Instant,
    blind_from: Instant,
    wait: Duration,
    climbed: Option<Instant>,
    calm: Option<Instant>,
}

impl Budget {
    /// Starts with a guess, so that first pictures come at once.
    pub(crate) fn new(now: Instant, guess: u64) -> Self {
        Self {
            estimate: None,
            loss: 0.0,
            round_trip: None,
            carried: 0,
            cap: guess,
            paused: false,
            whispering: false,
            settling: false,
            careful: false,
            trial: None,
            fresh: false,
            tried: false,
            untold: false,
            again: TRY,
            margin: MARGIN,
            climb_from: now,
            blind_from: now,
            wait: WAIT,
            climbed: None,
            calm: None,
        }
    }

    pub(crate) fn estimated(&mut self, bits: u64) {
        self.estimate = Some(bits);
    }

    /// The part that was lost in the last second, and the bits that were sent in it, padding included.
    pub(crate) fn measured(&mut self, loss: f32, round_trip: Option<Duration>, carried: u64) {
        self.loss = loss.clamp(0.0, 1.0);
        self.round_trip = round_trip.or(self.round_trip);
        self.carried = carried;
        self.settling = false;
        self.fresh = true;
        if let Some(trial) = &mut self.trial {
            trial.told = true;
        }
    }

    /// Packets were lost on our own side of the network.
    pub(crate) fn overflowed(&mut self) {
        self.loss = 1.0;
        self.settling = false;
    }

    pub(crate) fn estimate(&self) -> Option<u64> {
        self.estimate
    }

    pub(crate) fn loss(&self) -> f32 {
        self.loss
    }

    pub(crate) fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// What is to be sent now, with padding where media are less.
    pub(crate) fn floor(&self) -> u64 {
        self.trial.map_or(0, |trial| trial.rung)
    }

    fn is_tight(&self) -> bool {
        !self.settling && (self.loss > LOSING || self.round_trip.is_some_and(|time| time > SLOW))
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
        self.judge(now, sound, spent);
        let tight = self.is_tight();
        let estimate = self.estimate.unwrap_or(u64::MAX);
        let whole = if tight { estimate } else { estimate.max(self.carried) };
        self.calm = if tight { None } else { self.calm.or(Some(now)) };
        let calm = self.calm.is_some_and(|since| now.saturating_duration_since(since) >= CALM);
        self.whispering = tight && whole < if self.whispering { SOUND_AGAIN } else { SOUND };
        let room = whole.saturating_sub(sound);
        if self.paused && next.is_none() {
            // Nothing is waited for: what the estimate says is enough until something is.
            self.paused = (whole < PICTURES_AGAIN && !calm) || now < self.climb_from;
            if !self.paused {
                self.cap = room.max(PICTURES_AGAIN);
                self.climbed = Some(now);
            }
        } else if !self.paused && tight && whole < PICTURES {
            self.fall(now);
            self.paused = true;
        }
        if self.whispering {
            return Allowance::Teacher;
        }
        if !self.paused && tight && self.loss > LOSSY && spent > 0 {
            // What came through is what there is.
            let through = (self.carried as f64 * f64::from(1.0 - self.loss)) as u64;
            self.cap = self.cap.min(room).min(spent * 4 / 5).min(through.saturating_sub(sound));
            self.fall(now);
            self.settling = true;
        } else if !self.paused && tight && room < spent {
            self.cap = room;
            self.fall(now);
        } else if let Some(next) = next.filter(|next| self.paused || *next > self.cap) {
            if !tight {
                self.climb(now, sound, spent, next, room, calm);
            }
        } else {
            self.trial = None;
        }
        if self.climbed.is_some_and(|at| now.saturating_duration_since(at) > HELD) {
            self.climbed = None;
            self.careful = false;
            self.wait = WAIT;
            self.margin = MARGIN;
        }
        self.fresh = false;
        if self.paused {
            Allowance::Sound
        } else {
            Allowance::Pictures(self.cap.min(most.saturating_sub(sound)))
        }
    }

    /// Goes on with the trial when it is told what came of a rung.
    fn judge(&mut self, now: Instant, sound: u64, spent: u64) {
        let Some(Trial { rung, goal, .. }) = self.trial.filter(|trial| trial.told) else { return };
        if self.is_tight() {
            // It was the padding that was too much, and it ends; what is shown stays.
            self.put_off(now, spent, false);
            self.settling = true;
        } else if self.carried < rung / 100 * SENT {
            self.put_off(now, spent, true);
        } else if rung < goal {
            self.trial = Some(Trial { rung: (rung * 3 / 2).min(goal), goal, told: false });
        } else {
            self.trial = None;
            self.tried = true;
            self.again = TRY;
            self.step(now, goal.saturating_sub(sound));
        }
    }

    fn put_off(&mut self, now: Instant, spent: u64, untold: bool) {
        self.trial = None;
        self.untold = untold;
        self.climb_from = now + self.again;
        // Without any picture it is worth a try more often.
        self.again = if spent > 0 { (self.again * 2).min(LONGEST_TRY) } else { TRY };
    }

    /// Takes the next step, or tries it with padding.
    fn climb(&mut self, now: Instant, sound: u64, spent: u64, next: u64, room: u64, calm: bool) {
        if !self.careful {
            if (next <= room || calm) && now >= self.climb_from {
                // Its width is not the same all the time.
                self.step(now, next.max(room.min(next * 5 / 4)));
                if next > room {
                    // Without the estimate's word each step waits for calm of its own.
                    self.calm = Some(now);
                }
            }
        } else if self.trial.is_some() {
        } else if self.untold && calm && now >= self.blind_from {
            (self.untold, self.tried) = (false, false);
            self.step(now, next * 5 / 4);
        } else if now >= self.climb_from && self.fresh {
            let goal = (sound + next) * self.margin / 100;
            let first = ((sound + spent) * 3 / 2).max(PICTURES);
            self.trial =
                Some(Trial { rung: first.min(goal), goal: goal.max((sound + spent) * 3 / 2), told: false });
        }
    }

    fn step(&mut self, now: Instant, pictures: u64) {
        self.paused = false;
        self.cap = pictures;
        self.climbed = Some(now);
        self.climb_from = now + STEP;
    }

    /// The last step, or the network itself, was too much.
    fn fall(&mut self, now: Instant) {
        if self.climbed.take().is_some() {
            self.wait = (self.wait * 2).min(LONGEST_WAIT);
            if std::mem::take(&mut self.tried) {
                self.margin = (self.margin + WIDER).min(WIDEST);
            }
        }
        self.careful = true;
        self.untold = false;
        self.trial = None;
        self.again = TRY;
        self.climb_from = now + TRY;
        self.blind_from = now + self.wait;
        self.calm = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::{Shares, Size, Wish, share};

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
            (250_000, Allowance::Pictures(200_000)),
        ] {
            now += Duration::from_secs(61);
            budget.estimated(estimate);
            // Packets take long, so the estimate is believed.
            budget.measured(0.0, Some(SLOW * 2), 0);
            assert_eq!(budget.decide(now, MOST, 80_000, 100_000, None), allowed, "{estimate}");
        }
    }

    #[test]
    fn a_low_estimate_that_nothing_agrees_with_takes_nothing_away() {
        // Measured with real browsers beside busy compilers: 97 kbit/s were estimated on the loopback, nothing got lost.
        let start = Instant::now();
        let mut budget = Budget::new(start, 1_200_000);
        let mut spent = 300_000;
        for step in 0..200 {
            budget.estimated(97_000);
            budget.measured(0.0, Some(Duration::from_millis(80)), spent + 80_000);
            let now = start + Duration::from_millis(100 * step);
            let Allowance::Pictures(cap) = budget.decide(now, MOST, 80_000, spent, Some(2_000_000)) else {
                panic!("paused")
            };
            spent = spent.max(cap.min(2_000_000));
        }
        assert_eq!(spent, 2_000_000, "and a step was tried when all was calm");
    }

    /// What an estimate makes of a network.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Estimates {
        /// What there is, a second later.
        Truly,
        /// Megabits, as of a network that drops what is too much without delaying anything (CALL-P8).
        TooMuch,
        /// Next to nothing, as on a busy computer.
        TooLittle,
    }

    /// What came of a network that was narrow for a minute.
    #[derive(Debug)]
    struct Seen {
        /// Lost of a hundred packets, from ten seconds after it became narrow to the end of that.
        lost: u64,
        /// How often a picture came that had to be taken away again.
        flashes: usize,
        /// Seconds after it was wide again, to the first picture and to all.
        first: f64,
        all: f64,
    }

    /// A page with some pictures, beside sound, whose network carries so much for a minute and then everything.
    fn narrowed(limit: u64, pictures: usize, estimates: Estimates, until: u64) -> Seen {
        const SOUND: u64 = 70_000;
        let camera = |height, layer, bits| Size { layer, height, bits };
        let wish = Wish { height: 360, sizes: vec![camera(180, 0, 130_000), camera(360, 1, 500_000)] };
        let wishes = vec![wish; pictures];
        let start = Instant::now();
        let mut budget = Budget::new(start, 1_200_000);
        let mut shares = Shares::default();
        let (mut offered, mut estimate): (Vec<u64>, u64) = (Vec::new(), 4_000_000);
        let mut seen = Seen { lost: 0, flashes: 0, first: f64::MAX, all: f64::MAX };
        for step in 1..=1500_u64 {
            let now = start + Duration::from_millis(100 * step);
            let carries = if (100..until).contains(&step) { limit } else { 20_000_000 };
            let media = SOUND + shares.bits;
            // Padding is sent as far as the estimate allows it.
            offered.push(media.max(budget.floor().min(estimate)));
            if step.is_multiple_of(10) {
                let sent: u64 = offered.iter().rev().take(10).sum::<u64>() / 10;
                let lost = sent.saturating_sub(carries) as f32 / sent as f32;
                budget.measured(lost, None, sent);
                if (200..until).contains(&step) {
                    seen.lost += (lost * 1000.0) as u64;
                }
                estimate = match estimates {
                    Estimates::Truly => carries.min(estimate.max(sent) * 3 / 2),
                    Estimates::TooMuch => 4_000_000,
                    Estimates::TooLittle => 97_000,
                };
            }
            budget.estimated(estimate);
            let allowed = match budget.decide(now, MOST, SOUND, shares.bits, shares.next) {
                Allowance::Pictures(bits) => bits,
                Allowance::Sound | Allowance::Teacher => 0,
            };
            let before = shares.layers.iter().flatten().count();
            shares = share(&wishes, allowed);
            let shown = shares.layers.iter().flatten().count();
            if (200..until).contains(&step) && shown < before {
                seen.flashes += 1;
            }
            let after = (step.saturating_sub(until)) as f64 / 10.0;
            if step >= until && shown > 0 {
                seen.first = seen.first.min(after);
            }
            if step >= until && shares.next.is_none() {
                seen.all = seen.all.min(after);
            }
        }
        // Of a report each second, each of a thousand.
        seen.lost /= until - 200;
        seen
    }

    #[test]
    fn a_network_that_is_wide_again_is_noticed_within_seconds_and_a_narrow_one_is_left_alone() {
        // CALL-P8: pictures are back after eight seconds at most, and until then sound hardly suffers.
        for (limit, pictures, estimates) in [
            (60_000, 1, Estimates::Truly),
            (100_000, 1, Estimates::Truly),
            (150_000, 2, Estimates::Truly),
            (220_000, 2, Estimates::Truly),
            (600_000, 9, Estimates::Truly),
            (150_000, 1, Estimates::TooMuch),
            (180_000, 2, Estimates::TooMuch),
            (220_000, 1, Estimates::TooMuch),
            (300_000, 3, Estimates::TooMuch),
            (600_000, 3, Estimates::TooMuch),
            (150_000, 1, Estimates::TooLittle),
        ] {
            // Wherever in its rounds of waiting and trying it is when the network becomes wide.
            for until in (700..800).step_by(7) {
                let seen = narrowed(limit, pictures, estimates, until);
                let told = format!("{limit} bits, {pictures} pictures, {estimates:?}, {until}: {seen:?}");
                // Sound and the first rung alone are more than the narrowest carries.
                assert!(seen.lost <= if limit < 100_000 { 15 } else { 7 } && seen.flashes <= 3, "{told}");
                let (first, all) = if estimates == Estimates::TooLittle { (32.0, 35.0) } else { (8.0, 30.0) };
                assert!(seen.first <= first && seen.all <= all, "{told}");
            }
        }
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
