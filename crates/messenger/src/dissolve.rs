//! Letting go of classes and people whose adding is undone: only while nobody has written (DIA-I20).

use school::{ClassGroupId, PersonId};
use store::WriteTx;

use crate::storage;

/// Why chats were not dissolved; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DissolveError {
    /// Somebody has written in a chat of the classes, or one of the people has written anywhere.
    #[error("there are messages")]
    InUse,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Removes the empty chats of these classes and every trace of these people in chats, in the transaction that takes
/// the classes and people themselves out of the roster. Chats with messages are never removed.
///
/// # Errors
/// [`DissolveError::InUse`] when there is a message.
pub fn dissolve(
    tx: &mut WriteTx<'_>,
    classes: &[ClassGroupId],
    people: &[PersonId],
) -> Result<(), DissolveError> {
    for class in classes {
        let mut chats = storage::conversation::of_class(tx, *class)?;
        chats.extend(storage::conversation::of_groups(tx, &school::class_parts(tx, *class)?)?);
        for chat in chats {
            if chat.last_seq > 0 {
                return Err(DissolveError::InUse);
            }
            storage::dissolve::remove_chat(tx, chat.id)?;
        }
    }
    for chat in storage::conversation::about(tx, people)? {
        if chat.last_seq > 0 {
            return Err(DissolveError::InUse);
        }
        storage::dissolve::remove_chat(tx, chat.id)?;
    }
    for person in people {
        if storage::dissolve::has_written(tx, *person)? {
            return Err(DissolveError::InUse);
        }
        for file in storage::file::of_person(tx, *person)? {
            crate::upload::forget(tx, &file)?;
        }
        storage::dissolve::remove_person(tx, *person)?;
    }
    Ok(())
}
