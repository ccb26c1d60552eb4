//! Homework: given at a lesson, due at a later one, by revisions; a tick of the pupil's own.

use school::{PersonId, PupilSelf, ReaderOf};
use store::{NewEvent, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::{JournalError, LessonId, LessonTeacher, storage};

/// Standing homework as a teacher sees it at the lesson it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Homework {
    /// The lesson it was given at.
    pub given: LessonId,
    /// The lesson it is due at, if the timetable has one.
    pub due: Option<LessonId>,
    /// The day it is due.
    pub due_date: Date,
    /// The text.
    pub text: String,
    /// How often it was written.
    pub revision: u32,
}

/// Gives homework at a lesson, or changes or withdraws (`None`) what was given. Due at the course's next lesson, or
/// in a week when the timetable knows none yet. Returns the text that stood before.
///
/// # Errors
/// [`JournalError::TextTooLong`], [`JournalError::TextUnclean`], [`JournalError::Cancelled`].
pub fn set_homework(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    text: Option<&str>,
) -> Result<Option<String>, JournalError> {
    crate::mark::writable(tx, now, by)?;
    let text = match text {
        Some(text) => crate::text::clean(text, 4000)?,
        None => None,
    };
    let standing = storage::homework::find(tx, by.lesson())?;
    let (revision, before) = standing.map_or((0, None), |(revision, text)| (revision, text));
    if before == text {
        return Ok(before);
    }
    let next = storage::journal::next_lesson(tx, by.course().id, by.lesson())?;
    let (due, due_date) = match next {
        Some((lesson, date)) => (Some(lesson), date),
        None => (None, by.date().saturating_add(time::Duration::days(7))),
    };
    storage::homework::insert(tx, now, by, revision + 1, due, due_date, text.as_deref())?;
    let data = format!("{{\"lesson\":{}}}", by.lesson());
    // Everybody whose diary shows the class follows its scope.
    tx.emit(
        now,
        NewEvent {
            scope_kind: "class_group",
            scope_id: by.course().class_group.get(),
            kind: "homework",
            reference: by.lesson().get(),
            data,
        },
    )?;
    Ok(before)
}

/// The homework given at a lesson.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn homework_of_lesson(tx: &ReadTx<'_>, by: &LessonTeacher<'_>) -> Result<Option<Homework>, store::Error> {
    storage::homework::load(tx, by.lesson())
}

/// Ticks homework as done, or takes the tick away: the pupil's own note, seen by them and their guardians.
///
/// # Errors
/// [`JournalError::NoWork`] when the pupil has no such homework.
pub fn set_done(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &PupilSelf<'_>,
    given: LessonId,
    done: bool,
) -> Result<(), JournalError> {
    let place = storage::journal::find_place(tx, given)?.ok_or(JournalError::NoWork)?;
    let group = storage::course::find_by_id(tx, place.course)?.ok_or(JournalError::NoWork)?.group;
    let groups = school::groups_of(tx, by.person(), place.date)?;
    if !groups.contains(&group) || storage::homework::load(tx, given)?.is_none() {
        return Err(JournalError::NoWork);
    }
    storage::homework::set_done(tx, now, given, by.person(), done)?;
    Ok(())
}

/// How many tasks a pupil has not ticked that are due after a day; for the menu.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_open_homework(tx: &ReadTx<'_>, by: &ReaderOf<'_>, after: Date) -> Result<u32, store::Error> {
    let pupil: PersonId = by.child();
    let groups = school::groups_of(tx, pupil, after)?;
    storage::homework::count_open(tx, pupil, &groups, after)
}
