//! Subjects, who teaches them to whom, and the lessons of the week.

use std::collections::HashMap;

use super::{LessonPlace, Writer};
use crate::import::batch::Snapshot;
use crate::import::known::find_subject;
use crate::import::plan::PlannedLoad;
use crate::import::report::Field;
use crate::import::short_name::{short_name, subject_key};
use crate::import::{FileKind, RowKind};
use crate::storage::import::known::OpenTeaching;
use crate::{GroupId, NewTeaching, PersonId, SubjectId, TeachingRole, storage};

impl Writer<'_, '_> {
    pub(super) fn load(&mut self) -> Result<(), store::Error> {
        for row in &self.plan.load {
            let subject = self.subject(&row.subject)?;
            let group = self.group(&row.class, row.part.as_ref())?;
            let label = || match &row.part {
                Some((division, part)) => format!("{}, {division} {part}, {}", row.class, row.subject),
                None => format!("{}, {}", row.class, row.subject),
            };
            self.report.row(FileKind::Load, row.line, label);
            let teacher = self.person(row.teacher)?;
            self.teach(row, group, subject, teacher, TeachingRole::Main)?;
            if let Some(second) = row.second_teacher {
                let second = self.person(second)?;
                self.teach(row, group, subject, second, TeachingRole::Co)?;
            }
        }
        Ok(())
    }

    fn subject(&mut self, name: &str) -> Result<SubjectId, store::Error> {
        if let Some(known) = find_subject(&self.base.subjects, name) {
            return Ok(known.id);
        }
        if let Some(id) = self.subjects.get(&subject_key(name)) {
            return Ok(*id);
        }
        let id = storage::subject::insert(self.tx, name, &short_name(name))?;
        self.batch.added(self.tx, RowKind::Subject, id.get())?;
        self.subjects.insert(subject_key(name), id);
        Ok(id)
    }

    fn teach(
        &mut self,
        row: &PlannedLoad,
        group: GroupId,
        subject: SubjectId,
        person: PersonId,
        role: TeachingRole,
    ) -> Result<(), store::Error> {
        let main = role == TeachingRole::Main;
        let base = self.base;
        let held: Vec<&OpenTeaching> = base
            .teachings
            .iter()
            .filter(|held| (held.group, held.subject, held.main) == (group, subject, main))
            .collect();
        if let Some(same) = held.iter().find(|held| held.person == person) {
            let room = row.room.clone().or_else(|| same.room.clone());
            let after = Snapshot::Teaching { hours: row.hours, room, ends: None };
            if self.batch.change(self.tx, RowKind::Teaching, same.id.get(), &after)? {
                self.row(row).change(Field::Load);
            }
            return Ok(());
        }
        // Another teacher from now on: the old assignment ends and stays in the books (DIA-E7).
        let starts = if held.is_empty() { self.year_starts } else { self.since_now() };
        for old in &held {
            let ends = Some(starts.max(old.starts));
            let after = Snapshot::Teaching { hours: old.hours, room: old.room.clone(), ends };
            self.batch.change(self.tx, RowKind::Teaching, old.id.get(), &after)?;
            self.touch_person(old.person);
        }
        let new = NewTeaching {
            person,
            group,
            subject,
            role,
            hours_per_week: row.hours,
            room: row.room.as_deref(),
            starts,
        };
        let id = storage::teaching::insert(self.tx, &new)?;
        self.batch.added(self.tx, RowKind::Teaching, id.get())?;
        if held.is_empty() && main {
            self.row(row).add();
        } else {
            self.row(row).change(Field::Teacher);
        }
        let class = self.class(&row.class)?.id;
        self.touch_class(class);
        self.touch_person(person);
        Ok(())
    }

    fn row(&mut self, row: &PlannedLoad) -> &mut crate::import::RowReport {
        self.report.row(FileKind::Load, row.line, String::new)
    }

    /// The lessons of the week with the rows they name.
    pub(super) fn lessons(&mut self) -> Result<Vec<LessonPlace>, store::Error> {
        let mut groups = HashMap::new();
        let mut lessons = Vec::new();
        for lesson in &self.plan.lessons {
            let key = (&lesson.class, &lesson.part);
            let group = match groups.get(&key) {
                Some(group) => *group,
                None => {
                    let group = self.group(&lesson.class, lesson.part.as_ref())?;
                    groups.insert(key, group);
                    group
                }
            };
            lessons.push(LessonPlace {
                line: lesson.line,
                class_group: self.class(&lesson.class)?.id,
                group,
                weekday: lesson.weekday,
                weeks: lesson.weeks,
                slot: lesson.slot,
                subject: self.subject(&lesson.subject)?,
                teacher: self.person(lesson.teacher)?,
                room: lesson.room.clone(),
            });
        }
        Ok(lessons)
    }
}
