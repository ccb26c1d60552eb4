//! Families of a chat: children that a guardian has in common, with all who may know of them (MSG-F8).

use std::collections::BTreeSet;

use school::{Access, PersonId};
use store::ReadTx;
use time::Date;

use crate::{ChatKind, Conversation};

impl ChatKind {
    /// Whether a poll here can count families rather than people.
    #[must_use]
    pub const fn has_family_polls(self) -> bool {
        self.has_polls() && self.has_families()
    }
}

/// The children of a person's family whom the chat is about, the one with the lowest id first; empty when the person has
/// none here.
///
/// A guardian's children of one chat are one family, and so are all children whom two guardians lead to by a third
/// child: a guardian of two has one vote, two households of one child share theirs.
pub(crate) fn family_of(
    tx: &ReadTx<'_>,
    chat: &Conversation,
    person: PersonId,
    today: Date,
) -> Result<BTreeSet<PersonId>, store::Error> {
    let is_here = |child: PersonId| -> Result<bool, store::Error> {
        let class = school::class_group_of(tx, child, today)?;
        Ok(match &chat.class_group {
            Some((wanted, _)) => class.is_some_and(|class| class.id == *wanted),
            None => class.is_some(),
        })
    };
    let mut family = BTreeSet::new();
    let mut adults = BTreeSet::from([person]);
    let mut asked = vec![person];
    while let Some(adult) = asked.pop() {
        for child in school::children_of(tx, adult, today)? {
            if family.contains(&child) || !is_here(child)? {
                continue;
            }
            family.insert(child);
            for edge in school::guardians_of(tx, child, today)? {
                if edge.access != Access::None && adults.insert(edge.adult) {
                    asked.push(edge.adult);
                }
            }
        }
    }
    Ok(family)
}
