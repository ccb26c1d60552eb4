//! What becomes of a visit: each thing is noted once, and nothing after the end (CALL-I8).

use store::{UtcInstant, WriteTx};

use crate::storage::entry::NewEntry;
use crate::{EntryKind, LeaveWhy, Source, VisitId, storage};

/// What is noted of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The connection stands.
    Connected,
    /// A source is received.
    Flowing(Source),
    /// The person has left.
    Left(LeaveWhy),
}

impl Note {
    const fn kind(self) -> EntryKind {
        match self {
            Self::Connected => EntryKind::Connected,
            Self::Flowing(source) => EntryKind::Flowing(source),
            Self::Left(why) => EntryKind::Left(why),
        }
    }
}

/// Notes something of a visit; says whether it was news. Of a visit that has ended nothing is.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note(tx: &mut WriteTx<'_>, now: UtcInstant, visit: VisitId, what: Note) -> Result<bool, store::Error> {
    let Some(open) = storage::visit::find(tx, visit)? else { return Ok(false) };
    let entry = NewEntry { call: open.call, person: open.person, visit: Some(visit), kind: what.kind() };
    if !storage::entry::insert_once(tx, now, &entry)? {
        return Ok(false);
    }
    match what {
        Note::Connected | Note::Flowing(_) => storage::visit::touch(tx, now, visit)?,
        Note::Left(why) => {
            storage::visit::close(tx, visit)?;
            match why {
                // A lost line or a restart comes back and still wants to speak.
                LeaveWhy::Lost | LeaveWhy::Replaced | LeaveWhy::Stopped | LeaveWhy::Failed => {}
                LeaveWhy::Own | LeaveWhy::Removed | LeaveWhy::Rights | LeaveWhy::Ended => {
                    storage::seat::set_hand(tx, open.call, open.person, None)?;
                }
            }
        }
    }
    Ok(true)
}
