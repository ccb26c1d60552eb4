//! Reactions: a fixed friendly set, which a chat can do without (MSG-F7).

use store::{Act, Actor, UtcInstant, WriteTx};

use crate::change::Change;
use crate::edit::find_visible;
use crate::{MemberOf, MemberRole, storage};

/// One reaction; on pages an icon with its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reaction {
    /// «да».
    Yes,
    /// «спасибо».
    Thanks,
    /// «понятно».
    Clear,
    /// «здорово».
    Great,
    /// «смешно».
    Funny,
    /// «не понял(а)».
    Puzzled,
}

impl Reaction {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::Yes, Self::Thanks, Self::Clear, Self::Great, Self::Funny, Self::Puzzled];

    /// The word stored and sent.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Thanks => "thanks",
            Self::Clear => "clear",
            Self::Great => "great",
            Self::Funny => "funny",
            Self::Puzzled => "puzzled",
        }
    }

    /// Reads the word; whatever is outside of the set is none (MSG-B14).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reaction| reaction.word() == word)
    }
}

/// Why a reaction was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReactError {
    /// There is no such message, it is deleted, or the member may not see it (MSG-B13).
    #[error("no such message")]
    NoSuchMessage,
    /// Reactions are switched off in this chat (MSG-B14).
    #[error("the chat has no reactions")]
    SwitchedOff,
    /// The member may only read here.
    #[error("the chat can only be read")]
    ReadOnly,
    /// Whether a chat has reactions is for whoever answers for it.
    #[error("not a moderator")]
    NotModerator,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl MemberOf<'_> {
    /// Whether the member may react here: whoever may read may say «спасибо», unless the chat takes nothing more.
    #[must_use]
    pub fn may_react(&self) -> bool {
        self.conversation().is_open() && self.conversation().reactions && self.role() != MemberRole::Observer
    }
}

/// Adds a reaction of the member to a message; added twice it is there once.
///
/// # Errors
/// [`ReactError`].
pub fn react(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
    reaction: Reaction,
) -> Result<(), ReactError> {
    change(tx, now, by, seq, |tx, message| storage::reaction::insert(tx, message, by.person(), reaction))
}

/// Takes a reaction of the member back.
///
/// # Errors
/// [`ReactError`].
pub fn unreact(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
    reaction: Reaction,
) -> Result<(), ReactError> {
    change(tx, now, by, seq, |tx, message| storage::reaction::remove(tx, message, by.person(), reaction))
}

fn change(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
    deed: impl FnOnce(&mut WriteTx<'_>, crate::MessageId) -> Result<bool, store::Error>,
) -> Result<(), ReactError> {
    let found = find_visible(tx, by, seq)?.filter(|message| !message.deleted);
    let message = found.ok_or(ReactError::NoSuchMessage)?;
    if !by.conversation().reactions {
        return Err(ReactError::SwitchedOff);
    }
    if !by.may_react() {
        return Err(ReactError::ReadOnly);
    }
    if deed(tx, message.id)? {
        storage::message::enrich(tx, message.id)?;
        storage::conversation::touch(tx, message.conv)?;
        Change::Touched { message: message.id, seq }.emit(tx, now, message.conv, None)?;
    }
    Ok(())
}

impl MemberOf<'_> {
    /// Whether the member may switch reactions off and on here.
    #[must_use]
    pub fn may_set_reactions(&self) -> bool {
        self.may_write() && self.role() == MemberRole::Moderator
    }
}

/// Lets members react in the chat, or no more; what was given stays where it is.
///
/// # Errors
/// [`ReactError::NotModerator`].
pub fn set_reactions(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    actor: &Actor,
    on: bool,
) -> Result<(), ReactError> {
    if !by.may_set_reactions() {
        return Err(ReactError::NotModerator);
    }
    let chat = by.conversation();
    storage::conversation::set_reactions(tx, chat.id, on)?;
    let act = Act::new("messenger.reactions.set", "conversation", chat.id);
    tx.audit(now, actor, act.change(Some(chat.reactions.to_string()), Some(on.to_string())))?;
    Ok(())
}
