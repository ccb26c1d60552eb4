//! Rows about classes and who teaches them what and when.

use super::Row;
use crate::import::CellFault;
use crate::import::cell::{self, Weeks};
use crate::import::column::Column;
use crate::{ClassLabel, TermKind};

/// A row of «Классы».
#[derive(Clone, Debug)]
pub(crate) struct ClassRow {
    pub(crate) line: u32,
    pub(crate) label: Option<ClassLabel>,
    pub(crate) room: Option<String>,
    pub(crate) homeroom_teacher: Option<String>,
    pub(crate) term_kind: Option<TermKind>,
    pub(crate) bells: Option<String>,
    pub(crate) shift: Option<u8>,
    pub(crate) five_days: Option<bool>,
}

impl ClassRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        let label = row.must(Column::Class, cell::class);
        // Both repeat what the class's name says; a list in which they differ has a slip in one of them.
        let grade = row.may(Column::Grade, |text| cell::number(text, 0, 12));
        let letter = row.may(Column::Letter, cell::text);
        if let Some(label) = &label {
            if grade.is_some_and(|grade| grade != label.grade) {
                row.fault(Column::Grade, CellFault::OtherThanClass);
            }
            if letter.is_some_and(|letter| crate::search_key(&letter) != crate::search_key(&label.letter)) {
                row.fault(Column::Letter, CellFault::OtherThanClass);
            }
        }
        Self {
            line: row.line(),
            label,
            room: row.may(Column::Room, cell::text),
            homeroom_teacher: row.may(Column::HomeroomTeacher, cell::text),
            term_kind: row.may(Column::TermKind, cell::term_kind),
            bells: row.may(Column::BellSet, cell::text),
            shift: row.may(Column::Shift, |text| cell::number(text, 1, 3)),
            five_days: row.may(Column::FiveDays, cell::yes_no),
        }
    }
}

/// A row of «Нагрузка».
#[derive(Clone, Debug)]
pub(crate) struct LoadRow {
    pub(crate) line: u32,
    pub(crate) class: Option<ClassLabel>,
    pub(crate) division: Option<String>,
    pub(crate) part: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) hours: Option<u8>,
    pub(crate) teacher: Option<String>,
    pub(crate) second_teacher: Option<String>,
    pub(crate) room: Option<String>,
}

impl LoadRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        // Classes taught together are a group that this version has no place for.
        row.refuse_filled(Column::Stream);
        Self {
            line: row.line(),
            class: row.must(Column::Class, cell::class),
            division: row.may(Column::Division, cell::text),
            part: row.may(Column::Subgroup, cell::text),
            subject: row.must(Column::Subject, cell::text),
            hours: row.must(Column::Hours, |text| cell::number(text, 0, 40)),
            teacher: row.must(Column::Teacher, cell::text),
            second_teacher: row.may(Column::SecondTeacher, cell::text),
            room: row.may(Column::Room, cell::text),
        }
    }
}

/// A row of «Расписание-список».
#[derive(Clone, Debug)]
pub(crate) struct LessonRow {
    pub(crate) line: u32,
    pub(crate) weekday: Option<u8>,
    pub(crate) slot: Option<u8>,
    pub(crate) class: Option<ClassLabel>,
    pub(crate) part: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) teacher: Option<String>,
    pub(crate) room: Option<String>,
    pub(crate) weeks: Weeks,
}

impl LessonRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        // A timetable holds from the day of its import; a row with days of its own is a change for a date.
        row.refuse_filled(Column::FromDate);
        row.refuse_filled(Column::ToDate);
        Self {
            line: row.line(),
            weekday: row.must(Column::Day, cell::weekday),
            slot: row.must(Column::Slot, |text| cell::number(text, 0, 14)),
            class: row.must(Column::Class, cell::class),
            part: row.may(Column::Subgroup, cell::text),
            subject: row.must(Column::Subject, cell::text),
            teacher: row.must(Column::Teacher, cell::text),
            room: row.may(Column::Room, cell::text),
            weeks: row.may(Column::Week, cell::weeks).unwrap_or(Weeks::All),
        }
    }
}
