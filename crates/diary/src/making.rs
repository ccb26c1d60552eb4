//! Making lessons from the timetable: ahead of time, by publishing and by a job, so that reads never write.

use std::collections::HashMap;

use school::{CalendarDay, ClassGroup, ClassGroupId, DayKind, SchoolYear};
use store::{NewEvent, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::storage::lesson::{MadeLesson, Slot};
use crate::timetable::version_on;
use crate::{Bell, BellSchedule, TimetableEntry, VersionId, storage, weekday_number};

/// What the making of lessons changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LessonsMade {
    /// New lessons.
    pub added: u32,
    /// Lessons with another time, room or teacher.
    pub changed: u32,
    /// Lessons that held nothing and are gone.
    pub removed: u32,
    /// Lessons that the timetable has no more but that hold something: someone has to decide (DIA-I6).
    pub undecided: u32,
}

impl std::ops::AddAssign for LessonsMade {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.removed += other.removed;
        self.undecided += other.undecided;
    }
}

/// What the calendar and the timetable of a class say.
struct Plan {
    class: ClassGroup,
    year: SchoolYear,
    off: Vec<CalendarDay>,
    bells: BellSchedule,
    versions: Vec<(VersionId, Date)>,
    entries: HashMap<VersionId, Vec<TimetableEntry>>,
}

impl Plan {
    fn load(tx: &ReadTx<'_>, class: ClassGroupId, from: Date, to: Date) -> Result<Self, store::Error> {
        let class = school::load_class_group(tx, class)?;
        let year = school::load_year(tx, class.year)?;
        let mut entries: HashMap<VersionId, Vec<TimetableEntry>> = HashMap::new();
        for entry in storage::timetable::entries_of(tx, class.id)? {
            entries.entry(entry.version).or_default().push(entry);
        }
        Ok(Self {
            off: school::days_off(tx, from, to)?,
            bells: crate::load_bells(tx, &class.bells)?,
            versions: storage::timetable::versions_of(tx, class.id)?,
            entries,
            class,
            year,
        })
    }

    /// The weekday whose timetable a day follows; `None` on days off (DIA-E14, DIA-E15).
    fn weekday_of(&self, day: Date) -> Option<u8> {
        let grade = self.class.label.grade;
        let moved = self.off.iter().find_map(|off| match off.kind {
            DayKind::WorksAs(weekday) => ((off.starts..off.ends).contains(&day)
                && off.grade_level.is_none_or(|only| only == grade))
            .then_some(weekday),
            DayKind::Holiday | DayKind::Vacation => None,
        });
        if moved.is_some() {
            return moved;
        }
        let free = self.off.iter().any(|off| off.frees(day, grade));
        (!free).then(|| weekday_number(day.weekday()))
    }

    fn lessons_on(&self, day: Date) -> Vec<(&TimetableEntry, Bell)> {
        let in_year = (self.year.starts..self.year.ends).contains(&day);
        let Some(weekday) = self.weekday_of(day).filter(|_| in_year) else { return Vec::new() };
        let Some((version, _)) = version_on(&self.versions, day) else { return Vec::new() };
        let entries = self.entries.get(&version).map(Vec::as_slice).unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry.weekday == weekday && entry.week.holds(self.year.starts, day))
            // The bells are those of the printed date: a Saturday that works as Monday may ring as a Saturday.
            .filter_map(|entry| {
                let bell = self.bells.at(weekday_number(day.weekday()), entry.slot)?;
                Some((entry, bell))
            })
            .collect()
    }
}

/// Makes a class's lessons of the days from `from` to `to` (not included) agree with the timetable, the calendar and
/// the bells. Lessons that hold a topic, homework, an absence, a mark or a substitution are never deleted or
/// renumbered (DIA-I6).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn ensure_lessons(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    class: ClassGroupId,
    from: Date,
    to: Date,
) -> Result<LessonsMade, store::Error> {
    let plan = Plan::load(tx, class, from, to)?;
    let (from, to) = (from.max(plan.year.starts), to.min(plan.year.ends));
    let mut there: HashMap<Slot, MadeLesson> =
        storage::lesson::made(tx, class, from, to)?.into_iter().map(|lesson| (lesson.at, lesson)).collect();
    let mut made = LessonsMade::default();
    let mut day = from;
    while day < to {
        for (entry, bell) in plan.lessons_on(day) {
            let at = Slot { date: day, slot: entry.slot, group: entry.group, course: entry.course };
            match there.remove(&at) {
                None => {
                    storage::lesson::insert(tx, entry, day, bell)?;
                    made.added += 1;
                }
                Some(lesson) if lesson.follows(entry, bell) => {}
                Some(lesson) => {
                    storage::lesson::follow(tx, lesson.id, entry, bell)?;
                    made.changed += 1;
                }
            }
        }
        let Some(next) = day.next_day() else { break };
        day = next;
    }
    let mut gone: Vec<MadeLesson> = there.into_values().collect();
    gone.sort_by_key(|lesson| lesson.id);
    for lesson in gone {
        drop_or_flag(tx, lesson, &mut made)?;
    }
    if made != LessonsMade::default() {
        emit_timetable(tx, now, class)?;
    }
    Ok(made)
}

fn drop_or_flag(
    tx: &mut WriteTx<'_>,
    lesson: MadeLesson,
    made: &mut LessonsMade,
) -> Result<(), store::Error> {
    if storage::lesson::holds_anything(tx, lesson.id)? {
        if !lesson.needs_decision {
            storage::lesson::flag_undecided(tx, lesson.id)?;
            made.undecided += 1;
        }
    } else {
        storage::lesson::delete(tx, lesson.id)?;
        made.removed += 1;
    }
    Ok(())
}

fn emit_timetable(tx: &mut WriteTx<'_>, now: UtcInstant, class: ClassGroupId) -> Result<(), store::Error> {
    tx.emit(
        now,
        NewEvent {
            scope_kind: "class_group",
            scope_id: class.get(),
            kind: "timetable",
            reference: class.get(),
            data: "{}".to_owned(),
        },
    )
}

/// Makes the lessons of every class from a day to the end of its year: what the job does at each start and midnight.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn ensure_all_lessons(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    from: Date,
) -> Result<LessonsMade, store::Error> {
    let mut made = LessonsMade::default();
    let Some(year) = school::find_year(tx, from)? else { return Ok(made) };
    for class in school::list_class_groups(tx, year.id)? {
        made += ensure_lessons(tx, now, class.id, from, Date::MAX)?;
    }
    Ok(made)
}
