use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{ConversationId, ReportId, TextState};

/// One text of a message.
pub(crate) struct TextRow {
    pub(crate) seq: i64,
    pub(crate) sender: PersonId,
    pub(crate) ts: UtcInstant,
    pub(crate) state: TextState,
    pub(crate) body: String,
}

fn text_of(row: &Row<'_>) -> rusqlite::Result<TextRow> {
    let state: String = row.get("state")?;
    Ok(TextRow {
        seq: row.get("seq")?,
        sender: row.get("sender")?,
        ts: row.get("ts")?,
        state: TextState::from_word(&state).ok_or_else(|| bad_word("state of text"))?,
        body: row.get("body")?,
    })
}

/// Copies the texts of a stretch of a chat, earlier and deleted ones too.
pub(crate) fn freeze(
    tx: &mut WriteTx<'_>,
    report: ReportId,
    conv: ConversationId,
    from: i64,
    upto: i64,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_report_text (report, seq, rev, message, sender, ts, state, body)
             SELECT ?1, m.seq, m.rev, m.id, m.sender,
                    COALESCE((SELECT MAX(r.ts) FROM messenger_revision r WHERE r.message = m.id), m.ts), 'present', m.body
             FROM messenger_message m
             WHERE m.conv = ?2 AND m.seq BETWEEN ?3 AND ?4 AND m.deleted_g IS NULL"
        ),
        params![report, conv, from, upto],
    )?;
    tx.execute(
        sql!(
            "INSERT INTO messenger_report_text (report, seq, rev, message, sender, ts, state, body)
             SELECT ?1, m.seq, r.rev, m.id, m.sender,
                    COALESCE((SELECT p.ts FROM messenger_revision p WHERE p.message = m.id AND p.rev = r.rev - 1), m.ts),
                    CASE WHEN m.deleted_g IS NOT NULL AND r.rev = m.rev - 1 THEN 'deleted' ELSE 'earlier' END, r.body
             FROM messenger_message m JOIN messenger_revision r ON r.message = m.id
             WHERE m.conv = ?2 AND m.seq BETWEEN ?3 AND ?4"
        ),
        params![report, conv, from, upto],
    )?;
    Ok(())
}

/// Whether a message is among what a report has frozen.
pub(crate) fn holds(tx: &ReadTx<'_>, report: ReportId, seq: i64) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT EXISTS (SELECT 1 FROM messenger_report_text WHERE report = ?1 AND seq = ?2)"),
        params![report, seq],
        |row| row.get(0),
    )
}

/// What a report has frozen, by number and revision.
pub(crate) fn frozen(tx: &ReadTx<'_>, report: ReportId) -> Result<Vec<TextRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT seq, sender, ts, state, body FROM messenger_report_text WHERE report = ?1 ORDER BY seq, rev"
        ),
        [report],
        text_of,
    )
}

/// Every text of a stretch of a chat, by number and revision.
pub(crate) fn of_chat(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    from: i64,
    upto: i64,
) -> Result<Vec<TextRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.seq, m.rev, m.sender, 'present' AS state, m.body,
                    COALESCE((SELECT MAX(r.ts) FROM messenger_revision r WHERE r.message = m.id), m.ts) AS ts
             FROM messenger_message m
             WHERE m.conv = ?1 AND m.seq BETWEEN ?2 AND ?3 AND m.deleted_g IS NULL
             UNION ALL
             SELECT m.seq, r.rev, m.sender,
                    CASE WHEN m.deleted_g IS NOT NULL AND r.rev = m.rev - 1 THEN 'deleted' ELSE 'earlier' END, r.body,
                    COALESCE((SELECT p.ts FROM messenger_revision p WHERE p.message = m.id AND p.rev = r.rev - 1), m.ts)
             FROM messenger_message m JOIN messenger_revision r ON r.message = m.id
             WHERE m.conv = ?1 AND m.seq BETWEEN ?2 AND ?3
             ORDER BY 1, 2"
        ),
        params![conv, from, upto],
        text_of,
    )
}
