//! The part of a text that shows why it was found.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::query::Query;
use super::words::words;

/// Signs shown, and how many of them before the first hit.
const LONG: usize = 160;
const LEAD: usize = 40;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether this is a word that was looked for.
    pub hit: bool,
}

/// The part of a text around the first word that was looked for, on one line, cut between signs (MSG-B6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// Whether something before it was left out.
    pub begun: bool,
    /// Its pieces, never two of a kind in a row.
    pub pieces: Vec<Piece>,
    /// Whether something after it was left out.
    pub goes_on: bool,
}

impl Snippet {
    pub(crate) fn of(text: &str, query: &Query) -> Self {
        let places: Vec<Range<usize>> = words(text)
            .into_iter()
            .filter(|word| query.terms().iter().any(|term| term.finds(&word.token)))
            .map(|word| word.place)
            .collect();
        let signs: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
        let first = places
            .first()
            .map_or(0, |place| signs.partition_point(|(at, _)| *at <= place.start).saturating_sub(1));
        let mut from = first.saturating_sub(LEAD);
        if from > 0 {
            // Begins with a whole word, if there is one between here and the hit.
            let space = signs[from..first].iter().position(|(_, sign)| sign.trim().is_empty());
            from += space.map_or(0, |space| space + 1);
        }
        let to = (from + LONG).min(signs.len());
        let mut pieces: Vec<Piece> = Vec::new();
        for (at, sign) in &signs[from..to] {
            let end = at + sign.len();
            let hit = places.iter().any(|place| place.start < end && *at < place.end);
            let sign = if sign.trim().is_empty() { " " } else { sign };
            match pieces.last_mut() {
                Some(last) if last.hit == hit => last.text.push_str(sign),
                Some(_) | None => pieces.push(Piece { text: sign.to_owned(), hit }),
            }
        }
        Self { begun: from > 0, pieces, goes_on: to < signs.len() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Query, Snippet};

    fn shown(text: &str, query: &str) -> String {
        let snippet = Snippet::of(text, &Query::parse(query).unwrap());
        let pieces = snippet.pieces.iter();
        let marked: String = pieces
            .map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect();
        format!("{}{marked}{}", if snippet.begun { "…" } else { "" }, if snippet.goes_on { "…" } else { "" })
    }

    #[test]
    fn a_snippet_marks_the_words_in_all_their_forms() {
        assert_eq!(shown("Купили ёлку,\nа ёлки нет", "елка"), "Купили [ёлку], а [ёлки] нет");
        assert_eq!(shown("за\u{301}мок", "замок"), "[за\u{301}мок]");
        let long = format!("{} ёлка {}", "раз ".repeat(40), "два ".repeat(60));
        let cut = shown(&long, "ёлка");
        assert!(cut.starts_with("…раз") && cut.contains("[ёлка]") && cut.ends_with('…'), "{cut}");
    }

    proptest! {
        #[test]
        fn a_snippet_is_cut_between_signs(text in "[а-яё\u{301}👨\u{200D}👩🏻 \n]{0,300}ёлка[а-я🇷🇺 ]{0,300}") {
            // MSG-B6: what is shown are whole signs of the text.
            use unicode_segmentation::UnicodeSegmentation as _;
            let snippet = Snippet::of(&text, &Query::parse("ё").unwrap());
            let joined: String = snippet.pieces.iter().map(|piece| piece.text.as_str()).collect();
            let one_line: String = text.graphemes(true).map(|sign| if sign.trim().is_empty() { " " } else { sign }).collect();
            let at = one_line.find(&joined);
            prop_assert!(at.is_some());
            prop_assert!(joined.graphemes(true).count() <= 160);
        }
    }
}
