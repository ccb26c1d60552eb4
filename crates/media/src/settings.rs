//! What the SFU is started with, and what it refuses to start with.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Where browsers reach the SFU over TCP when UDP does not get through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpDoor {
    /// Nowhere.
    Closed,
    /// On a port of its own; 0 takes a free one.
    Own(u16),
    /// On the port of the pages: whoever listens there gives the connections to
    /// [`Sfu::take_stream`](crate::Sfu::take_stream) (CALL-N2). The number is the one that browsers see.
    Shared(u16),
}

/// How the SFU is reached, and how much it takes on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The addresses that answers name, IPv4 and IPv6 alike, each concrete (CALL-N3). An address that this machine does
    /// not have itself (it is behind a translation of addresses, port to port) is served by the socket of all addresses.
    pub addresses: Vec<IpAddr>,
    /// The UDP port of the first shard; each further shard takes the next one. 0 takes free ones.
    pub udp_port: u16,
    /// The way over TCP.
    pub tcp: TcpDoor,
    /// How many threads forward media, at least one. A room lives on one of them.
    pub shards: u8,
    /// What is bounded.
    pub limits: Limits,
}

impl Settings {
    /// One shard on free ports of these addresses, with the usual limits.
    pub fn on(addresses: Vec<IpAddr>) -> Self {
        Self { addresses, udp_port: 0, tcp: TcpDoor::Own(0), shards: 1, limits: Limits::default() }
    }
}

/// What is bounded (CALL-I5). Whatever exceeds a limit is refused or dropped, and only for whoever exceeds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rooms at once.
    pub rooms: usize,
    /// Peers of a room at once.
    pub peers: usize,
    /// Bytes of an offer.
    pub offer_bytes: usize,
    /// Candidates of an offer.
    pub candidates: usize,
    /// Receiving audio lines that a peer may offer; more are answered but never used.
    pub audio_slots: usize,
    /// Receiving video lines that a peer may offer; more are answered but never used.
    pub video_slots: usize,
    /// Streams (SSRC) that a peer may bring, in a burst; one more each second.
    pub streams: u32,
    /// STUN requests of one unknown source, a second.
    pub unknown_each: u32,
    /// STUN requests of all unknown sources, a second.
    pub unknown_all: u32,
    /// Bytes that wait for the reader of one TCP connection; packets beyond are dropped whole.
    pub tcp_queue: usize,
    /// TCP connections at once.
    pub tcp_connections: usize,
    /// Bits a second of one source and size.
    pub source_bits: u64,
    /// Packets a second of one source and size.
    pub source_packets: u32,
    /// Bits a second that a room sends out, shared evenly among its peers.
    pub room_bits: u64,
    /// Viewports of one peer, a second; of more, the last one counts.
    pub viewports: u32,
    /// How long nothing may be heard of a peer.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rooms: 20,
            peers: 60,
            offer_bytes: 64 * 1024,
            candidates: 40,
            audio_slots: 6,
            video_slots: 9,
            streams: 32,
            unknown_each: 50,
            unknown_all: 500,
            tcp_queue: 256 * 1024,
            tcp_connections: 512,
            source_bits: 4_000_000,
            source_packets: 1_500,
            room_bits: 400_000_000,
            viewports: 10,
            silence: Duration::from_secs(30),
        }
    }
}

/// An address at which browsers reach the SFU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Door {
    /// Datagrams.
    Udp(SocketAddr),
    /// Connections.
    Tcp(SocketAddr),
}

/// Why the SFU does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is nothing to answer with.
    #[error("no address is given")]
    NoAddress,
    /// Browsers could not use it, or it would tell them nothing.
    #[error("{0} cannot be told to browsers")]
    BadAddress(IpAddr),
    /// Ports of the shards would go beyond the last one, or there is no shard.
    #[error("{shards} shards from port {first}")]
    BadShards {
        /// How many were asked for.
        shards: u8,
        /// The first port.
        first: u16,
    },
    /// The port is taken, or forbidden.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The cryptographic library gives no key.
    #[error("no key can be made")]
    Identity,
    /// The machine has no thread or descriptor left.
    #[error("cannot start a thread of media")]
    Thread(#[source] io::Error),
}
