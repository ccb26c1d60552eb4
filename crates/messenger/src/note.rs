//! What people type at the desk and about it: reasons, notes, answers.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::limits::NOTE_GRAPHEMES;
use crate::{Body, BodyFault};

/// A text of one to a thousand signs, as clean as a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(String);

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// Nothing to be seen in it.
    #[error("the note is empty")]
    Empty,
    /// Too long.
    #[error("the note is too long")]
    TooLong,
    /// It holds signs that a message may not hold either.
    #[error("the note holds signs that cannot be taken")]
    Signs,
}

impl Note {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`NoteFault`] by what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let body = Body::parse(text).map_err(|fault| match fault {
            BodyFault::Empty => NoteFault::Empty,
            BodyFault::TooLong { .. } => NoteFault::TooLong,
            BodyFault::Control { .. } | BodyFault::Direction | BodyFault::ZeroWidth | BodyFault::Marks => {
                NoteFault::Signs
            }
        })?;
        if body.as_str().graphemes(true).count() > NOTE_GRAPHEMES {
            return Err(NoteFault::TooLong);
        }
        Ok(Self(body.as_str().to_owned()))
    }

    /// Reads what may be left empty.
    ///
    /// # Errors
    /// [`NoteFault`] by what is wrong with it.
    pub fn parse_optional(text: &str) -> Result<Option<Self>, NoteFault> {
        match Self::parse(text) {
            Ok(note) => Ok(Some(note)),
            Err(NoteFault::Empty) => Ok(None),
            Err(fault @ (NoteFault::TooLong | NoteFault::Signs)) => Err(fault),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Note, NoteFault};

    #[test]
    fn a_note_is_as_clean_as_a_message_and_shorter() {
        for (text, fault) in [
            (" \n", NoteFault::Empty),
            ("а\u{0}", NoteFault::Signs),
            ("а\u{202E}б", NoteFault::Signs),
            (&*"ё".repeat(1001), NoteFault::TooLong),
            (&*"ё".repeat(100_000), NoteFault::TooLong),
        ] {
            assert_eq!(Note::parse(text), Err(fault));
        }
        assert_eq!(Note::parse(&"ё".repeat(1000)).unwrap().as_str().chars().count(), 1000);
        assert_eq!(Note::parse_optional("  "), Ok(None));
        assert!(Note::parse_optional("а\u{0}").is_err());
    }
}
