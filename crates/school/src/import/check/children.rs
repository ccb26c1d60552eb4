//! Adults and children: which child a row of «Родители» names.

use std::collections::HashMap;

use super::Ground;
use super::people::{People, name_key};
use crate::import::column::Column;
use crate::import::plan::{PersonRef, PlannedEdge, PlannedPupil};
use crate::import::problems::Problems;
use crate::import::rows::GuardianRow;
use crate::import::{FileKind, PersonFault, ReferenceFault, RowFault, cell};
use crate::{ClassLabel, PersonId};

const LIST: FileKind = FileKind::Guardians;

pub(super) fn edges(
    problems: &mut Problems,
    ground: &Ground<'_>,
    people: &mut People<'_>,
    pupils: &[PlannedPupil],
) -> Vec<PlannedEdge> {
    let classes = classes_of(ground, people, pupils);
    let mut edges = Vec::new();
    let mut seen: HashMap<(usize, PersonRef), u32> = HashMap::new();
    let mut unnumbered: HashMap<String, u32> = HashMap::new();
    for row in &ground.sheets.guardians {
        let child = row.child.as_deref().and_then(|text| find_child(problems, people, row.line, text));
        if let (Some(child), Some(said)) = (child, &row.child_class)
            && let Some(label) = classes.get(&child).filter(|label| *label != said)
        {
            let fault = ReferenceFault::ChildClass { label: label.clone() };
            problems.cell(LIST, row.line, Column::ChildClass, &said.short(), fault);
        }
        let Some(adult) = find_adult(problems, ground, people, row, child, &mut unnumbered) else { continue };
        let Some(child) = child else { continue };
        if let Some(line) = seen.insert((adult, child), row.line) {
            problems.line(LIST, row.line, RowFault::Repeated { line });
            continue;
        }
        edges.push(PlannedEdge {
            line: row.line,
            adult,
            child,
            relation: row.relation.clone(),
            access: row.access,
            contact_order: row.contact_order,
        });
    }
    edges
}

/// The class of each child, as the files have it, otherwise as the base has it.
fn classes_of(
    ground: &Ground<'_>,
    people: &People<'_>,
    pupils: &[PlannedPupil],
) -> HashMap<PersonRef, ClassLabel> {
    let mut classes = HashMap::new();
    for (person, label) in ground.base.classes_of_pupils() {
        let planned = people.entries.iter().position(|entry| entry.known == Some(person));
        let reference = planned.map_or(PersonRef::Known(person), PersonRef::Planned);
        classes.insert(reference, label.clone());
    }
    for pupil in pupils {
        classes.insert(PersonRef::Planned(pupil.person), pupil.class.clone());
    }
    classes
}

/// The child of a cell: an external id, or a full name with a birth date.
fn find_child(problems: &mut Problems, people: &People<'_>, line: u32, text: &str) -> Option<PersonRef> {
    if let Some(child) = people.by_external(text) {
        return Some(child);
    }
    // «Ильина Варвара Олеговна, 14.03.2014»
    let named = text.rsplit_once([' ', ',']).and_then(|(name, born)| {
        let born = cell::date(born.trim()).ok()?;
        Some((name.trim().trim_end_matches(','), born))
    });
    let fault = match named {
        Some((name, born)) => match people.by_birth(name, born) {
            Some(child) => return Some(child),
            None => ReferenceFault::Child,
        },
        // A name of several words and no digit could be of several children (DIA-I16).
        None if text.contains(' ') && !text.contains(|sign: char| sign.is_ascii_digit()) => {
            ReferenceFault::ChildByName
        }
        None => ReferenceFault::Child,
    };
    if !problems.is_broken(FileKind::Pupils) {
        problems.cell(LIST, line, Column::Child, text, fault);
    }
    None
}

fn find_adult(
    problems: &mut Problems,
    ground: &Ground<'_>,
    people: &mut People<'_>,
    row: &GuardianRow,
    child: Option<PersonRef>,
    unnumbered: &mut HashMap<String, u32>,
) -> Option<usize> {
    let identity = &row.identity;
    let told = identity.external_id.is_some() || identity.snils.is_some() || identity.birth_date.is_some();
    let Some(name) = identity.name.as_ref().filter(|_| !told) else {
        return people.add(problems, LIST, row.line, identity);
    };
    if let Some(line) = unnumbered.insert(name_key(name), row.line) {
        problems.cell(LIST, row.line, Column::Surname, &name.full(), PersonFault::SameNameInFile { line });
        return None;
    }
    // Who answers for this very child under this very name is the same adult: that is the child's row found again,
    // not a person matched by name (DIA-I16).
    let child: Option<PersonId> = match child {
        Some(PersonRef::Known(child)) => Some(child),
        Some(PersonRef::Planned(at)) => people.entries.get(at).and_then(|entry| entry.known),
        None => None,
    };
    let related = |adult: PersonId| {
        ground.base.edges.iter().any(|edge| edge.adult == adult && Some(edge.child) == child)
    };
    let same: Vec<PersonId> =
        people.namesakes(name).iter().map(|person| person.id).filter(|adult| related(*adult)).collect();
    match *same.as_slice() {
        [known] => Some(people.add_known(LIST, row.line, identity, known)),
        _ => people.add(problems, LIST, row.line, identity),
    }
}
