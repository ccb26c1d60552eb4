//! Refusals that several verbs share.

/// Why an attempt was not found.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// There is no such attempt, or it was swept away long after its end.
    #[error("no such attempt")]
    NoSuch,
    /// It was begun in another browser (A6).
    #[error("the attempt belongs to another browser")]
    OtherBrowser,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}
