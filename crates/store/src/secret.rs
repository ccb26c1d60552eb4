//! Keys the server made for itself: the base holds them sealed under the server key, so a copy of the base alone
//! gives none of them away (ARC-18).

use rusqlite::params;

use crate::{Error, ReadTx, Sql, UtcInstant, WriteTx};

impl ReadTx<'_> {
    /// The sealed bytes kept under a name; [`crate::ServerKey::open`] opens them.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the base cannot be read.
    pub fn find_secret(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.find(Sql::from_literal("SELECT sealed FROM store_secret WHERE name = ?1"), [name], |row| {
            row.get(0)
        })
    }
}

impl WriteTx<'_> {
    /// Keeps bytes that [`crate::ServerKey::seal`] made; those kept before under the name are gone.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn keep_secret(&mut self, now: UtcInstant, name: &str, sealed: &[u8]) -> Result<(), Error> {
        self.execute(
            Sql::from_literal(
                "INSERT INTO store_secret (name, sealed, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, at = excluded.at",
            ),
            params![name, sealed, now],
        )?;
        Ok(())
    }
}
