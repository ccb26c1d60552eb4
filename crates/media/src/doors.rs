//! The sockets: opened before the start says that it has gone well.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};

use rustix::net::sockopt;

use crate::settings::{Door, Settings, StartError, TcpDoor};

/// A UDP socket, and the address by which answers name it.
#[derive(Debug)]
pub(crate) struct Udp {
    pub(crate) socket: UdpSocket,
    pub(crate) named: SocketAddr,
}

/// What one shard listens on.
#[derive(Debug, Default)]
pub(crate) struct Doors {
    pub(crate) udp: Vec<Udp>,
    pub(crate) tcp: Vec<TcpListener>,
    /// All by which its answers name it.
    pub(crate) named: Vec<Door>,
}

impl Doors {
    /// The socket that answers by this address; the first where it is gone.
    pub(crate) fn udp_named(&self, address: SocketAddr) -> Option<&Udp> {
        self.udp.iter().find(|udp| udp.named == address).or(self.udp.first())
    }
}

/// Bytes that the system keeps for a busy shard: some 30 ms of the reference load, and a burst of strangers.
const BUFFER: usize = 4 * 1024 * 1024;

/// Whether a browser could reach it, and it says nothing but itself (CALL-N3).
fn is_concrete(address: IpAddr) -> bool {
    let local = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !(address.is_unspecified() || address.is_multicast() || local)
}

/// Opens the sockets of all shards.
pub(crate) fn open(settings: &Settings) -> Result<Vec<Doors>, StartError> {
    if settings.addresses.is_empty() {
        return Err(StartError::NoAddress);
    }
    if let Some(bad) = settings.addresses.iter().find(|address| !is_concrete(**address)) {
        return Err(StartError::BadAddress(*bad));
    }
    let (first, shards) = (settings.udp_port, settings.shards);
    let fits = first == 0 || first.checked_add(u16::from(shards.saturating_sub(1))).is_some();
    if shards == 0 || !fits {
        return Err(StartError::BadShards { shards, first });
    }
    let mut all = Vec::new();
    for shard in 0..u16::from(shards) {
        all.push(open_udp(&settings.addresses, if first == 0 { 0 } else { first + shard })?);
    }
    open_tcp(settings, &mut all)?;
    Ok(all)
}

/// Opens the UDP sockets of one shard. All its addresses share the port, so that one number is let through a firewall.
fn open_udp(addresses: &[IpAddr], mut port: u16) -> Result<Doors, StartError> {
    let mut doors = Doors::default();
    let mut foreign = Vec::new();
    for address in addresses {
        match bind_udp(*address, port) {
            Ok(udp) => {
                port = udp.named.port();
                doors.udp.push(udp);
            }
            Err((_, cause)) if cause.kind() == ErrorKind::AddrNotAvailable => foreign.push(*address),
            Err((address, source)) => return Err(StartError::Listen { address, source }),
        }
    }
    // Behind a translation of addresses the public one is not ours: what is sent to it comes in on one of ours.
    for address in &foreign {
        if !doors.udp.iter().any(|udp| udp.named.is_ipv4() == address.is_ipv4()) {
            let bound = bind_udp(unspecified(*address), port);
            let mut udp = bound.map_err(|(address, source)| StartError::Listen { address, source })?;
            port = udp.named.port();
            udp.named.set_ip(*address);
            doors.udp.push(udp);
        }
    }
    doors.named = addresses.iter().map(|address| Door::Udp(SocketAddr::new(*address, port))).collect();
    Ok(doors)
}

fn bind_udp(address: IpAddr, port: u16) -> Result<Udp, (SocketAddr, io::Error)> {
    let wanted = SocketAddr::new(address, port);
    let bind = || {
        let socket = UdpSocket::bind(wanted)?;
        socket.set_nonblocking(true)?;
        // The system may give less; then it is less.
        let _less = sockopt::set_socket_recv_buffer_size(&socket, BUFFER);
        let _less = sockopt::set_socket_send_buffer_size(&socket, BUFFER);
        let named = SocketAddr::new(address, socket.local_addr()?.port());
        Ok(Udp { socket, named })
    };
    bind().map_err(|cause| (wanted, cause))
}

fn open_tcp(settings: &Settings, all: &mut [Doors]) -> Result<(), StartError> {
    let mut named = Vec::new();
    match settings.tcp {
        TcpDoor::Closed => {}
        TcpDoor::Shared(port) => {
            named.extend(settings.addresses.iter().map(|address| SocketAddr::new(*address, port)));
        }
        TcpDoor::Own(port) => {
            let mut port = port;
            let mut listeners: Vec<TcpListener> = Vec::new();
            let mut foreign = None;
            for address in &settings.addresses {
                match listen(*address, port) {
                    Ok((listener, bound)) => {
                        port = bound.port();
                        listeners.push(listener);
                    }
                    Err((_, cause)) if cause.kind() == ErrorKind::AddrNotAvailable => {
                        foreign = Some(*address)
                    }
                    Err((address, source)) => return Err(StartError::Listen { address, source }),
                }
            }
            if let Some(address) = foreign.filter(|_| listeners.is_empty()) {
                let (listener, bound) = listen(unspecified(address), port)
                    .map_err(|(address, source)| StartError::Listen { address, source })?;
                port = bound.port();
                listeners.push(listener);
            }
            named.extend(settings.addresses.iter().map(|address| SocketAddr::new(*address, port)));
            // The first shard listens for all, and hands over by the name in the first packet.
            if let Some(first) = all.first_mut() {
                first.tcp = listeners;
            }
        }
    }
    for doors in all {
        doors.named.extend(named.iter().copied().map(Door::Tcp));
    }
    Ok(())
}

fn listen(address: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), (SocketAddr, io::Error)> {
    let wanted = SocketAddr::new(address, port);
    let bind = || {
        let listener = TcpListener::bind(wanted)?;
        listener.set_nonblocking(true)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    bind().map_err(|cause| (wanted, cause))
}

fn unspecified(like: IpAddr) -> IpAddr {
    match like {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_concrete_addresses_are_told() {
        // CALL-N3.
        for bad in ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "169.254.1.1", "255.255.255.255", "fe80::1"] {
            let settings = Settings::on(vec![bad.parse().unwrap()]);
            assert!(matches!(open(&settings), Err(StartError::BadAddress(_))), "{bad}");
        }
        assert!(matches!(open(&Settings::on(Vec::new())), Err(StartError::NoAddress)));
    }

    #[test]
    fn an_address_that_is_not_ours_is_served_by_the_socket_of_all() {
        // CALL-N3: behind a translation of addresses. 192.0.2.0/24 is nobody's.
        let public: IpAddr = "192.0.2.7".parse().unwrap();
        let doors = open(&Settings::on(vec![public])).unwrap();
        assert!(doors[0].named.iter().all(|door| match door {
            Door::Udp(address) | Door::Tcp(address) => address.ip() == public && address.port() > 0,
        }));
        assert!(doors[0].udp[0].socket.local_addr().unwrap().ip().is_unspecified());
    }

    #[test]
    fn shards_have_a_port_each() {
        let mut settings = Settings::on(vec![Ipv4Addr::LOCALHOST.into()]);
        settings.shards = 2;
        let doors = open(&settings).unwrap();
        assert_ne!(doors[0].named[0], doors[1].named[0]);
        assert_eq!(doors[0].named[1], doors[1].named[1], "TCP is one door for all");
        settings.udp_port = 65_535;
        assert!(matches!(open(&settings), Err(StartError::BadShards { .. })));
        settings.shards = 0;
        assert!(matches!(open(&settings), Err(StartError::BadShards { .. })));
    }
}
