//! The timetable: versions of weekly entries, and what may not stand in one (DIA-I5).

use std::collections::{BTreeSet, HashMap};

use school::{ClassGroup, ClassGroupId, GroupId, PersonId, SubjectId, YearId};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::{BellSchedule, CourseId, EntryId, VersionId, storage};

/// In which weeks of the year an entry holds; the week of the year's first day is a first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WeekPattern {
    /// Each week.
    All,
    /// The 1st, 3rd, 5th …
    First,
    /// The 2nd, 4th, 6th …
    Second,
}

impl WeekPattern {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::First => "first",
            Self::Second => "second",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::All, Self::First, Self::Second].into_iter().find(|week| week.word() == word)
    }

    /// Whether an entry of this pattern holds on a day of a year that begins on `first`.
    #[must_use]
    pub fn holds(self, first: Date, day: Date) -> bool {
        let week = (monday_of(day) - monday_of(first)).whole_days().div_euclid(7);
        match self {
            Self::All => true,
            Self::First => week.rem_euclid(2) == 0,
            Self::Second => week.rem_euclid(2) == 1,
        }
    }

    const fn meets(self, other: Self) -> bool {
        !matches!((self, other), (Self::First, Self::Second) | (Self::Second, Self::First))
    }
}

/// The Monday of a day's week.
#[must_use]
pub fn monday_of(day: Date) -> Date {
    day.saturating_sub(time::Duration::days(i64::from(day.weekday().number_days_from_monday())))
}

/// One line of a timetable to be published.
#[derive(Clone, Debug)]
pub struct TimetableRow {
    /// The class.
    pub class_group: ClassGroupId,
    /// The class as a whole or a part of it.
    pub group: GroupId,
    /// 1 (Monday) to 7.
    pub weekday: u8,
    /// In which weeks.
    pub week: WeekPattern,
    /// The lesson's number, 0 to 14.
    pub slot: u8,
    /// What is taught.
    pub subject: SubjectId,
    /// Who teaches.
    pub teacher: PersonId,
    /// Where.
    pub room: Option<String>,
}

/// What a row collides with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Other {
    /// Another row of the same publication, counted from 0.
    Row(usize),
    /// An entry of a class that the publication does not touch.
    Standing(EntryId),
}

/// Why a row cannot stand; `row` counts from 0 in the order given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The weekday is not 1 to 7, or the slot not 0 to 14.
    #[error("row {row}: no such day or slot")]
    NoSuchTime {
        /// The row.
        row: usize,
    },
    /// The class's bells have no such slot on that day.
    #[error("row {row}: no bell for slot {slot}")]
    NoBell {
        /// The row.
        row: usize,
        /// Its slot.
        slot: u8,
    },
    /// The teacher is elsewhere at that time.
    #[error("row {row}: the teacher is in {other:?}")]
    Teacher {
        /// The row.
        row: usize,
        /// The other lesson.
        other: Other,
        /// The teacher.
        teacher: PersonId,
    },
    /// The room is taken at that time.
    #[error("row {row}: the room is taken by {other:?}")]
    Room {
        /// The row.
        row: usize,
        /// The other lesson.
        other: Other,
        /// The room.
        room: String,
    },
    /// Pupils of the group have another lesson at that time.
    #[error("row {row}: the pupils are in {other:?}")]
    Pupils {
        /// The row.
        row: usize,
        /// The other lesson.
        other: Other,
    },
}

/// A lesson of the week as the conflict rules see it.
#[derive(Clone, Debug)]
struct Placed<'a> {
    other: Other,
    class_group: ClassGroupId,
    group: GroupId,
    weekday: u8,
    week: WeekPattern,
    starts: u16,
    ends: u16,
    teacher: Option<PersonId>,
    room: Option<&'a str>,
}

impl Placed<'_> {
    fn meets(&self, other: &Self) -> bool {
        self.weekday == other.weekday
            && self.week.meets(other.week)
            && self.starts < other.ends
            && other.starts < self.ends
    }
}

/// What the conflict rules need to know of the school.
struct Ground {
    bells: HashMap<ClassGroupId, BellSchedule>,
    whole: HashMap<ClassGroupId, GroupId>,
    pupils: HashMap<GroupId, BTreeSet<PersonId>>,
}

impl Ground {
    fn shares_pupils(&self, one: &Placed<'_>, other: &Placed<'_>) -> bool {
        if one.class_group == other.class_group {
            let whole = self.whole.get(&one.class_group);
            if one.group == other.group || whole == Some(&one.group) || whole == Some(&other.group) {
                return true;
            }
        }
        match (self.pupils.get(&one.group), self.pupils.get(&other.group)) {
            (Some(one), Some(other)) => !one.is_disjoint(other),
            _ => false,
        }
    }
}

fn find_conflicts(rows: &[TimetableRow], standing: &[Placed<'_>], ground: &Ground) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let mut placed: Vec<Placed<'_>> = standing.to_vec();
    for (row, line) in rows.iter().enumerate() {
        if !(1..=7).contains(&line.weekday) || line.slot > 14 {
            conflicts.push(Conflict::NoSuchTime { row });
            continue;
        }
        let bell = ground.bells.get(&line.class_group).and_then(|bells| bells.at(line.weekday, line.slot));
        let Some(bell) = bell else {
            conflicts.push(Conflict::NoBell { row, slot: line.slot });
            continue;
        };
        let new = Placed {
            other: Other::Row(row),
            class_group: line.class_group,
            group: line.group,
            weekday: line.weekday,
            week: line.week,
            starts: bell.starts,
            ends: bell.ends,
            teacher: Some(line.teacher),
            room: line.room.as_deref(),
        };
        for earlier in placed.iter().filter(|earlier| earlier.meets(&new)) {
            let other = earlier.other;
            if earlier.teacher == new.teacher {
                conflicts.push(Conflict::Teacher { row, other, teacher: line.teacher });
            }
            if let Some(room) = new.room.filter(|room| earlier.room == Some(*room)) {
                conflicts.push(Conflict::Room { row, other, room: room.to_owned() });
            }
            if ground.shares_pupils(earlier, &new) {
                conflicts.push(Conflict::Pupils { row, other });
            }
        }
        placed.push(new);
    }
    conflicts
}

/// What a publication did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The version, for withdrawing it.
    pub version: VersionId,
    /// Its entries.
    pub entries: u32,
    /// What became of the lessons.
    pub lessons: crate::LessonsMade,
}

/// Why a timetable was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Rows that cannot stand; nothing was written.
    #[error("the timetable has {} conflicts", .0.len())]
    Conflicts(Vec<Conflict>),
    /// The base refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Publishes a timetable from a day on and makes the lessons of the rest of the year from it.
///
/// It replaces the timetable of the classes that its rows name and leaves that of others as it is (DIA-X7). Lessons
/// that hold anything keep their ids (DIA-I6).
///
/// # Errors
/// [`PublishError::Conflicts`] with every conflict (DIA-I5); nothing is then written.
pub fn publish_timetable(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    year: YearId,
    starts: Date,
    rows: &[TimetableRow],
) -> Result<Published, PublishError> {
    let classes = school::list_class_groups(tx, year)?;
    let conflicts = conflicts_with(tx, &classes, starts, rows)?;
    if !conflicts.is_empty() {
        return Err(PublishError::Conflicts(conflicts));
    }
    let version = storage::timetable::insert_version(tx, now, year, starts)?;
    let mut entries = 0;
    let mut courses: HashMap<(GroupId, SubjectId), (CourseId, Option<PersonId>)> = HashMap::new();
    let mut touched = Vec::new();
    for row in rows {
        let Some(class) = classes.iter().find(|class| class.id == row.class_group) else {
            return Err(store::Error::NoRow.into());
        };
        let known = courses.get(&(row.group, row.subject)).copied();
        let (course, usual) = match known {
            Some(known) => known,
            None => {
                let course = crate::ensure_course(tx, class, row.group, row.subject)?;
                let usual = school::teachers_of(tx, row.group, row.subject, starts)?.first().copied();
                courses.insert((row.group, row.subject), (course, usual));
                (course, usual)
            }
        };
        // A new teacher of the course then takes over its lessons without a new timetable (DIA-E7).
        let teacher = (usual != Some(row.teacher)).then_some(row.teacher);
        storage::timetable::insert_entry(tx, version, row, course, teacher)?;
        entries += 1;
        if !touched.contains(&row.class_group) {
            touched.push(row.class_group);
        }
    }
    let mut lessons = crate::LessonsMade::default();
    for class in touched {
        lessons += crate::ensure_lessons(tx, now, class, starts, Date::MAX)?;
    }
    Ok(Published { version, entries, lessons })
}

/// The conflicts of rows among themselves and with the classes they do not name, without writing anything: for the
/// dry run of an import (DIA-X1).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn timetable_conflicts(
    tx: &ReadTx<'_>,
    year: YearId,
    starts: Date,
    rows: &[TimetableRow],
) -> Result<Vec<Conflict>, store::Error> {
    let classes = school::list_class_groups(tx, year)?;
    conflicts_with(tx, &classes, starts, rows)
}

fn conflicts_with(
    tx: &ReadTx<'_>,
    classes: &[ClassGroup],
    starts: Date,
    rows: &[TimetableRow],
) -> Result<Vec<Conflict>, store::Error> {
    let mut ground = Ground { bells: HashMap::new(), whole: HashMap::new(), pupils: HashMap::new() };
    for class in classes {
        ground.bells.insert(class.id, crate::load_bells(tx, &class.bells)?);
        ground.whole.insert(class.id, class.whole);
    }
    let named: BTreeSet<ClassGroupId> = rows.iter().map(|row| row.class_group).collect();
    let mut kept = Vec::new();
    for class in classes.iter().filter(|class| !named.contains(&class.id)) {
        for entry in standing_timetable(tx, class.id, starts)? {
            kept.push((entry.teacher_on(tx, starts)?, entry));
        }
    }
    let standing: Vec<Placed<'_>> = kept
        .iter()
        .filter_map(|(teacher, entry)| {
            let bell = ground.bells.get(&entry.class_group)?.at(entry.weekday, entry.slot)?;
            Some(Placed {
                other: Other::Standing(entry.id),
                class_group: entry.class_group,
                group: entry.group,
                weekday: entry.weekday,
                week: entry.week,
                starts: bell.starts,
                ends: bell.ends,
                teacher: *teacher,
                room: entry.room.as_deref(),
            })
        })
        .collect();
    for group in rows.iter().map(|row| row.group).chain(kept.iter().map(|(_, entry)| entry.group)) {
        if !ground.whole.values().any(|whole| *whole == group) && !ground.pupils.contains_key(&group) {
            ground.pupils.insert(group, school::members_of(tx, group, starts)?.into_iter().collect());
        }
    }
    Ok(find_conflicts(rows, &standing, &ground))
}

/// Takes a version back, for the undoing of an import (DIA-I20): its entries go, and with them the lessons that hold
/// nothing; the timetable before it holds again.
///
/// # Errors
/// [`WithdrawError::InUse`] when a lesson made from it holds anything; nothing is then changed.
pub fn withdraw_timetable(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    version: VersionId,
) -> Result<(), WithdrawError> {
    let used = storage::timetable::count_used(tx, version)?;
    if used > 0 {
        return Err(WithdrawError::InUse { lessons: used });
    }
    let (starts, classes) = storage::timetable::delete(tx, version)?;
    for class in classes {
        crate::ensure_lessons(tx, now, class, starts, Date::MAX)?;
        storage::course::delete_unused(tx, class)?;
    }
    Ok(())
}

/// Why a version was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// Lessons made from it hold topics, homework, marks, absences or substitutions.
    #[error("{lessons} lessons of this timetable are in use")]
    InUse {
        /// How many.
        lessons: u32,
    },
    /// The base refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A line of a published timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimetableEntry {
    /// The row.
    pub id: EntryId,
    /// Its version.
    pub version: VersionId,
    /// The class.
    pub class_group: ClassGroupId,
    /// The class as a whole or a part of it.
    pub group: GroupId,
    /// 1 (Monday) to 7.
    pub weekday: u8,
    /// In which weeks.
    pub week: WeekPattern,
    /// The lesson's number.
    pub slot: u8,
    /// The journal page.
    pub course: CourseId,
    /// What is taught.
    pub subject: SubjectId,
    /// Where.
    pub room: Option<String>,
    /// Who, when it is not whoever teaches the course.
    pub teacher: Option<PersonId>,
}

impl TimetableEntry {
    fn teacher_on(&self, tx: &ReadTx<'_>, day: Date) -> Result<Option<PersonId>, store::Error> {
        if self.teacher.is_some() {
            return Ok(self.teacher);
        }
        Ok(school::teachers_of(tx, self.group, self.subject, day)?.first().copied())
    }
}

/// A class's timetable as it stands on a day, by weekday and slot.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn standing_timetable(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    on: Date,
) -> Result<Vec<TimetableEntry>, store::Error> {
    let versions = storage::timetable::versions_of(tx, class)?;
    let Some((version, _)) = version_on(&versions, on) else { return Ok(Vec::new()) };
    let mut entries = storage::timetable::entries_of(tx, class)?;
    entries.retain(|entry| entry.version == version);
    Ok(entries)
}

/// The version in force on a day, of those in the order of (start, id).
pub(crate) fn version_on(versions: &[(VersionId, Date)], day: Date) -> Option<(VersionId, Date)> {
    versions.iter().rev().find(|(_, starts)| *starts <= day).copied()
}
