//! The reads behind a pupil's pages. Every one is bounded by the pupil, or by groups the caller has read for them.

use std::collections::HashMap;

use rusqlite::{Row, params};
use school::{GroupId, PersonId, SubjectId};
use store::{ReadTx, UtcInstant, sql};
use time::Date;

use super::attendance::noted_of;
use super::id_list;
use super::mark::value_of;
use crate::{CourseId, LessonId, Noted, PupilHomework, PupilMark};

pub(crate) struct LessonRow {
    pub(crate) id: LessonId,
    pub(crate) date: Date,
    pub(crate) slot: u8,
    pub(crate) starts: u16,
    pub(crate) ends: u16,
    pub(crate) course: CourseId,
    pub(crate) planned_course: CourseId,
    pub(crate) group: GroupId,
    pub(crate) room: Option<String>,
    /// The lesson's own teacher, where it is not whoever teaches the course.
    pub(crate) teacher: Option<PersonId>,
    pub(crate) topic: Option<String>,
    pub(crate) change: ChangeRow,
}

pub(crate) enum ChangeRow {
    None,
    Cancelled { reason: String },
    Substituted { reason: String },
}

pub(crate) fn lessons(
    tx: &ReadTx<'_>,
    groups: &[GroupId],
    from: Date,
    to: Date,
) -> Result<Vec<LessonRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT l.id, l.date, l.slot, l.starts, l.ends, l.course, l.grp, l.room, l.teacher, l.topic, l.state,
                    s.kind, s.reason, l.planned_course, s.after_teacher
             FROM diary_lesson l
             LEFT JOIN diary_substitution s ON s.lesson = l.id AND s.withdrawn_at IS NULL
             WHERE l.grp IN (SELECT value FROM json_each(?1)) AND l.date >= ?2 AND l.date < ?3
               AND l.state <> 'moved'"
        ),
        params![id_list(groups.iter().map(|group| group.get())), from, to],
        |row| {
            let state: String = row.get(10)?;
            let kind: Option<String> = row.get(11)?;
            let reason: Option<String> = row.get(12)?;
            let reason = reason.unwrap_or_default();
            let change = if state == "cancelled" {
                ChangeRow::Cancelled { reason }
            } else if kind.as_deref() == Some("substitute") {
                ChangeRow::Substituted { reason }
            } else {
                ChangeRow::None
            };
            let own: Option<PersonId> = row.get(8)?;
            let after: Option<PersonId> = row.get(14)?;
            Ok(LessonRow {
                id: row.get(0)?,
                date: row.get(1)?,
                slot: row.get(2)?,
                starts: row.get(3)?,
                ends: row.get(4)?,
                course: row.get(5)?,
                planned_course: row.get(13)?,
                group: row.get(6)?,
                room: row.get(7)?,
                teacher: after.or(own),
                topic: row.get(9)?,
                change,
            })
        },
    )
}

/// The subjects of courses.
pub(crate) fn course_subjects(
    tx: &ReadTx<'_>,
    courses: &[CourseId],
) -> Result<HashMap<CourseId, SubjectId>, store::Error> {
    let rows = tx.list(
        sql!("SELECT id, subject FROM diary_course WHERE id IN (SELECT value FROM json_each(?1))"),
        [id_list(courses.iter().map(|course| course.get()))],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Homework that is due at a lesson of the course it was given in.
pub(crate) struct DueRow {
    pub(crate) lesson: LessonId,
    pub(crate) course: CourseId,
    pub(crate) given: LessonId,
    pub(crate) due_date: Date,
    pub(crate) text: String,
    pub(crate) done: bool,
}

pub(crate) fn homework_due(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    courses: &[CourseId],
    from: Date,
    to: Date,
) -> Result<Vec<DueRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT h.due, h.course, h.given, h.due_date, h.text,
                    EXISTS (SELECT 1 FROM diary_done d WHERE d.given = h.given AND d.pupil = ?1)
             FROM diary_homework h
             WHERE h.course IN (SELECT value FROM json_each(?2)) AND h.due_date >= ?3 AND h.due_date < ?4
               AND h.latest = 1 AND h.due IS NOT NULL AND h.text IS NOT NULL"
        ),
        params![pupil, id_list(courses.iter().map(|course| course.get())), from, to],
        |row| {
            Ok(DueRow {
                lesson: row.get(0)?,
                course: row.get(1)?,
                given: row.get(2)?,
                due_date: row.get(3)?,
                text: row.get(4)?,
                done: row.get(5)?,
            })
        },
    )
}

pub(crate) fn homework_between(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    groups: &[GroupId],
    after: Date,
    to: Date,
) -> Result<Vec<PupilHomework>, store::Error> {
    tx.list(
        sql!(
            "SELECT h.given, c.subject, h.due_date, h.text,
                    EXISTS (SELECT 1 FROM diary_done d WHERE d.given = h.given AND d.pupil = ?1)
             FROM diary_course c
             JOIN diary_homework h ON h.course = c.id AND h.latest = 1 AND h.due_date > ?3 AND h.due_date < ?4
             WHERE c.grp IN (SELECT value FROM json_each(?2)) AND h.text IS NOT NULL
             ORDER BY h.due_date, c.subject, h.given"
        ),
        params![pupil, id_list(groups.iter().map(|group| group.get())), after, to],
        |row| {
            Ok(PupilHomework {
                given: row.get(0)?,
                subject: row.get(1)?,
                due_date: row.get(2)?,
                text: row.get(3)?,
                done: row.get(4)?,
            })
        },
    )
}

/// A mark of the nine columns value, weight, title, name, abbr, cell, comment, at, before that begin at `first`.
fn mark_of(row: &Row<'_>, first: usize) -> rusqlite::Result<PupilMark> {
    let title: Option<String> = row.get(first + 2)?;
    let name: String = row.get(first + 3)?;
    let before: Option<String> = row.get(first + 8)?;
    Ok(PupilMark {
        value: value_of(row.get(first)?)?.ok_or_else(|| super::bad_word("mark"))?,
        weight: row.get(first + 1)?,
        work: title.unwrap_or(name),
        abbr: row.get(first + 4)?,
        cell: row.get(first + 5)?,
        comment: row.get(first + 6)?,
        at: row.get(first + 7)?,
        corrected_from: value_of(before)?,
    })
}

pub(crate) fn marks(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    from: Date,
    to: Date,
) -> Result<Vec<(LessonId, PupilMark)>, store::Error> {
    tx.list(
        sql!(
            "SELECT w.lesson, m.value, w.weight, w.title, t.name, t.abbr, m.cell, m.comment, m.at,
                    CASE WHEN m.revision > 1 THEN (SELECT o.value FROM diary_mark o WHERE o.work = m.work
                         AND o.pupil = m.pupil AND o.cell = m.cell AND o.revision = m.revision - 1) END AS before
             FROM diary_mark m
             JOIN diary_work w ON w.id = m.work AND w.state = 'published'
             JOIN diary_work_type t ON t.id = w.type
             WHERE m.pupil = ?1 AND m.latest = 1 AND m.date >= ?2 AND m.date < ?3 AND m.value IS NOT NULL
             ORDER BY m.date, m.work, m.cell"
        ),
        params![pupil, from, to],
        |row| Ok((row.get(0)?, mark_of(row, 1)?)),
    )
}

pub(crate) fn subject_marks(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    from: Date,
    to: Date,
) -> Result<Vec<(SubjectId, Date, PupilMark)>, store::Error> {
    tx.list(
        sql!(
            "SELECT c.subject, m.date, m.value, w.weight, w.title, t.name, t.abbr, m.cell, m.comment, m.at,
                    CASE WHEN m.revision > 1 THEN (SELECT o.value FROM diary_mark o WHERE o.work = m.work
                         AND o.pupil = m.pupil AND o.cell = m.cell AND o.revision = m.revision - 1) END AS before
             FROM diary_mark m
             JOIN diary_work w ON w.id = m.work AND w.state = 'published'
             JOIN diary_course c ON c.id = w.course
             JOIN diary_work_type t ON t.id = w.type
             WHERE m.pupil = ?1 AND m.latest = 1 AND m.date >= ?2 AND m.date < ?3 AND m.value IS NOT NULL
             ORDER BY m.date, m.work, m.cell"
        ),
        params![pupil, from, to],
        |row| Ok((row.get(0)?, row.get(1)?, mark_of(row, 2)?)),
    )
}

pub(crate) fn news(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    since: UtcInstant,
) -> Result<Vec<(SubjectId, PupilMark)>, store::Error> {
    tx.list(
        sql!(
            "SELECT c.subject, m.value, w.weight, w.title, t.name, t.abbr, m.cell, m.comment, m.at, NULL AS before
             FROM diary_mark m
             JOIN diary_work w ON w.id = m.work AND w.state = 'published'
             JOIN diary_course c ON c.id = w.course
             JOIN diary_work_type t ON t.id = w.type
             WHERE m.pupil = ?1 AND m.latest = 1 AND m.at >= ?2 AND m.value IS NOT NULL
             ORDER BY m.at DESC, m.work, m.cell LIMIT 12"
        ),
        params![pupil, since],
        |row| Ok((row.get(0)?, mark_of(row, 1)?)),
    )
}

pub(crate) fn absences(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    from: Date,
    to: Date,
) -> Result<Vec<Noted>, store::Error> {
    tx.list(
        sql!(
            "SELECT a.lesson, a.pupil, a.fact, a.minutes, r.reason FROM diary_absence a
             LEFT JOIN diary_absence_reason r ON r.lesson = a.lesson AND r.pupil = a.pupil AND r.latest = 1
             WHERE a.pupil = ?1 AND a.latest = 1 AND a.fact IS NOT NULL AND a.date >= ?2 AND a.date < ?3"
        ),
        params![pupil, from, to],
        noted_of,
    )
}

pub(crate) fn absence_counts(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    from: Date,
    to: Date,
) -> Result<Vec<(SubjectId, u32)>, store::Error> {
    tx.list(
        sql!(
            "SELECT c.subject, COUNT(*) FROM diary_absence a
             JOIN diary_lesson l ON l.id = a.lesson
             JOIN diary_course c ON c.id = l.course
             WHERE a.pupil = ?1 AND a.latest = 1 AND a.fact = 'absent' AND a.date >= ?2 AND a.date < ?3
             GROUP BY c.subject"
        ),
        params![pupil, from, to],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Works of weight 3 and more in these lessons: announced tests.
pub(crate) fn tests(
    tx: &ReadTx<'_>,
    lessons: &[LessonId],
) -> Result<Vec<(LessonId, String, u8)>, store::Error> {
    tx.list(
        sql!(
            "SELECT w.lesson, COALESCE(w.title, t.name), w.weight FROM diary_work w
             JOIN diary_work_type t ON t.id = w.type
             WHERE w.lesson IN (SELECT value FROM json_each(?1)) AND w.state = 'published' AND w.weight >= 3"
        ),
        [id_list(lessons.iter().map(|lesson| lesson.get()))],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

pub(crate) fn last_day(tx: &ReadTx<'_>, groups: &[GroupId], day: Date) -> Result<Option<Date>, store::Error> {
    tx.load(
        sql!(
            "SELECT MAX(date) FROM diary_lesson
             WHERE grp IN (SELECT value FROM json_each(?1)) AND date < ?2 AND state <> 'cancelled'"
        ),
        params![id_list(groups.iter().map(|group| group.get())), day],
        |row| row.get(0),
    )
}
