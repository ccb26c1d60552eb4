//! Dated lessons: stable ids, and the states they go through (DIA-ST1).

use school::{ClassGroupId, GroupId, PersonId};
use store::ReadTx;
use time::Date;

use crate::{CourseId, LessonId, storage};

/// The state of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LessonState {
    /// By the timetable, nothing entered yet.
    Planned,
    /// It took place: a topic or the attendance is entered.
    Held,
    /// It does not take place; it stays visible.
    Cancelled,
    /// It takes place at another time.
    Moved,
    /// Held in a closed term and opened again by a grant.
    Reopened,
}

impl LessonState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Planned, Self::Held, Self::Cancelled, Self::Moved, Self::Reopened];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Held => "held",
            Self::Cancelled => "cancelled",
            Self::Moved => "moved",
            Self::Reopened => "reopened",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What happens to a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LessonEvent {
    /// Its topic or attendance was entered.
    Entered,
    /// What was entered was taken back, and nothing else was.
    TakenBack,
    /// A deputy head cancelled it.
    Cancelled,
    /// A deputy head took the cancellation or the move back.
    Restored,
    /// A deputy head moved it.
    Moved,
    /// Another teacher or subject was put in.
    Substituted,
    /// A grant opened it in a closed term.
    Reopened,
    /// The grant ran out.
    GrantEnded,
}

impl LessonEvent {
    /// All events.
    pub const ALL: [Self; 8] = [
        Self::Entered,
        Self::TakenBack,
        Self::Cancelled,
        Self::Restored,
        Self::Moved,
        Self::Substituted,
        Self::Reopened,
        Self::GrantEnded,
    ];
}

/// The event does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a lesson that is {state:?} cannot be {event:?}")]
pub struct LessonRefusal {
    /// The state.
    pub state: LessonState,
    /// The event.
    pub event: LessonEvent,
}

/// The state after an event; repeats are idempotent.
///
/// # Errors
/// [`LessonRefusal`] when the event does not fit.
pub const fn next_lesson_state(state: LessonState, event: LessonEvent) -> Result<LessonState, LessonRefusal> {
    use {LessonEvent as E, LessonState as S};
    match (state, event) {
        (S::Planned, E::Entered) => Ok(S::Held),
        (S::Planned | S::Held, E::TakenBack) => Ok(S::Planned),
        (S::Planned, E::Cancelled) => Ok(S::Cancelled),
        (S::Planned, E::Moved) => Ok(S::Moved),
        (S::Planned, E::Substituted | E::Restored) => Ok(S::Planned),
        // A lesson marked as held by mistake, e.g. by a topic planned ahead, may still be cancelled.
        (S::Held, E::Cancelled) => Ok(S::Cancelled),
        (S::Held, E::Entered | E::Substituted | E::Restored | E::GrantEnded) => Ok(S::Held),
        (S::Held, E::Reopened) => Ok(S::Reopened),
        (S::Cancelled, E::Cancelled) => Ok(S::Cancelled),
        (S::Cancelled | S::Moved, E::Restored) => Ok(S::Planned),
        (S::Moved, E::Moved) => Ok(S::Moved),
        (S::Moved, E::Cancelled) => Ok(S::Cancelled),
        (S::Reopened, E::Entered | E::TakenBack | E::Reopened | E::Restored) => Ok(S::Reopened),
        (S::Reopened, E::GrantEnded) => Ok(S::Held),
        (S::Planned, E::Reopened | E::GrantEnded)
        | (S::Held, E::Moved)
        | (
            S::Cancelled,
            E::Entered | E::TakenBack | E::Moved | E::Substituted | E::Reopened | E::GrantEnded,
        )
        | (S::Moved, E::Entered | E::TakenBack | E::Substituted | E::Reopened | E::GrantEnded)
        | (S::Reopened, E::Cancelled | E::Moved | E::Substituted) => Err(LessonRefusal { state, event }),
    }
}

/// A lesson as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The row; it never changes.
    pub id: LessonId,
    /// The class.
    pub class_group: ClassGroupId,
    /// The class as a whole or a part of it.
    pub group: GroupId,
    /// What the timetable says is taught.
    pub planned_course: CourseId,
    /// What is taught.
    pub course: CourseId,
    /// The day.
    pub date: Date,
    /// The lesson's number.
    pub slot: u8,
    /// First minute since midnight.
    pub starts: u16,
    /// First minute after the last.
    pub ends: u16,
    /// Where.
    pub room: Option<String>,
    /// Who, when it is not whoever teaches the course.
    pub teacher: Option<PersonId>,
    /// The state.
    pub state: LessonState,
    /// The timetable has no such lesson any more, but it holds something (DIA-I6).
    pub needs_decision: bool,
    /// What it was about.
    pub topic: Option<String>,
    /// Whether the attendance was taken.
    pub attendance_taken: bool,
}

/// The lessons that take place on a day at their time, of all classes: who has one, from which minute to before which.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn lesson_times(tx: &ReadTx<'_>, date: Date) -> Result<Vec<(GroupId, u16, u16)>, store::Error> {
    let lessons = storage::lesson::on_date(tx, date)?.into_iter();
    let held = lessons.filter(|lesson| !matches!(lesson.state, LessonState::Cancelled | LessonState::Moved));
    Ok(held.map(|lesson| (lesson.group, lesson.starts, lesson.ends)).collect())
}

/// The lessons of all classes on a day, by class and time, those that do not take place included; whoever shows anything
/// of them asks for a proof.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn lessons_on(tx: &ReadTx<'_>, date: Date) -> Result<Vec<Lesson>, store::Error> {
    storage::lesson::on_date(tx, date)
}

/// The lesson with this id; whoever shows anything of it asks for a proof.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_lesson(tx: &ReadTx<'_>, lesson: LessonId) -> Result<Option<Lesson>, store::Error> {
    storage::lesson::find(tx, lesson)
}

/// The lessons of a course between two days (the second not included), by time.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn lessons_of_course(
    tx: &ReadTx<'_>,
    course: CourseId,
    from: Date,
    to: Date,
) -> Result<Vec<Lesson>, store::Error> {
    storage::lesson::of_course(tx, course, from, to)
}

/// The lessons of a class and its parts between two days (the second not included), by time.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn lessons_of_class(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    from: Date,
    to: Date,
) -> Result<Vec<Lesson>, store::Error> {
    storage::lesson::of_class(tx, class, from, to)
}
