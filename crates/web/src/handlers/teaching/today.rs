//! The teacher's day.

use askama::Template;
use diary::{LessonState, TeacherLesson, TeacherPart};
use school::Staff;
use serde::Deserialize;
use time::Duration;

use super::{group_line, span};
use crate::Failure;
use crate::cx::Cx;
use crate::flows::calls_of_lessons;
use crate::handlers::diary::{parse_date, subject_names};
use crate::response::Response;
use crate::views::diary::room_words;
use crate::views::{Page, long_day};
use crate::words::{Words, count, say};

#[derive(Template)]
#[template(path = "teaching/today.html")]
struct TodayPage {
    page: Page,
    heading: String,
    lead: String,
    before: String,
    after: String,
    is_today: bool,
    lessons: Vec<LessonView>,
}

struct LessonView {
    slot: u8,
    href: String,
    subject: String,
    group: String,
    time: String,
    room: String,
    topic: String,
    badge: String,
    cancelled: bool,
    now: bool,
    taken: bool,
    past: bool,
    /// The call that is open, 0 when there is none.
    call: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    date: Option<String>,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let (viewer, today, minute) = (cx.signed_in()?.viewer, cx.today(), cx.local.minute());
    let date = match query.date.as_deref() {
        Some(text) => parse_date(text).ok_or(Failure::NotFound)?,
        None => today,
    };
    let (frame, zone) = (cx.frame(say("tab-today")), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let by = Staff::ask(tx, &viewer, today)?;
            let names = subject_names(tx)?;
            let day = diary::teacher_day(tx, &by, date)?;
            let ids: Vec<_> = day.iter().map(|own| own.lesson.id).collect();
            let open = calls_of_lessons(tx, &viewer, &zone, &ids)?;
            let open: std::collections::HashMap<_, _> = open.into_iter().collect();
            let groups: Vec<_> = day.iter().map(|own| own.lesson.group).collect();
            let group_names = school::group_names(tx, &groups)?;
            let others: Vec<_> = day.iter().filter_map(|own| given(own.part)).collect();
            let people = school::names_of(tx, &others)?;
            let lessons: Vec<LessonView> = day
                .iter()
                .map(|own| {
                    let lesson = &own.lesson;
                    let badge = match own.part {
                        _ if lesson.state == LessonState::Cancelled => say("diary-cancelled"),
                        TeacherPart::Own => String::new(),
                        TeacherPart::StandsIn => say("teaching-stands-in"),
                        TeacherPart::GivenTo(person) => Words::of("teaching-given")
                            .with(
                                "name",
                                people.get(&person).map(school::PersonName::short).unwrap_or_default(),
                            )
                            .say(),
                    };
                    LessonView {
                        slot: lesson.slot,
                        href: link(own),
                        subject: names.get(&own.subject).cloned().unwrap_or_default(),
                        group: group_line(&group_names, lesson.group),
                        time: span(lesson.starts, lesson.ends),
                        room: lesson.room.as_deref().map(room_words).unwrap_or_default(),
                        topic: lesson.topic.clone().unwrap_or_default(),
                        badge,
                        cancelled: lesson.state == LessonState::Cancelled,
                        now: date == today && (lesson.starts..lesson.ends).contains(&minute),
                        taken: lesson.attendance_taken,
                        past: (date, lesson.ends) <= (today, minute),
                        call: open.get(&lesson.id).map_or(0, |call| call.get()),
                    }
                })
                .collect();
            Ok(TodayPage {
                heading: long_day(date),
                lead: count("teaching-lessons", lessons.iter().filter(|lesson| !lesson.cancelled).count()),
                before: date.saturating_sub(Duration::DAY).to_string(),
                after: date.saturating_add(Duration::DAY).to_string(),
                is_today: date == today,
                lessons,
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

fn given(part: TeacherPart) -> Option<school::PersonId> {
    match part {
        TeacherPart::GivenTo(person) => Some(person),
        TeacherPart::Own | TeacherPart::StandsIn => None,
    }
}

fn link(own: &TeacherLesson) -> String {
    match given(own.part) {
        Some(_) => String::new(),
        None => format!("/lessons/{}", own.lesson.id),
    }
}
