//! How two people of the school stand to each other today, and what chats that allows (MSG-S1).

use school::{ClassGroup, ClassGroupId, PersonId, Roles, Standing, Standings};
use store::ReadTx;
use time::Date;

use crate::matrix::{Cell, Party, cell};
use crate::storage;

/// A way in which a chat of two people can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// The two alone.
    Private,
    /// A pupil and an adult of the school, with others who see it.
    Supervised {
        /// The pupil.
        pupil: PersonId,
        /// The adult.
        partner: PersonId,
    },
    /// A child's guardians and an adult of the school.
    Family {
        /// The child.
        child: PersonId,
        /// The adult.
        partner: PersonId,
    },
    /// The confidential line of a pupil.
    Confidential {
        /// The pupil.
        pupil: PersonId,
    },
}

/// What is asked about one person, read once.
pub(crate) struct Who {
    pub(crate) person: PersonId,
    pub(crate) parties: Vec<Party>,
    pub(crate) class: Option<ClassGroup>,
    pub(crate) children: Vec<(PersonId, Option<ClassGroup>)>,
    homeroom: Vec<ClassGroupId>,
}

impl Who {
    pub(crate) fn load(tx: &ReadTx<'_>, person: PersonId, today: Date) -> Result<Self, store::Error> {
        let roles: Roles = school::roles_of(tx, person, today)?;
        let class = school::class_group_of(tx, person, today)?;
        let mut parties: Vec<Party> = Party::of_staff(roles).collect();
        let mut children = Vec::new();
        for child in school::children_of(tx, person, today)? {
            children.push((child, school::class_group_of(tx, child, today)?));
        }
        if !children.is_empty() {
            parties.push(Party::Guardian);
        }
        if let Some(class) = &class {
            parties.push(Party::of_grade(class.label.grade));
        }
        let homeroom = school::homeroom_classes(tx, person, today)?;
        Ok(Self { person, parties, class, children, homeroom })
    }

    /// Whether the person is anybody at the school today.
    pub(crate) fn is_here(&self) -> bool {
        !self.parties.is_empty()
    }

    fn leads(&self, class: Option<&ClassGroup>) -> bool {
        class.is_some_and(|class| self.homeroom.contains(&class.id))
    }

    fn teaches(
        &self,
        tx: &ReadTx<'_>,
        class: Option<&ClassGroup>,
        today: Date,
    ) -> Result<bool, store::Error> {
        let Some(class) = class else { return Ok(false) };
        Ok(tie_to_class(tx, class.id, self.person, today)?.has(Standing::Teacher))
    }
}

fn tie_to_class(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    person: PersonId,
    today: Date,
) -> Result<Standings, store::Error> {
    school::standings_of(tx, class, person, today)
}

/// All ways in which `from` may begin a chat with `to` today, by the table.
pub(crate) fn ways(tx: &ReadTx<'_>, from: &Who, to: &Who, today: Date) -> Result<Vec<Way>, store::Error> {
    let mut ways = Vec::new();
    if from.person == to.person {
        return Ok(ways);
    }
    for row in &from.parties {
        for column in &to.parties {
            by_cell(tx, cell(*row, *column), from, to, today, &mut ways)?;
        }
    }
    ways.sort_unstable();
    ways.dedup();
    Ok(ways)
}

fn by_cell(
    tx: &ReadTx<'_>,
    cell: Cell,
    from: &Who,
    to: &Who,
    today: Date,
    ways: &mut Vec<Way>,
) -> Result<(), store::Error> {
    let with_pupil = Way::Supervised { pupil: to.person, partner: from.person };
    let with_adult = Way::Supervised { pupil: from.person, partner: to.person };
    let same = |one: &Who, other: &Who| {
        one.class.as_ref().zip(other.class.as_ref()).is_some_and(|(one, other)| one.id == other.id)
    };
    match cell {
        Cell::No => {}
        Cell::Yes => ways.push(Way::Private),
        Cell::OwnParents => {
            let led = to.children.iter().filter(|(_, class)| from.leads(class.as_ref()));
            ways.extend(led.map(|(child, _)| Way::Family { child: *child, partner: from.person }));
        }
        Cell::TaughtParents => {
            for (child, class) in &to.children {
                if from.teaches(tx, class.as_ref(), today)? {
                    ways.push(Way::Family { child: *child, partner: from.person });
                }
            }
        }
        Cell::PupilReads | Cell::GuardiansWrite | Cell::GuardiansRead => {
            ways.extend(from.leads(to.class.as_ref()).then_some(with_pupil));
        }
        Cell::TaughtGuardiansRead => {
            ways.extend(from.teaches(tx, to.class.as_ref(), today)?.then_some(with_pupil));
        }
        Cell::Supervised => {
            let pupil_asks = from.class.is_some() && to.class.is_none();
            ways.push(if pupil_asks { with_adult } else { with_pupil });
        }
        Cell::Line => {
            let pupil = if to.class.is_some() { to.person } else { from.person };
            ways.push(Way::Confidential { pupil });
        }
        Cell::ChildsTeacher => {
            for (child, class) in &from.children {
                if to.leads(class.as_ref()) || to.teaches(tx, class.as_ref(), today)? {
                    ways.push(Way::Family { child: *child, partner: to.person });
                }
            }
        }
        Cell::OwnTeacher => {
            let own = to.leads(from.class.as_ref()) || to.teaches(tx, from.class.as_ref(), today)?;
            ways.extend(own.then_some(with_adult));
        }
        Cell::BothAgree => {
            let classes = |who: &Who| -> Vec<ClassGroupId> {
                who.children.iter().filter_map(|(_, class)| class.as_ref().map(|class| class.id)).collect()
            };
            let meet = classes(from).iter().any(|class| classes(to).contains(class));
            if meet
                && storage::roll::is_reachable(tx, from.person)?
                && storage::roll::is_reachable(tx, to.person)?
            {
                ways.push(Way::Private);
            }
        }
        Cell::OwnChild => {
            ways.extend(from.children.iter().any(|(child, _)| *child == to.person).then_some(Way::Private));
        }
        Cell::OwnGuardian => {
            ways.extend(to.children.iter().any(|(child, _)| *child == from.person).then_some(Way::Private));
        }
        Cell::SameClass => {
            ways.extend((same(from, to) && storage::roll::pupils_write(tx)?).then_some(Way::Private));
        }
        Cell::SameGrade => {
            let grade = |who: &Who| who.class.as_ref().map(|class| class.label.grade);
            let enabled = grade(from) == grade(to) && storage::roll::pupils_write(tx)?;
            ways.extend(enabled.then_some(Way::Private));
        }
    }
    Ok(())
}
