//! Groups that a member of staff gathers: of colleagues, or of pupils of a class with an adult who answers for them.

use school::{ClassGroupId, PersonId, Staff, Standing};
use store::{Act, Actor, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::change::Change;
use crate::follow::reconsider_chat;
use crate::limits::{GROUP_MOST, TITLE_GRAPHEMES};
use crate::start::{StartError, check_rate};
use crate::storage::conversation::NewChat;
use crate::tie::Who;
use crate::{Body, ChatKind, ConversationId, MemberOf, MemberRole, Place, storage};

/// Why a group was not made or changed; nothing was.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The title is empty, too long, or no text.
    #[error("the title is no title")]
    Title,
    /// Nobody was chosen, or more than a group holds.
    #[error("{has} people, at most {most}")]
    Size {
        /// How many were chosen.
        has: usize,
        /// The most.
        most: usize,
    },
    /// One of the people may not be in such a group.
    #[error("somebody does not belong here")]
    Stranger,
    /// Only whoever answers for the group changes it.
    #[error("not a moderator")]
    NotModerator,
    /// Whoever is to lead the group is no member of it, or no member of staff.
    #[error("nobody who could lead the group")]
    NoHeir,
    /// Whoever is to answer for a group of pupils does not teach their class, or has no Sferum.
    #[error("nobody who could answer for the group")]
    NotOfClass,
    /// A group of pupils keeps an adult.
    #[error("the last moderator stays")]
    LastModerator,
    /// Too many chats today.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Reads a title: a body of one line.
///
/// # Errors
/// [`GroupError::Title`].
pub fn parse_title(text: &str) -> Result<String, GroupError> {
    let body = Body::parse(text).map_err(|_| GroupError::Title)?;
    let (title, is_cut) = crate::preview(body.as_str(), TITLE_GRAPHEMES);
    if is_cut || title.is_empty() { Err(GroupError::Title) } else { Ok(title) }
}

/// Makes a group of staff, or of pupils of one class; whoever makes it answers for it.
///
/// # Errors
/// [`GroupError`].
#[expect(clippy::too_many_arguments, reason = "a group is made of all of these at once")]
pub fn gather(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Staff<'_>,
    actor: &Actor,
    today: Date,
    title: &str,
    class: Option<ClassGroupId>,
    people: &[PersonId],
) -> Result<ConversationId, GroupError> {
    let has = people.iter().filter(|person| **person != by.person()).count();
    if has == 0 || has >= GROUP_MOST {
        return Err(GroupError::Size { has, most: GROUP_MOST });
    }
    if !storage::access::holds(tx, by.person())? {
        return Err(GroupError::Stranger);
    }
    if let Some(class) = class {
        // A member of staff gathers pupils of a class they teach or lead, not of any (14.2).
        let tie = school::standings_of(tx, class, by.person(), today)?;
        if !tie.has(Standing::Homeroom) && !tie.has(Standing::Teacher) {
            return Err(GroupError::Stranger);
        }
    }
    for person in people {
        check_person(tx, class, *person, today)?;
    }
    check_rate(tx, now, &Who::load(tx, by.person(), today)?)?;
    let group = match class {
        Some(class) => Some(school::load_class_group(tx, class)?.whole),
        None => None,
    };
    let kind = if class.is_some() { ChatKind::PupilsGroup } else { ChatKind::StaffGroup };
    let chat = NewChat { title: Some(title), group, created_by: Some(by.person()), ..NewChat::default() };
    let id = storage::conversation::insert(tx, now, kind, &chat)?;
    for person in people {
        storage::roll::put(tx, id, *person, MemberRole::Writer, 1)?;
    }
    storage::roll::put(tx, id, by.person(), MemberRole::Moderator, 1)?;
    settle(tx, now, today, id)?;
    tx.audit(
        now,
        actor,
        Act::new("messenger.group.gather", "conversation", id).change(None, Some(kind.word().to_owned())),
    )?;
    Ok(id)
}

fn check_person(
    tx: &ReadTx<'_>,
    class: Option<ClassGroupId>,
    person: PersonId,
    today: Date,
) -> Result<(), GroupError> {
    let belongs = match class {
        Some(class) => {
            let tie = school::standings_of(tx, class, person, today)?;
            tie.has(Standing::Pupil) || tie.has(Standing::Homeroom) || tie.has(Standing::Teacher)
        }
        None => school::roles_of(tx, person, today)?.is_staff(),
    };
    if belongs { Ok(()) } else { Err(GroupError::Stranger) }
}

pub(crate) fn settle(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    id: ConversationId,
) -> Result<(), store::Error> {
    let row = storage::conversation::find(tx, id)?.ok_or(store::Error::NoRow)?;
    reconsider_chat(tx, now, today, &row)?;
    Ok(())
}

impl MemberOf<'_> {
    /// Whether the member may change who is in this group.
    #[must_use]
    pub fn may_gather(&self) -> bool {
        matches!(self.conversation().kind, ChatKind::StaffGroup | ChatKind::PupilsGroup)
            && self.role() == MemberRole::Moderator
    }
}

/// Takes people into a group; they see what is written from now on (MSG-M1).
///
/// # Errors
/// [`GroupError`].
pub fn add_people(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    actor: &Actor,
    today: Date,
    people: &[PersonId],
) -> Result<(), GroupError> {
    if !by.may_gather() {
        return Err(GroupError::NotModerator);
    }
    let chat = by.conversation();
    let class = match chat.group {
        Some(group) => Some(school::group_class(tx, group)?),
        None => None,
    };
    let known: Vec<PersonId> =
        storage::roll::of_chat(tx, chat.id)?.into_iter().map(|row| row.person).collect();
    let fresh: Vec<PersonId> = people.iter().copied().filter(|person| !known.contains(person)).collect();
    if known.len() + fresh.len() > GROUP_MOST {
        return Err(GroupError::Size { has: known.len() + fresh.len(), most: GROUP_MOST });
    }
    for person in fresh {
        check_person(tx, class, person, today)?;
        storage::roll::put(tx, chat.id, person, MemberRole::Writer, chat.last_seq + 1)?;
        tx.audit(
            now,
            actor,
            Act::new("messenger.group.add", "conversation", chat.id)
                .change(None, Some(format!("person:{person}"))),
        )?;
    }
    settle(tx, now, today, chat.id)?;
    Ok(())
}

/// Takes somebody out of a group, or lets the member leave; a group of pupils keeps an adult who answers for it.
///
/// # Errors
/// [`GroupError`].
pub fn remove_person(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    actor: &Actor,
    today: Date,
    person: PersonId,
) -> Result<(), GroupError> {
    let chat = by.conversation();
    let is_list = matches!(chat.kind, ChatKind::StaffGroup | ChatKind::PupilsGroup);
    let leaves = person == by.person() && is_list && chat.kind == ChatKind::StaffGroup;
    if !by.may_gather() && !leaves {
        return Err(GroupError::NotModerator);
    }
    let roll = storage::roll::of_chat(tx, chat.id)?;
    let others = roll.iter().any(|row| row.person != person && row.role == MemberRole::Moderator);
    if roll.iter().any(|row| row.person == person && row.role == MemberRole::Moderator) && !others {
        return Err(GroupError::LastModerator);
    }
    if storage::roll::remove(tx, chat.id, person)? {
        let act = Act::new("messenger.group.remove", "conversation", chat.id);
        tx.audit(now, actor, act.change(Some(format!("person:{person}")), None))?;
        settle(tx, now, today, chat.id)?;
    }
    Ok(())
}

/// Hands a group over to another member of staff in it; whoever led it stays as one of its members.
///
/// # Errors
/// [`GroupError`].
pub fn hand_over(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    actor: &Actor,
    today: Date,
    person: PersonId,
) -> Result<(), GroupError> {
    if !by.may_gather() {
        return Err(GroupError::NotModerator);
    }
    let chat = by.conversation().id;
    let heir = storage::member::find(tx, chat, person)?.filter(|member| member.seat.is_staff());
    if heir.is_none() || person == by.person() {
        return Err(GroupError::NoHeir);
    }
    storage::roll::put(tx, chat, person, MemberRole::Moderator, 1)?;
    storage::roll::put(tx, chat, by.person(), MemberRole::Writer, 1)?;
    settle(tx, now, today, chat)?;
    let act = Act::new("messenger.group.owner", "conversation", chat);
    let (before, after) = (format!("person:{}", by.person()), format!("person:{person}"));
    tx.audit(now, actor, act.change(Some(before), Some(after)))?;
    Ok(())
}

/// Gives a group another title.
///
/// # Errors
/// [`GroupError`].
pub fn rename(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    actor: &Actor,
    title: &str,
) -> Result<(), GroupError> {
    if !by.may_gather() {
        return Err(GroupError::NotModerator);
    }
    let chat = by.conversation();
    storage::conversation::set_title(tx, chat.id, title)?;
    storage::conversation::touch(tx, chat.id)?;
    Change::Titled.emit(tx, now, chat.id, None)?;
    tx.audit(now, actor, Act::new("messenger.group.rename", "conversation", chat.id))?;
    Ok(())
}

/// A group of colleagues whose last leader is out goes to whoever has been in it for longest: no group is left that nobody
/// can change. A group of pupils does not: it can be read only until an adult is put in charge (MSG-E25).
pub(crate) fn succeed(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
) -> Result<(), store::Error> {
    let is_staff = storage::conversation::find(tx, conv)?.is_some_and(|row| row.kind == ChatKind::StaffGroup);
    let members = storage::member::of_chat(tx, conv)?;
    if !is_staff || members.iter().any(|member| member.role == MemberRole::Moderator) {
        return Ok(());
    }
    let Some(heir) = members.iter().min_by_key(|member| (member.joined_g, member.person)) else {
        return Ok(());
    };
    storage::roll::put(tx, conv, heir.person, MemberRole::Moderator, heir.visible_from)?;
    let place = Place { seat: heir.seat, role: MemberRole::Moderator };
    storage::member::reseat(tx, conv, heir.person, place)?;
    Change::Seated { person: heir.person, seat: heir.seat }.emit(tx, now, conv, None)?;
    let act = Act::new("messenger.group.owner", "conversation", conv);
    tx.audit(now, &Actor::program("roster"), act.change(None, Some(format!("person:{}", heir.person))))?;
    Ok(())
}
