//! What a person changes at their VK ID, where the school's side of it hangs on it.

use identity::{OwnerOf, ProfileDraft, ProvenOwnerOf, VkSubject};
use linking::{Agreed, Approver, Asked, ChangeId};
use school::PersonId;
use store::{UtcInstant, WriteTx};
use time::Date;

use super::follow_link;
use crate::Failure;

/// Changes an educational profile at once, or lets the school decide (LNK-L3); `None` when it is so already, or asked for.
///
/// # Errors
/// [`Failure`] while the school decides on the link itself, or has blocked it.
pub(crate) fn change_profile(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
    wanted: &ProfileDraft,
) -> Result<Option<Asked>, Failure> {
    let present = identity::own_account(tx, by)?.profile.ok_or(Failure::NotFound)?;
    let waits = linking::own_change(tx, by)?.filter(|change| change.outcome == linking::Outcome::Waiting);
    let is_so =
        (&present.name, present.birth_date, present.role) == (&wanted.name, wanted.birth_date, wanted.role);
    match &waits {
        Some(change) if change.wanted == *wanted => return Ok(None),
        None if is_so => return Ok(None),
        Some(_) | None => {}
    }
    let asked = linking::ask_change(tx, now, by, wanted)?;
    match asked {
        Asked::Free => identity::save_own_profile(tx, now, by, wanted)?,
        Asked::Waits(_) => {}
    }
    Ok(Some(asked))
}

/// Agrees to a changed profile, and saves it.
///
/// # Errors
/// [`Failure`] when it is not theirs to decide, or waits no more.
pub(crate) fn approve_change(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    by: Approver<'_, '_>,
    change: ChangeId,
) -> Result<PersonId, Failure> {
    let Agreed { person, account, wanted } = linking::approve_change(tx, now, today, by, change)?;
    identity::save_profile(tx, now, account, &wanted)?;
    Ok(person)
}

/// Deletes an account, and ends the link with it: «Сферум» closes at once (LNK-L4, LNK-L10).
///
/// # Errors
/// [`Failure`] when the chats cannot follow; nothing is then deleted.
pub(crate) fn delete_account(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    by: &ProvenOwnerOf<'_>,
) -> Result<(), Failure> {
    let account = identity::delete_account(tx, now, by)?;
    let Some(subject) = VkSubject::of_account(account) else { return Ok(()) };
    let change = linking::provider_revoked(tx, now, subject)?;
    follow_link(tx, now, today, change)
}
