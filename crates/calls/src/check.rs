//! What people find when they try their devices and their network before a call (CALL-F34). They say it of themselves,
//! so it is shown and never a right.

use school::{PersonId, Present};
use store::{ReadTx, UtcInstant, WriteTx};

use crate::limits::CHECK_KEPT;
use crate::{LessonLeaderOf, storage};

/// The longest way there and back that is worth a number, in milliseconds.
const LONGEST_TRIP: u16 = 60_000;

/// How the microphone was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Microphone {
    /// The person was heard.
    Works,
    /// It came, and nothing was heard of it.
    Silent,
    /// It did not come.
    Fault(DeviceFault),
}

/// How the camera was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Camera {
    /// It came.
    Works,
    /// It did not come.
    Fault(DeviceFault),
}

/// Why a device did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceFault {
    /// The browser was not allowed to give it.
    Denied,
    /// There is none.
    Missing,
    /// Another program has it.
    Busy,
    /// For another cause.
    Failed,
}

/// How the server's media was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// Over UDP.
    Udp(Option<Trip>),
    /// Over TCP alone.
    Tcp(Option<Trip>),
    /// Not at all.
    Nowhere,
}

/// How long a packet takes there and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Trip(u16);

impl Trip {
    /// A trip of so many milliseconds; none that no packet takes.
    #[must_use]
    pub const fn of(milliseconds: u16) -> Option<Self> {
        if milliseconds <= LONGEST_TRIP { Some(Self(milliseconds)) } else { None }
    }

    /// In milliseconds.
    #[must_use]
    pub const fn milliseconds(self) -> u16 {
        self.0
    }
}

impl DeviceFault {
    const ALL: [Self; 4] = [Self::Denied, Self::Missing, Self::Busy, Self::Failed];

    const fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Missing => "missing",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.word() == word)
    }
}

impl Microphone {
    /// The word stored and sent by pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Silent => "silent",
            Self::Fault(fault) => fault.word(),
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "works" => Some(Self::Works),
            "silent" => Some(Self::Silent),
            other => DeviceFault::from_word(other).map(Self::Fault),
        }
    }
}

impl Camera {
    /// The word stored and sent by pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Fault(fault) => fault.word(),
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        if word == "works" { Some(Self::Works) } else { DeviceFault::from_word(word).map(Self::Fault) }
    }
}

impl Network {
    /// The word stored and sent by pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Udp(_) => "udp",
            Self::Tcp(_) => "tcp",
            Self::Nowhere => "none",
        }
    }

    /// Reads the word with what goes with it; where nothing is reached nothing takes any time.
    #[must_use]
    pub fn parse(word: &str, trip: Option<Trip>) -> Option<Self> {
        match (word, trip) {
            ("udp", trip) => Some(Self::Udp(trip)),
            ("tcp", trip) => Some(Self::Tcp(trip)),
            ("none", None) => Some(Self::Nowhere),
            _ => None,
        }
    }

    /// How long a packet takes there and back, where that is known.
    #[must_use]
    pub const fn trip(self) -> Option<Trip> {
        match self {
            Self::Udp(trip) | Self::Tcp(trip) => trip,
            Self::Nowhere => None,
        }
    }
}

/// What one visit of the page has found so far; what was not tried is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckDraft {
    /// The microphone.
    pub microphone: Option<Microphone>,
    /// The camera.
    pub camera: Option<Camera>,
    /// The network.
    pub network: Option<Network>,
}

impl CheckDraft {
    /// Whether nothing was tried.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Something that was found, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// What.
    pub what: T,
    /// When.
    pub at: UtcInstant,
}

/// What a person found last of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// The microphone.
    pub microphone: Option<Found<Microphone>>,
    /// The camera.
    pub camera: Option<Found<Camera>>,
    /// The network.
    pub network: Option<Found<Network>>,
    /// The last time that anything was tried.
    pub at: UtcInstant,
}

/// What will be in a person's way in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// They will not be heard.
    NoMicrophone,
    /// Their microphone gave no sound.
    Silent,
    /// Sound and pictures may come late.
    OnlyTcp,
    /// Neither sound nor pictures come.
    NoConnection,
}

impl Check {
    /// What will be in the way, the worst last. A lesson goes on without a camera, so that is none.
    #[must_use]
    pub fn troubles(&self) -> Vec<Trouble> {
        let microphone = self.microphone.and_then(|found| match found.what {
            Microphone::Works => None,
            Microphone::Silent => Some(Trouble::Silent),
            Microphone::Fault(_) => Some(Trouble::NoMicrophone),
        });
        let network = self.network.and_then(|found| match found.what {
            Network::Udp(_) => None,
            Network::Tcp(_) => Some(Trouble::OnlyTcp),
            Network::Nowhere => Some(Trouble::NoConnection),
        });
        microphone.into_iter().chain(network).collect()
    }

    /// Whether both what one is heard by and what one is reached by were tried.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.microphone.is_some() && self.network.is_some()
    }
}

/// Keeps what the person has found; what they have not tried this time stays as it was found before.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn keep_check(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Present<'_>,
    draft: CheckDraft,
) -> Result<(), store::Error> {
    if draft.is_empty() {
        return Ok(());
    }
    storage::check::put(tx, now, by.person(), draft)
}

/// What the person has found themselves.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_check(tx: &ReadTx<'_>, by: &Present<'_>) -> Result<Option<Check>, store::Error> {
    Ok(storage::check::list(tx, &[by.person()])?.pop().map(|(_, check)| check))
}

/// What each pupil of the lesson has found, in the order of the class, to whoever leads the lesson and to nobody else.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn checks_of_lesson(
    tx: &ReadTx<'_>,
    by: &LessonLeaderOf<'_>,
) -> Result<Vec<(PersonId, Option<Check>)>, store::Error> {
    let pupils = school::members_of(tx, by.facts().group, by.facts().date)?;
    let found = storage::check::list(tx, &pupils)?;
    let of = |pupil| found.iter().find(|(person, _)| *person == pupil).map(|(_, check)| *check);
    Ok(pupils.into_iter().map(|pupil| (pupil, of(pupil))).collect())
}

/// Removes what was found too long ago to say anything.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn purge_checks(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<(), store::Error> {
    storage::check::purge(tx, now - CHECK_KEPT)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_word_is_read_as_it_is_written() {
        // CALL-F34
        let faults = DeviceFault::ALL.map(Microphone::Fault);
        for found in faults.into_iter().chain([Microphone::Works, Microphone::Silent]) {
            assert_eq!(Microphone::parse(found.word()), Some(found));
        }
        for found in DeviceFault::ALL.map(Camera::Fault).into_iter().chain([Camera::Works]) {
            assert_eq!(Camera::parse(found.word()), Some(found));
        }
        let trip = Trip::of(35);
        for found in [Network::Udp(trip), Network::Tcp(None), Network::Nowhere] {
            assert_eq!(Network::parse(found.word(), found.trip()), Some(found));
        }
        assert_eq!(Network::parse("none", trip), None);
        assert_eq!((Trip::of(60_000).map(Trip::milliseconds), Trip::of(60_001)), (Some(60_000), None));
    }

    proptest! {
        #[test]
        fn other_words_are_none(word in "\\PC{0,12}") {
            for (read, known) in [
                (Microphone::parse(&word).is_some(), &["works", "silent", "denied", "missing", "busy", "failed"][..]),
                (Camera::parse(&word).is_some(), &["works", "denied", "missing", "busy", "failed"]),
                (Network::parse(&word, None).is_some(), &["udp", "tcp", "none"]),
            ] {
                prop_assert_eq!(read, known.contains(&word.as_str()));
            }
        }
    }
}
