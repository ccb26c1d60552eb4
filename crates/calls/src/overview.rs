//! What lists of calls say: how many are in one that goes on, and which are over that a person was not in, though they
//! might have been.

use messenger::ConversationId;
use school::PersonId;
use store::{ReadTx, UtcInstant};

use crate::{Call, CallerOf, LessonRef, MISSED_DAYS, storage};

/// A call that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastCall {
    /// The call.
    pub call: Call,
    /// When somebody first led it.
    pub led: UtcInstant,
}

/// How many people are in a call now.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_inside(tx: &ReadTx<'_>, by: &CallerOf<'_>) -> Result<usize, store::Error> {
    Ok(storage::visit::people_in(tx, by.call().id)?.len())
}

/// The calls of some chats and lessons that took place lately without a person, the newest first. Chats and lessons are
/// those that the person has a proof for today.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn missed_calls(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    person: PersonId,
    chats: &[ConversationId],
    lessons: &[LessonRef],
) -> Result<Vec<PastCall>, store::Error> {
    let calls = storage::call::missed(tx, now - MISSED_DAYS, person, chats, lessons)?;
    Ok(calls.into_iter().filter_map(|call| Some(PastCall { call, led: call.led? })).collect())
}
