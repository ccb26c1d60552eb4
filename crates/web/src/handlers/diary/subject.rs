//! One subject: «почему такой средний».

use askama::Template;
use diary::{Average, SubjectMarks};
use school::{ReaderOf, SubjectId};

use super::subjects::{Query, TermView, stretch};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::diary::{BalanceView, MarkView, average_line, balance, marks_view};
use crate::views::{Page, day_month};
use crate::words::{Words, count, say};

#[derive(Template)]
#[template(path = "diary/subject.html")]
struct SubjectPage {
    page: Page,
    subject: SubjectId,
    name: String,
    line: String,
    terms: Vec<TermView>,
    rows: Vec<RowView>,
    why: Option<WhyView>,
}

struct RowView {
    date: String,
    work: String,
    comment: String,
    mark: Option<MarkView>,
    weight: String,
    part: String,
}

struct WhyView {
    average: String,
    fraction: String,
    sum: u32,
    weights: u32,
    line: String,
    next: String,
    balance: BalanceView,
    described: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let subject: SubjectId = cx.request.param("subject")?;
    let query: Query = cx.request.query()?;
    let (child, viewer, today) = (cx.child()?, cx.signed_in()?.viewer, cx.today());
    let mut frame = cx.frame(String::new());
    let shown = cx
        .read(move |tx| {
            let reader = ReaderOf::ask(tx, &viewer, child, today)?;
            let stretch = stretch(tx, &reader, query.term, today)?;
            let marks = diary::pupil_subjects(tx, &reader, stretch.from, stretch.to)?
                .into_iter()
                .find(|marks| marks.subject == subject)
                .ok_or(Failure::NotFound)?;
            let name = school::load_subject(tx, subject)?.name;
            frame.title.clone_from(&name);
            Ok(SubjectPage {
                subject,
                name,
                line: line(&marks, &stretch.title),
                terms: stretch.terms,
                rows: rows(&marks),
                why: marks.average.map(|average| why(&marks, average)),
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

fn line(marks: &SubjectMarks, term: &str) -> String {
    let mut parts = Vec::new();
    parts.extend(marks.teacher.as_ref().map(teacher_name));
    if marks.hours_per_week > 0 {
        parts.push(count("subject-hours", usize::from(marks.hours_per_week)));
    }
    parts.push(term.to_owned());
    if marks.absences > 0 {
        parts.push(count("subject-absences", marks.absences as usize));
    }
    parts.join(" · ")
}

/// «Ольга Павловна Громова».
fn teacher_name(name: &school::PersonName) -> String {
    match &name.patronymic {
        Some(_) => format!("{} {}", name.formal(), name.surname),
        None => name.short(),
    }
}

fn rows(marks: &SubjectMarks) -> Vec<RowView> {
    marks
        .rows
        .iter()
        .map(|row| RowView {
            date: day_month(row.date),
            work: row.mark.work.clone(),
            comment: row.mark.comment.clone().unwrap_or_default(),
            mark: marks_view(std::slice::from_ref(&row.mark)).pop().map(|mut view| {
                view.weight = String::new();
                view.second = false;
                view
            }),
            weight: row.mark.weight.to_string(),
            part: row
                .mark
                .value
                .counts()
                .map(|mark| (u32::from(mark) * u32::from(row.mark.weight)).to_string())
                .unwrap_or_default(),
        })
        .collect()
}

fn why(marks: &SubjectMarks, average: Average) -> WhyView {
    let next = match average.next_step() {
        None => say("why-best"),
        Some(step) => Words::of("why-next")
            .with("mark", u32::from(step.mark))
            .with("fives", step.fives)
            .with("line", format!("{},{:02}", step.line / 100, step.line % 100))
            .say(),
    };
    let printed = average.to_string();
    WhyView {
        fraction: format!("{}/{}", average.sum(), average.weights()),
        sum: average.sum(),
        weights: average.weights(),
        line: average_line(average),
        next,
        balance: balance(&marks.rows, average),
        described: Words::of("why-described")
            .with("average", printed.clone())
            .with("count", marks.rows.len())
            .say(),
        average: printed,
    }
}
