//! Pupils in classes and subgroups, adults and their children.

use time::Date;

use super::Writer;
use crate::import::batch::Snapshot;
use crate::import::plan::PlannedPupil;
use crate::import::report::Field;
use crate::import::{FileKind, RowKind};
use crate::storage::import::known::OpenMembership;
use crate::{Access, ClassGroup, NewGuardianship, PersonId, Role, storage};

impl Writer<'_, '_> {
    /// Pupils land active and in their class (DIA-X8).
    pub(super) fn pupils(&mut self) -> Result<(), store::Error> {
        for row in &self.plan.pupils {
            let Some(person) = self.outcomes.get(row.person).map(|outcome| outcome.id) else { continue };
            self.person_row(FileKind::Pupils, row.line, row.person);
            let begins = row.enrolled_on.unwrap_or_else(|| self.since_start());
            if self.ensure_grant(person, Role::Pupil, None, begins)? {
                self.person_row(FileKind::Pupils, row.line, row.person).change(Field::Roles);
            }
            let class = self.class(&row.class)?.clone();
            let (since, moved) = self.place(person, &class, row)?;
            if moved {
                self.person_row(FileKind::Pupils, row.line, row.person).change(Field::ClassGroup);
            }
            if self.place_in_parts(person, row, since, moved)? {
                self.person_row(FileKind::Pupils, row.line, row.person).change(Field::Subgroups);
                self.touch_class(class.id);
            }
        }
        Ok(())
    }

    /// Puts a pupil into the class; a pupil of another one is moved (DIA-E1). Returns since when they are in it, and
    /// whether that is new.
    fn place(
        &mut self,
        person: PersonId,
        class: &ClassGroup,
        row: &PlannedPupil,
    ) -> Result<(Date, bool), store::Error> {
        let held = self.base.memberships.iter().find(|stay| stay.person == person && stay.class.is_some());
        if let Some(stay) = held.filter(|stay| stay.group == class.whole) {
            return Ok((stay.starts, false));
        }
        let starts = match held {
            Some(_) => self.since_now(),
            None => row.enrolled_on.unwrap_or(self.year_starts),
        };
        if held.is_some() {
            for stay in self.base.memberships.iter().filter(|stay| stay.person == person) {
                self.end(RowKind::Membership, stay.id, stay.starts, starts)?;
                if let Some((left, _)) = stay.class.as_ref() {
                    self.touch_class(*left);
                }
            }
        }
        self.add_membership(person, class.whole, starts, row)?;
        self.touch_class(class.id);
        self.touch_person(person);
        Ok((starts, true))
    }

    /// Puts a pupil into the subgroups of the row; in each division into one (DIA-I2, DIA-E4).
    fn place_in_parts(
        &mut self,
        person: PersonId,
        row: &PlannedPupil,
        since: Date,
        moved: bool,
    ) -> Result<bool, store::Error> {
        let mut placed = false;
        for part in &row.subgroups {
            let group = self.group(&row.class, Some(part))?;
            let of_division = |stay: &&OpenMembership| {
                let same = |division: &String| crate::fold(division) == crate::fold(&part.0);
                stay.person == person && stay.division.as_ref().is_some_and(same)
            };
            // A pupil who was just moved has no open stay left.
            let held = self.base.memberships.iter().find(|stay| !moved && of_division(stay));
            match held {
                Some(stay) if stay.group == group => continue,
                Some(stay) => {
                    let on = self.since_now();
                    self.end(RowKind::Membership, stay.id, stay.starts, on)?;
                    self.add_membership(person, group, on, row)?;
                }
                None => self.add_membership(person, group, since, row)?,
            }
            placed = true;
        }
        Ok(placed)
    }

    fn add_membership(
        &mut self,
        person: PersonId,
        group: crate::GroupId,
        starts: Date,
        row: &PlannedPupil,
    ) -> Result<(), store::Error> {
        let id = storage::membership::insert(self.tx, person, group, starts, row.order_no.as_deref())?;
        self.batch.added(self.tx, RowKind::Membership, id)
    }

    /// Edges between adults and children; an adult without access keeps the edge, so that the school knows of it.
    pub(super) fn edges(&mut self) -> Result<(), store::Error> {
        for row in &self.plan.edges {
            let Some(adult) = self.outcomes.get(row.adult).map(|outcome| outcome.id) else { continue };
            let child = self.person(row.child)?;
            self.person_row(FileKind::Guardians, row.line, row.adult);
            let starts = self.since_start();
            if !self.granted_guardian(row.adult, row.line)
                && self.ensure_grant(adult, Role::Guardian, None, starts)?
            {
                self.person_row(FileKind::Guardians, row.line, row.adult).change(Field::Roles);
            }
            let held = self.base.edges.iter().find(|edge| (edge.adult, edge.child) == (adult, child));
            if let Some(edge) = held {
                let after = Snapshot::Guardianship {
                    relation: row.relation.clone().unwrap_or_else(|| edge.relation.clone()),
                    access: row.access.unwrap_or(edge.access).word().to_owned(),
                    contact_order: row.contact_order.unwrap_or(edge.contact_order),
                };
                if !self.batch.change(self.tx, RowKind::Guardianship, edge.id.get(), &after)? {
                    continue;
                }
                self.person_row(FileKind::Guardians, row.line, row.adult).change(Field::Guardianship);
            } else {
                let edge = NewGuardianship {
                    adult,
                    child,
                    relation: row.relation.as_deref().unwrap_or_default(),
                    access: row.access.unwrap_or(Access::Full),
                    contact_order: row.contact_order.unwrap_or(1),
                    starts,
                };
                let id = storage::guardianship::insert(self.tx, &edge)?;
                self.batch.added(self.tx, RowKind::Guardianship, id.get())?;
                self.person_row(FileKind::Guardians, row.line, row.adult).add();
            }
            self.touch_person(adult);
            self.touch_person(child);
        }
        Ok(())
    }

    /// Whether an earlier row of this import has made the adult a guardian already.
    fn granted_guardian(&self, adult: usize, line: u32) -> bool {
        self.plan.edges.iter().take_while(|row| row.line != line).any(|row| row.adult == adult)
    }
}
