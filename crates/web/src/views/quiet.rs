//! Quiet hours in words.

use messenger::{Quiet, Seat};
use school::Local;

use super::{clock_time, day_month, moment};
use crate::words::Words;

/// What stands above the composer in quiet hours.
pub(crate) struct QuietView {
    /// «Тихие часы до 7:30.»
    pub(crate) until: String,
    /// Whom what calls them reaches when.
    pub(crate) note: String,
    /// Whether the sender may call them at once.
    pub(crate) may_urge: bool,
}

/// Whether a time is of this evening or of the morning after it, so that its date says nothing new.
fn is_near(at: Local, now: Local) -> bool {
    at.date == now.date || now.date.next_day() == Some(at.date)
}

impl QuietView {
    pub(crate) fn of(quiet: &Quiet) -> Self {
        let clock = clock_time(quiet.until.time);
        let (until, when) = if is_near(quiet.until, quiet.now) {
            (clock.clone(), clock)
        } else {
            (moment(quiet.until, quiet.now.date), format!("{}, {clock}", day_month(quiet.until.date)))
        };
        let count: u32 = quiet.seats.values().sum();
        let only = |seats: &[Seat]| quiet.seats.keys().all(|seat| seats.contains(seat));
        let id = if only(&[Seat::Teacher, Seat::Homeroom]) {
            "quiet-teachers"
        } else if quiet.seats.keys().all(|seat| seat.is_staff()) {
            "quiet-staff"
        } else if only(&[Seat::Guardian]) {
            "quiet-guardians"
        } else if only(&[Seat::Pupil]) {
            "quiet-pupils"
        } else {
            "quiet-some"
        };
        Self {
            until: Words::of("quiet-until").with("until", until).say(),
            note: Words::of(id).with("count", count).with("when", when).say(),
            may_urge: quiet.may_urge,
        }
    }
}
