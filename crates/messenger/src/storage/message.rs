use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::conversation::Numbered;
use crate::{ClientId, ConversationId, Draft, MessageId};

/// A message's row.
#[derive(Clone, Debug)]
pub(crate) struct MessageRow {
    pub(crate) id: MessageId,
    pub(crate) conv: ConversationId,
    pub(crate) seq: i64,
    pub(crate) sender: PersonId,
    pub(crate) cid: ClientId,
    pub(crate) g: i64,
    pub(crate) ts: UtcInstant,
    pub(crate) body: String,
    pub(crate) rev: i64,
    pub(crate) deleted: bool,
    /// The message that this one answers.
    pub(crate) reply: Option<i64>,
    /// Whether there is more than text.
    pub(crate) rich: bool,
    /// Whether it calls its readers in quiet hours too.
    pub(crate) urgent: bool,
    /// Whether its text is gone by its age.
    pub(crate) purged: bool,
}

fn message_of(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        id: row.get("id")?,
        conv: row.get("conv")?,
        seq: row.get("seq")?,
        sender: row.get("sender")?,
        cid: row.get("cid")?,
        g: row.get("g")?,
        ts: row.get("ts")?,
        body: row.get("body")?,
        rev: row.get("rev")?,
        deleted: row.get::<_, Option<i64>>("deleted_g")?.is_some(),
        reply: row.get("reply_seq")?,
        rich: row.get("rich")?,
        urgent: row.get("urgent")?,
        purged: row.get("purged")?,
    })
}

/// What a message is besides its text.
#[derive(Clone, Copy)]
pub(crate) struct Marked {
    /// Whether there is more than text.
    pub(crate) rich: bool,
    /// Whether it calls its readers in quiet hours too.
    pub(crate) urgent: bool,
    /// Whether it was sent by its time, and not by its author.
    pub(crate) scheduled: bool,
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    sender: PersonId,
    numbered: &Numbered,
    draft: &Draft,
    kind: Marked,
) -> Result<MessageId, store::Error> {
    let g = tx.g();
    tx.insert(
        sql!(
            "INSERT INTO messenger_message (conv, seq, ord, sender, cid, kind, g, ts, body, rev, reply_seq, rich, urgent,
                 scheduled)
             VALUES (?1, ?2, ?3, ?4, ?5, 'text', ?6, ?7, ?8, 0, ?9, ?10, ?11, ?12)"
        ),
        params![
            conv,
            numbered.seq,
            numbered.ord,
            sender,
            draft.cid,
            g,
            numbered.ts,
            draft.body.as_str(),
            draft.reply,
            kind.rich,
            kind.urgent,
            kind.scheduled
        ],
    )
    .map(MessageId::from_row)
}

pub(crate) fn find_by_cid(
    tx: &ReadTx<'_>,
    sender: PersonId,
    cid: ClientId,
) -> Result<Option<MessageRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, seq, sender, cid, g, ts, body, rev, deleted_g, reply_seq, rich, urgent,
                    purged FROM messenger_message
             WHERE sender = ?1 AND cid = ?2"
        ),
        params![sender, cid],
        message_of,
    )
}

pub(crate) fn find(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    seq: i64,
) -> Result<Option<MessageRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, seq, sender, cid, g, ts, body, rev, deleted_g, reply_seq, rich, urgent,
                    purged FROM messenger_message
             WHERE conv = ?1 AND seq = ?2"
        ),
        params![conv, seq],
        message_of,
    )
}

pub(crate) fn by_ids(tx: &ReadTx<'_>, ids: &[MessageId]) -> Result<Vec<MessageRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, seq, sender, cid, g, ts, body, rev, deleted_g, reply_seq, rich, urgent,
                    purged FROM messenger_message
             WHERE id IN (SELECT value FROM json_each(?1))"
        ),
        [super::id_list(ids.iter().map(|id| id.get()))],
        message_of,
    )
}

pub(crate) fn by_seqs(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    seqs: &[i64],
) -> Result<Vec<MessageRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, seq, sender, cid, g, ts, body, rev, deleted_g, reply_seq, rich, urgent,
                    purged FROM messenger_message
             WHERE conv = ?1 AND seq IN (SELECT value FROM json_each(?2)) ORDER BY seq"
        ),
        params![conv, super::id_list(seqs.iter().copied())],
        message_of,
    )
}

/// The last messages of several chats, one each.
pub(crate) fn last_of(tx: &ReadTx<'_>, chats: &[ConversationId]) -> Result<Vec<MessageRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.id, m.conv, m.seq, m.sender, m.cid, m.g, m.ts, m.body, m.rev, m.deleted_g, m.reply_seq, m.rich,
                    m.urgent, m.purged
             FROM messenger_conversation c JOIN messenger_message m ON m.conv = c.id AND m.seq = c.last_seq
             WHERE c.id IN (SELECT value FROM json_each(?1))"
        ),
        [super::id_list(chats.iter().map(|chat| chat.get()))],
        message_of,
    )
}

/// Newest first, `from <= seq < before`.
pub(crate) fn before(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    from: i64,
    before: i64,
    limit: u32,
) -> Result<Vec<MessageRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, seq, sender, cid, g, ts, body, rev, deleted_g, reply_seq, rich, urgent,
                    purged FROM messenger_message
             WHERE conv = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4"
        ),
        params![conv, from, before, limit],
        message_of,
    )
}

/// Oldest first, `after < seq`.
pub(crate) fn after(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    after: i64,
    limit: u32,
) -> Result<Vec<MessageRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, seq, sender, cid, g, ts, body, rev, deleted_g, reply_seq, rich, urgent,
                    purged FROM messenger_message
             WHERE conv = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
        ),
        params![conv, after, limit],
        message_of,
    )
}

/// The text that was sent at first, whatever became of it since.
pub(crate) fn original(tx: &ReadTx<'_>, message: &MessageRow) -> Result<String, store::Error> {
    let first = tx.find(
        sql!("SELECT body FROM messenger_revision WHERE message = ?1 AND rev = 0"),
        [message.id],
        |row| row.get(0),
    )?;
    Ok(first.unwrap_or_else(|| message.body.clone()))
}

pub(crate) fn keep_revision(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    message: &MessageRow,
    editor: PersonId,
) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(
        sql!(
            "INSERT INTO messenger_revision (message, rev, g, editor, ts, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![message.id, message.rev, g, editor, now, message.body],
    )?;
    Ok(())
}

pub(crate) fn set_body(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    body: &str,
    rich: bool,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE messenger_message SET body = ?2, rich = ?3, rev = rev + 1 WHERE id = ?1"),
        params![message, body, rich],
    )?;
    // Whoever changes a text changes what it is found by, so this is not left to the verbs (MSG-Q6).
    crate::search::renew(tx, message)
}

pub(crate) fn enrich(tx: &mut WriteTx<'_>, message: MessageId) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE messenger_message SET rich = 1 WHERE id = ?1 AND rich = 0"), [message])?;
    Ok(())
}

pub(crate) fn bury(tx: &mut WriteTx<'_>, message: MessageId) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(
        sql!("UPDATE messenger_message SET body = '', rev = rev + 1, deleted_g = ?2 WHERE id = ?1"),
        params![message, g],
    )?;
    crate::search::renew(tx, message)
}

/// When a message was taken.
pub(crate) fn moment(
    tx: &ReadTx<'_>,
    chat: ConversationId,
    seq: i64,
) -> Result<Option<UtcInstant>, store::Error> {
    tx.find(
        sql!("SELECT ts FROM messenger_message WHERE conv = ?1 AND seq = ?2"),
        params![chat, seq],
        |row| row.get(0),
    )
}

/// How many urgent messages somebody has sent since a moment.
pub(crate) fn urgent_since(
    tx: &ReadTx<'_>,
    sender: PersonId,
    since: UtcInstant,
) -> Result<u32, store::Error> {
    tx.load(
        sql!("SELECT COUNT(*) FROM messenger_message WHERE sender = ?1 AND ts > ?2 AND urgent = 1"),
        params![sender, since],
        |row| row.get(0),
    )
}

/// The chats that somebody has written to since a moment, as far as the newest messages of the school tell: these are
/// walked, and not all that the person has ever written.
pub(crate) fn chats_since(
    tx: &ReadTx<'_>,
    sender: PersonId,
    since: UtcInstant,
    newest: i64,
) -> Result<Vec<ConversationId>, store::Error> {
    let mut chats = tx.list(
        sql!(
            "SELECT conv FROM messenger_message
             WHERE id > (SELECT COALESCE(MAX(id), 0) FROM messenger_message) - ?3
               AND +sender = ?1 AND ts > ?2"
        ),
        params![sender, since, newest],
        |row| row.get(0),
    )?;
    chats.sort_unstable();
    chats.dedup();
    Ok(chats)
}
