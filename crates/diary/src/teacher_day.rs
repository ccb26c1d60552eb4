//! What a teacher reads: the lessons of a day, and the table of a course.

use school::{PersonId, Staff, SubjectId};
use store::ReadTx;
use time::Date;

use crate::{Cell, CourseTeacher, Lesson, Noted, Work, storage};

/// A lesson of a teacher's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeacherLesson {
    /// The lesson.
    pub lesson: Lesson,
    /// What is taught.
    pub subject: SubjectId,
    /// Whose part it is.
    pub part: TeacherPart,
}

/// A teacher's part in a lesson of their day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeacherPart {
    /// Their own.
    Own,
    /// They stand in for somebody.
    StandsIn,
    /// Their own, given to somebody else for the day.
    GivenTo(PersonId),
}

/// The viewer's lessons of a day, by time: their own, those they stand in for, and those given to others.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn teacher_day(tx: &ReadTx<'_>, by: &Staff<'_>, date: Date) -> Result<Vec<TeacherLesson>, store::Error> {
    let teaching = school::teaching_of(tx, by.person(), date)?;
    let groups: Vec<_> = teaching.iter().map(|own| own.group).collect();
    let mut day = Vec::new();
    for (lesson, subject, planned_subject) in storage::lesson::of_teacher(tx, by.person(), &groups, date)? {
        let teaches =
            |subject| teaching.iter().any(|own| own.group == lesson.group && own.subject == subject);
        let part = match lesson.teacher {
            Some(teacher) if teacher == by.person() && teaches(planned_subject) => TeacherPart::Own,
            Some(teacher) if teacher == by.person() => TeacherPart::StandsIn,
            Some(teacher) if teaches(planned_subject) => TeacherPart::GivenTo(teacher),
            None if teaches(subject) => TeacherPart::Own,
            Some(_) | None => continue,
        };
        day.push(TeacherLesson { lesson, subject, part });
    }
    Ok(day)
}

/// The table of a course between two days (the second not included).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseMarks {
    /// The lessons, by time.
    pub lessons: Vec<Lesson>,
    /// The works, drafts included, by date.
    pub works: Vec<Work>,
    /// The standing cells of these works.
    pub cells: Vec<Cell>,
    /// The standing notes of attendance.
    pub absences: Vec<Noted>,
}

/// Reads the table of a course; the second day is not included.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn course_marks(
    tx: &ReadTx<'_>,
    by: &CourseTeacher<'_>,
    from: Date,
    to: Date,
) -> Result<CourseMarks, store::Error> {
    let course = by.course().id;
    Ok(CourseMarks {
        lessons: storage::lesson::of_course(tx, course, from, to)?,
        works: storage::work::of_course(tx, course, from, to)?,
        cells: storage::mark::cells_of_course(tx, course, from, to)?,
        absences: storage::attendance::of_course(tx, course, from, to)?,
    })
}
