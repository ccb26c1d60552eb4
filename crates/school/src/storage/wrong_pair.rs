use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

pub(crate) fn count(tx: &ReadTx<'_>, scope: &str, since: UtcInstant) -> Result<u32, store::Error> {
    tx.load(
        sql!("SELECT COUNT(*) FROM school_wrong_pair WHERE scope = ?1 AND at > ?2"),
        params![scope, since],
        |row| row.get(0),
    )
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, scope: &str, at: UtcInstant) -> Result<(), store::Error> {
    tx.execute(sql!("INSERT INTO school_wrong_pair (scope, at) VALUES (?1, ?2)"), params![scope, at])?;
    Ok(())
}

pub(crate) fn purge(tx: &mut WriteTx<'_>, before: UtcInstant) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_wrong_pair WHERE at <= ?1"), [before])?;
    Ok(())
}

pub(crate) fn clear(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_wrong_pair"), [])?;
    Ok(())
}
