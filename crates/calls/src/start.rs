//! Starting a call from a chat (CALL-I11): staff only, and not where two are never alone.

use messenger::{ChatKind, MemberOf};
use store::{Act, UtcInstant, WriteTx};

use crate::caller::is_of_staff;
use crate::{CallEvent, CallId, CallPlace, CallRefusal, CallRules, CallState, next_call_state, storage};

/// Why no call was started; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Pupils and guardians start none.
    #[error("not a member of staff")]
    NotStaff,
    /// In chats of this kind there are none.
    #[error("no calls in a chat of kind {}", .0.word())]
    Kind(ChatKind),
    /// The member may only read here.
    #[error("the chat can only be read")]
    ReadOnly,
    /// The machine refused.
    #[error(transparent)]
    State(#[from] CallRefusal),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Whether a kind of chat has calls at all.
const fn has_calls(kind: ChatKind) -> bool {
    match kind {
        ChatKind::ClassChat
        | ChatKind::ParentsChat
        | ChatKind::Subject
        | ChatKind::StaffRoom
        | ChatKind::Family
        | ChatKind::Private
        | ChatKind::StaffGroup
        | ChatKind::PupilsGroup => true,
        // An adult and a pupil, or a pupil in trouble, are heard in writing, where a third reads; news are read.
        ChatKind::Supervised | ChatKind::Confidential | ChatKind::ClassNews | ChatKind::SchoolNews => false,
    }
}

/// Whether the member may start a call here.
///
/// # Errors
/// [`StartError`] says why not.
pub fn may_start(by: &MemberOf<'_>) -> Result<(), StartError> {
    if !by.seat().is_staff() {
        return Err(StartError::NotStaff);
    }
    if !has_calls(by.conversation().kind) {
        return Err(StartError::Kind(by.conversation().kind));
    }
    if by.may_write() { Ok(()) } else { Err(StartError::ReadOnly) }
}

/// Starts a call in the member's chat; where one goes on, that one is given and nothing is written.
///
/// # Errors
/// [`StartError`].
pub fn start(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
) -> Result<(CallId, Option<Act>), StartError> {
    may_start(by)?;
    let chat = by.conversation();
    if let Some(call) = storage::call::live_of_chat(tx, chat.id)? {
        return Ok((call.id, None));
    }
    let state = next_call_state(CallState::Scheduled, CallEvent::Due)?;
    let rules = if is_of_staff(chat.kind) { CallRules::STAFF } else { CallRules::GATHERING };
    let id = storage::call::insert(tx, now, CallPlace::Chat(chat.id), state, Some(by.person()), rules)?;
    let act = Act::new("calls.call.start", "call", id);
    Ok((id, Some(act.change(None, Some(format!("chat:{}", chat.id))))))
}
