use rusqlite::params;
use school::{ClassGroupId, PersonId};
use store::{ReadTx, WriteTx, sql};
use time::Date;

pub(crate) fn of_day(tx: &ReadTx<'_>, day: Date) -> Result<Vec<(ClassGroupId, PersonId)>, store::Error> {
    tx.list(sql!("SELECT class_group, person FROM messenger_substitute WHERE day = ?1"), [day], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// The classes in which somebody stands in for a teacher.
pub(crate) fn of_person(
    tx: &ReadTx<'_>,
    person: PersonId,
    day: Date,
) -> Result<Vec<ClassGroupId>, store::Error> {
    tx.list(
        sql!("SELECT class_group FROM messenger_substitute WHERE day = ?1 AND person = ?2"),
        params![day, person],
        |row| row.get(0),
    )
}

pub(crate) fn of_class(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    day: Date,
) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!("SELECT person FROM messenger_substitute WHERE class_group = ?1 AND day = ?2"),
        params![class, day],
        |row| row.get(0),
    )
}

/// Forgets the substitutes of this and all earlier days, then notes these.
pub(crate) fn put(
    tx: &mut WriteTx<'_>,
    day: Date,
    substitutes: &[(ClassGroupId, PersonId)],
) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_substitute WHERE day <= ?1"), [day])?;
    for (class, person) in substitutes {
        tx.execute(
            sql!(
                "INSERT INTO messenger_substitute (class_group, person, day) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING"
            ),
            params![class, person, day],
        )?;
    }
    Ok(())
}
