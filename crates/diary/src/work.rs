//! Works: the columns of the journal.

use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::{CourseId, JournalError, LessonId, LessonTeacher, MarkScale, WorkId, WorkTypeId, storage};

/// What kind of work a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WorkKind {
    /// Ответ на уроке.
    Answer,
    /// Домашняя работа.
    Homework,
    /// Самостоятельная, проверочная.
    Quiz,
    /// Тест, контрольная работа.
    Test,
    /// Диктант.
    Dictation,
    /// Зачёт, экзамен.
    Exam,
    /// Лабораторная.
    Lab,
    /// Проект.
    Project,
}

impl WorkKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Answer,
        Self::Homework,
        Self::Quiz,
        Self::Test,
        Self::Dictation,
        Self::Exam,
        Self::Lab,
        Self::Project,
    ];

    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Homework => "homework",
            Self::Quiz => "quiz",
            Self::Test => "test",
            Self::Dictation => "dictation",
            Self::Exam => "exam",
            Self::Lab => "lab",
            Self::Project => "project",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A kind of work as the school names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkType {
    /// The row.
    pub id: WorkTypeId,
    /// «Контрольная работа».
    pub name: String,
    /// «к/р».
    pub abbr: String,
    /// What it is.
    pub kind: WorkKind,
    /// The weight new works of it get, 1 to 10.
    pub weight: u8,
    /// Marks for one work: one, or two as for a dictation (5/4).
    pub cells: u8,
}

/// A column of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The row.
    pub id: WorkId,
    /// The journal page.
    pub course: CourseId,
    /// The lesson it was done in.
    pub lesson: LessonId,
    /// That lesson's date.
    pub date: Date,
    /// Its type.
    pub work_type: WorkTypeId,
    /// A title of its own, e.g. «Контрольная работа № 2».
    pub title: Option<String>,
    /// The weight it was made with (DIA-I10).
    pub weight: u8,
    /// Marks for one pupil.
    pub cells: u8,
    /// Whether pupils and guardians may see it (DIA-I22).
    pub published: bool,
}

/// Adds a kind of work; for the import and the demo.
///
/// # Errors
/// [`store::Error`]; a name that is taken is refused as a constraint.
pub fn add_work_type(
    tx: &mut WriteTx<'_>,
    name: &str,
    abbr: &str,
    kind: WorkKind,
    weight: u8,
    cells: u8,
) -> Result<WorkTypeId, store::Error> {
    storage::work::insert_type(tx, name, abbr, kind, weight, cells)
}

/// All kinds of work, the lightest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_work_types(tx: &ReadTx<'_>) -> Result<Vec<WorkType>, store::Error> {
    storage::work::list_types(tx)
}

/// Adds a work to a lesson. A draft is seen by nobody but its teachers (DIA-I22).
///
/// # Errors
/// [`JournalError::NoWorkType`], also where nothing is marked (DIA-E22); [`JournalError::TitleTooLong`].
pub fn add_work(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    work_type: WorkTypeId,
    title: Option<&str>,
    published: bool,
) -> Result<WorkId, JournalError> {
    if by.course().scale == MarkScale::Markless {
        return Err(JournalError::NoWorkType);
    }
    let found = storage::work::find_type(tx, work_type)?.ok_or(JournalError::NoWorkType)?;
    let title = title.map(str::trim).filter(|title| !title.is_empty());
    if title.is_some_and(|title| title.chars().count() > 200) {
        return Err(JournalError::TitleTooLong);
    }
    Ok(storage::work::insert(tx, now, by, &found, title, published)?)
}

/// Shows a draft work to pupils and guardians.
///
/// # Errors
/// [`JournalError::NoWork`] when the lesson has no such draft.
pub fn publish_work(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    work: WorkId,
) -> Result<(), JournalError> {
    if !storage::work::publish(tx, by.lesson(), work)? {
        return Err(JournalError::NoWork);
    }
    crate::mark::tell_all(tx, now, work)?;
    Ok(())
}

/// The works of a lesson that are not voided, in the order they were added.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn works_of_lesson(tx: &ReadTx<'_>, by: &LessonTeacher<'_>) -> Result<Vec<Work>, store::Error> {
    storage::work::of_lesson(tx, by.lesson())
}
