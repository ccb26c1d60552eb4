//! Passwords: argon2id hashes as PHC texts, and what a new password must be (A9, A10).
//!
//! Hashing takes tens of milliseconds and 19 MiB, so nothing here is called inside a transaction or on a thread that
//! serves sockets: the caller hashes first and hands the domain a [`PasswordHash`] or a verdict.

use std::collections::HashSet;
use std::sync::LazyLock;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, CustomizedPasswordHasher as _, Params, PasswordVerifier as _, Version};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::{Random, to_nfc};

/// The most characters a password may have; longer texts are refused before they cost anything.
pub const LONGEST_PASSWORD: usize = 1000;

/// What one hash costs. Never below the floor of A10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl HashCost {
    /// m = 19 MiB, t = 2, p = 1: OWASP's minimum, about 22 ms on the reference machine.
    pub const FLOOR: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };

    /// Takes memory in KiB, passes and lanes; `None` below the floor or beyond what argon2 can do.
    #[must_use]
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let cost = Self { memory_kib, passes, lanes };
        let high_enough = memory_kib >= Self::FLOOR.memory_kib && passes >= Self::FLOOR.passes && lanes >= 1;
        (high_enough && cost.params().is_some()).then_some(cost)
    }

    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, None).ok()
    }
}

impl Default for HashCost {
    fn default() -> Self {
        Self::FLOOR
    }
}

/// A stored password: a PHC text of argon2id with its own salt and cost.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Hashes a password; blocks for tens of milliseconds.
    ///
    /// Texts that look the same hash the same: the password is taken in NFC.
    #[must_use]
    pub fn make(plain: &str, cost: HashCost, random: &Random) -> Self {
        Self(digest(plain, cost, &random.bytes::<16>()).to_string())
    }

    /// Reads a PHC text; `None` for anything but argon2id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parsed = phc::PasswordHash::new(text).ok()?;
        let whole =
            parsed.algorithm == Algorithm::Argon2id.ident() && parsed.salt.is_some() && parsed.hash.is_some();
        whole.then(|| Self(text.to_owned()))
    }

    /// The PHC text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it was made more cheaply than `cost` asks for; then the next sign-in makes it anew.
    #[must_use]
    pub fn is_cheaper_than(&self, cost: HashCost) -> bool {
        let params = phc::PasswordHash::new(&self.0).ok().and_then(|parsed| Params::try_from(&parsed).ok());
        params.is_none_or(|params| {
            params.m_cost() < cost.memory_kib || params.t_cost() < cost.passes || params.p_cost() < cost.lanes
        })
    }

    fn matches(&self, plain: &str) -> bool {
        let plain = to_nfc(plain);
        phc::PasswordHash::new(&self.0)
            .is_ok_and(|parsed| Argon2::default().verify_password(plain.as_bytes(), &parsed).is_ok())
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

impl ToSql for PasswordHash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for PasswordHash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

/// Compares a password with the stored hash; without one it works as long and says no (A8). Blocks as
/// [`PasswordHash::make`] does.
#[must_use]
pub fn password_matches(stored: Option<&PasswordHash>, plain: &str, cost: HashCost) -> bool {
    // No stored password is longer, and a text of a megabyte must not buy more work.
    let plain = if plain.chars().nth(LONGEST_PASSWORD).is_some() { "" } else { plain };
    match stored {
        Some(hash) => hash.matches(plain) && !plain.is_empty(),
        None => {
            std::hint::black_box(digest(plain, cost, b"nobody has this!"));
            false
        }
    }
}

fn digest(plain: &str, cost: HashCost, salt: &[u8; 16]) -> phc::PasswordHash {
    let plain = to_nfc(plain);
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
    cost.params()
        .and_then(|params| {
            hasher.hash_password_customized(plain.as_bytes(), salt, Some("argon2id"), None, params).ok()
        })
        .expect("a cost holds valid parameters only, the salt has 16 bytes and no password is above 4 GiB")
}

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
    include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect()
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
    use super::{COMMON, HashCost, PasswordFault, PasswordHash, PasswordPolicy, password_matches};
    use crate::Random;

    #[test]
    fn a_hash_matches_its_own_password_in_any_normal_form() {
        let hash = PasswordHash::make("Зеленый чай и\u{439}од", HashCost::FLOOR, &Random::seeded(1));
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(password_matches(Some(&hash), "Зеленый чай и\u{438}\u{306}од", HashCost::FLOOR));
        assert!(!password_matches(Some(&hash), "Зеленый чай и\u{439}од ", HashCost::FLOOR));
        assert!(!password_matches(None, "Зеленый чай и\u{439}од", HashCost::FLOOR));
        assert!(!password_matches(Some(&hash), &"x".repeat(1_000_000), HashCost::FLOOR));
        assert_eq!(PasswordHash::parse(hash.as_str()), Some(hash));
    }

    #[test]
    fn the_cost_is_never_below_the_floor() {
        // A10
        for (memory, passes, lanes) in [(19_455, 2, 1), (19_456, 1, 1), (19_456, 2, 0), (0, 0, 0)] {
            assert_eq!(HashCost::new(memory, passes, lanes), None, "{memory} {passes} {lanes}");
        }
        let higher = HashCost::new(20_000, 3, 1).unwrap();
        let hash = PasswordHash::make("длинный пароль", HashCost::FLOOR, &Random::seeded(1));
        assert!(hash.is_cheaper_than(higher));
        assert!(!hash.is_cheaper_than(HashCost::FLOOR));
    }

    #[test]
    fn only_argon2id_texts_are_hashes() {
        for text in
            ["", "secret", "$2b$12$abcdefghijklmnopqrstuv", "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAA"]
        {
            assert_eq!(PasswordHash::parse(text), None, "{text}");
        }
    }

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
