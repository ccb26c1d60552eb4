//! Who of a lesson's pupils is ready for its call, as they have found themselves (CALL-F34).

use calls::{Check, LessonLeaderOf};
use diary::LessonId;
use school::{Denied, PersonId, Viewer, Zone};
use store::{ReadTx, UtcInstant};

use super::lesson_call::facts_of;

/// The pupils of a lesson with what each has found last.
pub(crate) type Readiness = Vec<(PersonId, Option<Check>)>;

/// What each pupil of a lesson to come has found, to whoever leads the lesson; nothing to anybody else, nor of a lesson
/// that is over or does not take place.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn readiness(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    zone: &Zone,
    viewer: &Viewer,
    lesson: LessonId,
) -> Result<Option<Readiness>, store::Error> {
    let Some(lesson) = diary::find_lesson(tx, lesson)? else { return Ok(None) };
    let facts = facts_of(tx, zone, &lesson)?;
    if !facts.held || facts.ends <= now {
        return Ok(None);
    }
    match LessonLeaderOf::ask(tx, viewer, facts) {
        Ok(by) => Ok(Some(calls::checks_of_lesson(tx, &by)?)),
        Err(Denied::Denied) => Ok(None),
        Err(Denied::Store(error)) => Err(error),
    }
}
