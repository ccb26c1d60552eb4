//! What the journal's proofs and verbs ask of a lesson.

use rusqlite::params;
use school::PersonId;
use store::{ReadTx, sql};
use time::Date;

use crate::{CourseId, LessonId};

/// A lesson as the journal needs it.
pub(crate) struct Place {
    pub(crate) course: CourseId,
    pub(crate) date: Date,
    /// First minute since midnight.
    pub(crate) starts: u16,
    pub(crate) cancelled: bool,
    /// Who teaches it, when it is not whoever teaches the course: a substitute, or as the timetable says.
    pub(crate) substitute: Option<PersonId>,
}

pub(crate) fn find_place(tx: &ReadTx<'_>, lesson: LessonId) -> Result<Option<Place>, store::Error> {
    tx.find(
        sql!("SELECT course, date, starts, state = 'cancelled', teacher FROM diary_lesson WHERE id = ?1"),
        [lesson],
        |row| {
            Ok(Place {
                course: row.get(0)?,
                date: row.get(1)?,
                starts: row.get(2)?,
                cancelled: row.get(3)?,
                substitute: row.get(4)?,
            })
        },
    )
}

/// The next lesson of a course after one of its lessons.
pub(crate) fn next_lesson(
    tx: &ReadTx<'_>,
    course: CourseId,
    after: LessonId,
) -> Result<Option<(LessonId, Date)>, store::Error> {
    tx.find(
        sql!(
            "SELECT n.id, n.date FROM diary_lesson l
             JOIN diary_lesson n ON n.course = ?1 AND (n.date, n.slot) > (l.date, l.slot) AND n.state <> 'cancelled'
             WHERE l.id = ?2 ORDER BY n.date, n.slot LIMIT 1"
        ),
        params![course, after],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
