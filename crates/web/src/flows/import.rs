//! The lists of a school: roster, bells, timetable and chats in one write (DIA-I20, ARC-17).

mod timetable;
mod undo;

use diary::import::{marks_close, set_bells, set_marks_close};
use diary::{Bell, BellSchedule, Weekdays, load_bells};
use school::import::{
    Applied, BellSet, CheckError, Counts, Field, FileKind, FileNote, Plan, Problem, Renamed, Report, RowKind,
    Sheets,
};
use school::{Administrator, Fresh, ImportId, Zone};
use store::{Act, Actor, UtcInstant, WriteTx};
use time::Date;

use crate::Failure;

pub use undo::{UndoRefused, undo};

/// What an import did.
#[derive(Debug)]
pub struct Imported {
    /// The batch; `None` when the base said everything already.
    pub import: Option<ImportId>,
    /// The diff.
    pub report: Report,
    /// What was guessed about the files.
    pub notes: Vec<FileNote>,
}

/// Why an import was not made; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportRefused {
    /// The lists are to be corrected.
    #[error("the lists have {} problems: {:?}", .0.len(), .0.first())]
    Problems(Vec<Problem>),
    /// It was a dry run, rolled back; this is what would have been done (DIA-X1).
    #[error("a dry run")]
    Rehearsed(Box<Imported>),
    /// The base or a domain refused.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<store::Error> for ImportRefused {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<CheckError> for ImportRefused {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Problems(problems) => Self::Problems(problems),
            CheckError::Store(error) => error.into(),
        }
    }
}

/// Who imports, and from where.
#[derive(Clone, Debug)]
pub struct Importer {
    /// For the audit chain.
    actor: Actor,
    /// What the list of imports shows: a folder, or names of files.
    folder: String,
}

impl Importer {
    /// The console, with a folder.
    #[must_use]
    pub fn console(folder: &str) -> Self {
        Self { actor: Actor::program("import"), folder: folder.to_owned() }
    }

    /// An administrator on a page, with names of files. Lists of staff grant roles, so the password is asked for (A16).
    #[must_use]
    pub fn page(_by: &Administrator<'_>, _confirmed: &Fresh<'_>, actor: Actor, folder: String) -> Self {
        Self { actor, folder }
    }
}

/// Imports the sheets, and leaves one row in the audit chain when anything was to be written.
///
/// # Errors
/// [`ImportRefused::Problems`] with everything to be corrected.
pub fn apply(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    by: &Importer,
    sheets: Sheets,
) -> Result<Imported, ImportRefused> {
    write(tx, now, today, by, sheets, &[])
}

/// Imports the sheets as [`apply`] does, with chosen logins by external id: for the demo school, whose people are
/// printed with their logins.
///
/// # Errors
/// As [`apply`].
pub fn apply_with_logins(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    sheets: Sheets,
    logins: &[(String, String)],
) -> Result<Imported, ImportRefused> {
    write(tx, now, today, &Importer::console("demo"), sheets, logins)
}

/// Says what [`apply`] would do, by doing it in a command that is rolled back: it always refuses.
///
/// # Errors
/// [`ImportRefused::Rehearsed`] with the diff, or what [`apply`] refuses with.
pub fn rehearse(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    sheets: Sheets,
) -> Result<std::convert::Infallible, ImportRefused> {
    let imported = apply(tx, now, today, &Importer::console(""), sheets)?;
    Err(ImportRefused::Rehearsed(Box::new(imported)))
}

fn write(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    by: &Importer,
    sheets: Sheets,
    logins: &[(String, String)],
) -> Result<Imported, ImportRefused> {
    let notes = sheets.notes().to_vec();
    let mut plan = Plan::check(tx, sheets, today)?;
    for (external_id, login) in logins {
        plan.choose_login(external_id, login);
    }
    let mut applied = school::import::apply(tx, now, today, &by.folder, &plan)?;
    ring(tx, &mut applied)?;
    close_marks(tx, now, &mut applied)?;
    timetable::publish(tx, now, today, &mut applied)?;
    super::follow_lessons(tx, now, today)?;
    messenger::touch_recent_cards(tx, now)?;
    let Applied { batch, report, change, renamed, .. } = applied;
    super::follow_roster(tx, now, today, change)?;
    let total = report.total();
    let import = batch.finish(tx, total.added, total.changed)?;
    if let Some(import) = import {
        let act = Act::new("school.import.apply", "import", import);
        tx.audit(now, &by.actor, act)?;
        // What was written stays with the person; what they were called is known from here alone (MSG-E28).
        for Renamed { person, before, after } in renamed {
            let act = Act::new("school.person.rename", "person", person);
            tx.audit(now, &by.actor, act.change(Some(before.full()), Some(after.full())))?;
        }
    }
    Ok(Imported { import, report, notes })
}

/// Writes the sets of bells that differ from those of the base.
fn ring(tx: &mut WriteTx<'_>, applied: &mut Applied) -> Result<(), ImportRefused> {
    let mut counts = Counts::default();
    for set in &applied.bells {
        let bells = bells_of(set);
        let before = load_bells(tx, &set.name)?;
        let after = BellSchedule::new(bells.clone());
        let (was, is) = (by_day(&before), by_day(&after));
        if was == is {
            counts.same += bells.len();
            continue;
        }
        let schedule = set_bells(tx, &set.name, &bells).map_err(|error| match error {
            diary::BellsError::Store(error) => Failure::from(error),
            // The check of the lists has seen to it.
            diary::BellsError::Faults(_) => Failure::Defect("bells of an import contradict each other"),
        })?;
        if was.is_empty() {
            counts.added += bells.len();
            applied.batch.added(tx, RowKind::Bells, schedule.get())?;
        } else {
            counts.changed += bells.len();
            let (was, is) = (undo::bells_text(&set.name, &was)?, undo::bells_text(&set.name, &is)?);
            applied.batch.changed(tx, RowKind::Bells, schedule.get(), &was, &is)?;
        }
    }
    if counts != Counts::default() {
        applied.report.count_whole(FileKind::Bells, counts);
    }
    Ok(())
}

/// Sets the moment from which each term takes no marks: the midnight after the day that the list names.
fn close_marks(tx: &mut WriteTx<'_>, now: UtcInstant, applied: &mut Applied) -> Result<(), ImportRefused> {
    let zone = school::load_school(tx)?.and_then(|school| Zone::find(&school.zone).ok());
    for closing in &applied.closings {
        let next = closing.last.next_day().unwrap_or(closing.last);
        let naive = UtcInstant::from(next.midnight().assume_utc());
        let after = zone.as_ref().map_or(naive, |zone| zone.instant(next, 0));
        let before = marks_close(tx, closing.term)?;
        if before == Some(after) {
            continue;
        }
        set_marks_close(tx, now, closing.term, after)?;
        let (was, is) = (undo::moment_text(before), undo::moment_text(Some(after)));
        applied.batch.changed(tx, RowKind::MarksClose, closing.term.get(), &was, &is)?;
        applied.report.change(FileKind::Terms, closing.line, Field::MarksClose);
    }
    Ok(())
}

fn bells_of(set: &BellSet) -> Vec<Bell> {
    let weekdays =
        |days: &[u8]| if days.is_empty() { Weekdays::ALL } else { Weekdays::of(days.iter().copied()) };
    set.bells
        .iter()
        .map(|bell| Bell {
            weekdays: weekdays(&bell.weekdays),
            slot: bell.slot,
            starts: bell.starts,
            ends: bell.ends,
        })
        .collect()
}

/// The bells of each day of the week: weekday, slot, first and last minute.
fn by_day(schedule: &BellSchedule) -> Vec<(u8, u8, u16, u16)> {
    let of_day =
        |day: u8| schedule.day(day).into_iter().map(move |bell| (day, bell.slot, bell.starts, bell.ends));
    (1..=7).flat_map(of_day).collect()
}
