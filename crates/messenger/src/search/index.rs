//! Putting messages into the index, after they have been acknowledged (MSG-I16).

use store::{ReadTx, WriteTx};

use super::query::chat_token;
use super::stem::{self, stem};
use super::words::words;
use crate::{ConversationId, MessageId, storage};

/// What one step has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// How many messages were looked at.
    pub messages: usize,
    /// Whether there are more.
    pub more: bool,
}

/// The message up to which all are in the index.
pub(crate) fn upto(tx: &ReadTx<'_>) -> Result<i64, store::Error> {
    storage::search::upto(tx)
}

/// Whether there is something to put into the index, or the index is one of another stemmer (MSG-Q5).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_index_behind(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    let is_ours = storage::search::version(tx)?.as_deref() == Some(stem::VERSION);
    Ok(storage::search::newest(tx)? > storage::search::upto(tx)? || !is_ours)
}

/// Puts the oldest messages that are not there yet into the index, so many at most, and moves the mark in the same
/// transaction: a crash leaves either both or neither (MSG-I16). An index of another stemmer is begun anew (MSG-Q5).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn index_more(tx: &mut WriteTx<'_>, most: u32) -> Result<Indexed, store::Error> {
    if storage::search::version(tx)?.as_deref() != Some(stem::VERSION) {
        storage::search::clear(tx)?;
        storage::search::set_upto(tx, 0)?;
        storage::search::set_version(tx, stem::VERSION)?;
    }
    let due = storage::search::after(tx, storage::search::upto(tx)?, most)?;
    let Some(last) = due.last().map(|message| message.id) else {
        return Ok(Indexed { messages: 0, more: false });
    };
    for message in &due {
        put(tx, message.id, message.conv, &message.body)?;
    }
    storage::search::set_upto(tx, last.get())?;
    Ok(Indexed { messages: due.len(), more: due.len() >= most as usize })
}

/// Brings the index to what a message says now, in the transaction that changed it: a changed text is found by its new
/// words, a deleted one by none (MSG-Q6, MSG-I11). What is above the mark waits for its turn.
pub(crate) fn renew(tx: &mut WriteTx<'_>, message: MessageId) -> Result<(), store::Error> {
    if message.get() > upto(tx)? {
        return Ok(());
    }
    storage::search::remove(tx, message)?;
    if let Some(found) = storage::search::find(tx, message)? {
        put(tx, found.id, found.conv, &found.body)?;
    }
    Ok(())
}

fn put(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    chat: ConversationId,
    body: &str,
) -> Result<(), store::Error> {
    let mut tokens: Vec<String> = words(body).into_iter().map(|word| word.token).collect();
    if tokens.is_empty() {
        // A deleted text is empty, and one of emoji alone has no words.
        return Ok(());
    }
    // How often a word stands in a text decides nothing, so once is enough.
    tokens.sort_unstable();
    tokens.dedup();
    let mut stems: Vec<String> = tokens.iter().map(|token| stem(token)).collect();
    stems.sort_unstable();
    stems.dedup();
    storage::search::insert(tx, message, &tokens.join(" "), &stems.join(" "), &chat_token(chat))
}
