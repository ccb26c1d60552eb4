//! Journal pages: a subject taught to a group in a year (DIA-I4).

use school::{ClassGroup, ClassGroupId, GroupId, SubjectId, YearId};
use store::{ReadTx, WriteTx};

use crate::{CourseId, storage};

/// How a course is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkScale {
    /// 2 to 5.
    Five,
    /// Without marks: grade level 1 (DIA-E22).
    Markless,
}

impl MarkScale {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Five => "five",
            Self::Markless => "markless",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Five, Self::Markless].into_iter().find(|scale| scale.word() == word)
    }

    /// The scale of a grade level: the first has no marks.
    #[must_use]
    pub const fn of_grade(grade: u8) -> Self {
        if grade <= 1 { Self::Markless } else { Self::Five }
    }
}

/// A journal page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// The row.
    pub id: CourseId,
    /// Its school year.
    pub year: YearId,
    /// The class its group belongs to.
    pub class_group: ClassGroupId,
    /// Who is taught.
    pub group: GroupId,
    /// What.
    pub subject: SubjectId,
    /// How it is marked.
    pub scale: MarkScale,
}

/// The course of a subject in a group of a class, made when it is not there yet.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn ensure_course(
    tx: &mut WriteTx<'_>,
    class: &ClassGroup,
    group: GroupId,
    subject: SubjectId,
) -> Result<CourseId, store::Error> {
    match storage::course::find(tx, class.year, group, subject)? {
        Some(course) => Ok(course.id),
        None => storage::course::insert(tx, class, group, subject, MarkScale::of_grade(class.label.grade)),
    }
}

/// The course of a subject in a group of a year.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_course(
    tx: &ReadTx<'_>,
    year: YearId,
    group: GroupId,
    subject: SubjectId,
) -> Result<Option<Course>, store::Error> {
    storage::course::find(tx, year, group, subject)
}

/// The course with this id; whoever shows anything of it asks for a proof over its group and subject.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_course_by_id(tx: &ReadTx<'_>, course: CourseId) -> Result<Option<Course>, store::Error> {
    storage::course::find_by_id(tx, course)
}

/// The courses of the subgroups and the whole of a class.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn courses_of_class(tx: &ReadTx<'_>, class: ClassGroupId) -> Result<Vec<Course>, store::Error> {
    storage::course::of_class(tx, class)
}
