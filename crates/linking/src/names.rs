//! Whether two names are one person's (LNK-L3).

use std::collections::HashMap;
use std::sync::LazyLock;

use identity::FullName;
use school::PersonName;

/// A part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamePart {
    /// Surname.
    Surname,
    /// Given name.
    Given,
    /// Patronymic.
    Patronymic,
}

impl NamePart {
    const ALL: [Self; 3] = [Self::Surname, Self::Given, Self::Patronymic];

    const fn word(self) -> &'static str {
        match self {
            Self::Surname => "surname",
            Self::Given => "given",
            Self::Patronymic => "patronymic",
        }
    }
}

/// What a comparison of names gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// One person's.
    Equal,
    /// These parts differ.
    Differs(Vec<NamePart>),
}

impl Comparison {
    pub(crate) fn words(parts: &[NamePart]) -> String {
        parts.iter().map(|part| part.word()).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn parts(words: &str) -> Vec<NamePart> {
        NamePart::ALL.into_iter().filter(|part| words.split(' ').any(|word| word == part.word())).collect()
    }
}

/// Compares the roster's name with the claimed one: NFC, case, ё as е, hyphens as spaces; a patronymic only when both
/// sides have one; a given name by its usual short forms too.
#[must_use]
pub fn compare_names(roster: &PersonName, claimed: &FullName) -> Comparison {
    let mut differing = Vec::new();
    if plain(&roster.surname) != plain(&claimed.surname) {
        differing.push(NamePart::Surname);
    }
    if !same_given(&plain(&roster.given), &plain(&claimed.given)) {
        differing.push(NamePart::Given);
    }
    if let (Some(roster), Some(claimed)) = (&roster.patronymic, &claimed.patronymic)
        && plain(roster) != plain(claimed)
    {
        differing.push(NamePart::Patronymic);
    }
    if differing.is_empty() { Comparison::Equal } else { Comparison::Differs(differing) }
}

fn plain(part: &str) -> String {
    let folded: String = school::fold(part)
        .chars()
        .map(|sign| match sign {
            '-' | '‐' | '‑' | '–' | '\u{a0}' => ' ',
            '’' => '\'',
            other => other,
        })
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each line: forms of one name. A form may stand in several lines: «Саша» is both Александр and Александра.
static FORMS: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut forms: HashMap<_, Vec<_>> = HashMap::new();
    let lines = include_str!("short_names.txt").lines().filter(|line| !line.starts_with('#'));
    for (number, line) in lines.enumerate() {
        for form in line.split_whitespace() {
            forms.entry(form).or_default().push(number);
        }
    }
    forms
});

fn same_given(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    match (FORMS.get(left), FORMS.get(right)) {
        (Some(left), Some(right)) => left.iter().any(|line| right.contains(line)),
        (Some(_) | None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use identity::FullName;
    use proptest::prelude::*;
    use school::PersonName;

    use super::{Comparison, NamePart, compare_names};

    fn compare(roster: [&str; 3], claimed: [&str; 3]) -> Comparison {
        let [surname, given, patronymic] = roster;
        let roster = PersonName::parse(surname, given, patronymic).unwrap();
        let [surname, given, patronymic] = claimed;
        compare_names(&roster, &FullName::parse(surname, given, patronymic).unwrap())
    }

    #[test]
    fn one_persons_names_are_equal() {
        // LNK-L3
        for (roster, claimed) in [
            (["Ильина", "Варвара", "Олеговна"], ["Ильина", "Варвара", "Олеговна"]),
            (["Ильина", "Варвара", "Олеговна"], ["ИЛЬИНА", "варвара", ""]),
            (["Ильина", "Варвара", ""], ["Ильина", "Варвара", "Олеговна"]),
            (["Ильина", "Варвара", "Олеговна"], ["Ильина", "Варя", "Олеговна"]),
            (["Семёнов", "Пётр", "Ильич"], ["Семенов", "Петр", "Ильич"]),
            (["Петрова-Водкина", "Анна-Мария", ""], ["Петрова Водкина", "Анна Мария", ""]),
            (["Кузнецов", "Александр", ""], ["Кузнецов", "Саша", ""]),
            (["Кузнецова", "Александра", ""], ["Кузнецова", "Саша", ""]),
            (["Кузнецова", "Наталья", ""], ["Кузнецова", "Наталия", ""]),
            (["Кузнецов", "Даниил", ""], ["Кузнецов", "Данила", ""]),
            (["О’Коннор", "Андреи\u{306}", ""], ["О'Коннор", "Андрей", ""]),
            (["Хасанов", "Тимур", "Рашид оглы"], ["Хасанов", "Тимур", "Рашид  Оглы"]),
        ] {
            assert_eq!(compare(roster, claimed), Comparison::Equal, "{roster:?} {claimed:?}");
        }
    }

    #[test]
    fn other_peoples_names_differ_by_part() {
        use NamePart::{Given, Patronymic, Surname};
        for (roster, claimed, parts) in [
            (["Ильина", "Варвара", "Олеговна"], ["Ильин", "Варвара", "Олеговна"], vec![Surname]),
            (["Ильина", "Варвара", "Олеговна"], ["Ильина", "Вера", "Олеговна"], vec![Given]),
            (["Ильина", "Варвара", "Олеговна"], ["Ильина", "Варвара", "Игоревна"], vec![Patronymic]),
            (
                ["Ильина", "Варвара", "Олеговна"],
                ["Котова", "Кира", "Львовна"],
                vec![Surname, Given, Patronymic],
            ),
            (["Кузнецов", "Александр", ""], ["Кузнецов", "Алексей", ""], vec![Given]),
            // Саша is short for both, but the two are not short for each other.
            (["Кузнецов", "Александр", ""], ["Кузнецов", "Александра", ""], vec![Given]),
            (["Ильина", "Варвара", ""], ["Ilina", "Varvara", ""], vec![Surname, Given]),
            (["Ильина", "Анна Мария", ""], ["Ильина", "Анна", ""], vec![Given]),
        ] {
            assert_eq!(compare(roster, claimed), Comparison::Differs(parts), "{roster:?} {claimed:?}");
        }
    }

    #[test]
    fn what_was_stored_of_a_comparison_is_read_again() {
        let parts = vec![NamePart::Surname, NamePart::Patronymic];
        assert_eq!(Comparison::parts(&Comparison::words(&parts)), parts);
    }

    proptest! {
        #[test]
        fn a_name_equals_itself_however_it_is_spelled(
            surname in "[А-Яа-яЁё]{1,10}(-[А-Яа-яЁё]{1,10})?", given in "[А-Яа-яЁё]{1,10}",
        ) {
            let shouted = surname.to_uppercase().replace('Ё', "Е").replace('-', " ");
            prop_assert_eq!(compare([&surname, &given, ""], [&shouted, &given.to_lowercase(), "Олеговна"]), Comparison::Equal);
        }

        #[test]
        fn comparing_is_symmetric(left in "[а-я]{1,6}", right in "[а-я]{1,6}") {
            prop_assert_eq!(
                compare(["Ив", &left, ""], ["Ив", &right, ""]),
                compare(["Ив", &right, ""], ["Ив", &left, ""])
            );
        }
    }
}
