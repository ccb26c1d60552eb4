use rusqlite::{Row, params};
use store::{ReadTx, WriteTx, sql};
use time::Date;

use crate::{GroupId, NewTeaching, PersonId, PersonName, SubjectId, Teaching, TeachingId, TeachingRole};

pub(crate) fn insert(tx: &mut WriteTx<'_>, teaching: &NewTeaching<'_>) -> Result<TeachingId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO school_teaching (person, grp, subject, role, hours_per_week, room, starts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        ),
        params![
            teaching.person,
            teaching.group,
            teaching.subject,
            teaching.role.word(),
            teaching.hours_per_week,
            teaching.room,
            teaching.starts
        ],
    )
    .map(TeachingId::from_row)
}

fn teaching_of(row: &Row<'_>) -> rusqlite::Result<Teaching> {
    let role: String = row.get(4)?;
    Ok(Teaching {
        id: row.get(0)?,
        person: row.get(1)?,
        group: row.get(2)?,
        subject: row.get(3)?,
        role: if role == "main" { TeachingRole::Main } else { TeachingRole::Co },
        hours_per_week: row.get(5)?,
        room: row.get(6)?,
    })
}

pub(crate) fn of_person(tx: &ReadTx<'_>, person: PersonId, on: Date) -> Result<Vec<Teaching>, store::Error> {
    tx.list(
        sql!(
            "SELECT t.id, t.person, t.grp, t.subject, t.role, t.hours_per_week, t.room
             FROM school_teaching t
             JOIN school_group g ON g.id = t.grp
             JOIN school_class_group c ON c.whole = COALESCE(g.parent, g.id)
             WHERE t.person = ?1 AND t.starts <= ?2 AND (t.ends IS NULL OR t.ends > ?2)
             ORDER BY c.grade, c.letter, t.subject, g.title"
        ),
        params![person, on],
        teaching_of,
    )
}

pub(crate) fn teachers(
    tx: &ReadTx<'_>,
    group: GroupId,
    subject: SubjectId,
    on: Date,
) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT person FROM school_teaching
             WHERE grp = ?1 AND subject = ?2 AND starts <= ?3 AND (ends IS NULL OR ends > ?3)
             ORDER BY role = 'main' DESC, id"
        ),
        params![group, subject, on],
        |row| row.get(0),
    )
}

pub(crate) fn of_groups(
    tx: &ReadTx<'_>,
    groups: &[GroupId],
    on: Date,
) -> Result<Vec<Teaching>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, person, grp, subject, role, hours_per_week, room FROM school_teaching
             WHERE grp IN (SELECT value FROM json_each(?1)) AND starts <= ?2 AND (ends IS NULL OR ends > ?2)
             ORDER BY grp, subject, role = 'main' DESC, id"
        ),
        params![super::id_list(groups.iter().map(|group| group.get())), on],
        teaching_of,
    )
}

/// The teachers of groups; of several for one subject the main one first.
pub(crate) fn teachers_of_groups(
    tx: &ReadTx<'_>,
    groups: &[GroupId],
    on: Date,
) -> Result<Vec<(GroupId, SubjectId, PersonName)>, store::Error> {
    tx.list(
        sql!(
            "SELECT t.grp, t.subject, p.surname, p.given, p.patronymic FROM school_teaching t
             JOIN school_person p ON p.id = t.person
             WHERE t.grp IN (SELECT value FROM json_each(?1)) AND t.starts <= ?2 AND (t.ends IS NULL OR t.ends > ?2)
             ORDER BY t.role = 'main' DESC, t.id"
        ),
        params![super::id_list(groups.iter().map(|group| group.get())), on],
        |row| {
            let name = PersonName { surname: row.get(2)?, given: row.get(3)?, patronymic: row.get(4)? };
            Ok((row.get(0)?, row.get(1)?, name))
        },
    )
}

pub(crate) fn end(
    tx: &mut WriteTx<'_>,
    teaching: TeachingId,
    on: Date,
) -> Result<(PersonId, GroupId), store::Error> {
    tx.returning(
        sql!(
            "UPDATE school_teaching SET ends = MAX(starts, ?2)
             WHERE id = ?1 AND (ends IS NULL OR ends > ?2) RETURNING person, grp"
        ),
        params![teaching, on],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?
    .ok_or(store::Error::NoRow)
}
