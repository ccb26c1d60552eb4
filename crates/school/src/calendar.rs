//! School years, terms and days without lessons.

use store::ReadTx;
use time::Date;

use crate::{TermId, YearId, storage};

/// A school year, e.g. 2026/2027.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolYear {
    /// The row.
    pub id: YearId,
    /// The calendar year it begins in, four digits.
    pub start_year: i32,
    /// First day.
    pub starts: Date,
    /// First day after the last.
    pub ends: Date,
}

/// What kind of terms a class has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TermKind {
    /// Четверть.
    Quarter,
    /// Триместр.
    Trimester,
    /// Полугодие.
    HalfYear,
    /// Модуль.
    Module,
}

impl TermKind {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::Trimester => "trimester",
            Self::HalfYear => "half_year",
            Self::Module => "module",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Quarter, Self::Trimester, Self::HalfYear, Self::Module]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// A term of a school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The row.
    pub id: TermId,
    /// The kind.
    pub kind: TermKind,
    /// Its number among its kind, from 1.
    pub ordinal: u8,
    /// Its name, e.g. «I четверть».
    pub title: String,
    /// First day.
    pub starts: Date,
    /// First day after the last.
    pub ends: Date,
}

/// Why a stretch of days is not ordinary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// A public holiday.
    Holiday,
    /// School holidays.
    Vacation,
    /// A working day that follows the timetable of another weekday, 1 (Monday) to 7.
    WorksAs(u8),
}

/// A stretch of days that are not ordinary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDay {
    /// Why.
    pub kind: DayKind,
    /// Its name.
    pub title: String,
    /// First day.
    pub starts: Date,
    /// First day after the last.
    pub ends: Date,
    /// The only grade level concerned, if not all.
    pub grade_level: Option<u8>,
}

impl CalendarDay {
    /// Whether a class of this grade level has no lessons on the day because of it.
    #[must_use]
    pub fn frees(&self, day: Date, grade: u8) -> bool {
        !matches!(self.kind, DayKind::WorksAs(_))
            && (self.starts..self.ends).contains(&day)
            && self.grade_level.is_none_or(|only| only == grade)
    }
}

/// The school year a day lies in; in summer, the year that has just ended.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_year(tx: &ReadTx<'_>, on: Date) -> Result<Option<SchoolYear>, store::Error> {
    storage::calendar::find_year(tx, on)
}

/// The school year with this id.
///
/// # Errors
/// [`store::Error::NoRow`] when there is none.
pub fn load_year(tx: &ReadTx<'_>, id: YearId) -> Result<SchoolYear, store::Error> {
    storage::calendar::load_year(tx, id)
}

/// The terms of one kind in a year, in order.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_terms(tx: &ReadTx<'_>, year: YearId, kind: TermKind) -> Result<Vec<Term>, store::Error> {
    storage::calendar::list_terms(tx, year, kind)
}

/// The term of one kind that a day lies in.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_term(tx: &ReadTx<'_>, kind: TermKind, on: Date) -> Result<Option<Term>, store::Error> {
    storage::calendar::find_term(tx, kind, on)
}

/// Everything out of the ordinary between two days (the second not included), in order.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn days_off(tx: &ReadTx<'_>, from: Date, to: Date) -> Result<Vec<CalendarDay>, store::Error> {
    storage::calendar::days(tx, from, to)
}
