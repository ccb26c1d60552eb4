//! Reads single cells: each function takes the text of a cell and gives a value or what is wrong with it.

use time::{Date, Duration, Month, Time};

use super::problems::is_direction;
use super::{CellFault, DateFault, PhoneFault, limits};
use crate::{Access, ClassLabel, DayKind, Sex, TermKind};

/// A text that is kept as it is: short, without control and direction characters (C9).
pub(crate) fn text(cell: &str) -> Result<String, CellFault> {
    let has = cell.chars().count();
    if has > limits::TEXT {
        return Err(CellFault::TooLong { has, most: limits::TEXT });
    }
    match cell.chars().find(|sign| sign.is_control() || is_direction(*sign)) {
        Some(found) => Err(CellFault::Character { found }),
        None => Ok(cell.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// A school's own number of a person, of any shape.
pub(crate) fn external_id(cell: &str) -> Result<String, CellFault> {
    let id = text(cell)?;
    let has = id.chars().count();
    if has > limits::KEY { Err(CellFault::TooLong { has, most: limits::KEY }) } else { Ok(id) }
}

/// A login: lower-case Latin letters, digits, dots, hyphens, underscores; case is folded.
pub(crate) fn login(cell: &str) -> Result<String, CellFault> {
    let login = cell.to_lowercase();
    let has = login.chars().count();
    if has > limits::KEY {
        return Err(CellFault::TooLong { has, most: limits::KEY });
    }
    let fits = |sign: char| matches!(sign, 'a'..='z' | '0'..='9' | '.' | '-' | '_');
    if login.chars().all(fits) && login.starts_with(|sign: char| sign.is_ascii_alphanumeric()) {
        Ok(login)
    } else {
        Err(CellFault::Login)
    }
}

/// A date: `дд.мм.гггг`, ISO, or the serial number of a spreadsheet (DIA-X4); a time of day after it is dropped.
pub(crate) fn date(cell: &str) -> Result<Date, CellFault> {
    let day = cell.split_once([' ', 'T']).map_or(cell, |(day, _)| day);
    let read = if let Ok(serial) = day.parse::<u32>() {
        from_serial(serial)
    } else {
        match *day.split(['.', '-', '/']).collect::<Vec<_>>().as_slice() {
            [year, month, day] if year.len() == 4 => from_parts(year, month, day),
            [day, month, year] if year.len() == 4 => from_parts(year, month, day),
            [day, month, year]
                if year.len() == 2 && [day, month, year].iter().all(|part| part.parse::<u8>().is_ok()) =>
            {
                Err(DateFault::ShortYear)
            }
            _ => Err(DateFault::Unreadable),
        }
    };
    read.map_err(CellFault::Date)
}

/// A birth date: not before 1900, not after today.
pub(crate) fn birth_date(cell: &str, today: Date) -> Result<Date, CellFault> {
    let date = date(cell)?;
    if date > today {
        Err(CellFault::Date(DateFault::Future))
    } else if date.year() < 1900 {
        Err(CellFault::Date(DateFault::TooEarly))
    } else {
        Ok(date)
    }
}

fn from_serial(serial: u32) -> Result<Date, DateFault> {
    // From 1927 to 2099; smaller numbers are years such as 2014, larger ones ids that came into the wrong column.
    if !(10_000..73_051).contains(&serial) {
        return Err(DateFault::Unreadable);
    }
    // Spreadsheets count from 30 December 1899, so that their wrong 29 February 1900 comes out even.
    Date::from_calendar_date(1899, Month::December, 30)
        .ok()
        .and_then(|zero| zero.checked_add(Duration::days(i64::from(serial))))
        .ok_or(DateFault::Unreadable)
}

fn from_parts(year: &str, month: &str, day: &str) -> Result<Date, DateFault> {
    let number = |part: &str| part.parse::<u16>().map_err(|_| DateFault::Unreadable);
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let month = u8::try_from(month)
        .ok()
        .and_then(|month| Month::try_from(month).ok())
        .ok_or(DateFault::NoSuchMonth)?;
    let day = u8::try_from(day).map_err(|_| DateFault::NoSuchDay)?;
    Date::from_calendar_date(i32::from(year), month, day).map_err(|_| DateFault::NoSuchDay)
}

/// A time of day to the minute: `8:30`, `08.30`, `8:30:00`, or the part of a day that a spreadsheet writes.
pub(crate) fn time_of_day(cell: &str) -> Result<Time, CellFault> {
    let parts: Vec<&str> = cell.split([':', '.', '-']).collect();
    let read = match *parts.as_slice() {
        [hour, minute] | [hour, minute, "00"] if minute.len() == 2 => hour
            .parse()
            .ok()
            .zip(minute.parse().ok())
            .and_then(|(hour, minute)| Time::from_hms(hour, minute, 0).ok()),
        _ => None,
    };
    read.ok_or(CellFault::Time)
}

/// A phone number in any usual Russian spelling, or in another country's with plus and code; kept in E.164 (LNK-S2).
/// The rules are those of VK ID sign-in, which this crate does not know: a list may also hold a landline.
pub(crate) fn phone(cell: &str) -> Result<String, CellFault> {
    let lower = cell.to_lowercase().replace('е', "e");
    if lower.contains("e+") && lower.starts_with(|sign: char| sign.is_ascii_digit()) {
        return Err(CellFault::Phone(PhoneFault::Rounded));
    }
    // A number cell comes as «79000000001,0» from some programs.
    let cell = cell.strip_suffix(",0").or_else(|| cell.strip_suffix(".0")).unwrap_or(cell);
    let foreign = cell.starts_with('+');
    let mut digits = String::new();
    for sign in cell.strip_prefix('+').unwrap_or(cell).chars() {
        match sign {
            '0'..='9' => digits.push(sign),
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '‐' | '‑' | '–' | '—' | '(' | ')' | '.' | '/' => {}
            found => return Err(CellFault::Phone(PhoneFault::Character { found })),
        }
    }
    let national = match digits.as_bytes() {
        [b'7', ..] => &digits[1..],
        [b'8', ..] if !foreign => &digits[1..],
        _ if foreign => return international(&digits).map_err(CellFault::Phone),
        [b'9', ..] => digits.as_str(),
        _ if digits.len() < 10 => return Err(CellFault::Phone(PhoneFault::TooShort)),
        _ => return Err(CellFault::Phone(PhoneFault::NoCountry)),
    };
    match national.len() {
        10 if national.starts_with(['0', '1', '2']) => Err(CellFault::Phone(PhoneFault::NoCountry)),
        10 => Ok(format!("+7{national}")),
        0..10 => Err(CellFault::Phone(PhoneFault::TooShort)),
        _ => Err(CellFault::Phone(PhoneFault::TooLong)),
    }
}

fn international(digits: &str) -> Result<String, PhoneFault> {
    match digits.len() {
        _ if digits.starts_with('0') => Err(PhoneFault::NoCountry),
        0..8 => Err(PhoneFault::TooShort),
        8..=15 => Ok(format!("+{digits}")),
        _ => Err(PhoneFault::TooLong),
    }
}

/// A СНИЛС as eleven digits; zeros that a spreadsheet has taken from its front come back.
pub(crate) fn snils(cell: &str) -> Result<String, CellFault> {
    let digits: String = cell.chars().filter(|sign| !matches!(sign, ' ' | '-' | '\u{a0}')).collect();
    if !(7..=11).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CellFault::Snils);
    }
    let digits = format!("{digits:0>11}");
    let (number, check) = digits.split_at(9);
    let sum: u32 = number
        .chars()
        .zip((1..=9).rev())
        .filter_map(|(digit, weight)| Some(digit.to_digit(10)? * weight))
        .sum();
    let right = sum % 101 % 100;
    if check.parse() == Ok(right) { Ok(digits) } else { Err(CellFault::Snils) }
}

/// A whole number in a range.
pub(crate) fn number(cell: &str, least: u8, most: u8) -> Result<u8, CellFault> {
    let whole = cell.strip_suffix(",0").or_else(|| cell.strip_suffix(".0")).unwrap_or(cell);
    whole
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or(CellFault::Number { least, most })
}

/// A class (DIA-E34).
pub(crate) fn class(cell: &str) -> Result<ClassLabel, CellFault> {
    ClassLabel::parse(cell).ok_or(CellFault::Class)
}

/// The parts of a list in one cell, after commas or semicolons.
pub(crate) fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([',', ';']).map(str::trim).filter(|part| !part.is_empty())
}

/// Subgroups: `англ:1; инф:2` as division and part.
pub(crate) fn subgroups(cell: &str) -> Result<Vec<(String, String)>, CellFault> {
    list(cell)
        .map(|part| {
            let (division, title) = part.split_once(':').ok_or(CellFault::Subgroups)?;
            let (division, title) = (text(division)?, text(title)?);
            if division.is_empty() || title.is_empty() {
                Err(CellFault::Subgroups)
            } else {
                Ok((division, title))
            }
        })
        .collect()
}

fn word<T: Copy>(cell: &str, fault: CellFault, words: &[(&[&str], T)]) -> Result<T, CellFault> {
    let cell = crate::fold(cell);
    let cell = cell.trim().trim_end_matches('.');
    words.iter().find(|(spellings, _)| spellings.contains(&cell)).map(|(_, value)| *value).ok_or(fault)
}

/// A sex.
pub(crate) fn sex(cell: &str) -> Result<Sex, CellFault> {
    word(
        cell,
        CellFault::Sex,
        &[
            (&["ж", "жен", "женский", "девочка", "f", "female"], Sex::Female),
            (&["м", "муж", "мужской", "мальчик", "m", "male"], Sex::Male),
        ],
    )
}

/// Yes or no.
pub(crate) fn yes_no(cell: &str) -> Result<bool, CellFault> {
    word(cell, CellFault::YesNo, &[(&["да", "+", "1", "yes"], true), (&["нет", "-", "–", "0", "no"], false)])
}

/// What an adult may read of a child.
pub(crate) fn access(cell: &str) -> Result<Access, CellFault> {
    word(
        cell,
        CellFault::Access,
        &[
            (&["полный", "полная", "full"], Access::Full),
            (&["чтение", "только чтение", "read"], Access::Read),
            (&["нет", "none"], Access::None),
        ],
    )
}

/// A day of the week, 1 is Monday.
pub(crate) fn weekday(cell: &str) -> Result<u8, CellFault> {
    word(
        cell,
        CellFault::Weekday,
        &[
            (&["понедельник", "пн", "1", "monday"], 1),
            (&["вторник", "вт", "2", "tuesday"], 2),
            (&["среда", "ср", "3", "wednesday"], 3),
            (&["четверг", "чт", "4", "thursday"], 4),
            (&["пятница", "пт", "5", "friday"], 5),
            (&["суббота", "сб", "6", "saturday"], 6),
            (&["воскресенье", "вс", "7", "sunday"], 7),
        ],
    )
}

/// Days of the week in order: «пн, вт», «пн-пт», «суббота».
pub(crate) fn weekdays(cell: &str) -> Result<Vec<u8>, CellFault> {
    let mut days = Vec::new();
    for part in list(cell) {
        match part.split_once(['-', '–', '—']) {
            Some((from, to)) => days.extend(weekday(from.trim())?..=weekday(to.trim())?),
            None => days.push(weekday(part)?),
        }
    }
    days.sort_unstable();
    days.dedup();
    if days.is_empty() { Err(CellFault::Weekday) } else { Ok(days) }
}

/// A kind of terms.
pub(crate) fn term_kind(cell: &str) -> Result<TermKind, CellFault> {
    word(
        cell,
        CellFault::TermKind,
        &[
            (&["четверть", "четверти", "quarter"], TermKind::Quarter),
            (&["триместр", "триместры", "trimester"], TermKind::Trimester),
            (&["полугодие", "полугодия", "half-year"], TermKind::HalfYear),
            (&["модуль", "модули", "module"], TermKind::Module),
        ],
    )
}

/// Why days are not ordinary; «как понедельник» is a working day by Monday's timetable.
pub(crate) fn day_kind(cell: &str) -> Result<DayKind, CellFault> {
    let folded = crate::fold(cell);
    if let Some(other) = folded.strip_prefix("как ") {
        return weekday(other.trim()).map(DayKind::WorksAs).map_err(|_| CellFault::DayKind);
    }
    word(
        cell,
        CellFault::DayKind,
        &[
            (&["каникулы", "vacation"], DayKind::Vacation),
            (&["праздник", "выходной", "нерабочий день", "holiday"], DayKind::Holiday),
        ],
    )
}

/// In which weeks a lesson is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weeks {
    /// Every week.
    All,
    /// The first, third … week of the school year.
    Odd,
    /// The second, fourth … week of the school year.
    Even,
}

impl Weeks {
    /// Whether some week is one of both.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        !matches!((self, other), (Self::Odd, Self::Even) | (Self::Even, Self::Odd))
    }
}

/// A kind of weeks.
pub(crate) fn weeks(cell: &str) -> Result<Weeks, CellFault> {
    word(
        cell,
        CellFault::Week,
        &[
            (&["все", "каждая", "all"], Weeks::All),
            (&["1", "нечетная", "нечетные", "odd"], Weeks::Odd),
            (&["2", "четная", "четные", "even"], Weeks::Even),
        ],
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, time};

    use super::{CellFault, DateFault, DayKind, PhoneFault};

    #[test]
    fn dates_are_read_in_three_shapes() {
        // DIA-X4
        for (cell, day) in [
            ("31.12.2013", date!(2013 - 12 - 31)),
            ("1.9.2026", date!(2026 - 09 - 01)),
            ("2014-09-05", date!(2014 - 09 - 05)),
            ("2014-09-05T00:00:00", date!(2014 - 09 - 05)),
            ("05/09/2014", date!(2014 - 09 - 05)),
            ("05.09.2014 0:00", date!(2014 - 09 - 05)),
            ("41737", date!(2014 - 04 - 08)),
            ("29.02.2012", date!(2012 - 02 - 29)),
        ] {
            assert_eq!(super::date(cell), Ok(day), "{cell}");
        }
        let today = date!(2026 - 10 - 14);
        for (cell, fault) in [
            ("31.02.2014", DateFault::NoSuchDay),
            ("29.02.2014", DateFault::NoSuchDay),
            ("2014-13-05", DateFault::NoSuchMonth),
            ("08.04.14", DateFault::ShortYear),
            ("вчера", DateFault::Unreadable),
            ("2014", DateFault::Unreadable),
            ("0000-00-00", DateFault::NoSuchMonth),
            ("01.01.2031", DateFault::Future),
            ("25.07.1814", DateFault::TooEarly),
            ("99999999999999999999", DateFault::Unreadable),
        ] {
            assert_eq!(super::birth_date(cell, today), Err(CellFault::Date(fault)), "{cell}");
        }
    }

    #[test]
    fn phones_of_usual_spellings_are_one() {
        for cell in ["79000000001", "8 (900) 000-00-01", "+7 900 000-00-01", "9000000001", "79000000001,0"] {
            assert_eq!(super::phone(cell).as_deref(), Ok("+79000000001"), "{cell}");
        }
        assert_eq!(super::phone("+375 29 123-45-67").as_deref(), Ok("+375291234567"));
        for (cell, fault) in [
            ("7,9E+10", PhoneFault::Rounded),
            ("7,9Е+10", PhoneFault::Rounded),
            ("12-34", PhoneFault::TooShort),
            ("+7 900 000-00-0З", PhoneFault::Character { found: 'З' }),
            ("+7 900 000-00-041", PhoneFault::TooLong),
            ("8 900", PhoneFault::TooShort),
            ("375291234567", PhoneFault::NoCountry),
        ] {
            assert_eq!(super::phone(cell), Err(CellFault::Phone(fault)), "{cell}");
        }
    }

    #[test]
    fn snils_is_checked_and_its_zeros_come_back() {
        assert_eq!(super::snils("112-233-445 95").as_deref(), Ok("11223344595"));
        assert_eq!(super::snils("8765430300").as_deref(), Ok("08765430300"));
        for cell in ["112-233-445 96", "1", "сто", "112-233-445-95-1"] {
            assert_eq!(super::snils(cell), Err(CellFault::Snils), "{cell}");
        }
    }

    #[test]
    fn small_words_are_read() {
        assert_eq!(super::time_of_day("8:30"), Ok(time!(8:30)));
        assert_eq!(super::time_of_day("08.30"), Ok(time!(8:30)));
        assert_eq!(super::time_of_day("25:00"), Err(CellFault::Time));
        assert_eq!(super::weekday("Пн."), Ok(1));
        assert_eq!(super::weekday("понеделник"), Err(CellFault::Weekday));
        assert_eq!(super::weekdays("пн-ср, сб"), Ok(vec![1, 2, 3, 6]));
        assert_eq!(super::weekdays("сб-пн"), Err(CellFault::Weekday));
        assert_eq!(super::day_kind("как вторник"), Ok(DayKind::WorksAs(2)));
        assert_eq!(super::number("16", 0, 14), Err(CellFault::Number { least: 0, most: 14 }));
        assert_eq!(super::number("5,0", 0, 14), Ok(5));
        assert_eq!(super::subgroups("англ:1; инф:2").unwrap().len(), 2);
        assert_eq!(super::subgroups("первая"), Err(CellFault::Subgroups));
        assert_eq!(super::login("Ilina.V").as_deref(), Ok("ilina.v"));
        assert_eq!(super::login("ильина"), Err(CellFault::Login));
        assert_eq!(super::text("а\u{202e}б"), Err(CellFault::Character { found: '\u{202e}' }));
    }

    proptest! {
        #[test]
        fn no_cell_is_too_strange_to_be_read_or_refused(cell in "\\PC{0,60}") {
            let _ = (super::date(&cell), super::time_of_day(&cell), super::snils(&cell), super::subgroups(&cell));
            if let Ok(phone) = super::phone(&cell) {
                prop_assert_eq!(super::phone(&phone), Ok(phone.clone()));
            }
        }

        #[test]
        fn a_serial_is_the_day_it_is_printed_as(serial in 10_000_u32..73_051) {
            let day = super::date(&serial.to_string()).unwrap();
            let printed = format!("{:02}.{:02}.{}", day.day(), u8::from(day.month()), day.year());
            prop_assert_eq!(super::date(&printed), Ok(day));
        }
    }
}
