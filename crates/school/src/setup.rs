//! The first administrator: a one-time link printed by the console, since no default account exists (A17).

use sha2::{Digest as _, Sha256};
use store::{ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::{AccountId, PersonName, Role, RosterChange, storage};

const LIFETIME: Duration = Duration::minutes(60);

/// Why the first administrator was not made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The link is unknown, used, or older than an hour.
    #[error("no such setup link")]
    Wrong,
    /// The account could not be made.
    #[error(transparent)]
    Account(#[from] crate::AccountError),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Opens a setup link for a random token (128 bits or more); one opened before stops working.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn begin_setup(tx: &mut WriteTx<'_>, now: UtcInstant, token: &str) -> Result<UtcInstant, store::Error> {
    let expires = now + LIFETIME;
    storage::setup::replace(tx, &digest(token), expires)?;
    Ok(expires)
}

/// Whether a link still works; changes nothing, so a mail scanner that opens it uses nothing up (B6).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_setup_open(tx: &ReadTx<'_>, now: UtcInstant, token: &str) -> Result<bool, store::Error> {
    storage::setup::is_open(tx, &digest(token), now)
}

/// Uses the link: makes the person, the grant and the account. The password is set by the caller.
///
/// # Errors
/// [`SetupError`]; the link then stays as it was.
pub fn finish_setup(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    token: &str,
    name: &PersonName,
    login: &str,
) -> Result<(AccountId, RosterChange), SetupError> {
    if !storage::setup::take(tx, &digest(token), now)? {
        return Err(SetupError::Wrong);
    }
    let person = crate::add_person(
        tx,
        &crate::NewPerson { external_id: None, name, birth_date: None, sex: None, phone: None },
    )?;
    let (_, change) = crate::grant(tx, person, Role::Administrator, None, None, today)?;
    let account = crate::create_account(tx, person, login)?;
    Ok((account, change))
}
