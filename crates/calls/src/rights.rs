//! What one person may do in a call at this moment: one pure function of the call's state, the person's part, the rules
//! and what the leader has decided about them (CALL-I1, CALL-I3). Nothing that a client claims comes in.

use school::PersonId;
use store::ReadTx;

use crate::{CallId, CallRules, CallState, Source, storage};

/// As what a person is in a call, by the roster of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Leads it.
    Leader,
    /// Of the school's staff, without leading it.
    Staff,
    /// A pupil.
    Pupil,
    /// A guardian.
    Guardian,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 4] = [Self::Leader, Self::Staff, Self::Pupil, Self::Guardian];

    /// The word stored and sent to pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Staff => "staff",
            Self::Pupil => "pupil",
            Self::Guardian => "guardian",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }
}

/// What the leader has decided about one person; `None` follows the rules of the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The microphone.
    pub microphone: Option<bool>,
    /// The camera.
    pub camera: Option<bool>,
    /// The screen.
    pub screen: Option<bool>,
    /// Removed, and not let in again (CALL-F7).
    pub kept_out: bool,
}

/// Whose pictures a person is sent. Voices and screens are sent to everybody who is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Watch {
    /// Nothing of the call at all.
    Nothing,
    /// The cameras of those who lead.
    Leaders,
    /// All cameras.
    Everybody,
}

/// What a person may send and is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Sends sound.
    pub microphone: bool,
    /// Sends a picture.
    pub camera: bool,
    /// Sends a screen.
    pub screen: bool,
    /// Is sent.
    pub watch: Watch,
    /// Leads: seen and heard before all others.
    pub leads: bool,
}

impl Permissions {
    /// Of whoever is not in.
    pub const NONE: Self =
        Self { microphone: false, camera: false, screen: false, watch: Watch::Nothing, leads: false };

    /// Whether a source may be sent.
    #[must_use]
    pub const fn may_send(self, source: Source) -> bool {
        match source {
            Source::Microphone => self.microphone,
            Source::Camera => self.camera,
            Source::Screen => self.screen,
        }
    }

    /// Whether the person is in the room at all.
    #[must_use]
    pub fn is_in(self) -> bool {
        self.watch != Watch::Nothing
    }
}

/// What a person may do in a call.
#[must_use]
pub fn permissions(state: CallState, part: Part, rules: CallRules, marks: Marks) -> Permissions {
    match (state, part) {
        (CallState::Scheduled | CallState::Lobby | CallState::Ended, _) => Permissions::NONE,
        (CallState::Open, Part::Leader) => {
            Permissions { microphone: true, camera: true, screen: true, watch: Watch::Everybody, leads: true }
        }
        (CallState::Open, _) if marks.kept_out => Permissions::NONE,
        (CallState::Open, Part::Staff | Part::Pupil | Part::Guardian) => Permissions {
            microphone: marks.microphone.unwrap_or(rules.microphones),
            camera: marks.camera.unwrap_or(rules.cameras),
            screen: marks.screen.unwrap_or(rules.screens),
            watch: match part {
                Part::Pupil | Part::Guardian if rules.quiet => Watch::Leaders,
                Part::Leader | Part::Staff | Part::Pupil | Part::Guardian => Watch::Everybody,
            },
            leads: false,
        },
    }
}

/// What the leader has decided about one person; nothing is decided about whoever has not been in.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn marks_of(tx: &ReadTx<'_>, call: CallId, person: PersonId) -> Result<Marks, store::Error> {
    Ok(storage::seat::find(tx, call, person)?.map(|seat| seat.marks).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::{Marks, Part, Permissions, permissions};
    use crate::{CallRules, CallState};

    fn shown(may: Permissions) -> String {
        let sign = |on: bool, letter: char| if on { letter } else { '-' };
        format!(
            "{}{}{}{} {:?}",
            sign(may.microphone, 'm'),
            sign(may.camera, 'c'),
            sign(may.screen, 's'),
            sign(may.leads, 'L'),
            may.watch
        )
    }

    #[test]
    fn what_each_part_may_do() {
        // CALL-I3, CALL-F6, CALL-F7, CALL-F33
        let muted = CallRules { microphones: false, cameras: false, ..CallRules::LESSON };
        let spoken = Marks { microphone: Some(true), ..Marks::default() };
        let hushed = Marks { microphone: Some(false), camera: Some(false), ..Marks::default() };
        let out = Marks { kept_out: true, microphone: Some(true), ..Marks::default() };
        let mut table = String::new();
        for (name, rules, marks) in [
            ("lesson", CallRules::LESSON, Marks::default()),
            ("lesson, all muted", muted, Marks::default()),
            ("lesson, all muted, lets speak", muted, spoken),
            ("lesson, hushed", CallRules::LESSON, hushed),
            ("lesson, kept out", CallRules::LESSON, out),
            ("gathering", CallRules::GATHERING, Marks::default()),
            ("colleagues", CallRules::STAFF, Marks::default()),
        ] {
            for part in Part::ALL {
                let may = permissions(CallState::Open, part, rules, marks);
                writeln!(table, "{name}: {part:?} {}", shown(may)).unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn nobody_sends_or_is_sent_anything_before_and_after() {
        // CALL-I1, CALL-F3
        let marks = Marks { microphone: Some(true), camera: Some(true), screen: Some(true), kept_out: false };
        for state in CallState::ALL.into_iter().filter(|state| *state != CallState::Open) {
            for part in Part::ALL {
                assert_eq!(permissions(state, part, CallRules::STAFF, marks), Permissions::NONE);
            }
        }
    }
}
