//! Sessions of the embedded VK ID, apart from the portal's in rows, cookie and life (VK-5).

use store::{ReadTx, UtcInstant, WriteTx};

use crate::storage::session;
use crate::{CookieToken, VkAccountId, VkSessionId, limits};

/// A living session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VkSession {
    /// The row.
    pub id: VkSessionId,
    /// Whose.
    pub account: VkAccountId,
    /// Begun.
    pub created: UtcInstant,
    /// Last used.
    pub seen: UtcInstant,
    /// From where it was begun.
    pub address: String,
}

/// The session behind a cookie, while it lives.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_session(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    token: &CookieToken,
) -> Result<Option<VkSession>, store::Error> {
    let found = session::find(tx, &token.digest())?;
    Ok(found.filter(|session| {
        now.since(session.seen) < limits::SESSION_IDLE && now.since(session.created) < limits::SESSION
    }))
}

/// Begins a session; the one that the browser came with ends (A12).
pub(crate) fn open(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    token: &CookieToken,
    address: &str,
    old: Option<&CookieToken>,
) -> Result<(), store::Error> {
    // In one browser one person's session changes its name and not its age: going on in it never makes it young again.
    let mut created = now;
    if let Some(old) = old {
        if let Some(before) = find_session(tx, now, old)?.filter(|before| before.account == account) {
            created = before.created;
        }
        session::end_by_reference(tx, now, &old.digest())?;
    }
    session::insert(tx, created, now, account, &token.digest(), address)
}

/// Ends all sessions of an account: its password was set anew, or it is being deleted.
pub(crate) fn end_all(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
) -> Result<(), store::Error> {
    session::end_of(tx, now, account)
}
