use rusqlite::{Row, params};
use store::{ReadTx, WriteTx, sql};
use time::Date;

use crate::{CalendarDay, DayKind, SchoolYear, Term, TermId, TermKind, YearId};

pub(crate) fn insert_year(
    tx: &mut WriteTx<'_>,
    start_year: i32,
    starts: Date,
    ends: Date,
) -> Result<YearId, store::Error> {
    tx.insert(
        sql!("INSERT INTO school_year (start_year, starts, ends) VALUES (?1, ?2, ?3)"),
        params![start_year, starts, ends],
    )
    .map(YearId::from_row)
}

pub(crate) fn insert_term(
    tx: &mut WriteTx<'_>,
    year: YearId,
    kind: TermKind,
    ordinal: u8,
    title: &str,
    starts: Date,
    ends: Date,
) -> Result<TermId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO school_term (year, kind, ordinal, title, starts, ends) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![year, kind.word(), ordinal, title, starts, ends],
    )
    .map(TermId::from_row)
}

pub(crate) fn insert_day(tx: &mut WriteTx<'_>, year: YearId, day: &CalendarDay) -> Result<i64, store::Error> {
    let (kind, works_as) = match day.kind {
        DayKind::Holiday => ("holiday", None),
        DayKind::Vacation => ("vacation", None),
        DayKind::WorksAs(weekday) => ("works_as", Some(weekday)),
    };
    tx.insert(
        sql!(
            "INSERT INTO school_calendar_day (year, kind, title, starts, ends, grade_level, works_as)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        ),
        params![year, kind, day.title, day.starts, day.ends, day.grade_level, works_as],
    )
}

fn year_of(row: &Row<'_>) -> rusqlite::Result<SchoolYear> {
    Ok(SchoolYear {
        id: row.get("id")?,
        start_year: row.get("start_year")?,
        starts: row.get("starts")?,
        ends: row.get("ends")?,
    })
}

pub(crate) fn find_year(tx: &ReadTx<'_>, on: Date) -> Result<Option<SchoolYear>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, start_year, starts, ends FROM school_year
             ORDER BY starts <= ?1 DESC, CASE WHEN starts <= ?1 THEN -start_year ELSE start_year END LIMIT 1"
        ),
        [on],
        year_of,
    )
}

pub(crate) fn load_year(tx: &ReadTx<'_>, id: YearId) -> Result<SchoolYear, store::Error> {
    tx.load(sql!("SELECT id, start_year, starts, ends FROM school_year WHERE id = ?1"), [id], year_of)
}

pub(crate) fn find_year_by_start(
    tx: &ReadTx<'_>,
    start_year: i32,
) -> Result<Option<SchoolYear>, store::Error> {
    tx.find(
        sql!("SELECT id, start_year, starts, ends FROM school_year WHERE start_year = ?1"),
        [start_year],
        year_of,
    )
}

fn term_of(row: &Row<'_>) -> rusqlite::Result<Term> {
    let kind: String = row.get("kind")?;
    Ok(Term {
        id: row.get("id")?,
        kind: TermKind::from_word(&kind).ok_or_else(|| super::bad_word("term kind"))?,
        ordinal: row.get("ordinal")?,
        title: row.get("title")?,
        starts: row.get("starts")?,
        ends: row.get("ends")?,
    })
}

pub(crate) fn list_terms(tx: &ReadTx<'_>, year: YearId, kind: TermKind) -> Result<Vec<Term>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, kind, ordinal, title, starts, ends FROM school_term
             WHERE year = ?1 AND kind = ?2 ORDER BY ordinal"
        ),
        params![year, kind.word()],
        term_of,
    )
}

pub(crate) fn find_term(tx: &ReadTx<'_>, kind: TermKind, on: Date) -> Result<Option<Term>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, kind, ordinal, title, starts, ends FROM school_term
             WHERE kind = ?1 AND starts <= ?2 AND ends > ?2"
        ),
        params![kind.word(), on],
        term_of,
    )
}

fn day_of(row: &Row<'_>) -> rusqlite::Result<CalendarDay> {
    let kind: String = row.get("kind")?;
    let kind = match (kind.as_str(), row.get::<_, Option<u8>>("works_as")?) {
        ("holiday", _) => DayKind::Holiday,
        ("vacation", _) => DayKind::Vacation,
        ("works_as", Some(weekday)) => DayKind::WorksAs(weekday),
        _ => return Err(super::bad_word("day kind")),
    };
    Ok(CalendarDay {
        kind,
        title: row.get("title")?,
        starts: row.get("starts")?,
        ends: row.get("ends")?,
        grade_level: row.get("grade_level")?,
    })
}

pub(crate) fn days(tx: &ReadTx<'_>, from: Date, to: Date) -> Result<Vec<CalendarDay>, store::Error> {
    tx.list(
        sql!(
            "SELECT kind, title, starts, ends, grade_level, works_as FROM school_calendar_day
             WHERE starts < ?2 AND ends > ?1 ORDER BY starts, id"
        ),
        params![from, to],
        day_of,
    )
}

pub(crate) fn days_of_year(tx: &ReadTx<'_>, year: YearId) -> Result<Vec<(i64, CalendarDay)>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, kind, title, starts, ends, grade_level, works_as FROM school_calendar_day
             WHERE year = ?1 ORDER BY starts, id"
        ),
        [year],
        |row| Ok((row.get("id")?, day_of(row)?)),
    )
}
