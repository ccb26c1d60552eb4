//! What people have let applications know of them, and how they take it back.

use store::{ReadTx, UtcInstant, WriteTx};

use crate::storage::{chain, consent};
use crate::{ClientId, OwnerOf, Scope, VkAccountId};

/// One application that a person has let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The application.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// What it may know.
    pub scope: Scope,
    /// Since when.
    pub given: UtcInstant,
}

/// Whether an application has been given all of a scope.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_consent(
    tx: &ReadTx<'_>,
    account: VkAccountId,
    client: ClientId,
    scope: Scope,
) -> Result<bool, store::Error> {
    Ok(consent::find(tx, account, client)?.is_some_and(|given| given.covers(scope)))
}

/// The applications a person has let in, the newest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_consents(tx: &ReadTx<'_>, by: &OwnerOf<'_>) -> Result<Vec<Consent>, store::Error> {
    consent::list(tx, by.account())
}

/// «Отозвать доступ»: the consent is forgotten and every token of the application for this person ends (VK-26).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn withdraw(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    client: ClientId,
) -> Result<(), store::Error> {
    consent::remove(tx, account, client)?;
    chain::end_of(tx, now, account, Some(client))
}

/// «Отозвать доступ» at one's own page; false when the application has none.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn take_back(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
    client: ClientId,
) -> Result<bool, store::Error> {
    let given = consent::find(tx, by.account(), client)?.is_some();
    if given {
        withdraw(tx, now, by.account(), client)?;
    }
    Ok(given)
}
