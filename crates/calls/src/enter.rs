//! Coming in: the one door to a call (CALL-I1). Whoever comes back passes it again (CALL-I2).

use store::{UtcInstant, WriteTx};

use crate::storage::entry::NewEntry;
use crate::{
    Call, CallEvent, CallRefusal, CallerOf, EntryKind, Limits, Part, Permissions, VisitId, marks_of,
    next_call_state, permissions, storage,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// The person waits: nobody who leads is in yet. Nothing was written.
    Waits,
    /// The person is in.
    In {
        /// The visit, to which everything is noted.
        visit: VisitId,
        /// What they may do now.
        may: Permissions,
        /// The call, which may have become open by this.
        call: Call,
        /// Whether others wait no longer.
        opened: bool,
    },
}

/// Why a person was not let in; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// The leader has removed this person.
    #[error("kept out by the leader")]
    KeptOut,
    /// The call is over, or not yet open.
    #[error(transparent)]
    State(#[from] CallRefusal),
    /// As many people are in the call as may be.
    #[error("the call is full: {most} people")]
    Full {
        /// How many may be.
        most: u32,
    },
    /// As many calls go on as may.
    #[error("too many calls: {most}")]
    TooMany {
        /// How many may.
        most: u32,
    },
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Lets a person in, and notes that. With the first who leads, the call is open.
///
/// # Errors
/// [`EnterError`].
pub fn enter(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &CallerOf<'_>,
    limits: Limits,
) -> Result<Entered, EnterError> {
    let mut call = *by.call();
    if by.is_kept_out() {
        return Err(EnterError::KeptOut);
    }
    let leads = by.part() == Part::Leader;
    let event = if leads { CallEvent::Led } else { CallEvent::Due };
    let state = next_call_state(call.state, event)?;
    let may = permissions(state, by.part(), call.rules, marks_of(tx, call.id, by.person())?);
    if !may.is_in() {
        return Ok(Entered::Waits);
    }
    let inside = storage::visit::people_in(tx, call.id)?;
    if !inside.contains(&by.person()) {
        if inside.len() >= limits.people as usize {
            return Err(EnterError::Full { most: limits.people });
        }
        if inside.is_empty() && storage::visit::busy_calls(tx)? >= limits.rooms {
            return Err(EnterError::TooMany { most: limits.rooms });
        }
    }
    let opened = state != call.state;
    if opened {
        storage::call::set_state(tx, now, call.id, state)?;
        call.state = state;
        call.since = now;
    }
    if leads && call.led.is_none() {
        storage::call::set_led(tx, now, call.id)?;
        call.led = Some(now);
    }
    storage::seat::sit(tx, call.id, by.person(), by.part())?;
    let entry = NewEntry { call: call.id, person: by.person(), visit: None, kind: EntryKind::Admitted };
    let visit = VisitId::from_row(storage::entry::insert(tx, now, &entry)?);
    storage::visit::open(tx, now, visit, call.id, by.person())?;
    Ok(Entered::In { visit, may, call, opened })
}
