//! The text of a message, read once (MSG-B1–B6, C9).

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::FileId;
use crate::limits::{BODY_BYTES, BODY_GRAPHEMES, GRAPHEME_CHARS, MARKS_ON_A_BASE};

/// A text fit to be sent: NFC, line feeds only, no outer spaces, nothing that could hide or turn what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(String);

/// Why a text was not taken; it stays in the composer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// Nothing to be seen in it (MSG-B1).
    #[error("the body is empty")]
    Empty,
    /// Too long in bytes or in graphemes (MSG-B2).
    #[error("the body has {bytes} bytes, {graphemes} graphemes")]
    TooLong {
        /// How many bytes it has.
        bytes: usize,
        /// How many graphemes it has; zero when it was too long to be counted.
        graphemes: usize,
    },
    /// A control character other than line feed and tab (MSG-B3).
    #[error("the body holds the control character {found:?}")]
    Control {
        /// The first such character.
        found: char,
    },
    /// A character that overrides the direction of writing (MSG-B4).
    #[error("the body overrides the direction of writing")]
    Direction,
    /// Several characters without width in a row (MSG-B5).
    #[error("the body holds a run of characters without width")]
    ZeroWidth,
    /// More combining marks on one base than any script has (MSG-B5).
    #[error("the body piles up combining marks")]
    Marks,
}

impl Body {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`BodyFault`] by what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BodyFault> {
        if text.len() > 4 * BODY_BYTES {
            // Long before any limit of ours could be met: spare the counting.
            return Err(BodyFault::TooLong { bytes: text.len(), graphemes: 0 });
        }
        let lines = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
        let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&lines);
        let body = composed.trim();
        if let Some(found) = body.chars().find(|sign| sign.is_control() && !matches!(sign, '\n' | '\t')) {
            return Err(BodyFault::Control { found });
        }
        if body.chars().any(turns_writing) {
            return Err(BodyFault::Direction);
        }
        if body.chars().all(shows_nothing) {
            return Err(BodyFault::Empty);
        }
        if body.chars().zip(body.chars().skip(1)).any(|(one, next)| has_no_width(one) && has_no_width(next)) {
            return Err(BodyFault::ZeroWidth);
        }
        let mut graphemes = 0;
        for grapheme in body.graphemes(true) {
            graphemes += 1;
            if is_piled_up(grapheme) {
                return Err(BodyFault::Marks);
            }
        }
        if body.len() > BODY_BYTES || graphemes > BODY_GRAPHEMES {
            return Err(BodyFault::TooLong { bytes: body.len(), graphemes });
        }
        Ok(Self(body.to_owned()))
    }

    /// Reads what a person typed beside files: with them it may be nothing (MSG-B1).
    ///
    /// # Errors
    /// [`BodyFault`] by what is wrong with it.
    pub fn parse_beside(files: &[FileId], text: &str) -> Result<Self, BodyFault> {
        match Self::parse(text) {
            Err(BodyFault::Empty) if !files.is_empty() => Ok(Self(String::new())),
            read => read,
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Embeddings, overrides and isolates.
pub(crate) const fn turns_writing(sign: char) -> bool {
    matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What leaves the paper white when nothing else is written: spaces, characters without width, the empty braille
/// cell, and those that only change a neighbour, such as variation selectors and tags.
fn shows_nothing(sign: char) -> bool {
    sign.is_whitespace()
        || has_no_width(sign)
        || matches!(
            sign,
            '\u{2800}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FFF9}'..='\u{FFFC}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D159}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// Characters that take no room of their own. Single joiners of emoji and scripts are fine, runs are not.
pub(crate) const fn has_no_width(sign: char) -> bool {
    matches!(
        sign,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206A}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
    )
}

/// Whether a grapheme holds more marks than writing needs. What emoji are joined from does not count: joiners with
/// what follows them, skin tones, variation selectors, the letters of a flag.
fn is_piled_up(grapheme: &str) -> bool {
    let mut marks = 0;
    let mut all = 0;
    let mut joined = true;
    for sign in grapheme.chars() {
        all += 1;
        let part_of_emoji = matches!(
            sign,
            '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F3FB}'..='\u{1F3FF}'
                | '\u{E0020}'..='\u{E007F}'
        );
        if !joined && !part_of_emoji {
            marks += 1;
        }
        joined = sign == '\u{200D}';
    }
    marks > MARKS_ON_A_BASE || all > GRAPHEME_CHARS
}

/// The beginning of a text on one line, cut between graphemes (MSG-B6); the flag tells whether something was cut.
#[must_use]
pub fn preview(text: &str, most: usize) -> (String, bool) {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.grapheme_indices(true).nth(most) {
        Some((end, _)) => (line[..end].trim_end().to_owned(), true),
        None => (line, false),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Body, BodyFault, preview};

    fn fault(text: &str) -> Option<BodyFault> {
        Body::parse(text).err()
    }

    #[test]
    fn what_people_write_is_taken() {
        for (text, kept) in [
            (" привет\r\nмир \n", "привет\nмир"),
            ("чай", "чай"),
            ("чаи\u{306}", "чай"),
            ("👨🏻‍👩🏻‍👧🏻‍👦🏻 ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇷🇺", "👨🏻‍👩🏻‍👧🏻‍👦🏻 ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇷🇺"),
            ("سلام می\u{200C}خواهم", "سلام می\u{200C}خواهم"),
            ("a\tb", "a\tb"),
            ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ] {
            assert_eq!(Body::parse(text).unwrap().as_str(), kept, "{text:?}");
        }
        assert!(fault(&"я".repeat(4000)).is_none());
    }

    #[test]
    fn bad_texts_are_refused_by_their_kind() {
        // MSG-B1, MSG-B2, MSG-B3, MSG-B4, MSG-B5
        for empty in ["", "  \n\t ", "\u{200B}", "\u{FEFF} \u{2060}", "\u{A0}"] {
            assert_eq!(fault(empty), Some(BodyFault::Empty), "{empty:?}");
        }
        for white in [
            "\u{2800}\u{2800}",
            "\u{FE0F}",
            "\u{E0041}\u{E007F}",
            "\u{E0100}",
            "\u{FFFC}",
            "\u{2800} \u{200B}",
        ] {
            assert_eq!(fault(white), Some(BodyFault::Empty), "{white:?}");
        }
        for seen in ["❤\u{FE0F}", "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}", "⠓⠊"] {
            assert_eq!(fault(seen), None, "{seen:?}");
        }
        assert_eq!(fault(&"я".repeat(4001)), Some(BodyFault::TooLong { bytes: 8002, graphemes: 4001 }));
        let family = "👨🏻‍👩🏻‍👧🏻‍👦🏻".repeat(4000);
        assert!(matches!(fault(&family), Some(BodyFault::TooLong { .. })));
        assert!(matches!(fault(&"x".repeat(100_000)), Some(BodyFault::TooLong { bytes: 100_000, .. })));
        assert_eq!(fault("a\0b"), Some(BodyFault::Control { found: '\0' }));
        assert_eq!(fault("a\u{7}b"), Some(BodyFault::Control { found: '\u{7}' }));
        assert_eq!(fault("a\u{85}b"), Some(BodyFault::Control { found: '\u{85}' }));
        for turning in ['\u{202E}', '\u{202A}', '\u{2066}', '\u{2069}'] {
            assert_eq!(fault(&format!("a{turning}b")), Some(BodyFault::Direction));
        }
        assert_eq!(fault("a\u{200B}\u{200B}b"), Some(BodyFault::ZeroWidth));
        assert_eq!(fault("a\u{200D}\u{2060}b"), Some(BodyFault::ZeroWidth));
        assert_eq!(fault(&format!("з{}", "\u{335}".repeat(9))), Some(BodyFault::Marks));
        assert_eq!(fault(&format!("a{}", "\u{489}".repeat(10_000))), Some(BodyFault::Marks));
        assert!(fault(&format!("з{}", "\u{335}".repeat(8))).is_none());
    }

    #[test]
    fn a_preview_never_cuts_inside_a_grapheme() {
        // MSG-B6
        let family = "👨🏻‍👩🏻‍👧🏻‍👦🏻";
        assert_eq!(preview(&format!("{family}{family} x"), 1), (family.to_owned(), true));
        assert_eq!(preview("один\nдва", 80), ("один два".to_owned(), false));
    }

    proptest! {
        #[test]
        fn a_body_that_was_taken_is_taken_unchanged(text in "\\PC{0,200}") {
            if let Ok(body) = Body::parse(&text) {
                let again = Body::parse(body.as_str());
                prop_assert_eq!(again.as_ref(), Ok(&body));
                prop_assert!(!body.as_str().is_empty());
            }
        }
    }
}
