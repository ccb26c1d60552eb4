//! What may stand in a cell, and what of it counts (DIA-I9, DIA-E23).

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkValue {
    /// A mark, 1 to 5; 1 by the school's custom only.
    Mark(u8),
    /// «Точка»: a mark still to be earned. It counts for nothing until then.
    Point,
    /// «осв.»: exempt from this work.
    Exempt,
}

impl MarkValue {
    /// Reads what a teacher typed: a digit, a dot, «осв».
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "2" => Some(Self::Mark(2)),
            "3" => Some(Self::Mark(3)),
            "4" => Some(Self::Mark(4)),
            "5" => Some(Self::Mark(5)),
            "." | "•" | "point" => Some(Self::Point),
            "осв" | "осв." | "exempt" => Some(Self::Exempt),
            _ => None,
        }
    }

    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mark(1) => "1",
            Self::Mark(2) => "2",
            Self::Mark(3) => "3",
            Self::Mark(4) => "4",
            Self::Mark(_) => "5",
            Self::Point => "point",
            Self::Exempt => "exempt",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "1" => Some(Self::Mark(1)),
            other => Self::parse(other),
        }
    }

    /// The number that enters the average, if any.
    #[must_use]
    pub const fn counts(self) -> Option<u8> {
        match self {
            Self::Mark(mark) => Some(mark),
            Self::Point | Self::Exempt => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MarkValue;

    #[test]
    fn the_scale_says_which_values_there_are_and_as_what_they_count() {
        // DIA-E23
        let typed = [
            ("5", MarkValue::Mark(5), Some(5)),
            (" 4 ", MarkValue::Mark(4), Some(4)),
            ("3", MarkValue::Mark(3), Some(3)),
            ("2", MarkValue::Mark(2), Some(2)),
            (".", MarkValue::Point, None),
            ("•", MarkValue::Point, None),
            ("осв", MarkValue::Exempt, None),
            ("Осв.", MarkValue::Exempt, None),
        ];
        for (text, value, counts) in typed {
            assert_eq!(MarkValue::parse(text), Some(value), "{text:?}");
            assert_eq!(value.counts(), counts, "{text:?}");
            assert_eq!(MarkValue::from_word(value.word()), Some(value), "{text:?}");
        }
        // What the scale does not have is no mark, and never the nearest one.
        for text in
            ["", "0", "1", "6", "10", "5+", "4-", "5/4", "55", "٥", "５", "н", "зач", "-3", "4.5", "five"]
        {
            assert_eq!(MarkValue::parse(text), None, "{text:?}");
        }
        // A 1 cannot be typed; one that is stored is read and counts as 1.
        assert_eq!(MarkValue::from_word("1").and_then(MarkValue::counts), Some(1));
        assert_eq!(MarkValue::from_word("0"), None);
    }
}
