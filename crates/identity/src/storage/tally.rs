use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};
use time::Duration;

use crate::fence::Tally;

pub(crate) fn count(
    tx: &ReadTx<'_>,
    kind: Tally,
    scope: &str,
    since: UtcInstant,
) -> Result<u32, store::Error> {
    tx.load(
        sql!("SELECT COUNT(*) FROM identity_tally WHERE kind = ?1 AND scope = ?2 AND at > ?3"),
        params![kind.word(), scope, since],
        |row| row.get(0),
    )
}

/// When the window has room again; `None` while it has room.
pub(crate) fn full_until(
    tx: &ReadTx<'_>,
    kind: Tally,
    scope: &str,
    now: UtcInstant,
    window: Duration,
    most: u32,
) -> Result<Option<UtcInstant>, store::Error> {
    let last: Option<UtcInstant> = tx.find(
        sql!(
            "SELECT at FROM identity_tally WHERE kind = ?1 AND scope = ?2 AND at > ?3
             ORDER BY at DESC LIMIT 1 OFFSET ?4"
        ),
        params![kind.word(), scope, now - window, most.saturating_sub(1)],
        |row| row.get(0),
    )?;
    Ok(last.map(|at| at + window))
}

pub(crate) fn newest(tx: &ReadTx<'_>, kind: Tally, scope: &str) -> Result<Option<UtcInstant>, store::Error> {
    tx.find(
        sql!("SELECT at FROM identity_tally WHERE kind = ?1 AND scope = ?2 ORDER BY at DESC LIMIT 1"),
        params![kind.word(), scope],
        |row| row.get(0),
    )
}

pub(crate) fn add(
    tx: &mut WriteTx<'_>,
    kind: Tally,
    scope: &str,
    at: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO identity_tally (kind, scope, at) VALUES (?1, ?2, ?3)"),
        params![kind.word(), scope, at],
    )?;
    Ok(())
}

/// Takes back the one that was counted at a moment.
pub(crate) fn remove(
    tx: &mut WriteTx<'_>,
    kind: Tally,
    scope: &str,
    at: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "DELETE FROM identity_tally WHERE id =
                 (SELECT id FROM identity_tally WHERE kind = ?1 AND scope = ?2 AND at = ?3 LIMIT 1)"
        ),
        params![kind.word(), scope, at],
    )?;
    Ok(())
}

pub(crate) fn purge(tx: &mut WriteTx<'_>, before: UtcInstant) -> Result<usize, store::Error> {
    tx.execute(sql!("DELETE FROM identity_tally WHERE at < ?1"), [before])
}

pub(crate) fn clear(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM identity_tally"), [])?;
    Ok(())
}
