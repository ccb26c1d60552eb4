use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{AckRequest, ClientId, ConversationId, FileId, Later, ScheduleId, Unsent};

/// What has become of a message that was put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScheduleState {
    Waiting,
    Sent,
    Unsent(Unsent),
    Dropped,
}

/// A message to be sent later.
pub(crate) struct ScheduleRow {
    pub(crate) id: ScheduleId,
    pub(crate) conv: ConversationId,
    pub(crate) sender: PersonId,
    pub(crate) body: String,
    pub(crate) reply: Option<i64>,
    pub(crate) confirmed: bool,
    pub(crate) ack: Option<AckRequest>,
    pub(crate) urgent: bool,
    pub(crate) due: UtcInstant,
    pub(crate) state: ScheduleState,
}

fn state_of(row: &Row<'_>) -> rusqlite::Result<ScheduleState> {
    let state: String = row.get("state")?;
    Ok(match state.as_str() {
        "waiting" => ScheduleState::Waiting,
        "sent" => ScheduleState::Sent,
        "dropped" => ScheduleState::Dropped,
        "unsent" => {
            let reason: String = row.get("reason")?;
            let why = Unsent::from_word(&reason).ok_or_else(|| bad_word("reason of a schedule"))?;
            ScheduleState::Unsent(why)
        }
        _ => return Err(bad_word("state of a schedule")),
    })
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<ScheduleRow> {
    let request = AckRequest { due: row.get("ack_due")?, both: row.get("ack_both")? };
    let asks: bool = row.get("ack")?;
    Ok(ScheduleRow {
        id: row.get("id")?,
        conv: row.get("conv")?,
        sender: row.get("sender")?,
        body: row.get("body")?,
        reply: row.get("reply_seq")?,
        confirmed: row.get("confirmed")?,
        ack: asks.then_some(request),
        urgent: row.get("urgent")?,
        due: row.get("due")?,
        state: state_of(row)?,
    })
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    sender: PersonId,
    later: &Later,
) -> Result<ScheduleId, store::Error> {
    let ack = later.ack.unwrap_or_default();
    let id = tx.insert(
        sql!(
            "INSERT INTO messenger_schedule
                 (conv, sender, cid, body, reply_seq, confirmed, ack, ack_due, ack_both, urgent, due, state, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'waiting', ?12)"
        ),
        params![
            conv,
            sender,
            later.cid,
            later.body.as_str(),
            later.reply,
            later.confirmed,
            later.ack.is_some(),
            ack.due,
            ack.both,
            later.urgent,
            later.due,
            now
        ],
    )?;
    let id = ScheduleId::from_row(id);
    set_files(tx, id, &later.files)?;
    Ok(id)
}

/// Gives a waiting message these files, in the place of those it had.
fn set_files(tx: &mut WriteTx<'_>, id: ScheduleId, files: &[FileId]) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_schedule_file WHERE schedule = ?1"), [id])?;
    for (n, file) in (1_i64..).zip(files) {
        tx.execute(
            sql!("INSERT INTO messenger_schedule_file (schedule, n, file) VALUES (?1, ?2, ?3)"),
            params![id, n, file],
        )?;
    }
    Ok(())
}

/// The files of a message that waits or was not sent, in their order.
pub(crate) fn files_of(tx: &ReadTx<'_>, id: ScheduleId) -> Result<Vec<FileId>, store::Error> {
    tx.list(sql!("SELECT file FROM messenger_schedule_file WHERE schedule = ?1 ORDER BY n"), [id], |row| {
        row.get(0)
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, id: ScheduleId) -> Result<Option<ScheduleRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, sender, body, reply_seq, confirmed, ack, ack_due, ack_both, urgent, due, state, reason
             FROM messenger_schedule WHERE id = ?1"
        ),
        [id],
        row_of,
    )
}

/// What the form with this client id has put aside.
pub(crate) fn find_by_cid(
    tx: &ReadTx<'_>,
    sender: PersonId,
    cid: ClientId,
) -> Result<Option<ScheduleRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, sender, body, reply_seq, confirmed, ack, ack_due, ack_both, urgent, due, state, reason
             FROM messenger_schedule WHERE sender = ?1 AND cid = ?2"
        ),
        params![sender, cid],
        row_of,
    )
}

/// Those of a sender that wait or were not sent, by their time.
pub(crate) fn of_sender(tx: &ReadTx<'_>, sender: PersonId) -> Result<Vec<ScheduleRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, sender, body, reply_seq, confirmed, ack, ack_due, ack_both, urgent, due, state, reason
             FROM messenger_schedule
             WHERE sender = ?1 AND state IN ('waiting', 'unsent') ORDER BY due, id"
        ),
        [sender],
        row_of,
    )
}

/// How many of a sender's wait, and how many were not sent.
pub(crate) fn count(tx: &ReadTx<'_>, sender: PersonId) -> Result<(u32, u32), store::Error> {
    tx.load(
        sql!(
            "SELECT COUNT(*) FILTER (WHERE state = 'waiting'), COUNT(*) FILTER (WHERE state = 'unsent')
             FROM messenger_schedule WHERE sender = ?1 AND state IN ('waiting', 'unsent')"
        ),
        [sender],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Whether anything waits in a chat or was not sent to it.
pub(crate) fn is_in_chat(tx: &ReadTx<'_>, conv: ConversationId) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM messenger_schedule
             WHERE conv = ?1 AND state IN ('waiting', 'unsent'))"
        ),
        [conv],
        |row| row.get(0),
    )
}

pub(crate) fn first_due(tx: &ReadTx<'_>, now: UtcInstant) -> Result<Option<ScheduleRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, sender, body, reply_seq, confirmed, ack, ack_due, ack_both, urgent, due, state, reason
             FROM messenger_schedule WHERE state = 'waiting' AND due <= ?1 ORDER BY due, id LIMIT 1"
        ),
        [now],
        row_of,
    )
}

pub(crate) fn renew(tx: &mut WriteTx<'_>, id: ScheduleId, later: &Later) -> Result<(), store::Error> {
    let ack = later.ack.unwrap_or_default();
    tx.execute(
        sql!(
            "UPDATE messenger_schedule
             SET due = ?2, body = ?3, reply_seq = ?4, confirmed = ?5, ack = ?6, ack_due = ?7, ack_both = ?8,
                 urgent = ?9, state = 'waiting', reason = NULL
             WHERE id = ?1"
        ),
        params![
            id,
            later.due,
            later.body.as_str(),
            later.reply,
            later.confirmed,
            later.ack.is_some(),
            ack.due,
            ack.both,
            later.urgent
        ],
    )?;
    set_files(tx, id, &later.files)
}

pub(crate) fn set_sent(tx: &mut WriteTx<'_>, id: ScheduleId) -> Result<(), store::Error> {
    // The text and the files live in the message from now on.
    tx.execute(sql!("UPDATE messenger_schedule SET state = 'sent', body = '' WHERE id = ?1"), [id])?;
    set_files(tx, id, &[])
}

pub(crate) fn set_unsent(tx: &mut WriteTx<'_>, id: ScheduleId, why: Unsent) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE messenger_schedule SET state = 'unsent', reason = ?2 WHERE id = ?1"),
        params![id, why.word()],
    )?;
    Ok(())
}

pub(crate) fn set_dropped(tx: &mut WriteTx<'_>, id: ScheduleId) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE messenger_schedule SET state = 'dropped', reason = NULL, body = '' WHERE id = ?1"),
        [id],
    )?;
    // Without another message that carries them they go as any file that was never sent (MSG-A8).
    set_files(tx, id, &[])
}
