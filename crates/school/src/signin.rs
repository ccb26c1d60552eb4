//! The fence around signing in with login and password (A7, A18, A21).

use store::{ReadTx, UtcInstant, WriteTx};
use time::Duration;

use crate::{PortalAccount, storage};

const WINDOW: Duration = Duration::hours(3);
const LIMIT: u32 = 15;

/// Where wrong pairs are counted: for an ordinary address by the address, so that strangers lock nobody out; for one
/// of the school's own by the login, so that a class behind one address does not lock itself out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInFence(String);

impl SignInFence {
    /// The counter for a try from this address.
    #[must_use]
    pub fn of(address: &str, is_school_address: bool, login: &str) -> Self {
        if is_school_address {
            Self(format!(
                "login {address} {}",
                login.trim().to_lowercase().chars().take(60).collect::<String>()
            ))
        } else {
            Self(format!("address {address}"))
        }
    }
}

/// Why signing in was refused.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Login and password do not go together, or there is no such login (A8: one answer).
    #[error("wrong login or password")]
    WrongPair,
    /// Too many wrong pairs from here.
    #[error("too many wrong pairs from this address")]
    Refused,
    /// The right pair, but the school has blocked the account.
    #[error("the account is blocked")]
    Blocked,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Whether another try may be made here.
///
/// # Errors
/// [`SignInError::Refused`] after fifteen wrong pairs in three hours.
pub fn check_fence(tx: &ReadTx<'_>, now: UtcInstant, fence: &SignInFence) -> Result<(), SignInError> {
    if storage::wrong_pair::count(tx, &fence.0, now - WINDOW)? >= LIMIT {
        return Err(SignInError::Refused);
    }
    Ok(())
}

/// Counts a wrong pair, before the answer is given. Of many tries at once each asked [`check_fence`] before any was
/// counted, so the count itself refuses the sixteenth; for the same reason a right pair asks again where it enters.
///
/// # Errors
/// [`SignInError::Refused`] when the fence has closed meanwhile: the verdict is then not told.
pub fn count_wrong_pair(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    fence: &SignInFence,
) -> Result<(), SignInError> {
    check_fence(tx, now, fence)?;
    storage::wrong_pair::insert(tx, &fence.0, now)?;
    storage::wrong_pair::purge(tx, now - WINDOW)?;
    Ok(())
}

/// Asks again, where a session begins or a password is replaced, what was asked before the password was compared:
/// while that took its time the fence may have closed, the account been blocked, or its password set anew.
///
/// # Errors
/// [`SignInError`] by what has changed.
pub fn recheck(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    fence: &SignInFence,
    compared: &PortalAccount,
) -> Result<(), SignInError> {
    check_fence(tx, now, fence)?;
    let found = storage::account::find_by_person(tx, compared.person)?;
    match found.filter(|found| found.password == compared.password) {
        None => Err(SignInError::WrongPair),
        Some(found) if found.blocked.is_some() => Err(SignInError::Blocked),
        Some(_) => Ok(()),
    }
}

/// Forgets all counted pairs: the demo's «Сбросить счётчики».
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn forget_wrong_pairs(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    storage::wrong_pair::clear(tx)
}
