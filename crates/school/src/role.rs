//! Dated role grants (DIA-I15): what a person may do ends with the grant, what they did stays theirs.

use store::{ReadTx, WriteTx};
use time::Date;

use crate::{ClassGroupId, PersonId, RosterChange, Touched, storage};

/// What a person is at the school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Ученик.
    Pupil,
    /// Родитель, законный представитель.
    Guardian,
    /// Учитель.
    Teacher,
    /// Классный руководитель одного класса.
    HomeroomTeacher,
    /// Завуч.
    DeputyHead,
    /// Директор.
    HeadTeacher,
    /// Ответственный за безопасность.
    SafeguardingLead,
    /// Администратор.
    Administrator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 8] = [
        Self::Pupil,
        Self::Guardian,
        Self::Teacher,
        Self::HomeroomTeacher,
        Self::DeputyHead,
        Self::HeadTeacher,
        Self::SafeguardingLead,
        Self::Administrator,
    ];

    /// The word stored and printed in the route table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Guardian => "guardian",
            Self::Teacher => "teacher",
            Self::HomeroomTeacher => "homeroom_teacher",
            Self::DeputyHead => "deputy_head",
            Self::HeadTeacher => "head_teacher",
            Self::SafeguardingLead => "safeguarding_lead",
            Self::Administrator => "administrator",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether the role is one of the school's staff.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        match self {
            Self::Pupil | Self::Guardian => false,
            Self::Teacher
            | Self::HomeroomTeacher
            | Self::DeputyHead
            | Self::HeadTeacher
            | Self::SafeguardingLead
            | Self::Administrator => true,
        }
    }
}

/// The set of roles a person holds on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// Whether the role is among them.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether any of them is a role of staff.
    #[must_use]
    pub fn is_staff(self) -> bool {
        self.iter().any(Role::is_staff)
    }

    /// The roles, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | (1 << role as u8)))
    }
}

/// One dated grant.
#[derive(Clone, Debug)]
pub struct RoleGrant {
    /// The row.
    pub id: i64,
    /// The role.
    pub role: Role,
    /// The class, for a homeroom teacher.
    pub class_group: Option<ClassGroupId>,
    /// The position as the school names it, e.g. «учитель математики».
    pub position: Option<String>,
    /// First day.
    pub starts: Date,
    /// First day after the last, if it ends.
    pub ends: Option<Date>,
}

/// Grants a role from a day on; a homeroom teacher's names the class.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn grant(
    tx: &mut WriteTx<'_>,
    person: PersonId,
    role: Role,
    class_group: Option<ClassGroupId>,
    position: Option<&str>,
    starts: Date,
) -> Result<(i64, RosterChange), store::Error> {
    let id = storage::role::insert(tx, person, role, class_group, position, starts)?;
    Ok((id, RosterChange::of([Touched::Person(person)])))
}

/// Ends a grant on a day: from that day on it gives no right.
///
/// # Errors
/// [`store::Error::NoRow`] when there is no such open grant.
pub fn end_grant(tx: &mut WriteTx<'_>, grant: i64, on: Date) -> Result<RosterChange, store::Error> {
    let person = storage::role::end(tx, grant, on)?;
    Ok(RosterChange::of([Touched::Person(person)]))
}

/// The grants of a person that are in force on a day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn grants_of(tx: &ReadTx<'_>, person: PersonId, on: Date) -> Result<Vec<RoleGrant>, store::Error> {
    storage::role::list(tx, person, on)
}

/// The roles of a person on a day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn roles_of(tx: &ReadTx<'_>, person: PersonId, on: Date) -> Result<Roles, store::Error> {
    Ok(grants_of(tx, person, on)?.into_iter().map(|grant| grant.role).collect())
}
