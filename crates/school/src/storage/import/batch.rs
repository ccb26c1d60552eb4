use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::import::{BatchRow, ImportRow, RowKind};
use crate::storage::bad_word;
use crate::{ImportId, Touched};

pub(crate) fn insert(tx: &mut WriteTx<'_>, now: UtcInstant, folder: &str) -> Result<ImportId, store::Error> {
    tx.insert(
        sql!("INSERT INTO school_import (at, folder, added, changed) VALUES (?1, ?2, 0, 0)"),
        params![now, folder],
    )
    .map(ImportId::from_row)
}

pub(crate) fn insert_row(
    tx: &mut WriteTx<'_>,
    import: ImportId,
    n: i64,
    kind: RowKind,
    row: i64,
    change: Option<(&str, &str)>,
) -> Result<(), store::Error> {
    let (before, after) = change.unzip();
    tx.execute(
        sql!(
            "INSERT INTO school_import_row (import, n, kind, row_id, before, after)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![import, n, kind.word(), row, before, after],
    )?;
    Ok(())
}

pub(crate) fn set_counts(
    tx: &mut WriteTx<'_>,
    import: ImportId,
    added: usize,
    changed: usize,
) -> Result<(), store::Error> {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    tx.execute(
        sql!("UPDATE school_import SET added = ?2, changed = ?3 WHERE id = ?1"),
        params![import, number(added), number(changed)],
    )?;
    Ok(())
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, import: ImportId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_import WHERE id = ?1"), [import])?;
    Ok(())
}

pub(crate) fn list(tx: &ReadTx<'_>) -> Result<Vec<ImportRow>, store::Error> {
    tx.list(
        sql!("SELECT id, at, folder, added, changed, undone_at FROM school_import ORDER BY id DESC"),
        [],
        |row| {
            Ok(ImportRow {
                id: row.get(0)?,
                at: row.get(1)?,
                folder: row.get(2)?,
                added: row.get(3)?,
                changed: row.get(4)?,
                undone_at: row.get(5)?,
            })
        },
    )
}

/// The rows of a batch, the last first.
pub(crate) fn rows(tx: &ReadTx<'_>, import: ImportId) -> Result<Vec<BatchRow>, store::Error> {
    tx.list(
        sql!("SELECT kind, row_id, before, after FROM school_import_row WHERE import = ?1 ORDER BY n DESC"),
        [import],
        |row| {
            let kind: String = row.get(0)?;
            let before: Option<String> = row.get(2)?;
            Ok(BatchRow {
                kind: RowKind::from_word(&kind).ok_or_else(|| bad_word("import row"))?,
                row: row.get(1)?,
                change: before.zip(row.get::<_, Option<String>>(3)?),
            })
        },
    )
}

pub(crate) fn set_undone(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    import: ImportId,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE school_import SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL"),
        params![import, now],
    )?;
    Ok(count == 1)
}

/// The people and groups that a changed row concerns.
pub(crate) fn concerns(tx: &ReadTx<'_>, kind: RowKind, row: i64) -> Result<Vec<Touched>, store::Error> {
    let person = |row: &rusqlite::Row<'_>| row.get(0).map(Touched::Person);
    match kind {
        RowKind::Person => Ok(vec![Touched::Person(crate::PersonId::from_row(row))]),
        RowKind::Grant => tx.list(sql!("SELECT person FROM school_role_grant WHERE id = ?1"), [row], person),
        RowKind::Membership => {
            tx.list(sql!("SELECT person FROM school_membership WHERE id = ?1"), [row], person)
        }
        RowKind::Teaching => tx.list(sql!("SELECT person FROM school_teaching WHERE id = ?1"), [row], person),
        RowKind::Guardianship => tx.list(
            sql!(
                "SELECT adult FROM school_guardianship WHERE id = ?1
                 UNION SELECT child FROM school_guardianship WHERE id = ?1"
            ),
            [row],
            person,
        ),
        RowKind::Year
        | RowKind::Term
        | RowKind::DaysOff
        | RowKind::ClassGroup
        | RowKind::Subgroup
        | RowKind::Account
        | RowKind::Subject
        | RowKind::Bells
        | RowKind::MarksClose
        | RowKind::Timetable => Ok(Vec::new()),
    }
}
