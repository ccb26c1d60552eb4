use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use super::message::MessageRow;
use crate::{Category, ChatKind, ConversationId, MessageId, Note, Outcome, ReportId, ReportState};

/// A report's row, with the kind of its chat.
#[derive(Clone, Debug)]
pub(crate) struct ReportRow {
    pub(crate) id: ReportId,
    pub(crate) conv: ConversationId,
    pub(crate) kind: ChatKind,
    pub(crate) message: MessageId,
    pub(crate) seq: i64,
    pub(crate) reporter: PersonId,
    pub(crate) reported: PersonId,
    pub(crate) category: Category,
    pub(crate) words: Option<String>,
    pub(crate) at: UtcInstant,
    pub(crate) state: ReportState,
    pub(crate) taken_by: Option<PersonId>,
    pub(crate) closed_by: Option<PersonId>,
    pub(crate) closed_at: Option<UtcInstant>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) answer: Option<String>,
}

impl ReportRow {
    /// Whether it came from a chat that is the safeguarding leads' alone.
    pub(crate) const fn confidential(&self) -> bool {
        self.kind.is_confidential()
    }
}

fn report_of(row: &Row<'_>) -> rusqlite::Result<ReportRow> {
    let kind: String = row.get("kind")?;
    let category: String = row.get("category")?;
    let state: String = row.get("state")?;
    let outcome: Option<String> = row.get("outcome")?;
    let outcome = match outcome {
        Some(word) => Some(Outcome::from_word(&word).ok_or_else(|| bad_word("outcome"))?),
        None => None,
    };
    Ok(ReportRow {
        id: row.get("id")?,
        conv: row.get("conv")?,
        kind: ChatKind::from_word(&kind).ok_or_else(|| bad_word("kind of chat"))?,
        message: row.get("message")?,
        seq: row.get("seq")?,
        reporter: row.get("reporter")?,
        reported: row.get("reported")?,
        category: Category::from_word(&category).ok_or_else(|| bad_word("category"))?,
        words: row.get("words")?,
        at: row.get("at")?,
        state: ReportState::from_word(&state).ok_or_else(|| bad_word("state of report"))?,
        taken_by: row.get("taken_by")?,
        closed_by: row.get("closed_by")?,
        closed_at: row.get("closed_at")?,
        outcome,
        answer: row.get("answer")?,
    })
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    reporter: PersonId,
    message: &MessageRow,
    category: Category,
    words: Option<&str>,
) -> Result<ReportId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO messenger_report (conv, message, seq, reporter, reported, category, words, at, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open')"
        ),
        params![message.conv, message.id, message.seq, reporter, message.sender, category.word(), words, now],
    )
    .map(ReportId::from_row)
}

pub(crate) fn find(tx: &ReadTx<'_>, report: ReportId) -> Result<Option<ReportRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT r.*, c.kind FROM messenger_report r JOIN messenger_conversation c ON c.id = r.conv
             WHERE r.id = ?1"
        ),
        [report],
        report_of,
    )
}

pub(crate) fn of_message(
    tx: &ReadTx<'_>,
    message: MessageId,
    reporter: PersonId,
) -> Result<Option<ReportId>, store::Error> {
    tx.find(
        sql!("SELECT id FROM messenger_report WHERE message = ?1 AND reporter = ?2"),
        params![message, reporter],
        |row| row.get(0),
    )
}

pub(crate) fn count_since(
    tx: &ReadTx<'_>,
    reporter: PersonId,
    since: UtcInstant,
) -> Result<u32, store::Error> {
    tx.load(
        sql!("SELECT COUNT(*) FROM messenger_report WHERE reporter = ?1 AND at > ?2"),
        params![reporter, since],
        |row| row.get(0),
    )
}

pub(crate) fn of_reporter(tx: &ReadTx<'_>, reporter: PersonId) -> Result<Vec<ReportRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT r.*, c.kind FROM messenger_report r JOIN messenger_conversation c ON c.id = r.conv
             WHERE r.reporter = ?1 ORDER BY r.at DESC, r.id DESC LIMIT 100"
        ),
        [reporter],
        report_of,
    )
}

/// Those not closed, oldest first.
pub(crate) fn unfinished(tx: &ReadTx<'_>) -> Result<Vec<ReportRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT r.*, c.kind FROM messenger_report r JOIN messenger_conversation c ON c.id = r.conv
             WHERE r.state <> 'closed' ORDER BY r.at, r.id"
        ),
        [],
        report_of,
    )
}

/// Those closed, newest first.
pub(crate) fn closed(tx: &ReadTx<'_>) -> Result<Vec<ReportRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT r.*, c.kind FROM messenger_report r JOIN messenger_conversation c ON c.id = r.conv
             WHERE r.state = 'closed' ORDER BY r.closed_at DESC, r.id DESC LIMIT 100"
        ),
        [],
        report_of,
    )
}

pub(crate) fn take(tx: &mut WriteTx<'_>, report: ReportId, person: PersonId) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE messenger_report SET state = 'taken', taken_by = ?2 WHERE id = ?1 AND state = 'open'"),
        params![report, person],
    )?;
    Ok(count == 1)
}

pub(crate) fn close(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    report: ReportId,
    person: PersonId,
    outcome: Outcome,
    answer: Option<&Note>,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE messenger_report
             SET state = 'closed', closed_by = ?2, closed_at = ?3, outcome = ?4, answer = ?5
             WHERE id = ?1 AND state <> 'closed'"
        ),
        params![report, person, now, outcome.word(), answer.map(Note::as_str)],
    )?;
    Ok(count == 1)
}

pub(crate) fn add_note(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    report: ReportId,
    author: PersonId,
    words: &str,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO messenger_case_note (report, author, at, words) VALUES (?1, ?2, ?3, ?4)"),
        params![report, author, now, words],
    )?;
    Ok(())
}

/// The notes of a case, oldest first: author, moment, words.
pub(crate) fn notes(
    tx: &ReadTx<'_>,
    report: ReportId,
) -> Result<Vec<(PersonId, UtcInstant, String)>, store::Error> {
    tx.list(
        sql!("SELECT author, at, words FROM messenger_case_note WHERE report = ?1 ORDER BY id"),
        [report],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}
