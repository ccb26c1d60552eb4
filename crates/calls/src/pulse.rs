//! What a crash leaves: visits without an end. They ended when the server was last known to live (CALL-I8).

use store::{UtcInstant, WriteTx};

use crate::storage::entry::NewEntry;
use crate::{EntryKind, LeaveWhy, storage};

/// Notes that the server lives, while somebody is in a call; says whether anybody is.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn beat(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<bool, store::Error> {
    let is_anybody = storage::visit::is_any(tx)?;
    if is_anybody {
        storage::pulse::put(tx, now)?;
    }
    Ok(is_anybody)
}

/// At the start of the server: ends the visits of the one before, each at its last sign of life. Gives how many.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn recover(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    let pulse = storage::pulse::find(tx)?;
    let visits = storage::visit::all(tx)?;
    for open in &visits {
        // A clock that was set back does not make a visit end before it began, nor after the present.
        let at = pulse.map_or(open.last, |pulse| pulse.max(open.last)).min(now.max(open.last));
        let entry = NewEntry {
            call: open.call,
            person: open.person,
            visit: Some(open.visit),
            kind: EntryKind::Left(LeaveWhy::Stopped),
        };
        storage::entry::insert_once(tx, at, &entry)?;
        storage::visit::close(tx, open.visit)?;
    }
    Ok(visits.len())
}
