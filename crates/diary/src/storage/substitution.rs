use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};
use time::Date;

use crate::{CourseId, Lesson, LessonId, LessonState, Substitution};

/// Ends the change of a lesson that stands; tells whether one did.
pub(crate) fn withdraw(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: PersonId,
    lesson: LessonId,
) -> Result<bool, store::Error> {
    let ended = tx.execute(
        sql!(
            "UPDATE diary_substitution SET withdrawn_at = ?2, withdrawn_by = ?3
             WHERE lesson = ?1 AND withdrawn_at IS NULL"
        ),
        params![lesson, now, by],
    )?;
    Ok(ended > 0)
}

/// The lesson as it was before the change that stands; itself when none does.
pub(crate) fn planned(tx: &ReadTx<'_>, lesson: &Lesson) -> Result<Lesson, store::Error> {
    let before = tx.find(
        sql!(
            "SELECT before_course, before_teacher, before_room FROM diary_substitution
             WHERE lesson = ?1 AND withdrawn_at IS NULL"
        ),
        [lesson.id],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    Ok(match before {
        Some((course, teacher, room)) => {
            Lesson { course, teacher, room, state: LessonState::Planned, ..lesson.clone() }
        }
        None => lesson.clone(),
    })
}

/// Writes a change: a substitution, or a cancellation when there is nothing after it.
pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: PersonId,
    planned: &Lesson,
    after: Option<(CourseId, PersonId, Option<&str>)>,
    reason: &str,
) -> Result<(), store::Error> {
    let (course, teacher, room) =
        after.map_or((None, None, None), |(course, teacher, room)| (Some(course), Some(teacher), room));
    tx.insert(
        sql!(
            "INSERT INTO diary_substitution (lesson, kind, before_course, before_teacher, before_room, after_course,
                                             after_teacher, after_room, reason, author, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ),
        params![
            planned.id,
            if after.is_some() { "substitute" } else { "cancel" },
            planned.course,
            planned.teacher,
            planned.room,
            course,
            teacher,
            room,
            reason,
            by,
            now
        ],
    )?;
    Ok(())
}

pub(crate) fn on_date(tx: &ReadTx<'_>, date: Date) -> Result<Vec<(Lesson, Substitution)>, store::Error> {
    let mut changes = Vec::new();
    for lesson in super::lesson::on_date(tx, date)? {
        let change = standing(tx, lesson.id)?;
        changes.extend(change.map(|change| (lesson, change)));
    }
    Ok(changes)
}

/// The change of a lesson that stands, if one does.
pub(crate) fn standing(tx: &ReadTx<'_>, lesson: LessonId) -> Result<Option<Substitution>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, kind, before_course, before_teacher, after_teacher, reason, author, at
                 FROM diary_substitution WHERE lesson = ?1 AND withdrawn_at IS NULL"
        ),
        [lesson],
        |row| {
            let kind: String = row.get(1)?;
            Ok(Substitution {
                id: row.get(0)?,
                lesson,
                cancels: kind == "cancel",
                before_course: row.get(2)?,
                before_teacher: row.get(3)?,
                after_teacher: row.get(4)?,
                reason: row.get(5)?,
                author: row.get(6)?,
                at: row.get(7)?,
            })
        },
    )
}
