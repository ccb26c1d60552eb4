//! Whether somebody may be called about a message now (MSG-F20, MSG-S4): the one answer for pushes and whatever else
//! rings. It is asked anew each time, by the rights and settings of that moment; nothing of it is stored.
//!
//! What it weighs, from the top:
//! 1. the right: a member today whose account is open, who may see the message (MSG-I7, MSG-I21);
//! 2. the need: it is another's, is not deleted, and is not read yet on whatever device (MSG-I13);
//! 3. a block: what a blocked peer writes calls nobody (MSG-E27);
//! 4. an urgent message passes all that follows (MSG-N6);
//! 5. a hushed chat calls only by name: «@Имя», «@все» or a reminder;
//! 6. quiet hours and «Не беспокоить» put the call off, also one by name.

use std::collections::{HashMap, HashSet};

use school::{Denied, PersonId};
use store::{ReadTx, UtcInstant};
use time::Date;

use crate::home::due;
use crate::quiet::ChatQuiet;
use crate::storage::message::MessageRow;
use crate::{ConversationId, Hush, MemberOf, MessageId, Seat, storage};

/// Whether a person may be called about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// At once.
    Now,
    /// Not before this moment; then it is to be asked once more, for it may have been read by then.
    Later(UtcInstant),
    /// Not at all. The message counts as unread nevertheless, where the person may see it.
    Never,
}

/// Whether a person may be called about a message now. A message that does not exist calls nobody.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn notice(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    person: PersonId,
    message: MessageId,
    today: Date,
) -> Result<Notice, store::Error> {
    let Some(message) = storage::message::by_ids(tx, &[message])?.pop() else { return Ok(Notice::Never) };
    match MemberOf::without_session(tx, person, message.conv, today) {
        Ok(by) => Ok(Ring::load(tx, now, message)?.notice(now, person, by.seat(), by.visible_from())),
        Err(Denied::Denied) => Ok(Notice::Never),
        Err(Denied::Store(error)) => Err(error),
    }
}

/// Everybody who may be called about a message, at once or later: the answers of [`notice`] for all members, by few
/// reads. Whoever is not listed is not to be called.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn notices(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    message: MessageId,
    today: Date,
) -> Result<Vec<(PersonId, Notice)>, store::Error> {
    notices_among(tx, now, message, today, None)
}

/// As [`notices`], of these people alone.
pub(crate) fn notices_among(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    message: MessageId,
    today: Date,
    among: Option<&HashSet<PersonId>>,
) -> Result<Vec<(PersonId, Notice)>, store::Error> {
    let Some(message) = storage::message::by_ids(tx, &[message])?.pop() else { return Ok(Vec::new()) };
    let chat = storage::conversation::find(tx, message.conv)?.ok_or(store::Error::NoRow)?;
    let places = due(tx, &chat, today)?;
    let ring = Ring::load(tx, now, message)?;
    let mut called = Vec::new();
    let members = storage::member::of_chat(tx, chat.id)?.into_iter();
    for member in members.filter(|member| among.is_none_or(|among| among.contains(&member.person))) {
        let Some(place) = places.get(&member.person) else { continue };
        let notice = ring.notice(now, member.person, place.seat, member.visible_from);
        if notice != Notice::Never
            && storage::access::holds(tx, member.person)?
            && !school::is_blocked(tx, member.person)?
        {
            called.push((member.person, notice));
        }
    }
    Ok(called)
}

/// All that the answer for one message depends on, whoever is asked about.
struct Ring {
    message: MessageRow,
    called: HashSet<PersonId>,
    hushed: HashMap<PersonId, Hush>,
    resting: HashMap<PersonId, UtcInstant>,
    blocking: HashSet<PersonId>,
    unread_from: HashMap<PersonId, i64>,
    quiet: ChatQuiet,
}

impl Ring {
    fn load(tx: &ReadTx<'_>, now: UtcInstant, message: MessageRow) -> Result<Self, store::Error> {
        let chat: ConversationId = message.conv;
        Ok(Self {
            called: storage::mention::of_message(tx, chat, message.seq)?.into_iter().collect(),
            hushed: storage::hush::of_chat(tx, chat)?.into_iter().collect(),
            resting: storage::hush::rest_of_chat(tx, chat, now)?.into_iter().collect(),
            blocking: storage::block::who_blocks(tx, message.sender)?.into_iter().collect(),
            unread_from: storage::read::unread_of_chat(tx, chat)?.into_iter().collect(),
            quiet: ChatQuiet::of(tx, now, chat)?,
            message,
        })
    }

    fn notice(&self, now: UtcInstant, person: PersonId, seat: Seat, visible_from: i64) -> Notice {
        let seq = self.message.seq;
        let from = self.unread_from.get(&person).copied().unwrap_or(visible_from).max(visible_from);
        if self.message.deleted || self.message.sender == person || seq < from {
            return Notice::Never;
        }
        if self.blocking.contains(&person) {
            return Notice::Never;
        }
        if self.message.urgent {
            return Notice::Now;
        }
        let hushed = self.hushed.get(&person).is_some_and(|hush| hush.holds(now));
        if hushed && !self.called.contains(&person) {
            return Notice::Never;
        }
        let quiet = self.quiet.until(person, seat, now);
        match quiet.max(self.resting.get(&person).copied()) {
            Some(until) => Notice::Later(until),
            None => Notice::Now,
        }
    }
}
