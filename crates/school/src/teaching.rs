//! Who teaches what to whom, dated.

use store::ReadTx;
use time::Date;

use crate::{GroupId, PersonId, PersonName, SubjectId, TeachingId, storage};

/// A teacher's part in an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeachingRole {
    /// Answers for the term mark.
    Main,
    /// Second teacher in the room.
    Co,
}

impl TeachingRole {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Co => "co",
        }
    }
}

/// One teacher's dated assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teaching {
    /// The row.
    pub id: TeachingId,
    /// The teacher.
    pub person: PersonId,
    /// To whom.
    pub group: GroupId,
    /// What.
    pub subject: SubjectId,
    /// The teacher's part.
    pub role: TeachingRole,
    /// Hours a week by the plan.
    pub hours_per_week: u8,
    /// The usual room.
    pub room: Option<String>,
}

/// What a person teaches on a day, by class and subject.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn teaching_of(tx: &ReadTx<'_>, person: PersonId, on: Date) -> Result<Vec<Teaching>, store::Error> {
    storage::teaching::of_person(tx, person, on)
}

/// Who teaches a subject to a group on a day, the main teacher first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn teachers_of(
    tx: &ReadTx<'_>,
    group: GroupId,
    subject: SubjectId,
    on: Date,
) -> Result<Vec<PersonId>, store::Error> {
    storage::teaching::teachers(tx, group, subject, on)
}

/// Who teaches what to several groups on a day, by name, main teachers first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn teachers_of_groups(
    tx: &ReadTx<'_>,
    groups: &[GroupId],
    on: Date,
) -> Result<Vec<(GroupId, SubjectId, PersonName)>, store::Error> {
    storage::teaching::teachers_of_groups(tx, groups, on)
}

/// The assignments of several groups on a day, main teachers first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn teachings_of_groups(
    tx: &ReadTx<'_>,
    groups: &[GroupId],
    on: Date,
) -> Result<Vec<Teaching>, store::Error> {
    storage::teaching::of_groups(tx, groups, on)
}
