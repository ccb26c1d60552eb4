//! The states of a term (DIA-ST4): what the calendar brings about, and what people decide.

use school::{DeputyHead, Term, TermId};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::storage;

/// The state of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TermState {
    /// It has not begun.
    Future,
    /// It runs: everything may be written.
    Open,
    /// It is over: marks for works that exist are still taken.
    Grading,
    /// Term marks only.
    Closed,
    /// Nothing without an order.
    Locked,
}

impl TermState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Future, Self::Open, Self::Grading, Self::Closed, Self::Locked];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Future => "future",
            Self::Open => "open",
            Self::Grading => "grading",
            Self::Closed => "closed",
            Self::Locked => "locked",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether marks, topics, homework and attendance may be written (DIA-I8).
    #[must_use]
    pub const fn takes_marks(self) -> bool {
        match self {
            Self::Open | Self::Grading => true,
            Self::Future | Self::Closed | Self::Locked => false,
        }
    }
}

/// What happens to a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TermEvent {
    /// Its first day came.
    Started,
    /// Its last day passed.
    Ended,
    /// The day on which marks close came, or a deputy head closed it.
    Closed,
    /// A deputy head opened it again.
    Reopened,
    /// The head teacher locked it.
    Locked,
    /// An order unlocked it.
    Unlocked,
}

impl TermEvent {
    /// All events.
    pub const ALL: [Self; 6] =
        [Self::Started, Self::Ended, Self::Closed, Self::Reopened, Self::Locked, Self::Unlocked];
}

/// The event does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a term that is {state:?} cannot be {event:?}")]
pub struct TermRefusal {
    /// The state.
    pub state: TermState,
    /// The event.
    pub event: TermEvent,
}

/// The state after an event; what the calendar says again changes nothing.
///
/// # Errors
/// [`TermRefusal`] when the event does not fit.
pub const fn next_term_state(state: TermState, event: TermEvent) -> Result<TermState, TermRefusal> {
    use {TermEvent as E, TermState as S};
    match (state, event) {
        (S::Future, E::Started) => Ok(S::Open),
        (S::Open, E::Ended) => Ok(S::Grading),
        (S::Open, E::Started) => Ok(S::Open),
        (S::Grading, E::Started | E::Ended | E::Reopened) => Ok(S::Grading),
        (S::Open | S::Grading, E::Closed) => Ok(S::Closed),
        (S::Closed, E::Started | E::Ended | E::Closed) => Ok(S::Closed),
        (S::Closed, E::Reopened) => Ok(S::Grading),
        (S::Closed, E::Locked) => Ok(S::Locked),
        (S::Locked, E::Started | E::Ended | E::Closed | E::Locked) => Ok(S::Locked),
        (S::Locked, E::Unlocked) => Ok(S::Closed),
        (S::Future, E::Ended | E::Closed | E::Reopened | E::Locked | E::Unlocked)
        | (S::Open, E::Reopened | E::Locked | E::Unlocked)
        | (S::Grading, E::Locked | E::Unlocked)
        | (S::Closed, E::Unlocked)
        | (S::Locked, E::Reopened) => Err(TermRefusal { state, event }),
    }
}

/// What people decided about a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TermDecision {
    /// The state they put it in, if they did.
    pub state: Option<TermState>,
    /// The moment from which marks are closed.
    pub closes_at: Option<UtcInstant>,
}

impl TermDecision {
    /// Whether people have closed the term to marks by this moment (DIA-I8).
    #[must_use]
    pub fn refuses_marks(self, now: UtcInstant) -> bool {
        let closed = match self.state {
            Some(TermState::Closed | TermState::Locked) => true,
            Some(TermState::Future | TermState::Open | TermState::Grading) | None => false,
        };
        closed || self.closes_at.is_some_and(|moment| now >= moment)
    }
}

/// The state on a day: what people decided, and then what the calendar brings about.
#[must_use]
pub fn term_state(term: &Term, decision: TermDecision, now: UtcInstant, today: Date) -> TermState {
    let mut state = decision.state.unwrap_or(TermState::Future);
    let calendar = [
        (today >= term.starts, TermEvent::Started),
        (today >= term.ends, TermEvent::Ended),
        (decision.closes_at.is_some_and(|moment| now >= moment), TermEvent::Closed),
    ];
    for (_, event) in calendar.into_iter().filter(|(came, _)| *came) {
        // What does not fit changes nothing: days that passed while the term was locked.
        state = next_term_state(state, event).unwrap_or(state);
    }
    state
}

/// The state of a term on a day.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn load_term_state(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    today: Date,
    term: &Term,
) -> Result<TermState, store::Error> {
    let decision = storage::term::decision(tx, term.id)?.unwrap_or_default();
    Ok(term_state(term, decision, now, today))
}

/// Sets the moment from which a term takes no marks; for the import, which knows a local date.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_marks_close(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    term: TermId,
    closes_at: UtcInstant,
) -> Result<(), store::Error> {
    let standing = storage::term::decision(tx, term)?.unwrap_or_default();
    storage::term::insert(tx, now, term, TermDecision { closes_at: Some(closes_at), ..standing }, None, None)
}

/// The moment from which a term takes no marks, if one is set.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn marks_close(tx: &ReadTx<'_>, term: TermId) -> Result<Option<UtcInstant>, store::Error> {
    Ok(storage::term::decision(tx, term)?.and_then(|decision| decision.closes_at))
}

/// Forgets what imports said of a term, for the undoing of an import (DIA-I20); what people decided stays.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn forget_marks_close(tx: &mut WriteTx<'_>, term: TermId) -> Result<(), store::Error> {
    storage::term::forget_unauthored(tx, term)
}

/// Why a term was not closed or opened.
#[derive(Debug, thiserror::Error)]
pub enum TermError {
    /// The state does not allow it.
    #[error(transparent)]
    State(#[from] TermRefusal),
    /// The base refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Closes a term for marks.
///
/// # Errors
/// [`TermError::State`] when it has not begun or is closed otherwise.
pub fn close_term(
    tx: &mut WriteTx<'_>,
    by: &DeputyHead<'_>,
    now: UtcInstant,
    term: &Term,
    today: Date,
) -> Result<TermState, TermError> {
    let state = next_term_state(load_term_state(tx, now, today, term)?, TermEvent::Closed)?;
    let standing = storage::term::decision(tx, term.id)?.unwrap_or_default();
    let decision = TermDecision { state: Some(state), ..standing };
    storage::term::insert(tx, now, term.id, decision, Some(by.person()), None)?;
    Ok(state)
}

/// Opens a closed term for marks until a moment, with a reason.
///
/// # Errors
/// [`TermError::State`] when it is not closed.
pub fn reopen_term(
    tx: &mut WriteTx<'_>,
    by: &DeputyHead<'_>,
    now: UtcInstant,
    term: &Term,
    today: Date,
    until: UtcInstant,
    reason: &str,
) -> Result<TermState, TermError> {
    let state = next_term_state(load_term_state(tx, now, today, term)?, TermEvent::Reopened)?;
    let decision = TermDecision { state: Some(state), closes_at: Some(until) };
    storage::term::insert(tx, now, term.id, decision, Some(by.person()), Some(reason))?;
    Ok(state)
}
