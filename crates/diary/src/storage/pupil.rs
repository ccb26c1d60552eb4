//! The reads behind a pupil's pages. Every one is bounded by the pupil, or by groups the caller has read for them.

use rusqlite::{Row, params};
use school::{GroupId, PersonId, SubjectId};
use store::{ReadTx, UtcInstant, sql};
use time::Date;

use super::attendance::noted_of;
use super::id_list;
use super::mark::value_of;
use crate::{LessonChange, LessonId, Noted, PupilHomework, PupilLesson, PupilMark};

pub(crate) struct LessonRow {
    pub(crate) lesson: PupilLesson,
    pub(crate) teacher: Option<PersonId>,
}

pub(crate) fn lessons(
    tx: &ReadTx<'_>,
    groups: &[GroupId],
    from: Date,
    to: Date,
) -> Result<Vec<LessonRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT l.id, l.date, l.slot, l.starts, l.ends, c.subject, l.grp, l.room, l.teacher, l.topic, l.state,
                    s.kind, s.reason, p.subject AS planned_subject, s.after_teacher
             FROM diary_lesson l
             JOIN diary_course c ON c.id = l.course
             JOIN diary_course p ON p.id = l.planned_course
             LEFT JOIN diary_substitution s ON s.lesson = l.id AND s.withdrawn_at IS NULL
             WHERE l.grp IN (SELECT value FROM json_each(?1)) AND l.date >= ?2 AND l.date < ?3
               AND l.state <> 'moved'
             ORDER BY l.date, l.slot, l.id"
        ),
        params![id_list(groups.iter().map(|group| group.get())), from, to],
        |row| {
            let kind: Option<String> = row.get("kind")?;
            let state: String = row.get("state")?;
            let reason: Option<String> = row.get("reason")?;
            let reason = reason.unwrap_or_default();
            let change = if state == "cancelled" {
                Some(LessonChange::Cancelled { reason })
            } else if kind.as_deref() == Some("substitute") {
                Some(LessonChange::Substituted { instead_of: row.get("planned_subject")?, reason })
            } else {
                None
            };
            let after: Option<PersonId> = row.get("after_teacher")?;
            let own: Option<PersonId> = row.get("teacher")?;
            Ok(LessonRow {
                teacher: after.or(own),
                lesson: PupilLesson {
                    id: row.get("id")?,
                    date: row.get("date")?,
                    slot: row.get("slot")?,
                    starts: row.get("starts")?,
                    ends: row.get("ends")?,
                    subject: row.get("subject")?,
                    group: row.get("grp")?,
                    room: row.get("room")?,
                    teacher: None,
                    topic: row.get("topic")?,
                    change,
                    homework: Vec::new(),
                    test: None,
                    marks: Vec::new(),
                    absence: None,
                },
            })
        },
    )
}

fn homework_of(row: &Row<'_>) -> rusqlite::Result<PupilHomework> {
    Ok(PupilHomework {
        given: row.get("given")?,
        subject: row.get("subject")?,
        due_date: row.get("due_date")?,
        text: row.get("text")?,
        done: row.get("done")?,
    })
}

pub(crate) fn homework_due(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    lessons: &[LessonId],
) -> Result<Vec<(LessonId, PupilHomework)>, store::Error> {
    tx.list(
        sql!(
            "SELECT l.id AS due_lesson, h.given, c.subject, h.due_date, h.text,
                    EXISTS (SELECT 1 FROM diary_done d WHERE d.given = h.given AND d.pupil = ?1) AS done
             FROM diary_lesson l
             JOIN diary_homework h ON h.course = l.course AND h.due_date = l.date AND h.due = l.id AND h.latest = 1
             JOIN diary_course c ON c.id = h.course
             WHERE l.id IN (SELECT value FROM json_each(?2)) AND h.text IS NOT NULL
             ORDER BY h.given"
        ),
        params![pupil, id_list(lessons.iter().map(|lesson| lesson.get()))],
        |row| Ok((row.get("due_lesson")?, homework_of(row)?)),
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
                    EXISTS (SELECT 1 FROM diary_done d WHERE d.given = h.given AND d.pupil = ?1) AS done
             FROM diary_course c
             JOIN diary_homework h ON h.course = c.id AND h.latest = 1 AND h.due_date > ?3 AND h.due_date < ?4
             WHERE c.grp IN (SELECT value FROM json_each(?2)) AND h.text IS NOT NULL
             ORDER BY h.due_date, c.subject, h.given"
        ),
        params![pupil, id_list(groups.iter().map(|group| group.get())), after, to],
        homework_of,
    )
}

fn mark_of(row: &Row<'_>) -> rusqlite::Result<PupilMark> {
    let title: Option<String> = row.get("title")?;
    let name: String = row.get("name")?;
    let before: Option<String> = row.get("before")?;
    Ok(PupilMark {
        value: value_of(row.get("value")?)?.ok_or_else(|| super::bad_word("mark"))?,
        weight: row.get("weight")?,
        work: title.unwrap_or(name),
        abbr: row.get("abbr")?,
        cell: row.get("cell")?,
        comment: row.get("comment")?,
        at: row.get("at")?,
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
        |row| Ok((row.get("lesson")?, mark_of(row)?)),
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
        |row| Ok((row.get("subject")?, row.get("date")?, mark_of(row)?)),
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
        |row| Ok((row.get("subject")?, mark_of(row)?)),
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
