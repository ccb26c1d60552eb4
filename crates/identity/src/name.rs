//! Names that a person gives to the embedded VK ID. The roster has names of its own, in `school` (C9).

const LONGEST: usize = 100;

/// A name: what the account's owner wrote, cleaned and in NFC.
#[derive(Clone, PartialEq, Eq)]
pub struct FullName {
    /// Surname.
    pub surname: String,
    /// Given name.
    pub given: String,
    /// Patronymic; not everybody has one.
    pub patronymic: Option<String>,
}

/// Why a part of a name was not taken (C9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// No letter in it.
    #[error("the name is empty")]
    Empty,
    /// Longer than a hundred characters.
    #[error("the name is {has} characters long, at most 100 are taken")]
    TooLong {
        /// How many characters it has.
        has: usize,
    },
    /// A digit, a sign, a control or direction character.
    #[error("the name holds {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
}

/// The parts of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// Surname.
    Surname,
    /// Given name.
    Given,
    /// Patronymic.
    Patronymic,
}

impl FullName {
    /// Reads the three fields; an empty patronymic, or a dash in its place, is none.
    ///
    /// # Errors
    /// Every part that is no name, with its reason, in the order of the form.
    pub fn parse(surname: &str, given: &str, patronymic: &str) -> Result<Self, Vec<(NamePart, NameFault)>> {
        let mut faults = Vec::new();
        let mut take = |part, text: &str| match (parse_part(text), part) {
            (Ok(taken), _) => Some(taken),
            (Err(NameFault::Empty), NamePart::Patronymic) => None,
            (Err(fault), _) => {
                faults.push((part, fault));
                None
            }
        };
        let surname = take(NamePart::Surname, surname).unwrap_or_default();
        let given = take(NamePart::Given, given).unwrap_or_default();
        let patronymic = take(NamePart::Patronymic, patronymic);
        if faults.is_empty() { Ok(Self { surname, given, patronymic }) } else { Err(faults) }
    }

    /// «Варвара Ильина».
    #[must_use]
    pub fn short(&self) -> String {
        format!("{} {}", self.given, self.surname)
    }

    /// «ВИ».
    #[must_use]
    pub fn initials(&self) -> String {
        self.given.chars().next().into_iter().chain(self.surname.chars().next()).collect()
    }
}

impl std::fmt::Debug for FullName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Personal, as a phone is: see LNK-S3.
        f.write_str("FullName(***)")
    }
}

fn parse_part(text: &str) -> Result<String, NameFault> {
    let text = text.trim();
    let has = text.chars().count();
    if has > LONGEST {
        return Err(NameFault::TooLong { has });
    }
    let composed = store::to_nfc(text);
    // A dash alone stands for nothing: many write it where they have no patronymic.
    if matches!(composed.as_str(), "–" | "—") {
        return Err(NameFault::Empty);
    }
    let fits = |sign: char| sign.is_alphabetic() || matches!(sign, ' ' | '-' | '\'' | '’' | '.');
    if let Some(found) = composed.chars().find(|sign| !fits(*sign)) {
        return Err(NameFault::Character { found });
    }
    let part = composed.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if part.chars().any(char::is_alphabetic) { Ok(part) } else { Err(NameFault::Empty) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FullName, NameFault, NamePart, parse_part};

    #[test]
    fn names_that_people_have_are_taken() {
        for good in
            ["Ёлкин", "Петрова-Водкина", "О’Коннор", "Мамед оглы", "де ля Круа", "Ли", "Ю.", "Øystein"]
        {
            assert_eq!(parse_part(good).as_deref(), Ok(good));
        }
        assert_eq!(parse_part("Андреи\u{306}").as_deref(), Ok("Андрей"));
        assert_eq!(parse_part("  Анна   Мария ").as_deref(), Ok("Анна Мария"));
        for none in ["", " ", "-", " — ", "–"] {
            assert_eq!(FullName::parse("Ильина", "Варвара", none).unwrap().patronymic, None, "{none:?}");
        }
    }

    #[test]
    fn every_bad_part_is_told_at_once() {
        let long = "а".repeat(10_000);
        assert_eq!(
            FullName::parse("", "Иван4", &long),
            Err(vec![
                (NamePart::Surname, NameFault::Empty),
                (NamePart::Given, NameFault::Character { found: '4' }),
                (NamePart::Patronymic, NameFault::TooLong { has: 10_000 }),
            ])
        );
        for (text, found) in
            [("Ив\u{202e}ан", '\u{202e}'), ("Ив\0ан", '\0'), ("Ив\tан", '\t'), ("Ив\nан", '\n'), ("<b>", '<')]
        {
            assert_eq!(parse_part(text), Err(NameFault::Character { found }), "{text:?}");
        }
        assert_eq!(parse_part("- -"), Err(NameFault::Empty));
    }

    proptest! {
        #[test]
        fn any_text_is_a_name_or_a_fault(text in "\\PC{0,120}") {
            if let Ok(part) = parse_part(&text) {
                prop_assert_eq!(parse_part(&part), Ok(part.clone()));
            }
        }
    }
}
