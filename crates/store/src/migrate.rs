//! Migrations of all crates as one refinery history, applied in one transaction (ARC-2).

use refinery::Runner;
use refinery_core::traits::sync::{Migrate, Query, Transaction};
use rusqlite::Connection;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// One migration: its file's stem (`V00NN__<crate>_<what>`) and text.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `V00NN__<crate>_<what>`.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

/// The migrations a program (or a test) knows, in order.
#[derive(Clone, Debug, Default)]
pub struct Schema(Vec<Migration>);

impl Schema {
    /// Joins the migrations of several crates; their numbers give the order.
    #[must_use]
    pub fn join(parts: &[&[Migration]]) -> Self {
        let mut all: Vec<_> = parts.iter().flat_map(|part| part.iter().copied()).collect();
        all.sort_by_key(|migration| migration.name);
        Self(all)
    }

    /// The migrations, by number.
    #[must_use]
    pub fn migrations(&self) -> &[Migration] {
        &self.0
    }

    /// The number of the newest migration; zero without any.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.last().and_then(|last| last.name.get(1..5)).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }

    /// Brings the base to this schema; either all missing migrations are applied, or none.
    pub(crate) fn apply(&self, conn: &mut Connection) -> Result<(), String> {
        let migrations = self
            .0
            .iter()
            .map(|migration| refinery::Migration::unapplied(migration.name, migration.sql))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| error.to_string())?;
        // Grouped: refinery otherwise commits a migration and its history row apart.
        Runner::new(&migrations).set_grouped(true).run(&mut Driver(conn)).map(|_| ()).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            format!("{error} {cause}")
        })
    }
}

/// refinery's own SQLite driver accepts older rusqlite versions only.
struct Driver<'c>(&'c mut Connection);

impl Transaction for Driver<'_> {
    type Error = rusqlite::Error;

    fn execute<'a, T: Iterator<Item = &'a str>>(&mut self, queries: T) -> Result<usize, Self::Error> {
        let tx = self.0.transaction()?;
        let mut count = 0;
        for query in queries {
            tx.execute_batch(query)?;
            count += 1;
        }
        tx.commit()?;
        Ok(count)
    }
}

impl Query<Vec<refinery::Migration>> for Driver<'_> {
    fn query(&mut self, query: &str) -> Result<Vec<refinery::Migration>, Self::Error> {
        let mut statement = self.0.prepare(query)?;
        let rows = statement.query_map([], |row| {
            let applied_on: String = row.get(2)?;
            let checksum: String = row.get(3)?;
            let when = OffsetDateTime::parse(&applied_on, &Rfc3339);
            Ok(refinery::Migration::applied(
                row.get(0)?,
                row.get(1)?,
                when.map_err(|error| unreadable(2, error))?,
                checksum.parse::<u64>().map_err(|error| unreadable(3, error))?,
            ))
        })?;
        rows.collect()
    }
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

impl Migrate for Driver<'_> {}
