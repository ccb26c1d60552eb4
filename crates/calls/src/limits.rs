//! Every figure of calls in one place (K18).

use time::Duration;

/// How long before the bell a lesson's call opens (CALL-F30).
pub const LESSON_BEFORE: Duration = Duration::minutes(5);
/// How long after the bell it ends.
pub const LESSON_AFTER: Duration = Duration::minutes(10);
/// How long a call goes on without anybody who leads; then those who are in it wait.
pub const LEADERLESS: Duration = Duration::minutes(2);
/// How long a chat's call with nobody in it, or with nobody who has ever led it, waits before it ends.
pub const UNATTENDED: Duration = Duration::minutes(15);
/// How long a chat's call may go on.
pub const LONGEST_CALL: Duration = Duration::hours(12);
/// How long a pupil has to be in a lesson's call to have been there (CALL-F31).
pub const PRESENT: Duration = Duration::minutes(20);
/// How long after the bell one may come and not be late.
pub const LATE: Duration = Duration::minutes(5);
/// Calls that one has missed are named for so many days.
pub const MISSED_DAYS: Duration = Duration::days(7);
/// What somebody found when they tried their devices is kept for so many days (CALL-F34).
pub const CHECK_KEPT: Duration = Duration::days(30);

/// How many there may be at once (CALL-I5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls that go on.
    pub rooms: u32,
    /// People in one call.
    pub people: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rooms: 20, people: 60 }
    }
}
