//! Beginning a chat with somebody, as the table of docs/rules/who-writes-whom.md allows today (MSG-F30).

use std::collections::BTreeSet;

use school::{PersonId, Present, Role};
use store::{Act, Actor, ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::follow::reconsider_chat;
use crate::limits::{BEGUN_BY_OTHERS, BEGUN_BY_PUPILS};
use crate::matrix::Party;
use crate::storage::conversation::NewChat;
use crate::tie::{Way, Who, ways};
use crate::{ChatKind, ConversationId, storage};

/// Somebody whom the viewer may write to, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Whom.
    pub person: PersonId,
    /// Their name as lists have it.
    pub name: String,
    /// How a chat with them is.
    pub way: Way,
    /// The child a chat of guardians and a teacher is about.
    pub about: Option<String>,
    /// What the person is, first the one that answers for more.
    pub party: Party,
}

/// Why a chat was not begun.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The table does not allow it today, or there is no such person: both alike.
    #[error("no such contact")]
    NoSuchContact,
    /// Too many chats were begun today (MSG-S12).
    #[error("{most} chats were begun today")]
    TooMany {
        /// How many a day may be begun.
        most: u32,
    },
    /// The confidential line needs two people on its other side, and the school has named fewer.
    #[error("fewer than two people answer for safety")]
    LineUnmanned,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Whom the viewer may begin a chat with, by name; for staff narrowed by a search in names.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn contacts(
    tx: &ReadTx<'_>,
    by: &Present<'_>,
    today: Date,
    search: &str,
) -> Result<Vec<Contact>, store::Error> {
    if !storage::access::holds(tx, by.person())? {
        return Ok(Vec::new());
    }
    let me = Who::load(tx, by.person(), today)?;
    let people: Vec<PersonId> = neighbours(tx, &me, today)?.into_iter().collect();
    let names = school::names_of(tx, &people)?;
    let wanted = school::search_key(search);
    let mut contacts = Vec::new();
    for person in people {
        let Some(name) = names.get(&person) else { continue };
        if !wanted.is_empty() && !school::search_key(&name.full()).contains(&wanted) {
            continue;
        }
        let who = Who::load(tx, person, today)?;
        for way in ways(tx, &me, &who, today)? {
            let about = match way {
                Way::Family { child, .. } => Some(school::load_person(tx, child)?.name.short()),
                Way::Private | Way::Supervised { .. } | Way::Confidential { .. } => None,
            };
            let party = who.parties.first().copied().unwrap_or(Party::Guardian);
            contacts.push((name.sort_key(), Contact { person, name: name.full(), way, about, party }));
        }
    }
    contacts.sort_by(|(one, first), (other, second)| (one, first.way).cmp(&(other, second.way)));
    Ok(contacts.into_iter().map(|(_, contact)| contact).collect())
}

/// Everybody who could be a contact: the people of one's classes, of one's children's, and the staff.
fn neighbours(tx: &ReadTx<'_>, me: &Who, today: Date) -> Result<BTreeSet<PersonId>, store::Error> {
    let mut people = BTreeSet::new();
    for class in school::classes_around(tx, me.person, today)? {
        people.extend(school::class_standings(tx, class, today)?.into_keys());
    }
    if me.parties.contains(&Party::Safety)
        && let Some(year) = school::find_year(tx, today)?
    {
        for class in school::list_class_groups(tx, year.id)? {
            people.extend(school::class_standings(tx, class.id, today)?.into_keys());
        }
    }
    if let Some(class) = &me.class
        && me.parties.contains(&Party::Senior)
        && storage::roll::pupils_write(tx)?
    {
        // Seniors may write to others of their grade, whose classes they are not of.
        for other in school::list_class_groups(tx, class.year)? {
            if other.label.grade == class.label.grade {
                people.extend(school::class_pupils(tx, other.id, today)?);
            }
        }
    }
    for role in [Role::SafeguardingLead, Role::HeadTeacher, Role::DeputyHead] {
        people.extend(school::holders_of(tx, role, today)?);
    }
    people.extend(me.children.iter().map(|(child, _)| *child));
    for edge in school::guardians_of(tx, me.person, today)? {
        people.insert(edge.adult);
    }
    let is_staff = me.parties.iter().any(|party| match party {
        Party::Administrator | Party::Head | Party::Safety | Party::Homeroom | Party::Teacher => true,
        Party::Guardian | Party::Junior | Party::Middle | Party::Senior => false,
    });
    if is_staff {
        people.extend(school::staff(tx, today)?);
    }
    people.remove(&me.person);
    Ok(people)
}

/// Begins a chat, or finds the one there is. The table is asked anew, in the transaction that begins it.
///
/// # Errors
/// [`StartError`].
pub fn start(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Present<'_>,
    actor: &Actor,
    today: Date,
    with: PersonId,
    way: Way,
) -> Result<ConversationId, StartError> {
    if !storage::access::holds(tx, by.person())? {
        return Err(StartError::NoSuchContact);
    }
    let (me, who) = (Who::load(tx, by.person(), today)?, Who::load(tx, with, today)?);
    if !ways(tx, &me, &who, today)?.contains(&way) {
        return Err(StartError::NoSuchContact);
    }
    let (kind, one, other) = match way {
        Way::Private => (ChatKind::Private, by.person().min(with), Some(by.person().max(with))),
        Way::Supervised { pupil, partner } => (ChatKind::Supervised, pupil, Some(partner)),
        Way::Family { child, partner } => (ChatKind::Family, child, Some(partner)),
        Way::Confidential { pupil } => (ChatKind::Confidential, pupil, None),
    };
    if let Some(found) = storage::conversation::find_pair(tx, kind, one, other)? {
        return Ok(found);
    }
    if kind == ChatKind::Confidential && school::holders_of(tx, Role::SafeguardingLead, today)?.len() < 2 {
        return Err(StartError::LineUnmanned);
    }
    check_rate(tx, now, &me)?;
    let chat = NewChat { one: Some(one), other, created_by: Some(by.person()), ..NewChat::default() };
    let id = storage::conversation::insert(tx, now, kind, &chat)?;
    let row = storage::conversation::find(tx, id)?.ok_or(store::Error::NoRow)?;
    reconsider_chat(tx, now, today, &row)?;
    // Who has turned to the confidential line is nobody's to read, the readers of the audit included (MSG-I24).
    if kind != ChatKind::Confidential {
        let act = Act::new("messenger.chat.begin", "conversation", id);
        tx.audit(now, actor, act.change(None, Some(kind.word().to_owned())))?;
    }
    Ok(id)
}

/// Asks whether one more chat may be begun today.
pub(crate) fn check_rate(tx: &ReadTx<'_>, now: UtcInstant, me: &Who) -> Result<(), StartError> {
    let most = if me.class.is_some() { BEGUN_BY_PUPILS } else { BEGUN_BY_OTHERS };
    let since = now - Duration::days(1);
    if storage::roll::begun_since(tx, me.person, since)? >= most {
        return Err(StartError::TooMany { most });
    }
    Ok(())
}

/// Whether other guardians of the class may write to this one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_reachable(tx: &ReadTx<'_>, by: &Present<'_>) -> Result<bool, store::Error> {
    storage::roll::is_reachable(tx, by.person())
}

/// Lets other guardians of the class write to the viewer, or no more; chats that rested on it close at once (MSG-I21).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_reachable(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Present<'_>,
    actor: &Actor,
    today: Date,
    on: bool,
) -> Result<(), store::Error> {
    storage::roll::set_reachable(tx, by.person(), on)?;
    let act = Act::new("messenger.reachable.set", "person", by.person());
    tx.audit(now, actor, act.change(None, Some(on.to_string())))?;
    for chat in storage::conversation::about(tx, &[by.person()])? {
        reconsider_chat(tx, now, today, &chat)?;
    }
    Ok(())
}

/// Whether the school lets pupils write to each other.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn pupils_write(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    storage::roll::pupils_write(tx)
}

/// Lets pupils of a class write to each other, or no more; chats of two pupils open and close at once. Loosening a cell
/// of the table is for the head of the school, and stands in the audit chain (MSG-S13).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_pupils_write(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &school::Head<'_>,
    actor: &Actor,
    today: Date,
    on: bool,
) -> Result<(), store::Error> {
    let before = storage::roll::pupils_write(tx)?;
    storage::roll::set_pupils_write(tx, on)?;
    let act = Act::new("messenger.pupils.write", "person", by.person());
    tx.audit(now, actor, act.change(Some(before.to_string()), Some(on.to_string())))?;
    for chat in storage::conversation::of_people(tx)? {
        if chat.kind == ChatKind::Private {
            reconsider_chat(tx, now, today, &chat)?;
        }
    }
    Ok(())
}
