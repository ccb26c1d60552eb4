//! The school's own card.

use store::{ReadTx, WriteTx};

use crate::storage;

/// What the school is called and where it is. One school, one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolProfile {
    /// The full name for papers.
    pub full_name: String,
    /// «Школа № 12».
    pub short_name: String,
    /// «Заречье».
    pub place: String,
    /// IANA zone name.
    pub zone: String,
    /// School days in a week: five or six.
    pub week_days: u8,
    /// Who helps and where: «Алексей Игоревич Седов, каб. 118».
    pub help: String,
}

/// The school of this base; `None` before it is founded.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn load_school(tx: &ReadTx<'_>) -> Result<Option<SchoolProfile>, store::Error> {
    storage::profile::find(tx)
}

/// Writes the school's card, the first time or anew.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn found_school(tx: &mut WriteTx<'_>, school: &SchoolProfile) -> Result<(), store::Error> {
    storage::profile::replace(tx, school)
}
