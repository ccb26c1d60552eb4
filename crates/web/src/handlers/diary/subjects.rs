//! All subjects with their averages, by term.

use askama::Template;
use diary::SubjectMarks;
use school::{ReaderOf, SubjectId, Term};
use serde::Deserialize;
use store::ReadTx;
use time::Date;

use super::subject_names;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::views::diary::{MarkView, marks_view};
use crate::words::{count, say};

#[derive(Template)]
#[template(path = "diary/subjects.html")]
struct SubjectsPage {
    page: Page,
    child: String,
    terms: Vec<TermView>,
    rows: Vec<RowView>,
}

/// A term to choose.
pub(crate) struct TermView {
    pub(crate) ordinal: u8,
    pub(crate) title: String,
    pub(crate) chosen: bool,
}

struct RowView {
    subject: SubjectId,
    name: String,
    teacher: String,
    average: String,
    marks: Vec<MarkView>,
    absences: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The term's number; without one, the present term.
    #[serde(default)]
    pub(crate) term: Option<u8>,
}

/// The stretch of days that a page shows: a term of the child's class, or, without terms, the school year.
pub(crate) struct Stretch {
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) title: String,
    pub(crate) terms: Vec<TermView>,
}

/// Finds the stretch asked for, the present term, or in the holidays the term before them.
pub(crate) fn stretch(
    tx: &ReadTx<'_>,
    by: &ReaderOf<'_>,
    asked: Option<u8>,
    today: Date,
) -> Result<Stretch, Failure> {
    let class = school::class_group_of(tx, by.child(), today)?;
    let year = school::find_year(tx, today)?.ok_or(Failure::NotFound)?;
    let terms = match &class {
        Some(class) => school::list_terms(tx, class.year, class.term_kind)?,
        None => Vec::new(),
    };
    let begun = |term: &&Term| term.starts <= today;
    let chosen = match asked {
        Some(ordinal) => Some(terms.iter().find(|term| term.ordinal == ordinal).ok_or(Failure::NotFound)?),
        None => terms.iter().rev().find(begun).or_else(|| terms.first()),
    };
    let (from, to, title) = match chosen {
        Some(term) => (term.starts, term.ends, term.title.clone()),
        None => (year.starts, year.ends, say("subjects-year")),
    };
    let terms = terms
        .iter()
        .map(|term| TermView {
            ordinal: term.ordinal,
            title: term.title.clone(),
            chosen: chosen.is_some_and(|chosen| chosen.id == term.id),
        })
        .collect();
    Ok(Stretch { from, to, title, terms })
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let (child, viewer, today) = (cx.child()?, cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("tab-subjects"));
    let shown = cx
        .read(move |tx| {
            let reader = ReaderOf::ask(tx, &viewer, child, today)?;
            let stretch = stretch(tx, &reader, query.term, today)?;
            let names = subject_names(tx)?;
            let mut rows: Vec<RowView> = diary::pupil_subjects(tx, &reader, stretch.from, stretch.to)?
                .into_iter()
                .map(|subject| row_view(subject, &names))
                .collect();
            rows.sort_by(|a, b| store::compare_ru(&a.name, &b.name));
            Ok(SubjectsPage {
                child: super::child_name(tx, &reader)?,
                terms: stretch.terms,
                rows,
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

fn row_view(subject: SubjectMarks, names: &crate::views::diary::Subjects) -> RowView {
    let marks: Vec<_> = subject.rows.iter().map(|row| row.mark.clone()).collect();
    RowView {
        subject: subject.subject,
        name: names.get(&subject.subject).cloned().unwrap_or_default(),
        teacher: subject.teacher.as_ref().map(school::PersonName::abbreviated).unwrap_or_default(),
        average: subject.average.map(|average| average.to_string()).unwrap_or_default(),
        marks: marks_view(&marks),
        absences: if subject.absences == 0 {
            String::new()
        } else {
            count("subject-absences", subject.absences as usize)
        },
    }
}
