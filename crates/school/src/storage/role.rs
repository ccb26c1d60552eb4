use rusqlite::params;
use store::{ReadTx, WriteTx, sql};
use time::Date;

use crate::{ClassGroupId, PersonId, Role, RoleGrant};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    person: PersonId,
    role: Role,
    class_group: Option<ClassGroupId>,
    position: Option<&str>,
    starts: Date,
) -> Result<i64, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO school_role_grant (person, role, class_group, position, starts)
             VALUES (?1, ?2, ?3, ?4, ?5)"
        ),
        params![person, role.word(), class_group, position, starts],
    )
}

pub(crate) fn end(tx: &mut WriteTx<'_>, grant: i64, on: Date) -> Result<PersonId, store::Error> {
    tx.returning(
        sql!(
            "UPDATE school_role_grant SET ends = MAX(starts, ?2)
             WHERE id = ?1 AND (ends IS NULL OR ends > ?2) RETURNING person"
        ),
        params![grant, on],
        |row| row.get(0),
    )?
    .ok_or(store::Error::NoRow)
}

pub(crate) fn list(tx: &ReadTx<'_>, person: PersonId, on: Date) -> Result<Vec<RoleGrant>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, role, class_group, position, starts, ends FROM school_role_grant
             WHERE person = ?1 AND starts <= ?2 AND (ends IS NULL OR ends > ?2) ORDER BY id"
        ),
        params![person, on],
        |row| {
            let word: String = row.get(1)?;
            Ok(RoleGrant {
                id: row.get(0)?,
                role: Role::from_word(&word).ok_or_else(|| super::bad_word("role"))?,
                class_group: row.get(2)?,
                position: row.get(3)?,
                starts: row.get(4)?,
                ends: row.get(5)?,
            })
        },
    )
}
