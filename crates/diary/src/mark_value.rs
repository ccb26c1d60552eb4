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
