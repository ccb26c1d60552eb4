use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    blocked: PersonId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_block (person, blocked, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (person, blocked) DO NOTHING"
        ),
        params![person, blocked, now],
    )?;
    Ok(())
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, person: PersonId, blocked: PersonId) -> Result<(), store::Error> {
    tx.execute(
        sql!("DELETE FROM messenger_block WHERE person = ?1 AND blocked = ?2"),
        params![person, blocked],
    )?;
    Ok(())
}

pub(crate) fn of_person(
    tx: &ReadTx<'_>,
    person: PersonId,
) -> Result<Vec<(PersonId, UtcInstant)>, store::Error> {
    tx.list(
        sql!("SELECT blocked, at FROM messenger_block WHERE person = ?1 ORDER BY at DESC, blocked"),
        [person],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Who has blocked a person.
pub(crate) fn who_blocks(tx: &ReadTx<'_>, blocked: PersonId) -> Result<Vec<PersonId>, store::Error> {
    tx.list(sql!("SELECT person FROM messenger_block WHERE blocked = ?1"), [blocked], |row| row.get(0))
}

/// Whether either has blocked the other.
pub(crate) fn between(tx: &ReadTx<'_>, one: PersonId, other: PersonId) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM messenger_block WHERE person = ?1 AND blocked = ?2)
                 OR EXISTS (SELECT 1 FROM messenger_block WHERE person = ?2 AND blocked = ?1)"
        ),
        params![one, other],
        |row| row.get(0),
    )
}

/// Whether two people are or were in one chat.
pub(crate) fn share_a_chat(tx: &ReadTx<'_>, one: PersonId, other: PersonId) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM messenger_member m JOIN messenger_member o ON o.conv = m.conv
                 JOIN messenger_conversation c ON c.id = m.conv
                 WHERE m.person = ?1 AND m.left_g IS NULL AND o.person = ?2 AND c.kind <> 'school_news')"
        ),
        params![one, other],
        |row| row.get(0),
    )
}
