//! The key that signs what leaves the school as a file: its private part lies sealed in the base, its public part in
//! the clear, so that a file can be checked without the server key.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use rusqlite::params;

use crate::{Error, Random, ReadTx, ServerKey, Sql, UtcInstant, WriteTx};

/// Under this name the sealed part is kept.
const SECRET: &str = "signing key";

/// A key pair of Ed25519.
pub struct SigningKey(Ed25519KeyPair);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

impl SigningKey {
    /// The pair that grows from 32 bytes; `None` when the library refuses, which it does not.
    #[must_use]
    pub fn from_seed(seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    /// The public part.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

/// Whether a public key's owner has signed these bytes.
#[must_use]
pub fn is_signed(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok()
}

impl ReadTx<'_> {
    /// The public part of the school's key; `None` before the first file was signed.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the base cannot be read.
    pub fn public_key(&self) -> Result<Option<Vec<u8>>, Error> {
        let kept = self.find(
            Sql::from_literal("SELECT value FROM store_meta WHERE key = 'signing_key'"),
            [],
            |row| row.get::<_, String>(0),
        )?;
        Ok(kept.and_then(|text| bytes_of(&text)))
    }

    /// The school's key pair, when there is one that this server key opens.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the base cannot be read.
    pub fn signing_key(&self, key: &ServerKey) -> Result<Option<SigningKey>, Error> {
        let sealed = self.find_secret(SECRET)?;
        let seed = sealed.and_then(|sealed| key.open(SECRET, &sealed));
        Ok(seed.and_then(|seed| SigningKey::from_seed(&seed)))
    }
}

impl WriteTx<'_> {
    /// The school's key pair, made now when there is none.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn ensure_signing_key(
        &mut self,
        now: UtcInstant,
        key: &ServerKey,
        random: &Random,
    ) -> Result<SigningKey, Error> {
        if let Some(pair) = self.signing_key(key)? {
            return Ok(pair);
        }
        let seed = zeroize::Zeroizing::new(random.bytes::<32>());
        let pair = SigningKey::from_seed(&seed[..]).ok_or(Error::Unreadable { what: "signing key" })?;
        self.keep_secret(now, SECRET, &key.seal(random, SECRET, &seed[..]))?;
        self.execute(
            Sql::from_literal(
                "INSERT INTO store_meta (key, value) VALUES ('signing_key', ?1)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            ),
            params![hex_of(&pair.public())],
        )?;
        Ok(pair)
    }
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        text
    })
}

/// Hexadecimal digits as bytes; `None` for anything else.
#[must_use]
pub fn bytes_of(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|sign| sign.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{SigningKey, bytes_of, hex_of, is_signed};

    #[test]
    fn a_signature_fits_its_bytes_and_its_key_alone() {
        let (own, other) =
            (SigningKey::from_seed(&[7; 32]).unwrap(), SigningKey::from_seed(&[8; 32]).unwrap());
        let signature = own.sign(b"manifest");
        assert!(is_signed(&own.public(), b"manifest", &signature));
        assert!(!is_signed(&own.public(), b"manifesT", &signature));
        assert!(!is_signed(&other.public(), b"manifest", &signature));
        assert!(!is_signed(&own.public(), b"manifest", &signature[1..]));
        assert!(!is_signed(b"", b"manifest", &signature));
        assert!(SigningKey::from_seed(&[7; 31]).is_none());
    }

    #[test]
    fn bytes_are_written_as_digits_and_read_back() {
        assert_eq!(hex_of(&[0, 15, 255]), "000fff");
        assert_eq!(bytes_of("000fff"), Some(vec![0, 15, 255]));
        for bad in ["0", "0g", "+1", "яя"] {
            assert_eq!(bytes_of(bad), None, "{bad}");
        }
    }
}
