use rusqlite::params;
use store::{ReadTx, WriteTx, sql};
use time::Date;

use crate::{Access, Guardianship, GuardianshipId, NewGuardianship, PersonId};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    edge: &NewGuardianship<'_>,
) -> Result<GuardianshipId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO school_guardianship (adult, child, relation, access, contact_order, starts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![edge.adult, edge.child, edge.relation, edge.access.word(), edge.contact_order, edge.starts],
    )
    .map(GuardianshipId::from_row)
}

pub(crate) fn children(tx: &ReadTx<'_>, adult: PersonId, on: Date) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT g.child FROM school_guardianship g JOIN school_person p ON p.id = g.child
             WHERE g.adult = ?1 AND g.access <> 'none' AND g.starts <= ?2 AND (g.ends IS NULL OR g.ends > ?2)
             ORDER BY p.sort_key"
        ),
        params![adult, on],
        |row| row.get(0),
    )
}

pub(crate) fn of_child(
    tx: &ReadTx<'_>,
    child: PersonId,
    on: Date,
) -> Result<Vec<Guardianship>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, adult, child, relation, access FROM school_guardianship
             WHERE child = ?1 AND starts <= ?2 AND (ends IS NULL OR ends > ?2) ORDER BY contact_order, id"
        ),
        params![child, on],
        |row| {
            let access: String = row.get(4)?;
            Ok(Guardianship {
                id: row.get(0)?,
                adult: row.get(1)?,
                child: row.get(2)?,
                relation: row.get(3)?,
                access: Access::from_word(&access).ok_or_else(|| super::bad_word("access"))?,
            })
        },
    )
}

pub(crate) fn end(
    tx: &mut WriteTx<'_>,
    edge: GuardianshipId,
    on: Date,
) -> Result<(PersonId, PersonId), store::Error> {
    tx.returning(
        sql!(
            "UPDATE school_guardianship SET ends = MAX(starts, ?2)
             WHERE id = ?1 AND (ends IS NULL OR ends > ?2) RETURNING adult, child"
        ),
        params![edge, on],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?
    .ok_or(store::Error::NoRow)
}

pub(crate) fn set_access(
    tx: &mut WriteTx<'_>,
    edge: GuardianshipId,
    access: Access,
) -> Result<(PersonId, PersonId), store::Error> {
    tx.returning(
        sql!(
            "UPDATE school_guardianship SET access = ?2 WHERE id = ?1 AND ends IS NULL RETURNING adult, child"
        ),
        params![edge, access.word()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?
    .ok_or(store::Error::NoRow)
}
