//! People.

use std::collections::HashMap;

use store::ReadTx;
use time::Date;

use crate::{PersonId, PersonName, storage};

/// A person's sex as the roster has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "female" => Some(Self::Female),
            "male" => Some(Self::Male),
            _ => None,
        }
    }
}

/// A person of the roster.
#[derive(Clone, Debug)]
pub struct Person {
    /// The row.
    pub id: PersonId,
    /// The school's own number, if it has one.
    pub external_id: Option<String>,
    /// The name.
    pub name: PersonName,
    /// The birth date, if known.
    pub birth_date: Option<Date>,
    /// The sex, if known.
    pub sex: Option<Sex>,
    /// The phone in E.164, if known.
    pub phone: Option<String>,
}

/// The person with this id.
///
/// # Errors
/// [`store::Error::NoRow`] when there is none.
pub fn load_person(tx: &ReadTx<'_>, id: PersonId) -> Result<Person, store::Error> {
    storage::person::load(tx, id)
}

/// The name of one person, if there is such a one.
///
/// # Errors
/// [`store::Error`] when the base cannot be read.
pub fn name_of(tx: &ReadTx<'_>, id: PersonId) -> Result<Option<PersonName>, store::Error> {
    storage::person::name(tx, id)
}

/// The names of many people at once; ids that do not exist are left out.
///
/// # Errors
/// [`store::Error`] when the base cannot be read.
pub fn names_of(tx: &ReadTx<'_>, ids: &[PersonId]) -> Result<HashMap<PersonId, PersonName>, store::Error> {
    storage::person::names(tx, ids)
}
