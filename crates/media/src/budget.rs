//! How much of a network is used: more than now only in single steps, each on trial, and one that was too much is taken
//! back (CALL-P8).
//!
//! The estimate of str0m looks at delays, and a busy computer delays packets as a narrow network does. So it is believed
//! when it says that there is room; when it says that there is none, packets that get lost or take long must agree. Else
//! what has just been carried without loss is what the network carries at least.
//!
//! Once a step was too much, the next one is tried with padding first, in rungs of a second: each sends half as
//! much again, up to what there would be with the step. Nobody sees that, and a second of too much hurts sound little, so it
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
/// So little is not worth a pause: str0m fills as much with padding by itself.
const LITTLE: u64 = 50_000;
/// A network that loses more than this is full, whatever the estimate says.
const LOSSY: f32 = 0.10;
/// Signs that a low estimate tells of the network: losses, or packets that wait on the way.
const LOSING: f32 = 0.08;
/// A network may lose five of a hundred whatever is sent, and more in a bad second: only a loss that is severe, or is
/// there in so many reports in a row, is a reason to take something away.
const SEVERE: f32 = 0.25;
const IN_A_ROW: u8 = 4;
const SLOW: Duration = Duration::from_millis(400);
/// How long there is no such sign before a step is tried that the estimate does not support.
const CALM: Duration = Duration::from_secs(3);
/// Between two steps up.
const STEP: Duration = Duration::from_millis(400);
/// Before padding is sent again: after a step that was too much or padding that was, and while something is shown up to
/// this, doubled each time.
const TRY: Duration = Duration::from_secs(3);
const LONGEST_TRY: Duration = Duration::from_secs(6);
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
    /// Reports since the rung began: a loss in any of them ends it, and the second is the first that tells of a second
    /// which was this rung's alone.
    reports: u8,
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
    /// So many reports in a row have told of a loss.
    strained: u8,
    /// So many reports still tell of what was acted upon; those after them, whether that helped.
    settling: u8,
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
    /// When the last step was taken that is still on probation, and what pictures took before it.
    climbed: Option<(Instant, u64)>,
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
            strained: 0,
            settling: 0,
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

    /// The part that was lost in the last second, and the bits a second that are sent, padding included. Twice a second.
    pub(crate) fn measured(&mut self, loss: f32, round_trip: Option<Duration>, carried: u64) {
        self.loss = loss.clamp(0.0, 1.0);
        self.round_trip = round_trip.or(self.round_trip);
        self.carried = carried;
        self.settling = self.settling.saturating_sub(1);
        self.strained = if self.loss > LOSING { self.strained.saturating_add(1) } else { 0 };
        self.fresh = true;
        if let Some(trial) = &mut self.trial {
            trial.reports = trial.reports.saturating_add(1);
        }
    }

    /// Packets were lost on our own side of the network.
    pub(crate) fn overflowed(&mut self) {
        self.loss = 1.0;
        self.settling = 0;
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
        self.settling == 0 && (self.loss > LOSING || self.round_trip.is_some_and(|time| time > SLOW))
    }

    /// Whether something has to be taken away.
    fn is_pressed(&self) -> bool {
        let slow = self.round_trip.is_some_and(|time| time > SLOW);
        self.settling == 0 && (slow || self.loss > SEVERE || self.strained >= IN_A_ROW)
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
        let (tight, pressed) = (self.is_tight(), self.is_pressed());
        let estimate = self.estimate.unwrap_or(u64::MAX);
        let whole = if tight { estimate } else { estimate.max(self.carried) };
        self.calm = if tight { None } else { self.calm.or(Some(now)) };
        let calm = self.calm.is_some_and(|since| now.saturating_duration_since(since) >= CALM);
        self.whispering = pressed && whole < if self.whispering { SOUND_AGAIN } else { SOUND };
        let room = whole.saturating_sub(sound);
        if self.paused && next.is_none() {
            // Nothing is waited for: what the estimate says is enough until something is.
            self.paused = (whole < PICTURES_AGAIN && !calm) || now < self.climb_from;
            if !self.paused {
                self.cap = room.max(PICTURES_AGAIN);
                self.climbed = Some((now, 0));
            }
        } else if !self.paused && pressed && whole < PICTURES {
            self.fall(now);
            self.paused = true;
        }
        if self.whispering {
            return Allowance::Teacher;
        }
        if !self.paused && pressed && self.loss > LOSSY && spent > 0 {
            // What was before the step is what there is, or else what came through.
            let through = (self.carried as f64 * f64::from(1.0 - self.loss)) as u64;
            let less = (spent * 4 / 5).min(through.saturating_sub(sound)).min(room);
            self.cap = self.cap.min(self.climbed.map_or(less, |(_, before)| before * 9 / 8)).max(LITTLE);
            self.fall(now);
            self.settling = 2;
        } else if !self.paused && pressed && room < spent {
            self.cap = room;
            self.fall(now);
        } else if let Some(next) = next.filter(|next| self.paused || *next > self.cap) {
            if !tight {
                self.climb(now, sound, spent, next, room, calm);
            }
        } else {
            self.trial = None;
        }
        if self.climbed.is_some_and(|(at, _)| now.saturating_duration_since(at) > HELD) {
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
        let Some(Trial { rung, goal, reports }) = self.trial.filter(|trial| self.fresh && trial.reports > 0)
        else {
            return;
        };
        if self.is_tight() {
            // It was the padding that was too much, and it ends; what is shown stays.
            self.put_off(now, spent, false);
            self.settling = 2;
        } else if reports < 2 {
            // Half of it was before.
        } else if self.carried < rung / 100 * SENT {
            self.put_off(now, spent, true);
        } else if rung < goal {
            self.trial = Some(Trial { rung: (rung * 3 / 2).min(goal), goal, reports: 0 });
        } else {
            self.trial = None;
            self.tried = true;
            self.again = TRY;
            self.step(now, spent, goal.saturating_sub(sound));
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
                self.step(now, spent, next.max(room.min(next * 5 / 4)));
                if next > room {
                    // Without the estimate's word each step waits for calm of its own.
                    self.calm = Some(now);
                }
            }
        } else if self.trial.is_some() {
        } else if self.untold && calm && now >= self.blind_from {
            (self.untold, self.tried) = (false, false);
            self.step(now, spent, next * 5 / 4);
        } else if now >= self.climb_from && self.fresh {
            let goal = (sound + next) * self.margin / 100;
            let first = ((sound + spent) * 3 / 2).max(PICTURES);
            self.trial =
                Some(Trial { rung: first.min(goal), goal: goal.max((sound + spent) * 3 / 2), reports: 0 });
        }
    }

    fn step(&mut self, now: Instant, before: u64, pictures: u64) {
        self.paused = false;
        self.cap = pictures;
        self.climbed = Some((now, before));
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
        self.strained = 0;
        self.untold = false;
        self.trial = None;
        self.again = TRY;
        self.climb_from = now + TRY;
        self.blind_from = now + self.wait;
        self.calm = None;
    }
}

#[cfg(test)]
mod tests;
