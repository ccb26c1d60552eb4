//! What a teacher has taken from a call into the journal, kept so that it is told apart and can be taken back
//! (CALL-F31). The journal itself is the diary's; its proof is asked by whoever joins the two.

use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx};

use crate::{CallId, Verdict, storage};

/// One pupil's mark that was taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfirmedMark {
    /// The pupil.
    pub pupil: PersonId,
    /// Absent, or late by so many minutes; whoever was there has no mark.
    pub verdict: Verdict,
}

/// How the journal stood before, so that taking back leaves it as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// When and by whom the attendance had been taken, if it had.
    pub taken: Option<(UtcInstant, PersonId)>,
    /// Whether the lesson counted as held.
    pub held: bool,
}

/// A confirmation that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// Who confirmed.
    pub by: PersonId,
    /// When.
    pub at: UtcInstant,
    /// What came into the journal by it.
    pub marks: Vec<ConfirmedMark>,
    /// How the journal stood before it.
    pub before: Before,
}

/// Keeps what was taken over; says whether it was news, for a second click finds it done.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn confirm(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    call: CallId,
    by: PersonId,
    marks: &[ConfirmedMark],
    before: Before,
) -> Result<bool, store::Error> {
    if storage::confirmation::find(tx, call)?.is_some() {
        return Ok(false);
    }
    let id = storage::confirmation::insert(tx, now, call, by, before)?;
    for mark in marks {
        storage::confirmation::insert_mark(tx, id, *mark)?;
    }
    Ok(true)
}

/// The confirmation of a call that stands, if there is one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_confirmation(tx: &ReadTx<'_>, call: CallId) -> Result<Option<Confirmed>, store::Error> {
    let Some((id, by, at, before)) = storage::confirmation::find(tx, call)? else { return Ok(None) };
    Ok(Some(Confirmed { by, at, marks: storage::confirmation::marks(tx, id)?, before }))
}

/// Notes that a confirmation was taken back; gives what it had brought.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn take_back(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    call: CallId,
    by: PersonId,
) -> Result<Option<Confirmed>, store::Error> {
    let Some(confirmed) = find_confirmation(tx, call)? else { return Ok(None) };
    storage::confirmation::take_back(tx, now, call, by)?;
    Ok(Some(confirmed))
}
