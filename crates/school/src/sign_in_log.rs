//! The journal of sign-ins: who entered with which login from where, and which tries were refused. People read their
//! own, an administrator everybody's. A try with an unknown login is about nobody and is not kept.

use store::{ReadTx, UtcInstant, WriteTx};
use time::Duration;

use crate::{Administrator, Device, PersonId, Present, storage};

/// How long rows are kept.
const KEPT: Duration = Duration::days(90);

/// How somebody came in, or tried to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInWay {
    /// Login and password.
    Password,
    /// The code of a slip, with a new password.
    Slip,
    /// The link of the first administrator.
    Setup,
    /// The password typed again in a session (A16).
    Confirmation,
    /// The program itself, which stands in for a person while it writes what they might have: no one came in, so no row
    /// is left, and nothing is confirmed.
    StandIn,
}

impl SignInWay {
    /// The word stored; the program's own stand-ins are not.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Password => Some("password"),
            Self::Slip => Some("slip"),
            Self::Setup => Some("setup"),
            Self::Confirmation => Some("confirmation"),
            Self::StandIn => None,
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Password, Self::Slip, Self::Setup, Self::Confirmation]
            .into_iter()
            .find(|way| way.word() == Some(word))
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInOutcome {
    /// A session began, or was confirmed.
    Entered,
    /// The password or the code was wrong.
    Wrong,
    /// The password was right, and the account is blocked.
    Blocked,
}

impl SignInOutcome {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Wrong => "wrong",
            Self::Blocked => "blocked",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Entered, Self::Wrong, Self::Blocked].into_iter().find(|outcome| outcome.word() == word)
    }
}

/// A row of the journal.
#[derive(Clone, Debug)]
pub struct SignInRow {
    /// Its place in the journal.
    pub id: i64,
    /// When.
    pub at: UtcInstant,
    /// From where.
    pub device: Device,
    /// How.
    pub way: SignInWay,
    /// What came of it.
    pub outcome: SignInOutcome,
}

/// Whose journal is read.
#[derive(Clone, Copy, Debug)]
pub enum SignInReader<'p, 't> {
    /// One's own.
    Own(&'p Present<'t>),
    /// Somebody's, by an administrator.
    Of(&'p Administrator<'t>, PersonId),
}

/// Leaves a row, in the transaction in which the session begins or the wrong pair is counted.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_sign_in(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    device: &Device,
    way: SignInWay,
    outcome: SignInOutcome,
) -> Result<(), store::Error> {
    let Some(way) = way.word() else { return Ok(()) };
    storage::sign_in_log::insert(tx, now, person, device, way, outcome.word())
}

/// The newest rows of a person, newest first; `before` goes on behind a row.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_sign_ins(
    tx: &ReadTx<'_>,
    by: SignInReader<'_, '_>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<SignInRow>, store::Error> {
    let person = match by {
        SignInReader::Own(who) => who.person(),
        SignInReader::Of(_, person) => person,
    };
    storage::sign_in_log::list(tx, person, before.unwrap_or(i64::MAX), limit)
}

/// Removes rows that are too old.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn purge_sign_ins(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    storage::sign_in_log::purge(tx, now - KEPT)
}
