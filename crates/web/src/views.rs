//! What pages show: view types are printable only, and per audience (ARC-11).

pub(crate) mod checks;
mod dates;
pub(crate) mod diary;
pub(crate) mod hush;
mod nav;
pub(crate) mod page;
pub(crate) mod quiet;
pub(crate) mod safety;
pub(crate) mod sferum;
pub(crate) mod silence;
mod size;
pub(crate) mod teaching;

pub(crate) use dates::{
    clock_time, day_month, full_date, long_day, moment, moment_in_words, month_heading, weekday_day,
    weekday_short,
};
pub(crate) use nav::Frame;
pub(crate) use page::{Flash, Page};
pub(crate) use size::size_words;
