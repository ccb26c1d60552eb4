use rusqlite::{Row, params};
use school::{ClassGroupId, PersonId, SubjectId};
use store::{ReadTx, UtcInstant, WriteTx, sql};
use time::Date;

use crate::{Cell, CourseId, LessonId, MarkId, MarkValue, WorkId};

pub(crate) struct NewRevision<'a> {
    pub(crate) work: WorkId,
    pub(crate) pupil: PersonId,
    pub(crate) cell: u8,
    pub(crate) revision: u32,
    pub(crate) value: Option<MarkValue>,
    pub(crate) date: Date,
    pub(crate) comment: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) author: PersonId,
    pub(crate) at: UtcInstant,
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, row: &NewRevision<'_>) -> Result<MarkId, store::Error> {
    if row.revision > 1 {
        tx.execute(
            sql!(
                "UPDATE diary_mark SET latest = 0 WHERE work = ?1 AND pupil = ?2 AND cell = ?3 AND latest = 1"
            ),
            params![row.work, row.pupil, row.cell],
        )?;
    }
    tx.insert(
        sql!(
            "INSERT INTO diary_mark (work, pupil, cell, revision, latest, value, date, comment, reason, author, at)
             VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10)"
        ),
        params![
            row.work,
            row.pupil,
            row.cell,
            row.revision,
            row.value.map(MarkValue::word),
            row.date,
            row.comment,
            row.reason,
            row.author,
            row.at
        ],
    )
    .map(MarkId::from_row)
}

pub(crate) fn value_of(word: Option<String>) -> rusqlite::Result<Option<MarkValue>> {
    word.map(|word| MarkValue::from_word(&word).ok_or_else(|| super::bad_word("mark"))).transpose()
}

fn cell_of(row: &Row<'_>) -> rusqlite::Result<Cell> {
    Ok(Cell {
        work: row.get("work")?,
        pupil: row.get("pupil")?,
        cell: row.get("cell")?,
        revision: row.get("revision")?,
        value: value_of(row.get("value")?)?,
        comment: row.get("comment")?,
    })
}

pub(crate) fn find_cell(
    tx: &ReadTx<'_>,
    work: WorkId,
    pupil: PersonId,
    cell: u8,
) -> Result<Option<Cell>, store::Error> {
    tx.find(
        sql!(
            "SELECT work, pupil, cell, revision, value, comment FROM diary_mark
             WHERE work = ?1 AND pupil = ?2 AND cell = ?3 AND latest = 1"
        ),
        params![work, pupil, cell],
        cell_of,
    )
}

/// When a cell was written for the first time.
pub(crate) fn first_written(
    tx: &ReadTx<'_>,
    work: WorkId,
    pupil: PersonId,
    cell: u8,
) -> Result<Option<UtcInstant>, store::Error> {
    tx.find(
        sql!("SELECT at FROM diary_mark WHERE work = ?1 AND pupil = ?2 AND cell = ?3 AND revision = 1"),
        params![work, pupil, cell],
        |row| row.get(0),
    )
}

pub(crate) fn cells_of_lesson(tx: &ReadTx<'_>, lesson: LessonId) -> Result<Vec<Cell>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.work, m.pupil, m.cell, m.revision, m.value, m.comment FROM diary_work w
             JOIN diary_mark m ON m.work = w.id AND m.latest = 1
             WHERE w.lesson = ?1 AND w.state <> 'voided' ORDER BY m.work, m.pupil, m.cell"
        ),
        [lesson],
        cell_of,
    )
}

/// Who has a mark in a work, in which lesson.
pub(crate) fn holders(
    tx: &ReadTx<'_>,
    work: WorkId,
) -> Result<Vec<(PersonId, LessonId, MarkId)>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.pupil, w.lesson, m.id FROM diary_work w JOIN diary_mark m ON m.work = w.id AND m.latest = 1
             WHERE w.id = ?1 AND m.value IS NOT NULL ORDER BY m.id"
        ),
        [work],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

pub(crate) fn cells_of_course(
    tx: &ReadTx<'_>,
    course: CourseId,
    from: Date,
    to: Date,
) -> Result<Vec<Cell>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.work, m.pupil, m.cell, m.revision, m.value, m.comment FROM diary_work w
             JOIN diary_mark m ON m.work = w.id AND m.latest = 1
             WHERE w.course = ?1 AND w.date >= ?2 AND w.date < ?3 AND w.state <> 'voided'
             ORDER BY m.work, m.pupil, m.cell"
        ),
        params![course, from, to],
        cell_of,
    )
}

/// The published marks of a class: pupil, subject, value, weight.
pub(crate) fn of_class(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    from: Date,
    to: Date,
) -> Result<Vec<(PersonId, SubjectId, MarkValue, u8)>, store::Error> {
    let rows = tx.list(
        sql!(
            "SELECT m.pupil, c.subject, m.value, w.weight FROM diary_course c
             JOIN diary_work w ON w.course = c.id AND w.date >= ?2 AND w.date < ?3 AND w.state = 'published'
             JOIN diary_mark m ON m.work = w.id AND m.latest = 1 AND m.value IS NOT NULL
             WHERE c.class_group = ?1"
        ),
        params![class, from, to],
        |row| Ok((row.get(0)?, row.get(1)?, value_of(row.get(2)?)?, row.get(3)?)),
    )?;
    Ok(rows
        .into_iter()
        .filter_map(|(pupil, subject, value, weight)| Some((pupil, subject, value?, weight)))
        .collect())
}
