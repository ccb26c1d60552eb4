//! Who teaches what to whom, and when.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Ground;
use super::people::{People, name_key};
use crate::import::column::Column;
use crate::import::known::Base;
use crate::import::plan::{PersonRef, PlannedBell, PlannedLesson, PlannedLoad, PlannedStaff};
use crate::import::problems::Problems;
use crate::import::rows::LessonRow;
use crate::import::short_name::subject_key;
use crate::import::{FileKind, LessonFault, ReferenceFault, RowFault, Weeks};
use crate::{ClassLabel, PersonId};

/// The staff by full name.
///
/// A cell «Учитель» names one of the staff whom the list of staff or the base already tells apart by id. That is a
/// reference inside one batch, not the matching of a person to an existing one, which no import does by name alone
/// (DIA-I16); where the name is not enough, it is a problem, and the external id may stand in its place.
pub(crate) struct Teachers<'a> {
    by_name: HashMap<String, BTreeSet<PersonRef>>,
    by_external: HashMap<&'a str, PersonRef>,
}

impl<'a> Teachers<'a> {
    pub(crate) fn new(base: &'a Base, people: &'a People<'_>, staff: &[PlannedStaff]) -> Self {
        let mut teachers = Self { by_name: HashMap::new(), by_external: HashMap::new() };
        let planned: HashSet<PersonId> = people.entries.iter().filter_map(|entry| entry.known).collect();
        let holders = base.staff();
        for person in
            base.people.iter().filter(|person| holders.contains(&person.id) && !planned.contains(&person.id))
        {
            let reference = PersonRef::Known(person.id);
            teachers.by_name.entry(name_key(&person.name)).or_default().insert(reference);
            teachers.by_external.extend(person.external_id.as_deref().map(|id| (id, reference)));
        }
        let listed: HashSet<usize> = staff.iter().map(|row| row.person).collect();
        for (at, entry) in people.entries.iter().enumerate() {
            let holds = entry.known.is_some_and(|known| holders.contains(&known));
            if !(entry.list == FileKind::Staff || listed.contains(&at) || holds) {
                continue;
            }
            let reference = PersonRef::Planned(at);
            if let Some(name) = &entry.identity.name {
                teachers.by_name.entry(name_key(name)).or_default().insert(reference);
            }
            teachers.by_external.extend(entry.identity.external_id.as_deref().map(|id| (id, reference)));
        }
        teachers
    }

    /// The one of the staff whom a cell names; says so when there is none or more than one.
    pub(crate) fn find(
        &self,
        problems: &mut Problems,
        list: FileKind,
        line: u32,
        column: Column,
        text: &str,
    ) -> Option<PersonRef> {
        if let Some(teacher) = self.by_external.get(text) {
            return Some(*teacher);
        }
        let named = self.by_name.get(&crate::search_key(text));
        let fault = match named.map(BTreeSet::len) {
            Some(1) => return named.and_then(|one| one.first().copied()),
            Some(count) if count > 1 => ReferenceFault::Namesakes { count },
            Some(_) | None => ReferenceFault::Teacher,
        };
        if !problems.is_broken(FileKind::Staff) {
            problems.cell(list, line, column, text, fault);
        }
        None
    }
}

/// What a row of «Нагрузка» says, with the row of the plan when all of it could be read.
pub(super) struct Taught {
    key: Key,
    teachers: Option<Vec<PersonRef>>,
    part: Option<(String, String)>,
    subject: String,
    pub(super) row: Option<PlannedLoad>,
}

/// Class, part of it, subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    class: ClassLabel,
    part: Option<String>,
    subject: String,
}

pub(super) fn load(problems: &mut Problems, ground: &Ground<'_>, teachers: &Teachers<'_>) -> Vec<Taught> {
    let list = FileKind::Load;
    let mut seen: HashMap<Key, u32> = HashMap::new();
    let mut load = Vec::new();
    for row in &ground.sheets.load {
        let teacher = row
            .teacher
            .as_deref()
            .and_then(|name| teachers.find(problems, list, row.line, Column::Teacher, name));
        let second = row.second_teacher.as_deref();
        let found = second.map(|name| teachers.find(problems, list, row.line, Column::SecondTeacher, name));
        let (Some(class), Some(subject)) = (&row.class, &row.subject) else { continue };
        if !ground.knows(problems, list, row.line, Column::Class, class) {
            continue;
        }
        let key = Key {
            class: class.clone(),
            part: row.part.as_deref().map(crate::fold),
            subject: subject_key(subject),
        };
        if let Some(line) = seen.get(&key) {
            problems.line(list, row.line, RowFault::Repeated { line: *line });
            continue;
        }
        seen.insert(key.clone(), row.line);
        let part = match &row.part {
            Some(part) => {
                let division = row.division.clone().or_else(|| only_division(ground, class, part));
                if division.is_none() {
                    problems.cell(list, row.line, Column::Division, part, ReferenceFault::Division);
                }
                division.map(|division| (division, part.clone()))
            }
            None => None,
        };
        let named = match (teacher, found) {
            (Some(teacher), None) => Some(vec![teacher]),
            (Some(teacher), Some(Some(second))) => Some(vec![teacher, second]),
            (Some(_), Some(None)) | (None, _) => None,
        };
        let planned = || {
            Some(PlannedLoad {
                line: row.line,
                class: class.clone(),
                part: part.clone(),
                subject: subject.clone(),
                hours: row.hours?,
                teacher: teacher?,
                second_teacher: found.flatten(),
                room: row.room.clone(),
            })
        };
        let row = planned();
        load.push(Taught { key, teachers: named, part, subject: subject.clone(), row });
    }
    load
}

/// The division of a class that has such a part, when there is only one.
fn only_division(ground: &Ground<'_>, class: &ClassLabel, part: &str) -> Option<String> {
    let wanted = crate::fold(part);
    let mut divisions: BTreeMap<String, &str> = BTreeMap::new();
    for pupil in ground.sheets.pupils.iter().filter(|pupil| pupil.class.as_ref() == Some(class)) {
        for (division, _) in pupil.subgroups.iter().filter(|(_, title)| crate::fold(title) == wanted) {
            divisions.insert(crate::fold(division), division);
        }
    }
    if let Some(whole) = ground.year.class(class).map(|class| class.whole) {
        for known in ground
            .year
            .parts
            .iter()
            .filter(|known| known.whole == whole && crate::fold(&known.title) == wanted)
        {
            divisions.insert(crate::fold(&known.division), &known.division);
        }
    }
    match divisions.len() {
        1 => divisions.into_values().next().map(str::to_owned),
        _ => None,
    }
}

/// What is taught by the files and by the base.
fn taught_by_all(ground: &Ground<'_>, load: &[Taught]) -> HashMap<Key, Taught> {
    let mut taught = HashMap::new();
    for known in &ground.base.teachings {
        let subject = ground.base.subjects.iter().find(|subject| subject.id == known.subject);
        let (Some(subject), Some((class, part))) = (subject, ground.year.place_of(known.group)) else {
            continue;
        };
        let key = Key {
            class: class.clone(),
            part: part.map(|part| crate::fold(&part.title)),
            subject: subject_key(&subject.name),
        };
        let entry: &mut Taught = taught.entry(key.clone()).or_insert_with(|| Taught {
            key,
            teachers: Some(Vec::new()),
            part: part.map(|part| (part.division.clone(), part.title.clone())),
            subject: subject.name.clone(),
            row: None,
        });
        if let Some(teachers) = &mut entry.teachers {
            teachers.push(PersonRef::Known(known.person));
        }
    }
    for row in load {
        let Taught { key, teachers, part, subject, .. } = row;
        let said = Taught {
            key: key.clone(),
            teachers: teachers.clone(),
            part: part.clone(),
            subject: subject.clone(),
            row: None,
        };
        taught.insert(key.clone(), said);
    }
    taught
}

pub(super) fn lessons(
    problems: &mut Problems,
    ground: &Ground<'_>,
    teachers: &Teachers<'_>,
    load: &[Taught],
    bells: &[PlannedBell],
) -> Vec<PlannedLesson> {
    let list = FileKind::Timetable;
    let taught = taught_by_all(ground, load);
    let mut lessons: Vec<PlannedLesson> = Vec::new();
    for row in &ground.sheets.lessons {
        let found = row
            .teacher
            .as_deref()
            .and_then(|name| teachers.find(problems, list, row.line, Column::Teacher, name));
        let Some(class) = &row.class else { continue };
        if !ground.knows(problems, list, row.line, Column::Class, class) {
            continue;
        }
        check_bell(problems, ground, bells, class, row);
        let Some(subject) = &row.subject else { continue };
        let key = Key {
            class: class.clone(),
            part: row.part.as_deref().map(crate::fold),
            subject: subject_key(subject),
        };
        let Some(course) = taught.get(&key) else {
            if !problems.is_broken(FileKind::Load) {
                problems.cell(list, row.line, Column::Subject, subject, ReferenceFault::Teaching);
            }
            continue;
        };
        let Some(teacher) = found else { continue };
        if course.teachers.as_ref().is_some_and(|teachers| !teachers.contains(&teacher)) {
            let text = row.teacher.as_deref().unwrap_or_default();
            problems.cell(list, row.line, Column::Teacher, text, ReferenceFault::TeachingOfAnother);
            continue;
        }
        let (Some(weekday), Some(slot)) = (row.weekday, row.slot) else { continue };
        let lesson = PlannedLesson {
            line: row.line,
            weekday,
            slot,
            class: class.clone(),
            part: course.part.clone(),
            subject: course.subject.clone(),
            teacher,
            room: row.room.clone(),
            weeks: row.weeks,
        };
        check_clash(problems, &lessons, &lesson);
        lessons.push(lesson);
    }
    lessons
}

/// A lesson needs a bell; asked only where the lists bring bells.
fn check_bell(
    problems: &mut Problems,
    ground: &Ground<'_>,
    bells: &[PlannedBell],
    class: &ClassLabel,
    row: &LessonRow,
) {
    let (Some(set), Some(slot), Some(weekday)) = (ground.bells.get(class), row.slot, row.weekday) else {
        return;
    };
    let rings = |bell: &PlannedBell| bell.weekdays.is_empty() || bell.weekdays.contains(&weekday);
    let mut of_set = bells.iter().filter(|bell| bell.set == *set).peekable();
    let known = of_set.peek().is_some()
        && !ground.sheets.bells.iter().any(|row| row.begins.is_none() || row.ends.is_none());
    if known && !of_set.any(|bell| bell.slot == slot && rings(bell)) {
        problems.cell(FileKind::Timetable, row.line, Column::Slot, &slot.to_string(), ReferenceFault::Bell);
    }
}

/// Teacher, class and room are in one place at an instant (DIA-I5); one clash a row is enough to be said.
fn check_clash(problems: &mut Problems, earlier: &[PlannedLesson], lesson: &PlannedLesson) {
    let same_time = |other: &PlannedLesson| {
        (other.weekday, other.slot) == (lesson.weekday, lesson.slot)
            && Weeks::meets(other.weeks, lesson.weeks)
    };
    for other in earlier.iter().filter(|other| same_time(other)) {
        let line = Some(other.line);
        let (column, text, fault) = if other.teacher == lesson.teacher {
            (Column::Teacher, "", LessonFault::TeacherBusy { line })
        } else if other.class == lesson.class && shares_pupils(other, lesson) {
            (Column::Class, "", LessonFault::ClassBusy { line })
        } else if lesson.room.is_some() && room_key(other) == room_key(lesson) {
            (Column::Room, lesson.room.as_deref().unwrap_or_default(), LessonFault::RoomBusy { line })
        } else {
            continue;
        };
        problems.cell(FileKind::Timetable, lesson.line, column, text, fault);
        return;
    }
}

/// Different parts of one division have no pupil in common; all else of a class may have.
fn shares_pupils(one: &PlannedLesson, other: &PlannedLesson) -> bool {
    match (&one.part, &other.part) {
        (Some((division, part)), Some((other_division, other_part))) => {
            crate::fold(division) != crate::fold(other_division)
                || crate::fold(part) == crate::fold(other_part)
        }
        _ => true,
    }
}

fn room_key(lesson: &PlannedLesson) -> Option<String> {
    lesson.room.as_deref().map(crate::search_key)
}
