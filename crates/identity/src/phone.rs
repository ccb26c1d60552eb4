//! Phone numbers: read once from any usual spelling, kept in E.164, one phone is one account (LNK-S2).

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// E.164 allows fifteen digits; eight is the shortest that any country's mobile numbers have.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// A phone number in E.164: a plus and 8 to 15 digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneFault {
    /// No digit at all.
    #[error("no phone number")]
    Empty,
    /// A letter, or a digit that is not one of 0–9 (full-width and Arabic digits too).
    #[error("the phone number holds {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
    /// Fewer digits than a number of that country has.
    #[error("the phone number has {has} digits, too few")]
    TooShort {
        /// How many digits there are.
        has: usize,
    },
    /// More digits than a number of that country has.
    #[error("the phone number has {has} digits, too many")]
    TooLong {
        /// How many digits there are.
        has: usize,
    },
    /// Not a Russian number, and no plus with a country code.
    #[error("the phone number has no country code")]
    NoCountry,
    /// A free or premium line, which is nobody's own phone.
    #[error("the phone number is a service line")]
    ServiceLine,
}

impl Phone {
    /// Reads a number as people write it: `8 (900) …`, `+7 900 …`, `900 …`; others with plus and country code.
    ///
    /// # Errors
    /// [`PhoneFault`] by what is wrong.
    pub fn parse(text: &str) -> Result<Self, PhoneFault> {
        let text = text.trim();
        let international = text.starts_with('+');
        let mut digits = String::new();
        for sign in text.strip_prefix('+').unwrap_or(text).chars() {
            match sign {
                '0'..='9' => digits.push(sign),
                ' ' | '\u{a0}' | '\u{202f}' | '-' | '‐' | '‑' | '–' | '—' | '(' | ')' | '.' | '/' => {
                }
                found => return Err(PhoneFault::Character { found }),
            }
        }
        let has = digits.len();
        if has == 0 {
            return Err(PhoneFault::Empty);
        }
        let national = match (international, digits.as_bytes()) {
            // `+8 900 …` mixes both spellings; no country has a code that begins with 89.
            (true, [b'8', b'9', ..]) if has == 11 => &digits[1..],
            (true, [b'7', ..]) | (false, [b'7' | b'8', ..]) => return Self::russian(&digits[1..], has),
            (true, [b'0', ..]) => return Err(PhoneFault::NoCountry),
            (true, _) if has < *DIGITS.start() => return Err(PhoneFault::TooShort { has }),
            (true, _) if has > *DIGITS.end() => return Err(PhoneFault::TooLong { has }),
            // +800, +808 and +979 are free, shared-cost and premium lines of the whole world.
            (true, _) if ["800", "808", "979"].iter().any(|code| digits.starts_with(code)) => {
                return Err(PhoneFault::ServiceLine);
            }
            (true, _) => return Ok(Self(format!("+{digits}"))),
            (false, [b'9', ..]) => digits.as_str(),
            (false, _) if has < 10 => return Err(PhoneFault::TooShort { has }),
            (false, _) => return Err(PhoneFault::NoCountry),
        };
        Self::russian(national, has)
    }

    /// Takes the ten digits after +7.
    fn russian(national: &str, has: usize) -> Result<Self, PhoneFault> {
        match national.len() {
            10 if national.starts_with("80") => Err(PhoneFault::ServiceLine),
            10 if national.starts_with(['0', '1', '2']) => Err(PhoneFault::NoCountry),
            10 => Ok(Self(format!("+7{national}"))),
            0..10 => Err(PhoneFault::TooShort { has }),
            _ => Err(PhoneFault::TooLong { has }),
        }
    }

    /// `+79000000042`.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The digits without the plus, as `user_info` gives them.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0[1..]
    }

    /// «+7 900 000-00-42» with non-breaking spaces; other countries' numbers as they are.
    #[must_use]
    pub fn printed(&self) -> String {
        match self.0.strip_prefix("+7") {
            Some(rest) if rest.len() == 10 => {
                format!("+7\u{a0}{}\u{a0}{}-{}-{}", &rest[..3], &rest[3..6], &rest[6..8], &rest[8..])
            }
            Some(_) | None => self.0.clone(),
        }
    }

    /// «+7 ••• •••-••-42»: enough for the owner to know it, and for nobody else.
    #[must_use]
    pub fn masked(&self) -> String {
        let (head, tail) = (&self.0[..2], &self.0[self.0.len() - 2..]);
        format!("{head}\u{a0}•••\u{a0}•••-••-{tail}")
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A phone is personal: what is printed by accident must not name anybody.
        write!(f, "Phone({})", self.masked())
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneFault;

    fn try_from(text: String) -> Result<Self, PhoneFault> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl ToSql for Phone {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for Phone {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).map_err(|fault| FromSqlError::Other(Box::new(fault)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Phone, PhoneFault};

    #[test]
    fn spellings_of_one_number_are_one_number() {
        // LNK-S2
        for text in [
            "+79000000042",
            "89000000042",
            "79000000042",
            "9000000042",
            "8 (900) 000-00-42",
            "+7 (900) 000 00 42",
            " +7\u{a0}900\u{a0}000‑00‑42 ",
            "8.900.000.00.42",
            "8-900-000-00-42",
            "+8 900 000-00-42",
            "900 000 00 42",
        ] {
            assert_eq!(Phone::parse(text).as_ref().map(Phone::e164), Ok("+79000000042"), "{text}");
        }
        assert_eq!(Phone::parse("+79000000042").unwrap().printed(), "+7\u{a0}900\u{a0}000-00-42");
        assert_eq!(Phone::parse("+79000000042").unwrap().digits(), "79000000042");
    }

    #[test]
    fn numbers_of_other_countries_need_their_code() {
        for (text, e164) in [
            ("+375 29 123-45-67", "+375291234567"),
            ("+998 (90) 123 45 67", "+998901234567"),
            ("+7 701 123 45 67", "+77011234567"),
            ("+1 202 555 0143", "+12025550143"),
            ("+86 138 0013 8000", "+8613800138000"),
            ("+7 495 123-45-67", "+74951234567"),
        ] {
            assert_eq!(Phone::parse(text).as_ref().map(Phone::e164), Ok(e164), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        let long = "9".repeat(200);
        for (text, fault) in [
            ("", PhoneFault::Empty),
            ("   ", PhoneFault::Empty),
            ("+", PhoneFault::Empty),
            ("()-", PhoneFault::Empty),
            ("телефон", PhoneFault::Character { found: 'т' }),
            ("8900000004x", PhoneFault::Character { found: 'x' }),
            ("89000000042, доб. 5", PhoneFault::Character { found: ',' }),
            ("+7+9000000042", PhoneFault::Character { found: '+' }),
            ("８９０００００００４２", PhoneFault::Character { found: '８' }),
            ("٨٩٠٠٠٠٠٠٠٤٢", PhoneFault::Character { found: '٨' }),
            ("8900\u{202e}0000042", PhoneFault::Character { found: '\u{202e}' }),
            ("8900\u{0}0000042", PhoneFault::Character { found: '\0' }),
            ("8 900", PhoneFault::TooShort { has: 4 }),
            ("+7 900 000-00-4", PhoneFault::TooShort { has: 10 }),
            ("900", PhoneFault::TooShort { has: 3 }),
            ("112", PhoneFault::TooShort { has: 3 }),
            ("+44 20", PhoneFault::TooShort { has: 4 }),
            ("890000000421", PhoneFault::TooLong { has: 12 }),
            (long.as_str(), PhoneFault::TooLong { has: 200 }),
            ("+1234567890123456", PhoneFault::TooLong { has: 16 }),
            ("375291234567", PhoneFault::NoCountry),
            ("4951234567", PhoneFault::NoCountry),
            ("+0 900 000 00 42", PhoneFault::NoCountry),
            ("8 000 000-00-42", PhoneFault::NoCountry),
            ("8 800 555-35-35", PhoneFault::ServiceLine),
            ("8 809 555-35-35", PhoneFault::ServiceLine),
            ("+979 1 1234567", PhoneFault::ServiceLine),
        ] {
            assert_eq!(Phone::parse(text), Err(fault), "{text:?}");
        }
    }

    #[test]
    fn a_phone_printed_by_accident_names_nobody() {
        let phone = Phone::parse("89001234542").unwrap();
        assert_eq!(format!("{phone:?}"), "Phone(+7\u{a0}•••\u{a0}•••-••-42)");
        assert!(serde_json::from_str::<Phone>("\"кто\"").is_err());
    }

    proptest! {
        #[test]
        fn what_was_read_reads_the_same_again(text in "\\PC{0,40}") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(Phone::parse(phone.e164()), Ok(phone.clone()));
                prop_assert_eq!(Phone::parse(&phone.printed()), Ok(phone.clone()));
                prop_assert!(phone.e164().len() >= 9 && phone.e164().len() <= 16);
            }
        }

        #[test]
        fn any_punctuation_leaves_a_russian_number_what_it_is(
            digits in "9[0-9]{9}", prefix in "(8|7|\\+7|)", seams in "[ ()./-]{10}",
        ) {
            let seamed: String = digits.chars().zip(seams.chars()).flat_map(|(digit, seam)| [digit, seam]).collect();
            let phone = Phone::parse(&format!("{prefix}{seamed}"));
            let expected = format!("+7{digits}");
            prop_assert_eq!(phone.as_ref().map(Phone::e164), Ok(expected.as_str()));
        }
    }
}
