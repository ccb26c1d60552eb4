use rusqlite::{Row, params};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use time::Date;

use crate::{CourseId, LessonId, LessonTeacher, Work, WorkId, WorkKind, WorkType, WorkTypeId};

pub(crate) fn insert_type(
    tx: &mut WriteTx<'_>,
    name: &str,
    abbr: &str,
    kind: WorkKind,
    weight: u8,
    cells: u8,
) -> Result<WorkTypeId, store::Error> {
    tx.insert(
        sql!("INSERT INTO diary_work_type (name, abbr, kind, weight, cells) VALUES (?1, ?2, ?3, ?4, ?5)"),
        params![name, abbr, kind.word(), weight, cells],
    )
    .map(WorkTypeId::from_row)
}

fn type_of(row: &Row<'_>) -> rusqlite::Result<WorkType> {
    let kind: String = row.get("kind")?;
    Ok(WorkType {
        id: row.get("id")?,
        name: row.get("name")?,
        abbr: row.get("abbr")?,
        kind: WorkKind::from_word(&kind).ok_or_else(|| super::bad_word("work kind"))?,
        weight: row.get("weight")?,
        cells: row.get("cells")?,
    })
}

pub(crate) fn list_types(tx: &ReadTx<'_>) -> Result<Vec<WorkType>, store::Error> {
    tx.list(
        sql!("SELECT id, name, abbr, kind, weight, cells FROM diary_work_type ORDER BY weight, id"),
        [],
        type_of,
    )
}

pub(crate) fn find_type(tx: &ReadTx<'_>, id: WorkTypeId) -> Result<Option<WorkType>, store::Error> {
    tx.find(
        sql!("SELECT id, name, abbr, kind, weight, cells FROM diary_work_type WHERE id = ?1"),
        [id],
        type_of,
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    work_type: &WorkType,
    title: Option<&str>,
    published: bool,
) -> Result<WorkId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO diary_work (course, lesson, date, type, title, weight, cells, state, author, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        ),
        params![
            by.course().id,
            by.lesson(),
            by.date(),
            work_type.id,
            title,
            work_type.weight,
            work_type.cells,
            if published { "published" } else { "draft" },
            by.person(),
            now
        ],
    )
    .map(WorkId::from_row)
}

pub(crate) fn publish(tx: &mut WriteTx<'_>, lesson: LessonId, work: WorkId) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE diary_work SET state = 'published' WHERE id = ?1 AND lesson = ?2 AND state = 'draft'"),
        params![work, lesson],
    )?;
    Ok(count == 1)
}

fn work_of(row: &Row<'_>) -> rusqlite::Result<Work> {
    let state: String = row.get("state")?;
    Ok(Work {
        id: row.get("id")?,
        course: row.get("course")?,
        lesson: row.get("lesson")?,
        date: row.get("date")?,
        work_type: row.get("type")?,
        title: row.get("title")?,
        weight: row.get("weight")?,
        cells: row.get("cells")?,
        published: state == "published",
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, work: WorkId) -> Result<Option<Work>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, course, lesson, date, type, title, weight, cells, state FROM diary_work
             WHERE id = ?1 AND state <> 'voided'"
        ),
        [work],
        work_of,
    )
}

pub(crate) fn of_lesson(tx: &ReadTx<'_>, lesson: LessonId) -> Result<Vec<Work>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, course, lesson, date, type, title, weight, cells, state FROM diary_work
             WHERE lesson = ?1 AND state <> 'voided' ORDER BY id"
        ),
        [lesson],
        work_of,
    )
}

pub(crate) fn of_course(
    tx: &ReadTx<'_>,
    course: CourseId,
    from: Date,
    to: Date,
) -> Result<Vec<Work>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, course, lesson, date, type, title, weight, cells, state FROM diary_work
             WHERE course = ?1 AND date >= ?2 AND date < ?3 AND state <> 'voided' ORDER BY date, id"
        ),
        params![course, from, to],
        work_of,
    )
}
