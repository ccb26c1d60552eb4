//! Compares what the files say with each other and with the base, finding all problems at once.

mod calendar;
mod children;
mod people;
mod teaching;

use std::collections::{BTreeMap, HashMap, HashSet};

use store::ReadTx;
use time::Date;

use super::column::Column;
use super::known::{Base, BaseYear};
use super::plan::{Plan, PlannedBell, PlannedClass, PlannedHomeroom, PlannedPupil, PlannedStaff};
use super::problems::Problems;
use super::rows::Sheets;
use super::{CellFault, FileKind, Problem, ReferenceFault, RowFault, cell};
use crate::ClassLabel;
use people::People;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The files are to be corrected; nothing was written.
    #[error("the lists have {} problems", .0.len())]
    Problems(Vec<Problem>),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What the checks share.
pub(crate) struct Ground<'a> {
    pub(crate) sheets: &'a Sheets,
    pub(crate) base: &'a Base,
    pub(crate) year: &'a BaseYear,
    /// Labels of the classes that the list of classes or the base has.
    pub(crate) classes: HashSet<ClassLabel>,
    /// The set of bells of each class of the list.
    pub(crate) bells: HashMap<ClassLabel, String>,
}

impl Ground<'_> {
    /// Whether a class exists; says so when not, unless the list of classes could not be read.
    fn knows(
        &self,
        problems: &mut Problems,
        list: FileKind,
        line: u32,
        column: Column,
        label: &ClassLabel,
    ) -> bool {
        if self.classes.contains(label) {
            return true;
        }
        if !problems.is_broken(FileKind::Classes) {
            let fault = ReferenceFault::Class { label: label.clone() };
            problems.cell(list, line, column, &label.short(), fault);
        }
        false
    }
}

impl Plan {
    /// Checks the sheets against each other and against the base.
    ///
    /// # Errors
    /// [`CheckError::Problems`] with everything that is to be corrected.
    pub fn check(tx: &ReadTx<'_>, mut sheets: Sheets, today: Date) -> Result<Self, CheckError> {
        let mut problems = std::mem::take(&mut sheets.problems);
        let base = Base::load(tx)?;
        let found = crate::find_year(tx, today)?;
        let year = calendar::school_year(&mut problems, &sheets.terms, found.as_ref(), today);
        let base_year = BaseYear::load(tx, year.start_year)?;
        let mut ground = Ground {
            sheets: &sheets,
            base: &base,
            year: &base_year,
            classes: base_year.classes.iter().map(|class| class.label.clone()).collect(),
            bells: HashMap::new(),
        };
        let terms = calendar::terms(&mut problems, &sheets.terms, &year);
        let bells = calendar::bells(&mut problems, &sheets.bells);
        let classes = classes(&mut problems, &mut ground, &bells, &terms);
        let days_off = calendar::days_off(&mut problems, &ground);

        let mut people = People::new(&base);
        let staff = staff(&mut problems, &ground, &mut people);
        let pupils = pupils(&mut problems, &ground, &mut people);
        let edges = children::edges(&mut problems, &ground, &mut people, &pupils);
        let teachers = teaching::Teachers::new(&base, &people, &staff);
        let mut homerooms = homerooms_of_staff(&mut problems, &ground, &sheets, &staff);
        homerooms.extend(homerooms_of_classes(&mut problems, &ground, &teachers));
        let load = teaching::load(&mut problems, &ground, &teachers);
        let lessons = teaching::lessons(&mut problems, &ground, &teachers, &load, &bells);
        people.check_logins(&mut problems);
        let people = people.finish();
        if !problems.is_empty() {
            return Err(CheckError::Problems(problems.into_list()));
        }
        let load = load.into_iter().filter_map(|taught| taught.row).collect();
        let present = sheets.present.clone();
        let timetable_file = problems.file(FileKind::Timetable);
        Ok(Self {
            year,
            terms,
            days_off,
            classes,
            people,
            pupils,
            edges,
            staff,
            homerooms,
            load,
            bells,
            lessons,
            present,
            timetable_file,
        })
    }
}

/// The name of a set of bells: that of the set, with the shift when it is not the first (DIA-E11).
fn set_name(set: &str, shift: Option<u8>) -> String {
    match shift {
        None | Some(0 | 1) => set.to_owned(),
        Some(shift) => format!("{set}, {shift} смена"),
    }
}

fn classes(
    problems: &mut Problems,
    ground: &mut Ground<'_>,
    bells: &[PlannedBell],
    terms: &[super::plan::PlannedTerm],
) -> Vec<PlannedClass> {
    let list = FileKind::Classes;
    let sets: HashSet<&str> = bells.iter().map(|bell| bell.set.as_str()).collect();
    let has_bells = ground.sheets.present.contains(&FileKind::Bells) && !problems.is_broken(FileKind::Bells);
    let has_terms = ground.sheets.present.contains(&FileKind::Terms) && !problems.is_broken(FileKind::Terms);
    let mut seen: HashMap<&ClassLabel, u32> = HashMap::new();
    let mut classes = Vec::new();
    for row in &ground.sheets.classes {
        let Some(label) = &row.label else { continue };
        if let Some(line) = seen.get(label) {
            problems.cell(list, row.line, Column::Class, &label.short(), RowFault::Repeated { line: *line });
            continue;
        }
        seen.insert(label, row.line);
        ground.classes.insert(label.clone());
        let named = row.bells.as_ref().map(|set| set_name(set, row.shift));
        if let Some(set) = named.as_deref().filter(|set| has_bells && !sets.contains(set)) {
            problems.cell(list, row.line, Column::BellSet, set, ReferenceFault::Bells);
        }
        let known_kind = |kind| {
            terms.iter().any(|term| term.kind == kind)
                || ground.year.terms.iter().any(|term| term.kind == kind)
        };
        if row.term_kind.is_some_and(|kind| has_terms && !known_kind(kind)) {
            problems.cell(list, row.line, Column::TermKind, "", ReferenceFault::Terms);
        }
        // A school with one set of bells need not name it in every row.
        let only = (sets.len() == 1).then(|| sets.iter().next().map(|set| (*set).to_owned())).flatten();
        let bells = named.or(only);
        if let Some(set) = &bells {
            ground.bells.insert(label.clone(), set.clone());
        }
        classes.push(PlannedClass {
            line: row.line,
            label: label.clone(),
            room: row.room.clone(),
            term_kind: row.term_kind,
            bells,
            week_days: row.five_days.map(|five| if five { 5 } else { 6 }),
        });
    }
    classes
}

fn staff(problems: &mut Problems, ground: &Ground<'_>, people: &mut People<'_>) -> Vec<PlannedStaff> {
    let mut staff = Vec::new();
    for row in &ground.sheets.staff {
        let Some(person) = people.add(problems, FileKind::Staff, row.line, &row.identity) else { continue };
        let Some(position) = row.position.clone() else { continue };
        staff.push(PlannedStaff {
            line: row.line,
            person,
            roles: row.roles.clone(),
            position,
            hired_on: row.hired_on,
        });
    }
    staff
}

fn pupils(problems: &mut Problems, ground: &Ground<'_>, people: &mut People<'_>) -> Vec<PlannedPupil> {
    let list = FileKind::Pupils;
    let mut pupils = Vec::new();
    for row in &ground.sheets.pupils {
        let person = people.add(problems, list, row.line, &row.identity);
        let Some(class) = &row.class else { continue };
        if !ground.knows(problems, list, row.line, Column::Class, class) {
            continue;
        }
        let mut divisions = BTreeMap::new();
        for (division, part) in &row.subgroups {
            // DIA-I2: one part of a division.
            if divisions.insert(crate::fold(division), part).is_some() {
                problems.cell(list, row.line, Column::Subgroups, division, CellFault::Subgroups);
            }
        }
        let Some(person) = person else { continue };
        pupils.push(PlannedPupil {
            line: row.line,
            person,
            class: class.clone(),
            enrolled_on: row.enrolled_on,
            order_no: row.order_no.clone(),
            subgroups: row.subgroups.clone(),
        });
    }
    pupils
}

fn homerooms_of_staff(
    problems: &mut Problems,
    ground: &Ground<'_>,
    sheets: &Sheets,
    staff: &[PlannedStaff],
) -> Vec<PlannedHomeroom> {
    let list = FileKind::Staff;
    let mut homerooms = Vec::new();
    for row in &sheets.staff {
        for class in &row.homeroom_of {
            if !ground.knows(problems, list, row.line, Column::HomeroomOf, class) {
                continue;
            }
            let person = staff.iter().find(|planned| planned.line == row.line).map(|planned| planned.person);
            homerooms.extend(person.map(|person| PlannedHomeroom {
                list,
                line: row.line,
                class: class.clone(),
                teacher: super::plan::PersonRef::Planned(person),
            }));
        }
    }
    homerooms
}

fn homerooms_of_classes(
    problems: &mut Problems,
    ground: &Ground<'_>,
    teachers: &teaching::Teachers<'_>,
) -> Vec<PlannedHomeroom> {
    let list = FileKind::Classes;
    let mut homerooms = Vec::new();
    for row in &ground.sheets.classes {
        let (Some(class), Some(names)) = (&row.label, &row.homeroom_teacher) else { continue };
        // A class may have two .
        for name in cell::list(names) {
            let found = teachers.find(problems, list, row.line, Column::HomeroomTeacher, name);
            homerooms.extend(found.map(|teacher| PlannedHomeroom {
                list,
                line: row.line,
                class: class.clone(),
                teacher,
            }));
        }
    }
    homerooms
}
