use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::file::{FileRow, file_of};
use crate::{ConversationId, FileId, MessageId};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    n: u32,
    file: FileId,
    conv: ConversationId,
    seq: i64,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO messenger_attachment (message, n, file, conv, seq) VALUES (?1, ?2, ?3, ?4, ?5)"),
        params![message, n, file, conv, seq],
    )?;
    Ok(())
}

pub(crate) fn files_of(tx: &ReadTx<'_>, message: MessageId) -> Result<Vec<FileId>, store::Error> {
    tx.list(sql!("SELECT file FROM messenger_attachment WHERE message = ?1 ORDER BY n"), [message], |row| {
        row.get(0)
    })
}

/// The file at a place of a message that is not deleted.
pub(crate) fn find(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    seq: i64,
    n: u32,
) -> Result<Option<FileRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT f.id, f.person, f.blob, f.name, f.size, f.state, f.kind, f.digest, f.width, f.height, f.voice_ms,
                    f.thumb, f.thumb_kind, f.thumb_width, f.thumb_height
             FROM messenger_attachment a
             JOIN messenger_message m ON m.id = a.message JOIN messenger_file f ON f.id = a.file
             WHERE a.conv = ?1 AND a.seq = ?2 AND a.n = ?3 AND m.deleted_g IS NULL"
        ),
        params![conv, seq, n],
        file_of,
    )
}

/// The files of several messages of a chat, in their order.
pub(crate) fn of_messages(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    seqs: &[i64],
) -> Result<Vec<(i64, u32, FileRow)>, store::Error> {
    tx.list(
        sql!(
            "SELECT a.seq, a.n, f.id, f.person, f.blob, f.name, f.size, f.state, f.kind, f.digest, f.width, f.height,
                    f.voice_ms, f.thumb, f.thumb_kind, f.thumb_width, f.thumb_height
             FROM messenger_attachment a
             JOIN messenger_message m ON m.id = a.message JOIN messenger_file f ON f.id = a.file
             WHERE a.conv = ?1 AND a.seq IN (SELECT value FROM json_each(?2)) AND m.deleted_g IS NULL
             ORDER BY a.seq, a.n"
        ),
        params![conv, super::id_list(seqs.iter().copied())],
        |row| Ok((row.get("seq")?, row.get("n")?, file_of(row)?)),
    )
}

/// The file at a place of a message, deleted or not: for those who look into something.
pub(crate) fn find_kept(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    seq: i64,
    n: u32,
) -> Result<Option<FileRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT f.id, f.person, f.blob, f.name, f.size, f.state, f.kind, f.digest, f.width, f.height, f.voice_ms,
                    f.thumb, f.thumb_kind, f.thumb_width, f.thumb_height
             FROM messenger_attachment a JOIN messenger_file f ON f.id = a.file
             WHERE a.conv = ?1 AND a.seq = ?2 AND a.n = ?3"
        ),
        params![conv, seq, n],
        file_of,
    )
}

/// As [`of_messages`], of deleted messages too: for those who look into something.
pub(crate) fn of_evidence(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    seqs: &[i64],
) -> Result<Vec<(i64, u32, FileRow)>, store::Error> {
    tx.list(
        sql!(
            "SELECT a.seq, a.n, f.id, f.person, f.blob, f.name, f.size, f.state, f.kind, f.digest, f.width, f.height,
                    f.voice_ms, f.thumb, f.thumb_kind, f.thumb_width, f.thumb_height
             FROM messenger_attachment a JOIN messenger_file f ON f.id = a.file
             WHERE a.conv = ?1 AND a.seq IN (SELECT value FROM json_each(?2)) ORDER BY a.seq, a.n"
        ),
        params![conv, super::id_list(seqs.iter().copied())],
        |row| Ok((row.get("seq")?, row.get("n")?, file_of(row)?)),
    )
}

/// A file of a chat with the message that carries it.
pub(crate) struct ChatFileRow {
    pub(crate) seq: i64,
    pub(crate) n: u32,
    pub(crate) sender: PersonId,
    pub(crate) ts: UtcInstant,
    pub(crate) file: FileRow,
}

/// The files of a chat, newest message first, of `from <= seq < before`.
pub(crate) fn of_chat(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    from: i64,
    before: i64,
    limit: u32,
) -> Result<Vec<ChatFileRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT a.seq, a.n, m.sender, m.ts, f.id, f.person, f.blob, f.name, f.size, f.state, f.kind, f.digest, f.width, f.height,
                    f.voice_ms, f.thumb, f.thumb_kind, f.thumb_width, f.thumb_height
             FROM messenger_attachment a
             JOIN messenger_message m ON m.id = a.message JOIN messenger_file f ON f.id = a.file
             WHERE a.conv = ?1 AND a.seq >= ?2 AND a.seq < ?3 AND m.deleted_g IS NULL
             ORDER BY a.seq DESC, a.n LIMIT ?4"
        ),
        params![conv, from, before, limit],
        |row| {
            Ok(ChatFileRow {
                seq: row.get("seq")?,
                n: row.get("n")?,
                sender: row.get("sender")?,
                ts: row.get("ts")?,
                file: file_of(row)?,
            })
        },
    )
}
