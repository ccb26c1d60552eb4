//! Pins: several in a chat, the newest first; what was pinned and by whom stays in their history (MSG-F9).

use store::{ReadTx, UtcInstant, WriteTx};

use crate::change::Change;
use crate::edit::find_visible;
use crate::limits::PINS;
use crate::line::lines_of;
use crate::{Line, MemberOf, MemberRole, storage};

/// Why a message was not pinned.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// There is no such message, it is deleted, or the member may not see it (MSG-B13).
    #[error("no such message")]
    NoSuchMessage,
    /// Pinning is for others here.
    #[error("the member may not pin")]
    NotModerator,
    /// There are as many pins as a chat can have.
    #[error("there are {PINS} pins already")]
    TooMany,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl MemberOf<'_> {
    /// Whether the member may pin: moderators, and in chats without one whoever writes.
    #[must_use]
    pub fn may_pin(&self) -> bool {
        self.may_write()
            && (self.role() == MemberRole::Moderator || !self.conversation().kind.has_moderators())
    }
}

/// Pins a message; pinned already, it stays where it is.
///
/// # Errors
/// [`PinError`].
pub fn pin(tx: &mut WriteTx<'_>, now: UtcInstant, by: &MemberOf<'_>, seq: i64) -> Result<(), PinError> {
    let found = find_visible(tx, by, seq)?.filter(|message| !message.deleted);
    let message = found.ok_or(PinError::NoSuchMessage)?;
    if !by.may_pin() {
        return Err(PinError::NotModerator);
    }
    if storage::pin::open(tx, message.conv, by.visible_from())?.contains(&seq) {
        return Ok(());
    }
    if storage::pin::count(tx, message.conv)? as usize >= PINS {
        return Err(PinError::TooMany);
    }
    storage::pin::insert(tx, now, message.conv, seq, by.person())?;
    storage::conversation::touch(tx, message.conv)?;
    Ok(Change::Pinned { message: message.id, seq }.emit(tx, now, message.conv, None)?)
}

/// Takes a pin away; the message stays.
///
/// # Errors
/// [`PinError`].
pub fn unpin(tx: &mut WriteTx<'_>, now: UtcInstant, by: &MemberOf<'_>, seq: i64) -> Result<(), PinError> {
    let message = find_visible(tx, by, seq)?.ok_or(PinError::NoSuchMessage)?;
    if !by.may_pin() {
        return Err(PinError::NotModerator);
    }
    if storage::pin::close(tx, message.conv, seq, by.person())? {
        storage::conversation::touch(tx, message.conv)?;
        Change::Pinned { message: message.id, seq }.emit(tx, now, message.conv, None)?;
    }
    Ok(())
}

/// The pinned messages that the member may see, the one pinned last first; deleted ones are left out (MSG-I9, I11).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn pins(tx: &ReadTx<'_>, by: &MemberOf<'_>) -> Result<Vec<Line>, store::Error> {
    let chat = by.conversation().id;
    let seqs = storage::pin::open(tx, chat, by.visible_from())?;
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let rows = storage::message::by_seqs(tx, chat, &seqs)?;
    let mut lines = lines_of(tx, rows)?;
    lines.retain(|line| line.text.is_some());
    lines.sort_by_key(|line| seqs.iter().position(|seq| *seq == line.seq));
    Ok(lines)
}
