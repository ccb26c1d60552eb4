use rusqlite::params;
use store::{ReadTx, WriteTx, sql};
use time::Date;

use crate::{Access, Guardianship, GuardianshipId, PersonId};

pub(crate) struct NewGuardianship<'a> {
    pub(crate) adult: PersonId,
    pub(crate) child: PersonId,
    pub(crate) relation: &'a str,
    pub(crate) access: Access,
    pub(crate) contact_order: u8,
    pub(crate) starts: Date,
}

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

pub(crate) fn of_child(tx: &ReadTx<'_>, child: PersonId, on: Date) -> Result<Vec<Guardianship>, store::Error> {
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
