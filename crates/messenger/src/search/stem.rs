//! The common part of a word's forms: Snowball's stemmer, and a table of what it cannot know (MSG-Q3, MSG-Q5).

use std::collections::HashMap;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};

/// The stemmer with its table, as stored beside the index: another one gives other stems, so the index is built anew.
/// It is raised together with the dependency or with any change of `irregular.txt`.
pub(crate) const VERSION: &str = "frostem 2.20261016.1, irregular 1";

static RUSSIAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::Russian));
static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::English));

/// Words whose forms have no common stem by rule: each form with the stem of its line.
static IRREGULAR: LazyLock<HashMap<&str, String>> = LazyLock::new(|| {
    let mut forms = HashMap::new();
    for line in lines() {
        let first = line.split_whitespace().next().unwrap_or_default();
        for form in line.split_whitespace() {
            // A form that two words share belongs to the one that is told of first.
            forms.entry(form).or_insert_with(|| by_rule(first));
        }
    }
    forms
});

/// The lines of the table that hold words: the dictionary form first, then the forms that need it.
fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("irregular.txt").lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// The stem of a token.
pub(crate) fn stem(token: &str) -> String {
    IRREGULAR.get(token).cloned().unwrap_or_else(|| by_rule(token))
}

fn by_rule(token: &str) -> String {
    // The stemmer is given what it was made for; anything else is its own stem.
    if token.chars().all(|letter| ('а'..='я').contains(&letter)) {
        RUSSIAN.stem(token).into_owned()
    } else if token.bytes().all(|letter| letter.is_ascii_lowercase()) {
        ENGLISH.stem(token).into_owned()
    } else {
        token.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::super::words::words;
    use super::{lines, stem};

    fn stem_of(word: &str) -> String {
        stem(&words(word)[0].token)
    }

    #[test]
    fn the_forms_of_a_word_have_one_stem() {
        // MSG-Q3, MSG-Q5
        for forms in [
            "задание задания заданию заданием задании заданий заданиям заданиями заданиях",
            "учитель учителя учителю учителем учителе учителей учителям учителями учителях",
            "урок урока уроку уроком уроке уроки уроков урокам уроками уроках",
            "собрание собрания собранию собранием собрании собраний собраниям собраниями собраниях",
            "контрольная контрольной контрольную контрольные контрольных контрольным контрольными",
            "домашнее домашнего домашнему домашним домашнем домашняя домашние домашних",
            "экскурсия экскурсии экскурсию экскурсией экскурсий экскурсиям экскурсиями экскурсиях",
            "ёлка ёлки ёлке ёлку ёлкой ёлок ёлкам ёлками ёлках елка елки",
            "день дня дню днём дне дни дней дням днями днях",
            "оценка оценки оценке оценку оценкой оценок оценкам оценками оценках",
            "окно окна окну окном окне окон окнам окнами окнах",
            "деньги денег деньгам деньгами деньгах",
            "звонок звонка звонку звонком звонке звонки звонков звонкам звонками звонках",
            "ребёнок ребёнка ребёнку ребёнком ребёнке дети детей детям детьми детях",
            "пришёл пришла пришло пришли прийти придёт приду",
            "друг друга другом друзья друзей друзьям",
            "человек человека люди людей людям",
            "время времени временем времена времён",
            "мать матери матерью матерей матерям",
            "отец отца отцу отцом отце отцы отцов отцам",
            "сын сына сыну сыновья сыновей",
            "сестра сестры сестре сестру сёстры сестёр сёстрам",
            "каникулы каникул каникулам каникулами каникулах",
            "январь января январю январём январе",
            "февраль февраля",
            "март марта марту",
            "апрель апреля",
            "май мая маю маем мае",
            "июнь июня июню",
            "июль июля июлю",
            "август августа августе",
            "сентябрь сентября сентябре",
            "октябрь октября октябре",
            "ноябрь ноября ноябре",
            "декабрь декабря декабре",
            "ошибка ошибки ошибку ошибок ошибкам",
            "тетрадь тетради тетрадей тетрадям тетрадка тетрадок",
            "музей музея музею музеем музее музеи музеев музеям",
        ] {
            let stems: HashSet<String> = forms.split(' ').map(stem_of).collect();
            assert_eq!(stems.len(), 1, "{forms}: {stems:?}");
        }
    }

    #[test]
    fn words_that_are_none_of_each_other_stay_apart() {
        for (one, other) in
            [("урок", "уран"), ("день", "деньги"), ("окно", "около"), ("мать", "матч"), ("дети", "детали")]
        {
            assert_ne!(stem_of(one), stem_of(other), "{one}, {other}");
        }
        // What is no word of Russian or English is its own stem.
        for own in ["6а", "2026", "c3po", "ї", "日本"] {
            assert_eq!(stem(own), own);
        }
        assert_eq!(stem("lessons"), stem("lesson"));
    }

    #[test]
    fn the_table_of_irregular_words_brings_each_line_together() {
        // MSG-Q3
        let mut count = 0;
        let mut told = HashSet::new();
        for line in lines() {
            count += 1;
            let mut forms = line.split(' ');
            let first = forms.next().unwrap();
            assert!(told.insert(first), "{first} has two lines");
            for form in line.split(' ') {
                assert_eq!(words(form)[0].token, form, "written as it is compared");
            }
            let own: Vec<&str> = forms.filter(|form| !told.contains(form)).collect();
            assert!(!own.is_empty(), "{line}: nothing to tell");
            for form in own {
                assert!(
                    stem(form) == stem(first)
                        || lines().any(|other| other != line && other.split(' ').any(|word| word == form)),
                    "{first}: {form}"
                );
            }
        }
        assert!(count >= 300, "{count}");
    }

    proptest! {
        #[test]
        fn no_word_is_too_strange_for_the_stemmer(word in "[а-яё]{1,48}|[a-z]{1,48}|\\PC{1,40}") {
            for word in words(&word) {
                prop_assert!(!stem(&word.token).is_empty());
            }
        }
    }
}
