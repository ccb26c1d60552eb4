//! When lessons begin and end (DIA-E11, DIA-E12): named schedules, a row for each slot and set of weekdays.

use store::{ReadTx, WriteTx};
use time::Weekday;

use crate::{BellScheduleId, storage};

/// A set of weekdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// The whole week.
    pub const ALL: Self = Self(0b111_1111);

    /// The days with these numbers, 1 (Monday) to 7; others are passed over.
    pub fn of(days: impl IntoIterator<Item = u8>) -> Self {
        Self(days.into_iter().filter(|day| (1..=7).contains(day)).fold(0, |set, day| set | 1 << (day - 1)))
    }

    /// Whether the day with this number, 1 (Monday) to 7, is among them.
    #[must_use]
    pub const fn has(self, weekday: u8) -> bool {
        weekday >= 1 && weekday <= 7 && self.0 & (1 << (weekday - 1)) != 0
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    const fn len(self) -> u32 {
        self.0.count_ones()
    }
}

/// One bell: a slot of the day and its minutes since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bell {
    /// On which days it rings so.
    pub weekdays: Weekdays,
    /// The lesson's number, 0 to 14.
    pub slot: u8,
    /// First minute.
    pub starts: u16,
    /// First minute after the last.
    pub ends: u16,
}

/// A fault in a list of bells; `row` counts from 0 in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BellFault {
    /// A slot that no school day has.
    #[error("row {row}: slot {slot} is not 0 to 14")]
    Slot {
        /// The row.
        row: usize,
        /// Its slot.
        slot: u8,
    },
    /// It ends before it begins, or outside the day.
    #[error("row {row}: ends before it begins")]
    Span {
        /// The row.
        row: usize,
    },
    /// The slot stands twice for the same day.
    #[error("row {row}: the slot is in row {other} already")]
    Twice {
        /// The row.
        row: usize,
        /// The earlier row.
        other: usize,
    },
    /// It begins before the lesson with a lower number ends.
    #[error("row {row}: begins before row {other} ends")]
    Overlap {
        /// The row.
        row: usize,
        /// The earlier row.
        other: usize,
    },
}

/// Everything wrong with a list of bells of one schedule.
#[must_use]
pub fn bell_faults(bells: &[Bell]) -> Vec<BellFault> {
    let mut faults = Vec::new();
    for (row, bell) in bells.iter().enumerate() {
        if bell.slot > 14 {
            faults.push(BellFault::Slot { row, slot: bell.slot });
        }
        if bell.starts >= bell.ends || bell.ends > 1440 {
            faults.push(BellFault::Span { row });
        }
        for (other, earlier) in bells[..row].iter().enumerate() {
            // A row for fewer days is an exception to a row for more, not a rival of it.
            if earlier.weekdays != bell.weekdays {
                continue;
            }
            if earlier.slot == bell.slot {
                faults.push(BellFault::Twice { row, other });
            } else if earlier.starts < bell.ends && bell.starts < earlier.ends
                || (earlier.slot < bell.slot) != (earlier.starts < bell.starts)
            {
                faults.push(BellFault::Overlap { row, other });
            }
        }
    }
    faults
}

/// The bells of one schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BellSchedule {
    bells: Vec<Bell>,
}

impl BellSchedule {
    /// Takes the rows of one schedule.
    #[must_use]
    pub fn new(mut bells: Vec<Bell>) -> Self {
        // The row for the fewest days is the most special one and wins.
        bells.sort_by_key(|bell| (bell.slot, bell.weekdays.len()));
        Self { bells }
    }

    /// The bell of a slot on a weekday, 1 (Monday) to 7.
    #[must_use]
    pub fn at(&self, weekday: u8, slot: u8) -> Option<Bell> {
        self.bells.iter().find(|bell| bell.slot == slot && bell.weekdays.has(weekday)).copied()
    }

    /// The bells of a weekday, 1 (Monday) to 7, in order.
    #[must_use]
    pub fn day(&self, weekday: u8) -> Vec<Bell> {
        let mut day: Vec<Bell> = (0..=14).filter_map(|slot| self.at(weekday, slot)).collect();
        day.sort_by_key(|bell| bell.starts);
        day
    }
}

/// The number of a weekday, 1 (Monday) to 7.
#[must_use]
pub const fn weekday_number(weekday: Weekday) -> u8 {
    weekday.number_from_monday()
}

/// Writes a schedule under its name, the first time or anew. Lessons take the new minutes when they are next made
/// from the timetable; lessons held keep theirs (DIA-E12).
///
/// # Errors
/// [`BellsError::Faults`] with everything that is wrong; nothing is then written.
pub fn set_bells(tx: &mut WriteTx<'_>, name: &str, bells: &[Bell]) -> Result<BellScheduleId, BellsError> {
    let faults = bell_faults(bells);
    if !faults.is_empty() {
        return Err(BellsError::Faults(faults));
    }
    Ok(storage::bells::replace(tx, name, bells)?)
}

/// Removes a schedule that no lesson's times came from, for the undoing of an import (DIA-I20).
///
/// # Errors
/// [`store::Error::NoRow`] when there is no such schedule.
pub fn remove_bells(tx: &mut WriteTx<'_>, schedule: BellScheduleId) -> Result<(), store::Error> {
    storage::bells::delete(tx, schedule)
}

/// The schedule with this name, empty when there is none.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn load_bells(tx: &ReadTx<'_>, name: &str) -> Result<BellSchedule, store::Error> {
    storage::bells::load(tx, name).map(BellSchedule::new)
}

/// Why a schedule was not written.
#[derive(Debug, thiserror::Error)]
pub enum BellsError {
    /// The rows contradict each other.
    #[error("the bells have {} faults", .0.len())]
    Faults(Vec<BellFault>),
    /// The base refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

#[cfg(test)]
mod tests {
    use super::{Bell, BellFault, BellSchedule, Weekdays, bell_faults};

    fn bell(slot: u8, starts: u16, ends: u16) -> Bell {
        Bell { weekdays: Weekdays::ALL, slot, starts, ends }
    }

    #[test]
    fn bells_that_contradict_each_other_are_all_named() {
        let faults = bell_faults(&[
            bell(1, 510, 555),
            bell(2, 550, 595),
            bell(3, 640, 600),
            bell(1, 900, 945),
            bell(15, 1400, 1500),
        ]);
        assert_eq!(
            faults,
            [
                BellFault::Overlap { row: 1, other: 0 },
                BellFault::Span { row: 2 },
                BellFault::Twice { row: 3, other: 0 },
                BellFault::Overlap { row: 3, other: 1 },
                BellFault::Overlap { row: 3, other: 2 },
                BellFault::Slot { row: 4, slot: 15 },
                BellFault::Span { row: 4 },
            ]
        );
    }

    #[test]
    fn a_row_for_one_day_wins_over_the_row_for_all() {
        // DIA-E12: the special bells of Saturday.
        let short = Bell { weekdays: Weekdays::of([6]), slot: 1, starts: 540, ends: 575 };
        let bells = BellSchedule::new(vec![bell(1, 510, 555), bell(2, 565, 610), short]);
        assert_eq!(bells.at(6, 1), Some(short));
        assert_eq!(bells.at(1, 1), Some(bell(1, 510, 555)));
        assert_eq!(bells.at(6, 3), None);
        assert_eq!(bells.day(1).len(), 2);
    }
}
