use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::ConversationId;

/// Open pins from a number on, the last pinned first.
pub(crate) fn open(tx: &ReadTx<'_>, conv: ConversationId, from: i64) -> Result<Vec<i64>, store::Error> {
    tx.list(
        sql!(
            "SELECT seq FROM messenger_pin WHERE conv = ?1 AND unpinned_g IS NULL AND seq >= ?2
             ORDER BY pinned_g DESC, seq DESC"
        ),
        params![conv, from],
        |row| row.get(0),
    )
}

/// How many pins a chat has; a deleted message is none, for nobody sees it there.
pub(crate) fn count(tx: &ReadTx<'_>, conv: ConversationId) -> Result<u32, store::Error> {
    tx.load(
        sql!(
            "SELECT COUNT(*) FROM messenger_pin p JOIN messenger_message m ON m.conv = p.conv AND m.seq = p.seq
             WHERE p.conv = ?1 AND p.unpinned_g IS NULL AND m.deleted_g IS NULL"
        ),
        [conv],
        |row| row.get(0),
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    seq: i64,
    person: PersonId,
) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(
        sql!("INSERT INTO messenger_pin (conv, seq, pinned_g, pinned_by, ts) VALUES (?1, ?2, ?3, ?4, ?5)"),
        params![conv, seq, g, person, now],
    )?;
    Ok(())
}

pub(crate) fn close(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    seq: i64,
    person: PersonId,
) -> Result<bool, store::Error> {
    let g = tx.g();
    let count = tx.execute(
        sql!(
            "UPDATE messenger_pin SET unpinned_g = ?3, unpinned_by = ?4
             WHERE conv = ?1 AND seq = ?2 AND unpinned_g IS NULL"
        ),
        params![conv, seq, g, person],
    )?;
    Ok(count == 1)
}
