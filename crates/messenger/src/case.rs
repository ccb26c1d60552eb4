//! Cases: what those who answer for safety do with a report.

use std::collections::HashMap;

use school::PersonId;
use store::{Act, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::evidence::{KnownVotes, gather};
use crate::hold::holds_of;
use crate::safety::{may_handle, other_leads};
use crate::storage::report::ReportRow;
use crate::{
    CaseOf, Category, Conversation, Evidence, Hold, Note, Outcome, ReportId, ReportState, SafetyError,
    SafetyOf, storage,
};

/// A case in the list: nothing of what was written.
#[derive(Clone, Debug)]
pub struct CaseSummary {
    /// The report.
    pub id: ReportId,
    /// In which chat.
    pub conversation: Conversation,
    /// What it is about.
    pub category: Category,
    /// When it came.
    pub at: UtcInstant,
    /// How far it has come.
    pub state: ReportState,
    /// Who has taken it.
    pub taken_by: Option<PersonId>,
    /// Who has closed it.
    pub closed_by: Option<PersonId>,
    /// When it was closed.
    pub closed_at: Option<UtcInstant>,
    /// What came of it.
    pub outcome: Option<Outcome>,
}

/// A note of a case.
#[derive(Clone, Debug)]
pub struct CaseNote {
    /// Who wrote it.
    pub author: PersonId,
    /// When.
    pub at: UtcInstant,
    /// The words.
    pub words: String,
}

/// A case with all that belongs to it.
#[derive(Clone, Debug)]
pub struct OpenedCase {
    /// What the list says of it.
    pub summary: CaseSummary,
    /// Who reported.
    pub reporter: PersonId,
    /// Whose message it is.
    pub reported: PersonId,
    /// The number of the reported message.
    pub seq: i64,
    /// What the reporter added.
    pub words: Option<String>,
    /// What the reporter was told.
    pub answer: Option<String>,
    /// What was frozen, the reported message among it.
    pub frozen: Vec<Evidence>,
    /// Notes, oldest first.
    pub notes: Vec<CaseNote>,
    /// Holds put in this case.
    pub holds: Vec<Hold>,
    /// The names of all people above.
    pub names: HashMap<PersonId, String>,
}

fn summary(tx: &ReadTx<'_>, row: &ReportRow) -> Result<CaseSummary, store::Error> {
    Ok(CaseSummary {
        id: row.id,
        conversation: Conversation::load(tx, row.conv)?,
        category: row.category,
        at: row.at,
        state: row.state,
        taken_by: row.taken_by,
        closed_by: row.closed_by,
        closed_at: row.closed_at,
        outcome: row.outcome,
    })
}

fn handled(
    tx: &ReadTx<'_>,
    by: &SafetyOf<'_>,
    today: Date,
    rows: Vec<ReportRow>,
) -> Result<Vec<ReportRow>, store::Error> {
    let mut kept = Vec::new();
    for row in rows {
        let leads = other_leads(tx, &row, today)?;
        if may_handle(by.desk(), by.person(), row.reported, row.confidential(), leads) {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// The cases that this person may look into: those not closed, urgent ones first and then the oldest; or those closed,
/// newest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_cases(
    tx: &ReadTx<'_>,
    by: &SafetyOf<'_>,
    today: Date,
    state: ReportState,
) -> Result<Vec<CaseSummary>, store::Error> {
    let rows = match state {
        ReportState::Open | ReportState::Taken => storage::report::unfinished(tx)?,
        ReportState::Closed => storage::report::closed(tx)?,
    };
    let mut rows = handled(tx, by, today, rows)?;
    if state != ReportState::Closed {
        rows.sort_by_key(|row| !row.category.is_urgent());
    }
    rows.iter().map(|row| summary(tx, row)).collect()
}

/// How many cases that this person may look into nobody has taken yet.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_new_cases(tx: &ReadTx<'_>, by: &SafetyOf<'_>, today: Date) -> Result<u32, store::Error> {
    let rows = storage::report::unfinished(tx)?;
    let open = rows.into_iter().filter(|row| row.state == ReportState::Open).collect();
    Ok(u32::try_from(handled(tx, by, today, open)?.len()).unwrap_or(u32::MAX))
}

/// Opens a case: gives what was frozen, and the row for the audit chain without which nothing may be shown (MSG-I18).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn open_case(tx: &mut WriteTx<'_>, by: &CaseOf<'_>) -> Result<(OpenedCase, Act), store::Error> {
    let row = &by.report;
    let notes: Vec<CaseNote> = storage::report::notes(tx, row.id)?
        .into_iter()
        .map(|(author, at, words)| CaseNote { author, at, words })
        .collect();
    let holds = holds_of(tx, row.id)?;
    let mut people = vec![row.reporter, row.reported];
    people.extend([row.taken_by, row.closed_by].into_iter().flatten());
    people.extend(notes.iter().map(|note| note.author));
    people.extend(holds.iter().map(|hold| hold.author));
    people.sort_unstable();
    people.dedup();
    let names = school::names_of(tx, &people)?;
    let opened = OpenedCase {
        summary: summary(tx, row)?,
        reporter: row.reporter,
        reported: row.reported,
        seq: row.seq,
        words: row.words.clone(),
        answer: row.answer.clone(),
        frozen: {
            let votes = KnownVotes::frozen(tx, row.id)?;
            gather(tx, row.conv, storage::evidence::frozen(tx, row.id)?, Some(votes))?
        },
        notes,
        holds,
        names: names.iter().map(|(person, name)| (*person, name.short())).collect(),
    };
    Ok((opened, Act::new("messenger.report.read", "report", row.id)))
}

/// Takes a case that nobody has taken.
///
/// # Errors
/// [`SafetyError::Closed`] when it is closed.
pub fn take_case(tx: &mut WriteTx<'_>, by: &CaseOf<'_>) -> Result<Option<Act>, SafetyError> {
    if by.report.state == ReportState::Closed {
        return Err(SafetyError::Closed);
    }
    let taken = storage::report::take(tx, by.id(), by.person())?;
    Ok(taken.then(|| Act::new("messenger.report.take", "report", by.id())))
}

/// Adds a note, to a closed case as well.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn add_note(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &CaseOf<'_>,
    words: &Note,
) -> Result<Act, store::Error> {
    storage::report::add_note(tx, now, by.id(), by.person(), words.as_str())?;
    Ok(Act::new("messenger.report.note", "report", by.id()))
}

/// Closes a case; the reporter is told the outcome and the answer.
///
/// # Errors
/// [`SafetyError::Closed`] when it is closed already.
pub fn close_case(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &CaseOf<'_>,
    outcome: Outcome,
    answer: Option<&Note>,
) -> Result<Act, SafetyError> {
    if !storage::report::close(tx, now, by.id(), by.person(), outcome, answer)? {
        return Err(SafetyError::Closed);
    }
    let act = Act::new("messenger.report.close", "report", by.id());
    Ok(act.change(Some(by.report.state.word().to_owned()), Some(outcome.word().to_owned())))
}
