//! Raised hands: a queue by the time at which they went up (CALL-F4).

use school::{Denied, PersonId};
use store::{ReadTx, UtcInstant, WriteTx};

use crate::{CallId, CallerOf, LeaderOf, storage};

/// A raised hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hand {
    /// Whose.
    pub person: PersonId,
    /// Since when.
    pub since: UtcInstant,
}

/// Raises one's hand, or takes it down; a hand that is up keeps its place. Says whether anything changed.
///
/// # Errors
/// [`Denied`] to whoever has been removed or was never in.
pub fn raise(tx: &mut WriteTx<'_>, now: UtcInstant, by: &CallerOf<'_>, up: bool) -> Result<bool, Denied> {
    let call = by.call().id;
    let seat = storage::seat::find(tx, call, by.person())?.ok_or(Denied::Denied)?;
    if by.is_kept_out() {
        return Err(Denied::Denied);
    }
    if seat.hand.is_some() == up {
        return Ok(false);
    }
    storage::seat::set_hand(tx, call, by.person(), up.then_some(now))?;
    Ok(true)
}

/// Takes another's hand down, or all of them; says whether any was up.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn lower(tx: &mut WriteTx<'_>, by: &LeaderOf<'_>, whose: Option<PersonId>) -> Result<bool, store::Error> {
    storage::seat::lower_hands(tx, by.call().id, whose)
}

/// The hands that are up, the first to go up first; whoever shows them has a proof for the call.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn hands(tx: &ReadTx<'_>, call: CallId) -> Result<Vec<Hand>, store::Error> {
    storage::seat::hands(tx, call)
}
