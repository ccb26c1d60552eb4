//! What happened, told to whoever started the SFU.

use std::time::Duration;

use crate::names::{PeerId, RoomId, Source};

/// A fact about a room or a peer. None carries an address or a byte of media (CALL-I7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer's keys are agreed upon and media can flow; its whole [`Event::Slots`] follows.
    Connected {
        /// The room.
        room: RoomId,
        /// Who has connected.
        peer: PeerId,
    },
    /// The first packet of a source has come, or the first after it had ceased. Of a source that the peer may not send
    /// nothing is told.
    Flowing {
        /// The room.
        room: RoomId,
        /// Who sends.
        peer: PeerId,
        /// What flows.
        source: Source,
    },
    /// Nothing of a source has come for some seconds, or its right was taken.
    Ceased {
        /// The room.
        room: RoomId,
        /// Who sent.
        peer: PeerId,
        /// What has ceased.
        source: Source,
    },
    /// What the peer's receiving lines carry from now on: always all of them, so the last one told is the truth.
    Slots {
        /// The room.
        room: RoomId,
        /// Who receives.
        peer: PeerId,
        /// One for each receiving line, in the order of the offer.
        slots: Vec<Slot>,
    },
    /// Who speaks, the loudest first; empty when nobody does.
    Speakers {
        /// The room.
        room: RoomId,
        /// The speakers.
        peers: Vec<PeerId>,
    },
    /// The peer's network has become better or worse.
    Network {
        /// The room.
        room: RoomId,
        /// Whose network.
        peer: PeerId,
        /// How it is.
        network: Network,
    },
    /// The peer is gone: no packet goes to it or comes from it any more. Told once for an admitted peer.
    Left {
        /// The room.
        room: RoomId,
        /// Who has gone.
        peer: PeerId,
        /// Why.
        reason: Reason,
    },
    /// The room was given up after a fault of the program; its peers are gone with it.
    RoomFailed {
        /// The room.
        room: RoomId,
    },
}

/// What one receiving line of a peer carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The line's `mid` of the offer.
    pub mid: String,
    /// Whether it is a line for pictures.
    pub video: bool,
    /// What is shown there, if anything is.
    pub shows: Option<(PeerId, Source)>,
    /// Whether the picture stands still because the network is too narrow, with the name of the person in its place.
    pub paused: bool,
}

/// The quality of a peer's network, in the steps in which people speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quality {
    /// Everything that is asked for fits.
    Good,
    /// Pictures are smaller than asked for, or some packets get lost.
    Fair,
    /// Pictures are paused so that the sound goes on.
    Poor,
    /// Nothing comes from the peer.
    Lost,
}

/// How a peer's network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// In one word.
    pub quality: Quality,
    /// Packets lost on the way to the peer, of a thousand.
    pub lost: u16,
    /// There and back.
    pub round_trip: Option<Duration>,
    /// What seems to fit, in kbit/s.
    pub kbits: Option<u32>,
}

/// Why a peer has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// [`Sfu::revoke`](crate::Sfu::revoke).
    Revoked,
    /// [`Sfu::close_room`](crate::Sfu::close_room) or the end of the SFU.
    RoomClosed,
    /// The peer said goodbye.
    Goodbye,
    /// Nothing was heard of the peer for too long, or it never connected.
    TimedOut,
    /// What the peer sent could not be made sense of.
    Broken,
}
