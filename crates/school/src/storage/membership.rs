use rusqlite::params;
use store::{ReadTx, WriteTx, sql};
use time::Date;

use crate::{ClassGroupId, GroupId, Membership, PersonId};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    person: PersonId,
    group: GroupId,
    starts: Date,
    order_no: Option<&str>,
) -> Result<i64, store::Error> {
    // One class, and one part of each division, on a day (DIA-I1, DIA-I2): decided here, in the writer.
    let taken: i64 = tx.load(
        sql!(
            "SELECT COUNT(*) FROM school_membership m
             JOIN school_group held ON held.id = m.grp
             JOIN school_group wanted ON wanted.id = ?2
             WHERE m.person = ?1 AND (m.ends IS NULL OR m.ends > ?3)
               AND held.kind = wanted.kind AND held.division IS wanted.division"
        ),
        params![person, group, starts],
        |row| row.get(0),
    )?;
    if taken > 0 {
        return Err(store::Error::Unreadable {
            what: "membership: the pupil is in another group of this kind",
        });
    }
    tx.insert(
        sql!("INSERT INTO school_membership (person, grp, starts, order_no) VALUES (?1, ?2, ?3, ?4)"),
        params![person, group, starts, order_no],
    )
}

pub(crate) fn end_all(tx: &mut WriteTx<'_>, person: PersonId, on: Date) -> Result<usize, store::Error> {
    tx.execute(
        sql!(
            "UPDATE school_membership SET ends = MAX(starts, ?2)
             WHERE person = ?1 AND (ends IS NULL OR ends > ?2)"
        ),
        params![person, on],
    )
}

pub(crate) fn members(tx: &ReadTx<'_>, group: GroupId, on: Date) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.person FROM school_membership m JOIN school_person p ON p.id = m.person
             WHERE m.grp = ?1 AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2) ORDER BY p.sort_key, p.id"
        ),
        params![group, on],
        |row| row.get(0),
    )
}

pub(crate) fn groups(tx: &ReadTx<'_>, person: PersonId, on: Date) -> Result<Vec<GroupId>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.grp FROM school_membership m JOIN school_group g ON g.id = m.grp
             WHERE m.person = ?1 AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)
             ORDER BY g.kind, g.division, g.id"
        ),
        params![person, on],
        |row| row.get(0),
    )
}

pub(crate) fn between(
    tx: &ReadTx<'_>,
    person: PersonId,
    from: Date,
    to: Date,
) -> Result<Vec<Membership>, store::Error> {
    tx.list(
        sql!(
            "SELECT person, grp, starts, ends FROM school_membership
             WHERE person = ?1 AND starts < ?3 AND (ends IS NULL OR ends > ?2) ORDER BY starts, id"
        ),
        params![person, from, to],
        |row| {
            Ok(Membership { person: row.get(0)?, group: row.get(1)?, starts: row.get(2)?, ends: row.get(3)? })
        },
    )
}

pub(crate) fn class_of(tx: &ReadTx<'_>, group: GroupId) -> Result<ClassGroupId, store::Error> {
    tx.load(
        sql!(
            "SELECT c.id FROM school_group g JOIN school_class_group c ON c.whole = COALESCE(g.parent, g.id)
             WHERE g.id = ?1"
        ),
        [group],
        |row| row.get(0),
    )
}

pub(crate) fn parts(tx: &ReadTx<'_>, class: ClassGroupId) -> Result<Vec<GroupId>, store::Error> {
    tx.list(
        sql!(
            "SELECT g.id FROM school_class_group c JOIN school_group g ON g.id = c.whole OR g.parent = c.whole
             WHERE c.id = ?1 ORDER BY g.id <> c.whole, g.id"
        ),
        [class],
        |row| row.get(0),
    )
}
