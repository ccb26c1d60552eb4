//! A few changes of the timetable, this week and the last: one teacher away, one lesson cancelled.

use diary::{JournalError, LessonState, NewSubstitution, SubstitutionError};
use school::{DeputyHead, Role, SchoolYear, Zone};
use store::{UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::demo::draw::{chance, day, key};
use crate::demo::{dismiss, stand_in};

const WHY_AWAY: &str = "учитель на курсах";
const WHY_CANCELLED: &str = "учитель заболел, замены нет";

/// Arranges the changes of the two weeks around a moment.
pub(super) fn arrange(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    zone: &Zone,
    year: &SchoolYear,
) -> Result<(), JournalError> {
    let today = zone.date(now);
    let Some(deputy) = school::holders_of(tx, Role::DeputyHead, today)?.first().copied() else {
        return Ok(());
    };
    let viewer = stand_in(tx, now, deputy)?;
    let by = DeputyHead::ask(tx, &viewer, today)?;
    let monday = diary::monday_of(today).saturating_sub(Duration::days(7));
    for class in school::list_class_groups(tx, year.id)? {
        let lessons =
            diary::lessons_of_class(tx, class.id, monday, monday.saturating_add(Duration::days(14)))?;
        let mut last: Option<Date> = None;
        for lesson in lessons {
            let keys = [key(lesson.id.get()), day(lesson.date), 30];
            // At most one change a day in a class, and not in the first lesson of it.
            if lesson.state != LessonState::Planned || last == Some(lesson.date) || lesson.slot <= 1 {
                continue;
            }
            let at = zone.instant(lesson.date, 0) - Duration::hours(8);
            let at = if at < now { at } else { now };
            let changed = if chance(3, &keys) {
                let free = diary::free_teachers(tx, &by, &lesson)?;
                let Some(teacher) = free.first().map(|free| free.person) else { continue };
                let new = NewSubstitution { teacher, course: None, room: None, reason: WHY_AWAY };
                diary::substitute(tx, &by, at, lesson.id, &new).map(|_| ())
            } else if lesson.slot >= 6 && chance(4, &keys) {
                diary::cancel_lesson(tx, &by, at, lesson.id, WHY_CANCELLED).map(|_| ())
            } else {
                continue;
            };
            match changed {
                Ok(()) => last = Some(lesson.date),
                Err(SubstitutionError::Store(error)) => return Err(error.into()),
                // Whoever is free by the timetable may already stand in elsewhere; the lesson stays as it is.
                Err(_) => {}
            }
        }
    }
    dismiss(tx, now, [viewer])?;
    Ok(())
}
