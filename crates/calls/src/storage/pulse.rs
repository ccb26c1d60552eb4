use store::{ReadTx, UtcInstant, WriteTx, sql};

pub(crate) fn find(tx: &ReadTx<'_>) -> Result<Option<UtcInstant>, store::Error> {
    tx.find(sql!("SELECT at FROM calls_pulse WHERE only = 1"), [], |row| row.get(0))
}

pub(crate) fn put(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO calls_pulse (only, at) VALUES (1, ?1) ON CONFLICT (only) DO UPDATE SET at = excluded.at"
        ),
        [now],
    )?;
    Ok(())
}
