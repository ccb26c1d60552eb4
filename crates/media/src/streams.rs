//! Connections for pages that UDP does not reach (ICE-TCP, RFC 6544): who may open them, and how much waits in them.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::framing::{Reader, Writer};
use crate::settings::{Door, Limits};

/// How long a connection may take to prove whose it is.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections from one address at once. A whole class sits behind one.
const PER_ADDRESS: usize = 64;

/// A connection.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) socket: TcpStream,
    pub(crate) from: SocketAddr,
    /// The address by which answers name the door it came through.
    pub(crate) at: SocketAddr,
    pub(crate) reader: Reader,
    pub(crate) writer: Writer,
    since: Instant,
    /// How many shards have looked at it before.
    pub(crate) tried: u8,
    /// A first packet has named a session of this shard.
    pub(crate) named: bool,
    /// It is over when what waits is written.
    ending: bool,
}

/// All connections of a shard.
#[derive(Debug)]
pub(crate) struct Streams {
    limits: Limits,
    doors: Vec<SocketAddr>,
    pub(crate) all: Vec<Stream>,
}

impl Streams {
    pub(crate) fn new(limits: Limits, doors: &[Door]) -> Self {
        let tcp = |door: &Door| match *door {
            Door::Tcp(address) => Some(address),
            Door::Udp(_) => None,
        };
        Self { limits, doors: doors.iter().filter_map(tcp).collect(), all: Vec::new() }
    }

    /// Takes a connection in; a connection too many is closed at once.
    pub(crate) fn add(&mut self, now: Instant, socket: TcpStream, first_bytes: Vec<u8>) -> io::Result<()> {
        socket.set_nonblocking(true)?;
        // A packet of sound must not wait for the next one.
        socket.set_nodelay(true)?;
        let (from, local) = (plain(socket.peer_addr()?), plain(socket.local_addr()?));
        let same = self.all.iter().filter(|stream| stream.from.ip() == from.ip()).count();
        if self.all.len() >= self.limits.tcp_connections || same >= PER_ADDRESS {
            return Ok(());
        }
        let named = self.doors.iter().find(|door| door.ip() == local.ip());
        let Some(at) = named.or(self.doors.iter().find(|door| door.is_ipv4() == local.is_ipv4())) else {
            return Ok(());
        };
        self.all.push(Stream {
            socket,
            from,
            at: *at,
            reader: Reader::starting_with(first_bytes),
            writer: Writer::new(self.limits.tcp_queue),
            since: now,
            tried: 0,
            named: false,
            ending: false,
        });
        Ok(())
    }

    pub(crate) fn to(&mut self, address: SocketAddr) -> Option<&mut Stream> {
        // The newest one: a page that comes again from the same port has given the old one up.
        self.all.iter_mut().rev().find(|stream| stream.from == address)
    }

    pub(crate) fn forget_media(&mut self, address: SocketAddr) {
        self.all
            .iter_mut()
            .filter(|stream| stream.from == address)
            .for_each(|stream| stream.writer.forget_media());
    }

    pub(crate) fn end(&mut self, address: SocketAddr) {
        self.all.iter_mut().filter(|stream| stream.from == address).for_each(|stream| stream.ending = true);
    }

    /// Closes connections that are over, or have never said whose they are.
    pub(crate) fn reap(&mut self, now: Instant, is_bound: impl Fn(SocketAddr) -> bool) {
        self.all.retain(|stream| {
            let waited = now.saturating_duration_since(stream.since) >= PATIENCE;
            let over = stream.ending && (stream.writer.is_empty() || waited);
            !over && (!waited || is_bound(stream.from))
        });
    }

    /// When [`reap`](Self::reap) may have something to do.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.all.iter().map(|stream| stream.since + PATIENCE).min()
    }
}

/// An IPv4 address as such, also where a socket for both families tells it as an IPv6 one.
fn plain(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address.ip(), IpAddr::V4),
        v4 @ IpAddr::V4(_) => v4,
    };
    SocketAddr::new(ip, address.port())
}
