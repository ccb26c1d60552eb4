//! What a base was made for: a word its maker leaves in it, so that a base for play is never taken for a real one.

use crate::{Error, ReadTx, Sql, WriteTx};

impl ReadTx<'_> {
    /// The word; `None` for an ordinary base.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the base cannot be read.
    pub fn purpose(&self) -> Result<Option<String>, Error> {
        self.find(Sql::from_literal("SELECT value FROM store_meta WHERE key = 'purpose'"), [], |row| {
            row.get(0)
        })
    }
}

impl WriteTx<'_> {
    /// Leaves the word, for good.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said; a second word is refused as a constraint.
    pub fn set_purpose(&mut self, purpose: &str) -> Result<(), Error> {
        self.execute(
            Sql::from_literal("INSERT INTO store_meta (key, value) VALUES ('purpose', ?1)"),
            [purpose],
        )?;
        Ok(())
    }
}
