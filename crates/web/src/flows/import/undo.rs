//! Taking an import back: chats let go, then timetable and bells, then the roster (DIA-I20).

use diary::import::{forget_marks_close, remove_bells, set_bells, set_marks_close, withdraw_timetable};
use diary::{Bell, BellScheduleId, VersionId, Weekdays, WithdrawError};
use school::import::{BatchRow, RowKind, UndoError, added_by, rows_to_undo};
use school::{ImportId, TermId};
use serde::{Deserialize, Serialize};
use store::{Act, Actor, UtcInstant, WriteTx};
use time::Date;

use crate::Failure;

/// Why an import was not undone; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UndoRefused {
    /// The roster's own reasons.
    #[error(transparent)]
    Roster(UndoError),
    /// Lessons made from its timetable hold topics, homework, marks, absences or substitutions.
    #[error("{lessons} lessons of the timetable are in use")]
    Lessons {
        /// How many.
        lessons: u32,
    },
    /// Somebody has written in a chat of its classes.
    #[error("a chat of a class of the import has messages")]
    Messages,
    /// The base or a domain refused.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<store::Error> for UndoRefused {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<UndoError> for UndoRefused {
    fn from(error: UndoError) -> Self {
        match error {
            UndoError::Store(error) => error.into(),
            other @ (UndoError::Missing
            | UndoError::Undone
            | UndoError::Later { .. }
            | UndoError::InUse { .. }) => Self::Roster(other),
        }
    }
}

/// Undoes an import while nothing later depends on it, and leaves one row in the audit chain.
///
/// # Errors
/// [`UndoRefused`].
pub fn undo(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    actor: &Actor,
    import: ImportId,
) -> Result<(), UndoRefused> {
    let rows = rows_to_undo(tx, import)?;
    let added = added_by(&rows);
    if calls::is_in_use(tx, &added)? {
        return Err(UndoRefused::Messages);
    }
    messenger::dissolve(tx, &added).map_err(|error| match error {
        messenger::DissolveError::InUse => UndoRefused::Messages,
        messenger::DissolveError::Store(error) => error.into(),
    })?;
    for row in &rows {
        match row.kind {
            RowKind::Timetable => {
                withdraw_timetable(tx, now, VersionId::from_row(row.row)).map_err(|error| match error {
                    WithdrawError::InUse { lessons } => UndoRefused::Lessons { lessons },
                    WithdrawError::Store(error) => error.into(),
                })?;
            }
            RowKind::Bells => restore_bells(tx, row)?,
            RowKind::MarksClose => restore_closing(tx, now, row)?,
            RowKind::Year
            | RowKind::Term
            | RowKind::DaysOff
            | RowKind::ClassGroup
            | RowKind::Subgroup
            | RowKind::Person
            | RowKind::Account
            | RowKind::Grant
            | RowKind::Membership
            | RowKind::Guardianship
            | RowKind::Subject
            | RowKind::Teaching => {}
        }
    }
    let change = school::import::undo(tx, now, import)?;
    super::super::follow_roster(tx, now, today, change)?;
    if rows.iter().any(|row| row.kind == RowKind::Bells) {
        // Lessons ring by the bells that are back, and not only from the next midnight on.
        diary::ensure_all_lessons(tx, now, today)?;
    }
    super::super::follow_lessons(tx, now, today)?;
    messenger::touch_recent_cards(tx, now)?;
    tx.audit(now, actor, Act::new("school.import.undo", "import", import))?;
    Ok(())
}

/// A set of bells as a batch keeps it.
#[derive(Serialize, Deserialize)]
struct KeptBells {
    name: String,
    bells: Vec<(u8, u8, u16, u16)>,
}

/// The text of a set of bells for a batch: weekday, slot, first and last minute of each.
pub(super) fn bells_text(name: &str, bells: &[(u8, u8, u16, u16)]) -> Result<String, Failure> {
    let kept = KeptBells { name: name.to_owned(), bells: bells.to_vec() };
    serde_json::to_string(&kept).map_err(|_| Failure::Defect("bells of a batch"))
}

fn restore_bells(tx: &mut WriteTx<'_>, row: &BatchRow) -> Result<(), UndoRefused> {
    let Some((before, _)) = &row.change else {
        return Ok(remove_bells(tx, BellScheduleId::from_row(row.row))?);
    };
    let kept: KeptBells = serde_json::from_str(before).map_err(|_| Failure::Defect("bells of a batch"))?;
    let bell = |(day, slot, starts, ends)| Bell { weekdays: Weekdays::of([day]), slot, starts, ends };
    let bells: Vec<Bell> = kept.bells.into_iter().map(bell).collect();
    set_bells(tx, &kept.name, &bells).map_err(|error| match error {
        diary::BellsError::Store(error) => Failure::from(error),
        diary::BellsError::Faults(_) => Failure::Defect("bells of a batch contradict each other"),
    })?;
    Ok(())
}

/// The text of the moment from which a term takes no marks; empty when there is none.
pub(super) fn moment_text(moment: Option<UtcInstant>) -> String {
    moment.map(|moment| moment.millis().to_string()).unwrap_or_default()
}

fn restore_closing(tx: &mut WriteTx<'_>, now: UtcInstant, row: &BatchRow) -> Result<(), UndoRefused> {
    let term = TermId::from_row(row.row);
    let before = row.change.as_ref().and_then(|(before, _)| before.parse().ok());
    match before {
        Some(millis) => set_marks_close(tx, now, term, UtcInstant::from_millis(millis))?,
        None => forget_marks_close(tx, term)?,
    }
    Ok(())
}
