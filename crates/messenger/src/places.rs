//! Who is in which chat, in memory: loaded once, kept in step by events, asked at each delivery (MSG-I7, ARC-12).

use std::collections::{HashMap, HashSet};

use school::PersonId;
use store::{Event, ReadTx};

use crate::read::shows_receipt;
use crate::storage::member::MemberRow;
use crate::{Change, ConversationId, Seat, storage};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    seat: Seat,
    joined_g: i64,
    visible_from: i64,
}

/// The open memberships of all chats.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Places {
    by_chat: HashMap<ConversationId, HashMap<PersonId, Place>>,
    by_person: HashMap<PersonId, HashSet<ConversationId>>,
}

impl Places {
    /// Reads all open memberships.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn load(tx: &ReadTx<'_>) -> Result<Self, store::Error> {
        let mut places = Self::default();
        for row in storage::member::all(tx)? {
            places.put(row.conv, row.person, Place::of(&row));
        }
        Ok(places)
    }

    fn put(&mut self, chat: ConversationId, person: PersonId, place: Place) {
        self.by_chat.entry(chat).or_default().insert(person, place);
        self.by_person.entry(person).or_default().insert(chat);
    }

    /// Takes over what a committed event says about memberships; other events change nothing.
    pub fn apply(&mut self, event: &Event) {
        let Some((chat, change)) = Change::of(event) else { return };
        match change {
            Change::Joined { person, seat, visible_from } => {
                self.put(chat, person, Place { seat, joined_g: event.g, visible_from });
            }
            Change::Left { person } => {
                if let Some(members) = self.by_chat.get_mut(&chat) {
                    members.remove(&person);
                    if members.is_empty() {
                        self.by_chat.remove(&chat);
                    }
                }
                if let Some(chats) = self.by_person.get_mut(&person) {
                    chats.remove(&chat);
                    if chats.is_empty() {
                        self.by_person.remove(&person);
                    }
                }
            }
            Change::Seated { person, seat } => {
                if let Some(place) = self.by_chat.get_mut(&chat).and_then(|members| members.get_mut(&person))
                {
                    place.seat = seat;
                }
            }
            Change::Sent { .. }
            | Change::Edited { .. }
            | Change::Deleted { .. }
            | Change::Touched { .. }
            | Change::Pinned { .. }
            | Change::Read { .. }
            | Change::Titled
            | Change::Called
            | Change::Silenced { .. } => {}
        }
    }

    /// Everybody who may see an event of a chat, now.
    pub fn receivers(&self, event: &Event) -> impl Iterator<Item = PersonId> {
        let found = Change::of(event);
        let members = found.and_then(|(chat, _)| self.by_chat.get(&chat));
        members.into_iter().flatten().filter_map(move |(person, place)| {
            let (_, change) = found?;
            place.sees(*person, event.g, change).then_some(*person)
        })
    }

    /// Whether a person may see a change of a chat, committed as number `g`, now.
    #[must_use]
    pub fn sees(&self, person: PersonId, chat: ConversationId, g: i64, change: Change) -> bool {
        let place = self.by_chat.get(&chat).and_then(|members| members.get(&person));
        place.is_some_and(|place| place.sees(person, g, change))
    }

    /// Whether a person is in a chat.
    #[must_use]
    pub fn holds(&self, person: PersonId, chat: ConversationId) -> bool {
        self.by_person.get(&person).is_some_and(|chats| chats.contains(&chat))
    }

    /// The chats a person is in.
    pub fn chats_of(&self, person: PersonId) -> impl Iterator<Item = ConversationId> {
        self.by_person.get(&person).into_iter().flatten().copied()
    }

    /// The people in a chat.
    pub fn people_of(&self, chat: ConversationId) -> impl Iterator<Item = PersonId> {
        self.by_chat.get(&chat).into_iter().flatten().map(|(person, _)| *person)
    }
}

impl Place {
    const fn of(row: &MemberRow) -> Self {
        Self { seat: row.seat, joined_g: row.joined_g, visible_from: row.visible_from }
    }

    fn sees(self, me: PersonId, g: i64, change: Change) -> bool {
        g >= self.joined_g
            && match change {
                Change::Sent { seq, .. }
                | Change::Edited { seq, .. }
                | Change::Deleted { seq, .. }
                | Change::Touched { seq, .. }
                | Change::Pinned { seq, .. } => seq >= self.visible_from,
                Change::Read { person, seat, quiet, .. } => {
                    person == me || (!quiet && shows_receipt(seat, self.seat))
                }
                // Who was muted is told to nobody else.
                Change::Silenced { person } => person.is_none_or(|person| person == me),
                Change::Joined { .. }
                | Change::Left { .. }
                | Change::Seated { .. }
                | Change::Titled
                | Change::Called => true,
            }
    }
}

/// Whether the member of a row may see an event; the same rule for events read back from the log.
pub(crate) fn row_sees(row: &MemberRow, event: &Event) -> bool {
    let place = Place::of(row);
    Change::of(event)
        .is_some_and(|(chat, change)| chat == row.conv && place.sees(row.person, event.g, change))
}
