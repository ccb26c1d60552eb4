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
