//! Sessions of the embedded VK ID, apart from the portal's in rows, cookie and life (VK-5).

use store::{Random, ReadTx, UtcInstant, WriteTx};

use crate::storage::session;
use crate::{CookieToken, Means, VkAccountId, VkSessionId, limits};

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
    /// What the browser called itself then.
    pub device: String,
    /// When the password, or the code in its place, was last given in it (A16).
    pub(crate) proved: Option<UtcInstant>,
}

impl VkSession {
    pub(crate) fn is_alive(&self, now: UtcInstant) -> bool {
        now.since(self.seen) < limits::SESSION_IDLE && now.since(self.created) < limits::SESSION
    }

    /// Whether its person has proved who they are within five minutes; a clock set back proves nothing.
    pub(crate) fn is_proved(&self, now: UtcInstant) -> bool {
        self.proved.is_some_and(|at| at <= now && now.since(at) < limits::PROOF)
    }
}

/// How a session begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// With the way back to a client; perhaps in a session that goes on.
    ForClient,
    /// At VK ID itself, a moment after password or code.
    ByProof,
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
    Ok(found.filter(|session| session.is_alive(now)))
}

/// Begins a session; the one that the browser came with ends (A12).
pub(crate) fn open(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    token: &CookieToken,
    means: &Means<'_>,
    begun: Begun,
) -> Result<(), store::Error> {
    // In one browser one person's session changes its name and not its age: going on in it never makes it young again.
    let mut created = now;
    if let Some(old) = means.session {
        if let Some(before) = find_session(tx, now, old)?.filter(|before| before.account == account) {
            created = before.created;
        }
        session::end_by_reference(tx, now, &old.digest())?;
    }
    let proved = match begun {
        Begun::ForClient => None,
        Begun::ByProof => Some(now),
    };
    let new = session::NewSession {
        reference: &token.digest(),
        account,
        created,
        seen: now,
        address: &means.caller.address,
        device: &means.caller.device,
        proved,
    };
    session::insert(tx, &new)
}

/// Gives a session another name, and the old one dies: something was proved in it (A12).
pub(crate) fn renew(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    id: VkSessionId,
) -> Result<CookieToken, store::Error> {
    let token = CookieToken::draw(random);
    session::prove(tx, now, id, &token.digest())?;
    Ok(token)
}

/// Ends all sessions of an account: its password was set anew, or it is being deleted.
pub(crate) fn end_all(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
) -> Result<(), store::Error> {
    session::end_of(tx, now, account)
}
