//! How long messages are kept, by kinds of chats (MSG-S8).

use school::Zone;
use store::{Act, ReadTx, UtcInstant, WriteTx};
use time::{Date, Month};

use crate::{ChatKind, Desk, SafetyError, SafetyOf, storage};

/// How long messages are kept; each figure is at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// School years of chats of classes, courses and pupils' groups, the present one included.
    pub class_school_years: u8,
    /// Years of what is said between people: supervised chats, families with staff, two people.
    pub people_years: u8,
    /// Years of chats of staff.
    pub staff_years: u8,
    /// Years of announcements.
    pub news_years: u8,
    /// Years of messages that were to be acknowledged, wherever they stand, with their registers.
    pub acknowledged_years: u8,
}

impl Default for Retention {
    fn default() -> Self {
        Self { class_school_years: 2, people_years: 3, staff_years: 3, news_years: 5, acknowledged_years: 5 }
    }
}

/// How long one kind is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// This school year and those before it, so many in all.
    SchoolYears(u8),
    /// So many years from day to day.
    Years(u8),
    /// Until it is decided otherwise.
    Forever,
}

impl Retention {
    /// How long messages of a kind are kept, when the confidential line is kept so many years.
    #[must_use]
    pub const fn of(&self, kind: ChatKind, confidential_years: Option<u8>) -> Period {
        match kind {
            ChatKind::ClassChat | ChatKind::ParentsChat | ChatKind::Subject | ChatKind::PupilsGroup => {
                Period::SchoolYears(self.class_school_years)
            }
            ChatKind::Supervised | ChatKind::Family | ChatKind::Private => Period::Years(self.people_years),
            ChatKind::StaffRoom | ChatKind::StaffGroup => Period::Years(self.staff_years),
            ChatKind::ClassNews | ChatKind::SchoolNews => Period::Years(self.news_years),
            ChatKind::Confidential => match confidential_years {
                Some(years) => Period::Years(years),
                None => Period::Forever,
            },
        }
    }
}

impl Period {
    /// The first day that is kept, seen from a day within the school year that began in the calendar year
    /// `school_year`; `None` when all are.
    #[must_use]
    pub fn first_day(self, today: Date, school_year: i32) -> Option<Date> {
        match self {
            Self::SchoolYears(years) => {
                let began = school_year - i32::from(years.max(1)) + 1;
                Date::from_calendar_date(began, Month::September, 1).ok()
            }
            Self::Years(years) => {
                let year = today.year() - i32::from(years.max(1));
                // 29 February has no anniversary in most years.
                today.replace_year(year).or_else(|_| Date::from_calendar_date(year, Month::February, 28)).ok()
            }
            Self::Forever => None,
        }
    }
}

/// Before which moments messages are past their time, on one day.
pub(crate) struct Cutoffs {
    zone: Zone,
    today: Date,
    school_year: i32,
    retention: Retention,
    confidential_years: Option<u8>,
}

impl Cutoffs {
    pub(crate) fn load(tx: &ReadTx<'_>, today: Date, retention: Retention) -> Result<Self, store::Error> {
        let school = school::load_school(tx)?.ok_or(store::Error::NoRow)?;
        let zone =
            Zone::find(&school.zone).map_err(|_| store::Error::Unreadable { what: "zone of the school" })?;
        let by_date = if today.month() >= Month::September { today.year() } else { today.year() - 1 };
        // A base without a new year yet keeps what its last one needs.
        let school_year = school::find_year(tx, today)?.map_or(by_date, |year| year.start_year.min(by_date));
        let confidential_years = storage::purge::confidential_years(tx)?;
        Ok(Self { zone, today, school_year, retention, confidential_years })
    }

    fn moment(&self, period: Period) -> Option<UtcInstant> {
        Some(self.zone.instant(period.first_day(self.today, self.school_year)?, 0))
    }

    /// Messages of this kind that were taken before it are past their time.
    pub(crate) fn of(&self, kind: ChatKind) -> Option<UtcInstant> {
        self.moment(self.retention.of(kind, self.confidential_years))
    }

    /// The same for messages that were to be acknowledged, whatever their kind.
    pub(crate) fn acknowledged(&self) -> Option<UtcInstant> {
        self.moment(Period::Years(self.retention.acknowledged_years))
    }
}

/// The longest that can be set for the confidential line; longer is «without end».
pub const CONFIDENTIAL_YEARS: std::ops::RangeInclusive<u8> = 1..=25;

/// For how many years the confidential line is kept; `None` is without end.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn confidential_years(tx: &ReadTx<'_>, _by: &SafetyOf<'_>) -> Result<Option<u8>, store::Error> {
    storage::purge::confidential_years(tx)
}

/// Decides how long the confidential line is kept: the safeguarding lead's to say, nobody else's.
///
/// # Errors
/// [`SafetyError::NotLead`], [`SafetyError::Years`].
pub fn set_confidential_years(
    tx: &mut WriteTx<'_>,
    by: &SafetyOf<'_>,
    years: Option<u8>,
) -> Result<Option<Act>, SafetyError> {
    if by.desk() != Desk::Lead {
        return Err(SafetyError::NotLead);
    }
    if years.is_some_and(|years| !CONFIDENTIAL_YEARS.contains(&years)) {
        return Err(SafetyError::Years);
    }
    let before = storage::purge::confidential_years(tx)?;
    if before == years {
        return Ok(None);
    }
    storage::purge::set_confidential_years(tx, years)?;
    let word = |years: Option<u8>| years.map_or("forever".to_owned(), |years| format!("years:{years}"));
    let act = Act::new("messenger.retention.set", "kind", ChatKind::Confidential.word());
    Ok(Some(act.change(Some(word(before)), Some(word(years)))))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::{Period, Retention};
    use crate::ChatKind;

    #[test]
    fn the_first_day_that_is_kept() {
        // MSG-S8: this school year and the one before it; years from day to day; 29 February.
        for (period, today, school_year, first) in [
            (Period::SchoolYears(2), date!(2026 - 11 - 27), 2026, Some(date!(2025 - 09 - 01))),
            (Period::SchoolYears(2), date!(2027 - 07 - 15), 2026, Some(date!(2025 - 09 - 01))),
            (Period::SchoolYears(2), date!(2027 - 09 - 01), 2027, Some(date!(2026 - 09 - 01))),
            (Period::SchoolYears(1), date!(2026 - 11 - 27), 2026, Some(date!(2026 - 09 - 01))),
            (Period::SchoolYears(0), date!(2026 - 11 - 27), 2026, Some(date!(2026 - 09 - 01))),
            (Period::Years(3), date!(2026 - 11 - 27), 2026, Some(date!(2023 - 11 - 27))),
            (Period::Years(3), date!(2028 - 02 - 29), 2027, Some(date!(2025 - 02 - 28))),
            (Period::Years(0), date!(2026 - 11 - 27), 2026, Some(date!(2025 - 11 - 27))),
            (Period::Forever, date!(2026 - 11 - 27), 2026, None),
        ] {
            assert_eq!(period.first_day(today, school_year), first, "{period:?} {today}");
        }
    }

    #[test]
    fn every_kind_has_a_period() {
        let periods: Vec<(ChatKind, Period)> =
            ChatKind::ALL.into_iter().map(|kind| (kind, Retention::default().of(kind, None))).collect();
        assert_eq!(
            periods,
            [
                (ChatKind::ClassChat, Period::SchoolYears(2)),
                (ChatKind::ParentsChat, Period::SchoolYears(2)),
                (ChatKind::ClassNews, Period::Years(5)),
                (ChatKind::Subject, Period::SchoolYears(2)),
                (ChatKind::SchoolNews, Period::Years(5)),
                (ChatKind::StaffRoom, Period::Years(3)),
                (ChatKind::Supervised, Period::Years(3)),
                (ChatKind::Family, Period::Years(3)),
                (ChatKind::Confidential, Period::Forever),
                (ChatKind::Private, Period::Years(3)),
                (ChatKind::StaffGroup, Period::Years(3)),
                (ChatKind::PupilsGroup, Period::SchoolYears(2)),
            ]
        );
        assert_eq!(Retention::default().of(ChatKind::Confidential, Some(7)), Period::Years(7));
    }
}
