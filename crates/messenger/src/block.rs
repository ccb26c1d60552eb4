//! Blocking (MSG-E27): what a peer writes is folded for the one who has blocked them, and nobody else notices.

use std::collections::HashSet;

use school::{PersonId, Present, Role, Roles, roles_of};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::{ChatKind, MemberOf, MemberRole, storage};

/// Why nobody was blocked.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// There is no such person in any chat of the viewer.
    #[error("no such person")]
    NoSuchPerson,
    /// The person is staff, or no peer: pupils block pupils, guardians block guardians.
    #[error("not a peer")]
    NotPeer,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Somebody who is blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Who.
    pub person: PersonId,
    /// «Демьян Карпов».
    pub name: String,
    /// Since when.
    pub at: UtcInstant,
}

/// Whether one may block the other by what they are at the school.
fn are_peers(mine: Roles, theirs: Roles) -> bool {
    let both = |role| mine.has(role) && theirs.has(role);
    !mine.is_staff() && !theirs.is_staff() && (both(Role::Pupil) || both(Role::Guardian))
}

/// Whether the viewer may block a person today: a peer with whom they share a chat.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn may_block(
    tx: &ReadTx<'_>,
    by: &Present<'_>,
    whom: PersonId,
    today: Date,
) -> Result<bool, store::Error> {
    Ok(check(tx, by, whom, today).is_ok())
}

fn check(tx: &ReadTx<'_>, by: &Present<'_>, whom: PersonId, today: Date) -> Result<(), BlockError> {
    let me = by.person();
    if whom == me || !storage::block::share_a_chat(tx, me, whom)? {
        return Err(BlockError::NoSuchPerson);
    }
    if are_peers(roles_of(tx, me, today)?, roles_of(tx, whom, today)?) {
        Ok(())
    } else {
        Err(BlockError::NotPeer)
    }
}

/// Blocks a peer; blocked twice is blocked once.
///
/// # Errors
/// [`BlockError`].
pub fn block(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Present<'_>,
    whom: PersonId,
    today: Date,
) -> Result<(), BlockError> {
    check(tx, by, whom, today)?;
    Ok(storage::block::insert(tx, now, by.person(), whom)?)
}

/// Takes a block back; where there is none nothing changes.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn unblock(tx: &mut WriteTx<'_>, by: &Present<'_>, whom: PersonId) -> Result<(), store::Error> {
    storage::block::remove(tx, by.person(), whom)
}

/// Whom the viewer has blocked, the last one first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_blocked(tx: &ReadTx<'_>, by: &Present<'_>) -> Result<Vec<Blocked>, store::Error> {
    let rows = storage::block::of_person(tx, by.person())?;
    let people: Vec<PersonId> = rows.iter().map(|(person, _)| *person).collect();
    let names = school::names_of(tx, &people)?;
    let named = rows.into_iter().map(|(person, at)| {
        let name = names.get(&person).map(school::PersonName::short).unwrap_or_default();
        Blocked { person, name, at }
    });
    Ok(named.collect())
}

/// Whom a person has blocked.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn blocked_by(tx: &ReadTx<'_>, by: &Present<'_>) -> Result<HashSet<PersonId>, store::Error> {
    Ok(storage::block::of_person(tx, by.person())?.into_iter().map(|(person, _)| person).collect())
}

/// Whether the chat is one of two people, one of whom has blocked the other; observers do not count. Which of them it
/// was is nobody's to learn.
pub(crate) fn parts_the_two(tx: &ReadTx<'_>, by: &MemberOf<'_>) -> Result<bool, store::Error> {
    let chat = by.conversation();
    if chat.kind != ChatKind::Private {
        return Ok(false);
    }
    let members = storage::member::of_chat(tx, chat.id)?;
    let mut others =
        members.iter().filter(|member| member.person != by.person() && member.role != MemberRole::Observer);
    match (others.next(), others.next()) {
        (Some(other), None) => storage::block::between(tx, by.person(), other.person),
        (_, _) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use school::{Role, Roles};

    use super::are_peers;

    #[test]
    fn pupils_block_pupils_and_guardians_block_guardians() {
        // MSG-E27: every role against every role, and two roles at once.
        let only = |role| Roles::from_iter([role]);
        for mine in Role::ALL {
            for theirs in Role::ALL {
                let wanted = mine == theirs && matches!(mine, Role::Pupil | Role::Guardian);
                assert_eq!(are_peers(only(mine), only(theirs)), wanted, "{mine:?} {theirs:?}");
            }
        }
        let teacher_and_guardian = Roles::from_iter([Role::Teacher, Role::Guardian]);
        assert!(!are_peers(only(Role::Guardian), teacher_and_guardian));
        assert!(!are_peers(teacher_and_guardian, only(Role::Guardian)));
    }
}
