use rusqlite::params;
use school::PersonId;
use store::{ReadTx, WriteTx, sql};

use super::meta;

pub(crate) fn is_required(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    Ok(meta::find(tx, "require_link")?.as_deref() != Some("0"))
}

pub(crate) fn set_required(tx: &mut WriteTx<'_>, required: bool) -> Result<(), store::Error> {
    meta::put(tx, "require_link", if required { "1" } else { "0" })
}

pub(crate) fn holds(tx: &ReadTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM messenger_access WHERE person = ?1)
                 OR EXISTS (SELECT 1 FROM messenger_meta WHERE key = 'require_link' AND value = '0')"
        ),
        [person],
        |row| row.get(0),
    )
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    let g = tx.g();
    let count = tx.execute(
        sql!("INSERT INTO messenger_access (person, g) VALUES (?1, ?2) ON CONFLICT (person) DO NOTHING"),
        params![person, g],
    )?;
    Ok(count == 1)
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    Ok(tx.execute(sql!("DELETE FROM messenger_access WHERE person = ?1"), [person])? == 1)
}
