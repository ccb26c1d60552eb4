//! The audit chain: who did what to which object, each row sealed by the hash of the row before (Z7, DIA-I19).

use rusqlite::{Row, params};
use sha2::{Digest as _, Sha256};

use crate::{Error, ReadTx, Sql, UtcInstant, WriteTx};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person's row id; absent for the program itself and for people not signed in.
    pub person: Option<i64>,
    /// The portal session's row id.
    pub session: Option<i64>,
    /// From where: an address, or a word such as `console`, `job`.
    pub address: String,
}

impl Actor {
    /// The program itself, by one of its jobs or subcommands.
    #[must_use]
    pub fn program(place: &str) -> Self {
        Self { person: None, session: None, address: place.to_owned() }
    }
}

/// One deed, to be written in the transaction that does it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Act {
    /// What was done: `crate.noun.verb`.
    pub action: &'static str,
    /// To which object: `kind:id`.
    pub target: String,
    /// The value before, as the owner of the rows writes it.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
    /// The reason a person gave.
    pub reason: Option<String>,
}

impl Act {
    /// Names a deed and its object.
    #[must_use]
    pub fn new(action: &'static str, target_kind: &str, target: impl std::fmt::Display) -> Self {
        Self { action, target: format!("{target_kind}:{target}"), ..Self::default() }
    }

    /// Adds what was and what is.
    #[must_use]
    pub fn change(mut self, before: Option<String>, after: Option<String>) -> Self {
        self.before = before;
        self.after = after;
        self
    }

    /// Adds the reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// A row of the chain as it is shown to those who may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The command's number.
    pub g: i64,
    /// The row's place within the command.
    pub n: i64,
    /// When.
    pub at: UtcInstant,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: String,
    /// To which object.
    pub target: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
    /// The reason given.
    pub reason: Option<String>,
    pub(crate) prev_hash: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

impl AuditRow {
    /// The hash this row must have after `prev`.
    pub(crate) fn digest(&self, prev: &[u8]) -> [u8; 32] {
        let mut sha = Sha256::new();
        let mut field = |bytes: Option<&[u8]>| match bytes {
            // Lengths keep neighbouring fields apart; an absent field differs from an empty one.
            Some(bytes) => {
                sha.update([1]);
                sha.update((bytes.len() as u64).to_le_bytes());
                sha.update(bytes);
            }
            None => sha.update([0]),
        };
        field(Some(prev));
        field(Some(&self.g.to_le_bytes()));
        field(Some(&self.n.to_le_bytes()));
        field(Some(&self.at.millis().to_le_bytes()));
        field(self.actor.person.map(i64::to_le_bytes).as_ref().map(<[u8; 8]>::as_slice));
        field(self.actor.session.map(i64::to_le_bytes).as_ref().map(<[u8; 8]>::as_slice));
        field(Some(self.actor.address.as_bytes()));
        field(Some(self.action.as_bytes()));
        field(Some(self.target.as_bytes()));
        field(self.before.as_deref().map(str::as_bytes));
        field(self.after.as_deref().map(str::as_bytes));
        field(self.reason.as_deref().map(str::as_bytes));
        sha.finalize().into()
    }

    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            g: row.get("g")?,
            n: row.get("n")?,
            at: row.get("at")?,
            actor: Actor {
                person: row.get("actor")?,
                session: row.get("session")?,
                address: row.get("address")?,
            },
            action: row.get("action")?,
            target: row.get("target")?,
            before: row.get("before")?,
            after: row.get("after")?,
            reason: row.get("reason")?,
            prev_hash: row.get("prev_hash")?,
            hash: row.get("hash")?,
        })
    }
}

/// The newest rows of the chain and whether older ones follow.
#[derive(Clone, Debug)]
pub struct AuditTail {
    /// Newest first.
    pub rows: Vec<AuditRow>,
    /// Whether there are older rows.
    pub more: bool,
}

impl WriteTx<'_> {
    /// Appends one row to the chain.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn audit(&mut self, now: UtcInstant, actor: &Actor, act: Act) -> Result<(), Error> {
        let prev_hash = self
            .find(
                Sql::from_literal("SELECT hash FROM store_audit ORDER BY g DESC, n DESC LIMIT 1"),
                [],
                |row| row.get::<_, Vec<u8>>(0),
            )?
            .unwrap_or_default();
        self.audits += 1;
        let mut row = AuditRow {
            g: self.g(),
            n: self.audits,
            at: now,
            actor: actor.clone(),
            action: act.action.to_owned(),
            target: act.target,
            before: act.before,
            after: act.after,
            reason: act.reason,
            prev_hash,
            hash: Vec::new(),
        };
        row.hash = row.digest(&row.prev_hash).to_vec();
        self.execute(
            Sql::from_literal(
                "INSERT INTO store_audit
                     (g, n, at, actor, session, address, action, target, before, after, reason, prev_hash, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            ),
            params![
                row.g, row.n, row.at, row.actor.person, row.actor.session, row.actor.address, row.action, row.target,
                row.before, row.after, row.reason, row.prev_hash, row.hash
            ],
        )?;
        Ok(())
    }
}

impl ReadTx<'_> {
    /// The newest `limit` rows older than the cursor `(g, n)`; the owner of the route has asked for the right.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn audit_tail(&self, before: Option<(i64, i64)>, limit: u32) -> Result<AuditTail, Error> {
        self.audit_tail_of(&[], before, limit)
    }

    /// As [`ReadTx::audit_tail`], of deeds in these areas only: the beginnings of their words, as `school.import.`. No
    /// area given means all. Reads back as far as it must, so it belongs away from the threads that serve sockets.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn audit_tail_of(
        &self,
        areas: &[&'static str],
        before: Option<(i64, i64)>,
        limit: u32,
    ) -> Result<AuditTail, Error> {
        let (g, n) = before.unwrap_or((i64::MAX, i64::MAX));
        let quoted: Vec<String> = areas.iter().map(|area| format!("\"{area}\"")).collect();
        let mut rows = self.list(
            Sql::from_literal(
                "SELECT g, n, at, actor, session, address, action, target, before, after, reason, prev_hash, hash
                 FROM store_audit
                 WHERE (g, n) < (?1, ?2)
                   AND (?4 = '[]'
                        OR EXISTS (SELECT 1 FROM json_each(?4) WHERE substr(action, 1, length(value)) = value))
                 ORDER BY g DESC, n DESC LIMIT ?3",
            ),
            params![g, n, i64::from(limit) + 1, format!("[{}]", quoted.join(","))],
            AuditRow::read,
        )?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok(AuditTail { rows, more })
    }

    /// How many rows the chain has.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn audit_len(&self) -> Result<i64, Error> {
        self.load(Sql::from_literal("SELECT COUNT(*) FROM store_audit"), [], |row| row.get(0))
    }
}
