//! The log of links: one row a transition, which nobody can change (LNK-L6).

use identity::VkUserId;
use school::{Administrator, PersonId, Present};
use store::{ReadTx, UtcInstant};

use crate::storage::log;

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// When.
    pub at: UtcInstant,
    /// Who; `None` for the program itself.
    pub actor: Option<PersonId>,
    /// What happened: the event's word.
    pub event: String,
    /// The state before.
    pub from: String,
    /// The state after.
    pub to: String,
    /// The user id of the VK ID it was about.
    pub subject: Option<VkUserId>,
    /// The reason given.
    pub why: Option<String>,
}

/// The history of one's own links, newest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn history(tx: &ReadTx<'_>, who: &Present<'_>) -> Result<Vec<LogRow>, store::Error> {
    log::list(tx, who.person())
}

/// The history of anybody's links, for an administrator.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn history_for(
    tx: &ReadTx<'_>,
    _by: &Administrator<'_>,
    person: PersonId,
) -> Result<Vec<LogRow>, store::Error> {
    log::list(tx, person)
}
