//! What a leader decides (CALL-F5, CALL-F6, CALL-F7): for all, or for one. Who leads is never decided about.

use school::PersonId;
use store::{Act, ReadTx, UtcInstant, WriteTx};

use crate::{CallId, CallRules, LeaderOf, Part, Source, storage};

/// Why nothing was decided; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ModerateError {
    /// This person has not been in the call.
    #[error("not in the call")]
    NotThere,
    /// This person leads the call.
    #[error("the person leads the call")]
    Leads,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Sets the rules for all. A source whose rule is set anew follows it for everybody: what was decided about single
/// people before is forgotten («выключить микрофоны у всех» means those too who were let speak).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_rules(
    tx: &mut WriteTx<'_>,
    by: &LeaderOf<'_>,
    rules: CallRules,
    anew: &[Source],
) -> Result<Option<Act>, store::Error> {
    let (call, was) = (by.call().id, by.call().rules);
    let mut changed = was != rules;
    if changed {
        storage::call::set_rules(tx, call, rules)?;
    }
    for source in anew {
        changed |= storage::seat::forget(tx, call, *source)?;
    }
    let act = Act::new("calls.rules.set", "call", call);
    Ok(changed.then(|| act.change(Some(was.word()), Some(rules.word()))))
}

fn target(
    by: &LeaderOf<'_>,
    tx: &WriteTx<'_>,
    person: PersonId,
) -> Result<storage::seat::SeatRow, ModerateError> {
    let seat = storage::seat::find(tx, by.call().id, person)?.ok_or(ModerateError::NotThere)?;
    if seat.part == Part::Leader { Err(ModerateError::Leads) } else { Ok(seat) }
}

/// Lets one person send a source, or forbids it, whatever the rules are. Whoever is let speak has been called: their
/// hand goes down. Says whether anything changed.
///
/// # Errors
/// [`ModerateError`].
pub fn allow(
    tx: &mut WriteTx<'_>,
    by: &LeaderOf<'_>,
    person: PersonId,
    source: Source,
    on: bool,
) -> Result<bool, ModerateError> {
    let seat = target(by, tx, person)?;
    let call = by.call().id;
    let was = match source {
        Source::Microphone => seat.marks.microphone,
        Source::Camera => seat.marks.camera,
        Source::Screen => seat.marks.screen,
    };
    let answered = on && source == Source::Microphone && seat.hand.is_some();
    if answered {
        storage::seat::set_hand(tx, call, person, None)?;
    }
    if was != Some(on) {
        storage::seat::set_mark(tx, call, person, source, on)?;
    }
    Ok(answered || was != Some(on))
}

/// Removes a person, who is not let in again until they are let back (CALL-F7).
///
/// # Errors
/// [`ModerateError`].
pub fn keep_out(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LeaderOf<'_>,
    person: PersonId,
) -> Result<Option<Act>, ModerateError> {
    let seat = target(by, tx, person)?;
    if seat.marks.kept_out {
        return Ok(None);
    }
    let call = by.call().id;
    storage::seat::keep_out(tx, call, person, Some((now, by.person())))?;
    let act = Act::new("calls.person.remove", "person", person);
    Ok(Some(act.change(None, Some(format!("call:{call}")))))
}

/// Lets a person back whom a leader has removed.
///
/// # Errors
/// [`ModerateError`].
pub fn let_back(
    tx: &mut WriteTx<'_>,
    by: &LeaderOf<'_>,
    person: PersonId,
) -> Result<Option<Act>, ModerateError> {
    let seat = target(by, tx, person)?;
    if !seat.marks.kept_out {
        return Ok(None);
    }
    let call = by.call().id;
    storage::seat::keep_out(tx, call, person, None)?;
    let act = Act::new("calls.person.let_back", "person", person);
    Ok(Some(act.change(Some(format!("call:{call}")), None)))
}

/// Whom leaders have removed and not let back; they are shown to whoever leads.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn kept_out(tx: &ReadTx<'_>, call: CallId) -> Result<Vec<PersonId>, store::Error> {
    storage::seat::kept_out(tx, call)
}
