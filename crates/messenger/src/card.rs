//! Cards of the diary in chats (MSG-N2): a message that points at a lesson and says nothing of it. Who reads it asks
//! the diary, with rights of their own (MSG-S14).

use store::{ReadTx, UtcInstant, WriteTx};

use crate::change::Change;
use crate::limits::CARDS_TOLD;
use crate::{Body, ClientId, Draft, MessageId, storage};

/// What of a lesson a card is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// The homework given at it.
    Homework,
    /// That it is taught by somebody else, or not at all.
    Substitution,
}

impl CardKind {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Homework => "homework",
            Self::Substitution => "substitution",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Homework, Self::Substitution].into_iter().find(|kind| kind.word() == word)
    }
}

/// What a card points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CardRef {
    /// What it is about.
    pub kind: CardKind,
    /// The lesson, by the diary's number of it.
    pub lesson: i64,
}

impl Draft {
    /// A card; the text is its heading, the same for every card of the kind.
    #[must_use]
    pub const fn card(cid: ClientId, heading: Body, card: CardRef) -> Self {
        let mut draft = Self::text(cid, heading);
        draft.card = Some(card);
        draft
    }
}

/// Tells open pages that what cards of a lesson show has changed; called in the transaction that changes the diary.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn touch_cards(tx: &mut WriteTx<'_>, now: UtcInstant, lesson: i64) -> Result<(), store::Error> {
    for (conv, message, seq) in storage::card::of_lesson(tx, lesson)? {
        storage::conversation::touch(tx, conv)?;
        Change::Touched { message, seq }.emit(tx, now, conv, None)?;
    }
    Ok(())
}

/// Tells open pages that cards may show something else, when the timetable is published anew and any lesson may have
/// changed: those of messages of the last month, for older ones are about days that are over.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn touch_recent_cards(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<(), store::Error> {
    for (conv, message, seq) in storage::card::since(tx, now - CARDS_TOLD)? {
        storage::conversation::touch(tx, conv)?;
        Change::Touched { message, seq }.emit(tx, now, conv, None)?;
    }
    Ok(())
}

/// What the messages among these point at.
pub(crate) fn cards(
    tx: &ReadTx<'_>,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, CardRef)>, store::Error> {
    storage::card::of_messages(tx, messages)
}
