use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{bad_word, id_list};
use crate::{CardKind, CardRef, ConversationId, MessageId};

pub(crate) fn insert(tx: &mut WriteTx<'_>, message: MessageId, card: CardRef) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO messenger_card (message, kind, lesson) VALUES (?1, ?2, ?3)"),
        params![message, card.kind.word(), card.lesson],
    )?;
    Ok(())
}

pub(crate) fn of_messages(
    tx: &ReadTx<'_>,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, CardRef)>, store::Error> {
    tx.list(
        sql!(
            "SELECT message, kind, lesson FROM messenger_card
             WHERE message IN (SELECT value FROM json_each(?1))"
        ),
        [id_list(messages.iter().map(|message| message.get()))],
        |row| {
            let kind: String = row.get("kind")?;
            let kind = CardKind::from_word(&kind).ok_or_else(|| bad_word("kind of card"))?;
            Ok((row.get("message")?, CardRef { kind, lesson: row.get("lesson")? }))
        },
    )
}

/// The cards of a lesson that are not deleted.
pub(crate) fn of_lesson(
    tx: &ReadTx<'_>,
    lesson: i64,
) -> Result<Vec<(ConversationId, MessageId, i64)>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.conv, m.id, m.seq FROM messenger_card c JOIN messenger_message m ON m.id = c.message
             WHERE c.lesson = ?1 AND m.deleted_g IS NULL ORDER BY m.id"
        ),
        [lesson],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// The cards of messages since a moment that are not deleted.
pub(crate) fn since(
    tx: &ReadTx<'_>,
    since: UtcInstant,
) -> Result<Vec<(ConversationId, MessageId, i64)>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.conv, m.id, m.seq FROM messenger_card c JOIN messenger_message m ON m.id = c.message
             WHERE m.ts >= ?1 AND m.deleted_g IS NULL ORDER BY m.id"
        ),
        [since],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}
