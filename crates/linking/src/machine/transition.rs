use school::PersonId;
use store::UtcInstant;

use super::{AttemptRef, Effect, Event, Linked, Password, Refusal, Returned, ReviewWhy, State};
use crate::Comparison;

type Next = Result<(State, Vec<Effect>), Refusal>;

/// The next state and what has to be done for it, or why the event changes nothing.
///
/// # Errors
/// [`Refusal`]; the state is then as it was.
pub fn transition(state: &State, event: Event, now: UtcInstant) -> Next {
    match state {
        State::Unlinked => unlinked(event, now),
        State::Authorizing { attempt, started: _, expires } => authorizing(attempt, *expires, event, now),
        State::Reviewing { returned, why, expires } => reviewing(returned, *why, *expires, event, now),
        State::AwaitingApproval { returned, .. } => awaiting(returned, event, now),
        State::Active(linked) => active(linked, event, now),
        State::Suspended { linked, since, by, reason } => {
            suspended(linked.as_ref(), *since, *by, reason, event)
        }
    }
}

const fn to(state: State) -> Next {
    Ok((state, Vec::new()))
}

fn activated(returned: Returned, approved_by: Option<PersonId>, now: UtcInstant) -> Next {
    Ok((State::Active(Linked { returned, since: now, approved_by }), vec![Effect::Enrol]))
}

/// Equal names are on; unequal ones wait for a member of staff (LNK-L3).
fn by_names(returned: Returned, names: Comparison, now: UtcInstant) -> Next {
    match names {
        Comparison::Equal => activated(returned, None, now),
        Comparison::Differs(mismatch) => to(State::AwaitingApproval { returned, mismatch, since: now }),
    }
}

fn unlinked(event: Event, now: UtcInstant) -> Next {
    match event {
        Event::Begin { linked_elsewhere: true, .. } => Err(Refusal::AlreadyLinked),
        Event::Begin { attempt, expires, linked_elsewhere: false } => {
            to(State::Authorizing { attempt, started: now, expires })
        }
        // A used or foreign return; the state was spent by the one that it came with (LNK-L1).
        Event::Returned { .. } | Event::Refused { .. } => Err(Refusal::ForeignAttempt),
        // Repeats of what has just been done.
        Event::Cancelled | Event::Expired | Event::Unlinked | Event::ProviderRevoked => to(State::Unlinked),
        Event::Confirmed { .. }
        | Event::Approved { .. }
        | Event::Rejected { .. }
        | Event::Suspended { .. }
        | Event::Reinstated => Err(Refusal::NotNow),
    }
}

fn authorizing(awaited: &AttemptRef, until: UtcInstant, event: Event, now: UtcInstant) -> Next {
    let fits = |attempt: &AttemptRef| {
        if attempt.digest != awaited.digest {
            Err(Refusal::ForeignAttempt)
        } else if attempt.session != awaited.session {
            Err(Refusal::ForeignSession)
        } else if now >= until {
            Err(Refusal::TooLate)
        } else {
            Ok(())
        }
    };
    match event {
        Event::Begin { linked_elsewhere: true, .. } => Err(Refusal::AlreadyLinked),
        // «начать заново»: the earlier attempt's return is foreign from now on.
        Event::Begin { attempt, expires, linked_elsewhere: false } => {
            to(State::Authorizing { attempt, started: now, expires })
        }
        Event::Returned { attempt, returned, names, taken, review, review_until } => {
            fits(&attempt)?;
            match (taken, review) {
                (true, _) => Err(Refusal::SubjectTaken),
                (false, Some(why)) => to(State::Reviewing { returned, why, expires: review_until }),
                (false, None) => by_names(returned, names, now),
            }
        }
        Event::Refused { attempt, why: _ } => {
            fits(&attempt)?;
            to(State::Unlinked)
        }
        Event::Expired if now < until => Err(Refusal::NotNow),
        Event::Cancelled | Event::Expired => to(State::Unlinked),
        Event::Confirmed { .. }
        | Event::Approved { .. }
        | Event::Rejected { .. }
        | Event::Unlinked
        | Event::Suspended { .. }
        | Event::Reinstated
        | Event::ProviderRevoked => Err(Refusal::NotNow),
    }
}

fn reviewing(returned: &Returned, why: ReviewWhy, until: UtcInstant, event: Event, now: UtcInstant) -> Next {
    match event {
        Event::Begin { linked_elsewhere: true, .. } => Err(Refusal::AlreadyLinked),
        Event::Begin { attempt, expires, linked_elsewhere: false } => {
            to(State::Authorizing { attempt, started: now, expires })
        }
        Event::Confirmed { .. } if now >= until => Err(Refusal::TooLate),
        Event::Confirmed { taken: true, .. } => Err(Refusal::SubjectTaken),
        Event::Confirmed { password, names, taken: false } => match (why.other_subject, password) {
            (true, Password::NotAsked) | (_, Password::Wrong) => Err(Refusal::WrongPassword),
            (true | false, Password::Right) | (false, Password::NotAsked) => {
                by_names(returned.clone(), names, now)
            }
        },
        Event::Returned { .. } | Event::Refused { .. } => Err(Refusal::ForeignAttempt),
        Event::Expired if now < until => Err(Refusal::NotNow),
        Event::Cancelled | Event::Expired | Event::ProviderRevoked => to(State::Unlinked),
        Event::Approved { .. }
        | Event::Rejected { .. }
        | Event::Unlinked
        | Event::Suspended { .. }
        | Event::Reinstated => Err(Refusal::NotNow),
    }
}

fn awaiting(returned: &Returned, event: Event, now: UtcInstant) -> Next {
    match event {
        Event::Begin { .. } => Err(Refusal::AlreadyWaiting),
        Event::Approved { by } => activated(returned.clone(), Some(by), now),
        Event::Rejected { by: _ } | Event::Cancelled | Event::ProviderRevoked => to(State::Unlinked),
        Event::Returned { .. } | Event::Refused { .. } => Err(Refusal::ForeignAttempt),
        Event::Confirmed { .. }
        | Event::Expired
        | Event::Unlinked
        | Event::Suspended { .. }
        | Event::Reinstated => Err(Refusal::NotNow),
    }
}

fn active(linked: &Linked, event: Event, now: UtcInstant) -> Next {
    match event {
        Event::Begin { .. } => Err(Refusal::AlreadyLinked),
        Event::Unlinked | Event::ProviderRevoked => Ok((State::Unlinked, vec![Effect::Withdraw])),
        Event::Suspended { by, why } => Ok((
            State::Suspended { linked: Some(linked.clone()), since: now, by, reason: why },
            vec![Effect::Withdraw],
        )),
        Event::Returned { .. } | Event::Refused { .. } => Err(Refusal::ForeignAttempt),
        Event::Confirmed { .. }
        | Event::Approved { .. }
        | Event::Rejected { .. }
        | Event::Cancelled
        | Event::Expired
        | Event::Reinstated => Err(Refusal::NotNow),
    }
}

fn suspended(linked: Option<&Linked>, since: UtcInstant, by: PersonId, reason: &str, event: Event) -> Next {
    match event {
        Event::Begin { .. } => Err(Refusal::Suspended),
        Event::Reinstated => match linked {
            Some(linked) => Ok((State::Active(linked.clone()), vec![Effect::Enrol])),
            None => to(State::Unlinked),
        },
        // Unlinking is the owner's right at any time, but it lifts no block.
        Event::Unlinked | Event::ProviderRevoked => {
            to(State::Suspended { linked: None, since, by, reason: reason.to_owned() })
        }
        Event::Returned { .. } | Event::Refused { .. } => Err(Refusal::ForeignAttempt),
        Event::Confirmed { .. }
        | Event::Approved { .. }
        | Event::Rejected { .. }
        | Event::Cancelled
        | Event::Expired
        | Event::Suspended { .. } => Err(Refusal::NotNow),
    }
}
