//! Substitutions and cancellations of single lessons: what was, what is, who decided it and why.

use std::collections::{HashMap, HashSet};

use school::{ClassGroupId, DeputyHead, PersonId};
use store::{NewEvent, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::{
    CourseId, Lesson, LessonEvent, LessonId, LessonRefusal, LessonState, SubstitutionId, next_lesson_state,
    storage,
};

/// Who and what takes the place of what the timetable says.
#[derive(Clone, Debug)]
pub struct NewSubstitution<'a> {
    /// Who stands in.
    pub teacher: PersonId,
    /// What is taught instead: another course of the same group; `None` keeps the subject (DIA-E8).
    pub course: Option<CourseId>,
    /// Another room; `None` keeps it.
    pub room: Option<&'a str>,
    /// Why, as the deputy head writes it.
    pub reason: &'a str,
}

/// A change of a lesson as the deputy head sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitution {
    /// The row.
    pub id: SubstitutionId,
    /// The lesson.
    pub lesson: LessonId,
    /// Whether it is a cancellation.
    pub cancels: bool,
    /// What the lesson was about before.
    pub before_course: CourseId,
    /// Who taught it, when it was not whoever teaches the course.
    pub before_teacher: Option<PersonId>,
    /// Who stands in.
    pub after_teacher: Option<PersonId>,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub author: PersonId,
    /// When.
    pub at: UtcInstant,
}

/// Why a lesson was not changed; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum SubstitutionError {
    /// There is no such lesson, teacher or course of its group.
    #[error("no such lesson, teacher or course")]
    NotThere,
    /// The lesson's state does not allow it.
    #[error(transparent)]
    State(#[from] LessonRefusal),
    /// The lesson is over and its attendance or topic is entered.
    #[error("the lesson was held")]
    Held,
    /// The teacher has another lesson at that time (DIA-I5).
    #[error("the teacher is in lesson {lesson}")]
    Busy {
        /// That lesson.
        lesson: LessonId,
    },
    /// The room has another lesson at that time (DIA-I5).
    #[error("the room is taken by lesson {lesson}")]
    RoomTaken {
        /// That lesson.
        lesson: LessonId,
    },
    /// The person teaches this lesson anyway and nothing else was to change.
    #[error("the teacher has this lesson already")]
    Same,
    /// The reason is empty.
    #[error("the reason is empty")]
    NoReason,
    /// The reason is longer than two hundred characters.
    #[error("the reason has {has} characters")]
    ReasonTooLong {
        /// How many it has.
        has: usize,
    },
    /// There is nothing to take back.
    #[error("nothing was changed")]
    NothingToRestore,
    /// The base refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A change that was written, for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonChanged {
    /// The lesson.
    pub lesson: LessonId,
    /// How it stood: `course:teacher`, ids only.
    pub before: String,
    /// How it stands.
    pub after: String,
}

const LONGEST_REASON: usize = 200;

fn clean_reason(reason: &str) -> Result<String, SubstitutionError> {
    let reason: String = reason.trim().chars().filter(|sign| !sign.is_control()).collect();
    match reason.chars().count() {
        0 => Err(SubstitutionError::NoReason),
        has if has > LONGEST_REASON => Err(SubstitutionError::ReasonTooLong { has }),
        _ => Ok(reason),
    }
}

fn told(lesson: &Lesson) -> String {
    let teacher = lesson.teacher.map_or_else(|| "own".to_owned(), |teacher| teacher.to_string());
    format!("{}:{teacher}:{}", lesson.course, lesson.state.word())
}

/// The lesson without the change that stands, if one does.
fn undone(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: PersonId,
    lesson: &Lesson,
) -> Result<bool, store::Error> {
    storage::substitution::withdraw(tx, now, by, lesson.id)
}

/// Puts another teacher, and if asked another subject or room, into a lesson; an earlier change is replaced.
///
/// The substitute may at once write in this lesson and in no other (DIA-E8); open diaries of the class are told.
///
/// # Errors
/// [`SubstitutionError`]; nothing is then written.
pub fn substitute(
    tx: &mut WriteTx<'_>,
    by: &DeputyHead<'_>,
    now: UtcInstant,
    lesson: LessonId,
    new: &NewSubstitution<'_>,
) -> Result<LessonChanged, SubstitutionError> {
    let reason = clean_reason(new.reason)?;
    let was = crate::find_lesson(tx, lesson)?.ok_or(SubstitutionError::NotThere)?;
    let state = next_lesson_state(was.state, LessonEvent::Substituted)?;
    if was.state == LessonState::Held {
        return Err(SubstitutionError::Held);
    }
    if !school::holders_of(tx, school::Role::Teacher, was.date)?.contains(&new.teacher) {
        return Err(SubstitutionError::NotThere);
    }
    let planned = storage::substitution::planned(tx, &was)?;
    let course = match new.course {
        Some(course) => {
            let found = crate::find_course_by_id(tx, course)?.ok_or(SubstitutionError::NotThere)?;
            if found.group != was.group {
                return Err(SubstitutionError::NotThere);
            }
            course
        }
        None => planned.course,
    };
    let room =
        new.room.map(str::trim).filter(|room| !room.is_empty()).map(str::to_owned).or(planned.room.clone());
    let unchanged = course == planned.course && room == planned.room;
    if unchanged && teachers_of_lesson(tx, &planned)?.contains(&new.teacher) {
        return Err(SubstitutionError::Same);
    }
    let rivals = lessons_meeting(tx, &was)?;
    if let Some(busy) = busy_in(tx, &rivals, was.date)?.get(&new.teacher) {
        return Err(SubstitutionError::Busy { lesson: *busy });
    }
    if room != planned.room
        && let Some(taken) = rivals.iter().find(|other| other.room.is_some() && other.room == room)
    {
        return Err(SubstitutionError::RoomTaken { lesson: taken.id });
    }
    undone(tx, now, by.person(), &was)?;
    storage::substitution::insert(
        tx,
        now,
        by.person(),
        &planned,
        Some((course, new.teacher, room.as_deref())),
        &reason,
    )?;
    let after = Lesson { course, teacher: Some(new.teacher), room, state, ..was.clone() };
    storage::lesson::set_taught(tx, &after)?;
    tell(tx, now, &was, &after)?;
    Ok(LessonChanged { lesson, before: told(&was), after: told(&after) })
}

/// Cancels a lesson for its date; it stays visible with the reason.
///
/// # Errors
/// [`SubstitutionError`]; nothing is then written.
pub fn cancel_lesson(
    tx: &mut WriteTx<'_>,
    by: &DeputyHead<'_>,
    now: UtcInstant,
    lesson: LessonId,
    reason: &str,
) -> Result<LessonChanged, SubstitutionError> {
    let reason = clean_reason(reason)?;
    let was = crate::find_lesson(tx, lesson)?.ok_or(SubstitutionError::NotThere)?;
    if was.state == LessonState::Held {
        return Err(SubstitutionError::Held);
    }
    let state = next_lesson_state(was.state, LessonEvent::Cancelled)?;
    let planned = storage::substitution::planned(tx, &was)?;
    undone(tx, now, by.person(), &was)?;
    storage::substitution::insert(tx, now, by.person(), &planned, None, &reason)?;
    let after = Lesson { state, ..planned };
    storage::lesson::set_taught(tx, &after)?;
    tell(tx, now, &was, &after)?;
    Ok(LessonChanged { lesson, before: told(&was), after: told(&after) })
}

/// Takes a substitution or a cancellation back: the lesson is again what the timetable says.
///
/// # Errors
/// [`SubstitutionError::NothingToRestore`] when nothing was changed, [`SubstitutionError::Held`] when the substitute
/// has held the lesson.
pub fn restore_lesson(
    tx: &mut WriteTx<'_>,
    by: &DeputyHead<'_>,
    now: UtcInstant,
    lesson: LessonId,
) -> Result<LessonChanged, SubstitutionError> {
    let was = crate::find_lesson(tx, lesson)?.ok_or(SubstitutionError::NotThere)?;
    if was.state == LessonState::Held {
        return Err(SubstitutionError::Held);
    }
    let state = next_lesson_state(was.state, LessonEvent::Restored)?;
    let planned = storage::substitution::planned(tx, &was)?;
    if !undone(tx, now, by.person(), &was)? {
        return Err(SubstitutionError::NothingToRestore);
    }
    let after = Lesson { state, ..planned };
    storage::lesson::set_taught(tx, &after)?;
    tell(tx, now, &was, &after)?;
    Ok(LessonChanged { lesson, before: told(&was), after: told(&after) })
}

/// Who teaches a lesson: whoever is put into it, or whoever teaches its course on that day.
fn teachers_of_lesson(tx: &ReadTx<'_>, lesson: &Lesson) -> Result<Vec<PersonId>, store::Error> {
    if let Some(teacher) = lesson.teacher {
        return Ok(vec![teacher]);
    }
    let Some(course) = crate::find_course_by_id(tx, lesson.course)? else { return Ok(Vec::new()) };
    school::teachers_of(tx, course.group, course.subject, lesson.date)
}

/// The lessons of the whole school that take place while this one does, itself left out.
fn lessons_meeting(tx: &ReadTx<'_>, lesson: &Lesson) -> Result<Vec<Lesson>, store::Error> {
    let mut meeting = storage::lesson::on_date(tx, lesson.date)?;
    meeting.retain(|other| {
        other.id != lesson.id
            && !matches!(other.state, LessonState::Cancelled | LessonState::Moved)
            && other.starts < lesson.ends
            && lesson.starts < other.ends
    });
    Ok(meeting)
}

/// Who is in which of these lessons.
fn busy_in(
    tx: &ReadTx<'_>,
    lessons: &[Lesson],
    on: Date,
) -> Result<HashMap<PersonId, LessonId>, store::Error> {
    let groups: Vec<_> = lessons.iter().map(|lesson| lesson.group).collect();
    let teachings = school::teachings_of_groups(tx, &groups, on)?;
    let mut busy = HashMap::new();
    for lesson in lessons {
        if let Some(teacher) = lesson.teacher {
            busy.entry(teacher).or_insert(lesson.id);
            continue;
        }
        let Some(course) = crate::find_course_by_id(tx, lesson.course)? else { continue };
        for teaching in &teachings {
            if teaching.group == course.group && teaching.subject == course.subject {
                busy.entry(teaching.person).or_insert(lesson.id);
            }
        }
    }
    Ok(busy)
}

/// A teacher who could stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeTeacher {
    /// The teacher.
    pub person: PersonId,
    /// Whether they teach the lesson's subject to somebody.
    pub knows_subject: bool,
    /// Whether they teach this class.
    pub knows_class: bool,
    /// How many lessons they have that day.
    pub lessons: u32,
}

/// Teachers who have no lesson while this one takes place: those who know the subject first, then those who know the
/// class, then those with fewest lessons that day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn free_teachers(
    tx: &ReadTx<'_>,
    _by: &DeputyHead<'_>,
    lesson: &Lesson,
) -> Result<Vec<FreeTeacher>, store::Error> {
    let busy = busy_in(tx, &lessons_meeting(tx, lesson)?, lesson.date)?;
    let own: HashSet<PersonId> = teachers_of_lesson(tx, lesson)?.into_iter().collect();
    let subject = crate::find_course_by_id(tx, lesson.planned_course)?.map(|course| course.subject);
    let day = storage::lesson::on_date(tx, lesson.date)?;
    let mut free = Vec::new();
    for person in school::holders_of(tx, school::Role::Teacher, lesson.date)? {
        if busy.contains_key(&person) || own.contains(&person) {
            continue;
        }
        let teaching = school::teaching_of(tx, person, lesson.date)?;
        let mut lessons = 0;
        for other in &day {
            let theirs = match other.teacher {
                Some(teacher) => teacher == person,
                None => storage::course::find_by_id(tx, other.course)?.is_some_and(|course| {
                    teaching.iter().any(|own| own.group == course.group && own.subject == course.subject)
                }),
            };
            lessons += u32::from(theirs && other.state != LessonState::Cancelled);
        }
        free.push(FreeTeacher {
            person,
            knows_subject: teaching.iter().any(|own| Some(own.subject) == subject),
            knows_class: teaching.iter().any(|own| own.group == lesson.group),
            lessons,
        });
    }
    // Stable: names stay in order among equals.
    free.sort_by_key(|teacher| (!teacher.knows_subject, !teacher.knows_class, teacher.lessons));
    Ok(free)
}

/// The changes that stand on a date, by class and time.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn substitutions_on(
    tx: &ReadTx<'_>,
    _by: &DeputyHead<'_>,
    date: Date,
) -> Result<Vec<(Lesson, Substitution)>, store::Error> {
    storage::substitution::on_date(tx, date)
}

/// Who stands in for somebody on a date, and in which class; for the class's chats of that day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn substitutes_on(tx: &ReadTx<'_>, date: Date) -> Result<Vec<(ClassGroupId, PersonId)>, store::Error> {
    let changes = storage::substitution::on_date(tx, date)?;
    let standing_in = changes.into_iter().filter(|(lesson, _)| lesson.state != LessonState::Cancelled);
    let mut found = Vec::new();
    for (lesson, _) in standing_in {
        found.extend(lesson.teacher.map(|teacher| (lesson.class_group, teacher)));
    }
    Ok(found)
}

/// Tells open diaries of the class, and the teachers concerned; ids only.
fn tell(tx: &mut WriteTx<'_>, now: UtcInstant, was: &Lesson, is: &Lesson) -> Result<(), store::Error> {
    let data = format!("{{\"lesson\":{}}}", is.id);
    let event = |scope_kind, scope_id| NewEvent {
        scope_kind,
        scope_id,
        kind: "substitution",
        reference: is.id.get(),
        data: data.clone(),
    };
    tx.emit(now, event("class_group", is.class_group.get()))?;
    let mut people = teachers_of_lesson(tx, was)?;
    people.extend(teachers_of_lesson(tx, is)?);
    people.sort();
    people.dedup();
    for person in people {
        tx.emit(now, event("person", person.get()))?;
    }
    Ok(())
}
