//! Owns calls: who may start one, who is let in and with which rights, hands, and the log that attendance is derived from.
//! Promises that a right is read from the roster at each command, and that attendance survives a crash.
//! Never knows media, marks, HTTP or sockets.

mod ids;

mod attendance;
mod limits;
mod log;
mod machine;
mod rights;
mod rules;

mod call;
mod caller;

mod enter;
mod finish;
mod hand;
mod moderate;
mod note;
mod overview;
mod pulse;
mod start;
mod timetable;

mod check;
mod confirm;
mod dissolve;

mod storage;

pub use attendance::{AttendanceRules, Presence, Span, Verdict, attendance};
pub use call::{Call, CallPlace, EndWhy, find_call, find_chat_call, find_lesson_call, live_calls};
pub use caller::{CallerOf, Ground, LeaderOf, LessonFacts, LessonLeaderOf, may_attend};
pub use check::{
    Camera, Check, CheckDraft, DeviceFault, Found, Microphone, Network, Trip, Trouble, checks_of_lesson,
    keep_check, own_check, purge_checks,
};
pub use confirm::{Before, Confirmed, ConfirmedMark, confirm, find_confirmation, take_back};
pub use dissolve::is_in_use;
pub use enter::{EnterError, Entered, enter};
pub use finish::{Absence, FinishError, Settled, finish, settle};
pub use hand::{Hand, hands, lower, raise};
pub use ids::{CallId, LessonRef, VisitId};
pub use limits::{
    CHECK_KEPT, LATE, LEADERLESS, LESSON_AFTER, LESSON_BEFORE, LONGEST_CALL, Limits, MISSED_DAYS, PRESENT,
    UNATTENDED,
};
pub use log::{Entry, EntryKind, LeaveWhy, Source, entries_of};
pub use machine::{CallEvent, CallRefusal, CallState, next_call_state};
pub use moderate::{ModerateError, allow, keep_out, kept_out, let_back, set_rules};
pub use note::{Note, note};
pub use overview::{PastCall, count_inside, missed_calls};
pub use pulse::{beat, recover};
pub use rights::{Marks, Part, Permissions, Watch, marks_of, permissions};
pub use rules::CallRules;
pub use start::{StartError, may_start, start};
pub use timetable::{LessonWindow, open_lessons};

macro_rules! migration {
    ($name:literal) => {
        store::Migration { name: $name, sql: include_str!(concat!("../migrations/", $name, ".sql")) }
    };
}

/// The crate's migrations.
pub const MIGRATIONS: &[store::Migration] = &[
    migration!("V0110__calls_call"),
    migration!("V0111__calls_log"),
    migration!("V0112__calls_attendance"),
    migration!("V0140__calls_before"),
    migration!("V0150__calls_moments"),
    migration!("V0151__calls_check"),
];
