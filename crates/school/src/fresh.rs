//! Step-up (A16): the password typed again before the dearest deeds.

use std::marker::PhantomData;

use store::{NewEvent, ReadTx, UtcInstant, WriteTx};
use time::Duration;

use crate::{
    Denied, Device, PersonId, SessionToken, SignInOutcome, SignInWay, Viewer, note_sign_in, storage,
};

/// How long a typed password speaks for whoever sits at the device.
const FRESH: Duration = Duration::minutes(5);

/// Whether a password typed then still speaks now. A clock that steps back makes nothing stale (R5).
fn is_fresh(confirmed: UtcInstant, now: UtcInstant) -> bool {
    now.since(confirmed) <= FRESH
}

/// The viewer's session is alive, and its owner has typed their password within the last five minutes (A16).
#[derive(Clone, Copy, Debug)]
pub struct Fresh<'t> {
    person: PersonId,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

/// Why there is no such proof.
#[derive(Debug, thiserror::Error)]
pub enum Unconfirmed {
    /// The password was typed too long ago.
    #[error("the password must be typed again")]
    Stale,
    /// The session has ended.
    #[error("not allowed, or not there")]
    Denied,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl<'t> Fresh<'t> {
    /// Asks whether the password was typed lately.
    ///
    /// # Errors
    /// [`Unconfirmed`] when not, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, now: UtcInstant) -> Result<Self, Unconfirmed> {
        let (owner, confirmed) =
            storage::session::confirmed(tx, viewer.session())?.ok_or(Unconfirmed::Denied)?;
        if owner != viewer.person() {
            return Err(Unconfirmed::Denied);
        }
        match confirmed {
            Some(confirmed) if is_fresh(confirmed, now) => Ok(Self { person: owner, brand: PhantomData }),
            Some(_) | None => Err(Unconfirmed::Stale),
        }
    }

    /// As [`Fresh::ask`], for verbs that only sometimes need the proof.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn find(tx: &ReadTx<'t>, viewer: &Viewer, now: UtcInstant) -> Result<Option<Self>, store::Error> {
        match Self::ask(tx, viewer, now) {
            Ok(fresh) => Ok(Some(fresh)),
            Err(Unconfirmed::Stale | Unconfirmed::Denied) => Ok(None),
            Err(Unconfirmed::Store(error)) => Err(error),
        }
    }

    /// Who it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }
}

/// Notes that the password was typed again. The session gets a new reference, and the old one opens nothing (A12);
/// its age stays (A13). The caller has compared the password and asked [`crate::recheck`].
///
/// # Errors
/// [`Denied`] when the session has ended meanwhile.
pub fn confirm_session(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    token: &SessionToken,
    device: &Device,
) -> Result<(), Denied> {
    let session = viewer.session();
    if !storage::session::confirm(tx, now, session, &token.digest())? {
        return Err(Denied::Denied);
    }
    // Sockets that came with the old reference close, and come back with the new one.
    let renewed = NewEvent {
        scope_kind: "session",
        scope_id: session.get(),
        kind: "session_renewed",
        reference: session.get(),
        data: "{}".to_owned(),
    };
    tx.emit(now, renewed)?;
    note_sign_in(tx, now, viewer.person(), device, SignInWay::Confirmation, SignInOutcome::Entered)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use store::UtcInstant;
    use time::Duration;

    use super::is_fresh;

    #[test]
    fn a_typed_password_speaks_for_five_minutes() {
        // A16
        let typed = UtcInstant::from_millis(1_800_000_000_000);
        for (later, fresh) in [
            (Duration::ZERO, true),
            (Duration::minutes(5), true),
            (Duration::minutes(5) + Duration::milliseconds(1), false),
            (Duration::days(400), false),
            (Duration::hours(-1), true),
        ] {
            assert_eq!(is_fresh(typed, typed + later), fresh, "{later}");
        }
    }
}
