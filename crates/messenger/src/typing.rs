//! That somebody is writing (MSG-R6, MSG-F15): told at once or never, and stored nowhere.

use std::collections::HashSet;

use school::PersonId;
use store::{ReadTx, UtcInstant};

use crate::block::parts_the_two;
use crate::limits::TYPING_MOST;
use crate::{ChatKind, MemberOf, silence_of, storage};

/// Who is writing, and who may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    /// «Варвара Ильина».
    pub name: String,
    /// Members other than the writer, without those who have blocked the writer or whom the writer has blocked.
    pub to: Vec<PersonId>,
}

/// Whether chats of a kind show who is writing: not where a child would be watched while it looks for words.
const fn shows_typing(kind: ChatKind) -> bool {
    match kind {
        ChatKind::Confidential | ChatKind::Supervised => false,
        ChatKind::ClassChat
        | ChatKind::ParentsChat
        | ChatKind::ClassNews
        | ChatKind::Subject
        | ChatKind::SchoolNews
        | ChatKind::StaffRoom
        | ChatKind::Family
        | ChatKind::Private
        | ChatKind::StaffGroup
        | ChatKind::PupilsGroup => true,
    }
}

/// Who may see that the member is writing; `None` where that is not shown: in large chats, in those of some kinds, and
/// when the member could not send anything now.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn typing(tx: &ReadTx<'_>, now: UtcInstant, by: &MemberOf<'_>) -> Result<Option<Typing>, store::Error> {
    if !shows_typing(by.conversation().kind) || !by.may_write() {
        return Ok(None);
    }
    let members = storage::member::of_chat(tx, by.conversation().id)?;
    if members.len() > TYPING_MOST || silence_of(tx, now, by)?.is_some() || parts_the_two(tx, by)? {
        return Ok(None);
    }
    let me = by.person();
    let mut deaf: HashSet<PersonId> = storage::block::who_blocks(tx, me)?.into_iter().collect();
    deaf.extend(storage::block::of_person(tx, me)?.into_iter().map(|(blocked, _)| blocked));
    let others = members.into_iter().map(|member| member.person);
    let to = others.filter(|person| *person != me && !deaf.contains(person)).collect();
    Ok(Some(Typing { name: school::load_person(tx, me)?.name.short(), to }))
}
