//! What a pupil, or a guardian with access, reads of a stretch of days (DIA-F1). Drafts and what is not published
//! never leave these queries (DIA-I22).

use std::collections::HashMap;

use school::{GroupId, PersonId, PersonName, ReaderOf, SubjectId};
use store::{ReadTx, UtcInstant};
use time::Date;

use crate::storage::pupil::{ChangeRow, DueRow, LessonRow};
use crate::{AbsenceFact, AbsenceReason, CourseId, LessonId, MarkValue, storage};

/// A mark as a pupil reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PupilMark {
    /// What stands in the cell.
    pub value: MarkValue,
    /// The weight of its work.
    pub weight: u8,
    /// The name of its work: its own title, or its type's name.
    pub work: String,
    /// The type's abbreviation.
    pub abbr: String,
    /// 1, or 2 for the second mark of the same work.
    pub cell: u8,
    /// The teacher's comment.
    pub comment: Option<String>,
    /// When it was entered.
    pub at: UtcInstant,
    /// What stood there before, when it was changed.
    pub corrected_from: Option<MarkValue>,
}

/// Homework as a pupil reads it, at the lesson it is due at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PupilHomework {
    /// The lesson it was given at: the tick's key.
    pub given: LessonId,
    /// The subject.
    pub subject: SubjectId,
    /// The day it is due.
    pub due_date: Date,
    /// The text.
    pub text: String,
    /// Whether the pupil has ticked it.
    pub done: bool,
}

/// How a lesson differs from the timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonChange {
    /// It does not take place.
    Cancelled {
        /// Why, as the school says.
        reason: String,
    },
    /// Another teacher, and perhaps another subject.
    Substituted {
        /// The subject that the timetable has.
        instead_of: SubjectId,
        /// Why, as the school says.
        reason: String,
    },
}

/// A lesson of a pupil's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PupilLesson {
    /// The lesson.
    pub id: LessonId,
    /// Its date.
    pub date: Date,
    /// Its number in the day.
    pub slot: u8,
    /// Minute of the day it begins.
    pub starts: u16,
    /// Minute of the day it ends.
    pub ends: u16,
    /// What is taught.
    pub subject: SubjectId,
    /// To which of the pupil's groups.
    pub group: GroupId,
    /// Where.
    pub room: Option<String>,
    /// Who teaches.
    pub teacher: Option<PersonName>,
    /// What about.
    pub topic: Option<String>,
    /// How it differs from the timetable.
    pub change: Option<LessonChange>,
    /// What is due at it.
    pub homework: Vec<PupilHomework>,
    /// A heavy work announced for it: its name and weight.
    pub test: Option<(String, u8)>,
    /// Marks for its works.
    pub marks: Vec<PupilMark>,
    /// What was noted of the pupil, and why.
    pub absence: Option<(AbsenceFact, Option<AbsenceReason>)>,
}

/// The lessons of a stretch of days, by date and slot.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn pupil_lessons(
    tx: &ReadTx<'_>,
    by: &ReaderOf<'_>,
    from: Date,
    to: Date,
) -> Result<Vec<PupilLesson>, store::Error> {
    let pupil = by.child();
    let stays = school::memberships_between(tx, pupil, from, to)?;
    let groups: Vec<GroupId> = stays.iter().map(|stay| stay.group).collect();
    let mut rows = storage::pupil::lessons(tx, &groups, from, to)?;
    rows.retain(|row| stays.iter().any(|stay| stay.group == row.group && stay.covers(row.date)));
    rows.sort_unstable_by_key(|row| (row.date, row.slot, row.id));
    let mut courses: Vec<CourseId> = rows.iter().flat_map(|row| [row.course, row.planned_course]).collect();
    courses.sort_unstable();
    courses.dedup();
    let subjects = storage::pupil::course_subjects(tx, &courses)?;
    let teachers = Teachers::read(tx, &rows, &groups, from)?;
    let place: HashMap<LessonId, usize> = rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
    let ids: Vec<LessonId> = rows.iter().map(|row| row.id).collect();

    let mut due = storage::pupil::homework_due(tx, pupil, &courses, from, to)?;
    // What was given in the course of a lesson whose course has been changed since is not due at it.
    due.retain(|due| {
        let at = place.get(&due.lesson).and_then(|at| rows.get(*at));
        at.is_some_and(|row| row.course == due.course && row.date == due.due_date)
    });
    due.sort_unstable_by_key(|due| due.given);
    let mut lessons = Vec::with_capacity(rows.len());
    for row in rows {
        lessons.push(lesson_of(row, &subjects, &teachers)?);
    }
    for due in due {
        let DueRow { lesson, given, due_date, text, done, course: _ } = due;
        if let Some(lesson) = at(&mut lessons, &place, lesson) {
            lesson.homework.push(PupilHomework { given, subject: lesson.subject, due_date, text, done });
        }
    }
    for (id, mark) in storage::pupil::marks(tx, pupil, from, to)? {
        if let Some(lesson) = at(&mut lessons, &place, id) {
            lesson.marks.push(mark);
        }
    }
    for noted in storage::pupil::absences(tx, pupil, from, to)? {
        if let Some(lesson) = at(&mut lessons, &place, noted.lesson) {
            lesson.absence = Some((noted.fact, noted.reason));
        }
    }
    for (id, name, weight) in storage::pupil::tests(tx, &ids)? {
        if let Some(lesson) = at(&mut lessons, &place, id) {
            lesson.test = Some((name, weight));
        }
    }
    Ok(lessons)
}

fn at<'l>(
    lessons: &'l mut [PupilLesson],
    place: &HashMap<LessonId, usize>,
    lesson: LessonId,
) -> Option<&'l mut PupilLesson> {
    lessons.get_mut(*place.get(&lesson)?)
}

fn lesson_of(
    row: LessonRow,
    subjects: &HashMap<CourseId, SubjectId>,
    teachers: &Teachers,
) -> Result<PupilLesson, store::Error> {
    let subject_of = |course: CourseId| subjects.get(&course).copied().ok_or(store::Error::NoRow);
    let subject = subject_of(row.course)?;
    let teacher = teachers.of(&row, subject);
    let change = match row.change {
        ChangeRow::None => None,
        ChangeRow::Cancelled { reason } => Some(LessonChange::Cancelled { reason }),
        ChangeRow::Substituted { reason } => {
            Some(LessonChange::Substituted { instead_of: subject_of(row.planned_course)?, reason })
        }
    };
    Ok(PupilLesson {
        id: row.id,
        date: row.date,
        slot: row.slot,
        starts: row.starts,
        ends: row.ends,
        subject,
        group: row.group,
        room: row.room,
        teacher,
        topic: row.topic,
        change,
        homework: Vec::new(),
        test: None,
        marks: Vec::new(),
        absence: None,
    })
}

/// Who teaches: the lesson's own teacher, or whoever teaches the course.
struct Teachers {
    usual: HashMap<(GroupId, SubjectId), PersonName>,
    own: HashMap<PersonId, PersonName>,
}

impl Teachers {
    fn read(tx: &ReadTx<'_>, rows: &[LessonRow], groups: &[GroupId], on: Date) -> Result<Self, store::Error> {
        let mut usual = HashMap::new();
        for (group, subject, name) in school::teachers_of_groups(tx, groups, on)? {
            usual.entry((group, subject)).or_insert(name);
        }
        let mut people: Vec<PersonId> = rows.iter().filter_map(|row| row.teacher).collect();
        people.sort_unstable();
        people.dedup();
        let own = if people.is_empty() { HashMap::new() } else { school::names_of(tx, &people)? };
        Ok(Self { usual, own })
    }

    fn of(&self, row: &LessonRow, subject: SubjectId) -> Option<PersonName> {
        let name = match row.teacher {
            Some(own) => self.own.get(&own),
            None => self.usual.get(&(row.group, subject)),
        };
        name.cloned()
    }
}

/// Homework that is due after a day, soonest first; what is done too.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn pupil_homework(
    tx: &ReadTx<'_>,
    by: &ReaderOf<'_>,
    after: Date,
    to: Date,
) -> Result<Vec<PupilHomework>, store::Error> {
    let groups = school::groups_of(tx, by.child(), after)?;
    storage::pupil::homework_between(tx, by.child(), &groups, after, to)
}

/// Marks entered since a moment, newest first: «новое за сегодня».
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn pupil_news(
    tx: &ReadTx<'_>,
    by: &ReaderOf<'_>,
    since: UtcInstant,
) -> Result<Vec<(SubjectId, PupilMark)>, store::Error> {
    storage::pupil::news(tx, by.child(), since)
}

/// The last day before `day` that has a lesson of the pupil: where «последняя учебная неделя» leads.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn last_lesson_day(tx: &ReadTx<'_>, by: &ReaderOf<'_>, day: Date) -> Result<Option<Date>, store::Error> {
    let from = day.saturating_sub(time::Duration::days(400));
    let stays = school::memberships_between(tx, by.child(), from, day)?;
    let groups: Vec<GroupId> = stays.iter().map(|stay| stay.group).collect();
    storage::pupil::last_day(tx, &groups, day)
}
