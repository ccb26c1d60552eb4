//! Proofs of who sits at the embedded VK ID's own page: the owner of an account, and the owner who has just said the
//! password again (A16).

use std::marker::PhantomData;

use store::{ReadTx, UtcInstant};

use crate::{CookieToken, VkAccountId, VkSession, VkSessionId, session};

/// Only the transaction that made a proof can use it.
type Brand<'t> = PhantomData<fn(&'t ()) -> &'t ()>;

/// The owner of an account, in a session that lives.
#[derive(Clone, Debug)]
pub struct OwnerOf<'t> {
    session: VkSession,
    brand: Brand<'t>,
}

impl<'t> OwnerOf<'t> {
    /// Asks whose the session of a browser is; `None` without a living one.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn ask(
        tx: &ReadTx<'t>,
        now: UtcInstant,
        token: Option<&CookieToken>,
    ) -> Result<Option<Self>, store::Error> {
        let Some(token) = token else { return Ok(None) };
        Ok(session::find_session(tx, now, token)?.map(|session| Self { session, brand: PhantomData }))
    }

    /// Whose account it is.
    #[must_use]
    pub const fn account(&self) -> VkAccountId {
        self.session.account
    }

    /// In which session.
    #[must_use]
    pub const fn session(&self) -> VkSessionId {
        self.session.id
    }

    /// When the session was last used.
    #[must_use]
    pub const fn seen(&self) -> UtcInstant {
        self.session.seen
    }

    /// The same, when the password was given within five minutes.
    #[must_use]
    pub fn proven(&self, now: UtcInstant) -> Option<ProvenOwnerOf<'t>> {
        self.session.is_proved(now).then(|| ProvenOwnerOf { owner: self.clone() })
    }
}

/// The owner of an account who has said the password, or confirmed the phone, within five minutes (A16).
#[derive(Clone, Debug)]
pub struct ProvenOwnerOf<'t> {
    owner: OwnerOf<'t>,
}

impl<'t> ProvenOwnerOf<'t> {
    /// The owner.
    #[must_use]
    pub const fn owner(&self) -> &OwnerOf<'t> {
        &self.owner
    }

    /// Whose account it is.
    #[must_use]
    pub const fn account(&self) -> VkAccountId {
        self.owner.account()
    }
}
