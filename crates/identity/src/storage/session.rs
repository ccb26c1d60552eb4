use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{VkAccountId, VkSession};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    created: UtcInstant,
    now: UtcInstant,
    account: VkAccountId,
    reference: &[u8; 32],
    address: &str,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO identity_session (reference, account, created, seen, address) VALUES (?1, ?2, ?3, ?4, ?5)"
        ),
        params![reference.as_slice(), account, created, now, address],
    )?;
    Ok(())
}

pub(crate) fn find(tx: &ReadTx<'_>, reference: &[u8; 32]) -> Result<Option<VkSession>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, account, created, seen, address FROM identity_session
             WHERE reference = ?1 AND ended IS NULL"
        ),
        [reference.as_slice()],
        |row| {
            Ok(VkSession {
                id: row.get("id")?,
                account: row.get("account")?,
                created: row.get("created")?,
                seen: row.get("seen")?,
                address: row.get("address")?,
            })
        },
    )
}

pub(crate) fn end_by_reference(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    reference: &[u8; 32],
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_session SET ended = ?2 WHERE reference = ?1 AND ended IS NULL"),
        params![reference.as_slice(), now],
    )?;
    Ok(())
}

pub(crate) fn end_of(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_session SET ended = ?2 WHERE account = ?1 AND ended IS NULL"),
        params![account, now],
    )?;
    Ok(())
}

pub(crate) fn purge(tx: &mut WriteTx<'_>, before: UtcInstant) -> Result<usize, store::Error> {
    tx.execute(sql!("DELETE FROM identity_session WHERE COALESCE(ended, seen) < ?1"), [before])
}
