use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use super::conversation::{ConversationRow, row_of};
use crate::{ConversationId, Desk, Note, OpeningId, ReportId, SafetyOf};

/// An opening's row.
#[derive(Clone, Debug)]
pub(crate) struct OpeningRow {
    pub(crate) id: OpeningId,
    pub(crate) conv: ConversationId,
    pub(crate) opener: PersonId,
    pub(crate) desk: Desk,
    pub(crate) reason: String,
    pub(crate) at: UtcInstant,
    pub(crate) until: UtcInstant,
    pub(crate) closed_at: Option<UtcInstant>,
    pub(crate) silent_reason: Option<String>,
    pub(crate) informed_at: Option<UtcInstant>,
    /// Whether the case that it belongs to is not closed yet.
    pub(crate) case_runs: bool,
}

fn opening_of(row: &Row<'_>) -> rusqlite::Result<OpeningRow> {
    let desk: String = row.get("desk")?;
    Ok(OpeningRow {
        id: row.get("id")?,
        conv: row.get("conv")?,
        opener: row.get("opener")?,
        desk: Desk::from_word(&desk).ok_or_else(|| bad_word("desk"))?,
        reason: row.get("reason")?,
        at: row.get("at")?,
        until: row.get("until")?,
        closed_at: row.get("closed_at")?,
        silent_reason: row.get("silent_reason")?,
        informed_at: row.get("informed_at")?,
        case_runs: row.get("case_runs")?,
    })
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &SafetyOf<'_>,
    conv: ConversationId,
    reason: &Note,
    report: Option<ReportId>,
    until: UtcInstant,
) -> Result<OpeningId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO messenger_opening (conv, opener, desk, reason, report, at, until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        ),
        params![conv, by.person(), by.desk().word(), reason.as_str(), report, now, until],
    )
    .map(OpeningId::from_row)
}

pub(crate) fn find(tx: &ReadTx<'_>, opening: OpeningId) -> Result<Option<OpeningRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT o.*, EXISTS (SELECT 1 FROM messenger_report r WHERE r.id = o.report AND r.state <> 'closed')
                 AS case_runs
             FROM messenger_opening o WHERE o.id = ?1"
        ),
        [opening],
        opening_of,
    )
}

pub(crate) fn of_chat(tx: &ReadTx<'_>, conv: ConversationId) -> Result<Vec<OpeningRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT o.*, EXISTS (SELECT 1 FROM messenger_report r WHERE r.id = o.report AND r.state <> 'closed')
                 AS case_runs
             FROM messenger_opening o WHERE o.conv = ?1 ORDER BY o.id DESC"
        ),
        [conv],
        opening_of,
    )
}

pub(crate) fn since(tx: &ReadTx<'_>, at: UtcInstant) -> Result<Vec<OpeningRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT o.*, EXISTS (SELECT 1 FROM messenger_report r WHERE r.id = o.report AND r.state <> 'closed')
                 AS case_runs
             FROM messenger_opening o WHERE o.at > ?1 ORDER BY o.id DESC LIMIT 100"
        ),
        [at],
        opening_of,
    )
}

pub(crate) fn uninformed(tx: &ReadTx<'_>) -> Result<Vec<OpeningRow>, store::Error> {
    tx.list(
        sql!("SELECT o.*, 0 AS case_runs FROM messenger_opening o WHERE o.informed_at IS NULL ORDER BY o.id"),
        [],
        opening_of,
    )
}

pub(crate) fn close(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    opening: OpeningId,
    silent: Option<&str>,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE messenger_opening SET closed_at = ?2, silent_reason = ?3 WHERE id = ?1 AND closed_at IS NULL"
        ),
        params![opening, now, silent],
    )?;
    Ok(())
}

pub(crate) fn inform(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    opening: OpeningId,
    person: PersonId,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE messenger_opening SET informed_by = ?2, informed_at = ?3 WHERE id = ?1 AND informed_at IS NULL"
        ),
        params![opening, person, now],
    )?;
    Ok(count == 1)
}

/// Every chat with the number of its members, the newest message first.
pub(crate) fn chats(tx: &ReadTx<'_>) -> Result<Vec<(ConversationRow, u32)>, store::Error> {
    tx.list(
        sql!(
            "SELECT c.*, (SELECT COUNT(*) FROM messenger_member m WHERE m.conv = c.id AND m.left_g IS NULL) AS people
             FROM messenger_conversation c ORDER BY c.last_ts DESC, c.id"
        ),
        [],
        |row| Ok((row_of(row)?, row.get("people")?)),
    )
}
