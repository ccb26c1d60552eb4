//! Which encoding a file is in: guessed, said on screen, overridden by a flag (DIA-X3).

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1251};

/// An encoding that lists come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Windows-1251: what a Russian spreadsheet writes as «CSV».
    Windows1251,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Windows1251, Self::Utf16Le, Self::Utf16Be];

    /// The name as it is said and as `--encoding` takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1251 => "Windows-1251",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }

    /// Reads a name in any usual spelling: `utf8`, `UTF-8`, `cp1251`, `win-1251`, `utf-16`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        match plain.as_str() {
            "utf8" => Some(Self::Utf8),
            "windows1251" | "win1251" | "cp1251" | "1251" => Some(Self::Windows1251),
            "utf16" | "utf16le" => Some(Self::Utf16Le),
            "utf16be" => Some(Self::Utf16Be),
            _ => None,
        }
    }

    /// Guesses by the byte order mark, by zero bytes, by whether the bytes are UTF-8; what is left is Windows-1251.
    #[must_use]
    pub fn guess(bytes: &[u8]) -> Self {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => return Self::Utf8,
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        // Delimiters, digits and line ends have a zero half in UTF-16; no list has so many zero bytes otherwise.
        let zeros = |rest: usize| bytes.iter().skip(rest).step_by(2).filter(|byte| **byte == 0).count();
        let many = (bytes.len() / 20).max(3);
        if zeros(1) > many && zeros(1) > zeros(0) {
            Self::Utf16Le
        } else if zeros(0) > many {
            Self::Utf16Be
        } else if std::str::from_utf8(bytes).is_ok() {
            Self::Utf8
        } else {
            Self::Windows1251
        }
    }

    /// The text, without a byte order mark; `None` when the bytes are not text in this encoding.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        let text = match self {
            Self::Utf8 => {
                let bare = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
                std::str::from_utf8(bare).ok()?.to_owned()
            }
            Self::Windows1251 => {
                WINDOWS_1251.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned()
            }
            Self::Utf16Le => {
                let bare = bytes.strip_prefix(&[0xFF, 0xFE]).unwrap_or(bytes);
                UTF_16LE.decode_without_bom_handling_and_without_replacement(bare)?.into_owned()
            }
            Self::Utf16Be => {
                let bare = bytes.strip_prefix(&[0xFE, 0xFF]).unwrap_or(bytes);
                UTF_16BE.decode_without_bom_handling_and_without_replacement(bare)?.into_owned()
            }
        };
        // Archives, pictures and books of a spreadsheet decode as something; no text holds a zero.
        (!text.contains('\0')).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    #[test]
    fn encodings_are_told_apart() {
        let text = "Фамилия;Имя\nЩёголева;Зоя\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let swapped: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let (cp1251, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        for (bytes, encoding) in [
            (text.as_bytes(), Encoding::Utf8),
            (cp1251.as_ref(), Encoding::Windows1251),
            (&utf16, Encoding::Utf16Le),
            (&swapped, Encoding::Utf16Be),
        ] {
            assert_eq!(Encoding::guess(bytes), encoding);
            assert_eq!(encoding.decode(bytes).as_deref(), Some(text), "{encoding:?}");
        }
        let marked = ["\u{feff}".as_bytes(), text.as_bytes()].concat();
        assert_eq!(Encoding::guess(&marked).decode(&marked).as_deref(), Some(text));
        assert_eq!(Encoding::Utf8.decode(&cp1251), None);
        assert_eq!(Encoding::Windows1251.decode(b"PK\x03\x04\x00"), None);
    }

    #[test]
    fn names_of_encodings_are_taken_in_usual_spellings() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::from_name(encoding.name()), Some(encoding));
        }
        assert_eq!(Encoding::from_name("CP1251"), Some(Encoding::Windows1251));
        assert_eq!(Encoding::from_name("koi8-r"), None);
    }
}
