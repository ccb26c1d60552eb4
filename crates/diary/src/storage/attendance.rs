use rusqlite::params;
use school::{ClassGroupId, PersonId, SubjectId};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use time::Date;

use crate::{
    AbsenceFact, AbsenceReason, AttendanceMark, CourseId, LessonId, LessonState, LessonTeacher, Noted,
};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    pupil: PersonId,
    fact: Option<AbsenceFact>,
) -> Result<(), store::Error> {
    let (word, minutes) = match fact.map(AbsenceFact::stored) {
        Some((word, minutes)) => (Some(word), minutes),
        None => (None, None),
    };
    let revision: i64 = tx.load(
        sql!("SELECT COALESCE(MAX(revision), 0) + 1 FROM diary_absence WHERE lesson = ?1 AND pupil = ?2"),
        params![by.lesson(), pupil],
        |row| row.get(0),
    )?;
    tx.execute(
        sql!("UPDATE diary_absence SET latest = 0 WHERE lesson = ?1 AND pupil = ?2 AND latest = 1"),
        params![by.lesson(), pupil],
    )?;
    tx.execute(
        sql!(
            "INSERT INTO diary_absence (lesson, pupil, revision, latest, fact, minutes, date, author, at)
             VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8)"
        ),
        params![by.lesson(), pupil, revision, word, minutes, by.date(), by.person(), now],
    )?;
    Ok(())
}

pub(crate) fn insert_reason(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    author: PersonId,
    lesson: LessonId,
    pupil: PersonId,
    reason: Option<AbsenceReason>,
) -> Result<(), store::Error> {
    let revision: i64 = tx.load(
        sql!(
            "SELECT COALESCE(MAX(revision), 0) + 1 FROM diary_absence_reason WHERE lesson = ?1 AND pupil = ?2"
        ),
        params![lesson, pupil],
        |row| row.get(0),
    )?;
    tx.execute(
        sql!("UPDATE diary_absence_reason SET latest = 0 WHERE lesson = ?1 AND pupil = ?2 AND latest = 1"),
        params![lesson, pupil],
    )?;
    tx.execute(
        sql!(
            "INSERT INTO diary_absence_reason (lesson, pupil, revision, latest, reason, author, at)
             VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6)"
        ),
        params![lesson, pupil, revision, reason.map(AbsenceReason::word), author, now],
    )?;
    Ok(())
}

pub(crate) fn mark_taken(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE diary_lesson SET attendance_at = ?2, attendance_by = ?3,
                    state = CASE state WHEN 'planned' THEN 'held' ELSE state END WHERE id = ?1"
        ),
        params![by.lesson(), now, by.person()],
    )?;
    Ok(())
}

/// How the attendance of a lesson stands as a whole.
pub(crate) fn mark_of(tx: &ReadTx<'_>, lesson: LessonId) -> Result<AttendanceMark, store::Error> {
    tx.load(
        sql!("SELECT attendance_at, attendance_by, state <> 'planned' FROM diary_lesson WHERE id = ?1"),
        [lesson],
        |row| {
            let (at, by): (Option<UtcInstant>, Option<PersonId>) = (row.get(0)?, row.get(1)?);
            Ok(AttendanceMark { taken: at.zip(by), held: row.get(2)? })
        },
    )
}

pub(crate) fn restore_mark(
    tx: &mut WriteTx<'_>,
    lesson: LessonId,
    taken: Option<(UtcInstant, PersonId)>,
    state: LessonState,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE diary_lesson SET attendance_at = ?2, attendance_by = ?3, state = ?4 WHERE id = ?1"),
        params![lesson, taken.map(|(at, _)| at), taken.map(|(_, by)| by), state.word()],
    )?;
    Ok(())
}

/// What the first five columns say: lesson, pupil, fact, minutes, reason.
pub(crate) fn noted_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Noted> {
    let word: String = row.get(2)?;
    let reason: Option<String> = row.get(4)?;
    Ok(Noted {
        lesson: row.get(0)?,
        pupil: row.get(1)?,
        fact: AbsenceFact::from_stored(&word, row.get(3)?).ok_or_else(|| super::bad_word("absence"))?,
        reason: reason.as_deref().and_then(AbsenceReason::from_word),
    })
}

pub(crate) fn of_lesson(tx: &ReadTx<'_>, lesson: LessonId) -> Result<Vec<Noted>, store::Error> {
    tx.list(
        sql!(
            "SELECT a.lesson, a.pupil, a.fact, a.minutes, r.reason FROM diary_absence a
             LEFT JOIN diary_absence_reason r ON r.lesson = a.lesson AND r.pupil = a.pupil AND r.latest = 1
             WHERE a.lesson = ?1 AND a.latest = 1 AND a.fact IS NOT NULL ORDER BY a.pupil"
        ),
        [lesson],
        noted_of,
    )
}

pub(crate) fn of_course(
    tx: &ReadTx<'_>,
    course: CourseId,
    from: Date,
    to: Date,
) -> Result<Vec<Noted>, store::Error> {
    tx.list(
        sql!(
            "SELECT a.lesson, a.pupil, a.fact, a.minutes, r.reason FROM diary_lesson l
             JOIN diary_absence a ON a.lesson = l.id AND a.latest = 1 AND a.fact IS NOT NULL
             LEFT JOIN diary_absence_reason r ON r.lesson = a.lesson AND r.pupil = a.pupil AND r.latest = 1
             WHERE l.course = ?1 AND l.date >= ?2 AND l.date < ?3 ORDER BY l.date, a.pupil"
        ),
        params![course, from, to],
        noted_of,
    )
}

/// The standing notes of a class with date and subject, the newest first.
pub(crate) fn of_class(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    from: Date,
    to: Date,
) -> Result<Vec<(Date, SubjectId, Noted)>, store::Error> {
    tx.list(
        sql!(
            "SELECT a.lesson, a.pupil, a.fact, a.minutes, r.reason, l.date, c.subject FROM diary_lesson l
             JOIN diary_course c ON c.id = l.course
             JOIN diary_absence a ON a.lesson = l.id AND a.latest = 1 AND a.fact IS NOT NULL
             LEFT JOIN diary_absence_reason r ON r.lesson = a.lesson AND r.pupil = a.pupil AND r.latest = 1
             WHERE l.class_group = ?1 AND l.date >= ?2 AND l.date < ?3 ORDER BY l.date DESC, l.starts DESC, a.pupil"
        ),
        params![class, from, to],
        |row| Ok((row.get(5)?, row.get(6)?, noted_of(row)?)),
    )
}
