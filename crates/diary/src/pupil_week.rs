//! What a pupil, or a guardian with access, reads of a stretch of days (DIA-F1). Drafts and what is not published
//! never leave these queries (DIA-I22).

use std::collections::HashMap;

use school::{GroupId, Membership, PersonId, PersonName, ReaderOf, SubjectId};
use store::{ReadTx, UtcInstant};
use time::Date;

use crate::{AbsenceFact, AbsenceReason, LessonId, MarkValue, storage};

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
    let mut lessons = storage::pupil::lessons(tx, &groups, from, to)?;
    lessons.retain(|lesson| is_theirs(&stays, lesson));
    fill_teachers(tx, &mut lessons, &groups, from)?;
    let ids: Vec<LessonId> = lessons.iter().map(|lesson| lesson.lesson.id).collect();
    let mut lessons: Vec<PupilLesson> = lessons.into_iter().map(|row| row.lesson).collect();
    let place: HashMap<LessonId, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut at = |id: LessonId, put: &mut dyn FnMut(&mut PupilLesson)| {
        if let Some(lesson) = place.get(&id).and_then(|at| lessons.get_mut(*at)) {
            put(lesson);
        }
    };
    for (due, homework) in storage::pupil::homework_due(tx, pupil, &ids)? {
        at(due, &mut |lesson| lesson.homework.push(homework.clone()));
    }
    for (id, mark) in storage::pupil::marks(tx, pupil, from, to)? {
        at(id, &mut |lesson| lesson.marks.push(mark.clone()));
    }
    for noted in storage::pupil::absences(tx, pupil, from, to)? {
        at(noted.lesson, &mut |lesson| lesson.absence = Some((noted.fact, noted.reason)));
    }
    for (id, name, weight) in storage::pupil::tests(tx, &ids)? {
        at(id, &mut |lesson| lesson.test = Some((name.clone(), weight)));
    }
    Ok(lessons)
}

fn is_theirs(stays: &[Membership], row: &storage::pupil::LessonRow) -> bool {
    stays.iter().any(|stay| stay.group == row.lesson.group && stay.covers(row.lesson.date))
}

/// Puts in who teaches: the lesson's own teacher, or whoever teaches the course.
fn fill_teachers(
    tx: &ReadTx<'_>,
    lessons: &mut [storage::pupil::LessonRow],
    groups: &[GroupId],
    on: Date,
) -> Result<(), store::Error> {
    let mut usual: HashMap<(GroupId, SubjectId), PersonId> = HashMap::new();
    for teaching in school::teachings_of_groups(tx, groups, on)? {
        usual.entry((teaching.group, teaching.subject)).or_insert(teaching.person);
    }
    let teacher_of = |row: &storage::pupil::LessonRow| {
        row.teacher.or_else(|| usual.get(&(row.lesson.group, row.lesson.subject)).copied())
    };
    let people: Vec<PersonId> = lessons.iter().filter_map(teacher_of).collect();
    let names = school::names_of(tx, &people)?;
    for row in lessons {
        row.lesson.teacher = teacher_of(row).and_then(|person| names.get(&person).cloned());
    }
    Ok(())
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
