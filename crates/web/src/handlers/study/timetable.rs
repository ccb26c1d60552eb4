//! The whole school's timetable as it stands today.

use askama::Template;
use school::{ClassGroupId, DeputyHead};
use serde::Deserialize;

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::diary::subject_names;
use crate::response::Response;
use crate::views::Page;
use crate::views::teaching::weekday_heading;
use crate::words::say;

#[derive(Template)]
#[template(path = "study/timetable.html")]
struct TimetablePage {
    page: Page,
    classes: Vec<(ClassGroupId, String, bool)>,
    heading: String,
    days: Vec<DayView>,
}

struct DayView {
    heading: &'static str,
    lessons: Vec<LessonView>,
}

struct LessonView {
    slot: u8,
    time: String,
    subject: String,
    group: String,
    teacher: String,
    room: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    class: Option<ClassGroupId>,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("tab-timetable"));
    let shown = cx
        .read(move |tx| {
            DeputyHead::ask(tx, &viewer, today)?;
            let year = school::find_year(tx, today)?.ok_or(Failure::NotFound)?;
            let classes = school::list_class_groups(tx, year.id)?;
            let chosen = match query.class {
                Some(id) => classes.iter().find(|class| class.id == id),
                None => classes.first(),
            }
            .ok_or(Failure::NotFound)?;
            let names = subject_names(tx)?;
            let bells = diary::load_bells(tx, &chosen.bells)?;
            let entries = diary::standing_timetable(tx, chosen.id, today)?;
            let groups: Vec<_> = entries.iter().map(|entry| entry.group).collect();
            let group_names = school::group_names(tx, &groups)?;
            let teachings = school::teachings_of_groups(tx, &groups, today)?;
            let teacher_of = |entry: &diary::TimetableEntry| {
                entry.teacher.or_else(|| {
                    let taught =
                        |own: &&school::Teaching| own.group == entry.group && own.subject == entry.subject;
                    teachings.iter().find(taught).map(|own| own.person)
                })
            };
            let people: Vec<_> = entries.iter().filter_map(teacher_of).collect();
            let people = school::names_of(tx, &people)?;
            let mut days: Vec<DayView> = Vec::new();
            for weekday in 1..=7 {
                let lessons: Vec<LessonView> = entries
                    .iter()
                    .filter(|entry| entry.weekday == weekday)
                    .map(|entry| LessonView {
                        slot: entry.slot,
                        time: bells
                            .at(weekday, entry.slot)
                            .map(|bell| crate::handlers::teaching::span(bell.starts, bell.ends))
                            .unwrap_or_default(),
                        subject: names.get(&entry.subject).cloned().unwrap_or_default(),
                        group: group_names
                            .get(&entry.group)
                            .and_then(|name| name.part.as_ref())
                            .map(|(division, part)| format!("{division}\u{a0}{part}"))
                            .unwrap_or_default(),
                        teacher: teacher_of(entry)
                            .and_then(|person| people.get(&person))
                            .map(school::PersonName::abbreviated)
                            .unwrap_or_default(),
                        room: entry.room.clone().unwrap_or_default(),
                    })
                    .collect();
                if !lessons.is_empty() {
                    days.push(DayView { heading: weekday_heading(weekday), lessons });
                }
            }
            Ok(TimetablePage {
                heading: chosen.label.to_string(),
                classes: classes
                    .iter()
                    .map(|class| (class.id, class.label.to_string(), class.id == chosen.id))
                    .collect(),
                days,
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}
