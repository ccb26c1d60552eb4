//! The log of a call (CALL-I8): who was admitted, connected, sent something and left, and when.

use school::PersonId;
use store::{ReadTx, UtcInstant};

use crate::{CallId, VisitId, storage};

/// What a person can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// A voice.
    Microphone,
    /// A picture.
    Camera,
    /// A screen.
    Screen,
}

impl Source {
    /// All sources.
    pub const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Screen];

    /// The word stored and sent to pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Microphone => "microphone",
            Self::Camera => "camera",
            Self::Screen => "screen",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.word() == word)
    }
}

/// Why a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeaveWhy {
    /// The person has left.
    Own,
    /// The line was lost.
    Lost,
    /// The leader has removed the person.
    Removed,
    /// A membership, a session, a role or a link has ended.
    Rights,
    /// The same person has come in anew.
    Replaced,
    /// The call is over, or waits for its leader.
    Ended,
    /// The server stopped or crashed.
    Stopped,
    /// The media could not be carried on.
    Failed,
}

impl LeaveWhy {
    const ALL: [Self; 8] = [
        Self::Own,
        Self::Lost,
        Self::Removed,
        Self::Rights,
        Self::Replaced,
        Self::Ended,
        Self::Stopped,
        Self::Failed,
    ];

    /// The word stored and sent to pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Lost => "lost",
            Self::Removed => "removed",
            Self::Rights => "rights",
            Self::Replaced => "replaced",
            Self::Ended => "ended",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.word() == word)
    }
}

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Let in.
    Admitted,
    /// The connection stands.
    Connected,
    /// A source is received.
    Flowing(Source),
    /// Gone.
    Left(LeaveWhy),
}

/// One line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub person: PersonId,
    /// In which visit.
    pub visit: VisitId,
    /// What.
    pub kind: EntryKind,
    /// When.
    pub at: UtcInstant,
}

/// The whole log of a call, in order; whoever shows anything of it asks for a proof.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn entries_of(tx: &ReadTx<'_>, call: CallId) -> Result<Vec<Entry>, store::Error> {
    storage::entry::of_call(tx, call)
}
