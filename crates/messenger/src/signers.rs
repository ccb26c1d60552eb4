//! Who is asked to acknowledge, and who answers for whom: the lines of a register by the roster of the day (MSG-N3).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use school::PersonId;
use store::ReadTx;
use time::Date;

use crate::home::due;
use crate::storage::conversation::ConversationRow;
use crate::{ChatKind, ConversationId, Place, storage};

/// Whom one line of the register is about, and who signs for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) about: PersonId,
    pub(crate) signers: Vec<PersonId>,
    pub(crate) is_family: bool,
}

/// Whether staff are asked one by one in a chat of this kind; elsewhere they are there for the families.
const fn asks_staff(kind: ChatKind) -> bool {
    match kind {
        ChatKind::StaffRoom | ChatKind::StaffGroup | ChatKind::SchoolNews | ChatKind::Private => true,
        ChatKind::ClassChat
        | ChatKind::ParentsChat
        | ChatKind::ClassNews
        | ChatKind::Subject
        | ChatKind::Supervised
        | ChatKind::Family
        | ChatKind::Confidential
        | ChatKind::PupilsGroup => false,
    }
}

impl ChatKind {
    /// Whether guardians sign for children in chats of this kind.
    #[must_use]
    pub const fn has_families(self) -> bool {
        match self {
            Self::ParentsChat | Self::ClassNews | Self::SchoolNews | Self::Family | Self::Supervised => true,
            Self::ClassChat
            | Self::Subject
            | Self::StaffRoom
            | Self::Confidential
            | Self::Private
            | Self::StaffGroup
            | Self::PupilsGroup => false,
        }
    }
}

/// The lines of a register: a child with its guardians of the chat where there are any, everybody else by themselves.
fn units_of(
    kind: ChatKind,
    sender: PersonId,
    places: &BTreeMap<PersonId, Place>,
    families: &[(PersonId, Vec<PersonId>)],
) -> Vec<Unit> {
    let mut taken = BTreeSet::from([sender]);
    let mut units = Vec::new();
    for (child, guardians) in families {
        let signers: Vec<PersonId> =
            guardians.iter().copied().filter(|person| places.contains_key(person)).collect();
        // A child whose guardians are not here signs itself; in a chat without pupils it is left to paper.
        if signers.is_empty() && places.contains_key(child) {
            continue;
        }
        taken.insert(*child);
        taken.extend(&signers);
        units.push(Unit { about: *child, signers, is_family: true });
    }
    for (person, place) in places {
        if !taken.contains(person) && (!place.seat.is_staff() || asks_staff(kind)) {
            units.push(Unit { about: *person, signers: vec![*person], is_family: false });
        }
    }
    units
}

/// Whether a line is through. What the sender wrote the sender knows.
pub(crate) fn is_done(unit: &Unit, both: bool, has: impl Fn(PersonId) -> bool) -> bool {
    if both {
        !unit.signers.is_empty() && unit.signers.iter().all(|one| has(*one))
    } else {
        unit.signers.iter().any(|one| has(*one))
    }
}

/// The children whose families a chat is about, with the guardians who may know of them.
fn families_of(
    tx: &ReadTx<'_>,
    chat: &ConversationRow,
    places: &BTreeMap<PersonId, Place>,
    today: Date,
) -> Result<Vec<(PersonId, Vec<PersonId>)>, store::Error> {
    let children = match chat.kind {
        ChatKind::ParentsChat | ChatKind::ClassNews => match chat.class {
            Some(class) => school::class_pupils(tx, class, today)?,
            None => Vec::new(),
        },
        ChatKind::SchoolNews => {
            let pupils = places.iter().filter(|(_, place)| place.seat == crate::Seat::Pupil);
            pupils.map(|(person, _)| *person).collect()
        }
        ChatKind::Family | ChatKind::Supervised => chat.one.into_iter().collect(),
        ChatKind::ClassChat
        | ChatKind::Subject
        | ChatKind::StaffRoom
        | ChatKind::Confidential
        | ChatKind::Private
        | ChatKind::StaffGroup
        | ChatKind::PupilsGroup => Vec::new(),
    };
    debug_assert!(children.is_empty() || chat.kind.has_families());
    children
        .into_iter()
        .map(|child| {
            let edges = school::guardians_of(tx, child, today)?;
            let may_know = edges.into_iter().filter(|edge| edge.access != school::Access::None);
            Ok((child, may_know.map(|edge| edge.adult).collect()))
        })
        .collect()
}

/// The people of a chat by the roster, asked once for all its messages.
pub(crate) struct Roster {
    kind: ChatKind,
    places: BTreeMap<PersonId, Place>,
    families: Vec<(PersonId, Vec<PersonId>)>,
    /// Who is in the chat, and from which message on.
    pub(crate) members: HashMap<PersonId, i64>,
}

impl Roster {
    pub(crate) fn load(tx: &ReadTx<'_>, chat: ConversationId, today: Date) -> Result<Self, store::Error> {
        let row = storage::conversation::find(tx, chat)?.ok_or(store::Error::NoRow)?;
        let places = due(tx, &row, today)?;
        let families = families_of(tx, &row, &places, today)?;
        let members = storage::member::of_chat(tx, chat)?;
        let members = members.into_iter().map(|member| (member.person, member.visible_from)).collect();
        Ok(Self { kind: row.kind, places, families, members })
    }

    /// Who is asked about one message: whoever came later and does not see it is not.
    pub(crate) fn units(&self, sender: PersonId, seq: i64) -> Vec<Unit> {
        let sees = |person: &PersonId| self.members.get(person).is_none_or(|from| *from <= seq);
        let places = self.places.iter().filter(|(person, _)| sees(person));
        let places = places.map(|(person, place)| (*person, *place)).collect();
        units_of(self.kind, sender, &places, &self.families)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use school::PersonId;

    use super::{is_done, units_of};
    use crate::{ChatKind, MemberRole, Place, Seat};

    fn person(id: i64) -> PersonId {
        PersonId::from_row(id)
    }

    fn place(seat: Seat) -> Place {
        Place { seat, role: MemberRole::Reader }
    }

    #[test]
    fn a_family_is_through_by_one_guardian_or_by_both() {
        // MSG-N3: a child 1 with guardians 2 and 3, a child 4 without any here, a teacher 5; 9 sends.
        let seats = [
            (1, Seat::Pupil),
            (2, Seat::Guardian),
            (3, Seat::Guardian),
            (4, Seat::Pupil),
            (5, Seat::Teacher),
            (9, Seat::Homeroom),
        ];
        let places: BTreeMap<_, _> = seats.into_iter().map(|(id, seat)| (person(id), place(seat))).collect();
        let families = [(person(1), vec![person(2), person(3)]), (person(4), vec![person(8)])];
        let units = units_of(ChatKind::ClassNews, person(9), &places, &families);
        let about: Vec<PersonId> = units.iter().map(|unit| unit.about).collect();
        assert_eq!(about, [person(1), person(4)], "a teacher is there for the families");
        for (signed, both, done) in [
            (vec![], false, false),
            (vec![1], false, false),
            (vec![2], false, true),
            (vec![2], true, false),
            (vec![2, 3], true, true),
        ] {
            let has = |one: PersonId| signed.iter().any(|id| person(*id) == one);
            assert_eq!(is_done(&units[0], both, has), done, "{signed:?} {both}");
        }
        let staff = units_of(ChatKind::StaffRoom, person(9), &places, &[]);
        assert_eq!(staff.len(), 5, "in the staff room everybody signs");
        let parents: BTreeMap<_, _> = [(person(9), place(Seat::Homeroom))].into();
        let paper = units_of(ChatKind::ParentsChat, person(9), &parents, &[(person(4), vec![])]);
        assert!(paper[0].signers.is_empty() && !is_done(&paper[0], true, |_| true), "a family left to paper");
    }
}
