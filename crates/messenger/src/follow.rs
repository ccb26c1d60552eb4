//! Chats follow the roster: in the transaction of each change (ARC-17), and by time (ARC-16).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use school::{ClassGroupId, GroupId, PersonId, RosterChange, SubjectId, Touched};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::change::{Change, tell_person};
use crate::group::succeed;
use crate::home::{due, place_of};
use crate::kind::Follows;
use crate::storage::conversation::{ConversationRow, NewChat};
use crate::storage::member::MemberRow;
use crate::{ChatKind, MemberRole, Place, storage};

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
    let mut around = people.clone();
    for class in classes {
        around.extend(school::class_standings(tx, class, today)?.into_keys());
        around.extend(reconsider_class(tx, now, today, class)?);
    }
    for person in &people {
        around.extend(school::children_of(tx, *person, today)?);
        // Whoever leads a class observes the chats of its pupils, without being named in them.
        for class in school::homeroom_classes(tx, *person, today)? {
            around.extend(school::class_pupils(tx, class, today)?);
        }
        reconsider_person(tx, now, today, *person)?;
    }
    // What two people may do together depends on what both of them are.
    let around: Vec<PersonId> = around.into_iter().collect();
    for chat in storage::conversation::about(tx, &around)? {
        reconsider_chat(tx, now, today, &chat)?;
    }
    follow_safety(tx, now, today, &people)?;
    if let Some(year) = school::find_year(tx, today)? {
        let chats = storage::conversation::of_year(tx, year.id)?;
        for person in &around {
            for chat in &chats {
                reconsider_place(tx, now, today, chat, *person)?;
            }
        }
    }
    Ok(())
}

/// Brings in whoever answers for safety from now on: such people are named in no chat that they are to be in.
fn follow_safety(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    people: &BTreeSet<PersonId>,
) -> Result<(), store::Error> {
    let leads = school::holders_of(tx, school::Role::SafeguardingLead, today)?;
    if !leads.iter().any(|lead| people.contains(lead)) {
        return Ok(());
    }
    for chat in storage::conversation::of_people(tx)? {
        if matches!(chat.kind, ChatKind::Confidential | ChatKind::Supervised) {
            reconsider_chat(tx, now, today, &chat)?;
        }
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

/// Says who stands in for teachers today, by class. They are in the class's chats for the day, and out of them with it
/// (MSG-N12); said again, it changes nothing.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_substitutes(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    substitutes: &[(ClassGroupId, PersonId)],
) -> Result<(), store::Error> {
    let before: BTreeSet<_> = storage::substitute::of_day(tx, today)?.into_iter().collect();
    let after: BTreeSet<_> = substitutes.iter().copied().collect();
    if before == after {
        return Ok(());
    }
    storage::substitute::put(tx, today, substitutes)?;
    let classes: BTreeSet<ClassGroupId> =
        before.symmetric_difference(&after).map(|(class, _)| *class).collect();
    for class in classes {
        reconsider_class(tx, now, today, class)?;
    }
    Ok(())
}

/// The classes in which somebody stands in for a teacher today.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn classes_stood_in(
    tx: &ReadTx<'_>,
    person: PersonId,
    today: Date,
) -> Result<Vec<ClassGroupId>, store::Error> {
    storage::substitute::of_person(tx, person, today)
}

pub(crate) fn reconsider_everything(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
) -> Result<(), store::Error> {
    let mut classes: BTreeSet<ClassGroupId> = storage::conversation::classes(tx)?.into_iter().collect();
    if let Some(year) = school::find_year(tx, today)? {
        classes.extend(school::list_class_groups(tx, year.id)?.into_iter().map(|class| class.id));
        for chat in ensure_of_school(tx, now, year.id)? {
            reconsider_chat(tx, now, today, &chat)?;
        }
    }
    for class in classes {
        reconsider_class(tx, now, today, class)?;
    }
    for chat in storage::conversation::of_people(tx)? {
        reconsider_chat(tx, now, today, &chat)?;
    }
    Ok(())
}

/// Makes the members of a chat what they are to be, and returns who has left.
pub(crate) fn reconsider_chat(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    chat: &ConversationRow,
) -> Result<Vec<PersonId>, store::Error> {
    let due = due(tx, chat, today)?;
    note_roll(tx, chat, &due)?;
    let mut wanted = BTreeMap::new();
    for (person, place) in due {
        if storage::access::holds(tx, person)? {
            wanted.insert(person, place);
        }
    }
    let mut left = Vec::new();
    for member in storage::member::of_chat(tx, chat.id)? {
        let place = wanted.remove(&member.person);
        left.extend(place.is_none().then_some(member.person));
        settle(tx, now, chat, member.person, Some(member), place)?;
    }
    for (person, place) in wanted {
        settle(tx, now, chat, person, None, Some(place))?;
    }
    Ok(left)
}

/// Notes in a chat that keeps no whole year who belongs to it from now on, linked or not (MSG-M7).
fn note_roll(
    tx: &mut WriteTx<'_>,
    chat: &ConversationRow,
    wanted: &BTreeMap<PersonId, Place>,
) -> Result<(), store::Error> {
    if chat.kind.follows() != Follows::People {
        return Ok(());
    }
    let known = storage::roll::of_chat(tx, chat.id)?;
    for row in known.iter().filter(|row| !wanted.contains_key(&row.person)) {
        storage::roll::remove(tx, chat.id, row.person)?;
    }
    let known: HashSet<PersonId> = known.iter().map(|row| row.person).collect();
    for (person, place) in wanted.iter().filter(|(person, _)| !known.contains(person)) {
        storage::roll::put(tx, chat.id, *person, place.role, chat.last_seq + 1)?;
    }
    Ok(())
}

fn reconsider_class(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    class: ClassGroupId,
) -> Result<Vec<PersonId>, store::Error> {
    let mut left = Vec::new();
    for chat in ensure_chats(tx, now, class, today)? {
        left.extend(reconsider_chat(tx, now, today, &chat)?);
    }
    Ok(left)
}

fn reconsider_place(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    chat: &ConversationRow,
    person: PersonId,
) -> Result<(), store::Error> {
    let open = storage::access::holds(tx, person)?;
    let member = storage::member::find(tx, chat.id, person)?;
    let place = if open { place_of(tx, chat, person, today)? } else { None };
    settle(tx, now, chat, person, member, place)
}

pub(crate) fn reconsider_person(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    person: PersonId,
) -> Result<(), store::Error> {
    let mut chats = storage::conversation::about(tx, &[person])?;
    let stands_in = storage::substitute::of_person(tx, person, today)?;
    for class in school::classes_around(tx, person, today)?.into_iter().chain(stands_in) {
        chats.extend(ensure_chats(tx, now, class, today)?);
    }
    if let Some(year) = school::find_year(tx, today)? {
        chats.extend(ensure_of_school(tx, now, year.id)?);
    }
    let mut seen = HashSet::new();
    for chat in chats {
        if seen.insert(chat.id) {
            reconsider_place(tx, now, today, &chat, person)?;
        }
    }
    // Chats of what the person no longer stands to in any way.
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

fn ensure_of_school(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    year: school::YearId,
) -> Result<Vec<ConversationRow>, store::Error> {
    let chats = storage::conversation::of_year(tx, year)?;
    if chats.len() == ChatKind::OF_THE_SCHOOL.len() {
        return Ok(chats);
    }
    for kind in ChatKind::OF_THE_SCHOOL {
        if chats.iter().all(|chat| chat.kind != kind) {
            let chat = NewChat { year: Some(year), ..NewChat::default() };
            storage::conversation::insert(tx, now, kind, &chat)?;
        }
    }
    storage::conversation::of_year(tx, year)
}

/// The chats of a class and of its courses; those that are missing are made.
fn ensure_chats(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    class: ClassGroupId,
    today: Date,
) -> Result<Vec<ConversationRow>, store::Error> {
    let mut chats = storage::conversation::of_class(tx, class)?;
    let missing = ChatKind::OF_A_CLASS.into_iter().filter(|kind| chats.iter().all(|chat| chat.kind != *kind));
    let missing: Vec<ChatKind> = missing.collect();
    let year = school::load_class_group(tx, class)?.year;
    if !missing.is_empty() {
        for kind in missing {
            storage::conversation::insert_of_class(tx, kind, class, year)?;
        }
        chats = storage::conversation::of_class(tx, class)?;
    }
    chats.extend(ensure_courses(tx, now, class, year, today)?);
    Ok(chats)
}

fn ensure_courses(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    class: ClassGroupId,
    year: school::YearId,
    today: Date,
) -> Result<Vec<ConversationRow>, store::Error> {
    let groups = school::class_parts(tx, class)?;
    let chats = storage::conversation::of_groups(tx, &groups)?;
    let known: HashSet<(GroupId, SubjectId)> =
        chats.iter().filter_map(|chat| Some((chat.group?, chat.subject?))).collect();
    let taught = school::teachings_of_groups(tx, &groups, today)?;
    let missing: BTreeSet<(GroupId, SubjectId)> = taught
        .into_iter()
        .map(|teaching| (teaching.group, teaching.subject))
        .filter(|course| !known.contains(course))
        .collect();
    if missing.is_empty() {
        return Ok(chats);
    }
    for (group, subject) in missing {
        let chat =
            NewChat { year: Some(year), group: Some(group), subject: Some(subject), ..NewChat::default() };
        storage::conversation::insert(tx, now, ChatKind::Subject, &chat)?;
    }
    storage::conversation::of_groups(tx, &groups)
}

/// Makes what is so of a person's membership what is to be.
fn settle(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    chat: &ConversationRow,
    person: PersonId,
    is: Option<MemberRow>,
    wanted: Option<Place>,
) -> Result<(), store::Error> {
    match (is, wanted) {
        (None, Some(place)) => {
            // The mode is fixed at joining (MSG-M2); a re-join elsewhere than in chats of a whole year leaves the gap
            // unseen (MSG-M3), unless the person belonged to the chat all the time and only had no link (MSG-M7).
            let visible_from = if chat.keeps_year {
                1
            } else {
                let roll = storage::roll::of_chat(tx, chat.id)?;
                let noted = roll.iter().find(|row| row.person == person).map(|row| row.visible_from);
                noted.unwrap_or(chat.last_seq + 1)
            };
            storage::member::insert(tx, chat.id, person, place, visible_from)?;
            storage::read::begin(tx, now, chat.id, person, chat.last_seq + 1)?;
            storage::conversation::touch(tx, chat.id)?;
            Change::Joined { person, seat: place.seat, visible_from }.emit(tx, now, chat.id, None)?;
            tell_person(tx, now, person, "chat_joined", chat.id)
        }
        (Some(member), None) => close(tx, now, &member),
        (Some(member), Some(place)) if (member.seat, member.role) != (place.seat, place.role) => {
            storage::member::reseat(tx, chat.id, person, place)?;
            Change::Seated { person, seat: place.seat }.emit(tx, now, chat.id, None)
        }
        (Some(_), Some(_)) | (None, None) => Ok(()),
    }
}

fn close(tx: &mut WriteTx<'_>, now: UtcInstant, member: &MemberRow) -> Result<(), store::Error> {
    storage::member::close(tx, member.conv, member.person)?;
    storage::conversation::touch(tx, member.conv)?;
    Change::Left { person: member.person }.emit(tx, now, member.conv, None)?;
    tell_person(tx, now, member.person, "chat_left", member.conv)?;
    if member.role == MemberRole::Moderator { succeed(tx, now, member.conv) } else { Ok(()) }
}

/// Who is to sit in a chat today and has not linked yet.
pub(crate) fn waiting(
    tx: &ReadTx<'_>,
    chat: crate::ConversationId,
    members: &[MemberRow],
    today: Date,
) -> Result<usize, store::Error> {
    let Some(row) = storage::conversation::find(tx, chat)? else { return Ok(0) };
    let due = due(tx, &row, today)?;
    Ok(due.len() - members.iter().filter(|member| due.contains_key(&member.person)).count())
}
