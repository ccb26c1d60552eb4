use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{ConversationId, HoldId, MessageId, Note, ReportId};

/// A hold's row.
pub(crate) struct HoldRow {
    pub(crate) id: HoldId,
    pub(crate) conv: ConversationId,
    pub(crate) seq: Option<i64>,
    pub(crate) against: Option<PersonId>,
    pub(crate) reason: String,
    pub(crate) author: PersonId,
    pub(crate) at: UtcInstant,
    pub(crate) lifted_at: Option<UtcInstant>,
}

fn hold_of(row: &Row<'_>) -> rusqlite::Result<HoldRow> {
    Ok(HoldRow {
        id: row.get("id")?,
        conv: row.get("conv")?,
        seq: row.get("seq")?,
        against: row.get("against")?,
        reason: row.get("reason")?,
        author: row.get("author")?,
        at: row.get("at")?,
        lifted_at: row.get("lifted_at")?,
    })
}

/// Whether a report or a hold is on a message, or a hold on its chat.
pub(crate) fn covers(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    message: MessageId,
) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM messenger_report WHERE message = ?2)
                 OR EXISTS (SELECT 1 FROM messenger_hold
                     WHERE conv = ?1 AND (message IS NULL OR message = ?2) AND lifted_at IS NULL)"
        ),
        params![conv, message],
        |row| row.get(0),
    )
}

#[expect(clippy::too_many_arguments, reason = "each is a column of the row")]
pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    author: PersonId,
    conv: ConversationId,
    message: Option<(MessageId, i64)>,
    report: Option<ReportId>,
    against: Option<PersonId>,
    reason: &Note,
) -> Result<HoldId, store::Error> {
    let (id, seq) = message.unzip();
    tx.insert(
        sql!(
            "INSERT INTO messenger_hold (conv, message, seq, report, against, reason, author, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        ),
        params![conv, id, seq, report, against, reason.as_str(), author, now],
    )
    .map(HoldId::from_row)
}

pub(crate) fn find(tx: &ReadTx<'_>, hold: HoldId) -> Result<Option<HoldRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, seq, against, reason, author, at, lifted_at FROM messenger_hold WHERE id = ?1"
        ),
        [hold],
        hold_of,
    )
}

pub(crate) fn of_report(tx: &ReadTx<'_>, report: ReportId) -> Result<Vec<HoldRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, seq, against, reason, author, at, lifted_at FROM messenger_hold
             WHERE report = ?1 ORDER BY id"
        ),
        [report],
        hold_of,
    )
}

pub(crate) fn in_force(tx: &ReadTx<'_>) -> Result<Vec<HoldRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, seq, against, reason, author, at, lifted_at FROM messenger_hold
             WHERE lifted_at IS NULL ORDER BY id DESC"
        ),
        [],
        hold_of,
    )
}

pub(crate) fn lift(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    hold: HoldId,
    person: PersonId,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE messenger_hold SET lifted_at = ?2, lifted_by = ?3 WHERE id = ?1 AND lifted_at IS NULL"),
        params![hold, now, person],
    )?;
    Ok(count == 1)
}
