use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::id_list;
use crate::acknowledge::Signed;
use crate::{AckRequest, ConversationId, MessageId};

pub(crate) fn request(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    conv: ConversationId,
    seq: i64,
    request: AckRequest,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO messenger_ack_request (message, conv, seq, due, both) VALUES (?1, ?2, ?3, ?4, ?5)"),
        params![message, conv, seq, request.due, request.both],
    )?;
    Ok(())
}

/// The requests that these messages make.
pub(crate) fn requests(
    tx: &ReadTx<'_>,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, AckRequest)>, store::Error> {
    tx.list(
        sql!(
            "SELECT message, due, both FROM messenger_ack_request
             WHERE message IN (SELECT value FROM json_each(?1))"
        ),
        [id_list(messages.iter().map(|message| message.get()))],
        |row| Ok((row.get("message")?, AckRequest { due: row.get("due")?, both: row.get("both")? })),
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    message: MessageId,
    person: PersonId,
    device: &str,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "INSERT INTO messenger_ack (message, person, ts, device) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"
        ),
        params![message, person, now, device],
    )?;
    Ok(count == 1)
}

/// Who has acknowledged these messages, the first first.
pub(crate) fn of_messages(
    tx: &ReadTx<'_>,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, Signed)>, store::Error> {
    tx.list(
        sql!(
            "SELECT message, person, ts, device FROM messenger_ack
             WHERE message IN (SELECT value FROM json_each(?1)) ORDER BY ts, person"
        ),
        [id_list(messages.iter().map(|message| message.get()))],
        |row| {
            let signed =
                Signed { person: row.get("person")?, ts: row.get("ts")?, device: row.get("device")? };
            Ok((row.get("message")?, signed))
        },
    )
}

pub(crate) fn has_any(tx: &ReadTx<'_>, message: MessageId) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM messenger_ack WHERE message = ?1)"), [message], |row| {
        row.get(0)
    })
}

pub(crate) fn reminded(tx: &ReadTx<'_>, message: MessageId) -> Result<Option<UtcInstant>, store::Error> {
    tx.load(sql!("SELECT reminded_ts FROM messenger_ack_request WHERE message = ?1"), [message], |row| {
        row.get(0)
    })
}

pub(crate) fn note_reminder(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    message: MessageId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE messenger_ack_request SET reminded_ts = ?2 WHERE message = ?1"),
        params![message, now],
    )?;
    Ok(())
}

/// The open chats in which something waits for a person's acknowledgement.
pub(crate) fn waiting_chats(tx: &ReadTx<'_>, person: PersonId) -> Result<Vec<ConversationId>, store::Error> {
    tx.list(
        sql!(
            "SELECT DISTINCT r.conv FROM messenger_member m
             JOIN messenger_conversation c ON c.id = m.conv AND c.state = 'open'
             JOIN messenger_ack_request r ON r.conv = m.conv AND r.seq >= m.visible_from_seq
             JOIN messenger_message x ON x.id = r.message AND x.deleted_g IS NULL AND x.sender <> ?1
             WHERE m.person = ?1 AND m.left_g IS NULL
               AND (m.seat IN ('pupil', 'guardian')
                    OR c.kind IN ('staff_room', 'staff_group', 'school_news', 'private'))
               AND NOT EXISTS (SELECT 1 FROM messenger_ack a WHERE a.message = r.message AND a.person = ?1)"
        ),
        [person],
        |row| row.get(0),
    )
}
