//! The proof that somebody may read what a lesson says to its class: its homework, and how it was changed.

use std::marker::PhantomData;

use school::{Denied, DeputyHead, HomeroomOf, ReaderOf, Staff, TeacherOf, Viewer};
use store::ReadTx;
use time::Date;

use crate::{Homework, Lesson, LessonId, Substitution, find_course_by_id, find_lesson, storage};

/// The viewer may read a lesson: a pupil of its group or a guardian with access, whoever teaches its course or stands in,
/// the homeroom teacher of the class, a deputy head.
#[derive(Clone, Debug)]
pub struct LessonReader<'t> {
    lesson: Lesson,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

/// A proof that was asked for, or that there is none.
fn held<T>(asked: Result<T, Denied>) -> Result<bool, store::Error> {
    match asked {
        Ok(_) => Ok(true),
        Err(Denied::Denied) => Ok(false),
        Err(Denied::Store(error)) => Err(error),
    }
}

impl<'t> LessonReader<'t> {
    /// Asks for the right on this day.
    ///
    /// # Errors
    /// [`Denied`] when the viewer has none, or when there is no such lesson.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, lesson: LessonId, on: Date) -> Result<Self, Denied> {
        let lesson = find_lesson(tx, lesson)?.ok_or(Denied::Denied)?;
        if reads_at_home(tx, viewer, &lesson, on)? || reads_at_school(tx, viewer, &lesson, on)? {
            Ok(Self { lesson, brand: PhantomData })
        } else {
            Err(Denied::Denied)
        }
    }

    /// The lesson.
    #[must_use]
    pub const fn lesson(&self) -> &Lesson {
        &self.lesson
    }
}

/// A pupil of the lesson's group on its day, or a guardian of one.
fn reads_at_home(tx: &ReadTx<'_>, viewer: &Viewer, lesson: &Lesson, on: Date) -> Result<bool, store::Error> {
    let children = school::children_of(tx, viewer.person(), on)?;
    for child in children.into_iter().chain([viewer.person()]) {
        if school::groups_of(tx, child, lesson.date)?.contains(&lesson.group)
            && held(ReaderOf::ask(tx, viewer, child, on))?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn reads_at_school(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    lesson: &Lesson,
    on: Date,
) -> Result<bool, store::Error> {
    if lesson.teacher == Some(viewer.person()) && held(Staff::ask(tx, viewer, on))? {
        return Ok(true);
    }
    // Who was replaced keeps the right to read.
    for course in [lesson.course, lesson.planned_course] {
        let Some(course) = find_course_by_id(tx, course)? else { continue };
        if held(TeacherOf::ask(tx, viewer, course.group, course.subject, on))? {
            return Ok(true);
        }
    }
    Ok(held(HomeroomOf::ask(tx, viewer, lesson.class_group, on))? || held(DeputyHead::ask(tx, viewer, on))?)
}

/// The homework given at a lesson.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn read_homework(tx: &ReadTx<'_>, by: &LessonReader<'_>) -> Result<Option<Homework>, store::Error> {
    storage::homework::load(tx, by.lesson.id)
}

/// How a lesson differs from the timetable, if it does.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn read_change(tx: &ReadTx<'_>, by: &LessonReader<'_>) -> Result<Option<Substitution>, store::Error> {
    storage::substitution::standing(tx, by.lesson.id)
}
