//! What a text is taken apart into: words as they are compared (MSG-Q1).
//!
//! NFC joins a decomposed й and ё, marks that stay loose are dropped (the stress mark of textbooks among them), letters
//! become small, ё becomes е. Whatever is neither letter nor digit parts words: spaces, punctuation, emoji.

use std::ops::Range;

use icu_normalizer::ComposingNormalizerBorrowed;

/// Letters of a word that are compared at most; nobody writes longer words, but anybody can send one.
const LONGEST: usize = 48;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where it stands, in bytes of the text as it was given.
    pub(crate) place: Range<usize>,
    /// As it is compared: letters and digits only, never empty.
    pub(crate) token: String,
}

/// The words of a text in their order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, sign) in text.char_indices() {
        match (start, sign.is_alphanumeric(), is_silent(sign)) {
            (None, true, _) => start = Some(at),
            // A mark belongs to the letter before it, so that a stressed word is one word.
            (Some(begun), false, false) => {
                found.extend(word(text, begun..at));
                start = None;
            }
            (None, false, _) | (Some(_), true, _) | (Some(_), false, true) => {}
        }
    }
    if let Some(begun) = start {
        found.extend(word(text, begun..text.len()));
    }
    found
}

fn word(text: &str, place: Range<usize>) -> Option<Word> {
    let token = fold(&text[place.clone()]);
    (!token.is_empty()).then_some(Word { place, token })
}

/// A run of letters and marks as it is compared.
fn fold(run: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || ('А'..='ё').contains(&sign);
    if run.chars().all(plain) {
        // Nearly every word of a school: nothing to compose and nothing to drop.
        return run.chars().take(LONGEST).map(small).collect();
    }
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let bare: String = nfc.normalize(run).chars().filter(|sign| !is_silent(*sign)).collect();
    let lower: String =
        nfc.normalize(&bare).chars().flat_map(char::to_lowercase).filter(|sign| !is_silent(*sign)).collect();
    nfc.normalize(&lower).chars().filter(|sign| sign.is_alphanumeric()).take(LONGEST).map(small).collect()
}

fn small(sign: char) -> char {
    match sign {
        'А'..='Я' => char::from_u32(u32::from(sign) + 32).unwrap_or(sign),
        'ё' | 'Ё' => 'е',
        other => other.to_ascii_lowercase(),
    }
}

/// What changes a letter without being one: combining marks, joiners, variation selectors, soft hyphens.
const fn is_silent(sign: char) -> bool {
    matches!(
        sign,
        '\u{AD}'
            | '\u{300}'..='\u{36F}'
            | '\u{483}'..='\u{489}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{2064}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FE20}'..='\u{FE2F}'
            | '\u{FEFF}'
            | '\u{E0100}'..='\u{E01EF}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::words;

    fn tokens(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.token).collect()
    }

    #[test]
    fn words_are_compared_by_letters_alone() {
        // MSG-Q1
        for (text, expected) in [
            ("Ёлка, ЁЛКУ!", vec!["елка", "елку"]),
            ("чаи\u{306} и е\u{308}ж", vec!["чай", "и", "еж"]),
            ("за\u{301}мок", vec!["замок"]),
            ("урок-экскурсия в 6«А», №5", vec!["урок", "экскурсия", "в", "6", "а", "5"]),
            ("🎄елка🎄 1\u{FE0F}\u{20E3}", vec!["елка", "1"]),
            ("контроль\u{AD}ная", vec!["контрольная"]),
            ("https://school.ru/a?b=1", vec!["https", "school", "ru", "a", "b", "1"]),
            ("«»—…!?()[]\"'*^:+-\0", vec![]),
            ("x AND y OR \"z\" NEAR(a b)", vec!["x", "and", "y", "or", "z", "near", "a", "b"]),
        ] {
            assert_eq!(tokens(text), expected, "{text:?}");
        }
        assert_eq!(tokens(&"\u{301}".repeat(10_000)), Vec::<String>::new());
        assert_eq!(tokens(&format!("з{}", "\u{335}".repeat(10_000))), ["з"]);
        assert_eq!(tokens(&"я".repeat(9_000))[0].chars().count(), 48);
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "Ну, за\u{301}мок!";
        let places: Vec<&str> = words(text).into_iter().map(|word| &text[word.place]).collect();
        assert_eq!(places, ["Ну", "за\u{301}мок"]);
    }

    proptest! {
        #[test]
        fn taking_words_apart_twice_changes_nothing(text in "\\PC{0,60}|[а-яё\u{301}\u{306}\u{308} A-Zİßﬁ-]{0,30}") {
            // MSG-Q1: what is indexed and what is asked for meet in the same form.
            let once = tokens(&text);
            prop_assert_eq!(&tokens(&once.join(" ")), &once);
            prop_assert!(once.iter().all(|token| !token.is_empty() && token.chars().all(char::is_alphanumeric)));
        }
    }
}
