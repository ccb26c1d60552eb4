//! Undoing an import while nothing later depends on it (DIA-I20).

use store::{ReadTx, UtcInstant, WriteTx};

use super::batch::{BatchRow, RowKind, from_text};
use crate::{ClassGroupId, GroupId, ImportId, PersonId, RosterChange, SubjectId, Touched, YearId, storage};

/// An import as the list of imports shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// The row.
    pub id: ImportId,
    /// When.
    pub at: UtcInstant,
    /// From which folder.
    pub folder: String,
    /// Rows of files that were new.
    pub added: i64,
    /// Rows of files that were changed.
    pub changed: i64,
    /// When it was undone, if it was.
    pub undone_at: Option<UtcInstant>,
}

/// Why an import was not undone; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is no such import.
    #[error("no such import")]
    Missing,
    /// It has been undone.
    #[error("the import is undone")]
    Undone,
    /// A later import stands on it.
    #[error("a later import stands: {later:?}")]
    Later {
        /// That import.
        later: ImportId,
    },
    /// Something else refers to a row of it by now.
    #[error("a {kind:?} of the import is in use")]
    InUse {
        /// What kind of row.
        kind: RowKind,
        /// Who or what it is, as a person would name it; empty when it has no name.
        name: String,
    },
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// All imports, the newest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_imports(tx: &ReadTx<'_>) -> Result<Vec<ImportRow>, store::Error> {
    storage::import::batch::list(tx)
}

/// How many rows of one kind an import wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// The kind.
    pub kind: RowKind,
    /// Added.
    pub added: usize,
    /// Changed.
    pub changed: usize,
}

/// What an import wrote, by kinds of rows, in the order of [`RowKind::ALL`].
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_written(tx: &ReadTx<'_>, import: ImportId) -> Result<Vec<KindCount>, store::Error> {
    let rows = storage::import::batch::rows(tx, import)?;
    let counts = RowKind::ALL.into_iter().map(|kind| {
        let own = || rows.iter().filter(move |row| row.kind == kind);
        let changed = own().filter(|row| row.change.is_some()).count();
        KindCount { kind, added: own().count() - changed, changed }
    });
    Ok(counts.filter(|count| count.added + count.changed > 0).collect())
}

/// The rows of an import that may be undone now, the last written first, for those who own some of them.
///
/// # Errors
/// [`UndoError`] when it may not.
pub fn rows_to_undo(tx: &ReadTx<'_>, import: ImportId) -> Result<Vec<BatchRow>, UndoError> {
    let imports = storage::import::batch::list(tx)?;
    let found = imports.iter().find(|row| row.id == import).ok_or(UndoError::Missing)?;
    if found.undone_at.is_some() {
        return Err(UndoError::Undone);
    }
    // Batches lie on each other like layers: a later one may have changed what this one added.
    if let Some(later) = imports.iter().find(|row| row.id > import && row.undone_at.is_none()) {
        return Err(UndoError::Later { later: later.id });
    }
    Ok(storage::import::batch::rows(tx, import)?)
}

/// What an import added that others can build upon.
#[derive(Clone, Debug, Default)]
pub struct Added {
    /// School years.
    pub years: Vec<YearId>,
    /// Classes.
    pub classes: Vec<ClassGroupId>,
    /// Parts of classes.
    pub groups: Vec<GroupId>,
    /// Subjects.
    pub subjects: Vec<SubjectId>,
    /// People.
    pub people: Vec<PersonId>,
}

/// The classes and people that an import added, so that those who follow the roster let go of them first.
#[must_use]
pub fn added_by(rows: &[BatchRow]) -> Added {
    let of = |kind: RowKind| {
        rows.iter().filter(move |row| row.kind == kind && row.change.is_none()).map(|row| row.row)
    };
    Added {
        years: of(RowKind::Year).map(YearId::from_row).collect(),
        classes: of(RowKind::ClassGroup).map(ClassGroupId::from_row).collect(),
        groups: of(RowKind::Subgroup).map(GroupId::from_row).collect(),
        subjects: of(RowKind::Subject).map(SubjectId::from_row).collect(),
        people: of(RowKind::Person).map(PersonId::from_row).collect(),
    }
}

/// Takes an import's rows back, the last first. Bells and timetable are their owner's, who has taken them back.
///
/// # Errors
/// [`UndoError`]; nothing is then changed.
pub fn undo(tx: &mut WriteTx<'_>, now: UtcInstant, import: ImportId) -> Result<RosterChange, UndoError> {
    let rows = rows_to_undo(tx, import)?;
    let mut touched = Vec::new();
    for row in &rows {
        undo_row(tx, row)?;
        if row.change.is_some() {
            touched.extend(touched_by(tx, row)?);
        }
    }
    if !storage::import::batch::set_undone(tx, now, import)? {
        return Err(UndoError::Undone);
    }
    Ok(RosterChange::of(touched))
}

fn undo_row(tx: &mut WriteTx<'_>, row: &BatchRow) -> Result<(), UndoError> {
    let done = match &row.change {
        None => storage::import::remove::remove(tx, row.kind, row.row),
        Some(_) if matches!(row.kind, RowKind::Bells | RowKind::MarksClose | RowKind::Timetable) => Ok(()),
        Some((before, after)) => {
            // What somebody has changed since is theirs.
            if storage::import::snapshot::load(tx, row.kind, row.row)? != from_text(after)? {
                return Err(in_use(tx, row));
            }
            storage::import::snapshot::write(tx, row.kind, row.row, &from_text(before)?)
        }
    };
    match done {
        Ok(()) => Ok(()),
        Err(error) if error.is_constraint() => Err(in_use(tx, row)),
        Err(error) => Err(error.into()),
    }
}

fn in_use(tx: &ReadTx<'_>, row: &BatchRow) -> UndoError {
    let person = match row.kind {
        RowKind::Person => Some(PersonId::from_row(row.row)),
        RowKind::Account => storage::account::owner(tx, row.row).ok().flatten(),
        RowKind::Year
        | RowKind::Term
        | RowKind::DaysOff
        | RowKind::ClassGroup
        | RowKind::Subgroup
        | RowKind::Grant
        | RowKind::Membership
        | RowKind::Guardianship
        | RowKind::Subject
        | RowKind::Teaching
        | RowKind::Bells
        | RowKind::MarksClose
        | RowKind::Timetable => None,
    };
    let name = person.and_then(|person| crate::load_person(tx, person).ok()).map(|person| person.name.full());
    UndoError::InUse { kind: row.kind, name: name.unwrap_or_default() }
}

/// Whom a change that was taken back concerns.
fn touched_by(tx: &ReadTx<'_>, row: &BatchRow) -> Result<Vec<Touched>, store::Error> {
    storage::import::batch::concerns(tx, row.kind, row.row)
}
