//! Portal accounts: a login issued by the school, a password its owner sets.

use store::{PasswordHash, ReadTx, UtcInstant, WriteTx};

use crate::{AccountId, EndWhy, PersonId, end_all_sessions, storage};

/// A portal account.
#[derive(Clone, Debug)]
pub struct PortalAccount {
    /// The row.
    pub id: AccountId,
    /// Whose.
    pub person: PersonId,
    /// The login: lower-case Latin letters, digits and dots.
    pub login: String,
    /// The hash of the password its owner set, if they have (A23).
    pub password: Option<PasswordHash>,
    /// Why and since when it is blocked, if it is.
    pub blocked: Option<(UtcInstant, String)>,
}

/// An account in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// The owner has not set a password, and there is no open slip.
    New,
    /// A slip waits for its owner.
    SlipOpen,
    /// The owner has set a password.
    Active,
    /// Blocked by the school.
    Blocked,
}

/// Why an account was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another person has the login.
    #[error("the login is taken")]
    LoginTaken,
    /// The person has an account already.
    #[error("the person has an account")]
    HasAccount,
    /// There is no such account.
    #[error("no such account")]
    Missing,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Makes an account without a password.
///
/// # Errors
/// [`AccountError::LoginTaken`], [`AccountError::HasAccount`].
pub fn create_account(
    tx: &mut WriteTx<'_>,
    person: PersonId,
    login: &str,
) -> Result<AccountId, AccountError> {
    if storage::account::find_by_login(tx, login)?.is_some() {
        return Err(AccountError::LoginTaken);
    }
    if storage::account::find_by_person(tx, person)?.is_some() {
        return Err(AccountError::HasAccount);
    }
    Ok(storage::account::insert(tx, person, login)?)
}

/// The account with a login; case and outer spaces do not matter.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_account(tx: &ReadTx<'_>, login: &str) -> Result<Option<PortalAccount>, store::Error> {
    storage::account::find_by_login(tx, &login.trim().to_lowercase())
}

/// Whether the school has blocked a person's account.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_blocked(tx: &ReadTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    Ok(storage::account::find_by_person(tx, person)?.is_some_and(|account| account.blocked.is_some()))
}

/// The login of a person; empty when they have no account.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn login_of(tx: &ReadTx<'_>, person: PersonId) -> Result<String, store::Error> {
    Ok(storage::account::find_by_person(tx, person)?.map(|account| account.login).unwrap_or_default())
}

/// All accounts with their states, by the owner's name; for the console.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_accounts(tx: &ReadTx<'_>) -> Result<Vec<(PortalAccount, AccountState)>, store::Error> {
    storage::account::list(tx)
}

/// Sets the password of an account and voids its slip.
///
/// # Errors
/// [`AccountError::Missing`] when there is no such account.
pub fn set_password(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: AccountId,
    password: &PasswordHash,
) -> Result<(), AccountError> {
    if !storage::account::set_password(tx, now, account, password)? {
        return Err(AccountError::Missing);
    }
    storage::slip::remove(tx, account)?;
    Ok(())
}

/// Keeps the same password under a dearer hash; its slip and its age stay (A10).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn rehash_password(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    password: &PasswordHash,
) -> Result<(), store::Error> {
    storage::account::replace_hash(tx, account, password)
}

/// Blocks an account: its sessions end now, signing in is refused.
///
/// # Errors
/// [`AccountError::Missing`] when the person has no account.
pub fn block(tx: &mut WriteTx<'_>, now: UtcInstant, person: PersonId, why: &str) -> Result<(), AccountError> {
    let account = storage::account::find_by_person(tx, person)?.ok_or(AccountError::Missing)?;
    storage::account::set_blocked(tx, account.id, Some((now, why)))?;
    end_all_sessions(tx, now, person, None, EndWhy::Blocked)?;
    Ok(())
}

/// Lifts a block.
///
/// # Errors
/// [`AccountError::Missing`] when the person has no account.
pub fn unblock(tx: &mut WriteTx<'_>, person: PersonId) -> Result<(), AccountError> {
    let account = storage::account::find_by_person(tx, person)?.ok_or(AccountError::Missing)?;
    storage::account::set_blocked(tx, account.id, None)?;
    Ok(())
}
