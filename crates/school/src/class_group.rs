//! Classes of a school year, and how people write them (DIA-E34).

use std::collections::HashMap;
use std::fmt;

use store::ReadTx;
use time::Date;

use crate::{ClassGroupId, GroupId, PersonId, TermKind, YearId, storage};

/// A class as «6 «А»»: grade level and letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClassLabel {
    /// Grade level, 0 to 12.
    pub grade: u8,
    /// Letter or word, at most 15 characters.
    pub letter: String,
}

impl ClassLabel {
    /// Reads any usual spelling: `10А`, `10 А`, `10-А`, `10 «А»`, `10"A"`, `X-А`, `10а класс`. Latin letters that
    /// look Cyrillic become Cyrillic; anything that could be read in two ways is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let lower = text.to_lowercase();
        let bare = lower.strip_suffix("класс").or_else(|| lower.strip_suffix("кл.")).unwrap_or(&lower).trim();
        let (grade, rest) = split_grade(bare)?;
        let letter: String = rest
            .chars()
            .filter(|sign| {
                !matches!(sign, ' ' | '-' | '–' | '«' | '»' | '"' | '„' | '“' | '”' | '\'' | '\u{a0}' | '.')
            })
            .collect();
        let letter = crate::search_key(&letter).to_uppercase();
        let plain = !letter.is_empty()
            && letter.chars().count() <= 15
            && letter.chars().all(|sign| sign.is_alphabetic() || sign.is_ascii_digit())
            && !letter.starts_with(|sign: char| sign.is_ascii_digit());
        (grade <= 12 && plain).then_some(Self { grade, letter })
    }

    /// «6А»: for avatars and files.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{}{}", self.grade, self.letter)
    }
}

fn split_grade(text: &str) -> Option<(u8, &str)> {
    let digits = text.len() - text.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    if digits > 0 {
        return text[..digits].parse().ok().map(|grade| (grade, &text[digits..]));
    }
    // Roman numerals, in Latin or in the Cyrillic letters that look like them.
    let roman = text.len() - text.trim_start_matches(['i', 'v', 'x', 'х']).len();
    let rest = text.get(roman..)?;
    // «х» and «v» before another letter without a separator could be a part of a word.
    if roman == 0 || !rest.starts_with(['-', ' ', '«', '"']) {
        return None;
    }
    let grade = match text[..roman].replace('х', "x").as_str() {
        "i" => 1,
        "ii" => 2,
        "iii" => 3,
        "iv" => 4,
        "v" => 5,
        "vi" => 6,
        "vii" => 7,
        "viii" => 8,
        "ix" => 9,
        "x" => 10,
        "xi" => 11,
        "xii" => 12,
        _ => return None,
    };
    Some((grade, rest))
}

impl fmt::Display for ClassLabel {
    /// «6 «А»», with a non-breaking space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}«{}»", self.grade, self.letter)
    }
}

/// A class of a school year.
#[derive(Clone, Debug)]
pub struct ClassGroup {
    /// The row.
    pub id: ClassGroupId,
    /// Its school year.
    pub year: YearId,
    /// Grade level and letter.
    pub label: ClassLabel,
    /// The room it is at home in.
    pub room: Option<String>,
    /// Which terms it has.
    pub term_kind: TermKind,
    /// The name of its bell schedule.
    pub bells: String,
    /// School days in a week: five or six.
    pub week_days: u8,
    /// The group of all its pupils.
    pub whole: GroupId,
}

/// The class with this id.
///
/// # Errors
/// [`store::Error::NoRow`] when there is none.
pub fn load_class_group(tx: &ReadTx<'_>, id: ClassGroupId) -> Result<ClassGroup, store::Error> {
    storage::class_group::load(tx, id)
}

/// The classes of a school year, by grade level and letter.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_class_groups(tx: &ReadTx<'_>, year: YearId) -> Result<Vec<ClassGroup>, store::Error> {
    storage::class_group::list(tx, year)
}

/// The class a pupil is in on a day (DIA-I1: at most one).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn class_group_of(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    on: Date,
) -> Result<Option<ClassGroup>, store::Error> {
    storage::class_group::of_pupil(tx, pupil, on)
}

/// What a group is called: its class, and for a part of it the division and the part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupName {
    /// The class.
    pub class_group: ClassGroupId,
    /// Grade level and letter of the class.
    pub label: ClassLabel,
    /// («англ», «1») for a part of the class.
    pub part: Option<(String, String)>,
}

/// The names of many groups at once; ids that do not exist are left out.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn group_names(tx: &ReadTx<'_>, groups: &[GroupId]) -> Result<HashMap<GroupId, GroupName>, store::Error> {
    storage::class_group::names(tx, groups)
}

#[cfg(test)]
mod tests {
    use super::ClassLabel;

    #[test]
    fn usual_spellings_are_one_class() {
        // DIA-E34, DIA-E25: the last two hold a Latin A.
        for text in ["10А", "10 А", "10-А", "10 «А»", "10\"А\"", "X-А", "Х-А", "10а класс", "10A", "10 A"]
        {
            let label = ClassLabel::parse(text);
            assert_eq!(label, Some(ClassLabel { grade: 10, letter: "А".into() }), "{text}");
        }
        assert_eq!(ClassLabel::parse("1 доп.").map(|label| label.letter), Some("ДОП".into()));
        assert_eq!(ClassLabel::parse("6А").unwrap().to_string(), "6\u{a0}«А»");
    }

    #[test]
    fn what_could_be_two_classes_is_refused() {
        for text in ["", "А", "10", "13А", "1/2", "10 А/Б", "хорошисты", "10 1", "6<А>"] {
            assert_eq!(ClassLabel::parse(text), None, "{text}");
        }
    }
}
