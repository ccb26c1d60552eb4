use rusqlite::{Row, params};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{VkAccountId, VkSession, VkSessionId};

pub(crate) struct NewSession<'a> {
    pub(crate) reference: &'a [u8; 32],
    pub(crate) account: VkAccountId,
    pub(crate) created: UtcInstant,
    pub(crate) seen: UtcInstant,
    pub(crate) address: &'a str,
    pub(crate) device: &'a str,
    pub(crate) proved: Option<UtcInstant>,
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, new: &NewSession<'_>) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO identity_session (reference, account, created, seen, address, device, proved)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        ),
        params![
            new.reference.as_slice(),
            new.account,
            new.created,
            new.seen,
            new.address,
            new.device,
            new.proved
        ],
    )?;
    Ok(())
}

fn session_of(row: &Row<'_>) -> rusqlite::Result<VkSession> {
    Ok(VkSession {
        id: row.get("id")?,
        account: row.get("account")?,
        created: row.get("created")?,
        seen: row.get("seen")?,
        address: row.get("address")?,
        device: row.get("device")?,
        proved: row.get("proved")?,
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, reference: &[u8; 32]) -> Result<Option<VkSession>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, account, created, seen, address, device, proved FROM identity_session
             WHERE reference = ?1 AND ended IS NULL"
        ),
        [reference.as_slice()],
        session_of,
    )
}

pub(crate) fn list(tx: &ReadTx<'_>, account: VkAccountId) -> Result<Vec<VkSession>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, account, created, seen, address, device, proved FROM identity_session
             WHERE account = ?1 AND ended IS NULL ORDER BY seen DESC, id DESC"
        ),
        [account],
        session_of,
    )
}

/// Whether a session, ended or not, is the account's.
pub(crate) fn is_of(tx: &ReadTx<'_>, account: VkAccountId, id: VkSessionId) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT EXISTS (SELECT 1 FROM identity_session WHERE id = ?2 AND account = ?1)"),
        params![account, id],
        |row| row.get(0),
    )
}

pub(crate) fn touch(tx: &mut WriteTx<'_>, now: UtcInstant, id: VkSessionId) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_session SET seen = ?2 WHERE id = ?1 AND ended IS NULL AND seen < ?2"),
        params![id, now],
    )?;
    Ok(())
}

/// Notes a proof, under a new name.
pub(crate) fn prove(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    id: VkSessionId,
    reference: &[u8; 32],
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_session SET reference = ?3, proved = ?2 WHERE id = ?1 AND ended IS NULL"),
        params![id, now, reference.as_slice()],
    )?;
    Ok(())
}

/// Ends one session; false when it has ended.
pub(crate) fn end(tx: &mut WriteTx<'_>, now: UtcInstant, id: VkSessionId) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE identity_session SET ended = ?2 WHERE id = ?1 AND ended IS NULL"),
        params![id, now],
    )?;
    Ok(count == 1)
}

/// Ends the sessions of an account but one.
pub(crate) fn end_others(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    kept: VkSessionId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_session SET ended = ?3 WHERE account = ?1 AND id <> ?2 AND ended IS NULL"),
        params![account, kept, now],
    )?;
    Ok(())
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
