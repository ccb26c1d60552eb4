//! People, their accounts, the staff's roles.

use std::collections::HashMap;

use super::{Renamed, Writer, changed_fields};
use crate::import::batch::Snapshot;
use crate::import::known::KnownPerson;
use crate::import::plan::PlannedPerson;
use crate::import::report::Field;
use crate::import::{FileKind, RowKind};
use crate::{ClassGroupId, ClassLabel, NewPerson, PersonId, Role, Sex, storage};

/// The person behind one of the plan's.
pub(super) struct PersonOutcome {
    pub(super) id: PersonId,
    pub(super) added: bool,
    pub(super) fields: Vec<Field>,
}

impl Writer<'_, '_> {
    pub(super) fn people(&mut self) -> Result<(), store::Error> {
        let known: HashMap<PersonId, &KnownPerson> =
            self.base.people.iter().map(|person| (person.id, person)).collect();
        for planned in &self.plan.people {
            let outcome = match planned.known.and_then(|id| known.get(&id)) {
                Some(known) => self.change_person(known, planned)?,
                None => self.add_person(planned)?,
            };
            self.outcomes.push(outcome);
        }
        // Logins that the files choose come first, so that no made one takes them (DIA-O6).
        for chosen in [true, false] {
            for (at, planned) in
                self.plan.people.iter().enumerate().filter(|(_, one)| one.login.is_some() == chosen)
            {
                let has =
                    planned.known.and_then(|id| known.get(&id)).is_some_and(|person| person.login.is_some());
                if !has {
                    self.add_account(at, planned)?;
                }
            }
        }
        Ok(())
    }

    fn add_person(&mut self, planned: &PlannedPerson) -> Result<PersonOutcome, store::Error> {
        let new = NewPerson {
            external_id: planned.external_id.as_deref(),
            name: &planned.name,
            birth_date: planned.birth_date,
            sex: planned.sex,
            phone: planned.phone.as_deref(),
        };
        let id = storage::person::insert(self.tx, &new)?;
        if let Some(snils) = &planned.snils {
            storage::person::set_snils(self.tx, id, snils)?;
        }
        self.batch.added(self.tx, RowKind::Person, id.get())?;
        Ok(PersonOutcome { id, added: true, fields: Vec::new() })
    }

    /// An empty cell says nothing: what the base knows stays (DIA-X7).
    fn change_person(
        &mut self,
        known: &KnownPerson,
        planned: &PlannedPerson,
    ) -> Result<PersonOutcome, store::Error> {
        let birth_date = planned.birth_date.or(known.birth_date);
        let sex = planned.sex.or(known.sex);
        let text = |said: &Option<String>, kept: &Option<String>| said.clone().or_else(|| kept.clone());
        let external_id = text(&planned.external_id, &known.external_id);
        let (snils, phone) = (text(&planned.snils, &known.snils), text(&planned.phone, &known.phone));
        let fields = changed_fields(&[
            (Field::ExternalId, external_id != known.external_id),
            (Field::Name, planned.name != known.name),
            (Field::BirthDate, birth_date != known.birth_date),
            (Field::Sex, sex != known.sex),
            (Field::Phone, phone != known.phone),
            (Field::Snils, snils != known.snils),
        ]);
        if fields.contains(&Field::Name) {
            let (before, after) = (known.name.clone(), planned.name.clone());
            self.renamed.push(Renamed { person: known.id, before, after });
        }
        if !fields.is_empty() {
            let name = planned.name.clone();
            let after = Snapshot::Person {
                external_id,
                snils,
                surname: name.surname,
                given: name.given,
                patronymic: name.patronymic,
                birth_date,
                sex: sex.map(|sex: Sex| sex.word().to_owned()),
                phone,
            };
            self.batch.change(self.tx, RowKind::Person, known.id.get(), &after)?;
            self.touch_person(known.id);
        }
        Ok(PersonOutcome { id: known.id, added: false, fields })
    }

    fn add_account(&mut self, at: usize, planned: &PlannedPerson) -> Result<(), store::Error> {
        let Some(outcome) = self.outcomes.get_mut(at) else { return Ok(()) };
        if !outcome.added {
            outcome.fields.push(Field::Account);
        }
        let person = outcome.id;
        let login = match &planned.login {
            Some(login) => login.clone(),
            None => crate::login_for(self.tx, &planned.name)?,
        };
        let account = storage::account::insert(self.tx, person, &login)?;
        self.batch.added(self.tx, RowKind::Account, account.get())
    }

    /// Roles by position. A role that the list no longer names stays: taking rights away is a deed of its own, and a
    /// list without the administrator's second position must not lock them out.
    pub(super) fn staff(&mut self) -> Result<(), store::Error> {
        for row in &self.plan.staff {
            let Some(person) = self.outcomes.get(row.person).map(|outcome| outcome.id) else { continue };
            let starts = row.hired_on.unwrap_or_else(|| self.since_start());
            self.person_row(FileKind::Staff, row.line, row.person);
            for role in &row.roles {
                if self.ensure_grant(person, *role, Some(&row.position), starts)? {
                    self.person_row(FileKind::Staff, row.line, row.person).change(Field::Roles);
                    self.touch_person(person);
                }
            }
        }
        Ok(())
    }

    /// Grants a role that a person does not hold; tells whether it was granted.
    pub(super) fn ensure_grant(
        &mut self,
        person: PersonId,
        role: Role,
        position: Option<&str>,
        starts: time::Date,
    ) -> Result<bool, store::Error> {
        if self.base.grants.iter().any(|grant| (grant.person, grant.role) == (person, role)) {
            return Ok(false);
        }
        let id = storage::role::insert(self.tx, person, role, None, position, starts)?;
        self.batch.added(self.tx, RowKind::Grant, id)?;
        Ok(true)
    }

    /// The homeroom teachers of each class that the files name: those who are not named any more end today.
    pub(super) fn homerooms(&mut self) -> Result<(), store::Error> {
        let mut wanted: HashMap<&ClassLabel, Vec<(FileKind, u32, PersonId)>> = HashMap::new();
        for row in &self.plan.homerooms {
            let teacher = self.person(row.teacher)?;
            wanted.entry(&row.class).or_default().push((row.list, row.line, teacher));
        }
        let mut labels: Vec<&ClassLabel> = wanted.keys().copied().collect();
        labels.sort_by(|left, right| (left.grade, &left.letter).cmp(&(right.grade, &right.letter)));
        for label in labels {
            let class = self.class(label)?.id;
            let rows = wanted.get(label).map(Vec::as_slice).unwrap_or_default();
            self.settle_homeroom(class, label, rows)?;
        }
        Ok(())
    }

    fn settle_homeroom(
        &mut self,
        class: ClassGroupId,
        label: &ClassLabel,
        rows: &[(FileKind, u32, PersonId)],
    ) -> Result<(), store::Error> {
        let held: Vec<(i64, PersonId, time::Date)> = self
            .base
            .grants
            .iter()
            .filter(|grant| grant.role == Role::HomeroomTeacher && grant.class == Some(class))
            .map(|grant| (grant.id, grant.person, grant.starts))
            .collect();
        let mut granted: Vec<PersonId> = held.iter().map(|(_, person, _)| *person).collect();
        let starts = if held.is_empty() { self.since_start() } else { self.since_now() };
        for (list, line, teacher) in rows {
            if granted.contains(teacher) {
                continue;
            }
            let id =
                storage::role::insert(self.tx, *teacher, Role::HomeroomTeacher, Some(class), None, starts)?;
            self.batch.added(self.tx, RowKind::Grant, id)?;
            granted.push(*teacher);
            self.report.row(*list, *line, || label.to_string()).change(Field::Homeroom);
            self.touch_class(class);
            self.touch_person(*teacher);
        }
        // Only the list of classes names a class's teachers in full; a row of the staff names one of them.
        let whole = rows.iter().any(|(list, _, _)| *list == FileKind::Classes);
        for (id, person, began) in held {
            if whole && !rows.iter().any(|(_, _, teacher)| *teacher == person) {
                let on = self.since_now();
                self.end(RowKind::Grant, id, began, on)?;
                self.touch_class(class);
                self.touch_person(person);
            }
        }
        Ok(())
    }
}
