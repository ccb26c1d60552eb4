//! Hushed chats and «Не беспокоить» in words.

use messenger::Hush;
use school::Zone;
use store::UtcInstant;
use time::Date;

use super::{clock_time, moment};
use crate::words::{Words, say};

/// «11:47» of today, «15 октября, 7:30» of another day.
fn end_of(until: UtcInstant, zone: &Zone, today: Date) -> String {
    let local = zone.local(until);
    if local.date == today { clock_time(local.time) } else { moment(local, today) }
}

/// «Уведомления выключены до 15 октября, 7:30».
pub(crate) fn hush_words(hush: Hush, zone: &Zone, today: Date) -> String {
    match hush.until {
        Some(until) => Words::of("hushed-until").with("until", end_of(until, zone, today)).say(),
        None => say("hushed-always"),
    }
}

/// «Не беспокоить до 15 октября, 7:30».
pub(crate) fn rest_words(until: UtcInstant, zone: &Zone, today: Date) -> String {
    Words::of("rest-until").with("until", end_of(until, zone, today)).say()
}
