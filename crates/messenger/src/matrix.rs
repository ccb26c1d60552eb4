//! Who may begin a chat with whom: the table of docs/rules/who-writes-whom.md, which is printed from here.

use school::{Role, Roles};

/// What a person is in the table. One person can be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// Technical administrator.
    Administrator,
    /// Head teacher or deputy head.
    Head,
    /// Who answers for safety.
    Safety,
    /// Homeroom teacher.
    Homeroom,
    /// Any other member of staff.
    Teacher,
    /// Guardian.
    Guardian,
    /// Pupil of grade levels 1 to 4.
    Junior,
    /// Pupil of grade levels 5 to 8.
    Middle,
    /// Pupil of grade levels 9 and above.
    Senior,
}

impl Party {
    /// The rows, in order.
    pub const ROWS: [Self; 9] = [
        Self::Administrator,
        Self::Head,
        Self::Safety,
        Self::Homeroom,
        Self::Teacher,
        Self::Guardian,
        Self::Junior,
        Self::Middle,
        Self::Senior,
    ];
    /// The columns; a teacher's is that of all other staff.
    pub const COLUMNS: [Self; 7] =
        [Self::Head, Self::Safety, Self::Teacher, Self::Guardian, Self::Junior, Self::Middle, Self::Senior];

    /// A pupil's by grade level.
    #[must_use]
    pub const fn of_grade(grade: u8) -> Self {
        match grade {
            0..=4 => Self::Junior,
            5..=8 => Self::Middle,
            9.. => Self::Senior,
        }
    }

    /// The parties of the staff by roles.
    pub(crate) fn of_staff(roles: Roles) -> impl Iterator<Item = Self> {
        let head = roles.has(Role::HeadTeacher) || roles.has(Role::DeputyHead);
        let listed = [
            (Self::Administrator, roles.has(Role::Administrator)),
            (Self::Head, head),
            (Self::Safety, roles.has(Role::SafeguardingLead)),
            (Self::Homeroom, roles.has(Role::HomeroomTeacher)),
            (Self::Teacher, roles.has(Role::Teacher) || roles.has(Role::HomeroomTeacher)),
        ];
        listed.into_iter().filter_map(|(party, is)| is.then_some(party))
    }

    const fn row(self) -> usize {
        match self {
            Self::Administrator => 0,
            Self::Head => 1,
            Self::Safety => 2,
            Self::Homeroom => 3,
            Self::Teacher => 4,
            Self::Guardian => 5,
            Self::Junior => 6,
            Self::Middle => 7,
            Self::Senior => 8,
        }
    }

    const fn column(self) -> usize {
        match self {
            Self::Head => 0,
            Self::Safety => 1,
            Self::Administrator | Self::Homeroom | Self::Teacher => 2,
            Self::Guardian => 3,
            Self::Junior => 4,
            Self::Middle => 5,
            Self::Senior => 6,
        }
    }
}

/// What the table says of two parties; most cells ask for a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Never.
    No,
    /// The two alone.
    Yes,
    /// With the guardians of a pupil of the own class, both of them.
    OwnParents,
    /// With the guardians of a pupil who is taught, both of them.
    TaughtParents,
    /// With a pupil of the own class: guardians write, the pupil reads.
    PupilReads,
    /// With a pupil of the own class: guardians write too.
    GuardiansWrite,
    /// With a pupil of the own class: guardians read.
    GuardiansRead,
    /// With a pupil who is taught: guardians read.
    TaughtGuardiansRead,
    /// With any pupil: guardians read.
    Supervised,
    /// The confidential line.
    Line,
    /// With a teacher of the own child.
    ChildsTeacher,
    /// With an own teacher: guardians read, or write where the table says so for the teacher.
    OwnTeacher,
    /// Two guardians of one class, both of whom let themselves be written to.
    BothAgree,
    /// The own child.
    OwnChild,
    /// An own guardian.
    OwnGuardian,
    /// Of the same class, where the school has enabled it.
    SameClass,
    /// Of the same grade level, where the school has enabled it.
    SameGrade,
}

use Cell::{
    BothAgree, ChildsTeacher, GuardiansRead, GuardiansWrite, Line, No, OwnChild, OwnGuardian, OwnParents,
    OwnTeacher, PupilReads, SameClass, SameGrade, Supervised, TaughtGuardiansRead, TaughtParents, Yes,
};

const TABLE: [[Cell; 7]; 9] = [
    [Yes, Yes, Yes, No, No, No, No],
    [Yes, Yes, Yes, Yes, Supervised, Supervised, Supervised],
    [Yes, Yes, Yes, Yes, Line, Line, Line],
    [Yes, Yes, Yes, OwnParents, PupilReads, GuardiansWrite, GuardiansRead],
    [Yes, Yes, Yes, TaughtParents, No, TaughtGuardiansRead, TaughtGuardiansRead],
    [Yes, Yes, ChildsTeacher, BothAgree, OwnChild, OwnChild, OwnChild],
    [No, Line, No, OwnGuardian, No, No, No],
    [No, Line, OwnTeacher, OwnGuardian, No, SameClass, SameClass],
    [Supervised, Line, OwnTeacher, OwnGuardian, No, SameClass, SameGrade],
];

/// What the table says.
#[must_use]
pub fn cell(from: Party, to: Party) -> Cell {
    TABLE[from.row()][to.column()]
}
