//! What a person tells about themselves: the personal account's data and the educational profile's (LNK-S3).

use time::Date;

use crate::FullName;

/// A person's sex; VK ID's number for it goes over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// The word stored and posted by forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Female, Self::Male].into_iter().find(|sex| sex.word() == word)
    }
}

/// Who the owner of an educational profile says to be at school; the school decides by its own roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimedRole {
    /// Ученик.
    Pupil,
    /// Родитель.
    Parent,
    /// Учитель, сотрудник школы.
    Teacher,
}

impl ClaimedRole {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Pupil, Self::Parent, Self::Teacher];

    /// The word stored and posted by forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Parent => "parent",
            Self::Teacher => "teacher",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// The data of the personal account: screen 4 of the guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDraft {
    /// The name.
    pub name: FullName,
    /// The birth date.
    pub birth_date: Date,
    /// The sex.
    pub sex: Sex,
}

/// The data of an educational profile: screen 6 of the guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileDraft {
    /// The name.
    pub name: FullName,
    /// The birth date.
    pub birth_date: Date,
    /// Who the owner says to be.
    pub role: ClaimedRole,
}

/// Why a text is no birth date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BirthDateFault {
    /// Nothing was given.
    #[error("no birth date")]
    Empty,
    /// There is no such day, or it is written in a way not known here.
    #[error("not a date")]
    Malformed,
    /// The day has not come yet.
    #[error("the birth date is in the future")]
    Future,
    /// Longer ago than anybody lives.
    #[error("the birth date is before 1900")]
    TooOld,
}

/// Reads a birth date as `2014-03-14` (a date field) or `14.03.2014` (typed).
///
/// # Errors
/// [`BirthDateFault`] by what is wrong; `today` is the last day that is taken.
pub fn parse_birth_date(text: &str, today: Date) -> Result<Date, BirthDateFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BirthDateFault::Empty);
    }
    let number = |part: &str, length: std::ops::RangeInclusive<usize>| {
        let plain = length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse::<i32>().ok()).flatten().ok_or(BirthDateFault::Malformed)
    };
    let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
    let &[first, second, third] = parts.as_slice() else { return Err(BirthDateFault::Malformed) };
    let (year, month, day) = if first.len() == 4 {
        (number(first, 4..=4)?, number(second, 1..=2)?, number(third, 1..=2)?)
    } else {
        (number(third, 4..=4)?, number(second, 1..=2)?, number(first, 1..=2)?)
    };
    let month = u8::try_from(month).ok().and_then(|month| time::Month::try_from(month).ok());
    let date = month
        .zip(u8::try_from(day).ok())
        .and_then(|(month, day)| Date::from_calendar_date(year, month, day).ok())
        .ok_or(BirthDateFault::Malformed)?;
    if date > today {
        Err(BirthDateFault::Future)
    } else if date.year() < 1900 {
        Err(BirthDateFault::TooOld)
    } else {
        Ok(date)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::{BirthDateFault, parse_birth_date};

    #[test]
    fn birth_dates_are_days_that_have_been() {
        let today = date!(2026 - 10 - 14);
        for (text, expected) in [
            ("2014-03-14", Ok(date!(2014 - 03 - 14))),
            ("14.03.2014", Ok(date!(2014 - 03 - 14))),
            (" 1.2.2014 ", Ok(date!(2014 - 02 - 01))),
            ("14/03/2014", Ok(date!(2014 - 03 - 14))),
            ("2026-10-14", Ok(today)),
            ("2026-10-15", Err(BirthDateFault::Future)),
            ("9999-12-31", Err(BirthDateFault::Future)),
            ("1899-12-31", Err(BirthDateFault::TooOld)),
            ("0000-00-00", Err(BirthDateFault::Malformed)),
            ("2026-02-29", Err(BirthDateFault::Malformed)),
            ("14.13.2014", Err(BirthDateFault::Malformed)),
            ("14.03.14", Err(BirthDateFault::Malformed)),
            ("14 марта 2014", Err(BirthDateFault::Malformed)),
            ("-2014-03-14", Err(BirthDateFault::Malformed)),
            ("+2014-03-14", Err(BirthDateFault::Malformed)),
            ("", Err(BirthDateFault::Empty)),
        ] {
            assert_eq!(parse_birth_date(text, today), expected, "{text:?}");
        }
    }
}
