//! What the roster gives to those who follow it (ARC-17): class lists as they stand on a day.

use store::ReadTx;
use time::Date;

use crate::{ClassGroupId, GroupId, PersonId, Role, storage};

/// A part of the roster that a verb has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Touched {
    /// A person's roles, guardianships or account.
    Person(PersonId),
    /// A class's pupils, guardians or teachers.
    ClassGroup(ClassGroupId),
    /// A group's pupils or teachers.
    Group(GroupId),
}

/// What a roster verb changed; chats must follow it in the same transaction.
#[must_use = "chats follow the roster in the same transaction: hand this to messenger::follow (ARC-17)"]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterChange {
    touched: Vec<Touched>,
}

impl RosterChange {
    /// A change of these parts.
    pub fn of(touched: impl IntoIterator<Item = Touched>) -> Self {
        Self { touched: touched.into_iter().collect() }
    }

    /// Both changes.
    pub fn and(mut self, other: Self) -> Self {
        self.touched.extend(other.touched);
        self
    }

    /// What was changed.
    #[must_use]
    pub fn touched(&self) -> &[Touched] {
        &self.touched
    }
}

/// The pupils of a class on a day, by name.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn class_pupils(tx: &ReadTx<'_>, class: ClassGroupId, on: Date) -> Result<Vec<PersonId>, store::Error> {
    storage::roster::pupils(tx, class, on)
}

/// The guardians of a class's pupils on a day who have access to their child, each once, by name.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn class_guardians(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    on: Date,
) -> Result<Vec<PersonId>, store::Error> {
    storage::roster::guardians(tx, class, on)
}

/// The staff of a class on a day: homeroom teachers, and whoever teaches the class or a subgroup of it.
/// The flag tells homeroom teachers apart.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn class_staff(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    on: Date,
) -> Result<Vec<(PersonId, bool)>, store::Error> {
    storage::roster::class_staff(tx, class, on)
}

/// The classes a person is homeroom teacher of on a day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn homeroom_classes(
    tx: &ReadTx<'_>,
    person: PersonId,
    on: Date,
) -> Result<Vec<ClassGroupId>, store::Error> {
    storage::roster::homeroom_classes(tx, person, on)
}

/// Everybody who holds a role of staff on a day, by name.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn staff(tx: &ReadTx<'_>, on: Date) -> Result<Vec<PersonId>, store::Error> {
    storage::roster::staff(tx, on)
}

/// Everybody who holds one role on a day, by name.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn holders_of(tx: &ReadTx<'_>, role: Role, on: Date) -> Result<Vec<PersonId>, store::Error> {
    storage::roster::holders(tx, role, on)
}
