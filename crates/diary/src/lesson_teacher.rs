//! Proofs over the journal's own rows (ARC-7): who may write in a lesson, who may see a whole journal page.

use std::marker::PhantomData;

use school::{Denied, PersonId, TeacherOf, Viewer};
use store::ReadTx;
use time::Date;

use crate::{Course, CourseId, LessonId, storage};

type Brand<'t> = PhantomData<fn(&'t ()) -> &'t ()>;

/// As whom a person writes in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// They teach the course.
    Teacher,
    /// They stand in for this one lesson (DIA-E8).
    Substitute,
}

/// The viewer may write in one lesson: they teach its course on this day, or are its standing substitute.
#[derive(Clone, Copy, Debug)]
pub struct LessonTeacher<'t> {
    person: PersonId,
    hand: Hand,
    lesson: LessonId,
    course: Course,
    date: Date,
    brand: Brand<'t>,
}

impl<'t> LessonTeacher<'t> {
    /// Asks for the right on this day. Who was replaced for the lesson keeps the right to read, not to write.
    ///
    /// # Errors
    /// [`Denied`] when the viewer neither teaches the lesson nor stands in, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, lesson: LessonId, on: Date) -> Result<Self, Denied> {
        let place = storage::journal::find_place(tx, lesson)?.ok_or(Denied::Denied)?;
        let course = storage::course::find_by_id(tx, place.course)?.ok_or(Denied::Denied)?;
        let proof = |hand| Self {
            person: viewer.person(),
            hand,
            lesson,
            course,
            date: place.date,
            brand: PhantomData,
        };
        if place.substitute == Some(viewer.person()) {
            // The session and the role of staff are asked for as of anybody else.
            school::Staff::ask(tx, viewer, on)?;
            return Ok(proof(Hand::Substitute));
        }
        if place.substitute.is_some() {
            return Err(Denied::Denied);
        }
        TeacherOf::ask(tx, viewer, course.group, course.subject, on)?;
        Ok(proof(Hand::Teacher))
    }

    /// Who writes.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// As whom.
    #[must_use]
    pub const fn hand(&self) -> Hand {
        self.hand
    }

    /// The lesson.
    #[must_use]
    pub const fn lesson(&self) -> LessonId {
        self.lesson
    }

    /// The course taught in it.
    #[must_use]
    pub const fn course(&self) -> Course {
        self.course
    }

    /// The lesson's date.
    #[must_use]
    pub const fn date(&self) -> Date {
        self.date
    }
}

/// The viewer teaches a course: its whole page of the journal is theirs to read.
#[derive(Clone, Copy, Debug)]
pub struct CourseTeacher<'t> {
    person: PersonId,
    course: Course,
    brand: Brand<'t>,
}

impl<'t> CourseTeacher<'t> {
    /// Asks for the right on this day.
    ///
    /// # Errors
    /// [`Denied`] when the viewer does not teach the course, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, course: CourseId, on: Date) -> Result<Self, Denied> {
        let course = storage::course::find_by_id(tx, course)?.ok_or(Denied::Denied)?;
        TeacherOf::ask(tx, viewer, course.group, course.subject, on)?;
        Ok(Self { person: viewer.person(), course, brand: PhantomData })
    }

    /// Who teaches.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The course.
    #[must_use]
    pub const fn course(&self) -> Course {
        self.course
    }
}
