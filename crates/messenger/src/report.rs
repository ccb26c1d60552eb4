//! Reporting a message (MSG-S6): it and its neighbours are frozen as they stand, for those who answer for safety.

use store::{ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::edit::find_visible;
use crate::limits::{NEIGHBOURS, REPORTS_A_DAY};
use crate::safety::{may_handle, other_leads};
use crate::storage::report::ReportRow;
use crate::unattended::{desks, tell_desk};
use crate::{Conversation, MemberOf, Note, ReportId, SafetyError, storage};
use school::Present;

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// Оскорбления.
    Insult,
    /// Травля.
    Bullying,
    /// Угрозы.
    Threat,
    /// Мошенничество.
    Fraud,
    /// Неприемлемое содержание.
    Indecent,
    /// Угроза жизни или безопасности.
    Danger,
    /// Другое.
    Other,
}

impl Category {
    /// All, in the order of the form.
    pub const ALL: [Self; 7] =
        [Self::Danger, Self::Threat, Self::Bullying, Self::Insult, Self::Fraud, Self::Indecent, Self::Other];

    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Insult => "insult",
            Self::Bullying => "bullying",
            Self::Threat => "threat",
            Self::Fraud => "fraud",
            Self::Indecent => "indecent",
            Self::Danger => "danger",
            Self::Other => "other",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.word() == word)
    }

    /// Whether it must be looked at before all others.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        match self {
            Self::Danger => true,
            Self::Insult | Self::Bullying | Self::Threat | Self::Fraud | Self::Indecent | Self::Other => {
                false
            }
        }
    }
}

/// How far a report has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// Nobody has taken it yet.
    Open,
    /// Somebody looks into it.
    Taken,
    /// It is closed.
    Closed,
}

impl ReportState {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Taken => "taken",
            Self::Closed => "closed",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Open, Self::Taken, Self::Closed].into_iter().find(|state| state.word() == word)
    }
}

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The rules were broken, and something was done about it.
    Upheld,
    /// The rules were not broken.
    Unfounded,
    /// Others have to deal with it.
    Passed,
}

impl Outcome {
    /// All, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Upheld, Self::Unfounded, Self::Passed];

    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Unfounded => "unfounded",
            Self::Passed => "passed",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// A report as its reporter sees it: no word of who looks into it.
#[derive(Clone, Debug)]
pub struct OwnReport {
    /// The report.
    pub id: ReportId,
    /// In which chat.
    pub conversation: Conversation,
    /// What it was about.
    pub category: Category,
    /// When.
    pub at: UtcInstant,
    /// How far it has come.
    pub state: ReportState,
    /// When it was closed.
    pub closed_at: Option<UtcInstant>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// What the reporter is told.
    pub answer: Option<String>,
}

/// Reports a message that the member sees, once for each: a second report of the same person gives the first. Its row
/// is its own record: the audit is read by people whom it could concern (MSG-I23).
///
/// # Errors
/// [`SafetyError`].
pub fn report(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
    category: Category,
    words: Option<&Note>,
) -> Result<ReportId, SafetyError> {
    let message = find_visible(tx, by, seq)?.ok_or(SafetyError::NoSuchMessage)?;
    if let Some(known) = storage::report::of_message(tx, message.id, by.person())? {
        return Ok(known);
    }
    if message.deleted {
        return Err(SafetyError::NoSuchMessage);
    }
    if message.sender == by.person() {
        return Err(SafetyError::Own);
    }
    if storage::report::count_since(tx, by.person(), now - Duration::days(1))? >= REPORTS_A_DAY {
        return Err(SafetyError::TooMany);
    }
    let report = storage::report::insert(tx, now, by.person(), &message, category, words.map(Note::as_str))?;
    let from = (seq - NEIGHBOURS).max(by.visible_from());
    storage::evidence::freeze(tx, report, message.conv, from, seq + NEIGHBOURS)?;
    if category.is_urgent() {
        tell_at_once(tx, now, report, by.today())?;
    }
    storage::poll::freeze(tx, report, message.conv, from, seq + NEIGHBOURS)?;
    Ok(report)
}

/// Stirs the open pages of everybody who may look into an urgent report (MSG-S6), and of nobody else (MSG-I23).
fn tell_at_once(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    report: ReportId,
    today: Date,
) -> Result<(), store::Error> {
    let row = storage::report::find(tx, report)?.ok_or(store::Error::NoRow)?;
    let leads = other_leads(tx, &row, today)?;
    for (person, desk) in desks(tx, today)? {
        if may_handle(desk, person, row.reported, row.confidential(), leads) {
            tell_desk(tx, now, person, "safety_urgent")?;
        }
    }
    Ok(())
}

/// The member's own report of a message, if there is one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_own_report(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    seq: i64,
) -> Result<Option<ReportId>, store::Error> {
    match find_visible(tx, by, seq)? {
        Some(message) => storage::report::of_message(tx, message.id, by.person()),
        None => Ok(None),
    }
}

/// What the viewer has reported, newest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_reports(tx: &ReadTx<'_>, by: &Present<'_>) -> Result<Vec<OwnReport>, store::Error> {
    let own = |row: ReportRow| {
        Ok(OwnReport {
            id: row.id,
            conversation: Conversation::load(tx, row.conv)?,
            category: row.category,
            at: row.at,
            state: row.state,
            closed_at: row.closed_at,
            outcome: row.outcome,
            answer: row.answer,
        })
    };
    storage::report::of_reporter(tx, by.person())?.into_iter().map(own).collect()
}
