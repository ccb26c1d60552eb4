//! Whether those are in a chat without whom nobody may write in it (MSG-S2, MSG-I19, MSG-E25).

use school::PersonId;
use store::ReadTx;

use crate::storage::conversation::ConversationRow;
use crate::storage::member::MemberRow;
use crate::{ChatKind, MemberRole, Seat, storage};

/// Why a member may only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnly {
    /// It is the member's part in this chat.
    Reader,
    /// The chat takes nothing more.
    Closed,
    /// Somebody is missing without whom nobody writes here: an adult who answers for the chat, an observer, the
    /// partner.
    Unattended,
}

/// Whether the chat may be written to as far as its people go. Fails closed: whoever is blocked does not count, nor
/// does whoever has no link, because then they are not in the chat (MSG-M9).
pub(crate) fn is_attended(tx: &ReadTx<'_>, chat: &ConversationRow) -> Result<bool, store::Error> {
    match chat.kind {
        ChatKind::ParentsChat
        | ChatKind::ClassNews
        | ChatKind::SchoolNews
        | ChatKind::StaffRoom
        | ChatKind::StaffGroup => Ok(true),
        ChatKind::ClassChat | ChatKind::Subject | ChatKind::PupilsGroup => {
            for person in storage::member::staff_of(tx, chat.id)? {
                if !school::is_blocked(tx, person)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        ChatKind::Supervised => {
            let members = active(tx, chat)?;
            let there = |person: Option<PersonId>| members.iter().any(|member| Some(member.person) == person);
            let observed = members
                .iter()
                .any(|member| Some(member.person) != chat.one && Some(member.person) != chat.other);
            Ok(there(chat.one) && there(chat.other) && observed)
        }
        ChatKind::Confidential => {
            let members = active(tx, chat)?;
            let qualified = members.iter().filter(|member| member.seat == Seat::Safety).count();
            Ok(qualified >= 2 && members.iter().any(|member| Some(member.person) == chat.one))
        }
        ChatKind::Family => {
            let members = active(tx, chat)?;
            let partner = members.iter().any(|member| Some(member.person) == chat.other);
            Ok(partner && members.iter().any(|member| member.seat == Seat::Guardian))
        }
        ChatKind::Private => {
            let members = active(tx, chat)?;
            Ok(members.len() == 2)
        }
    }
}

fn active(tx: &ReadTx<'_>, chat: &ConversationRow) -> Result<Vec<MemberRow>, store::Error> {
    let mut members = Vec::new();
    for member in storage::member::of_chat(tx, chat.id)? {
        if !school::is_blocked(tx, member.person)? {
            members.push(member);
        }
    }
    Ok(members)
}

/// Why a member may not write, if so.
pub(crate) fn read_only(role: MemberRole, is_open: bool, attended: bool) -> Option<ReadOnly> {
    if !role.may_write() {
        Some(ReadOnly::Reader)
    } else if !is_open {
        Some(ReadOnly::Closed)
    } else {
        (!attended).then_some(ReadOnly::Unattended)
    }
}
