//! The journal up to the present moment: topics, homework, works with marks, absences, a few substitutions.

mod class;
mod marks;
mod substitutions;

use std::collections::HashMap;

use anyhow::Context as _;
use diary::{JournalError, WorkKind, WorkTypeId};
use school::{ClassGroup, Denied, PersonId, SchoolYear, SubjectId, Viewer, Zone};
use store::{Store, UtcInstant, WriteTx};
use time::Date;

use self::class::ClassPlan;
use super::content::{self, CommentRow, Courses, WorkRow};
use super::{dismiss, stand_in};

/// What all classes are filled from.
pub(crate) struct Corpus {
    pub(crate) topics: Courses,
    pub(crate) homework: Courses,
    pub(crate) works: Vec<(WorkTypeId, WorkRow)>,
    pub(crate) comments: Vec<CommentRow>,
    pub(crate) subjects: HashMap<SubjectId, String>,
}

/// Who acts, each with the session that their deeds are proved by.
pub(crate) type Actors = HashMap<PersonId, Viewer>;

/// Fills the journal of all classes, a transaction for each.
pub(crate) fn fill(store: &Store, now: UtcInstant, zone: &Zone) -> anyhow::Result<()> {
    let today = zone.date(now);
    let (year, classes) = store
        .read_blocking(|tx| {
            let year = school::find_year(tx, today)?.ok_or(store::Error::NoRow)?;
            let classes = school::list_class_groups(tx, year.id)?;
            Ok::<_, store::Error>((year, classes))
        })
        .context("school year")?;
    let rows = content::works()?;
    let subjects: HashMap<SubjectId, String> = store.read_blocking(|tx| {
        Ok::<_, store::Error>(school::list_subjects(tx)?.into_iter().map(|one| (one.id, one.name)).collect())
    })?;
    let works = store.write_blocking(move |tx| add_work_types(tx, rows))?;
    let corpus = std::sync::Arc::new(Corpus {
        topics: content::topics()?,
        homework: content::homework()?,
        works,
        comments: content::comments()?,
        subjects,
    });
    // Substitutions come first: who stood in then teaches the lesson that is filled.
    let (plan_year, plan_zone) = (year.clone(), zone.clone());
    store
        .write_blocking(move |tx| substitutions::arrange(tx, now, &plan_zone, &plan_year))
        .map_err(|error: JournalError| anyhow::anyhow!("substitutions: {error}"))?;
    for class in classes {
        let (corpus, zone, year) = (std::sync::Arc::clone(&corpus), zone.clone(), year.clone());
        let label = class.label.short();
        store
            .write_blocking(move |tx| fill_class(tx, now, &zone, &year, &class, &corpus))
            .map_err(|error: JournalError| anyhow::anyhow!("{label}: {error}"))?;
    }
    Ok(())
}

fn add_work_types(
    tx: &mut WriteTx<'_>,
    rows: Vec<WorkRow>,
) -> Result<Vec<(WorkTypeId, WorkRow)>, store::Error> {
    rows.into_iter()
        .map(|row| {
            let kind = match row.kind.as_str() {
                "homework" => WorkKind::Homework,
                "independent" => WorkKind::Quiz,
                "control" | "test" => WorkKind::Test,
                "dictation" => WorkKind::Dictation,
                "lab" => WorkKind::Lab,
                "project" => WorkKind::Project,
                _ => WorkKind::Answer,
            };
            let id = diary::add_work_type(tx, &row.name, &row.abbr, kind, row.weight, row.cells)?;
            Ok((id, row))
        })
        .collect()
}

fn fill_class(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    zone: &Zone,
    year: &SchoolYear,
    class: &ClassGroup,
    corpus: &Corpus,
) -> Result<(), JournalError> {
    let local = zone.local(now);
    let until = local.date.next_day().unwrap_or(Date::MAX);
    let lessons = diary::lessons_of_class(tx, class.id, year.starts, until)?;
    let mut actors = Actors::new();
    let plan = ClassPlan { class, corpus, zone, local };
    plan.fill(tx, now, &lessons, &mut actors)?;
    dismiss(tx, now, actors.into_values())?;
    Ok(())
}

/// The session of somebody who acts, begun when first needed.
pub(crate) fn actor(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    actors: &mut Actors,
    person: PersonId,
) -> Result<Viewer, Denied> {
    if let Some(viewer) = actors.get(&person) {
        return Ok(*viewer);
    }
    let viewer = stand_in(tx, now, person)?;
    actors.insert(person, viewer);
    Ok(viewer)
}
