use store::{ReadTx, WriteTx, sql};

/// One value that the crate keeps of itself, by its name.
pub(crate) fn find(tx: &ReadTx<'_>, key: &str) -> Result<Option<String>, store::Error> {
    tx.find(sql!("SELECT value FROM messenger_meta WHERE key = ?1"), [key], |row| row.get(0))
}

pub(crate) fn put(tx: &mut WriteTx<'_>, key: &str, value: &str) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_meta (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        ),
        [key, value],
    )?;
    Ok(())
}
