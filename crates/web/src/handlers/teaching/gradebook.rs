//! The class's table for a subject, and the list of a teacher's tables.

use askama::Template;
use diary::{Average, CourseId, CourseMarks, CourseTeacher, LessonId};
use school::{PersonId, Staff};
use serde::Deserialize;
use store::ReadTx;
use time::Date;

use super::{group_line, group_line_of};
use crate::Failure;
use crate::cx::Cx;
use crate::handlers::diary::subject_names;
use crate::response::Response;
use crate::views::diary::average_line;
use crate::views::teaching::{fact_letter, mark_class, mark_text};
use crate::views::{Page, day_month, month_heading, weekday_short};
use crate::words::say;

#[derive(Template)]
#[template(path = "teaching/gradebooks.html")]
struct ListPage {
    page: Page,
    courses: Vec<(CourseId, String, String)>,
}

/// The courses the viewer teaches.
pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("tab-gradebook"));
    let shown = cx
        .read(move |tx| {
            let by = Staff::ask(tx, &viewer, today)?;
            let names = subject_names(tx)?;
            let teaching = school::teaching_of(tx, by.person(), today)?;
            let groups: Vec<_> = teaching.iter().map(|own| own.group).collect();
            let group_names = school::group_names(tx, &groups)?;
            let year = school::find_year(tx, today)?.ok_or(Failure::NotFound)?;
            let mut courses = Vec::new();
            for own in &teaching {
                if let Some(course) = diary::find_course(tx, year.id, own.group, own.subject)? {
                    let subject = names.get(&own.subject).cloned().unwrap_or_default();
                    courses.push((course.id, subject, group_line(&group_names, own.group)));
                }
            }
            Ok(ListPage { courses, page: frame.page(tx)? })
        })
        .await?;
    cx.html(&shown)
}

#[derive(Template)]
#[template(path = "teaching/gradebook.html")]
struct TablePage {
    page: Page,
    course: CourseId,
    heading: String,
    lead: String,
    terms: Vec<(u8, String, bool)>,
    months: Vec<(&'static str, usize)>,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
}

struct ColumnView {
    lesson: LessonId,
    day: u8,
    weekday: &'static str,
    date: String,
    works: Vec<String>,
    today: bool,
    heavy: bool,
}

struct RowView {
    n: usize,
    name: String,
    cells: Vec<CellView>,
    average: Option<AverageView>,
    suggested: String,
    missed: String,
}

/// A mean with what it is made of.
struct AverageView {
    printed: String,
    line: String,
    sum: u32,
    weights: u32,
}

struct CellView {
    text: String,
    sup: String,
    class: &'static str,
    today: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    term: Option<u8>,
}

/// The table of one course in one term.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let course: CourseId = cx.request.param("course")?;
    let query: Query = cx.request.query()?;
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let mut frame = cx.frame(String::new());
    let shown = cx
        .read(move |tx| {
            let by = CourseTeacher::ask(tx, &viewer, course, today)?;
            let class = school::load_class_group(tx, by.course().class_group)?;
            let terms = school::list_terms(tx, class.year, class.term_kind)?;
            let chosen = match query.term {
                Some(ordinal) => terms.iter().find(|term| term.ordinal == ordinal),
                None => terms.iter().rev().find(|term| term.starts <= today).or(terms.first()),
            }
            .ok_or(Failure::NotFound)?;
            let marks = diary::course_marks(tx, &by, chosen.starts, chosen.ends)?;
            let subject = school::load_subject(tx, by.course().subject)?.name;
            let heading = format!("{subject}, {}", group_line_of(tx, by.course().group)?);
            frame.title.clone_from(&heading);
            let last = chosen.ends.previous_day().unwrap_or(chosen.ends);
            Ok(TablePage {
                course,
                heading,
                lead: format!("{} — {}", day_month(chosen.starts), day_month(last)),
                terms: terms
                    .iter()
                    .map(|term| (term.ordinal, term.title.clone(), term.id == chosen.id))
                    .collect(),
                months: months(&marks, today),
                columns: columns(tx, &marks, today)?,
                rows: rows(tx, &by, &marks, today)?,
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

/// The lessons of the table: those that have been, and those ahead that have works already.
fn shown(marks: &CourseMarks, today: Date) -> impl Iterator<Item = &diary::Lesson> {
    marks.lessons.iter().filter(move |lesson| lesson.date <= today || has_works(marks, lesson.id))
}

/// The months over the columns, and how many columns each has.
fn months(marks: &CourseMarks, today: Date) -> Vec<(&'static str, usize)> {
    let mut months: Vec<(&'static str, usize)> = Vec::new();
    for lesson in shown(marks, today) {
        let name = month_heading(lesson.date.month());
        match months.last_mut() {
            Some((last, columns)) if *last == name => *columns += 1,
            Some(_) | None => months.push((name, 1)),
        }
    }
    months
}

fn columns(tx: &ReadTx<'_>, marks: &CourseMarks, today: Date) -> Result<Vec<ColumnView>, Failure> {
    let types = diary::list_work_types(tx)?;
    Ok(shown(marks, today)
        .map(|lesson| {
            let works: Vec<String> = marks
                .works
                .iter()
                .filter(|work| work.lesson == lesson.id)
                .map(|work| {
                    let abbr =
                        types.iter().find(|kind| kind.id == work.work_type).map(|kind| kind.abbr.as_str());
                    let weight = if work.weight > 1 { format!("×{}", work.weight) } else { String::new() };
                    format!("{}{weight}", abbr.unwrap_or_default())
                })
                .collect();
            ColumnView {
                lesson: lesson.id,
                day: lesson.date.day(),
                weekday: weekday_short(lesson.date.weekday()),
                date: day_month(lesson.date),
                works,
                today: lesson.date == today,
                heavy: marks.works.iter().any(|work| work.lesson == lesson.id && work.weight >= 3),
            }
        })
        .collect())
}

fn has_works(marks: &CourseMarks, lesson: LessonId) -> bool {
    marks.works.iter().any(|work| work.lesson == lesson)
}

fn rows(
    tx: &ReadTx<'_>,
    by: &CourseTeacher<'_>,
    marks: &CourseMarks,
    today: Date,
) -> Result<Vec<RowView>, Failure> {
    let members = school::members_of(tx, by.course().group, today)?;
    let names = school::names_of(tx, &members)?;
    let shown: Vec<_> = shown(marks, today).collect();
    let mut rows = Vec::new();
    for (n, pupil) in (1..).zip(members) {
        let counted = marks.cells.iter().filter(|cell| cell.pupil == pupil).filter_map(|cell| {
            let work = marks.works.iter().find(|work| work.id == cell.work && work.published)?;
            Some((cell.value?.counts()?, work.weight))
        });
        let average = Average::of(counted);
        let cells = shown
            .iter()
            .map(|lesson| CellView { today: lesson.date == today, ..cell(marks, pupil, lesson.id) })
            .collect();
        let missed = marks
            .absences
            .iter()
            .filter(|noted| noted.pupil == pupil && noted.fact == diary::AbsenceFact::Absent)
            .count();
        rows.push(RowView {
            n,
            name: names.get(&pupil).map(school::PersonName::listed).unwrap_or_default(),
            cells,
            average: average.map(|average| AverageView {
                printed: average.to_string(),
                line: average_line(average),
                sum: average.sum(),
                weights: average.weights(),
            }),
            suggested: average.map(|average| average.suggested().to_string()).unwrap_or_default(),
            missed: if missed == 0 { String::new() } else { missed.to_string() },
        });
    }
    Ok(rows)
}

fn cell(marks: &CourseMarks, pupil: PersonId, lesson: LessonId) -> CellView {
    let mut texts = Vec::new();
    let mut class = "";
    for work in marks.works.iter().filter(|work| work.lesson == lesson) {
        let own = marks.cells.iter().filter(|cell| cell.work == work.id && cell.pupil == pupil);
        let values: Vec<String> = own
            .filter_map(|cell| cell.value)
            .map(|value| {
                class = mark_class(value);
                mark_text(value)
            })
            .collect();
        if !values.is_empty() {
            texts.push(values.join("/"));
        }
    }
    let noted = marks.absences.iter().find(|noted| noted.lesson == lesson && noted.pupil == pupil);
    let (letter, sup) = noted.map(|noted| fact_letter(noted.fact, noted.reason)).unwrap_or_default();
    if texts.is_empty() && !letter.is_empty() {
        return CellView { text: letter.to_owned(), sup, class: "mn", today: false };
    }
    // A mark earned outside a lesson that was missed is shown beside the absence (DIA-E16).
    let text = if letter.is_empty() { texts.join(" ") } else { format!("{letter} {}", texts.join(" ")) };
    CellView { text, sup: String::new(), class, today: false }
}
