//! The states of a call (CALL-F3, CALL-F30): one exhaustive match, whose drawing is docs/machines/call.md.

/// The state of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallState {
    /// It is to come: nobody is let in yet.
    Scheduled,
    /// People wait for somebody who leads; nothing is sent to anybody.
    Lobby,
    /// It goes on.
    Open,
    /// It is over, for good.
    Ended,
}

impl CallState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Scheduled, Self::Lobby, Self::Open, Self::Ended];

    /// The word stored and sent to pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Lobby => "lobby",
            Self::Open => "open",
            Self::Ended => "ended",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallEvent {
    /// Its time to open has come, or a member of staff has started it.
    Due,
    /// Somebody who leads has come in.
    Led,
    /// Nobody who leads has been in for a while.
    Leaderless,
    /// Somebody who leads has ended it for all.
    Finished,
    /// Its time is over, its lesson does not take place, or nobody is in it.
    Over,
}

impl CallEvent {
    /// All events.
    pub const ALL: [Self; 5] = [Self::Due, Self::Led, Self::Leaderless, Self::Finished, Self::Over];
}

/// The event does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a call that is {state:?} cannot be {event:?}")]
pub struct CallRefusal {
    /// The state.
    pub state: CallState,
    /// The event.
    pub event: CallEvent,
}

/// The state after an event; repeats are idempotent.
///
/// # Errors
/// [`CallRefusal`] when the event does not fit.
pub const fn next_call_state(state: CallState, event: CallEvent) -> Result<CallState, CallRefusal> {
    use {CallEvent as E, CallState as S};
    match (state, event) {
        (S::Scheduled | S::Lobby, E::Due) => Ok(S::Lobby),
        (S::Lobby | S::Open, E::Led) => Ok(S::Open),
        (S::Open, E::Due) => Ok(S::Open),
        // Children are not left alone in a room: they wait until an adult of the school is back.
        (S::Lobby | S::Open, E::Leaderless) => Ok(S::Lobby),
        (S::Lobby | S::Open | S::Ended, E::Finished) => Ok(S::Ended),
        (S::Scheduled | S::Lobby | S::Open | S::Ended, E::Over) => Ok(S::Ended),
        (S::Scheduled, E::Led | E::Leaderless | E::Finished)
        | (S::Ended, E::Due | E::Led | E::Leaderless) => Err(CallRefusal { state, event }),
    }
}
