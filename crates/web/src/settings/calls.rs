//! How calls are reached and how much they may carry.

use std::net::IpAddr;

/// The settings of calls.
#[derive(Clone, Debug)]
pub struct Calls {
    /// The addresses that browsers are told; without any, there are no calls (CALL-N3).
    pub addresses: Vec<IpAddr>,
    /// The UDP port; 0 takes a free one.
    pub udp_port: u16,
    /// The way for networks that let no UDP through.
    pub tcp: CallsTcp,
    /// How many threads forward media.
    pub shards: u8,
    /// How many calls and people there may be.
    pub limits: ::calls::Limits,
    /// How many people may try their network at once (CALL-F34). Their rooms are beside those of calls, which lose none
    /// by them.
    pub trials: usize,
    /// When somebody was in a lesson, and when late.
    pub attendance: ::calls::AttendanceRules,
    /// What the school's line carries outwards, in Mbit/s, as the school says; only the doctor reckons with it.
    pub uplink_mbit: Option<u32>,
}

/// The way over TCP, for networks that let no UDP through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallsTcp {
    /// None.
    Closed,
    /// A port of its own; 0 takes a free one.
    Own(u16),
    /// The port of the pages, where the server speaks TLS itself (CALL-N2).
    Shared,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            addresses: Vec::new(),
            udp_port: 0,
            tcp: CallsTcp::Own(0),
            shards: 1,
            limits: ::calls::Limits::default(),
            trials: 30,
            attendance: ::calls::AttendanceRules::default(),
            uplink_mbit: None,
        }
    }
}

impl Calls {
    /// Whether there are calls at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// The same as the media back end says it; `port` is the pages'.
    #[must_use]
    pub fn media(&self, port: u16) -> media::Settings {
        let usual = media::Limits::default();
        media::Settings {
            addresses: self.addresses.clone(),
            udp_port: self.udp_port,
            tcp: match self.tcp {
                CallsTcp::Closed => media::TcpDoor::Closed,
                CallsTcp::Own(port) => media::TcpDoor::Own(port),
                CallsTcp::Shared => media::TcpDoor::Shared(port),
            },
            shards: self.shards,
            limits: media::Limits {
                rooms: self.limits.rooms as usize + self.trials,
                peers: self.limits.people as usize,
                ..usual
            },
        }
    }
}
