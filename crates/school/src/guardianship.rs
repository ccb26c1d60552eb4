//! Adults and the children they answer for (DIA-I14, DIA-E29).

use store::ReadTx;
use time::Date;

use crate::{GuardianshipId, PersonId, storage};

/// What an adult may read of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everything a guardian may.
    Full,
    /// Reading only.
    Read,
    /// Nothing: a court's limit. The edge stays, so that the school knows of it.
    None,
}

impl Access {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Read => "read",
            Self::None => "none",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Full, Self::Read, Self::None].into_iter().find(|access| access.word() == word)
    }
}

/// The edge between an adult and a child.
#[derive(Clone, Debug)]
pub struct Guardianship {
    /// The row.
    pub id: GuardianshipId,
    /// The adult.
    pub adult: PersonId,
    /// The child.
    pub child: PersonId,
    /// As the school writes it: «мать», «отец», «опекун».
    pub relation: String,
    /// What the adult may read.
    pub access: Access,
}

/// The children an adult may read about on a day, in the order of their names; edges without access are left out.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn children_of(tx: &ReadTx<'_>, adult: PersonId, on: Date) -> Result<Vec<PersonId>, store::Error> {
    storage::guardianship::children(tx, adult, on)
}

/// The edges to a child that are in force on a day, those without access included, in contact order.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn guardians_of(tx: &ReadTx<'_>, child: PersonId, on: Date) -> Result<Vec<Guardianship>, store::Error> {
    storage::guardianship::of_child(tx, child, on)
}
