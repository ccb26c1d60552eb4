//! What is looked for: a few words, read from whatever was typed (MSG-Q2).

use std::fmt::Write as _;

use super::stem::stem;
use super::words::{Word, words};
use crate::ConversationId;

/// Signs of a query at most.
const LONGEST: usize = 200;
/// Words of a query that are looked for.
const WORDS: usize = 8;
/// Letters of words that find longer ones that begin with them: the lengths for which the index keeps lists (V0078).
/// Without a list all matching words are merged first, which for «здравствуйте» costs more than the whole search. A
/// longer word has nearly always all of its stem, and is found in its forms.
const PREFIX: std::ops::RangeInclusive<usize> = 3..=7;

/// Why nothing can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryFault {
    /// There is no letter and no digit in it.
    #[error("the query has no words")]
    NoWords,
    /// It is longer than two hundred signs.
    #[error("the query has {has} signs")]
    TooLong {
        /// How many there are.
        has: usize,
    },
}

/// One word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) token: String,
    pub(crate) stem: String,
}

/// The words that are looked for; a message has to hold all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
    cut: bool,
}

impl Query {
    /// Reads what a person typed. Nothing of it but letters and digits is ever given to the index.
    ///
    /// # Errors
    /// [`QueryFault`] by what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, QueryFault> {
        let has = text.chars().count();
        if has > LONGEST {
            return Err(QueryFault::TooLong { has });
        }
        let mut terms: Vec<Term> = Vec::new();
        let mut cut = false;
        for Word { token, .. } in words(text) {
            if terms.iter().any(|term| term.token == token) {
                continue;
            }
            if terms.len() == WORDS {
                cut = true;
                break;
            }
            terms.push(Term { stem: stem(&token), token });
        }
        if terms.is_empty() { Err(QueryFault::NoWords) } else { Ok(Self { terms, cut }) }
    }

    /// Whether only the first eight words are looked for.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    pub(crate) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether a text holds all the words in some form.
    #[must_use]
    pub fn finds(&self, text: &str) -> bool {
        let words = words(text);
        self.terms.iter().all(|term| words.iter().any(|word| term.finds(&word.token)))
    }

    /// Whether a text holds all the words as they were asked for.
    pub(crate) fn stands_in(&self, text: &str) -> bool {
        let words = words(text);
        self.terms.iter().all(|term| words.iter().any(|word| word.token == term.token))
    }

    /// The same for the index: all words, and one of the chats unless there are none to name. Tokens hold letters and
    /// digits alone, so none of them can be read as anything but a word.
    pub(crate) fn expression(&self, chats: &[ConversationId]) -> String {
        let mut asked = String::new();
        for term in &self.terms {
            let star = if term.is_beginning() { " *" } else { "" };
            let and = if asked.is_empty() { "" } else { " AND " };
            // Writing to a String does not fail.
            let _ = write!(asked, "{and}(x : \"{}\"{star} OR s : \"{}\")", term.token, term.stem);
        }
        if !chats.is_empty() {
            let tokens: Vec<String> = chats.iter().map(|chat| format!("\"{}\"", chat_token(*chat))).collect();
            let _ = write!(asked, " AND c : ({})", tokens.join(" OR "));
        }
        asked
    }
}

impl Term {
    fn is_beginning(&self) -> bool {
        PREFIX.contains(&self.token.chars().count())
    }

    /// Whether a word is this one, begins with it, or is a form of it.
    pub(crate) fn finds(&self, token: &str) -> bool {
        token == self.token
            || (self.is_beginning() && token.starts_with(&self.token))
            || stem(token) == self.stem
    }
}

/// The token by which the index knows a chat.
pub(crate) fn chat_token(chat: ConversationId) -> String {
    format!("c{}", chat.get())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Query, QueryFault};

    #[test]
    fn a_query_is_a_few_words_whatever_was_typed() {
        // MSG-Q2
        let expression = |text: &str| Query::parse(text).map(|query| query.expression(&[]));
        assert_eq!(expression("Ёлка").unwrap(), "(x : \"елка\" * OR s : \"елк\")");
        assert_eq!(expression("я").unwrap(), "(x : \"я\" OR s : \"я\")");
        assert_eq!(
            expression("\"a\" OR x:b*").unwrap(),
            "(x : \"a\" OR s : \"a\") AND (x : \"or\" OR s : \"or\") AND (x : \"x\" OR s : \"x\") AND (x : \"b\" OR s : \"b\")"
        );
        for empty in ["", " ", "!!! ???", "\0", "«»", "🎄", "\"", "* OR".trim_end_matches("OR")] {
            assert_eq!(Query::parse(empty), Err(QueryFault::NoWords), "{empty:?}");
        }
        assert_eq!(Query::parse(&"\u{301}".repeat(10_000)), Err(QueryFault::TooLong { has: 10_000 }));
        assert_eq!(Query::parse(&"я".repeat(201)), Err(QueryFault::TooLong { has: 201 }));
        let many = Query::parse("а б в г д е ж з и").unwrap();
        assert!(many.is_cut() && many.terms().len() == 8);
        assert!(!Query::parse("да Да ДА").unwrap().is_cut());
    }

    proptest! {
        #[test]
        fn an_expression_holds_words_and_our_own_signs_alone(text in "\\PC{0,80}") {
            if let Ok(query) = Query::parse(&text) {
                let asked = query.expression(&[]);
                prop_assert_eq!(asked.matches('"').count(), query.terms().len() * 4);
                prop_assert!(query.finds(&text) || query.is_cut());
            }
        }
    }
}
