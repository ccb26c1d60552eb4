//! The end of a call: by who leads it, by its time, or because nobody is there.

use store::{Act, UtcInstant, WriteTx};

use crate::{
    Call, CallEvent, CallId, CallPlace, CallRefusal, CallState, EndWhy, LEADERLESS, LONGEST_CALL, LeaderOf,
    LessonFacts, Part, UNATTENDED, next_call_state, storage,
};

/// Why a call was not ended; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// It has not begun.
    #[error(transparent)]
    State(#[from] CallRefusal),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Ends a call for all; whoever is in it is then let go by whoever serves them. Ended again, it changes nothing.
///
/// # Errors
/// [`FinishError`].
pub fn finish(tx: &mut WriteTx<'_>, now: UtcInstant, by: &LeaderOf<'_>) -> Result<Option<Act>, FinishError> {
    let call = by.call();
    let state = next_call_state(call.state, CallEvent::Finished)?;
    if state == call.state {
        return Ok(None);
    }
    storage::call::end(tx, now, call.id, EndWhy::Leader)?;
    Ok(Some(Act::new("calls.call.end", "call", call.id)))
}

/// What a look at a call changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is over.
    Ended(CallId, EndWhy),
    /// Nobody has led it for a while: those who are in it wait.
    Waits(CallId),
}

/// Since when a call has been without people, as whoever serves it knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Absence {
    /// Without anybody who leads.
    pub leader: Option<UtcInstant>,
    /// Without anybody.
    pub anybody: Option<UtcInstant>,
}

/// Why a call is over at this moment, if it is.
fn is_over(
    now: UtcInstant,
    call: &Call,
    lesson: Option<&LessonFacts>,
    empty: Option<UtcInstant>,
) -> Option<EndWhy> {
    match (call.place, lesson) {
        (CallPlace::Lesson(_), None) => Some(EndWhy::Cancelled),
        (CallPlace::Lesson(_), Some(facts)) => {
            if !facts.held {
                return Some(EndWhy::Cancelled);
            }
            (now >= facts.window().closes || now < facts.window().opens).then_some(EndWhy::Time)
        }
        (CallPlace::Chat(_), _) => {
            let idle = if call.state == CallState::Lobby { Some(call.since) } else { empty };
            if now.since(call.begun) >= LONGEST_CALL {
                Some(EndWhy::Time)
            } else {
                idle.filter(|since| now.since(*since) >= UNATTENDED).map(|_| EndWhy::Empty)
            }
        }
    }
}

/// One look at a living call by the clock, with what the timetable says of its lesson now. A lesson's call that nobody
/// ever entered leaves no trace.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn settle(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    call: CallId,
    lesson: Option<&LessonFacts>,
    absence: Absence,
) -> Result<Option<Settled>, store::Error> {
    let Some(call) = storage::call::find(tx, call)?.filter(Call::is_live) else { return Ok(None) };
    let inside = storage::visit::parts_in(tx, call.id)?;
    let empty = absence.anybody.filter(|_| inside.is_empty());
    if let Some(why) = is_over(now, &call, lesson, empty) {
        if next_call_state(call.state, CallEvent::Over).is_err() {
            return Ok(None);
        }
        if matches!(call.place, CallPlace::Lesson(_)) && !storage::entry::is_any(tx, call.id)? {
            storage::call::forget(tx, call.id)?;
        } else {
            storage::call::end(tx, now, call.id, why)?;
        }
        return Ok(Some(Settled::Ended(call.id, why)));
    }
    let is_led = inside.contains(&Part::Leader);
    let alone = absence.leader.filter(|_| !is_led).is_some_and(|since| now.since(since) >= LEADERLESS);
    if call.state == CallState::Open && alone {
        let Ok(state) = next_call_state(call.state, CallEvent::Leaderless) else { return Ok(None) };
        storage::call::set_state(tx, now, call.id, state)?;
        return Ok(Some(Settled::Waits(call.id)));
    }
    Ok(None)
}
