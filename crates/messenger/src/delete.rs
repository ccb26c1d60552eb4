//! Deleting a message: a tombstone stays, the text leaves every ordinary path (MSG-I11).

use store::{Act, Actor, UtcInstant, WriteTx};
use time::Duration;

use crate::change::Change;
use crate::edit::{find_visible, line_of, window_of};
use crate::hold::is_frozen;
use crate::{Line, MemberOf, MemberRole, storage};

/// Why a message was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// There is no such message, or the member may not see it.
    #[error("no such message")]
    NoSuchMessage,
    /// Somebody else wrote it.
    #[error("the message is another's")]
    NotYours,
    /// The time for it is over (MSG-S7).
    #[error("the time for deleting, {} minutes, is over", window.whole_minutes())]
    TooLate {
        /// How long it was possible.
        window: Duration,
    },
    /// The member may only read here.
    #[error("the chat can only be read")]
    ReadOnly,
    /// One's own message was reported or is held (MSG-I17). A moderator may still hide another's: nothing is lost by it.
    #[error("the message is kept as it is")]
    Kept,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl MemberOf<'_> {
    /// Whether the member may delete this message at this moment: an own one within the window, any as moderator.
    #[must_use]
    pub fn may_delete(&self, now: UtcInstant, line: &Line) -> bool {
        self.may_change(now, line)
            || (line.text.is_some() && self.may_write() && self.role() == MemberRole::Moderator)
    }
}

/// Turns a message into a tombstone and writes it down in the audit chain (MSG-S13). Deleting twice is deleting once.
///
/// # Errors
/// [`DeleteError`].
pub fn delete(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    actor: &Actor,
    seq: i64,
) -> Result<(), DeleteError> {
    let mut message = find_visible(tx, by, seq)?.ok_or(DeleteError::NoSuchMessage)?;
    let moderator = by.role() == MemberRole::Moderator;
    if message.sender != by.person() && !moderator {
        return Err(DeleteError::NotYours);
    }
    if message.deleted {
        return Ok(());
    }
    if !by.may_write() {
        return Err(DeleteError::ReadOnly);
    }
    if message.sender == by.person() && is_frozen(tx, &message)? {
        return Err(DeleteError::Kept);
    }
    let window = window_of(by.seat());
    if !moderator && now.since(message.ts) >= window {
        return Err(DeleteError::TooLate { window });
    }
    storage::message::keep_revision(tx, now, &message, by.person())?;
    storage::message::bury(tx, message.id)?;
    crate::poll::end_deleted(tx, now, &message, by.person())?;
    storage::conversation::touch(tx, message.conv)?;
    tx.audit(now, actor, Act::new("messenger.message.delete", "message", message.id))?;
    message.body.clear();
    message.rev += 1;
    message.deleted = true;
    let (id, conversation) = (message.id, message.conv);
    let line = line_of(tx, message)?;
    Change::Deleted { message: id, seq }.emit(tx, now, conversation, Some(&line))?;
    Ok(())
}
