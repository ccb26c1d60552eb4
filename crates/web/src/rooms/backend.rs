//! The media back ends: `rooms` commands, one of them obeys. The only one is our own SFU; an external cluster is the
//! next variant.

use calls::{Permissions, Source, Watch};
use media::{Answer, OfferError, PeerId, Rank, Refusal, Rights, RoomId, Sfu, Sources, Viewport};

/// Who carries media.
pub(crate) enum MediaBackend {
    /// The SFU in this process.
    Embedded(Sfu),
}

impl MediaBackend {
    pub(super) fn open(&self, room: RoomId) -> Result<(), Refusal> {
        match self {
            Self::Embedded(sfu) => sfu.open_room(room),
        }
    }

    pub(super) fn close(&self, room: RoomId) {
        match self {
            Self::Embedded(sfu) => sfu.close_room(room),
        }
    }

    pub(super) fn admit(
        &self,
        (room, peer): (RoomId, PeerId),
        offer: String,
        may: Permissions,
        reply: impl FnOnce(Result<Answer, OfferError>) + Send + 'static,
    ) {
        match self {
            Self::Embedded(sfu) => sfu.admit(room, peer, offer, rights(may), reply),
        }
    }

    pub(super) fn restart(
        &self,
        (room, peer): (RoomId, PeerId),
        offer: String,
        reply: impl FnOnce(Result<Answer, OfferError>) + Send + 'static,
    ) {
        match self {
            Self::Embedded(sfu) => sfu.restart(room, peer, offer, reply),
        }
    }

    pub(super) fn permit(&self, (room, peer): (RoomId, PeerId), may: Permissions) {
        match self {
            Self::Embedded(sfu) => sfu.set_rights(room, peer, rights(may)),
        }
    }

    pub(super) fn look(&self, (room, peer): (RoomId, PeerId), viewport: Viewport) {
        match self {
            Self::Embedded(sfu) => sfu.set_viewport(room, peer, viewport),
        }
    }

    pub(super) fn revoke(&self, (room, peer): (RoomId, PeerId)) {
        match self {
            Self::Embedded(sfu) => sfu.revoke(room, peer),
        }
    }

    /// Takes a connection that was accepted on the port of the pages (CALL-N2).
    pub(crate) fn take_stream(&self, stream: std::net::TcpStream, first_bytes: Vec<u8>) {
        match self {
            Self::Embedded(sfu) => sfu.take_stream(stream, first_bytes),
        }
    }

    pub(crate) fn shutdown(&self) {
        match self {
            Self::Embedded(sfu) => sfu.shutdown(),
        }
    }
}

/// What the domain allows, as the back end says it.
fn rights(may: Permissions) -> Rights {
    Rights {
        send: Sources { microphone: may.microphone, camera: may.camera, screen: may.screen },
        watch: match may.watch {
            Watch::Nothing => media::Watch::Nobody,
            Watch::Leaders => media::Watch::Teachers,
            Watch::Everybody => media::Watch::All,
        },
        rank: if may.leads { Rank::Teacher } else { Rank::Member },
    }
}

/// A source as the domain says it.
pub(super) const fn source_of(source: media::Source) -> Source {
    match source {
        media::Source::Microphone => Source::Microphone,
        media::Source::Camera => Source::Camera,
        media::Source::Screen => Source::Screen,
    }
}

/// A source as the back end says it.
pub(super) const fn media_source(source: Source) -> media::Source {
    match source {
        Source::Microphone => media::Source::Microphone,
        Source::Camera => media::Source::Camera,
        Source::Screen => media::Source::Screen,
    }
}
