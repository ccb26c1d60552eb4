//! Kinds of chats and who sits in them as what: the matrix of docs/rules/messenger.md as one pure function.

use school::{Standing, Standings};

/// What a chat is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChatKind {
    /// The chat of a class: pupils and class staff.
    ClassChat,
    /// The chat of a class's guardians: no pupils.
    ParentsChat,
}

impl ChatKind {
    /// The kinds that each class has.
    pub const OF_A_CLASS: [Self; 2] = [Self::ClassChat, Self::ParentsChat];

    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClassChat => "class_chat",
            Self::ParentsChat => "parents_chat",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::OF_A_CLASS.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether somebody in chats of this kind answers for order.
    #[must_use]
    pub const fn has_moderators(self) -> bool {
        match self {
            Self::ClassChat | Self::ParentsChat => true,
        }
    }

    /// Whether what is said here stays between its members and the safeguarding leads.
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        match self {
            Self::ClassChat | Self::ParentsChat => false,
        }
    }

    /// As what a person sits in this chat by how they stand to its class; `None` when they do not. Whoever stands
    /// to the class in two ways has one seat, the one that answers for more (MSG-E22).
    #[must_use]
    pub fn seat(self, standings: Standings) -> Option<Seat> {
        let has = |standing| standings.has(standing);
        match self {
            Self::ClassChat if has(Standing::Homeroom) => Some(Seat::Homeroom),
            Self::ClassChat if has(Standing::Teacher) => Some(Seat::Teacher),
            Self::ClassChat if has(Standing::Pupil) => Some(Seat::Pupil),
            Self::ParentsChat if has(Standing::Pupil) => None,
            Self::ParentsChat if has(Standing::Homeroom) => Some(Seat::Homeroom),
            Self::ParentsChat if has(Standing::Head) => Some(Seat::Head),
            Self::ParentsChat if has(Standing::Guardian) => Some(Seat::Guardian),
            Self::ClassChat | Self::ParentsChat => None,
        }
    }
}

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
}

impl Seat {
    /// All seats.
    pub const ALL: [Self; 5] = [Self::Pupil, Self::Teacher, Self::Homeroom, Self::Guardian, Self::Head];

    /// The word stored and sent to clients.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Teacher => "teacher",
            Self::Homeroom => "homeroom",
            Self::Guardian => "guardian",
            Self::Head => "head",
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
            Self::Teacher | Self::Homeroom | Self::Head => true,
            Self::Pupil | Self::Guardian => false,
        }
    }

    /// What the seat allows.
    #[must_use]
    pub const fn role(self) -> MemberRole {
        match self {
            Self::Homeroom => MemberRole::Moderator,
            Self::Pupil | Self::Teacher | Self::Guardian | Self::Head => MemberRole::Writer,
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use school::{Standing, Standings};

    use super::ChatKind;

    #[test]
    fn the_matrix_of_seats() {
        // MSG-S1, MSG-E22: every set of relations against every kind of chat.
        let all =
            [Standing::Pupil, Standing::Guardian, Standing::Teacher, Standing::Homeroom, Standing::Head];
        let mut table = String::new();
        for kind in ChatKind::OF_A_CLASS {
            for set in 0..32_u8 {
                let standings: Standings =
                    all.into_iter().filter(|standing| set & (1 << *standing as u8) != 0).collect();
                let seat = kind.seat(standings);
                if standings.has(Standing::Pupil) && standings.iter().count() > 1 {
                    // A pupil who is also an adult of the class: never in the parents' chat.
                    assert!(kind == ChatKind::ClassChat || seat.is_none());
                    continue;
                }
                let names: Vec<String> = standings.iter().map(|standing| format!("{standing:?}")).collect();
                let seat = seat.map_or("-".to_owned(), |seat| format!("{seat:?} {:?}", seat.role()));
                writeln!(table, "{:?} {}: {seat}", kind, names.join("+")).unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }
}
