//! Chats and the timetable of the day: whoever stands in for a teacher has the class's chats (MSG-N12), and pupils do not
//! write during lessons where the chat is silent then (MSG-S5).

use messenger::LessonTime;
use store::{UtcInstant, WriteTx};
use time::Date;

/// Brings the class chats in step with the day's substitutions, in the transaction that changed them or at midnight.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn follow_substitutes(tx: &mut WriteTx<'_>, now: UtcInstant, today: Date) -> Result<(), store::Error> {
    let substitutes = diary::substitutes_on(tx, today)?;
    messenger::set_substitutes(tx, now, today, &substitutes)?;
    follow_lessons(tx, now, today)
}

/// Tells the chats when the lessons of the day are, in the transaction that changed them or at midnight.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn follow_lessons(tx: &mut WriteTx<'_>, now: UtcInstant, today: Date) -> Result<(), store::Error> {
    let times = diary::lesson_times(tx, today)?.into_iter();
    let lessons: Vec<_> = times.map(|(group, begins, ends)| LessonTime { group, begins, ends }).collect();
    messenger::set_lessons(tx, now, today, &lessons)
}
