//! What the base knows when an import begins.

use std::collections::{HashMap, HashSet};

use store::ReadTx;
use time::Date;

use super::short_name::subject_key;
use crate::storage::import::known::{self, OpenEdge, OpenGrant, OpenMembership, OpenTeaching, Part};
use crate::{
    ClassGroup, ClassLabel, GroupId, PersonId, PersonName, SchoolYear, Sex, Subject, Term, TermKind,
};

/// A person as the base has them, with their login.
#[derive(Clone, Debug)]
pub(crate) struct KnownPerson {
    pub(crate) id: PersonId,
    pub(crate) external_id: Option<String>,
    pub(crate) snils: Option<String>,
    pub(crate) name: PersonName,
    pub(crate) birth_date: Option<Date>,
    pub(crate) sex: Option<Sex>,
    pub(crate) phone: Option<String>,
    pub(crate) login: Option<String>,
}

/// The base, as far as an import asks.
pub(crate) struct Base {
    pub(crate) people: Vec<KnownPerson>,
    pub(crate) memberships: Vec<OpenMembership>,
    pub(crate) edges: Vec<OpenEdge>,
    pub(crate) grants: Vec<OpenGrant>,
    pub(crate) teachings: Vec<OpenTeaching>,
    pub(crate) subjects: Vec<Subject>,
}

/// One school year of the base.
#[derive(Default)]
pub(crate) struct BaseYear {
    pub(crate) year: Option<SchoolYear>,
    pub(crate) classes: Vec<ClassGroup>,
    pub(crate) parts: Vec<Part>,
    pub(crate) terms: Vec<Term>,
}

impl Base {
    pub(crate) fn load(tx: &ReadTx<'_>) -> Result<Self, store::Error> {
        Ok(Self {
            people: known::people(tx)?,
            memberships: known::memberships(tx)?,
            edges: known::edges(tx)?,
            grants: known::grants(tx)?,
            teachings: known::teachings(tx)?,
            subjects: crate::list_subjects(tx)?,
        })
    }

    /// The class each pupil is in.
    pub(crate) fn classes_of_pupils(&self) -> HashMap<PersonId, &ClassLabel> {
        self.memberships
            .iter()
            .filter_map(|stay| stay.class.as_ref().map(|(_, label)| (stay.person, label)))
            .collect()
    }

    /// Everybody who holds a role of staff or teaches.
    pub(crate) fn staff(&self) -> HashSet<PersonId> {
        let by_role = self.grants.iter().filter(|grant| grant.role.is_staff()).map(|grant| grant.person);
        by_role.chain(self.teachings.iter().map(|teaching| teaching.person)).collect()
    }
}

impl BaseYear {
    pub(crate) fn load(tx: &ReadTx<'_>, start_year: i32) -> Result<Self, store::Error> {
        let Some(year) = crate::find_year_of(tx, start_year)? else { return Ok(Self::default()) };
        let mut terms = Vec::new();
        for kind in [TermKind::Quarter, TermKind::Trimester, TermKind::HalfYear, TermKind::Module] {
            terms.extend(crate::list_terms(tx, year.id, kind)?);
        }
        Ok(Self {
            classes: crate::list_class_groups(tx, year.id)?,
            parts: known::parts(tx, year.id)?,
            terms,
            year: Some(year),
        })
    }

    pub(crate) fn class(&self, label: &ClassLabel) -> Option<&ClassGroup> {
        self.classes.iter().find(|class| class.label == *label)
    }

    /// Class and part of a group.
    pub(crate) fn place_of(&self, group: GroupId) -> Option<(&ClassLabel, Option<&Part>)> {
        let part = self.parts.iter().find(|part| part.id == group);
        let whole = part.map_or(group, |part| part.whole);
        self.classes.iter().find(|class| class.whole == whole).map(|class| (&class.label, part))
    }
}

/// A subject of the base by what it is called.
pub(crate) fn find_subject<'a>(subjects: &'a [Subject], name: &str) -> Option<&'a Subject> {
    let wanted = subject_key(name);
    subjects.iter().find(|subject| subject_key(&subject.name) == wanted)
}
