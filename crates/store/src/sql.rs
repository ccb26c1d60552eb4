//! Statement texts that can only be literals (security rule K4).

/// An SQL text known at compile time.
///
/// Made by [`sql!`](crate::sql) only, so no text that came from a person can become a statement.
#[derive(Clone, Copy, Debug)]
pub struct Sql(&'static str);

impl Sql {
    /// Wraps a literal; called by the macro.
    #[doc(hidden)]
    #[must_use]
    pub const fn from_literal(text: &'static str) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.0
    }
}

/// Makes an [`Sql`] from a string literal and from nothing else.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {
        $crate::Sql::from_literal($text)
    };
}

/// Declares newtypes over `i64` row ids that cannot be mixed up.
///
/// Each gets `Display` and `FromStr` (plain decimal, no sign, no leading zero), serde and the SQLite conversions.
#[macro_export]
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Wraps a row id read from the base.
            #[must_use]
            pub const fn from_row(id: i64) -> Self {
                Self(id)
            }

            /// The row id.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::BadId;

            fn from_str(text: &str) -> Result<Self, $crate::BadId> {
                $crate::parse_id(text).map(Self)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    )+};
}

/// The text was not a row id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct BadId;

/// Reads a row id: one to eighteen decimal digits, no sign, no leading zero (bad inputs B4).
///
/// # Errors
/// [`BadId`] for anything else.
pub fn parse_id(text: &str) -> Result<i64, BadId> {
    let plain = (1..=18).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0');
    if plain { text.parse().map_err(|_| BadId) } else { Err(BadId) }
}

#[cfg(test)]
mod tests {
    use super::parse_id;

    #[test]
    fn only_plain_positive_decimals_are_ids() {
        assert_eq!(parse_id("7"), Ok(7));
        for bad in ["", "0", "-1", "01", " 1", "1e3", "1,2", "9223372036854775808", "1%00", "٣", "null"] {
            assert!(parse_id(bad).is_err(), "{bad:?}");
        }
    }
}
