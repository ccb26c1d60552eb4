//! Changing an own message: the number stays, the revision rises, the earlier text is kept (MSG-I10).

use store::{ReadTx, UtcInstant, WriteTx};
use time::Duration;

use crate::change::Change;
use crate::hold::is_frozen;
use crate::limits::{PUPIL_WINDOW, WINDOW};
use crate::line::lines_of;
use crate::send::has_warning;
use crate::storage::message::MessageRow;
use crate::{Body, Line, MemberOf, Seat, Silence, silence_of, storage};

/// Why a message was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// There is no such message, it is deleted, or the member may not see it: all alike (MSG-B13).
    #[error("no such message")]
    NoSuchMessage,
    /// Somebody else wrote it.
    #[error("the message is another's")]
    NotYours,
    /// The time for changes is over (MSG-S7).
    #[error("the time for changes, {} minutes, is over", window.whole_minutes())]
    TooLate {
        /// How long changes were possible.
        window: Duration,
    },
    /// The message was changed meanwhile; the current text comes along.
    #[error("the message was changed meanwhile")]
    Stale {
        /// The message as it is.
        current: Box<Line>,
    },
    /// The member may only read here.
    #[error("the chat can only be read")]
    ReadOnly,
    /// Pupils may not write now, and changing is writing (MSG-F34).
    #[error("silenced")]
    Silenced(Silence),
    /// The message was reported or is held (MSG-I17, MSG-B16).
    #[error("the message is kept as it is")]
    Kept,
    /// Somebody has acknowledged it: they signed this text and no other (MSG-F14).
    #[error("the message was acknowledged")]
    Acknowledged,
    /// It is a poll: people vote for this question and no other (MSG-F8).
    #[error("the message is a poll")]
    Poll,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// How long a member may change or delete an own message (MSG-S7).
pub(crate) const fn window_of(seat: Seat) -> Duration {
    match seat {
        Seat::Pupil => PUPIL_WINDOW,
        Seat::Teacher | Seat::Homeroom | Seat::Guardian | Seat::Head | Seat::Staff | Seat::Safety => WINDOW,
    }
}

impl MemberOf<'_> {
    /// Whether the member may still change this message of theirs at this moment.
    #[must_use]
    pub fn may_change(&self, now: UtcInstant, line: &Line) -> bool {
        line.sender == self.person()
            && line.text.is_some()
            && self.may_write()
            && now.since(line.ts) < window_of(self.seat())
    }
}

pub(crate) fn find_visible(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    seq: i64,
) -> Result<Option<MessageRow>, store::Error> {
    if seq < by.visible_from() {
        return Ok(None);
    }
    storage::message::find(tx, by.conversation().id, seq)
}

/// One message that the member may see.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_line(tx: &ReadTx<'_>, by: &MemberOf<'_>, seq: i64) -> Result<Option<Line>, store::Error> {
    let found = find_visible(tx, by, seq)?;
    Ok(lines_of(tx, found.into_iter().collect())?.pop())
}

/// Gives an own message a new text, based on the revision the client saw. The same edit sent twice is one edit.
///
/// # Errors
/// [`EditError`].
pub fn edit(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
    base_rev: i64,
    body: &Body,
) -> Result<Line, EditError> {
    let found = find_visible(tx, by, seq)?.filter(|message| !message.deleted);
    let mut message = found.ok_or(EditError::NoSuchMessage)?;
    if message.sender != by.person() {
        return Err(EditError::NotYours);
    }
    if message.body == body.as_str() && matches!(message.rev - base_rev, 0 | 1) {
        return Ok(line_of(tx, message)?);
    }
    if message.rev != base_rev {
        return Err(EditError::Stale { current: Box::new(line_of(tx, message)?) });
    }
    if !by.may_write() {
        return Err(EditError::ReadOnly);
    }
    if is_frozen(tx, &message)? {
        return Err(EditError::Kept);
    }
    if let Some(silence) = silence_of(tx, now, by)? {
        return Err(EditError::Silenced(silence));
    }
    if storage::ack::has_any(tx, message.id)? {
        return Err(EditError::Acknowledged);
    }
    if storage::poll::find(tx, message.id)?.is_some() {
        return Err(EditError::Poll);
    }
    let window = window_of(by.seat());
    if now.since(message.ts) >= window {
        return Err(EditError::TooLate { window });
    }
    storage::message::keep_revision(tx, now, &message, by.person())?;
    message.rich |= has_warning(by, body.as_str());
    storage::message::set_body(tx, message.id, body.as_str(), message.rich)?;
    storage::conversation::touch(tx, message.conv)?;
    message.body = body.as_str().to_owned();
    message.rev += 1;
    let (id, conversation) = (message.id, message.conv);
    let line = line_of(tx, message)?;
    Change::Edited { message: id, seq }.emit(tx, now, conversation, Some(&line))?;
    Ok(line)
}

pub(crate) fn line_of(tx: &ReadTx<'_>, message: MessageRow) -> Result<Line, store::Error> {
    lines_of(tx, vec![message])?.pop().ok_or(store::Error::NoRow)
}
