//! A stolen login shows itself by writing to everybody at once: from a device that its owner has come with only now,
//! what reaches many people or many chats is asked about once more (MSG-S10).

use store::{UtcInstant, WriteTx};

use crate::limits::{CHATS_BY_NEW, NEW_LOOKED_AT, NEW_SPAN, REACHED_BY_NEW};
use crate::mention::calls_everyone;
use crate::{Draft, MemberOf, storage};

/// Whether this message waits for its sender's word. A card of the diary does not: whoever sends it is at the diary's own
/// form, which says where it goes.
pub(crate) fn is_held(
    tx: &WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    draft: &Draft,
) -> Result<bool, store::Error> {
    let Some(session) = by.session().filter(|_| !draft.confirmed && draft.card.is_none()) else {
        return Ok(false);
    };
    // The cheap question first: nearly everybody writes from a device that is known.
    if !school::is_new_device(tx, now, by.person(), session)? {
        return Ok(false);
    }
    let conversation = by.conversation();
    if conversation.kind.is_news() || calls_everyone(&draft.body) {
        let members = storage::member::of_chat(tx, conversation.id)?;
        if members.len() > REACHED_BY_NEW + 1 {
            return Ok(true);
        }
    }
    let mut chats = storage::message::chats_since(tx, by.person(), now - NEW_SPAN, NEW_LOOKED_AT)?;
    chats.retain(|chat| *chat != conversation.id);
    Ok(chats.len() >= CHATS_BY_NEW)
}
