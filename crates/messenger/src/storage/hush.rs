use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{ConversationId, Hush};

pub(crate) fn find(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    person: PersonId,
) -> Result<Option<Hush>, store::Error> {
    tx.find(
        sql!("SELECT until FROM messenger_hush WHERE conv = ?1 AND person = ?2"),
        params![conv, person],
        |row| Ok(Hush { until: row.get("until")? }),
    )
}

pub(crate) fn of_chat(tx: &ReadTx<'_>, conv: ConversationId) -> Result<Vec<(PersonId, Hush)>, store::Error> {
    tx.list(sql!("SELECT person, until FROM messenger_hush WHERE conv = ?1"), [conv], |row| {
        Ok((row.get("person")?, Hush { until: row.get("until")? }))
    })
}

pub(crate) fn set(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    person: PersonId,
    hush: Hush,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_hush (conv, person, until, at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (conv, person) DO UPDATE SET until = excluded.until, at = excluded.at"
        ),
        params![conv, person, hush.until, now],
    )?;
    Ok(())
}

pub(crate) fn remove(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    person: PersonId,
) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_hush WHERE conv = ?1 AND person = ?2"), params![conv, person])?;
    Ok(())
}

pub(crate) fn rest_of(tx: &ReadTx<'_>, person: PersonId) -> Result<Option<UtcInstant>, store::Error> {
    tx.find(sql!("SELECT until FROM messenger_rest WHERE person = ?1"), [person], |row| row.get(0))
}

pub(crate) fn rest_of_chat(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    now: UtcInstant,
) -> Result<Vec<(PersonId, UtcInstant)>, store::Error> {
    tx.list(
        sql!(
            "SELECT r.person, r.until FROM messenger_member m JOIN messenger_rest r ON r.person = m.person
             WHERE m.conv = ?1 AND m.left_g IS NULL AND r.until > ?2"
        ),
        params![conv, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn set_rest(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    until: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_rest (person, until, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (person) DO UPDATE SET until = excluded.until, at = excluded.at"
        ),
        params![person, until, now],
    )?;
    Ok(())
}

pub(crate) fn end_rest(tx: &mut WriteTx<'_>, person: PersonId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_rest WHERE person = ?1"), [person])?;
    Ok(())
}
