//! Telling those who answer for the school that a chat has lost the one without whom nobody writes in it (MSG-I19,
//! MSG-E21): it is read-only from the first moment, and they are told until somebody is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use school::{PersonId, Role};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::change::tell_person;
use crate::storage::unattended::SeatedRow;
use crate::{ChatKind, Conversation, ConversationId, Desk, SafetyOf, Seat, storage};

/// Who is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Somebody beside the pupil and the adult.
    Observer,
    /// A second one, or both, of those who answer for safety.
    Lead,
    /// The adult who answers for a group of pupils.
    Adult,
}

/// A chat that waits for somebody.
#[derive(Clone, Debug)]
pub struct Unattended {
    /// The chat; `None` where the desk may not know whose it is.
    pub conversation: Option<Conversation>,
    /// Who is missing.
    pub missing: Missing,
    /// Since when it was noticed.
    pub since: UtcInstant,
}

/// Who is missing in a chat with these active people; `None` when nobody is, or when the chat is over because one of its
/// own people has gone.
fn missing_of(
    kind: ChatKind,
    pair: (Option<PersonId>, Option<PersonId>),
    active: &[(PersonId, Seat)],
) -> Option<Missing> {
    let there = |person: Option<PersonId>| active.iter().any(|(one, _)| Some(*one) == person);
    let (one, other) = pair;
    match kind {
        ChatKind::Supervised => {
            let observed = active.iter().any(|(person, _)| Some(*person) != one && Some(*person) != other);
            (there(one) && there(other) && !observed).then_some(Missing::Observer)
        }
        ChatKind::Confidential => {
            let leads = active.iter().filter(|(_, seat)| *seat == Seat::Safety).count();
            (there(one) && leads < 2).then_some(Missing::Lead)
        }
        ChatKind::PupilsGroup => {
            let pupils = active.iter().any(|(_, seat)| *seat == Seat::Pupil);
            (pupils && !active.iter().any(|(_, seat)| seat.is_staff())).then_some(Missing::Adult)
        }
        ChatKind::ClassChat
        | ChatKind::ParentsChat
        | ChatKind::ClassNews
        | ChatKind::Subject
        | ChatKind::SchoolNews
        | ChatKind::StaffRoom
        | ChatKind::Family
        | ChatKind::Private
        | ChatKind::StaffGroup => None,
    }
}

/// The chats that wait for somebody at this moment.
fn found(tx: &ReadTx<'_>) -> Result<BTreeMap<ConversationId, Missing>, store::Error> {
    let rows = storage::unattended::seated(tx)?;
    let mut blocked: HashMap<PersonId, bool> = HashMap::new();
    let mut chats: BTreeMap<ConversationId, Vec<SeatedRow>> = BTreeMap::new();
    for row in rows {
        let is_blocked = match blocked.get(&row.person) {
            Some(known) => *known,
            None => {
                let is_blocked = school::is_blocked(tx, row.person)?;
                blocked.insert(row.person, is_blocked);
                is_blocked
            }
        };
        // Whoever is blocked does not count (MSG-M9); whoever has no link has no row at all.
        if !is_blocked {
            chats.entry(row.conv).or_default().push(row);
        }
    }
    let missing = chats.into_iter().filter_map(|(chat, rows)| {
        let first = rows.first()?;
        let active: Vec<_> = rows.iter().map(|row| (row.person, row.seat)).collect();
        Some((chat, missing_of(first.kind, (first.one, first.other), &active)?))
    });
    Ok(missing.collect())
}

/// Whether what is noted differs from what is so.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_attendance_changed(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    let noted: BTreeSet<_> = storage::unattended::noted(tx)?.into_iter().map(|(chat, _)| chat).collect();
    Ok(!found(tx)?.keys().eq(noted.iter()))
}

/// Notes which chats wait for somebody and tells the desks of each change.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_attendance(tx: &mut WriteTx<'_>, now: UtcInstant, today: Date) -> Result<(), store::Error> {
    let missing = found(tx)?;
    let noted: BTreeSet<_> = storage::unattended::noted(tx)?.into_iter().map(|(chat, _)| chat).collect();
    let mut new = false;
    for chat in missing.keys().filter(|chat| !noted.contains(chat)) {
        storage::unattended::insert(tx, now, *chat)?;
        new = true;
    }
    let over: Vec<_> = noted.into_iter().filter(|chat| !missing.contains_key(chat)).collect();
    for chat in &over {
        storage::unattended::remove(tx, *chat)?;
    }
    if new || !over.is_empty() {
        let kind = if new { "safety_unattended" } else { "safety_attended" };
        for person in desks(tx, today)?.into_keys() {
            tell_desk(tx, now, person, kind)?;
        }
    }
    Ok(())
}

/// Everybody who sits at a desk of safety on a day, and at which: as [`SafetyOf::ask`] would say.
pub(crate) fn desks(tx: &ReadTx<'_>, today: Date) -> Result<BTreeMap<PersonId, Desk>, store::Error> {
    let mut people = BTreeMap::new();
    for (role, desk) in [
        (Role::HeadTeacher, Desk::Head),
        (Role::DeputyHead, Desk::Head),
        (Role::SafeguardingLead, Desk::Lead),
    ] {
        people.extend(school::holders_of(tx, role, today)?.into_iter().map(|person| (person, desk)));
    }
    Ok(people)
}

/// Stirs the open pages of somebody at the desk; what it is about they read there, by their rights.
pub(crate) fn tell_desk(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    kind: &'static str,
) -> Result<(), store::Error> {
    tell_person(tx, now, person, kind, ConversationId::from_row(0))
}

/// The chats that wait for somebody, the longest first. That a pupil has a confidential line is not the head's to know:
/// all of them are one nameless entry there (MSG-I24).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_unattended(tx: &ReadTx<'_>, by: &SafetyOf<'_>) -> Result<Vec<Unattended>, store::Error> {
    let noted = storage::unattended::noted(tx)?;
    if noted.is_empty() {
        return Ok(Vec::new());
    }
    let missing = found(tx)?;
    let mut listed: Vec<Unattended> = Vec::new();
    for (chat, since) in noted {
        let Some(missing) = missing.get(&chat).copied() else { continue };
        let conversation = Some(Conversation::load(tx, chat)?).filter(|chat| by.may_open(chat));
        if conversation.is_none() && listed.iter().any(|one| one.conversation.is_none()) {
            continue;
        }
        listed.push(Unattended { conversation, missing, since });
    }
    Ok(listed)
}

/// How many of them are listed.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_unattended(tx: &ReadTx<'_>, by: &SafetyOf<'_>) -> Result<u32, store::Error> {
    Ok(u32::try_from(list_unattended(tx, by)?.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use school::PersonId;

    use super::{Missing, missing_of};
    use crate::{ChatKind, Seat};

    #[test]
    fn who_is_missing_where() {
        // MSG-I19, MSG-I24, MSG-E25: 1 the pupil, 2 the adult, 3 and 4 others.
        let person = |id: i64| PersonId::from_row(id);
        let (pupil, teacher) = ((1, Seat::Pupil), (2, Seat::Teacher));
        let (guardian, lead, second) = ((3, Seat::Guardian), (3, Seat::Safety), (4, Seat::Safety));
        for (kind, people, wanted) in [
            (ChatKind::Supervised, vec![pupil, teacher, guardian], None),
            (ChatKind::Supervised, vec![pupil, teacher], Some(Missing::Observer)),
            (ChatKind::Supervised, vec![pupil, guardian], None),
            (ChatKind::Supervised, vec![teacher], None),
            (ChatKind::Confidential, vec![pupil, lead, second], None),
            (ChatKind::Confidential, vec![pupil, lead], Some(Missing::Lead)),
            (ChatKind::Confidential, vec![pupil], Some(Missing::Lead)),
            (ChatKind::Confidential, vec![lead], None),
            (ChatKind::PupilsGroup, vec![pupil, (5, Seat::Pupil)], Some(Missing::Adult)),
            (ChatKind::PupilsGroup, vec![pupil, teacher], None),
            (ChatKind::PupilsGroup, vec![], None),
            (ChatKind::ClassChat, vec![pupil], None),
            (ChatKind::Private, vec![pupil], None),
        ] {
            let other = (kind == ChatKind::Supervised).then(|| person(2));
            let active: Vec<_> = people.iter().map(|(id, seat)| (person(*id), *seat)).collect();
            assert_eq!(missing_of(kind, (Some(person(1)), other), &active), wanted, "{kind:?} {people:?}");
        }
    }
}
