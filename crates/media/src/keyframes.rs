//! When a sender is asked for a key frame: at once, but never more often than its picture can stand (CALL-P10).

use std::time::{Duration, Instant};

/// Between two requests of one picture in one size.
const APART: Duration = Duration::from_millis(400);
/// How often one receiver may ask on its own, in a row; then once in this time.
const PATIENCE: u32 = 4;
const EACH: Duration = Duration::from_secs(1);

/// The requests for one picture in one size.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Requests {
    wanted: bool,
    asked: Option<Instant>,
}

impl Requests {
    /// Somebody needs a key frame.
    pub(crate) fn want(&mut self) {
        self.wanted = true;
    }

    /// One has come.
    pub(crate) fn served(&mut self) {
        self.wanted = false;
    }

    /// Whether the sender is to be asked now. Asked again while none comes, for requests get lost too.
    pub(crate) fn is_due(&mut self, now: Instant) -> bool {
        let due = self.wanted && self.asked.is_none_or(|at| now.saturating_duration_since(at) >= APART);
        if due {
            self.asked = Some(now);
        }
        due
    }
}

/// How often a receiver has asked by itself: one that asks without end is heard once a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asker {
    used: u32,
    since: Option<Instant>,
}

impl Asker {
    pub(crate) fn may_ask(&mut self, now: Instant) -> bool {
        let since = *self.since.get_or_insert(now);
        let passed = now.saturating_duration_since(since).as_millis() / EACH.as_millis();
        if passed > 0 {
            self.used = self.used.saturating_sub(u32::try_from(passed).unwrap_or(u32::MAX));
            self.since = Some(now);
        }
        let may = self.used < PATIENCE;
        if may {
            self.used += 1;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_requests_is_two_or_three_a_second() {
        // CALL-P10.
        let start = Instant::now();
        let mut requests = Requests::default();
        let asked = (0..2000_u64)
            .filter(|step| {
                requests.want();
                requests.is_due(start + Duration::from_millis(*step))
            })
            .count();
        assert_eq!(asked, 5);
        requests.served();
        assert!(!requests.is_due(start + Duration::from_secs(9)));
    }

    #[test]
    fn a_request_that_got_lost_is_repeated() {
        let start = Instant::now();
        let mut requests = Requests::default();
        requests.want();
        let asked =
            (0..10_u64).filter(|step| requests.is_due(start + Duration::from_millis(step * 200))).count();
        assert_eq!(asked, 5);
    }

    #[test]
    fn one_who_asks_without_end_is_heard_once_a_second() {
        let start = Instant::now();
        let mut asker = Asker::default();
        let heard =
            (0..10_000_u64).filter(|step| asker.may_ask(start + Duration::from_millis(*step))).count();
        assert!((PATIENCE as usize..=14).contains(&heard), "{heard}");
    }
}
