//! The week, and a day of it.

use std::collections::BTreeSet;

use askama::Template;
use diary::PupilLesson;
use school::{Local, PersonId, Reader, ReaderOf, Zone};
use store::{ReadTx, UtcInstant};
use time::{Date, Duration};

use super::{child_name, date_param, days_off, subject_names};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::diary::{DayView, StripView, days, show_calls, strip, week_heading};
use crate::views::{Frame, Page, day_month, long_day, weekday_short};
use crate::words::{Words, say};

#[derive(Template)]
#[template(path = "diary/week.html")]
struct WeekPage {
    page: Page,
    heading: String,
    child: String,
    earlier: String,
    later: String,
    present: bool,
    strip: Option<StripView>,
    pick: Vec<PickView>,
    leaves: Vec<Vec<DayView>>,
    /// In the holidays: what they are, and where the last school week is.
    holiday: Option<HolidayView>,
    may_tick: bool,
}

#[derive(Template)]
#[template(path = "diary/day.html")]
struct DayPage {
    page: Page,
    day: DayView,
    child: String,
    week: String,
    earlier: String,
    later: String,
    may_tick: bool,
}

struct PickView {
    href: String,
    word: &'static str,
    number: u8,
    chosen: bool,
}

struct HolidayView {
    title: String,
    text: String,
    last_week: String,
}

/// What both pages are built from.
struct Asked {
    frame: Frame,
    child: PersonId,
    viewer: school::Viewer,
    day: Date,
    local: Local,
    midnight: UtcInstant,
    zone: Zone,
}

fn asked(cx: &Cx, title: &'static str, day: Date) -> Result<Asked, Failure> {
    let school = cx.app.school();
    Ok(Asked {
        frame: cx.frame(say(title)),
        child: cx.child()?,
        viewer: cx.signed_in()?.viewer,
        day,
        local: cx.local,
        midnight: school.zone.instant(cx.today(), 0),
        zone: school.zone.clone(),
    })
}

pub(crate) async fn present(cx: Cx) -> Result<Response, Failure> {
    let asked = asked(&cx, "tab-diary", cx.today())?;
    let shown = cx.read(move |tx| week(tx, asked)).await?;
    cx.html(&shown)
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let asked = asked(&cx, "tab-diary", date_param(&cx)?)?;
    let shown = cx.read(move |tx| week(tx, asked)).await?;
    cx.html(&shown)
}

pub(crate) async fn day(cx: Cx) -> Result<Response, Failure> {
    let asked = asked(&cx, "tab-diary", date_param(&cx)?)?;
    let shown = cx.read(move |tx| one_day(tx, asked)).await?;
    cx.html(&shown)
}

fn week(tx: &ReadTx<'_>, asked: Asked) -> Result<WeekPage, Failure> {
    let Asked { frame, child, viewer, day, local, midnight, zone } = asked;
    let reader = ReaderOf::ask(tx, &viewer, child, local.date)?;
    let monday = diary::monday_of(day);
    let sunday = monday.saturating_add(Duration::days(6));
    let next = monday.saturating_add(Duration::days(7));
    let lessons = diary::pupil_lessons(tx, &reader, monday, next)?;
    let subjects = subject_names(tx)?;
    let offs = days_off(tx, &reader, monday, next)?;
    let present = monday == diary::monday_of(local.date);
    let strip = if present {
        let today: Vec<PupilLesson> =
            lessons.iter().filter(|lesson| lesson.date == local.date).cloned().collect();
        let due =
            diary::pupil_homework(tx, &reader, local.date, local.date.saturating_add(Duration::days(15)))?;
        let news = diary::pupil_news(tx, &reader, midnight)?;
        Some(strip(&today, &due, &news, local, &subjects))
    } else {
        None
    };
    let holiday = if lessons.is_empty() { Some(holiday(tx, &reader, monday, &offs)?) } else { None };
    // Saturday is a page of the diary only for classes that have it.
    let six = lessons.iter().any(|lesson| lesson.date.weekday() == time::Weekday::Saturday)
        || school::class_group_of(tx, child, monday.max(local.date.min(sunday)))?
            .is_none_or(|class| class.week_days == 6);
    let length = if six { 6 } else { 5 };
    let dates: Vec<Date> = (0..length).map(|n| monday.saturating_add(Duration::days(n))).collect();
    // A phone shows one day of the week: the one asked for, or the last school day before it.
    let chosen = dates.iter().rev().find(|date| **date <= day).copied().unwrap_or(monday);
    let pick = dates.iter().map(|date| pick_view(*date, chosen)).collect();
    let mut left = days(lessons, &dates, &offs, local, &subjects);
    for shown in &mut left {
        shown.chosen = shown.date == chosen.to_string();
    }
    show_calls(tx, &viewer, &zone, &mut left)?;
    let right = left.split_off(3.min(left.len()));
    let leaves = vec![left, right];
    Ok(WeekPage {
        heading: week_heading(monday, length),
        child: child_name(tx, &reader)?,
        earlier: format!("/diary/{}", monday.saturating_sub(Duration::days(7))),
        later: format!("/diary/{next}"),
        present,
        strip,
        pick,
        leaves: if holiday.is_some() { Vec::new() } else { leaves },
        holiday,
        may_tick: reader.reader() == Reader::Oneself,
        page: frame.page(tx)?,
    })
}

fn pick_view(date: Date, chosen: Date) -> PickView {
    PickView {
        href: format!("/diary/{date}"),
        word: weekday_short(date.weekday()),
        number: date.day(),
        chosen: date == chosen,
    }
}

fn holiday(
    tx: &ReadTx<'_>,
    reader: &ReaderOf<'_>,
    monday: Date,
    offs: &std::collections::BTreeMap<Date, String>,
) -> Result<HolidayView, Failure> {
    let titles: BTreeSet<&String> = offs.values().collect();
    let last = diary::last_lesson_day(tx, reader, monday)?;
    Ok(HolidayView {
        title: if titles.is_empty() {
            say("diary-week-empty")
        } else {
            titles.into_iter().cloned().collect::<Vec<_>>().join(", ")
        },
        text: match last {
            Some(day) => Words::of("diary-last-lessons").with("day", day_month(day)).say(),
            None => say("diary-first-lessons"),
        },
        last_week: last.map(|day| format!("/diary/{}", diary::monday_of(day))).unwrap_or_default(),
    })
}

fn one_day(tx: &ReadTx<'_>, asked: Asked) -> Result<DayPage, Failure> {
    let Asked { mut frame, child, viewer, day, local, zone, .. } = asked;
    let reader = ReaderOf::ask(tx, &viewer, child, local.date)?;
    let next = day.saturating_add(Duration::days(1));
    let lessons = diary::pupil_lessons(tx, &reader, day, next)?;
    let subjects = subject_names(tx)?;
    let offs = days_off(tx, &reader, day, next)?;
    frame.title = long_day(day);
    let mut shown = days(lessons, &[day], &offs, local, &subjects);
    show_calls(tx, &viewer, &zone, &mut shown)?;
    Ok(DayPage {
        day: shown.pop().ok_or(Failure::NotFound)?,
        child: child_name(tx, &reader)?,
        week: format!("/diary/{}", diary::monday_of(day)),
        earlier: format!("/diary/day/{}", day.saturating_sub(Duration::days(1))),
        later: format!("/diary/day/{next}"),
        may_tick: reader.reader() == Reader::Oneself,
        page: frame.page(tx)?,
    })
}
