//! Names of people: read once, kept in NFC, ordered and searched by stored keys (C9, DIA-E25, DIA-E26).

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::NameFault;

const LONGEST: usize = 100;

/// A person's name as the school writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonName {
    /// Surname; a person of one name has it here.
    pub surname: String,
    /// Given name.
    pub given: String,
    /// Patronymic; absent for those who have none, never a dash.
    pub patronymic: Option<String>,
}

impl PersonName {
    /// Reads the parts that a person typed; an empty patronymic is none.
    ///
    /// # Errors
    /// [`NameFault`] of the first part that is no name.
    pub fn parse(surname: &str, given: &str, patronymic: &str) -> Result<Self, NameFault> {
        let patronymic = match parse_name_part(patronymic) {
            Ok(part) => Some(part),
            Err(NameFault::Empty) => None,
            Err(fault) => return Err(fault),
        };
        Ok(Self { surname: parse_name_part(surname)?, given: parse_name_part(given)?, patronymic })
    }

    /// «Ильина Варвара Олеговна».
    #[must_use]
    pub fn full(&self) -> String {
        match &self.patronymic {
            Some(patronymic) => format!("{} {} {patronymic}", self.surname, self.given),
            None => format!("{} {}", self.surname, self.given),
        }
    }

    /// «Варвара Ильина»: how pupils and guardians are shown.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{} {}", self.given, self.surname)
    }

    /// «Ильина Варвара»: how lists are shown.
    #[must_use]
    pub fn listed(&self) -> String {
        format!("{} {}", self.surname, self.given)
    }

    /// «Ольга Павловна»: how teachers are addressed; without a patronymic, as [`PersonName::short`].
    #[must_use]
    pub fn formal(&self) -> String {
        match &self.patronymic {
            Some(patronymic) => format!("{} {patronymic}", self.given),
            None => self.short(),
        }
    }

    /// «О. П. Громова», with non-breaking spaces.
    #[must_use]
    pub fn abbreviated(&self) -> String {
        let initial =
            |part: &str| part.chars().next().map(|first| format!("{first}.\u{a0}")).unwrap_or_default();
        let patronymic = self.patronymic.as_deref().map(initial).unwrap_or_default();
        format!("{}{patronymic}{}", initial(&self.given), self.surname)
    }

    /// «ВИ»: two letters for an avatar.
    #[must_use]
    pub fn initials(&self) -> String {
        self.given.chars().next().into_iter().chain(self.surname.chars().next()).collect()
    }

    /// What people are sorted by: the Russian alphabet with ё as е, then ё after е as a tie-break.
    #[must_use]
    pub fn sort_key(&self) -> String {
        let patronymic = self.patronymic.as_deref().unwrap_or_default();
        let plain =
            [self.surname.as_str(), self.given.as_str(), patronymic].map(str::to_lowercase).join("\t");
        format!("{}\u{1}{plain}", plain.replace('ё', "е"))
    }

    /// What a search for a person is matched against.
    #[must_use]
    pub fn search_key(&self) -> String {
        search_key(&self.full())
    }
}

/// Reads one part of a name: NFC, outer spaces dropped, inner ones single, letters with hyphens, apostrophes, dots.
///
/// # Errors
/// [`NameFault`] when it is empty, too long or holds what no name has.
pub fn parse_name_part(text: &str) -> Result<String, NameFault> {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text.trim());
    let part = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    if part.is_empty() {
        return Err(NameFault::Empty);
    }
    let has = part.chars().count();
    if has > LONGEST {
        return Err(NameFault::TooLong { has });
    }
    let fits = |letter: char| letter.is_alphabetic() || matches!(letter, ' ' | '-' | '\'' | '’' | '.');
    // `split_whitespace` also eats control characters such as tab and line feed between parts; they are no spaces.
    if let Some(found) = text.trim().chars().find(|letter| letter.is_control()) {
        return Err(NameFault::Character { found });
    }
    if let Some(found) = part.chars().find(|letter| !fits(*letter)) {
        return Err(NameFault::Character { found });
    }
    if !part.chars().any(char::is_alphabetic) {
        return Err(NameFault::Empty);
    }
    Ok(part)
}

/// Folds a text for comparison: NFC, lower case, ё as е.
#[must_use]
pub fn fold(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).to_lowercase().replace('ё', "е")
}

/// The key of a search: folded, Latin look-alikes as Cyrillic, hyphens and spaces collapsed (DIA-E25).
#[must_use]
pub fn search_key(text: &str) -> String {
    let alike = |letter: char| match letter {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        '-' | '‐' | '–' | '\u{a0}' => ' ',
        other => other,
    };
    let folded: String = fold(text).chars().map(alike).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use icu_normalizer::DecomposingNormalizerBorrowed;
    use proptest::prelude::*;

    use super::{PersonName, parse_name_part, search_key};
    use crate::NameFault;

    fn name(surname: &str, given: &str) -> PersonName {
        PersonName::parse(surname, given, "").unwrap()
    }

    #[test]
    fn names_that_people_have_are_taken() {
        for good in ["Ёлкин", "Петрова-Водкина", "О’Коннор", "Мамед оглы", "де ля Круа", "Ли", "Нгуен Тхи"]
        {
            assert_eq!(parse_name_part(good).as_deref(), Ok(good));
        }
        // A decomposed й becomes one code point.
        assert_eq!(parse_name_part("Андреи\u{306}").as_deref(), Ok("Андрей"));
        assert_eq!(parse_name_part("  Анна   Мария ").as_deref(), Ok("Анна Мария"));
    }

    #[test]
    fn what_no_name_has_is_refused() {
        assert_eq!(parse_name_part("   "), Err(NameFault::Empty));
        assert_eq!(parse_name_part("-"), Err(NameFault::Empty));
        assert_eq!(parse_name_part(&"а".repeat(10_000)), Err(NameFault::TooLong { has: 10_000 }));
        for (text, found) in [
            ("Иван4", '4'),
            ("Ив\u{202e}ан", '\u{202e}'),
            ("Ив\u{0}ан", '\0'),
            ("Ив\tан", '\t'),
            ("<b>", '<'),
        ] {
            assert_eq!(parse_name_part(text), Err(NameFault::Character { found }), "{text:?}");
        }
    }

    #[test]
    fn a_search_forgives_yo_hyphens_and_latin_letters() {
        assert_eq!(search_key("Пётр  Иванов-Cемёнов"), search_key("петр иванов семенов"));
    }

    proptest! {
        #[test]
        fn sort_keys_give_the_russian_order(left in "[А-Яа-яЁё]{1,8}", right in "[А-Яа-яЁё]{1,8}") {
            let (a, b) = (name(&left, "А"), name(&right, "А"));
            let (low_left, low_right) = (left.to_lowercase(), right.to_lowercase());
            prop_assert_eq!(a.sort_key().cmp(&b.sort_key()), store::compare_ru(&low_left, &low_right));
        }

        #[test]
        fn a_name_typed_in_another_form_is_the_same_name(
            surname in "[А-ЯЁ][а-яё]{0,10}(-[А-ЯЁ][а-яё]{1,8})?",
            given in "[А-ЯЁЙ][а-яёй]{1,10}",
            space in "[ \u{a0}]{0,3}",
        ) {
            // DIA-E25: й and ё of two signs, and spaces around, make neither another person nor another order.
            let apart = |text: &str| {
                DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned()
            };
            let one = PersonName::parse(&surname, &given, "").unwrap();
            let other =
                PersonName::parse(&format!("{space}{}{space}", apart(&surname)), &apart(&given), &space).unwrap();
            prop_assert_eq!(&one, &other);
            prop_assert_eq!((&one.surname, &one.given, &one.patronymic), (&surname, &given, &None));
            prop_assert_eq!(one.sort_key(), other.sort_key());
            prop_assert_eq!(one.search_key(), search_key(&apart(&other.full()).replace('-', " ").to_uppercase()));
        }

        #[test]
        fn any_text_is_a_name_or_a_fault(text in "\\PC{0,120}") {
            if let Ok(part) = parse_name_part(&text) {
                prop_assert_eq!(parse_name_part(&part), Ok(part.clone()));
            }
        }
    }
}
