//! Owns the sockets of calls' media and the forwarding of sound and pictures between browsers (an SFU).
//! Promises that a packet reaches only those whom the rights of the moment allow, and that nobody makes it hold more than its limits.
//! Never knows a person, a chat or a lesson: rooms and peers are opaque numbers, and no packet or address is logged or kept.
//!
//! [`Sfu`] is the handle: rooms are opened, peers admitted by the offer of their browser, rights set, and what happens
//! is told as [`Event`]s. The page makes the only offer (CALL-S1): first the lines that send, microphone, camera (with
//! up to three sizes) and screen, then as many receiving audio and video lines as it can show at once. The answer names
//! exactly these lines. From then on only [`Event::Slots`] says which line carries whom; there is no second offer but
//! a restart of the connection after a change of network (CALL-S3).

pub use error::{LineFault, OfferError, Refusal};
pub use event::{Event, Network, Quality, Reason, Slot};
pub use names::{PeerId, RoomId, Source};
pub use rights::{Rank, Rights, Sources, Tile, Viewport, Watch};
pub use settings::{Door, Limits, Settings, StartError, TcpDoor};
pub use sfu::{Answer, Sfu};
pub use stun::is_framed_stun;

mod bucket;
mod budget;
mod doors;
mod error;
mod event;
mod exchange;
mod flow;
mod framing;
mod keyframes;
mod link;
mod mailbox;
mod mailer;
mod names;
mod offer;
mod red;
mod rewrite;
mod rights;
mod room;
mod seats;
mod settings;
mod sfu;
mod shard;
mod share;
mod speakers;
mod strangers;
mod streams;
mod stun;
#[cfg(test)]
mod tests;
mod vp8;
