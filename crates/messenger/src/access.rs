//! To whom «Сферум» is open: whoever has an active link, or everybody when the school lifts that (MSG-D11, MSG-M7).

use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::follow::{leave_all, reconsider_everything, reconsider_person};
use crate::storage;

/// Opens «Сферум» to a person and puts them into the chats of their relations; called in the transaction that makes
/// the link active (LNK-L4). Asked again, it changes nothing.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn enrol(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    person: PersonId,
) -> Result<(), store::Error> {
    if storage::access::insert(tx, person)? {
        reconsider_person(tx, now, today, person)?;
    }
    Ok(())
}

/// Closes «Сферум» to a person in the transaction that ends the link; while the school needs no links, only the
/// note of the link goes. What the person wrote stays theirs.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn withdraw(tx: &mut WriteTx<'_>, now: UtcInstant, person: PersonId) -> Result<(), store::Error> {
    if storage::access::remove(tx, person)? && storage::access::is_required(tx)? {
        leave_all(tx, now, person)?;
    }
    Ok(())
}

/// Whether «Сферум» is open to a person.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_access(tx: &ReadTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    storage::access::holds(tx, person)
}

/// Whether the school asks for a link.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_link_required(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    storage::access::is_required(tx)
}

/// Asks for a link from now on, or lifts that; members come and go in the same transaction (MSG-E30).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn require_link(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    required: bool,
) -> Result<(), store::Error> {
    if storage::access::is_required(tx)? != required {
        storage::access::set_required(tx, required)?;
        reconsider_everything(tx, now, today)?;
    }
    Ok(())
}
