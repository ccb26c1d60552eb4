//! «Задания»: what is due, by day.

use askama::Template;
use school::{Reader, ReaderOf};
use time::Duration;

use super::subject_names;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Page, long_day};
use crate::words::{Words, say};

#[derive(Template)]
#[template(path = "diary/homework.html")]
struct HomeworkPage {
    page: Page,
    lead: String,
    days: Vec<DayView>,
    may_tick: bool,
}

struct DayView {
    heading: String,
    /// «сегодня», «завтра».
    near: String,
    href: String,
    tasks: Vec<TaskView>,
}

struct TaskView {
    given: i64,
    subject: String,
    text: String,
    done: bool,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let (child, viewer, today) = (cx.child()?, cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("tab-homework"));
    let shown = cx
        .read(move |tx| {
            let reader = ReaderOf::ask(tx, &viewer, child, today)?;
            let names = subject_names(tx)?;
            // Today's lessons may still be ahead, so what is due today is shown too.
            let from = today.saturating_sub(Duration::days(1));
            let tasks = diary::pupil_homework(tx, &reader, from, today.saturating_add(Duration::days(22)))?;
            let open = tasks.iter().filter(|task| !task.done && task.due_date > today).count();
            let mut days: Vec<(time::Date, DayView)> = Vec::new();
            for task in tasks {
                if days.last().is_none_or(|(date, _)| *date != task.due_date) {
                    let view = DayView {
                        heading: long_day(task.due_date),
                        near: match (task.due_date - today).whole_days() {
                            0 => say("homework-today"),
                            1 => say("strip-tomorrow"),
                            _ => String::new(),
                        },
                        href: format!("/diary/day/{}", task.due_date),
                        tasks: Vec::new(),
                    };
                    days.push((task.due_date, view));
                }
                if let Some((_, day)) = days.last_mut() {
                    day.tasks.push(TaskView {
                        given: task.given.get(),
                        subject: names.get(&task.subject).cloned().unwrap_or_default(),
                        text: task.text,
                        done: task.done,
                    });
                }
            }
            Ok(HomeworkPage {
                lead: Words::of("homework-left").with("count", open).say(),
                days: days.into_iter().map(|(_, day)| day).collect(),
                may_tick: reader.reader() == Reader::Oneself,
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}
