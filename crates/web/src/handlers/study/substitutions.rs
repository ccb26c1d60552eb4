//! The substitutions of a date, and a class's lessons to choose from.

use askama::Template;
use diary::{Lesson, LessonId, LessonState};
use school::{ClassGroupId, DeputyHead, PersonName};
use serde::Deserialize;
use store::ReadTx;
use time::{Date, Duration};

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::diary::{parse_date, subject_names};
use crate::handlers::teaching::{group_line, span};
use crate::response::Response;
use crate::views::diary::{Subjects, room_words};
use crate::views::{Page, long_day};
use crate::words::{Words, count, say};

#[derive(Template)]
#[template(path = "study/substitutions.html")]
struct DayPage {
    page: Page,
    date: Date,
    is_today: bool,
    before: Date,
    after: Date,
    heading: String,
    lead: String,
    changes: Vec<ChangeView>,
    classes: Vec<(ClassGroupId, String, bool)>,
    class_label: String,
    lessons: Vec<LessonView>,
}

struct ChangeView {
    lesson: LessonId,
    line: String,
    what: String,
    reason: String,
    cancels: bool,
    /// It cannot be changed any more.
    held: bool,
}

struct LessonView {
    lesson: LessonId,
    slot: u8,
    time: String,
    subject: String,
    group: String,
    room: String,
    cancelled: bool,
    held: bool,
    changed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    class: Option<ClassGroupId>,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let date = match query.date.as_deref() {
        Some(text) => parse_date(text).ok_or(Failure::NotFound)?,
        None => today,
    };
    let frame = cx.frame(say("tab-substitutions"));
    let shown = cx
        .read(move |tx| {
            let by = DeputyHead::ask(tx, &viewer, today)?;
            let names = subject_names(tx)?;
            let changes = changes(tx, &by, &names, date)?;
            let year = school::find_year(tx, date)?.ok_or(Failure::NotFound)?;
            let classes = school::list_class_groups(tx, year.id)?;
            let chosen = match query.class {
                Some(id) => classes.iter().find(|class| class.id == id),
                None => classes.first(),
            }
            .ok_or(Failure::NotFound)?;
            let changed: Vec<LessonId> = changes.iter().map(|change| change.lesson).collect();
            let next = date.saturating_add(Duration::DAY);
            let lessons = diary::lessons_of_class(tx, chosen.id, date, next)?;
            Ok(DayPage {
                date,
                is_today: date == today,
                before: date.saturating_sub(Duration::DAY),
                after: next,
                heading: long_day(date),
                lead: count("substitutions-count", changes.len()),
                changes,
                classes: classes
                    .iter()
                    .map(|class| (class.id, class.label.to_string(), class.id == chosen.id))
                    .collect(),
                class_label: chosen.label.to_string(),
                lessons: lesson_views(tx, &names, &lessons, &changed)?,
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

fn subject_of(tx: &ReadTx<'_>, names: &Subjects, course: diary::CourseId) -> Result<String, Failure> {
    let course = diary::find_course_by_id(tx, course)?;
    Ok(course.and_then(|course| names.get(&course.subject).cloned()).unwrap_or_default())
}

fn changes(
    tx: &ReadTx<'_>,
    by: &DeputyHead<'_>,
    names: &Subjects,
    date: Date,
) -> Result<Vec<ChangeView>, Failure> {
    let standing = diary::substitutions_on(tx, by, date)?;
    let groups: Vec<_> = standing.iter().map(|(lesson, _)| lesson.group).collect();
    let group_names = school::group_names(tx, &groups)?;
    let people: Vec<_> = standing.iter().filter_map(|(_, change)| change.after_teacher).collect();
    let people = school::names_of(tx, &people)?;
    let mut views = Vec::new();
    for (lesson, change) in standing {
        let before = subject_of(tx, names, change.before_course)?;
        let what = match change.after_teacher {
            None => say("substitutions-cancelled"),
            Some(teacher) => Words::of("substitutions-instead")
                .with("name", people.get(&teacher).map(PersonName::abbreviated).unwrap_or_default())
                .with("subject", subject_of(tx, names, lesson.course)?)
                .say(),
        };
        views.push(ChangeView {
            lesson: lesson.id,
            line: format!(
                "{} · {} · {before}",
                group_line(&group_names, lesson.group),
                Words::of("lesson-number").with("n", u32::from(lesson.slot)).say()
            ),
            what,
            reason: change.reason,
            cancels: change.cancels,
            held: lesson.state == LessonState::Held,
        });
    }
    Ok(views)
}

fn lesson_views(
    tx: &ReadTx<'_>,
    names: &Subjects,
    lessons: &[Lesson],
    changed: &[LessonId],
) -> Result<Vec<LessonView>, Failure> {
    let groups: Vec<_> = lessons.iter().map(|lesson| lesson.group).collect();
    let group_names = school::group_names(tx, &groups)?;
    let mut views = Vec::new();
    for lesson in lessons {
        views.push(LessonView {
            lesson: lesson.id,
            slot: lesson.slot,
            time: span(lesson.starts, lesson.ends),
            subject: subject_of(tx, names, lesson.course)?,
            group: group_line(&group_names, lesson.group),
            room: lesson.room.as_deref().map(room_words).unwrap_or_default(),
            cancelled: lesson.state == LessonState::Cancelled,
            held: lesson.state == LessonState::Held,
            changed: changed.contains(&lesson.id),
        });
    }
    Ok(views)
}
