//! Kinds of chats, and who sits in those of a class, a course or the school: docs/rules/messenger.md as functions.

use school::{Role, Roles, Standing, Standings};

use crate::{MemberRole, Place, Seat};

/// What a chat is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChatKind {
    /// The chat of a class: pupils and class staff.
    ClassChat,
    /// The chat of a class's guardians: no pupils.
    ParentsChat,
    /// What the class's staff tell its pupils and their guardians.
    ClassNews,
    /// The chat of a course: its pupils and teachers.
    Subject,
    /// What the head of the school tells everybody.
    SchoolNews,
    /// The staff room.
    StaffRoom,
    /// A pupil and an adult of the school, never without a third (MSG-I19).
    Supervised,
    /// A child's guardians and an adult of the school.
    Family,
    /// A pupil and the people who answer for safety, seen by nobody else (MSG-I24).
    Confidential,
    /// Two people.
    Private,
    /// A group that a member of staff has gathered, of staff only.
    StaffGroup,
    /// A group of pupils with an adult who answers for it.
    PupilsGroup,
}

/// What the members of a kind follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follows {
    /// A class.
    ClassGroup,
    /// A course.
    Course,
    /// The whole school.
    School,
    /// One or two people.
    People,
    /// A list.
    List,
}

impl ChatKind {
    /// The kinds that each class has.
    pub const OF_A_CLASS: [Self; 3] = [Self::ClassChat, Self::ParentsChat, Self::ClassNews];
    /// The kinds that a school year has once.
    pub const OF_THE_SCHOOL: [Self; 2] = [Self::SchoolNews, Self::StaffRoom];
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::ClassChat,
        Self::ParentsChat,
        Self::ClassNews,
        Self::Subject,
        Self::SchoolNews,
        Self::StaffRoom,
        Self::Supervised,
        Self::Family,
        Self::Confidential,
        Self::Private,
        Self::StaffGroup,
        Self::PupilsGroup,
    ];

    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClassChat => "class_chat",
            Self::ParentsChat => "parents_chat",
            Self::ClassNews => "class_news",
            Self::Subject => "subject",
            Self::SchoolNews => "school_news",
            Self::StaffRoom => "staff_room",
            Self::Supervised => "supervised",
            Self::Family => "family",
            Self::Confidential => "confidential",
            Self::Private => "private",
            Self::StaffGroup => "staff_group",
            Self::PupilsGroup => "pupils_group",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub(crate) const fn follows(self) -> Follows {
        match self {
            Self::ClassChat | Self::ParentsChat | Self::ClassNews => Follows::ClassGroup,
            Self::Subject => Follows::Course,
            Self::SchoolNews | Self::StaffRoom => Follows::School,
            Self::Supervised | Self::Family | Self::Confidential | Self::Private => Follows::People,
            Self::StaffGroup | Self::PupilsGroup => Follows::List,
        }
    }

    /// Whether a newcomer sees the whole school year (MSG-M1); elsewhere, from the beginning of the relation on.
    pub(crate) const fn keeps_year(self) -> bool {
        matches!(self.follows(), Follows::ClassGroup | Follows::Course | Follows::School)
    }

    /// Whether somebody in chats of this kind answers for order.
    #[must_use]
    pub const fn has_moderators(self) -> bool {
        match self {
            Self::ClassChat
            | Self::ParentsChat
            | Self::ClassNews
            | Self::Subject
            | Self::SchoolNews
            | Self::StaffRoom
            | Self::StaffGroup
            | Self::PupilsGroup => true,
            Self::Supervised | Self::Family | Self::Confidential | Self::Private => false,
        }
    }

    /// Whether what is said here stays between its members and the safeguarding leads.
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::Confidential)
    }

    /// Whether only some write and everybody reads.
    #[must_use]
    pub const fn is_news(self) -> bool {
        matches!(self, Self::ClassNews | Self::SchoolNews)
    }

    /// As what a person sits in a chat of a class by how they stand to it; `None` when they do not. Whoever stands
    /// to the class in two ways has one seat, the one that answers for more (MSG-E22).
    #[must_use]
    pub fn place_in_class(self, standings: Standings) -> Option<Place> {
        let has = |standing| standings.has(standing);
        let moderator = |seat| Some(Place { seat, role: MemberRole::Moderator });
        let writer = |seat| Some(Place { seat, role: MemberRole::Writer });
        let reader = |seat| Some(Place { seat, role: MemberRole::Reader });
        match self {
            Self::ClassChat if has(Standing::Homeroom) => moderator(Seat::Homeroom),
            Self::ClassChat if has(Standing::Teacher) => writer(Seat::Teacher),
            Self::ClassChat if has(Standing::Pupil) => writer(Seat::Pupil),
            Self::ParentsChat if has(Standing::Pupil) => None,
            Self::ParentsChat if has(Standing::Homeroom) => moderator(Seat::Homeroom),
            Self::ParentsChat if has(Standing::Head) => writer(Seat::Head),
            Self::ParentsChat if has(Standing::Guardian) => writer(Seat::Guardian),
            Self::ClassNews if has(Standing::Homeroom) => moderator(Seat::Homeroom),
            Self::ClassNews if has(Standing::Head) => writer(Seat::Head),
            Self::ClassNews if has(Standing::Teacher) => writer(Seat::Teacher),
            Self::ClassNews if has(Standing::Pupil) => reader(Seat::Pupil),
            Self::ClassNews if has(Standing::Guardian) => reader(Seat::Guardian),
            Self::ClassChat
            | Self::ParentsChat
            | Self::ClassNews
            | Self::Subject
            | Self::SchoolNews
            | Self::StaffRoom
            | Self::Supervised
            | Self::Family
            | Self::Confidential
            | Self::Private
            | Self::StaffGroup
            | Self::PupilsGroup => None,
        }
    }

    /// As what a person sits in a chat of the school by their roles.
    #[must_use]
    pub fn place_in_school(self, roles: Roles) -> Option<Place> {
        let head = roles.has(Role::HeadTeacher) || roles.has(Role::DeputyHead);
        let place = |seat, role| Some(Place { seat, role });
        match self {
            Self::SchoolNews | Self::StaffRoom if head => place(Seat::Head, MemberRole::Moderator),
            Self::SchoolNews if roles.is_staff() => place(Seat::Staff, MemberRole::Reader),
            Self::SchoolNews if roles.has(Role::Pupil) => place(Seat::Pupil, MemberRole::Reader),
            Self::SchoolNews if roles.has(Role::Guardian) => place(Seat::Guardian, MemberRole::Reader),
            Self::StaffRoom if roles.is_staff() => place(Seat::Staff, MemberRole::Writer),
            Self::ClassChat
            | Self::ParentsChat
            | Self::ClassNews
            | Self::Subject
            | Self::SchoolNews
            | Self::StaffRoom
            | Self::Supervised
            | Self::Family
            | Self::Confidential
            | Self::Private
            | Self::StaffGroup
            | Self::PupilsGroup => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use school::{Role, Roles, Standing, Standings};

    use super::ChatKind;
    use crate::Place;

    fn shown(place: Option<Place>) -> String {
        place.map_or("-".to_owned(), |place| format!("{:?} {:?}", place.seat, place.role))
    }

    #[test]
    fn the_matrix_of_seats() {
        // MSG-S1, MSG-E22: every set of relations against every kind of chat of a class.
        let all =
            [Standing::Pupil, Standing::Guardian, Standing::Teacher, Standing::Homeroom, Standing::Head];
        let mut table = String::new();
        for kind in ChatKind::OF_A_CLASS {
            for set in 0..32_u8 {
                let standings: Standings =
                    all.into_iter().filter(|standing| set & (1 << *standing as u8) != 0).collect();
                let place = kind.place_in_class(standings);
                if standings.has(Standing::Pupil) && standings.iter().count() > 1 {
                    // A pupil who is also an adult of the class: never in the parents' chat.
                    assert!(kind != ChatKind::ParentsChat || place.is_none());
                    continue;
                }
                let names: Vec<String> = standings.iter().map(|standing| format!("{standing:?}")).collect();
                writeln!(table, "{:?} {}: {}", kind, names.join("+"), shown(place)).unwrap();
            }
        }
        for kind in ChatKind::OF_THE_SCHOOL {
            for role in Role::ALL {
                let roles: Roles = [role].into_iter().collect();
                writeln!(table, "{kind:?} {role:?}: {}", shown(kind.place_in_school(roles))).unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }
}
