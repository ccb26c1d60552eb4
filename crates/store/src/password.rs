//! Passwords: argon2id hashes as PHC texts, and what a new password must be (A9, A10).
//!
//! Hashing takes tens of milliseconds and 19 MiB, so nothing here is called inside a transaction or on a thread that
//! serves sockets: the caller hashes first and hands the domain a [`PasswordHash`] or a verdict.

mod policy;

use argon2::password_hash::phc::{self, Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
pub use policy::{PasswordFault, PasswordPolicy};
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

    /// Takes memory in KiB, passes and lanes; `None` below the floor, or above what a
    /// school's computer could do at each sign-in: 1 GiB, 100 passes, 64 lanes.
    #[must_use]
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let cost = Self { memory_kib, passes, lanes };
        let fits = (Self::FLOOR.memory_kib..=1_048_576).contains(&memory_kib)
            && (Self::FLOOR.passes..=100).contains(&passes)
            && (1..=64).contains(&lanes);
        (fits && cost.params().is_some()).then_some(cost)
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
    /// Hashes one password in memory of its own; see [`HashMemory::hash`].
    #[must_use]
    pub fn make(plain: &str, cost: HashCost, random: &Random) -> Self {
        HashMemory::default().hash(plain, cost, random)
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

/// Blocks of a KiB that are reserved at least. The system's allocator gives a piece above 32 MiB back to the system as
/// soon as it is free, while it keeps smaller ones and piles them up; what is reserved and never written takes nothing.
const RESERVED: usize = 33 * 1024;

/// The working memory of hashes: taken at the first one, 19 MiB at the floor, and held for the next until dropped.
#[derive(Default)]
pub struct HashMemory(Vec<Block>);

impl HashMemory {
    /// Hashes a password; blocks for tens of milliseconds.
    ///
    /// Texts that look the same hash the same: the password is taken in NFC.
    #[must_use]
    pub fn hash(&mut self, plain: &str, cost: HashCost, random: &Random) -> PasswordHash {
        let made = cost.params().and_then(|params| {
            let salt = Salt::new(&random.bytes::<16>()).ok()?;
            Some(phc::PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(&params).ok()?,
                salt: Some(salt),
                hash: Some(self.output(plain, &salt, Version::V0x13, params)?),
            })
        });
        let made = made.expect("a cost holds valid parameters only, and no password is above 4 GiB");
        PasswordHash(made.to_string())
    }

    /// Compares a password with the stored hash; without one it works as long and says no (A8). Blocks as
    /// [`HashMemory::hash`] does.
    #[must_use]
    pub fn matches(&mut self, stored: Option<&PasswordHash>, plain: &str, cost: HashCost) -> bool {
        // No stored password is longer, and a text of a megabyte must not buy more work.
        let plain = if plain.chars().nth(LONGEST_PASSWORD).is_some() { "" } else { plain };
        match stored {
            Some(hash) => self.verify(hash, plain).unwrap_or(false) && !plain.is_empty(),
            None => {
                let params = cost.params().unwrap_or_default();
                std::hint::black_box(self.output(plain, b"nobody has this!", Version::V0x13, params));
                false
            }
        }
    }

    /// `None` when the stored text holds what this program cannot compute.
    fn verify(&mut self, stored: &PasswordHash, plain: &str) -> Option<bool> {
        let stored = phc::PasswordHash::new(&stored.0).ok()?;
        let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from).ok()?;
        let computed = self.output(plain, &stored.salt?, version, Params::try_from(&stored).ok()?)?;
        // Outputs compare in the same time whatever they hold.
        Some(stored.hash? == computed)
    }

    fn output(&mut self, plain: &str, salt: &[u8], version: Version, params: Params) -> Option<Output> {
        let plain = to_nfc(plain);
        let blocks = params.block_count();
        if self.0.len() < blocks {
            // Before the new memory is taken the old one is given back.
            self.0 = Vec::new();
            self.0.reserve_exact(blocks.max(RESERVED));
            self.0.resize(blocks, Block::new());
        }
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let hasher = Argon2::new(Algorithm::Argon2id, version, params);
        let mut bytes = [0; Output::MAX_LENGTH];
        let out = bytes.get_mut(..length)?;
        hasher.hash_password_into_with_memory(plain.as_bytes(), salt, out, &mut self.0).ok()?;
        Output::new(out).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{HashCost, HashMemory, PasswordHash};
    use crate::Random;

    #[test]
    fn a_hash_matches_its_own_password_in_any_normal_form() {
        let hash = PasswordHash::make("Зеленый чай и\u{439}од", HashCost::FLOOR, &Random::seeded(1));
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let mut memory = HashMemory::default();
        assert!(memory.matches(Some(&hash), "Зеленый чай и\u{438}\u{306}од", HashCost::FLOOR));
        assert!(!memory.matches(Some(&hash), "Зеленый чай и\u{439}од ", HashCost::FLOOR));
        assert!(!memory.matches(None, "Зеленый чай и\u{439}од", HashCost::FLOOR));
        assert!(!memory.matches(Some(&hash), &"x".repeat(1_000_000), HashCost::FLOOR));
        assert_eq!(PasswordHash::parse(hash.as_str()), Some(hash));
    }

    #[test]
    fn memory_that_other_hashes_have_used_changes_nothing() {
        // The first text is from the tests of the reference program.
        let known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let known = PasswordHash::parse(known).unwrap();
        let higher = HashCost::new(20_000, 3, 2).unwrap();
        let mut memory = HashMemory::default();
        let random = Random::seeded(1);
        let costly = memory.hash("река", higher, &random);
        assert!(costly.as_str().starts_with("$argon2id$v=19$m=20000,t=3,p=2$"));
        assert!(memory.matches(Some(&known), "password", HashCost::FLOOR));
        assert!(memory.matches(Some(&costly), "река", HashCost::FLOOR));
        assert!(!memory.matches(Some(&costly), "лампа", HashCost::FLOOR));
        assert!(HashMemory::default().matches(Some(&costly), "река", HashCost::FLOOR));
    }

    #[test]
    fn the_cost_is_never_below_the_floor_nor_out_of_reach() {
        // A10
        for (memory, passes, lanes) in [
            (19_455, 2, 1),
            (19_456, 1, 1),
            (19_456, 2, 0),
            (0, 0, 0),
            (1_048_577, 2, 1),
            (u32::MAX, 2, 1),
            (19_456, 101, 1),
            (19_456, 2, 65),
        ] {
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
}
