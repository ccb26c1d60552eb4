//! What a poll asks: a question and its options, written as the text of the message.
//!
//! Search, quotes, exports and reports read texts, so they know polls without knowing of them. A poll is never edited.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::limits::{OPTION_GRAPHEMES, POLL_OPTIONS, QUESTION_GRAPHEMES};
use crate::{Body, BodyFault};

/// Before each option, in a line of its own.
const DASH: &str = "— ";

/// A question with two to twenty options, all different (MSG-B15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// The question, in one line.
    pub question: String,
    /// The options, each in one line.
    pub options: Vec<String>,
}

/// Why a poll was not made; nothing was stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PollFault {
    /// There is no question.
    #[error("the question is empty")]
    NoQuestion,
    /// The question is too long.
    #[error("the question is too long")]
    LongQuestion,
    /// Fewer than two options.
    #[error("fewer than two options")]
    Few,
    /// More than twenty options.
    #[error("more than {POLL_OPTIONS} options")]
    Many,
    /// An option is too long.
    #[error("the option {option} is too long")]
    LongOption {
        /// Which, from 1.
        option: usize,
    },
    /// Two options say the same.
    #[error("two options are equal")]
    Equal {
        /// What they say.
        option: String,
    },
    /// The text holds what no message may hold.
    #[error(transparent)]
    Body(#[from] BodyFault),
    /// Chats of this kind have no polls.
    #[error("the chat has no polls")]
    NotHere,
    /// Pupils do not make anonymous polls.
    #[error("anonymous polls are not made by pupils")]
    AnonymousByPupil,
    /// There are no families in this chat.
    #[error("the chat has no families")]
    NoFamilies,
    /// The end lies in the past or too far ahead.
    #[error("the end is in the past or too far ahead")]
    BadEnd,
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Ballot {
    /// Reads what a person typed: a question, and the options, each in a line; empty lines are none.
    ///
    /// # Errors
    /// [`PollFault`] by what is wrong with it.
    pub fn parse(question: &str, options: &str) -> Result<Self, PollFault> {
        let question = match Body::parse(question) {
            Ok(body) => one_line(body.as_str()),
            Err(BodyFault::Empty) => return Err(PollFault::NoQuestion),
            Err(BodyFault::TooLong { .. }) => return Err(PollFault::LongQuestion),
            Err(fault) => return Err(fault.into()),
        };
        let options = match Body::parse(options) {
            Ok(body) => body.as_str().lines().map(one_line).filter(|line| !line.is_empty()).collect(),
            Err(BodyFault::Empty) => Vec::new(),
            Err(fault) => return Err(fault.into()),
        };
        Self { question, options }.checked()
    }

    /// Reads the text of a message back. `None` when it is no ballot.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let question = lines.next()?.to_owned();
        let options: Option<Vec<String>> =
            lines.map(|line| Some(line.strip_prefix(DASH)?.to_owned())).collect();
        Self { question, options: options? }.checked().ok()
    }

    /// The text of the message.
    ///
    /// # Errors
    /// [`PollFault::Body`] when the whole is longer than a message may be.
    pub fn body(&self) -> Result<Body, PollFault> {
        let options = self.options.iter().map(|option| format!("\n{DASH}{option}"));
        Ok(Body::parse(&std::iter::once(self.question.clone()).chain(options).collect::<String>())?)
    }

    fn checked(self) -> Result<Self, PollFault> {
        if self.question.is_empty() {
            return Err(PollFault::NoQuestion);
        }
        if self.question.graphemes(true).count() > QUESTION_GRAPHEMES {
            return Err(PollFault::LongQuestion);
        }
        if self.options.len() < 2 {
            return Err(PollFault::Few);
        }
        if self.options.len() > POLL_OPTIONS {
            return Err(PollFault::Many);
        }
        let mut said: Vec<String> = Vec::new();
        for (option, text) in (1..).zip(&self.options) {
            if Body::parse(text).is_err() {
                // What shows nothing is no option.
                return Err(PollFault::Few);
            }
            if text.graphemes(true).count() > OPTION_GRAPHEMES {
                return Err(PollFault::LongOption { option });
            }
            let folded = text.to_lowercase();
            if said.contains(&folded) {
                return Err(PollFault::Equal { option: text.clone() });
            }
            said.push(folded);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Ballot, PollFault};
    use crate::BodyFault;

    fn fault(question: &str, options: &str) -> Option<PollFault> {
        Ballot::parse(question, options).and_then(|ballot| ballot.body().map(drop)).err()
    }

    #[test]
    fn a_ballot_has_two_to_twenty_different_options() {
        // MSG-B15
        let twenty: String = (1..=20).map(|n| format!("вариант {n}\n")).collect();
        for (question, options, found) in [
            ("Куда едем?", "Музей\nТеатр", None),
            ("Куда\nедем?", "  Музей \r\n\r\n\tТеатр\n", None),
            ("Куда едем?", twenty.as_str(), None),
            ("", "Музей\nТеатр", Some(PollFault::NoQuestion)),
            ("\u{200B}", "Музей\nТеатр", Some(PollFault::NoQuestion)),
            ("Куда едем?", "", Some(PollFault::Few)),
            ("Куда едем?", "Музей\n\n", Some(PollFault::Few)),
            ("Куда едем?", "Музей\n\u{2800}", Some(PollFault::Few)),
            ("Куда едем?", &format!("{twenty}ещё"), Some(PollFault::Many)),
            ("Куда едем?", "Музей\nмузей", Some(PollFault::Equal { option: "музей".to_owned() })),
            ("Куда едем?", "В  музей\nв музей", Some(PollFault::Equal { option: "в музей".to_owned() })),
            ("Куда едем?", "чай\nча\u{438}\u{306}", Some(PollFault::Equal { option: "чай".to_owned() })),
            (&"я".repeat(301), "Музей\nТеатр", Some(PollFault::LongQuestion)),
            ("Куда едем?", &format!("Музей\n{}", "я".repeat(101)), Some(PollFault::LongOption { option: 2 })),
            ("Куда\u{202E}?", "Музей\nТеатр", Some(PollFault::Body(BodyFault::Direction))),
            ("Куда?", "Музей\nТе\u{7}атр", Some(PollFault::Body(BodyFault::Control { found: '\u{7}' }))),
        ] {
            assert_eq!(fault(question, options), found, "{question:?} {options:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_ballot_reads_as_none() {
        for text in [
            "",
            "Куда едем?",
            "Куда едем?\n— Музей",
            "Куда?\n— Музей\nТеатр",
            "— Музей\n— Театр",
            "Куда?\n— а\n— А",
        ] {
            assert_eq!(Ballot::read(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(question in "\\PC{1,40}", options in "(\\PC{1,12}\n){2,6}") {
            if let Ok(ballot) = Ballot::parse(&question, &options) {
                let text = ballot.body().unwrap();
                prop_assert_eq!(Ballot::read(text.as_str()), Some(ballot));
            }
        }
    }
}
