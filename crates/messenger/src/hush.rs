//! What a person does not want to be called about (MSG-F20): one chat, or for a while anything at all.

use school::{PersonId, Present};
use store::{ReadTx, UtcInstant, WriteTx};

use crate::limits::REST_MOST;
use crate::{MemberOf, storage};

/// A chat is hushed by its member: it counts its messages and calls nobody about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hush {
    /// Until when; without an end, until the member takes it back.
    pub until: Option<UtcInstant>,
}

impl Hush {
    /// Whether it is in force.
    #[must_use]
    pub fn holds(self, now: UtcInstant) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Why nothing was hushed.
#[derive(Debug, thiserror::Error)]
pub enum HushError {
    /// The end lies in the past or too far ahead.
    #[error("the end is in the past or too far ahead")]
    BadTime,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn check(now: UtcInstant, until: UtcInstant) -> Result<(), HushError> {
    if now < until && until <= now + REST_MOST { Ok(()) } else { Err(HushError::BadTime) }
}

impl MemberOf<'_> {
    /// How the member has hushed the chat, if that is in force.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn hush(&self, tx: &ReadTx<'_>, now: UtcInstant) -> Result<Option<Hush>, store::Error> {
        let hush = storage::hush::find(tx, self.conversation().id, self.person())?;
        Ok(hush.filter(|hush| hush.holds(now)))
    }
}

/// Hushes the chat for its member, or, with `None`, lets it call again. Others do not learn of it.
///
/// # Errors
/// [`HushError`].
pub fn hush(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    hush: Option<Hush>,
) -> Result<(), HushError> {
    let (chat, person) = (by.conversation().id, by.person());
    match hush {
        Some(hush) => {
            if let Some(until) = hush.until {
                check(now, until)?;
            }
            Ok(storage::hush::set(tx, now, chat, person, hush)?)
        }
        None => Ok(storage::hush::remove(tx, chat, person)?),
    }
}

/// The viewer is not to be disturbed until a moment, or, with `None`, may be again.
///
/// # Errors
/// [`HushError`].
pub fn rest(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Present<'_>,
    until: Option<UtcInstant>,
) -> Result<(), HushError> {
    match until {
        Some(until) => {
            check(now, until)?;
            Ok(storage::hush::set_rest(tx, now, by.person(), until)?)
        }
        None => Ok(storage::hush::end_rest(tx, by.person())?),
    }
}

/// Until when a person is not to be disturbed.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn rest_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    person: PersonId,
) -> Result<Option<UtcInstant>, store::Error> {
    Ok(storage::hush::rest_of(tx, person)?.filter(|until| now < *until))
}
