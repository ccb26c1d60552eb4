//! Settings after they have been read and checked; `bin` resolves them from the file, the environment and flags.

mod calls;
mod outside;
mod push;
mod sms;
mod vk_id;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use store::HashCost;

pub use crate::host::is_a_host;

pub use self::calls::{Calls, CallsTcp};
pub use self::outside::{Outside, Patience, RootCertificate};
pub use self::push::Push;
pub use self::sms::SmsChannel;
pub use self::vk_id::{VkId, VkService};
use crate::outgoing::Origin;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Names the server answers to, besides those of loopback when it listens there.
    pub hosts: Vec<String>,
    /// How bytes travel between a client and the server.
    pub transport: Transport,
    /// Reverse proxies in front of the server: only they are believed when they name a client (K19).
    pub trusted_proxies: Vec<Network>,
    /// The school's own addresses, as networks: whole classes sit behind one of them (A21).
    pub school_addresses: Vec<Network>,
    /// Connections one address may hold (R6).
    pub connections_per_address: usize,
    /// Connections a school address may hold (A21).
    pub connections_per_school_address: usize,
    /// How long the server waits for a client (R6).
    pub deadlines: Deadlines,
    /// Messages one socket may send a second (R8).
    pub socket_messages_per_second: u32,
    /// Sockets one portal session may hold (R8).
    pub sockets_per_session: usize,
    /// Events kept in memory for those who come back. Not read from files: tests shorten it.
    pub events_in_memory: usize,
    /// What hashing a password costs (A10).
    pub hash_cost: HashCost,
    /// Which VK ID links are made with.
    pub vk_id: VkId,
    /// Whether a person sees chats only with an active link (MSG-D11).
    pub require_link: bool,
    /// The quiet hours of whoever has set none (MSG-S4).
    pub quiet_hours: messenger::QuietHours,
    /// How long messages are kept (MSG-S8).
    pub retention: messenger::Retention,
    /// How many bytes of files there may be (MSG-A7).
    pub file_quotas: messenger::FileQuotas,
    /// How SMS leave.
    pub sms: SmsChannel,
    /// How other hosts are spoken to.
    pub outside: Outside,
    /// How push services are spoken to.
    pub push: Push,
    /// How calls are reached and how much they may carry.
    pub calls: Calls,
    /// Whether this is the demo school.
    pub demo: bool,
}

/// How bytes travel between a client and the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Plain HTTP: on loopback, or behind a trusted proxy (A22).
    Plain,
    /// TLS with a certificate (its chain in the same file) and its key, both PEM; exchanged while the server runs.
    Files {
        /// The certificate.
        cert: PathBuf,
        /// Its key.
        key: PathBuf,
    },
    /// TLS with certificates of a root that the school makes for itself and installs by hand.
    SchoolRoot,
}

/// How long the server waits for a client before it lets it go (R6). Not read from files: tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// A head must arrive whole in this time; the same holds for the pause between two requests.
    pub head: Duration,
    /// A body must arrive whole in this time.
    pub body: Duration,
    /// An answer must get on in this time: the client has to read something.
    pub stalled: Duration,
    /// An HTTP/2 connection on which nobody asks for anything is closed after this time.
    pub idle: Duration,
    /// How long requests under way may take when the server stops.
    pub drain: Duration,
    /// How often a socket is asked whether it lives (R8).
    pub ping: Duration,
    /// Without a word for this long a socket is dead (R8).
    pub silence: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            head: seconds(10),
            body: seconds(20),
            stalled: seconds(30),
            idle: seconds(120),
            drain: seconds(10),
            ping: seconds(25),
            silence: seconds(60),
        }
    }
}

impl Settings {
    /// The settings of a server on loopback with nothing else said.
    #[must_use]
    pub fn on_loopback(port: u16) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            hosts: Vec::new(),
            transport: Transport::Plain,
            trusted_proxies: Vec::new(),
            school_addresses: Vec::new(),
            connections_per_address: 100,
            connections_per_school_address: 10_000,
            deadlines: Deadlines::default(),
            socket_messages_per_second: 20,
            sockets_per_session: 5,
            events_in_memory: 65_536,
            hash_cost: HashCost::FLOOR,
            vk_id: VkId::Off,
            require_link: true,
            quiet_hours: messenger::QuietHours::USUAL,
            retention: messenger::Retention::default(),
            file_quotas: messenger::FileQuotas::default(),
            sms: SmsChannel::None,
            outside: Outside::default(),
            push: Push::default(),
            calls: Calls::default(),
            demo: false,
        }
    }

    /// Whether an address is one of the school's own.
    #[must_use]
    pub fn is_school_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.school_addresses.iter().any(|network| network.holds(address))
    }

    /// Whether an address is a proxy that is believed when it names its client (K19).
    #[must_use]
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|network| network.holds(address))
    }

    /// The other hosts that are named here; the server speaks to no more (C8).
    #[must_use]
    pub fn origins(&self) -> Vec<Origin> {
        let mut origins = self.sms.origins();
        if let VkId::Service(service) = &self.vk_id {
            origins.push(service.origin.clone());
        }
        origins
    }

    /// Every name the server answers to when it listens on this address: those set, and loopback's own.
    #[must_use]
    pub fn names(&self, listening: IpAddr) -> Vec<String> {
        let mut names: Vec<String> = self.hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        if listening.is_loopback() {
            names.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        }
        names
    }
}

/// A network as `10.0.0.0/8` or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `address` or `address/bits`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base.parse::<IpAddr>().ok()?, bits.parse().ok()?),
            None => {
                let base: IpAddr = text.parse().ok()?;
                (base, if base.is_ipv4() { 32 } else { 128 })
            }
        };
        let longest = if base.is_ipv4() { 32 } else { 128 };
        (bits <= longest).then_some(Self { base, bits })
    }

    /// Whether an address lies in it.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                u32::from(base) & mask == u32::from(address) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                u128::from(base) & mask == u128::from(address) & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn networks_hold_their_addresses() {
        let holds =
            |network: &str, address: &str| Network::parse(network).unwrap().holds(address.parse().unwrap());
        assert!(holds("127.0.0.0/8", "127.3.2.1"));
        assert!(!holds("10.1.0.0/16", "10.2.0.1"));
        assert!(holds("::1", "::1"));
        assert!(holds("0.0.0.0/0", "8.8.8.8"));
        assert!(!holds("10.0.0.1", "10.0.0.2"));
        for bad in ["", "10.0.0.0/33", "10.0.0", "fe80::/129", "a/8"] {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }
}
