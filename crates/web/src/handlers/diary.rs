//! A pupil's and guardian's pages.

pub(crate) mod done;
pub(crate) mod homework;
pub(crate) mod subject;
pub(crate) mod subjects;
pub(crate) mod timetable;
pub(crate) mod week;

use std::collections::BTreeMap;

use school::{Reader, ReaderOf};
use store::ReadTx;
use time::Date;

use crate::Failure;
use crate::cx::Cx;
use crate::views::diary::Subjects;

/// Reads a date of the path.
pub(crate) fn date_param(cx: &Cx) -> Result<Date, Failure> {
    let text: String = cx.request.param("date")?;
    parse_date(&text).ok_or(Failure::NotFound)
}

/// `2026-10-14`, of a year that a school can have.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, format).ok().filter(|date| (2000..2100).contains(&date.year()))
}

/// The names of all subjects.
pub(crate) fn subject_names(tx: &ReadTx<'_>) -> Result<Subjects, store::Error> {
    Ok(school::list_subjects(tx)?.into_iter().map(|subject| (subject.id, subject.name)).collect())
}

/// Why days of a stretch have no lessons, for the child's grade level.
pub(crate) fn days_off(
    tx: &ReadTx<'_>,
    by: &ReaderOf<'_>,
    from: Date,
    to: Date,
) -> Result<BTreeMap<Date, String>, store::Error> {
    let mut offs = BTreeMap::new();
    let stretches = school::days_off(tx, from, to)?;
    if stretches.is_empty() {
        return Ok(offs);
    }
    let grade = school::class_group_of(tx, by.child(), from)?.map_or(0, |class| class.label.grade);
    for off in stretches {
        let mut day = off.starts.max(from);
        while day < off.ends.min(to) {
            if off.frees(day, grade) {
                offs.insert(day, off.title.clone());
            }
            let Some(next) = day.next_day() else { break };
            day = next;
        }
    }
    Ok(offs)
}

/// The child's name, when a guardian looks.
pub(crate) fn child_name(tx: &ReadTx<'_>, reader: &ReaderOf<'_>) -> Result<String, store::Error> {
    Ok(match reader.reader() {
        Reader::Oneself => String::new(),
        Reader::Guardian => school::name_of(tx, reader.child())?.map(|name| name.short()).unwrap_or_default(),
    })
}
