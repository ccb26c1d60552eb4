use rusqlite::{Row, params};
use store::{ReadTx, UtcInstant, WriteTx, sql};
use time::Date;

use super::{bad_word, meta};
use crate::{ChatKind, ConversationId, MessageId};

/// A message that may be past its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueRow {
    pub(crate) id: MessageId,
    pub(crate) conv: ConversationId,
    pub(crate) kind: ChatKind,
    pub(crate) seq: i64,
    pub(crate) ts: UtcInstant,
    /// Whether it asked to be acknowledged.
    pub(crate) asks: bool,
}

fn kind_of(row: &Row<'_>) -> rusqlite::Result<ChatKind> {
    let kind: String = row.get("kind")?;
    ChatKind::from_word(&kind).ok_or_else(|| bad_word("kind of chat"))
}

fn due_of(row: &Row<'_>) -> rusqlite::Result<DueRow> {
    Ok(DueRow {
        id: row.get("id")?,
        conv: row.get("conv")?,
        kind: kind_of(row)?,
        seq: row.get("seq")?,
        ts: row.get("ts")?,
        asks: row.get("asks")?,
    })
}

/// A chat and when the first message above its bound was taken.
pub(crate) struct NextRow {
    pub(crate) id: ConversationId,
    pub(crate) kind: ChatKind,
    pub(crate) next_ts: UtcInstant,
}

pub(crate) fn chats(tx: &ReadTx<'_>) -> Result<Vec<NextRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT c.id, c.kind, m.ts FROM messenger_conversation c
             JOIN messenger_message m ON m.conv = c.id AND m.seq = c.purged_upto + 1
             WHERE c.last_seq > c.purged_upto ORDER BY c.id"
        ),
        [],
        |row| Ok(NextRow { id: row.get("id")?, kind: kind_of(row)?, next_ts: row.get("ts")? }),
    )
}

/// The first messages above a chat's bound that were taken before a moment.
pub(crate) fn due(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    before: UtcInstant,
    most: u32,
) -> Result<Vec<DueRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.id, m.conv, c.kind, m.seq, m.ts,
                    EXISTS (SELECT 1 FROM messenger_ack_request a WHERE a.message = m.id) AS asks
             FROM messenger_conversation c JOIN messenger_message m ON m.conv = c.id AND m.seq > c.purged_upto
             WHERE c.id = ?1 AND m.ts < ?2 ORDER BY m.seq LIMIT ?3"
        ),
        params![conv, before, most],
        due_of,
    )
}

/// Messages that were passed by and that no report and no hold keeps now.
pub(crate) fn released(tx: &ReadTx<'_>) -> Result<Vec<(ChatKind, DueRow)>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.id, m.conv, c.kind, m.seq, m.ts,
                    EXISTS (SELECT 1 FROM messenger_ack_request a WHERE a.message = m.id) AS asks
             FROM messenger_kept k JOIN messenger_message m ON m.id = k.message
             JOIN messenger_conversation c ON c.id = m.conv
             WHERE NOT EXISTS (SELECT 1 FROM messenger_report r WHERE r.message = m.id)
               AND NOT EXISTS (SELECT 1 FROM messenger_hold h WHERE h.conv = m.conv AND h.lifted_at IS NULL
                               AND (h.message IS NULL OR h.message = m.id))
             ORDER BY m.id"
        ),
        [],
        |row| Ok((kind_of(row)?, due_of(row)?)),
    )
}

pub(crate) fn keep(tx: &mut WriteTx<'_>, message: MessageId) -> Result<(), store::Error> {
    tx.execute(sql!("INSERT INTO messenger_kept (message) VALUES (?1) ON CONFLICT DO NOTHING"), [message])?;
    Ok(())
}

pub(crate) fn let_go(tx: &mut WriteTx<'_>, message: MessageId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_kept WHERE message = ?1"), [message])?;
    Ok(())
}

/// Empties a message's row and removes all rows that hang on it.
pub(crate) fn take_out(tx: &mut WriteTx<'_>, message: &DueRow) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(
        sql!(
            "UPDATE messenger_message SET body = '', purged = 1, rich = 0, urgent = 0, reply_seq = NULL,
                 deleted_g = COALESCE(deleted_g, ?2) WHERE id = ?1"
        ),
        params![message.id, g],
    )?;
    tx.execute(sql!("DELETE FROM messenger_revision WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_reaction WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_attachment WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_vote WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_vote_cid WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_tally WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_poll WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_card WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_ack WHERE message = ?1"), [message.id])?;
    tx.execute(sql!("DELETE FROM messenger_ack_request WHERE message = ?1"), [message.id])?;
    tx.execute(
        sql!("DELETE FROM messenger_pin WHERE conv = ?1 AND seq = ?2"),
        params![message.conv, message.seq],
    )?;
    tx.execute(
        sql!(
            "DELETE FROM messenger_mention WHERE conv = ?1 AND seq = ?2
             AND person IN (SELECT person FROM messenger_member WHERE conv = ?1)"
        ),
        params![message.conv, message.seq],
    )?;
    Ok(())
}

/// Lets readers of a chat begin above a number. Whoever joins later begins there too.
pub(crate) fn set_bound(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    upto: i64,
    before: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE messenger_conversation SET purged_upto = ?2, purged_before = ?3 WHERE id = ?1"),
        params![conv, upto, before],
    )?;
    tx.execute(
        sql!(
            "UPDATE messenger_member SET visible_from_seq = ?2 + 1
             WHERE conv = ?1 AND left_g IS NULL AND visible_from_seq <= ?2"
        ),
        params![conv, upto],
    )?;
    tx.execute(
        sql!(
            "UPDATE messenger_roll SET visible_from_seq = ?2 + 1 WHERE conv = ?1 AND visible_from_seq <= ?2"
        ),
        params![conv, upto],
    )?;
    Ok(())
}

/// Up to which number a chat was purged, and for which moment.
pub(crate) fn bound(
    tx: &ReadTx<'_>,
    conv: ConversationId,
) -> Result<Option<(i64, UtcInstant)>, store::Error> {
    tx.find(
        sql!(
            "SELECT purged_upto, purged_before FROM messenger_conversation
             WHERE id = ?1 AND purged_before IS NOT NULL"
        ),
        [conv],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Counts one message that was taken out, with its files.
pub(crate) fn count(
    tx: &mut WriteTx<'_>,
    day: Date,
    conv: ConversationId,
    files: u32,
    before: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_purge (day, conv, messages, files, before, noted) VALUES (?1, ?2, 1, ?3, ?4, 0)
             ON CONFLICT (day, conv) DO UPDATE SET messages = messages + 1, files = files + excluded.files,
                 before = MAX(before, excluded.before), noted = 0"
        ),
        params![day, conv, files, before],
    )?;
    Ok(())
}

/// What was taken out of a chat on a day.
pub(crate) struct PurgeRow {
    pub(crate) day: Date,
    pub(crate) conv: ConversationId,
    pub(crate) messages: u32,
    pub(crate) files: u32,
    pub(crate) before: UtcInstant,
}

fn purge_of(row: &Row<'_>) -> rusqlite::Result<PurgeRow> {
    Ok(PurgeRow {
        day: row.get("day")?,
        conv: row.get("conv")?,
        messages: row.get("messages")?,
        files: row.get("files")?,
        before: row.get("before")?,
    })
}

pub(crate) fn has_unnoted(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM messenger_purge WHERE noted = 0)"), [], |row| row.get(0))
}

pub(crate) fn unnoted(tx: &ReadTx<'_>) -> Result<Vec<PurgeRow>, store::Error> {
    tx.list(
        sql!("SELECT day, conv, messages, files, before FROM messenger_purge WHERE noted = 0 ORDER BY day, conv"),
        [],
        purge_of,
    )
}

pub(crate) fn note_all(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE messenger_purge SET noted = 1 WHERE noted = 0"), [])?;
    Ok(())
}

pub(crate) fn lately(tx: &ReadTx<'_>) -> Result<Vec<PurgeRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT day, conv, messages, files, before FROM messenger_purge ORDER BY day DESC, conv LIMIT 200"
        ),
        [],
        purge_of,
    )
}

pub(crate) fn count_kept(tx: &ReadTx<'_>) -> Result<u32, store::Error> {
    tx.load(sql!("SELECT COUNT(*) FROM messenger_kept"), [], |row| row.get(0))
}

/// The epoch of the file that was last purged to the end.
pub(crate) fn epoch(tx: &ReadTx<'_>) -> Result<Option<String>, store::Error> {
    meta::find(tx, "purge_epoch")
}

pub(crate) fn set_epoch(tx: &mut WriteTx<'_>, epoch: &str) -> Result<(), store::Error> {
    meta::put(tx, "purge_epoch", epoch)
}

pub(crate) fn confidential_years(tx: &ReadTx<'_>) -> Result<Option<u8>, store::Error> {
    Ok(meta::find(tx, "confidential_years")?.and_then(|years| years.parse().ok()))
}

pub(crate) fn set_confidential_years(tx: &mut WriteTx<'_>, years: Option<u8>) -> Result<(), store::Error> {
    meta::put(tx, "confidential_years", &years.map(|years| years.to_string()).unwrap_or_default())
}
