//! Who is signed in with an account, and which applications hold tokens of it: for the office of the school, which knows
//! the account by the link only. Nothing personal is among it (LNK-S3).

use store::{ReadTx, UtcInstant, WriteTx};

use crate::storage::access;
use crate::{ChainId, VkAccountId, VkSessionId, limits};

/// A living session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSession {
    /// The row.
    pub id: VkSessionId,
    /// Begun.
    pub created: UtcInstant,
    /// Last used.
    pub seen: UtcInstant,
    /// From where it was begun.
    pub address: String,
    /// What the browser called itself then; empty for one of an older program.
    pub device: String,
}

/// The tokens that an application holds of an account, one chain for each sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountTokens {
    /// The row.
    pub id: ChainId,
    /// The application's name.
    pub application: String,
    /// Given.
    pub created: UtcInstant,
    /// Last used.
    pub seen: UtcInstant,
}

/// The sessions of an account that live, the last used first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn sessions_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
) -> Result<Vec<AccountSession>, store::Error> {
    let mut sessions = access::sessions(tx, account)?;
    sessions.retain(|session| {
        now.since(session.seen) < limits::SESSION_IDLE && now.since(session.created) < limits::SESSION
    });
    Ok(sessions)
}

/// The chains of tokens of an account that are still good for something, the last used first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn tokens_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
) -> Result<Vec<AccountTokens>, store::Error> {
    access::tokens(tx, now, account)
}

/// Ends a session of an account; false when it has none such that lives.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn end_session_of(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    session: VkSessionId,
) -> Result<bool, store::Error> {
    access::end_session(tx, now, account, session)
}

/// Ends a chain of tokens of an account; false when it has none such that lives.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn end_tokens_of(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    chain: ChainId,
) -> Result<bool, store::Error> {
    access::end_tokens(tx, now, account, chain)
}
