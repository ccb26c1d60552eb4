//! As what people sit in chats, and what that allows.

/// As what a person sits in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Seat {
    /// A pupil of the class.
    Pupil,
    /// A teacher of the class.
    Teacher,
    /// The homeroom teacher.
    Homeroom,
    /// A guardian of a pupil.
    Guardian,
    /// Head teacher or deputy head.
    Head,
    /// A member of staff.
    Staff,
    /// Somebody who answers for safety: the safeguarding lead, a psychologist.
    Safety,
}

/// What a person is in a chat, and what that allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// As what.
    pub seat: Seat,
    /// What it allows.
    pub role: MemberRole,
}

impl Seat {
    /// All seats.
    pub const ALL: [Self; 7] =
        [Self::Pupil, Self::Teacher, Self::Homeroom, Self::Guardian, Self::Head, Self::Staff, Self::Safety];

    /// The word stored and sent to clients.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Teacher => "teacher",
            Self::Homeroom => "homeroom",
            Self::Guardian => "guardian",
            Self::Head => "head",
            Self::Staff => "staff",
            Self::Safety => "safety",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seat| seat.word() == word)
    }

    /// Whether a member of staff sits here.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        match self {
            Self::Teacher | Self::Homeroom | Self::Head | Self::Staff | Self::Safety => true,
            Self::Pupil | Self::Guardian => false,
        }
    }
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberRole {
    /// Writes, and hides anybody's message.
    Moderator,
    /// Reads and writes.
    Writer,
    /// Reads.
    Reader,
    /// Reads, is named to all, and cannot be removed (MSG-S3).
    Observer,
}

impl MemberRole {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Moderator => "moderator",
            Self::Writer => "writer",
            Self::Reader => "reader",
            Self::Observer => "observer",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Moderator, Self::Writer, Self::Reader, Self::Observer]
            .into_iter()
            .find(|role| role.word() == word)
    }

    /// Whether the member may write.
    #[must_use]
    pub const fn may_write(self) -> bool {
        match self {
            Self::Moderator | Self::Writer => true,
            Self::Reader | Self::Observer => false,
        }
    }
}
