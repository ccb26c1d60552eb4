use rusqlite::{Row, params};
use store::{ReadTx, WriteTx, sql};

use crate::{Subject, SubjectId};

fn subject_of(row: &Row<'_>) -> rusqlite::Result<Subject> {
    Ok(Subject { id: row.get(0)?, name: row.get(1)?, short_name: row.get(2)? })
}

pub(crate) fn list(tx: &ReadTx<'_>) -> Result<Vec<Subject>, store::Error> {
    tx.list(sql!("SELECT id, name, short_name FROM school_subject ORDER BY id"), [], subject_of)
}

pub(crate) fn load(tx: &ReadTx<'_>, id: SubjectId) -> Result<Subject, store::Error> {
    tx.load(sql!("SELECT id, name, short_name FROM school_subject WHERE id = ?1"), [id], subject_of)
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, name: &str, short_name: &str) -> Result<SubjectId, store::Error> {
    tx.insert(
        sql!("INSERT INTO school_subject (name, short_name) VALUES (?1, ?2)"),
        params![name, short_name],
    )
    .map(SubjectId::from_row)
}
