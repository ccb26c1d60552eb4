//! Dates and times as people write them.

use school::Local;
use time::{Date, Month, Time, Weekday};

/// «октября».
const fn month_of(month: Month) -> &'static str {
    match month {
        Month::January => "января",
        Month::February => "февраля",
        Month::March => "марта",
        Month::April => "апреля",
        Month::May => "мая",
        Month::June => "июня",
        Month::July => "июля",
        Month::August => "августа",
        Month::September => "сентября",
        Month::October => "октября",
        Month::November => "ноября",
        Month::December => "декабря",
    }
}

const fn weekday_of(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "понедельник",
        Weekday::Tuesday => "вторник",
        Weekday::Wednesday => "среда",
        Weekday::Thursday => "четверг",
        Weekday::Friday => "пятница",
        Weekday::Saturday => "суббота",
        Weekday::Sunday => "воскресенье",
    }
}

/// «Октябрь», for a heading.
pub(crate) const fn month_heading(month: Month) -> &'static str {
    match month {
        Month::January => "Январь",
        Month::February => "Февраль",
        Month::March => "Март",
        Month::April => "Апрель",
        Month::May => "Май",
        Month::June => "Июнь",
        Month::July => "Июль",
        Month::August => "Август",
        Month::September => "Сентябрь",
        Month::October => "Октябрь",
        Month::November => "Ноябрь",
        Month::December => "Декабрь",
    }
}

/// «ср».
pub(crate) const fn weekday_short(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "пн",
        Weekday::Tuesday => "вт",
        Weekday::Wednesday => "ср",
        Weekday::Thursday => "чт",
        Weekday::Friday => "пт",
        Weekday::Saturday => "сб",
        Weekday::Sunday => "вс",
    }
}

/// «14 октября», with a non-breaking space.
pub(crate) fn day_month(date: Date) -> String {
    format!("{}\u{a0}{}", date.day(), month_of(date.month()))
}

/// «среда, 14 октября».
pub(crate) fn weekday_day(date: Date) -> String {
    format!("{}, {}", weekday_of(date.weekday()), day_month(date))
}

/// «Среда, 14 октября».
pub(crate) fn long_day(date: Date) -> String {
    let text = weekday_day(date);
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// «4 марта 2014 г.».
pub(crate) fn full_date(date: Date) -> String {
    format!("{}\u{a0}{}\u{a0}г.", day_month(date), date.year())
}

/// «8:30».
pub(crate) fn clock_time(time: Time) -> String {
    format!("{}:{:02}", time.hour(), time.minute())
}

/// «14 октября, 10:47»; another year than the present one is said.
pub(crate) fn moment(at: Local, today: Date) -> String {
    if at.date == today {
        return format!("сегодня, {}", clock_time(at.time));
    }
    if at.date.year() == today.year() {
        return format!("{}, {}", day_month(at.date), clock_time(at.time));
    }
    format!("{} {}\u{a0}г., {}", day_month(at.date), at.date.year(), clock_time(at.time))
}

/// «вчера в 18:40», «14 октября в 10:47», inside of a sentence.
pub(crate) fn moment_in_words(at: Local, today: Date) -> String {
    let day = match (today - at.date).whole_days() {
        0 => "сегодня".to_owned(),
        1 => "вчера".to_owned(),
        _ if at.date.year() == today.year() => day_month(at.date),
        _ => full_date(at.date),
    };
    format!("{day} в\u{a0}{}", clock_time(at.time))
}

#[cfg(test)]
mod tests {
    use time::macros::{date, time};

    use super::*;

    #[test]
    fn a_moment_in_a_sentence_is_near_or_has_its_date() {
        let today = date!(2026 - 01 - 01);
        for (date, said) in [
            (today, "сегодня в\u{a0}8:05"),
            (date!(2025 - 12 - 31), "вчера в\u{a0}8:05"),
            (date!(2025 - 12 - 30), "30\u{a0}декабря\u{a0}2025\u{a0}г. в\u{a0}8:05"),
        ] {
            assert_eq!(moment_in_words(Local { date, time: time!(8:05) }, today), said);
        }
        let later = date!(2026 - 03 - 09);
        let at = Local { date: date!(2026 - 03 - 01), time: time!(18:40) };
        assert_eq!(moment_in_words(at, later), "1\u{a0}марта в\u{a0}18:40");
    }
}
