//! The school's time zone, by IANA name (DIA-E13, DIA-I17): the one module that knows zone rules.

use store::UtcInstant;
use time::{Date, Time};

/// A zone such as `Europe/Moscow`, with its history of offsets compiled in.
#[derive(Clone, Debug)]
pub struct Zone(jiff::tz::TimeZone);

/// The name is not in the zone data.
#[derive(Debug, thiserror::Error)]
#[error("no time zone {name:?}")]
pub struct ZoneError {
    /// What was asked for.
    pub name: String,
}

/// A moment as the school's clocks show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Local {
    /// The date.
    pub date: Date,
    /// The time of day.
    pub time: Time,
}

impl Local {
    /// Minutes since midnight.
    #[must_use]
    pub fn minute(self) -> u16 {
        u16::from(self.time.hour()) * 60 + u16::from(self.time.minute())
    }
}

impl Zone {
    /// Finds a zone by its IANA name.
    ///
    /// # Errors
    /// [`ZoneError`] for an unknown name.
    pub fn find(name: &str) -> Result<Self, ZoneError> {
        jiff::tz::TimeZone::get(name).map(Self).map_err(|_| ZoneError { name: name.to_owned() })
    }

    /// What the school's clocks show at a moment.
    #[must_use]
    pub fn local(&self, moment: UtcInstant) -> Local {
        let seconds = moment.seconds();
        let offset = jiff::Timestamp::from_second(seconds).map_or(0, |at| self.0.to_offset(at).seconds());
        let shifted =
            UtcInstant::from_millis(moment.millis().saturating_add(i64::from(offset) * 1000)).to_utc();
        Local { date: shifted.date(), time: shifted.time() }
    }

    /// The local date of a moment.
    #[must_use]
    pub fn date(&self, moment: UtcInstant) -> Date {
        self.local(moment).date
    }

    /// The moment when the school's clocks show a date and a minute of the day; in a gap, the moment after it.
    #[must_use]
    pub fn instant(&self, date: Date, minute: u16) -> UtcInstant {
        let wall = date.midnight().assume_utc() + time::Duration::minutes(i64::from(minute));
        let naive = UtcInstant::from(wall);
        // The offset in force at the naive moment is right except around a change; asking again there settles it.
        let offset_at = |moment: UtcInstant| {
            jiff::Timestamp::from_second(moment.seconds()).map_or(0, |at| self.0.to_offset(at).seconds())
        };
        let shift = |offset: i32| UtcInstant::from_millis(naive.millis() - i64::from(offset) * 1000);
        let first = shift(offset_at(naive));
        shift(offset_at(first))
    }
}

#[cfg(test)]
mod tests {
    use store::UtcInstant;
    use time::macros::{date, datetime, time};

    use super::Zone;

    #[test]
    fn zones_keep_their_history() {
        // DIA-E13: Volgograd was an hour ahead of Moscow from 2018 to 2020.
        let volgograd = Zone::find("Europe/Volgograd").unwrap();
        let noon = |moment: time::OffsetDateTime| volgograd.local(UtcInstant::from(moment)).time;
        assert_eq!(noon(datetime!(2019-06-01 8:00 UTC)), time!(12:00));
        assert_eq!(noon(datetime!(2026-06-01 9:00 UTC)), time!(12:00));
        assert!(Zone::find("Europe/Zarechye").is_err());
    }

    #[test]
    fn local_and_instant_are_inverse() {
        for name in ["Europe/Moscow", "Asia/Kamchatka", "Europe/Berlin"] {
            let zone = Zone::find(name).unwrap();
            for day in [date!(2026 - 09 - 01), date!(2026 - 12 - 31), date!(2027 - 03 - 29)] {
                let local = zone.local(zone.instant(day, 8 * 60 + 30));
                assert_eq!((local.date, local.minute()), (day, 510), "{name}");
            }
        }
    }
}
