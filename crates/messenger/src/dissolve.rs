//! Letting go of classes and people whose adding is undone: only while nobody has written (DIA-I20).

use school::import::Added;
use store::WriteTx;

use crate::storage;

/// Why chats were not dissolved; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DissolveError {
    /// Somebody has written in a chat of the classes, or one of the people has done what is kept.
    #[error("there are messages")]
    InUse,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Removes the empty chats of what an import added and every trace of its people in chats, in the transaction that
/// takes all of it out of the roster. Chats with messages are never removed.
///
/// # Errors
/// [`DissolveError::InUse`] when there is a message, or a deed of one of the people that the school keeps.
pub fn dissolve(tx: &mut WriteTx<'_>, added: &Added) -> Result<(), DissolveError> {
    let mut chats = storage::conversation::of_added(tx, &added.years, &added.groups, &added.subjects)?;
    for class in &added.classes {
        chats.extend(storage::conversation::of_class(tx, *class)?);
        chats.extend(storage::conversation::of_groups(tx, &school::class_parts(tx, *class)?)?);
    }
    chats.extend(storage::conversation::about(tx, &added.people)?);
    for chat in &chats {
        if chat.last_seq > 0 || storage::schedule::is_in_chat(tx, chat.id)? {
            return Err(DissolveError::InUse);
        }
    }
    // Groups may go with their lessons; whoever keeps the timetable tells them anew.
    storage::lesson::clear(tx)?;
    for chat in chats {
        // The same chat may have been found twice; removing nothing is no harm.
        storage::dissolve::remove_chat(tx, chat.id)?;
    }
    for person in &added.people {
        if storage::dissolve::has_acted(tx, *person)? {
            return Err(DissolveError::InUse);
        }
        for file in storage::file::of_person(tx, *person)? {
            crate::upload::forget(tx, &file)?;
        }
        storage::dissolve::remove_person(tx, *person)?;
    }
    Ok(())
}
