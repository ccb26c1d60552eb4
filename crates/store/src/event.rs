//! The event log: what happened, in the order of commits, by ids only (ARC-12, STY-R10).

use std::borrow::Cow;
use std::sync::Arc;

use rusqlite::params;

use crate::{Error, ReadTx, Sql, UtcInstant, WriteTx};

/// An event to be appended by the command that causes it.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What kind of thing the scope is, e.g. `conversation`, `person`, `course`; opaque here.
    pub scope_kind: &'static str,
    /// The scope's row id.
    pub scope_id: i64,
    /// The event's kind, e.g. `message`.
    pub kind: &'static str,
    /// The row the event is about.
    pub reference: i64,
    /// Further ids and numbers as a JSON object; never contents (MSG-I25).
    pub data: String,
}

/// A committed event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The number of the command that caused it.
    pub g: i64,
    /// Its place within the command, from 1.
    pub n: i64,
    /// What kind of thing the scope is.
    pub scope_kind: Cow<'static, str>,
    /// The scope's row id.
    pub scope_id: i64,
    /// The event's kind.
    pub kind: Cow<'static, str>,
    /// The row the event is about.
    pub reference: i64,
    /// Further ids and numbers as a JSON object.
    pub data: String,
    /// What an open page shows at once, in memory only: present in a fresh commit, absent when read back.
    pub live: Option<Arc<str>>,
}

/// What one COMMIT made durable: the events of all its commands, in order.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The number of the last command in it.
    pub g: i64,
    /// Its events in the order of (g, n).
    pub events: Vec<Event>,
}

impl WriteTx<'_> {
    /// Appends an event; it leaves the process only after the commit.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn emit(&mut self, now: UtcInstant, event: NewEvent) -> Result<(), Error> {
        self.append_event(now, event, None)
    }

    /// As [`WriteTx::emit`], with contents that ride along in memory, so that nothing is read after the commit.
    /// They are never stored (MSG-I25).
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn emit_live(&mut self, now: UtcInstant, event: NewEvent, live: Arc<str>) -> Result<(), Error> {
        self.append_event(now, event, Some(live))
    }

    fn append_event(
        &mut self,
        now: UtcInstant,
        event: NewEvent,
        live: Option<Arc<str>>,
    ) -> Result<(), Error> {
        let g = self.g();
        let n = i64::try_from(self.events.len()).map_or(i64::MAX, |len| len + 1);
        self.execute(
            Sql::from_literal(
                "INSERT INTO store_event (g, n, scope_kind, scope_id, kind, ref, data, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            ),
            params![g, n, event.scope_kind, event.scope_id, event.kind, event.reference, event.data, now],
        )?;
        self.events.push(Event {
            g,
            n,
            scope_kind: Cow::Borrowed(event.scope_kind),
            scope_id: event.scope_id,
            kind: Cow::Borrowed(event.kind),
            reference: event.reference,
            data: event.data,
            live,
        });
        Ok(())
    }

    /// Drops events older than `before`; cursors below the new floor get a reset.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn forget_events(&mut self, before: UtcInstant) -> Result<usize, Error> {
        let floor: Option<i64> =
            self.load(Sql::from_literal("SELECT MAX(g) FROM store_event WHERE at < ?1"), [before], |row| {
                row.get(0)
            })?;
        let Some(floor) = floor else { return Ok(0) };
        self.execute(
            Sql::from_literal(
                "INSERT INTO store_meta (key, value) VALUES ('event_floor', ?1)
                               ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            ),
            [floor.to_string()],
        )?;
        self.execute(Sql::from_literal("DELETE FROM store_event WHERE g <= ?1"), [floor])
    }
}

impl ReadTx<'_> {
    /// The highest number whose events may have been forgotten; a cursor at or above it can resume.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn event_floor(&self) -> Result<i64, Error> {
        let floor = self.find(
            Sql::from_literal("SELECT CAST(value AS INTEGER) FROM store_meta WHERE key = 'event_floor'"),
            [],
            |row| row.get(0),
        )?;
        Ok(floor.unwrap_or(0))
    }

    /// The events of one scope with `after < g <= upto`, oldest first, at most `limit` rows.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn events_of(
        &self,
        scope_kind: &str,
        scope_id: i64,
        after: i64,
        upto: i64,
        limit: u32,
    ) -> Result<Vec<Event>, Error> {
        self.list(
            Sql::from_literal(
                "SELECT g, n, scope_kind, scope_id, kind, ref, data FROM store_event
                 WHERE scope_kind = ?1 AND scope_id = ?2 AND g > ?3 AND g <= ?4
                 ORDER BY g, n LIMIT ?5",
            ),
            params![scope_kind, scope_id, after, upto, limit],
            |row| {
                Ok(Event {
                    g: row.get(0)?,
                    n: row.get(1)?,
                    scope_kind: Cow::Owned(row.get(2)?),
                    scope_id: row.get(3)?,
                    kind: Cow::Owned(row.get(4)?),
                    reference: row.get(5)?,
                    data: row.get(6)?,
                    live: None,
                })
            },
        )
    }

    /// The file's epoch: 128 random bits in hexadecimal, new after each restore.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn epoch(&self) -> Result<String, Error> {
        self.load(Sql::from_literal("SELECT value FROM store_meta WHERE key = 'epoch'"), [], |row| row.get(0))
    }
}
