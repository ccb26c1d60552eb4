//! Texts that people type into the journal (C9).

use crate::JournalError;

/// Takes a text: outer spaces dropped, empty is none, no control or direction characters but line ends and tabs.
pub(crate) fn clean(text: &str, longest: usize) -> Result<Option<String>, JournalError> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > longest {
        return Err(JournalError::TextTooLong);
    }
    let unclean = |sign: char| {
        (sign.is_control() && sign != '\n' && sign != '\t')
            || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
    };
    if text.chars().any(unclean) {
        return Err(JournalError::TextUnclean);
    }
    Ok(Some(text))
}
