//! The live channel: one primitive, the events after a cursor, over WebSocket and long-poll alike (MSG-D10, ARC-12).
//!
//! Rights are taken over in the writer's thread before a command is answered; a thread of its own fans frames out.

mod client;
mod command;
mod cursor;
mod feed;
mod frame;
mod hub;
mod limits;
pub(crate) mod poll;
pub(crate) mod socket;
mod typing;

pub(crate) use command::{rate_of, run};
pub(crate) use hub::{Hub, ROSTER};
pub(crate) use socket::switch;
