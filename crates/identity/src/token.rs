//! Random references that browsers and clients hold; the base has their SHA-256 only.

use sha2::{Digest as _, Sha256};
use store::Random;

/// A 256-bit random reference in a cookie: of a browser, or of a VK ID session (A11).
#[derive(Clone, PartialEq, Eq)]
pub struct CookieToken(String);

impl CookieToken {
    /// Draws a new one.
    #[must_use]
    pub fn draw(random: &Random) -> Self {
        Self(random.token::<32>())
    }

    /// Takes what a cookie held; any text will do, a foreign one matches no row.
    #[must_use]
    pub fn from_cookie(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text for the cookie.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.0
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        digest(&self.0)
    }
}

impl std::fmt::Debug for CookieToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieToken(***)")
    }
}

pub(crate) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Text made of hexadecimal digits, for scopes of counters.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
