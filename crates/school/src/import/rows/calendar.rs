//! Rows about days and hours.

use time::{Date, Time};

use super::Row;
use crate::import::CellFault;
use crate::import::cell;
use crate::import::column::Column;
use crate::{ClassLabel, DayKind, TermKind};

/// A row of «Звонки».
#[derive(Clone, Debug)]
pub(crate) struct BellRow {
    pub(crate) line: u32,
    pub(crate) set: Option<String>,
    pub(crate) shift: Option<u8>,
    /// 1 (Monday) to 7; empty for all days.
    pub(crate) weekdays: Vec<u8>,
    pub(crate) slot: Option<u8>,
    pub(crate) begins: Option<Time>,
    pub(crate) ends: Option<Time>,
}

impl BellRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        Self {
            line: row.line(),
            set: row.must(Column::Set, cell::text),
            shift: row.may(Column::Shift, |text| cell::number(text, 1, 3)),
            weekdays: row.may(Column::Weekdays, cell::weekdays).unwrap_or_default(),
            slot: row.must(Column::Slot, |text| cell::number(text, 0, 14)),
            begins: row.must(Column::Begins, cell::time_of_day),
            ends: row.must(Column::Ends, cell::time_of_day),
        }
    }
}

/// A row of «Периоды».
#[derive(Clone, Debug)]
pub(crate) struct TermRow {
    pub(crate) line: u32,
    pub(crate) kind: Option<TermKind>,
    pub(crate) ordinal: Option<u8>,
    pub(crate) title: Option<String>,
    pub(crate) starts: Option<Date>,
    pub(crate) last: Option<Date>,
    /// The last day on which marks are taken.
    pub(crate) closes_on: Option<Date>,
    pub(crate) holidays: Option<(Date, Date)>,
}

impl TermRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        // Which classes have these terms is said in the list of classes.
        row.refuse_filled(Column::Classes);
        let from = row.may(Column::HolidaysFrom, cell::date);
        let to = row.may(Column::HolidaysTo, cell::date);
        Self {
            line: row.line(),
            kind: row.must(Column::TermType, cell::term_kind),
            ordinal: row.must(Column::Number, |text| cell::number(text, 1, 12)),
            title: row.may(Column::TermTitle, cell::text),
            starts: row.must(Column::Begins, cell::date),
            last: row.must(Column::Ends, cell::date),
            closes_on: row.may(Column::CloseMarks, cell::date),
            holidays: from.zip(to),
        }
    }
}

/// For whom days are off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    /// A whole grade level.
    Grade(u8),
    /// One class.
    Class(ClassLabel),
}

/// A row of «Каникулы».
#[derive(Clone, Debug)]
pub(crate) struct DayOffRow {
    pub(crate) line: u32,
    pub(crate) title: Option<String>,
    pub(crate) starts: Option<Date>,
    pub(crate) last: Option<Date>,
    pub(crate) kind: Option<DayKind>,
    /// Empty: for everybody.
    pub(crate) whom: Vec<Whom>,
}

impl DayOffRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        let starts = row.must(Column::Begins, cell::date);
        Self {
            line: row.line(),
            title: row.must(Column::TermTitle, cell::text),
            starts,
            last: row.may(Column::Ends, cell::date).or(starts),
            kind: row.may(Column::DayKind, cell::day_kind).or(Some(DayKind::Vacation)),
            whom: row.may(Column::Classes, |text| cell::list(text).map(whom).collect()).unwrap_or_default(),
        }
    }
}

fn whom(text: &str) -> Result<Whom, CellFault> {
    match text.parse::<u8>() {
        Ok(grade) if grade <= 12 => Ok(Whom::Grade(grade)),
        Ok(_) => Err(CellFault::Class),
        Err(_) => cell::class(text).map(Whom::Class),
    }
}
