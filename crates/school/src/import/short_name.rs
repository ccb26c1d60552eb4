//! Short names of subjects for narrow columns, made the way teachers abbreviate: up to a consonant before a vowel.

/// What subjects are compared by.
pub(crate) fn subject_key(name: &str) -> String {
    crate::search_key(name)
}

/// A short name: short single words stay whole, of several words each is cut, words of one or two letters are left
/// out.
pub(crate) fn short_name(subject: &str) -> String {
    let words: Vec<&str> = subject.split_whitespace().filter(|word| word.chars().count() > 2).collect();
    let lower = |word: &str| if is_initials(word) { word.to_owned() } else { word.to_lowercase() };
    match *words.as_slice() {
        [] => subject.to_owned(),
        [word] => cut(&lower(word), 4, 7),
        _ => words.iter().map(|word| cut(&lower(word), 3, 4)).collect::<Vec<_>>().join(" "),
    }
}

/// Whether a word is written in capitals, as ОБЗР is.
fn is_initials(word: &str) -> bool {
    word.chars().all(char::is_uppercase)
}

fn cut(word: &str, least: usize, whole: usize) -> String {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() <= whole {
        return word.to_owned();
    }
    let is_vowel = |letter: char| "аеёиоуыэюяьъй".contains(letter);
    let ends_well = |length: &usize| {
        let last = letters.get(length - 1).copied().unwrap_or_default();
        let next = letters.get(*length).copied().unwrap_or_default();
        !is_vowel(last) && is_vowel(next)
    };
    let length = (least..letters.len()).find(ends_well).unwrap_or(least);
    format!("{}.", letters.iter().take(length).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn subjects_are_cut_as_teachers_do() {
        for (subject, short) in [
            ("Алгебра", "алгебра"),
            ("Математика", "матем."),
            ("Литература", "литер."),
            ("Английский язык", "англ. язык"),
            ("Разговоры о важном", "разг. важн."),
            ("Вероятность и статистика", "вер. стат."),
            ("ОБЗР", "ОБЗР"),
            ("ИЗО", "ИЗО"),
            ("Физика", "физика"),
            ("Физкультура", "физк."),
            ("Биология", "биол."),
        ] {
            assert_eq!(short_name(subject), short, "{subject}");
        }
    }
}
