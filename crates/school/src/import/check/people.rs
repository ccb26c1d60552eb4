//! Who is who: one person is found in several rows and in the base by external id, by СНИЛС, by full name and birth
//! date, and otherwise asked for (DIA-X6). Never by name alone (DIA-I16).

use std::collections::HashMap;

use time::Date;

use crate::import::column::Column;
use crate::import::known::{Base, KnownPerson};
use crate::import::plan::{PersonRef, PlannedPerson};
use crate::import::problems::Problems;
use crate::import::rows::Identity;
use crate::import::{FileKind, PersonFault};
use crate::{PersonId, PersonName};

/// What names are compared by.
pub(crate) fn name_key(name: &PersonName) -> String {
    crate::search_key(&name.full())
}

/// A person named by one or several rows.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) list: FileKind,
    pub(crate) line: u32,
    pub(crate) identity: Identity,
    pub(crate) known: Option<PersonId>,
}

/// Everybody the files name.
pub(crate) struct People<'b> {
    base: &'b Base,
    pub(crate) entries: Vec<Entry>,
    by_external: HashMap<String, usize>,
    by_snils: HashMap<String, usize>,
    by_birth: HashMap<(String, Date), usize>,
    known_external: HashMap<&'b str, &'b KnownPerson>,
    known_snils: HashMap<&'b str, &'b KnownPerson>,
    known_login: HashMap<&'b str, &'b KnownPerson>,
    known_name: HashMap<String, Vec<&'b KnownPerson>>,
}

impl<'b> People<'b> {
    pub(crate) fn new(base: &'b Base) -> Self {
        let mut known_name: HashMap<String, Vec<&KnownPerson>> = HashMap::new();
        for person in &base.people {
            known_name.entry(name_key(&person.name)).or_default().push(person);
        }
        let keyed = |key: fn(&KnownPerson) -> Option<&String>| {
            base.people.iter().filter_map(|person| Some((key(person)?.as_str(), person))).collect()
        };
        Self {
            base,
            entries: Vec::new(),
            by_external: HashMap::new(),
            by_snils: HashMap::new(),
            by_birth: HashMap::new(),
            known_external: keyed(|person| person.external_id.as_ref()),
            known_snils: keyed(|person| person.snils.as_ref()),
            known_login: keyed(|person| person.login.as_ref()),
            known_name,
        }
    }

    /// Takes the person of a row: a new entry, or the one that another row made. `None` only when the row does not
    /// say who it is about.
    pub(crate) fn add(
        &mut self,
        problems: &mut Problems,
        list: FileKind,
        line: u32,
        identity: &Identity,
    ) -> Option<usize> {
        if let Some((at, column)) = self.find_entry(identity) {
            self.meet(problems, list, line, identity, at, column);
            return Some(at);
        }
        if identity.name.is_none() && identity.external_id.is_none() {
            return None;
        }
        let known = self.find_known(problems, list, line, identity);
        Some(self.push(Entry { list, line, identity: identity.clone(), known }))
    }

    /// Takes the person of a row whom the caller has already found in the base.
    pub(crate) fn add_known(
        &mut self,
        list: FileKind,
        line: u32,
        identity: &Identity,
        known: PersonId,
    ) -> usize {
        match self.entries.iter().position(|entry| entry.known == Some(known)) {
            Some(at) => at,
            None => self.push(Entry { list, line, identity: identity.clone(), known: Some(known) }),
        }
    }

    fn push(&mut self, entry: Entry) -> usize {
        let at = self.entries.len();
        let identity = &entry.identity;
        if let Some(id) = &identity.external_id {
            self.by_external.insert(id.clone(), at);
        }
        if let Some(snils) = &identity.snils {
            self.by_snils.insert(snils.clone(), at);
        }
        if let Some((name, born)) = identity.name.as_ref().zip(identity.birth_date) {
            self.by_birth.insert((name_key(name), born), at);
        }
        self.entries.push(entry);
        at
    }

    /// The entry of the same person, and the column that tells so.
    fn find_entry(&self, identity: &Identity) -> Option<(usize, Column)> {
        let external = identity.external_id.as_ref().and_then(|id| self.by_external.get(id));
        let snils = || identity.snils.as_ref().and_then(|snils| self.by_snils.get(snils));
        let born = || {
            let (name, born) = identity.name.as_ref().zip(identity.birth_date)?;
            self.by_birth.get(&(name_key(name), born))
        };
        external
            .map(|at| (*at, Column::ExternalId))
            .or_else(|| snils().map(|at| (*at, Column::Snils)))
            .or_else(|| born().map(|at| (*at, Column::Surname)))
    }

    /// Says what is wrong when a row is about somebody whom an earlier row has named.
    fn meet(
        &mut self,
        problems: &mut Problems,
        list: FileKind,
        line: u32,
        identity: &Identity,
        at: usize,
        column: Column,
    ) {
        let Some(entry) = self.entries.get_mut(at) else { return };
        let file = problems.file(entry.list);
        let text = identity.external_id.as_deref().unwrap_or_default();
        // One row for each adult and child: an adult of several children stands in several rows.
        let once = list != FileKind::Guardians || entry.list != FileKind::Guardians;
        let other_id = match (&identity.external_id, &entry.identity.external_id) {
            (Some(here), Some(there)) => here != there,
            _ => false,
        };
        if list == entry.list && once {
            let fault = if column == Column::ExternalId {
                PersonFault::RepeatedId { line: entry.line }
            } else {
                PersonFault::Repeated { file, line: entry.line }
            };
            problems.cell(list, line, column, text, fault);
            return;
        }
        if other_id {
            problems.cell(
                list,
                line,
                Column::ExternalId,
                text,
                PersonFault::Repeated { file, line: entry.line },
            );
            return;
        }
        let before = entry.line;
        let mut differs = |column: Column| {
            problems.cell(list, line, column, "", PersonFault::Differs { file: file.clone(), line: before });
        };
        let same_name = match (&identity.name, &entry.identity.name) {
            (Some(here), Some(there)) => name_key(here) == name_key(there),
            _ => true,
        };
        if !same_name {
            differs(Column::Surname);
        }
        merge(&mut entry.identity.phone, identity.phone.as_ref(), || differs(Column::Phone));
        merge(&mut entry.identity.birth_date, identity.birth_date.as_ref(), || differs(Column::BirthDate));
        merge(&mut entry.identity.sex, identity.sex.as_ref(), || differs(Column::Sex));
        merge(&mut entry.identity.snils, identity.snils.as_ref(), || differs(Column::Snils));
        merge(&mut entry.identity.login, identity.login.as_ref(), || differs(Column::Login));
    }

    /// The person of the base whom a row is about (DIA-X6).
    fn find_known(
        &self,
        problems: &mut Problems,
        list: FileKind,
        line: u32,
        identity: &Identity,
    ) -> Option<PersonId> {
        let name = identity.name.as_ref()?;
        let mut refuse =
            |column: Column, fault: PersonFault| problems.cell(list, line, column, &name.full(), fault);
        if let Some(found) = identity.external_id.as_deref().and_then(|id| self.known_external.get(id)) {
            let other_birth =
                identity.birth_date.zip(found.birth_date).is_some_and(|(here, there)| here != there);
            let other_name = name.surname != found.name.surname && name.given != found.name.given;
            // A married name or a mended date is a change; both at once are another person under a used number.
            if other_name && (other_birth || identity.birth_date.is_none()) {
                refuse(Column::ExternalId, PersonFault::OtherPerson { name: found.name.full() });
            }
            return Some(found.id);
        }
        let strangers = |found: &KnownPerson| identity.external_id.is_some() && found.external_id.is_some();
        if let Some(found) = identity.snils.as_deref().and_then(|snils| self.known_snils.get(snils)) {
            if strangers(found) {
                let external_id = found.external_id.clone().unwrap_or_default();
                refuse(Column::Snils, PersonFault::OtherId { external_id });
            }
            return Some(found.id);
        }
        let namesakes = self.known_name.get(&name_key(name)).map(Vec::as_slice).unwrap_or_default();
        let born = identity.birth_date;
        let same: Vec<&&KnownPerson> =
            namesakes.iter().filter(|found| born.is_some() && found.birth_date == born).collect();
        if let [found] = *same.as_slice() {
            if strangers(found) {
                let external_id = found.external_id.clone().unwrap_or_default();
                refuse(Column::ExternalId, PersonFault::OtherId { external_id });
            }
            return Some(found.id);
        }
        // The login in a row is the school's own word that this is the person who has it.
        if let Some(found) = identity.login.as_deref().and_then(|login| self.known_login.get(login)) {
            // Of another name it is a login that is taken, which is said with all logins.
            return (name_key(&found.name) == name_key(name)).then_some(found.id);
        }
        let doubtful = namesakes.iter().find(|found| {
            let apart = born.zip(found.birth_date).is_some_and(|(here, there)| here != there);
            !apart && !strangers(found) && identity.login.is_none()
        });
        if let Some(found) = doubtful {
            refuse(Column::Surname, PersonFault::SameName { login: found.login.clone() });
        }
        None
    }

    /// The person with an external id, in the files or in the base.
    pub(crate) fn by_external(&self, id: &str) -> Option<PersonRef> {
        let entry = self.by_external.get(id).map(|at| PersonRef::Planned(*at));
        entry.or_else(|| self.known_external.get(id).map(|person| self.reference(person.id)))
    }

    /// The person with a full name and birth date, in the files or in the base.
    pub(crate) fn by_birth(&self, name: &str, born: Date) -> Option<PersonRef> {
        let key = crate::search_key(name);
        let known = || {
            let same = self.known_name.get(&key)?.iter().find(|person| person.birth_date == Some(born))?;
            Some(self.reference(same.id))
        };
        self.by_birth.get(&(key.clone(), born)).map(|at| PersonRef::Planned(*at)).or_else(known)
    }

    /// People of the base with this full name.
    pub(crate) fn namesakes(&self, name: &PersonName) -> &[&'b KnownPerson] {
        self.known_name.get(&name_key(name)).map(Vec::as_slice).unwrap_or_default()
    }

    fn reference(&self, known: PersonId) -> PersonRef {
        let entry = self.entries.iter().position(|entry| entry.known == Some(known));
        entry.map_or(PersonRef::Known(known), PersonRef::Planned)
    }

    /// Logins are unique, and a person keeps the one they have.
    pub(crate) fn check_logins(&self, problems: &mut Problems) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let Some(login) = entry.identity.login.as_deref() else { continue };
            let mut refuse =
                |fault: PersonFault| problems.cell(entry.list, entry.line, Column::Login, login, fault);
            let owner = self.known_login.get(login);
            let own = entry.known.and_then(|id| self.base.people.iter().find(|person| person.id == id));
            if seen.insert(login, at).is_some() || owner.is_some_and(|owner| Some(owner.id) != entry.known) {
                refuse(PersonFault::LoginTaken);
            } else if let Some(other) = own.and_then(|own| own.login.as_ref()).filter(|other| *other != login)
            {
                refuse(PersonFault::OtherLogin { login: other.clone() });
            }
        }
    }

    /// The people of the plan; whoever has no name has a problem, and then there is no plan.
    pub(crate) fn finish(self) -> Vec<PlannedPerson> {
        let planned = |entry: Entry| {
            let Identity { external_id, snils, name, birth_date, sex, phone, login } = entry.identity;
            Some(PlannedPerson {
                external_id,
                snils,
                name: name?,
                birth_date,
                sex,
                phone,
                login,
                known: entry.known,
            })
        };
        self.entries.into_iter().filter_map(planned).collect()
    }
}

fn merge<T: Clone + PartialEq>(kept: &mut Option<T>, said: Option<&T>, differs: impl FnOnce()) {
    match (kept.as_ref(), said) {
        (Some(kept), Some(said)) if kept != said => differs(),
        (None, Some(said)) => *kept = Some(said.clone()),
        (Some(_) | None, _) => {}
    }
}
