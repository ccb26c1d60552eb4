use rusqlite::params;
use school::PersonId;
use store::{ReadTx, WriteTx, sql};

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
