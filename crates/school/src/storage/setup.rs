use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

pub(crate) fn replace(
    tx: &mut WriteTx<'_>,
    token: &[u8; 32],
    expires: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_setup WHERE used IS NULL"), [])?;
    tx.execute(
        sql!("INSERT INTO school_setup (token, expires) VALUES (?1, ?2)"),
        params![token.as_slice(), expires],
    )?;
    Ok(())
}

pub(crate) fn is_open(tx: &ReadTx<'_>, token: &[u8; 32], now: UtcInstant) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT EXISTS (SELECT 1 FROM school_setup WHERE token = ?1 AND used IS NULL AND expires > ?2)"),
        params![token.as_slice(), now],
        |row| row.get(0),
    )
}

pub(crate) fn take(tx: &mut WriteTx<'_>, token: &[u8; 32], now: UtcInstant) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE school_setup SET used = ?2 WHERE token = ?1 AND used IS NULL AND expires > ?2"),
        params![token.as_slice(), now],
    )?;
    Ok(count == 1)
}
