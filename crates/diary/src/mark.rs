//! Marks: revisions and tombstones, a version for each cell (DIA-I7, DIA-I18).

use school::{Fresh, PersonId, Zone};
use store::{NewEvent, ReadTx, UtcInstant, WriteTx};
use time::Duration;

use crate::{JournalError, LessonId, LessonTeacher, MarkId, MarkValue, WorkId, storage};

/// A cell of the journal as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The work.
    pub work: WorkId,
    /// The pupil.
    pub pupil: PersonId,
    /// 1, or 2 for the second mark of a work.
    pub cell: u8,
    /// How often it was written; zero when it never was.
    pub revision: u32,
    /// What stands in it; nothing when it was cleared.
    pub value: Option<MarkValue>,
    /// The teacher's comment.
    pub comment: Option<String>,
}

/// What is to be written into a cell.
#[derive(Clone, Debug)]
pub struct MarkDraft {
    /// The work.
    pub work: WorkId,
    /// The pupil.
    pub pupil: PersonId,
    /// 1 or 2.
    pub cell: u8,
    /// The revision the writer saw.
    pub seen: u32,
    /// The new value; `None` clears the cell and leaves a tombstone.
    pub value: Option<MarkValue>,
    /// A comment that the pupil sees.
    pub comment: Option<String>,
    /// Why an older mark is changed.
    pub reason: Option<String>,
}

/// What a write changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkWritten {
    /// The new revision's row; `None` when the cell held this already.
    pub mark: Option<MarkId>,
    /// The revision that stands now.
    pub revision: u32,
    /// What stood there before.
    pub before: Option<MarkValue>,
}

/// How long a mark may be changed without further questions.
const SETTLES: Duration = Duration::days(7);

/// Whether a mark given then has settled by now: it is changed only by who has just typed their password (K20). The
/// first writing of the cell counts, so that a small change does not make an old mark young.
fn has_settled(first: UtcInstant, now: UtcInstant) -> bool {
    now.since(first) > SETTLES
}

/// Writes a cell. A repeat of what stands changes nothing. Whose password was typed lately shows `fresh`.
///
/// # Errors
/// [`JournalError::Stale`] when somebody wrote the cell meanwhile; [`JournalError::Unconfirmed`] when the mark is older
/// than a week and there is no proof of a fresh password; [`JournalError::NotInGroup`],
/// [`JournalError::NoWork`], [`JournalError::NoCell`], [`JournalError::TextTooLong`].
pub fn set_mark(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    draft: &MarkDraft,
    fresh: Option<&Fresh<'_>>,
) -> Result<MarkWritten, JournalError> {
    let work = storage::work::find(tx, draft.work)?
        .filter(|work| work.lesson == by.lesson())
        .ok_or(JournalError::NoWork)?;
    if draft.cell == 0 || draft.cell > work.cells {
        return Err(JournalError::NoCell);
    }
    begun(tx, now, by)?;
    in_group(tx, by, draft.pupil)?;
    let comment = match draft.comment.as_deref() {
        Some(text) => crate::text::clean(text, 500)?,
        None => None,
    };
    let reason = match draft.reason.as_deref() {
        Some(text) => crate::text::clean(text, 500)?,
        None => None,
    };
    let standing = storage::mark::find_cell(tx, draft.work, draft.pupil, draft.cell)?;
    let (revision, before, old_comment) =
        standing.map_or((0, None, None), |cell| (cell.revision, cell.value, cell.comment));
    if before == draft.value && old_comment == comment {
        return Ok(MarkWritten { mark: None, revision, before });
    }
    if revision != draft.seen {
        return Err(JournalError::Stale { revision, value: before });
    }
    if fresh.is_none_or(|fresh| fresh.person() != by.person())
        && let Some(first) = storage::mark::first_written(tx, draft.work, draft.pupil, draft.cell)?
        && has_settled(first, now)
    {
        return Err(JournalError::Unconfirmed);
    }
    let row = storage::mark::NewRevision {
        work: draft.work,
        pupil: draft.pupil,
        cell: draft.cell,
        revision: revision + 1,
        value: draft.value,
        date: by.date(),
        comment: comment.as_deref(),
        reason: reason.as_deref(),
        author: by.person(),
        at: now,
    };
    let mark = storage::mark::insert(tx, &row)?;
    if work.published {
        tell(tx, now, draft.pupil, by.lesson(), "mark", mark.get())?;
    }
    Ok(MarkWritten { mark: Some(mark), revision: revision + 1, before })
}

/// The standing cells of a lesson's works, tombstones included so that their revisions are known.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn cells_of_lesson(tx: &ReadTx<'_>, by: &LessonTeacher<'_>) -> Result<Vec<Cell>, store::Error> {
    storage::mark::cells_of_lesson(tx, by.lesson())
}

/// Whether the journal takes writes for this lesson at all: it was not cancelled, its term is not closed (DIA-I8).
pub(crate) fn writable(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
) -> Result<storage::journal::Place, JournalError> {
    let place = storage::journal::find_place(tx, by.lesson())?.ok_or(JournalError::Denied)?;
    if place.cancelled {
        return Err(JournalError::Cancelled);
    }
    let class = school::load_class_group(tx, by.course().class_group)?;
    if let Some(term) = school::find_term(tx, class.term_kind, place.date)?
        && storage::term::decision(tx, term.id)?.is_some_and(|decision| decision.refuses_marks(now))
    {
        return Err(JournalError::TermClosed);
    }
    Ok(place)
}

/// As [`writable`], for what only a lesson that has begun can have: marks and attendance.
pub(crate) fn begun(tx: &ReadTx<'_>, now: UtcInstant, by: &LessonTeacher<'_>) -> Result<(), JournalError> {
    let place = writable(tx, now, by)?;
    let zone = school::load_school(tx)?.and_then(|school| Zone::find(&school.zone).ok());
    // A base without a readable zone keeps the journal open: the day is then UTC's.
    let (date, minute) = zone.map_or_else(
        || (now.to_utc().date(), 1440),
        |zone| {
            let local = zone.local(now);
            (local.date, local.minute())
        },
    );
    if (place.date, place.starts) > (date, minute) { Err(JournalError::TooEarly) } else { Ok(()) }
}

/// Whether the pupil was in the lesson's group on its day (DIA-I3).
pub(crate) fn in_group(tx: &ReadTx<'_>, by: &LessonTeacher<'_>, pupil: PersonId) -> Result<(), JournalError> {
    let groups = school::groups_of(tx, pupil, by.date())?;
    if groups.contains(&by.course().group) { Ok(()) } else { Err(JournalError::NotInGroup) }
}

/// Tells the open diaries of a pupil that a lesson has changed; ids only (DIA-I23).
pub(crate) fn tell(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    pupil: PersonId,
    lesson: LessonId,
    kind: &'static str,
    reference: i64,
) -> Result<(), store::Error> {
    let data = format!("{{\"lesson\":{lesson}}}");
    tx.emit(now, NewEvent { scope_kind: "person", scope_id: pupil.get(), kind, reference, data })
}

/// Tells everybody who has a mark in a work that has just been published.
pub(crate) fn tell_all(tx: &mut WriteTx<'_>, now: UtcInstant, work: WorkId) -> Result<(), store::Error> {
    for (pupil, lesson, mark) in storage::mark::holders(tx, work)? {
        tell(tx, now, pupil, lesson, "mark", mark.get())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use store::UtcInstant;
    use time::Duration;

    use super::has_settled;

    #[test]
    fn a_mark_settles_after_a_week() {
        // K20, A16
        let given = UtcInstant::from_millis(1_800_000_000_000);
        for (later, settled) in [
            (Duration::ZERO, false),
            (Duration::days(6), false),
            (Duration::days(7), false),
            (Duration::days(7) + Duration::milliseconds(1), true),
            (Duration::days(300), true),
            (Duration::days(-1), false),
        ] {
            assert_eq!(has_settled(given, given + later), settled, "{later}");
        }
    }
}
