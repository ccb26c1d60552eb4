//! The lessons of the week: published when they are not what stands already.

use std::collections::{BTreeMap, HashMap};

use diary::import::publish_timetable;
use diary::{Conflict, Other, PublishError, TimetableRow, WeekPattern, standing_timetable};
use school::import::{
    Applied, Counts, FileKind, LessonFault, LessonPlace, ReferenceFault, RowKind, Weeks, lesson_problem,
};
use school::{ClassGroupId, GroupId, PersonId, SubjectId};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use super::ImportRefused;

/// A lesson of the week by everything that matters.
type Key = (GroupId, u8, u8, u8, SubjectId, Option<PersonId>, Option<String>);

/// Publishes the lessons of the classes whose timetable changes.
pub(super) fn publish(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    applied: &mut Applied,
) -> Result<(), ImportRefused> {
    let Some(lessons) = applied.lessons.take() else { return Ok(()) };
    let from_now = applied.year_starts.max(today);
    let mut by_class: BTreeMap<ClassGroupId, Vec<LessonPlace>> = BTreeMap::new();
    for lesson in lessons {
        by_class.entry(lesson.class_group).or_default().push(lesson);
    }
    let mut counts = Counts::default();
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    let mut any_stands = false;
    for (class, lessons) in by_class {
        let standing = standing(tx, class, from_now)?;
        any_stands |= !standing.is_empty();
        let wanted: Vec<Key> = lessons.iter().map(key_of).collect();
        let (gone, new) = (missing(&standing, &wanted), missing(&wanted, &standing));
        counts.same += wanted.len() - new;
        if gone + new == 0 {
            continue;
        }
        counts.changed += gone;
        counts.added += new.saturating_sub(gone);
        for lesson in lessons {
            lines.push(lesson.line);
            rows.push(row_of(lesson));
        }
    }
    applied.report.count_whole(FileKind::Timetable, counts);
    if rows.is_empty() {
        return Ok(());
    }
    // The first timetable holds for the whole year, so that past lessons can be filled in; a later one from today.
    let starts = if any_stands { from_now } else { applied.year_starts };
    let published = publish_timetable(tx, now, applied.year, starts, &rows).map_err(|error| match error {
        PublishError::Conflicts(conflicts) => ImportRefused::Problems(
            conflicts.iter().map(|conflict| problem_of(&applied.timetable_file, &lines, conflict)).collect(),
        ),
        PublishError::Store(error) => error.into(),
    })?;
    applied.batch.added(tx, RowKind::Timetable, published.version.get())?;
    Ok(())
}

fn standing(tx: &ReadTx<'_>, class: ClassGroupId, on: Date) -> Result<Vec<Key>, store::Error> {
    let mut keys = Vec::new();
    for entry in standing_timetable(tx, class, on)? {
        let teacher = match entry.teacher {
            Some(teacher) => Some(teacher),
            None => school::teachers_of(tx, entry.group, entry.subject, on)?.first().copied(),
        };
        let week = week_number(entry.week);
        keys.push((entry.group, entry.weekday, week, entry.slot, entry.subject, teacher, entry.room));
    }
    Ok(keys)
}

fn key_of(lesson: &LessonPlace) -> Key {
    let week = week_number(pattern_of(lesson.weeks));
    let teacher = Some(lesson.teacher);
    (lesson.group, lesson.weekday, week, lesson.slot, lesson.subject, teacher, lesson.room.clone())
}

/// How many of the first are not among the second, each counted as often as it stands.
fn missing(of: &[Key], among: &[Key]) -> usize {
    let mut left: HashMap<&Key, usize> = HashMap::new();
    for key in among {
        *left.entry(key).or_default() += 1;
    }
    of.iter()
        .filter(|key| match left.get_mut(key) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            Some(_) | None => true,
        })
        .count()
}

const fn pattern_of(weeks: Weeks) -> WeekPattern {
    match weeks {
        Weeks::All => WeekPattern::All,
        Weeks::Odd => WeekPattern::First,
        Weeks::Even => WeekPattern::Second,
    }
}

const fn week_number(week: WeekPattern) -> u8 {
    match week {
        WeekPattern::All => 0,
        WeekPattern::First => 1,
        WeekPattern::Second => 2,
    }
}

fn row_of(lesson: LessonPlace) -> TimetableRow {
    TimetableRow {
        class_group: lesson.class_group,
        group: lesson.group,
        weekday: lesson.weekday,
        week: pattern_of(lesson.weeks),
        slot: lesson.slot,
        subject: lesson.subject,
        teacher: lesson.teacher,
        room: lesson.room,
    }
}

/// A conflict that only the base shows: with the timetable of a class that the lists do not name, or with its bells.
fn problem_of(file: &str, lines: &[u32], conflict: &Conflict) -> school::import::Problem {
    let line_of = |row: usize| lines.get(row).copied().unwrap_or_default();
    let other_of = |other: Other| match other {
        Other::Row(row) => Some(line_of(row)),
        Other::Standing(_) => None,
    };
    let (row, kind) = match conflict {
        Conflict::NoSuchTime { row } | Conflict::NoBell { row, .. } => (*row, ReferenceFault::Bell.into()),
        Conflict::Teacher { row, other, .. } => {
            (*row, LessonFault::TeacherBusy { line: other_of(*other) }.into())
        }
        Conflict::Room { row, other, .. } => (*row, LessonFault::RoomBusy { line: other_of(*other) }.into()),
        Conflict::Pupils { row, other } => (*row, LessonFault::ClassBusy { line: other_of(*other) }.into()),
    };
    lesson_problem(file, line_of(row), kind)
}
