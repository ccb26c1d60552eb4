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
    let mut findings = Vec::new();
    // On a damaged page a pragma may break off in the middle; what it said before counts, and so does the break.
    let mut ask = |pragma: &str, say: fn(&rusqlite::Row<'_>) -> rusqlite::Result<Option<String>>| {
        let told = conn.prepare(pragma).and_then(|mut lines| {
            for line in lines.query_map([], say)? {
                findings.extend(line?.map(|text| Finding { text }));
            }
            Ok(())
        });
        if let Err(error) = told {
            findings.push(Finding { text: format!("{pragma}: {error}") });
        }
    };
    ask("PRAGMA integrity_check(100)", |row| Ok(Some(row.get::<_, String>(0)?).filter(|text| text != "ok")));
    ask("PRAGMA foreign_key_check", |row| {
        let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Some(format!("{table} row {id:?}: no {parent}")))
    });
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
        );
        let page = match page {
            Ok(page) => page,
            // A text that is no text any more cannot be walked over; the rows behind it are not looked at.
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                findings.push(Finding { text: format!("audit row after ({g}, {n}) is unreadable: {cause}") });
                return Ok(());
            }
        };
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
