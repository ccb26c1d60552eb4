use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::id_list;
use crate::ConversationId;

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    seq: i64,
    people: &[PersonId],
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_mention (person, conv, seq) SELECT value, ?1, ?2 FROM json_each(?3)
             WHERE true ON CONFLICT DO NOTHING"
        ),
        params![conv, seq, id_list(people.iter().map(|person| person.get()))],
    )?;
    Ok(())
}

/// Whom a message calls.
pub(crate) fn of_message(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    seq: i64,
) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!("SELECT person FROM messenger_mention WHERE conv = ?1 AND seq = ?2"),
        params![conv, seq],
        |row| row.get(0),
    )
}

/// How many messages of a sender have called more than so many people since a moment.
pub(crate) fn crowds_called(
    tx: &ReadTx<'_>,
    sender: PersonId,
    since: UtcInstant,
    people: usize,
) -> Result<u32, store::Error> {
    tx.load(
        sql!(
            "SELECT COUNT(*) FROM messenger_message m WHERE m.sender = ?1 AND m.ts > ?2 AND m.rich = 1
               AND (SELECT COUNT(*) FROM messenger_mention n WHERE n.conv = m.conv AND n.seq = m.seq) > ?3"
        ),
        params![sender, since, i64::try_from(people).unwrap_or(i64::MAX)],
        |row| row.get(0),
    )
}

/// The messages among these that call a person.
pub(crate) fn of_person(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    person: PersonId,
    seqs: &[i64],
) -> Result<Vec<i64>, store::Error> {
    tx.list(
        sql!(
            "SELECT seq FROM messenger_mention
             WHERE person = ?1 AND conv = ?2 AND seq IN (SELECT value FROM json_each(?3))"
        ),
        params![person, conv, id_list(seqs.iter().copied())],
        |row| row.get(0),
    )
}
