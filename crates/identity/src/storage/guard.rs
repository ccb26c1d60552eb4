use rusqlite::params;
use store::{ReadTx, WriteTx, sql};

use super::{flow_of, flow_word};
use crate::{Flow, LockedPhone, Phone};

pub(crate) fn failed(tx: &ReadTx<'_>, phone: &Phone, flow: Flow) -> Result<u32, store::Error> {
    let failed = tx.find(
        sql!("SELECT failed FROM identity_phone_guard WHERE phone = ?1 AND flow = ?2"),
        params![phone, flow_word(flow)],
        |row| row.get(0),
    )?;
    Ok(failed.unwrap_or(0))
}

/// Counts one more failure before anything is compared; `None` when the phone has had its last.
pub(crate) fn count(
    tx: &mut WriteTx<'_>,
    phone: &Phone,
    flow: Flow,
    most: u32,
) -> Result<Option<u32>, store::Error> {
    tx.returning(
        sql!(
            "INSERT INTO identity_phone_guard (phone, flow, failed) VALUES (?1, ?2, 1)
             ON CONFLICT (phone, flow) DO UPDATE SET failed = failed + 1 WHERE failed < ?3
             RETURNING failed"
        ),
        params![phone, flow_word(flow), most],
        |row| row.get(0),
    )
}

pub(crate) fn reset(tx: &mut WriteTx<'_>, phone: &Phone, flow: Flow) -> Result<(), store::Error> {
    tx.execute(
        sql!("DELETE FROM identity_phone_guard WHERE phone = ?1 AND flow = ?2"),
        params![phone, flow_word(flow)],
    )?;
    Ok(())
}

pub(crate) fn list_locked(tx: &ReadTx<'_>, most: u32) -> Result<Vec<LockedPhone>, store::Error> {
    tx.list(
        sql!("SELECT id, phone, flow FROM identity_phone_guard WHERE failed >= ?1 ORDER BY id"),
        [most],
        |row| {
            let flow: String = row.get("flow")?;
            let phone: Phone = row.get("phone")?;
            Ok(LockedPhone { id: row.get("id")?, masked: phone.masked(), flow: flow_of(&flow)? })
        },
    )
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, id: i64, most: u32) -> Result<(), store::Error> {
    match tx
        .execute(sql!("DELETE FROM identity_phone_guard WHERE id = ?1 AND failed >= ?2"), params![id, most])?
    {
        0 => Err(store::Error::NoRow),
        _ => Ok(()),
    }
}

pub(crate) fn clear(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM identity_phone_guard"), [])?;
    Ok(())
}
