//! The week's timetable as a table: days by slots.

use std::collections::BTreeMap;

use askama::Template;
use diary::{LessonChange, PupilLesson};
use school::ReaderOf;
use serde::Deserialize;
use time::Duration;

use super::{parse_date, subject_names};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::diary::{clock_minute, room_words, week_heading};
use crate::views::{Page, long_day};
use crate::words::say;

#[derive(Template)]
#[template(path = "diary/timetable.html")]
struct TimetablePage {
    page: Page,
    heading: String,
    child: String,
    earlier: String,
    later: String,
    present: bool,
    days: Vec<DayView>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    /// A day of the week asked for.
    #[serde(default)]
    date: Option<String>,
}

struct DayView {
    heading: String,
    today: bool,
    lessons: Vec<LessonView>,
}

struct LessonView {
    n: u8,
    time: String,
    subject: String,
    room: String,
    teacher: String,
    off: bool,
    changed: bool,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let asked = query.date.map(|text| parse_date(&text).ok_or(Failure::NotFound)).transpose()?;
    let (child, viewer, today) = (cx.child()?, cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("tab-timetable"));
    // On Sunday the coming week is what is asked for.
    let present = diary::monday_of(today.saturating_add(Duration::days(1)));
    let monday = asked.map_or(present, diary::monday_of);
    let shown = cx
        .read(move |tx| {
            let reader = ReaderOf::ask(tx, &viewer, child, today)?;
            let names = subject_names(tx)?;
            let lessons =
                diary::pupil_lessons(tx, &reader, monday, monday.saturating_add(Duration::days(7)))?;
            let mut days: BTreeMap<time::Date, DayView> = BTreeMap::new();
            for lesson in lessons {
                let day = days.entry(lesson.date).or_insert_with(|| DayView {
                    heading: long_day(lesson.date),
                    today: lesson.date == today,
                    lessons: Vec::new(),
                });
                day.lessons.push(lesson_view(lesson, &names));
            }
            Ok(TimetablePage {
                heading: week_heading(monday, 6),
                child: super::child_name(tx, &reader)?,
                earlier: format!("/timetable?date={}", monday.saturating_sub(Duration::days(7))),
                later: format!("/timetable?date={}", monday.saturating_add(Duration::days(7))),
                present: monday == present,
                days: days.into_values().collect(),
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

fn lesson_view(lesson: PupilLesson, names: &crate::views::diary::Subjects) -> LessonView {
    LessonView {
        n: lesson.slot,
        time: format!("{}–{}", clock_minute(lesson.starts), clock_minute(lesson.ends)),
        subject: names.get(&lesson.subject).cloned().unwrap_or_default(),
        room: lesson.room.as_deref().map(room_words).unwrap_or_default(),
        teacher: lesson.teacher.as_ref().map(school::PersonName::abbreviated).unwrap_or_default(),
        off: matches!(lesson.change, Some(LessonChange::Cancelled { .. })),
        changed: matches!(lesson.change, Some(LessonChange::Substituted { .. })),
    }
}
