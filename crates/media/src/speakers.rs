//! Who is loud, by the levels that browsers put beside each packet of sound (RFC 6464). Packets are not opened for it.

use std::time::{Duration, Instant};

/// Below this a microphone hears a room, not a person.
const SPEECH: u8 = 127 - 50;
/// How long somebody counts as speaking after the last loud packet: between words nobody falls silent.
const HOLD: Duration = Duration::from_millis(1200);

/// The loudness of one microphone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Loudness {
    /// From 0 (silence) to 127, smoothed, in hundredths.
    smooth: u32,
    loud_at: Option<Instant>,
}

impl Loudness {
    /// Hears one packet. The level is in dBov, from 0 (loudest) down to -127.
    pub(crate) fn hear(&mut self, now: Instant, level: Option<i8>) {
        let heard = 127 - level.map_or(127, i8::unsigned_abs).min(127);
        let (old, new) = (self.smooth, u32::from(heard) * 100);
        // Up in three packets, down in some twenty: a shout is heard at once, a pause for breath is none.
        self.smooth = if new > old { (old * 2 + new) / 3 } else { (old * 19 + new) / 20 };
        if heard >= SPEECH {
            self.loud_at = Some(now);
        }
    }

    pub(crate) fn speaks(&self, now: Instant) -> bool {
        self.loud_at.is_some_and(|at| now.saturating_duration_since(at) < HOLD)
    }

    /// For comparing; a silent one counts nothing, however loud it was.
    pub(crate) fn score(&self, now: Instant) -> u32 {
        if self.speaks(now) { self.smooth } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packets(loudness: &mut Loudness, from: Instant, number: u64, level: i8) -> Instant {
        for step in 0..number {
            loudness.hear(from + Duration::from_millis(20 * step), Some(level));
        }
        from + Duration::from_millis(20 * number)
    }

    #[test]
    fn speech_is_heard_at_once_and_held_between_words() {
        let start = Instant::now();
        let mut loudness = Loudness::default();
        let now = packets(&mut loudness, start, 50, -90);
        assert!(!loudness.speaks(now));
        let now = packets(&mut loudness, now, 2, -20);
        assert!(loudness.speaks(now));
        let now = packets(&mut loudness, now, 30, -90);
        assert!(loudness.speaks(now), "600 ms of silence are a pause between words");
        let now = packets(&mut loudness, now, 60, -90);
        assert!(!loudness.speaks(now) && loudness.score(now) == 0);
    }

    #[test]
    fn the_louder_one_scores_more() {
        let start = Instant::now();
        let (mut loud, mut quiet, mut mute) = (Loudness::default(), Loudness::default(), Loudness::default());
        let now = packets(&mut loud, start, 20, -15);
        packets(&mut quiet, start, 20, -40);
        mute.hear(start, None);
        assert!(loud.score(now) > quiet.score(now) && quiet.score(now) > mute.score(now));
    }
}
