//! Why the journal refuses to write.

use crate::MarkValue;

/// A refusal of the journal; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// No right, or no such lesson.
    #[error("not allowed, or not there")]
    Denied,
    /// The lesson has no such work.
    #[error("no such work")]
    NoWork,
    /// There is no such kind of work.
    #[error("no such kind of work")]
    NoWorkType,
    /// The pupil was not in the lesson's group on its day (DIA-I3).
    #[error("the pupil was not in the group that day")]
    NotInGroup,
    /// What was typed is no mark.
    #[error("no such mark")]
    NotAMark,
    /// The work has no second cell.
    #[error("the work has no such cell")]
    NoCell,
    /// Somebody changed the cell meanwhile (DIA-I18).
    #[error("the cell is at revision {revision}")]
    Stale {
        /// The revision that stands now; zero for an empty cell.
        revision: u32,
        /// What stands there now.
        value: Option<MarkValue>,
    },
    /// The mark is older than a week, and the password was not typed lately (A16, K20).
    #[error("the mark is old, and the password must be typed again")]
    Unconfirmed,
    /// The lesson has not begun.
    #[error("the lesson has not begun")]
    TooEarly,
    /// The lesson was cancelled.
    #[error("the lesson is cancelled")]
    Cancelled,
    /// The term is closed (DIA-I8).
    #[error("the term is closed")]
    TermClosed,
    /// A title above two hundred characters.
    #[error("the title is too long")]
    TitleTooLong,
    /// A text above four thousand characters.
    #[error("the text is too long")]
    TextTooLong,
    /// A text with control or direction characters.
    #[error("the text holds control characters")]
    TextUnclean,
    /// Minutes of lateness outside 1 to 45.
    #[error("lateness out of range")]
    Minutes,
    /// A reason for a pupil who is not absent.
    #[error("no absence to give a reason for")]
    NoAbsence,
    /// There is no homework that could be shown to anybody.
    #[error("no homework")]
    NoHomework,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<school::Denied> for JournalError {
    fn from(denied: school::Denied) -> Self {
        match denied {
            school::Denied::Denied => Self::Denied,
            school::Denied::Store(error) => Self::Store(error),
        }
    }
}
