use rusqlite::{Row, params};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{Device, PersonId, SignInOutcome, SignInRow, SignInWay};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    device: &Device,
    way: &str,
    outcome: &str,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO school_sign_in (person, at, address, device, way, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![person, now, device.address, device.name, way, outcome],
    )?;
    Ok(())
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<SignInRow> {
    let (way, outcome): (String, String) = (row.get("way")?, row.get("outcome")?);
    Ok(SignInRow {
        id: row.get("id")?,
        at: row.get("at")?,
        device: Device { address: row.get("address")?, name: row.get("device")? },
        way: SignInWay::from_word(&way).ok_or_else(|| super::bad_word("way of signing in"))?,
        outcome: SignInOutcome::from_word(&outcome)
            .ok_or_else(|| super::bad_word("outcome of signing in"))?,
    })
}

pub(crate) fn list(
    tx: &ReadTx<'_>,
    person: PersonId,
    before: i64,
    limit: u32,
) -> Result<Vec<SignInRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, at, address, device, way, outcome FROM school_sign_in
             WHERE person = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3"
        ),
        params![person, before, limit],
        row_of,
    )
}

/// Whether somebody entered from a device before a moment.
pub(crate) fn has_come(
    tx: &ReadTx<'_>,
    person: PersonId,
    device: &Device,
    before: UtcInstant,
) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM school_sign_in WHERE person = ?1 AND at < ?2 AND address = ?3
                            AND device = ?4 AND outcome = 'entered')"
        ),
        params![person, before, device.address, device.name],
        |row| row.get(0),
    )
}

pub(crate) fn purge(tx: &mut WriteTx<'_>, before: UtcInstant) -> Result<usize, store::Error> {
    tx.execute(sql!("DELETE FROM school_sign_in WHERE at < ?1"), [before])
}
