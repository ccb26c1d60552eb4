//! Who sees what is written here: the line under the composer (MSG-N1), from the rows that delivery goes by (MSG-I20).

use std::collections::BTreeMap;

use school::PersonId;
use store::ReadTx;
use time::Date;

use crate::follow::waiting;
use crate::{ChatKind, MemberOf, MemberRole, Place, Seat, storage};

/// The readers of a chat, counted by seat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Members, each counted once.
    pub seats: BTreeMap<Seat, u32>,
    /// People of the roster who are to be here and have not linked yet (MSG-M8).
    pub waiting: u32,
}

impl Audience {
    /// How many sit in one of these seats.
    #[must_use]
    pub fn count(&self, seats: &[Seat]) -> u32 {
        seats.iter().filter_map(|seat| self.seats.get(seat)).sum()
    }
}

/// The people of the member's chat and what they are in it. Whoever only reads announcements is named to staff alone,
/// and in those of the whole school to nobody: a pupil is no directory of the others.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn members(tx: &ReadTx<'_>, by: &MemberOf<'_>) -> Result<Vec<(PersonId, Place)>, store::Error> {
    let members = storage::member::of_chat(tx, by.conversation().id)?;
    let kind = by.conversation().kind;
    let names_readers = !kind.is_news() || (kind != ChatKind::SchoolNews && by.seat().is_staff());
    Ok(members
        .into_iter()
        .filter(|member| names_readers || member.role != MemberRole::Reader)
        .map(|member| (member.person, Place { seat: member.seat, role: member.role }))
        .collect())
}

/// Who sees what the member writes, the member included.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn audience(tx: &ReadTx<'_>, by: &MemberOf<'_>, today: Date) -> Result<Audience, store::Error> {
    let members = storage::member::of_chat(tx, by.conversation().id)?;
    let mut audience = Audience::default();
    for member in &members {
        *audience.seats.entry(member.seat).or_default() += 1;
    }
    let waiting = waiting(tx, by.conversation().id, &members, today)?;
    audience.waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    Ok(audience)
}
