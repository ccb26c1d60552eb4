//! Portal sessions (A11–A15) and the viewer they make.

use sha2::{Digest as _, Sha256};
use store::{NewEvent, Random, ReadTx, UtcInstant, WriteTx};
use time::Duration;

use crate::push::forget_of_session;
use crate::{
    Administrator, Denied, PersonId, PortalSessionId, SignInOutcome, SignInWay, is_blocked, note_sign_in,
    storage,
};

/// Who looks: the ids of the person and of the portal session, and nothing else (Z5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    person: PersonId,
    session: PortalSessionId,
}

impl Viewer {
    pub(crate) const fn new(person: PersonId, session: PortalSessionId) -> Self {
        Self { person, session }
    }

    /// The person.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> PortalSessionId {
        self.session
    }
}

/// How long sessions live (A13).
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Without a request.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

impl SessionLimits {
    /// The limits with «Запомнить меня на этом устройстве» on or off.
    #[must_use]
    pub const fn of(remember: bool) -> Self {
        if remember {
            Self { idle: Duration::days(14), absolute: Duration::days(90) }
        } else {
            Self { idle: Duration::minutes(30), absolute: Duration::hours(12) }
        }
    }

    /// Whether a session begun and last seen at these moments still lives. A clock that steps back ends nothing (R5).
    #[must_use]
    pub fn allow(self, created: UtcInstant, seen: UtcInstant, now: UtcInstant) -> bool {
        now.since(seen) < self.idle && now.since(created) < self.absolute
    }
}

/// The 256-bit random reference that the cookie carries; the base has its SHA-256 only.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// Draws a new one.
    #[must_use]
    pub fn draw(random: &Random) -> Self {
        Self(random.token::<32>())
    }

    /// Takes what a cookie held; any text will do, a foreign one matches no row.
    #[must_use]
    pub fn from_cookie(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text for the cookie.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.0
    }

    /// What the base keeps.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(***)")
    }
}

/// Where a session was begun.
#[derive(Clone, Debug)]
pub struct Device {
    /// The client's address.
    pub address: String,
    /// What the browser calls itself, cut to a length fit for a table.
    pub name: String,
}

/// How a session begins.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// In which browser.
    pub device: &'a Device,
    /// By what.
    pub way: SignInWay,
    /// «Запомнить меня на этом устройстве».
    pub remember: bool,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndWhy {
    /// Its owner signed out.
    SignedOut,
    /// Its owner ended it from another device.
    Owner,
    /// An administrator ended it.
    Administrator,
    /// The account was blocked.
    Blocked,
    /// A new session took its place (A12).
    Replaced,
    /// The password was set anew.
    PasswordSet,
}

impl EndWhy {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Blocked => "blocked",
            Self::Replaced => "replaced",
            Self::PasswordSet => "password_set",
        }
    }
}

/// A session as its owner or an administrator sees it.
#[derive(Clone, Debug)]
pub struct PortalSession {
    /// The row.
    pub id: PortalSessionId,
    /// Whose.
    pub person: PersonId,
    /// Begun.
    pub created: UtcInstant,
    /// Last request, to the minute.
    pub seen: UtcInstant,
    /// From where.
    pub device: Device,
    /// «Запомнить меня на этом устройстве».
    pub remember: bool,
    /// The context chosen, as `web` writes it.
    pub context: String,
}

/// Begins a session; `old` is the session the browser came with, which dies (A12). Whoever comes in has just shown
/// their password or chosen it, so for five minutes nobody asks for it again (A16). A blocked account has none, whoever
/// asks (A14).
///
/// # Errors
/// [`Denied`] when the account is blocked.
pub fn open_session(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    token: &SessionToken,
    arrival: &Arrival<'_>,
    old: Option<Viewer>,
) -> Result<Viewer, Denied> {
    if is_blocked(tx, person)? {
        return Err(Denied::Denied);
    }
    if let Some(old) = old {
        end(tx, now, old.session, EndWhy::Replaced)?;
    }
    let id = storage::session::insert(tx, now, person, &token.digest(), arrival)?;
    note_sign_in(tx, now, person, arrival.device, arrival.way, SignInOutcome::Entered)?;
    Ok(Viewer::new(person, id))
}

/// The viewer and session behind a cookie, while it lives and the account is not blocked.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn resume_session(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    token: &SessionToken,
) -> Result<Option<(Viewer, PortalSession)>, store::Error> {
    let session = storage::session::find(tx, &token.digest())?;
    Ok(session
        .filter(|session| SessionLimits::of(session.remember).allow(session.created, session.seen, now))
        .map(|session| (Viewer::new(session.person, session.id), session)))
}

/// Notes that a session was used; `web` calls this at most once a minute.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn touch_session(tx: &mut WriteTx<'_>, now: UtcInstant, viewer: &Viewer) -> Result<(), store::Error> {
    storage::session::touch(tx, now, viewer.session)
}

/// Chooses the context that the session shows (DIA-E28); what it may be is checked where it is read.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_context(tx: &mut WriteTx<'_>, viewer: &Viewer, context: &str) -> Result<(), store::Error> {
    storage::session::set_context(tx, viewer.session, context)
}

fn end(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    session: PortalSessionId,
    why: EndWhy,
) -> Result<bool, store::Error> {
    let ended = storage::session::end(tx, now, session, why.word())?;
    if ended {
        // The browser is not called any more in this session's name (MSG-E19).
        forget_of_session(tx, session)?;
        // Sockets watch for this and close (A14, K7).
        tx.emit(
            now,
            NewEvent {
                scope_kind: "session",
                scope_id: session.get(),
                kind: "session_ended",
                reference: session.get(),
                data: "{}".to_owned(),
            },
        )?;
    }
    Ok(ended)
}

/// Ends the viewer's own session, this one or another (A15).
///
/// # Errors
/// [`Denied`] when the session is somebody else's or there is none.
pub fn end_own_session(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    session: PortalSessionId,
) -> Result<(), Denied> {
    if storage::session::owner(tx, session)? != Some(viewer.person) {
        return Err(Denied::Denied);
    }
    let why = if session == viewer.session { EndWhy::SignedOut } else { EndWhy::Owner };
    end(tx, now, session, why)?;
    Ok(())
}

/// Ends anybody's session, for an administrator (A15).
///
/// # Errors
/// [`Denied`] when there is no such session.
pub fn end_session(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    _by: &Administrator<'_>,
    session: PortalSessionId,
) -> Result<PersonId, Denied> {
    let owner = storage::session::owner(tx, session)?.ok_or(Denied::Denied)?;
    end(tx, now, session, EndWhy::Administrator)?;
    Ok(owner)
}

/// Ends all sessions of a person but one; returns how many ended. Called by verbs that take rights away, and by the
/// console.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn end_all_sessions(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    but: Option<PortalSessionId>,
    why: EndWhy,
) -> Result<usize, store::Error> {
    let mut count = 0;
    for session in storage::session::open_of(tx, person)? {
        if Some(session) != but && end(tx, now, session, why)? {
            count += 1;
        }
    }
    Ok(count)
}

/// The living sessions of one person, or of everybody when `person` is `None`; newest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_sessions(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    person: Option<PersonId>,
) -> Result<Vec<PortalSession>, store::Error> {
    let mut sessions = storage::session::list(tx, person)?;
    sessions.retain(|session| SessionLimits::of(session.remember).allow(session.created, session.seen, now));
    Ok(sessions)
}

/// How long a device is new.
const NEW: Duration = Duration::days(1);

/// Whether the device of a session is one that the person has come with only now: neither the session itself nor a visit
/// from the same browser at the same address is a day old. What the program opens in somebody's name is no device.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_new_device(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    person: PersonId,
    session: PortalSessionId,
) -> Result<bool, store::Error> {
    let Some((begun, device)) = storage::session::signed_in_by(tx, session)? else { return Ok(false) };
    let since = now - NEW;
    Ok(begun > since && !storage::sign_in_log::has_come(tx, person, &device, since)?)
}

/// Removes rows of sessions that ended or died long ago.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn purge_sessions(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    storage::session::purge(tx, now - Duration::days(180))
}

#[cfg(test)]
mod tests {
    use store::UtcInstant;
    use time::Duration;

    use super::SessionLimits;

    #[test]
    fn sessions_die_exactly_at_their_limits() {
        // A13, and R5: a clock set back by an hour signs nobody out.
        let start = UtcInstant::from_millis(1_800_000_000_000);
        let short = SessionLimits::of(false);
        assert!(short.allow(start, start, start + Duration::minutes(30) - Duration::milliseconds(1)));
        assert!(!short.allow(start, start, start + Duration::minutes(30)));
        let late = start + Duration::hours(12);
        assert!(short.allow(start, late - Duration::minutes(1), late - Duration::milliseconds(1)));
        assert!(!short.allow(start, late - Duration::minutes(1), late));
        assert!(short.allow(start, start, start - Duration::hours(1)));
        let long = SessionLimits::of(true);
        assert!(long.allow(start, start, start + Duration::days(14) - Duration::milliseconds(1)));
        assert!(!long.allow(start, start, start + Duration::days(14)));
        assert!(!long.allow(start, start + Duration::days(89), start + Duration::days(90)));
    }
}
