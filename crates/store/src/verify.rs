//! Looking for damage: the pages (`check`), the audit chain and the digests of files (`verify`).

use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::audit::AuditRow;
use crate::{Error, ReadTx, Schema, Sql, StartError, file};

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What, where; for logs and for the console.
    pub text: String,
}

/// Reads every page and every foreign key of the base; changes nothing.
///
/// # Errors
/// [`StartError`] when the file cannot be opened at all.
pub fn check(path: &Path, schema: &Schema) -> Result<Vec<Finding>, StartError> {
    file::inspect(path, schema)?;
    let conn = file::open_reader(path)?;
    let sqlite = |cause| StartError::from_sqlite(path, cause);
    let mut findings = Vec::new();
    let mut lines = conn.prepare("PRAGMA integrity_check(100)").map_err(sqlite)?;
    let rows = lines.query_map([], |row| row.get::<_, String>(0)).map_err(sqlite)?;
    for line in rows {
        let text = line.map_err(sqlite)?;
        if text != "ok" {
            findings.push(Finding { text });
        }
    }
    let mut keys = conn.prepare("PRAGMA foreign_key_check").map_err(sqlite)?;
    let rows = keys
        .query_map([], |row| {
            Ok(format!(
                "{} row {:?}: no {}",
                row.get::<_, String>(0)?,
                row.get::<_, Option<i64>>(1)?,
                row.get::<_, String>(2)?
            ))
        })
        .map_err(sqlite)?;
    for line in rows {
        findings.push(Finding { text: line.map_err(sqlite)? });
    }
    Ok(findings)
}

impl ReadTx<'_> {
    /// Reads the pages without the cross-checks of indexes; for the server's own look after it has started (R10).
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn quick_check(&self) -> Result<Vec<Finding>, Error> {
        let lines =
            self.list(Sql::from_literal("PRAGMA quick_check(10)"), [], |row| row.get::<_, String>(0))?;
        Ok(lines.into_iter().filter(|line| line != "ok").map(|text| Finding { text }).collect())
    }
}

/// Walks the audit chain and the digests of complete files (MSG-N14).
///
/// # Errors
/// [`Error`] by what SQLite said.
pub fn verify(tx: &ReadTx<'_>) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    verify_chain(tx, &mut findings)?;
    verify_blobs(tx, &mut findings)?;
    Ok(findings)
}

fn verify_chain(tx: &ReadTx<'_>, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let mut prev: Vec<u8> = Vec::new();
    let (mut g, mut n) = (-1_i64, -1_i64);
    loop {
        let page = tx.list(
            Sql::from_literal(
                "SELECT g, n, at, actor, session, address, action, target, before, after, reason, prev_hash, hash
                 FROM store_audit WHERE (g, n) > (?1, ?2) ORDER BY g, n LIMIT 1000",
            ),
            [g, n],
            AuditRow::read,
        )?;
        let Some(last) = page.last() else { return Ok(()) };
        (g, n) = (last.g, last.n);
        for row in page {
            if row.prev_hash != prev || row.hash != row.digest(&prev) {
                findings.push(Finding {
                    text: format!("audit row ({}, {}) does not follow from the row before", row.g, row.n),
                });
            }
            prev = row.hash;
        }
    }
}

fn verify_blobs(tx: &ReadTx<'_>, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let blobs = tx.list(
        Sql::from_literal("SELECT id, sha256 FROM store_blob WHERE state IN ('ready', 'held') ORDER BY id"),
        [],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)),
    )?;
    for (id, sha256) in blobs {
        let chunks = tx.list(
            Sql::from_literal("SELECT n FROM store_blob_chunk WHERE blob = ?1 ORDER BY n"),
            [id],
            |row| row.get::<_, i64>(0),
        )?;
        let mut sha = Sha256::new();
        for n in chunks {
            sha.update(tx.load(
                Sql::from_literal("SELECT bytes FROM store_blob_chunk WHERE blob = ?1 AND n = ?2"),
                [id, n],
                |row| row.get::<_, Vec<u8>>(0),
            )?);
        }
        if sha.finalize().as_slice() != sha256 {
            findings.push(Finding { text: format!("file {id} differs from its digest") });
        }
    }
    Ok(())
}
