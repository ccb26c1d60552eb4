//! Putting an adult in charge of a group of pupils that has lost its own (MSG-E25).

use std::marker::PhantomData;

use school::{Denied, PersonId, PersonName, Viewer};
use store::{Act, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::attended::is_attended;
use crate::group::{GroupError, settle};
use crate::storage::conversation::ConversationRow;
use crate::{ChatKind, ChatState, ConversationId, MemberRole, SafetyOf, storage};

/// The viewer answers for safety at the school, and the chat is a group of pupils without an adult.
#[derive(Clone, Debug)]
pub struct ChargeOf<'t> {
    chat: ConversationRow,
    today: Date,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

impl<'t> ChargeOf<'t> {
    /// Asks whether the viewer may put somebody in charge of this chat on this day.
    ///
    /// # Errors
    /// [`Denied`] when not, when there is no such chat, and when an adult is there already.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, chat: ConversationId, today: Date) -> Result<Self, Denied> {
        SafetyOf::ask(tx, viewer, today)?;
        let chat = storage::conversation::find(tx, chat)?.ok_or(Denied::Denied)?;
        if chat.kind != ChatKind::PupilsGroup || chat.state != ChatState::Open || is_attended(tx, &chat)? {
            return Err(Denied::Denied);
        }
        Ok(Self { chat, today, brand: PhantomData })
    }
}

/// Who can be put in charge: the homeroom teacher and the teachers of the class, who gather such groups themselves. Left
/// out are those who would not count as present (MSG-M9): without Sferum, or blocked.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_charges(tx: &ReadTx<'_>, by: &ChargeOf<'_>) -> Result<Vec<(PersonId, PersonName)>, store::Error> {
    let Some(group) = by.chat.group else { return Ok(Vec::new()) };
    let class = school::group_class(tx, group)?;
    let mut people: Vec<PersonId> = Vec::new();
    for (person, _) in school::class_staff(tx, class, by.today)? {
        let present = storage::access::holds(tx, person)? && !school::is_blocked(tx, person)?;
        if present && !people.contains(&person) {
            people.push(person);
        }
    }
    let mut names = school::names_of(tx, &people)?;
    Ok(people.into_iter().filter_map(|person| Some((person, names.remove(&person)?))).collect())
}

/// Seats an adult as the one who answers for the group, who sees what is written from now on (MSG-M1); it can be written to
/// from this commit on. Gives the row of the audit.
///
/// # Errors
/// [`GroupError::NotOfClass`] when the person is none of [`list_charges`].
pub fn put_in_charge(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &ChargeOf<'_>,
    person: PersonId,
) -> Result<Act, GroupError> {
    if !list_charges(tx, by)?.iter().any(|(one, _)| *one == person) {
        return Err(GroupError::NotOfClass);
    }
    let chat = by.chat.id;
    storage::roll::put(tx, chat, person, MemberRole::Moderator, by.chat.last_seq + 1)?;
    settle(tx, now, by.today, chat)?;
    let act = Act::new("messenger.group.owner", "conversation", chat);
    Ok(act.change(None, Some(format!("person:{person}"))))
}
