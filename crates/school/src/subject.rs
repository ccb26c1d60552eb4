//! Subjects.

use store::ReadTx;

use crate::{SubjectId, storage};

/// A subject of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The row.
    pub id: SubjectId,
    /// «Русский язык».
    pub name: String,
    /// «рус. яз.».
    pub short_name: String,
}

/// All subjects, by id.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_subjects(tx: &ReadTx<'_>) -> Result<Vec<Subject>, store::Error> {
    storage::subject::list(tx)
}

/// The subject with this id.
///
/// # Errors
/// [`store::Error::NoRow`] when there is none.
pub fn load_subject(tx: &ReadTx<'_>, id: SubjectId) -> Result<Subject, store::Error> {
    storage::subject::load(tx, id)
}
