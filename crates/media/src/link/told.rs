//! What goes between a connection and its room.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use str0m::rtp::{VideoOrientation, Vp8Descriptor};

use crate::names::Source;
use crate::rewrite::Numbers;
use crate::vp8::Picture;

/// A packet that goes out to a page.
#[derive(Debug)]
pub(crate) struct Datagram {
    pub(crate) tcp: bool,
    pub(crate) from: SocketAddr,
    pub(crate) to: SocketAddr,
    pub(crate) bytes: Vec<u8>,
}

/// How a packet's payload is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Opus,
    Red,
    Vp8,
}

/// A packet of media that has come in.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) stream: u32,
    pub(crate) source: Source,
    /// The place of its size among those of the offer.
    pub(crate) layer: u8,
    pub(crate) numbers: Numbers,
    pub(crate) marker: bool,
    pub(crate) coding: Coding,
    pub(crate) payload: Arc<[u8]>,
    /// The loudness that the browser puts beside it.
    pub(crate) level: Option<i8>,
    pub(crate) picture: Option<Picture>,
    pub(super) voice: Option<bool>,
    pub(super) orientation: Option<VideoOrientation>,
    /// What the picture's numbers are written by.
    pub(super) descriptor: Option<Vp8Descriptor>,
}

/// What a connection tells.
#[derive(Debug)]
pub(crate) enum Told {
    Connected,
    /// Nothing is heard of the page, or again something.
    Silent(bool),
    Packet(Incoming),
    /// The page needs a key frame in this slot.
    KeyWanted(usize),
    /// What the page's network seems to carry, in bits a second.
    Estimated(u64),
    /// Twice a second, what the last second was like: the part that got lost, the way there and back, and the bytes that were sent since
    /// the beginning, padding included.
    Measured {
        loss: Option<f32>,
        round_trip: Option<Duration>,
        sent: u64,
    },
    /// The page has said goodbye.
    Closed,
}
