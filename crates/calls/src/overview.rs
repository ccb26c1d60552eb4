//! What lists of calls say: how many are in one that goes on, and which are over that a person was not in, though they
//! might have been.

use messenger::{ConversationId, MemberOf};
use school::PersonId;
use store::{ReadTx, UtcInstant};

use crate::{Call, CallPlace, CallerOf, LessonRef, MISSED_DAYS, storage};

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

/// The calls of a person's chats and lessons that took place lately without them, the newest first: of a chat those that
/// went on while they were a member of it. Lessons are those that the person had a right to on their day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn missed_calls(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    person: PersonId,
    rooms: &[MemberOf<'_>],
    lessons: &[LessonRef],
) -> Result<Vec<PastCall>, store::Error> {
    let chats: Vec<ConversationId> = rooms.iter().map(|room| room.conversation().id).collect();
    let mut missed = Vec::new();
    for held in storage::call::missed(tx, now - MISSED_DAYS, person, &chats, lessons)? {
        if let CallPlace::Chat(chat) = held.call.place {
            let Some(room) = rooms.iter().find(|room| room.conversation().id == chat) else { continue };
            if !room.has_been_in(tx, held.led_g, held.ended_g)? {
                continue;
            }
        }
        missed.extend(held.call.led.map(|led| PastCall { call: held.call, led }));
    }
    Ok(missed)
}
