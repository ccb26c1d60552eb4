//! Transactions as arguments: reads take [`ReadTx`], writes take [`WriteTx`] (ARC-3).

use std::cell::RefCell;
use std::marker::PhantomData;
use std::ops::Deref;

use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use crate::event::Event;
use crate::{Error, Sql};

/// A consistent view of the base.
///
/// The lifetime brands everything that was proven inside the transaction (ARC-7): it is invariant, so a proof made
/// in one transaction cannot be used in another.
pub struct ReadTx<'t> {
    conn: &'t Connection,
    /// The statements run, while somebody asks for them.
    heard: RefCell<Option<Vec<Sql>>>,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

impl<'t> ReadTx<'t> {
    pub(crate) fn new(conn: &'t Connection) -> Self {
        Self { conn, heard: RefCell::default(), brand: PhantomData }
    }

    fn prepare(&self, sql: Sql) -> Result<rusqlite::CachedStatement<'t>, Error> {
        if let Some(heard) = &mut *self.heard.borrow_mut() {
            heard.push(sql);
        }
        Ok(self.conn.prepare_cached(sql.text())?)
    }

    /// What `run` answers, and the statements it runs: for the query-plan snapshots.
    pub fn statements_of<T>(&self, run: impl FnOnce(&Self) -> T) -> (T, Vec<Sql>) {
        self.heard.replace(Some(Vec::new()));
        let answer = run(self);
        (answer, self.heard.take().unwrap_or_default())
    }

    /// Runs a query and maps each row.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the statement or a row's conversion fails.
    pub fn list<T>(
        &self,
        sql: Sql,
        params: impl Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.prepare(sql)?;
        let rows = statement.query_map(params, map)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Runs a query of at most one row.
    ///
    /// # Errors
    /// As [`ReadTx::list`].
    pub fn find<T>(
        &self,
        sql: Sql,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.prepare(sql)?;
        Ok(statement.query_row(params, map).optional()?)
    }

    /// Runs a query of exactly one row.
    ///
    /// # Errors
    /// [`Error::NoRow`] when there is none.
    pub fn load<T>(
        &self,
        sql: Sql,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.find(sql, params, map)?.ok_or(Error::NoRow)
    }

    /// The number of the last command committed before this view.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the base cannot be read.
    pub fn last_g(&self) -> Result<i64, Error> {
        self.load(
            Sql::from_literal("SELECT CAST(value AS INTEGER) FROM store_meta WHERE key = 'g'"),
            [],
            |row| row.get(0),
        )
    }

    /// Every table with its indexes and triggers after it: name of the table, name of the object, its statement. For the
    /// snapshot of the schema.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the base cannot be read.
    pub fn objects(&self) -> Result<Vec<[String; 3]>, Error> {
        let sql = Sql::from_literal(
            "SELECT tbl_name, name, sql FROM sqlite_schema WHERE sql IS NOT NULL
             ORDER BY tbl_name, type <> 'table', name",
        );
        self.list(sql, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))
    }

    /// The steps SQLite would take for a query, one a line: for the query-plan snapshots.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the statement is not understood.
    pub fn plan(&self, sql: Sql) -> Result<Vec<String>, Error> {
        let mut statement = self.conn.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text()))?;
        let unbound = vec![rusqlite::types::Null; statement.parameter_count()];
        let rows =
            statement.query_map(rusqlite::params_from_iter(unbound), |row| row.get::<_, String>("detail"))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A write command in its own SAVEPOINT of the writer's transaction (ARC-4).
///
/// It lends a [`ReadTx`] by dereferencing. What it writes is durable only when the call that ran it has answered.
pub struct WriteTx<'t> {
    read: ReadTx<'t>,
    g: i64,
    pub(crate) events: Vec<Event>,
    pub(crate) audits: i64,
}

impl<'t> WriteTx<'t> {
    pub(crate) fn new(conn: &'t Connection, g: i64) -> Self {
        Self { read: ReadTx::new(conn), g, events: Vec::new(), audits: 0 }
    }

    /// The number this command will carry when it commits.
    #[must_use]
    pub const fn g(&self) -> i64 {
        self.g
    }

    /// As [`ReadTx::statements_of`], for what writes.
    pub fn statements_of<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Vec<Sql>) {
        self.heard.replace(Some(Vec::new()));
        let answer = run(self);
        (answer, self.heard.take().unwrap_or_default())
    }

    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said; see [`Error::is_constraint`] for refused rows.
    pub fn execute(&mut self, sql: Sql, params: impl Params) -> Result<usize, Error> {
        Ok(self.prepare(sql)?.execute(params)?)
    }

    /// Runs an INSERT and returns the new row's id.
    ///
    /// # Errors
    /// As [`WriteTx::execute`].
    pub fn insert(&mut self, sql: Sql, params: impl Params) -> Result<i64, Error> {
        Ok(self.prepare(sql)?.insert(params)?)
    }

    /// Runs an INSERT, UPDATE or DELETE with a RETURNING clause of at most one row.
    ///
    /// # Errors
    /// As [`WriteTx::execute`].
    pub fn returning<T>(
        &mut self,
        sql: Sql,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.prepare(sql)?;
        Ok(statement.query_row(params, map).optional()?)
    }
}

impl<'t> Deref for WriteTx<'t> {
    type Target = ReadTx<'t>;

    fn deref(&self) -> &ReadTx<'t> {
        &self.read
    }
}
