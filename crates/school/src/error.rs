//! Refusals that several verbs share.

/// The viewer has no right to this, or there is no such thing: whoever may see neither cannot tell (Z2).
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// No right, or no such row.
    #[error("not allowed, or not there")]
    Denied,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Why a part of a name was not taken (C9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing but spaces.
    #[error("the name is empty")]
    Empty,
    /// Longer than a hundred characters.
    #[error("the name is {has} characters long, at most 100 are taken")]
    TooLong {
        /// How many characters it has.
        has: usize,
    },
    /// A character that no name has: a digit, a sign, a control or direction character.
    #[error("the name holds {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
}
