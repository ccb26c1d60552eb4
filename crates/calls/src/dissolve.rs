//! Whether what an import added has been in calls: then it is not taken out any more (DIA-I20).

use school::import::Added;
use store::ReadTx;

use crate::storage;

/// Whether one of the people has been in a call.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_in_use(tx: &ReadTx<'_>, added: &Added) -> Result<bool, store::Error> {
    storage::entry::names_any(tx, &added.people)
}
