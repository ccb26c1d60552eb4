use rusqlite::params;
use school::PersonId;
use store::{ReadTx, WriteTx, sql};

use super::{bad_word, id_list};
use crate::{MessageId, Reaction};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    person: PersonId,
    reaction: Reaction,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "INSERT INTO messenger_reaction (message, person, reaction) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        ),
        params![message, person, reaction.word()],
    )?;
    Ok(count == 1)
}

pub(crate) fn remove(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    person: PersonId,
    reaction: Reaction,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("DELETE FROM messenger_reaction WHERE message = ?1 AND person = ?2 AND reaction = ?3"),
        params![message, person, reaction.word()],
    )?;
    Ok(count == 1)
}

/// A reaction to a message: how many gave it, and whether this person did.
pub(crate) struct Counted {
    pub(crate) message: MessageId,
    pub(crate) reaction: Reaction,
    pub(crate) count: u32,
    pub(crate) own: bool,
}

pub(crate) fn of_messages(
    tx: &ReadTx<'_>,
    messages: &[MessageId],
    me: PersonId,
) -> Result<Vec<Counted>, store::Error> {
    tx.list(
        sql!(
            "SELECT message, reaction, COUNT(*) AS given, MAX(person = ?2) AS own FROM messenger_reaction
             WHERE message IN (SELECT value FROM json_each(?1)) GROUP BY message, reaction"
        ),
        params![id_list(messages.iter().map(|message| message.get())), me],
        |row| {
            let word: String = row.get("reaction")?;
            let reaction = Reaction::from_word(&word).ok_or_else(|| bad_word("reaction"))?;
            Ok(Counted {
                message: row.get("message")?,
                reaction,
                count: row.get("given")?,
                own: row.get("own")?,
            })
        },
    )
}
