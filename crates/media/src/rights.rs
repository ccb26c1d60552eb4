//! What a peer may send and see, and what it wants to see.

use std::collections::BTreeSet;

use crate::names::{PeerId, Source};

/// The sources that a peer may send; of others every packet is dropped before anybody could get it (CALL-I3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Whether the microphone is let through.
    pub microphone: bool,
    /// Whether the camera is let through.
    pub camera: bool,
    /// Whether a shared screen is let through.
    pub screen: bool,
}

impl Sources {
    /// Everything is let through.
    pub const ALL: Self = Self { microphone: true, camera: true, screen: true };
    /// Nothing is let through.
    pub const NONE: Self = Self { microphone: false, camera: false, screen: false };

    /// Whether this source is let through.
    pub fn has(self, source: Source) -> bool {
        match source {
            Source::Microphone => self.microphone,
            Source::Camera => self.camera,
            Source::Screen => self.screen,
        }
    }
}

/// Whose cameras a peer may see. Microphones and screens that are let through at all reach everybody in the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watch {
    /// All cameras.
    All,
    /// The cameras of teachers: the quiet class.
    Teachers,
    /// The cameras of these peers.
    Only(BTreeSet<PeerId>),
    /// No camera.
    Nobody,
}

/// How a peer stands when there is too little room for all: teachers are heard and seen first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rank {
    /// Leads the call: heard always, seen before others.
    Teacher,
    /// Takes part.
    Member,
}

/// What a peer may do. Given by whoever knows the roster, never by the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// What it may send.
    pub send: Sources,
    /// Whose cameras it may see.
    pub watch: Watch,
    /// How it stands.
    pub rank: Rank,
}

/// A place on the peer's page where a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Whose picture.
    pub peer: PeerId,
    /// Which of their pictures.
    pub source: Source,
    /// How high it is shown, in the screen's own pixels.
    pub height: u16,
}

/// What a peer's page shows at the moment (CALL-S5). More tiles than there are slots are cut off at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// The visible tiles.
    pub tiles: Vec<Tile>,
    /// No pictures at all, by the wish of the person.
    pub audio_only: bool,
}
