//! What verbs refuse with.

use school::Denied;

use crate::Refusal;

/// Why a verb changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The machine says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No right to this, or there is no such link.
    #[error("not allowed, or not there")]
    Denied,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<Denied> for LinkError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Denied => Self::Denied,
            Denied::Store(error) => Self::Store(error),
        }
    }
}
