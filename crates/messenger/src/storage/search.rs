use rusqlite::params;
use store::{ReadTx, WriteTx, sql};

use super::meta;
use crate::{ConversationId, MessageId};

/// What the index is made from.
pub(crate) struct BodyRow {
    pub(crate) id: MessageId,
    pub(crate) conv: ConversationId,
    pub(crate) body: String,
}

fn body_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<BodyRow> {
    Ok(BodyRow { id: row.get("id")?, conv: row.get("conv")?, body: row.get("body")? })
}

pub(crate) fn upto(tx: &ReadTx<'_>) -> Result<i64, store::Error> {
    Ok(meta::find(tx, "fts_upto")?.and_then(|upto| upto.parse().ok()).unwrap_or(0))
}

pub(crate) fn version(tx: &ReadTx<'_>) -> Result<Option<String>, store::Error> {
    meta::find(tx, "fts_version")
}

pub(crate) fn set_upto(tx: &mut WriteTx<'_>, upto: i64) -> Result<(), store::Error> {
    meta::put(tx, "fts_upto", &upto.to_string())
}

pub(crate) fn set_version(tx: &mut WriteTx<'_>, version: &str) -> Result<(), store::Error> {
    meta::put(tx, "fts_version", version)
}

/// The newest message there is; zero without any.
pub(crate) fn newest(tx: &ReadTx<'_>) -> Result<i64, store::Error> {
    tx.load(sql!("SELECT COALESCE(MAX(id), 0) FROM messenger_message"), [], |row| row.get(0))
}

/// What comes after a message, oldest first; of deleted ones the empty text.
pub(crate) fn after(tx: &ReadTx<'_>, upto: i64, most: u32) -> Result<Vec<BodyRow>, store::Error> {
    tx.list(
        sql!("SELECT id, conv, body FROM messenger_message WHERE id > ?1 ORDER BY id LIMIT ?2"),
        params![upto, most],
        body_of,
    )
}

pub(crate) fn find(tx: &ReadTx<'_>, message: MessageId) -> Result<Option<BodyRow>, store::Error> {
    tx.find(
        sql!("SELECT id, conv, body FROM messenger_message WHERE id = ?1 AND deleted_g IS NULL"),
        [message],
        body_of,
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    tokens: &str,
    stems: &str,
    chat: &str,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO messenger_fts (rowid, x, s, c) VALUES (?1, ?2, ?3, ?4)"),
        params![message, tokens, stems, chat],
    )?;
    Ok(())
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, message: MessageId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_fts WHERE rowid = ?1"), [message])?;
    Ok(())
}

pub(crate) fn clear(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    tx.execute(sql!("INSERT INTO messenger_fts (messenger_fts) VALUES ('delete-all')"), [])?;
    Ok(())
}

/// The texts that are not in the index yet, newest first, of what may be seen: `reach` gives each chat's first message.
pub(crate) fn tail(
    tx: &ReadTx<'_>,
    upto: i64,
    before: i64,
    reach: &str,
    most: u32,
) -> Result<Vec<(MessageId, String)>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, body FROM messenger_message
             WHERE id > ?1 AND id < ?2 AND deleted_g IS NULL AND seq >= ?3 ->> ('$.\"' || conv || '\"')
             ORDER BY id DESC LIMIT ?4"
        ),
        params![upto, before, reach, most],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// What the index finds, newest first, of what may be seen.
pub(crate) fn indexed(
    tx: &ReadTx<'_>,
    expression: &str,
    before: i64,
    reach: &str,
    most: u32,
) -> Result<Vec<MessageId>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.id FROM messenger_fts CROSS JOIN messenger_message m ON m.id = messenger_fts.rowid
             WHERE messenger_fts MATCH ?1 AND messenger_fts.rowid < ?2 AND m.deleted_g IS NULL
               AND m.seq >= ?3 ->> ('$.\"' || m.conv || '\"')
             ORDER BY messenger_fts.rowid DESC LIMIT ?4"
        ),
        params![expression, before, reach, most],
        |row| row.get(0),
    )
}

/// A member of a chat, as a search for people finds them.
pub(crate) struct PlaceRow {
    pub(crate) conv: ConversationId,
    pub(crate) person: school::PersonId,
    pub(crate) seat: crate::Seat,
    pub(crate) role: crate::MemberRole,
}

/// Everybody in these chats now.
pub(crate) fn people(tx: &ReadTx<'_>, chats: &[ConversationId]) -> Result<Vec<PlaceRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT conv, person, seat, role FROM messenger_member
             WHERE conv IN (SELECT value FROM json_each(?1)) AND left_g IS NULL ORDER BY conv, person"
        ),
        [super::id_list(chats.iter().map(|chat| chat.get()))],
        |row| {
            let (seat, role): (String, String) = (row.get("seat")?, row.get("role")?);
            Ok(PlaceRow {
                conv: row.get("conv")?,
                person: row.get("person")?,
                seat: crate::Seat::from_word(&seat).ok_or_else(|| super::bad_word("seat"))?,
                role: crate::MemberRole::from_word(&role).ok_or_else(|| super::bad_word("role of member"))?,
            })
        },
    )
}
