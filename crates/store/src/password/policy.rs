//! What a new password must be (A9).

use std::collections::HashSet;
use std::sync::LazyLock;

use super::LONGEST_PASSWORD;
use crate::to_nfc;

/// What a new password must be for one person (A9).
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy<'a> {
    /// The fewest characters.
    pub shortest: usize,
    /// The person's own names, login and phone digits, in any case.
    pub own_words: &'a [&'a str],
}

/// Why a new password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer characters than needed.
    #[error("password has {has} characters of {needs}")]
    TooShort {
        /// The fewest allowed.
        needs: usize,
        /// How many there are.
        has: usize,
    },
    /// More characters than [`LONGEST_PASSWORD`].
    #[error("password is longer than {max} characters")]
    TooLong {
        /// The most allowed.
        max: usize,
    },
    /// One of the common passwords, or one with a tail of digits.
    #[error("password is common")]
    Common,
    /// Little more than the person's own name or phone.
    #[error("password holds the person's own words")]
    HoldsOwnWords,
}

impl PasswordPolicy<'_> {
    /// Judges a new password. Spaces and all scripts are welcome, no kinds of characters are demanded.
    ///
    /// # Errors
    /// [`PasswordFault`], the first of its variants that applies.
    pub fn check(&self, plain: &str) -> Result<(), PasswordFault> {
        let has = to_nfc(plain).chars().count();
        if has < self.shortest {
            return Err(PasswordFault::TooShort { needs: self.shortest, has });
        }
        if has > LONGEST_PASSWORD {
            return Err(PasswordFault::TooLong { max: LONGEST_PASSWORD });
        }
        let folded = fold(plain);
        if is_common(&folded) {
            return Err(PasswordFault::Common);
        }
        if self.is_own(&folded) {
            return Err(PasswordFault::HoldsOwnWords);
        }
        Ok(())
    }

    /// Whether fewer than eight characters are left once the person's own words are struck out.
    fn is_own(&self, folded: &str) -> bool {
        let mut rest = folded.to_owned();
        for word in self.own_words.iter().map(|word| fold(word)).filter(|word| word.chars().count() >= 4) {
            for form in [word.clone(), in_latin_layout(&word), in_latin_letters(&word)] {
                rest = rest.replace(&form, "");
            }
        }
        rest.len() != folded.len() && rest.chars().count() < 8
    }
}

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../common_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

fn is_common(folded: &str) -> bool {
    if folded.chars().collect::<HashSet<_>>().len() < 5 {
        return true;
    }
    let bare = folded.trim_matches(|char: char| !char.is_alphabetic());
    let unmasked: String = folded.chars().map(unmask).collect();
    let unmasked_bare = unmasked.trim_matches(|char: char| !char.is_alphabetic());
    [folded, bare, &unmasked, unmasked_bare]
        .into_iter()
        .any(|form| COMMON.contains(form) || repeats_common(form))
}

/// Whether the text is one common password written again and again.
fn repeats_common(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..=chars.len() / 2).filter(|part| chars.len().is_multiple_of(*part)).any(|part| {
        let mut chunks = chars.chunks(part);
        let first = chunks.next().unwrap_or_default();
        chunks.all(|chunk| chunk == first)
            && (part < 4 || COMMON.contains(first.iter().collect::<String>().as_str()))
    })
}

fn fold(text: &str) -> String {
    to_nfc(text).to_lowercase().replace('ё', "е")
}

const fn unmask(char: char) -> char {
    match char {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// The word as it comes out when the keyboard was left in Latin.
fn in_latin_layout(word: &str) -> String {
    let (cyrillic, latin) = ("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.");
    word.chars()
        .map(|char| {
            cyrillic.chars().position(|key| key == char).and_then(|at| latin.chars().nth(at)).unwrap_or(char)
        })
        .collect()
}

/// The word in Latin letters, one common way.
fn in_latin_letters(word: &str) -> String {
    const LATIN: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u",
        "f", "h", "c", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya",
    ];
    word.chars().fold(String::new(), |mut latin, char| {
        let place = u32::from(char).checked_sub(u32::from('а')).and_then(|at| usize::try_from(at).ok());
        match place.and_then(|at| LATIN.get(at)) {
            Some(letters) => latin.push_str(letters),
            None => latin.push(char),
        }
        latin
    })
}

#[cfg(test)]
mod tests {
    use super::{COMMON, PasswordFault, PasswordPolicy};

    #[test]
    fn the_list_of_common_passwords_is_long_enough() {
        // A9
        assert!(COMMON.len() >= 3000);
        assert!(COMMON.iter().all(|word| *word == word.to_lowercase() && !word.is_empty()));
    }

    #[test]
    fn new_passwords_are_judged_by_table() {
        // A9
        let own = ["Ильина", "Варвара", "79000000042", "9000000042", "Ада"];
        let policy = PasswordPolicy { shortest: 10, own_words: &own };
        let short = |has| Err(PasswordFault::TooShort { needs: 10, has });
        let table: &[(&str, Result<(), PasswordFault>)] = &[
            ("", short(0)),
            ("1", short(1)),
            ("пароль", short(6)),
            ("девятьзна", short(9)),
            ("1234567890", Err(PasswordFault::Common)),
            ("qwertyuiop", Err(PasswordFault::Common)),
            ("йцукенгшщз", Err(PasswordFault::Common)),
            ("Password123", Err(PasswordFault::Common)),
            ("P@ssw0rd2024!", Err(PasswordFault::Common)),
            ("пароль123456", Err(PasswordFault::Common)),
            ("gfhjkm123456", Err(PasswordFault::Common)),
            ("математика2026", Err(PasswordFault::Common)),
            ("aaaaaaaaaaaa", Err(PasswordFault::Common)),
            ("1111122222", Err(PasswordFault::Common)),
            ("qwertyqwerty", Err(PasswordFault::Common)),
            ("абабабабабаб", Err(PasswordFault::Common)),
            ("Ильина2014!", Err(PasswordFault::HoldsOwnWords)),
            ("ilina_varvara", Err(PasswordFault::HoldsOwnWords)),
            ("bkmbyf2014!!", Err(PasswordFault::HoldsOwnWords)),
            ("+79000000042", Err(PasswordFault::HoldsOwnWords)),
            ("облако трамвай ложка", Ok(())),
            ("cloud-tram-spoon", Ok(())),
            ("🐈🐕🐘🦊🐻 на лугу", Ok(())),
            ("Варвара идёт через мост", Ok(())),
            ("ноль\0внутри слова", Ok(())),
        ];
        for (plain, verdict) in table {
            assert_eq!(policy.check(plain), *verdict, "{plain:?}");
        }
        assert_eq!(policy.check(&"слово и дело ".repeat(76)), Ok(()));
        assert_eq!(policy.check(&"мост и река ".repeat(100)), Err(PasswordFault::TooLong { max: 1000 }));
    }
}
