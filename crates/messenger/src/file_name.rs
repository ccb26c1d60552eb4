//! The name of a file as it is shown and offered for keeping; it is never a path (MSG-B21).

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::body::{has_no_width, turns_writing};

/// A name fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

/// The longest name, in bytes: what file systems take.
const LONGEST: usize = 255;
/// The longest extension that is kept when a name is cut, in bytes.
const LONGEST_EXTENSION: usize = 16;
/// Names that Windows keeps for devices.
const RESERVED: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
    "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

impl FileName {
    /// Makes a name of whatever a device sent: no folders, no signs that hide or turn what is written, no signs that
    /// file systems refuse, at most 255 bytes with the extension kept. What leaves nothing becomes `file`.
    #[must_use]
    pub fn clean(text: &str) -> Self {
        // Beyond any name; spares the work.
        let text: String = text.chars().rev().take(4096).collect::<Vec<_>>().into_iter().rev().collect();
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain: String = last
            .chars()
            .filter(|sign| !sign.is_control() && !turns_writing(*sign) && !has_no_width(*sign))
            .filter(|sign| !matches!(sign, '\u{2028}' | '\u{2029}'))
            .map(|sign| if matches!(sign, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { sign })
            .collect();
        // After the signs that went out from between others, so that what has met is composed too.
        let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&plain);
        let bare = bare(&composed);
        let stem = bare.split('.').next().unwrap_or_default().trim_end();
        let device = RESERVED.iter().any(|name| name.eq_ignore_ascii_case(stem));
        let short = cut(if device { format!("_{bare}") } else { bare.to_owned() });
        Self(match self::bare(&short) {
            "" => "file".to_owned(),
            short => short.to_owned(),
        })
    }

    pub(crate) const fn of_row(text: String) -> Self {
        Self(text)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name without the blanks around it and the dots at its end, of which file systems make another name.
fn bare(name: &str) -> &str {
    name.trim_start().trim_end_matches(|sign: char| sign.is_whitespace() || sign == '.')
}

/// Cuts a long name before its extension, between signs as people see them.
fn cut(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let extension = name.rfind('.').map(|dot| &name[dot..]).filter(|end| end.len() <= LONGEST_EXTENSION);
    let extension = extension.unwrap_or_default();
    let mut short = String::new();
    for grapheme in name[..name.len() - extension.len()].graphemes(true) {
        if short.len() + grapheme.len() + extension.len() > LONGEST {
            break;
        }
        short.push_str(grapheme);
    }
    short + extension
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::FileName;

    #[test]
    fn a_name_loses_what_tricks_and_harms() {
        // MSG-B21, MSG-E38
        let long = "ж".repeat(200) + ".pdf";
        let dotted = format!("{}.{}", "ж".repeat(127), "ж".repeat(20));
        let marked = "е".to_owned() + &"\u{301}".repeat(300);
        for (sent, shown) in [
            ("Доклад.pdf", "Доклад.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\Вера\\фото.jpg", "фото.jpg"),
            ("фото\u{202E}gpj.exe", "фотоgpj.exe"),
            ("a\u{0}b\r\nc.txt", "abc.txt"),
            ("и\u{306}.txt", "й.txt"),
            ("a\u{200B}\u{2066}b", "ab"),
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("console.txt", "console.txt"),
            ("a<b>:\"c|d?*.txt", "a_b___c_d__.txt"),
            ("конец. . .", "конец"),
            ("", "file"),
            ("..", "file"),
            ("\u{202E}", "file"),
            (".htaccess", ".htaccess"),
            ("а.\u{2003}.", "а"),
            ("и\u{200B}\u{306}", "й"),
            (&dotted, &"ж".repeat(127)),
            (&marked, "file"),
            (&long, &("ж".repeat(125) + ".pdf")),
        ] {
            assert_eq!(FileName::clean(sent).as_str(), shown, "{sent:?}");
        }
    }

    proptest! {
        #[test]
        fn a_clean_name_stays_and_fits(text in "(\\PC|[. \u{2003}\u{306}и/]){0,300}") {
            let name = FileName::clean(&text);
            prop_assert!(!name.as_str().is_empty() && name.as_str().len() <= 255);
            prop_assert!(!name.as_str().contains(['/', '\\']));
            let again = FileName::clean(name.as_str());
            prop_assert_eq!(again.as_str(), name.as_str());
        }
    }
}
