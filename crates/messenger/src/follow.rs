//! Chats follow the roster: in the transaction of each change (ARC-17), and by time (ARC-16).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use school::{ClassGroupId, PersonId, RosterChange, Standings, Touched, class_standings, standings_of};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::change::{Change, tell_person};
use crate::storage::conversation::ConversationRow;
use crate::storage::member::MemberRow;
use crate::{ChatKind, Seat, storage};

/// Brings chats in step with a change of the roster, in its transaction.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn follow(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    change: RosterChange,
) -> Result<(), store::Error> {
    let mut classes = BTreeSet::new();
    let mut people = BTreeSet::new();
    for touched in change.touched() {
        match *touched {
            Touched::Person(person) => {
                people.insert(person);
            }
            Touched::ClassGroup(class) => {
                classes.insert(class);
            }
            Touched::Group(group) => {
                classes.insert(school::group_class(tx, group)?);
            }
        }
    }
    for class in classes {
        reconsider_class(tx, now, today, class)?;
    }
    for person in people {
        reconsider_person(tx, now, today, person)?;
    }
    Ok(())
}

/// Follows what changed by its date: called at start, at local midnight and at the edges of lessons. In a roster
/// that stands still it writes nothing.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn roster_tick(tx: &mut WriteTx<'_>, now: UtcInstant, today: Date) -> Result<(), store::Error> {
    reconsider_everything(tx, now, today)
}

pub(crate) fn reconsider_everything(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
) -> Result<(), store::Error> {
    let mut classes: BTreeSet<ClassGroupId> = storage::conversation::classes(tx)?.into_iter().collect();
    if let Some(year) = school::find_year(tx, today)? {
        classes.extend(school::list_class_groups(tx, year.id)?.into_iter().map(|class| class.id));
    }
    for class in classes {
        reconsider_class(tx, now, today, class)?;
    }
    Ok(())
}

/// Who is to sit in a chat of a class by the roster, linked or not (MSG-I20: the audience line asks here too).
pub(crate) fn due(kind: ChatKind, standings: &BTreeMap<PersonId, Standings>) -> BTreeMap<PersonId, Seat> {
    standings.iter().filter_map(|(person, held)| kind.seat(*held).map(|seat| (*person, seat))).collect()
}

fn reconsider_class(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    class: ClassGroupId,
) -> Result<(), store::Error> {
    let standings = class_standings(tx, class, today)?;
    let open: Option<HashSet<PersonId>> = if storage::access::is_required(tx)? {
        Some(storage::access::holders(tx)?.into_iter().collect())
    } else {
        None
    };
    for chat in ensure_chats(tx, class)? {
        let mut wanted = due(chat.kind, &standings);
        wanted.retain(|person, _| open.as_ref().is_none_or(|open| open.contains(person)));
        for member in storage::member::of_chat(tx, chat.id)? {
            settle(tx, now, &chat, member.person, Some(member), wanted.remove(&member.person))?;
        }
        for (person, seat) in wanted {
            settle(tx, now, &chat, person, None, Some(seat))?;
        }
    }
    Ok(())
}

pub(crate) fn reconsider_person(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    person: PersonId,
) -> Result<(), store::Error> {
    let open = storage::access::holds(tx, person)?;
    let around = school::classes_around(tx, person, today)?;
    let mut seen = HashSet::new();
    for class in around {
        let standings = standings_of(tx, class, person, today)?;
        for chat in ensure_chats(tx, class)? {
            seen.insert(chat.id);
            let member = storage::member::find(tx, chat.id, person)?;
            let seat = chat.kind.seat(standings).filter(|_| open);
            settle(tx, now, &chat, person, member, seat)?;
        }
    }
    // Chats of classes that the person no longer stands to in any way.
    for member in storage::member::of_person(tx, person)? {
        if !seen.contains(&member.conv) {
            close(tx, now, &member)?;
        }
    }
    Ok(())
}

pub(crate) fn leave_all(tx: &mut WriteTx<'_>, now: UtcInstant, person: PersonId) -> Result<(), store::Error> {
    for member in storage::member::of_person(tx, person)? {
        close(tx, now, &member)?;
    }
    Ok(())
}

fn ensure_chats(tx: &mut WriteTx<'_>, class: ClassGroupId) -> Result<Vec<ConversationRow>, store::Error> {
    let chats = storage::conversation::of_class(tx, class)?;
    let missing = ChatKind::OF_A_CLASS.into_iter().filter(|kind| chats.iter().all(|chat| chat.kind != *kind));
    let missing: Vec<ChatKind> = missing.collect();
    if missing.is_empty() {
        return Ok(chats);
    }
    let year = school::load_class_group(tx, class)?.year;
    for kind in missing {
        storage::conversation::insert_of_class(tx, kind, class, year)?;
    }
    storage::conversation::of_class(tx, class)
}

/// Makes what is so of a person's membership what is to be.
fn settle(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    chat: &ConversationRow,
    person: PersonId,
    is: Option<MemberRow>,
    wanted: Option<Seat>,
) -> Result<(), store::Error> {
    match (is, wanted) {
        (None, Some(seat)) => {
            // The mode is fixed at joining (MSG-M2); a re-join under `from_join` leaves the gap unseen (MSG-M3).
            let visible_from = if chat.keeps_year { 1 } else { chat.last_seq + 1 };
            storage::member::insert(tx, chat.id, person, seat, visible_from)?;
            storage::read::begin(tx, now, chat.id, person, chat.last_seq + 1)?;
            storage::conversation::touch(tx, chat.id)?;
            Change::Joined { person, seat, visible_from }.emit(tx, now, chat.id, None)?;
            tell_person(tx, now, person, "chat_joined", chat.id)
        }
        (Some(member), None) => close(tx, now, &member),
        (Some(member), Some(seat)) if member.seat != seat => {
            storage::member::reseat(tx, chat.id, person, seat)?;
            Change::Seated { person, seat }.emit(tx, now, chat.id, None)
        }
        (Some(_), Some(_)) | (None, None) => Ok(()),
    }
}

fn close(tx: &mut WriteTx<'_>, now: UtcInstant, member: &MemberRow) -> Result<(), store::Error> {
    storage::member::close(tx, member.conv, member.person)?;
    storage::conversation::touch(tx, member.conv)?;
    Change::Left { person: member.person }.emit(tx, now, member.conv, None)?;
    tell_person(tx, now, member.person, "chat_left", member.conv)
}

/// Who is to sit in a member's chat by the roster today.
pub(crate) fn due_of_class(
    tx: &ReadTx<'_>,
    kind: ChatKind,
    class: ClassGroupId,
    today: Date,
) -> Result<BTreeMap<PersonId, Seat>, store::Error> {
    Ok(due(kind, &class_standings(tx, class, today)?))
}
