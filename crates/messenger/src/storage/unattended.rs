use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{ChatKind, ConversationId, Seat};

/// A member of a chat that is kept with a third only.
pub(crate) struct SeatedRow {
    pub(crate) conv: ConversationId,
    pub(crate) kind: ChatKind,
    pub(crate) one: Option<PersonId>,
    pub(crate) other: Option<PersonId>,
    pub(crate) person: PersonId,
    pub(crate) seat: Seat,
}

/// All members of all such chats that take messages.
pub(crate) fn seated(tx: &ReadTx<'_>) -> Result<Vec<SeatedRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT c.id, c.kind, c.one, c.other, m.person, m.seat
             FROM messenger_conversation c JOIN messenger_member m ON m.conv = c.id AND m.left_g IS NULL
             WHERE c.kind IN ('supervised', 'confidential', 'pupils_group') AND c.state = 'open'
             ORDER BY c.id, m.person"
        ),
        [],
        |row| {
            let kind: String = row.get("kind")?;
            Ok(SeatedRow {
                conv: row.get("id")?,
                kind: ChatKind::from_word(&kind).ok_or_else(|| bad_word("kind of chat"))?,
                one: row.get("one")?,
                other: row.get("other")?,
                person: row.get("person")?,
                seat: super::member::seat_of(row)?,
            })
        },
    )
}

/// The chats that are noted, the longest first.
pub(crate) fn noted(tx: &ReadTx<'_>) -> Result<Vec<(ConversationId, UtcInstant)>, store::Error> {
    tx.list(sql!("SELECT conv, since FROM messenger_unattended ORDER BY since, conv"), [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO messenger_unattended (conv, since) VALUES (?1, ?2) ON CONFLICT DO NOTHING"),
        params![conv, now],
    )?;
    Ok(())
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, conv: ConversationId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_unattended WHERE conv = ?1"), [conv])?;
    Ok(())
}
