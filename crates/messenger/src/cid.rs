//! The client's own id of a message: 128 bits that make a repeated send harmless (MSG-I2).

use std::fmt;
use std::str::FromStr;

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A client id; never all zero (MSG-B10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(Uuid);

/// The text was not a client id: wrong length, not hexadecimal, or all zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a client id")]
pub struct BadClientId;

impl ClientId {
    /// Wraps 16 bytes.
    ///
    /// # Errors
    /// [`BadClientId`] when all are zero.
    pub const fn from_bytes(bytes: [u8; 16]) -> Result<Self, BadClientId> {
        let id = Uuid::from_bytes(bytes);
        if id.is_nil() { Err(BadClientId) } else { Ok(Self(id)) }
    }
}

impl FromStr for ClientId {
    type Err = BadClientId;

    /// Reads 32 hexadecimal digits, with or without the hyphens of a UUID.
    fn from_str(text: &str) -> Result<Self, BadClientId> {
        if !matches!(text.len(), 32 | 36) {
            return Err(BadClientId);
        }
        let id = Uuid::try_parse(text).map_err(|_| BadClientId)?;
        Self::from_bytes(id.into_bytes())
    }
}

impl TryFrom<String> for ClientId {
    type Error = BadClientId;

    fn try_from(text: String) -> Result<Self, BadClientId> {
        text.parse()
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.simple(), f)
    }
}

impl ToSql for ClientId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
    }
}

impl FromSql for ClientId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = <[u8; 16]>::column_result(value)?;
        Self::from_bytes(bytes).map_err(|bad| FromSqlError::Other(Box::new(bad)))
    }
}

#[cfg(test)]
mod tests {
    use super::ClientId;

    #[test]
    fn a_client_id_of_wrong_length_or_all_zero_is_refused() {
        // MSG-B10
        let id: ClientId = "0123456789abcdef0123456789abcdef".parse().unwrap();
        assert_eq!(id.to_string(), "0123456789abcdef0123456789abcdef");
        assert_eq!("01234567-89AB-CDEF-0123-456789abcdef".parse(), Ok(id));
        for bad in [
            "",
            "1",
            "00000000000000000000000000000000",
            "0123456789abcdef0123456789abcde",
            "0123456789abcdef0123456789abcdeff",
            "0123456789abcdef0123456789abcdeg",
            "{0123456789abcdef0123456789abcdef}",
        ] {
            assert!(bad.parse::<ClientId>().is_err(), "{bad:?}");
        }
    }
}
