//! How a person stands to a class on a day: the relations that chats and their rights are made from (MSG-S1).

use std::collections::BTreeMap;

use store::ReadTx;
use time::Date;

use crate::{ClassGroupId, PersonId, storage};

/// One relation of a person to a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// A pupil of the class.
    Pupil,
    /// A guardian, with access, of one of its pupils.
    Guardian,
    /// Teaches the class or a subgroup of it.
    Teacher,
    /// Its homeroom teacher.
    Homeroom,
    /// Head teacher or deputy head of the school.
    Head,
}

impl Standing {
    const ALL: [Self; 5] = [Self::Pupil, Self::Guardian, Self::Teacher, Self::Homeroom, Self::Head];

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "pupil" => Some(Self::Pupil),
            "guardian" => Some(Self::Guardian),
            "teacher" => Some(Self::Teacher),
            "homeroom" => Some(Self::Homeroom),
            "head" => Some(Self::Head),
            _ => None,
        }
    }
}

/// All relations of a person to a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standings(u8);

impl Standings {
    /// Whether the relation is among them.
    #[must_use]
    pub const fn has(self, standing: Standing) -> bool {
        self.0 & (1 << standing as u8) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The relations, pupil first.
    pub fn iter(self) -> impl Iterator<Item = Standing> {
        Standing::ALL.into_iter().filter(move |standing| self.has(*standing))
    }
}

impl FromIterator<Standing> for Standings {
    fn from_iter<I: IntoIterator<Item = Standing>>(standings: I) -> Self {
        Self(standings.into_iter().fold(0, |set, standing| set | (1 << standing as u8)))
    }
}

/// How one person stands to a class on a day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn standings_of(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    person: PersonId,
    on: Date,
) -> Result<Standings, store::Error> {
    storage::standing::of_person(tx, class, person, on)
}

/// Everybody who stands to a class in some way on a day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn class_standings(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    on: Date,
) -> Result<BTreeMap<PersonId, Standings>, store::Error> {
    let mut standings: BTreeMap<PersonId, Standings> = BTreeMap::new();
    for (person, standing) in storage::standing::of_class(tx, class, on)? {
        let held = standings.entry(person).or_default();
        *held = held.iter().chain([standing]).collect();
    }
    Ok(standings)
}

/// The classes a person stands to in some way on a day; for a head, all classes of the school year.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn classes_around(
    tx: &ReadTx<'_>,
    person: PersonId,
    on: Date,
) -> Result<Vec<ClassGroupId>, store::Error> {
    let mut classes = storage::standing::classes(tx, person, on)?;
    let roles = crate::roles_of(tx, person, on)?;
    let head = roles.has(crate::Role::HeadTeacher) || roles.has(crate::Role::DeputyHead);
    if let (true, Some(year)) = (head, crate::find_year(tx, on)?) {
        classes.extend(crate::list_class_groups(tx, year.id)?.into_iter().map(|class| class.id));
        classes.sort_unstable();
        classes.dedup();
    }
    Ok(classes)
}
