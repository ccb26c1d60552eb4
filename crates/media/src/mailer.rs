//! Sends datagrams, many by one call of the system: what a packet causes goes to forty places at once.

use std::io::IoSlice;
use std::net::UdpSocket;
use std::os::fd::AsRawFd as _;

use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg};

use crate::link::Datagram;

/// Datagrams of one call.
const BATCH: usize = 64;

/// What the system is told of a batch, kept between calls.
#[derive(Debug)]
pub(crate) struct Mailer {
    headers: MultiHeaders<SockaddrStorage>,
}

impl Mailer {
    pub(crate) fn new() -> Self {
        Self { headers: MultiHeaders::preallocate(BATCH, None) }
    }

    /// Sends all of one socket, in their order. What the system refuses, with a full buffer or no way to the address, is
    /// lost as in a full router: nobody waits for it (CALL-I9).
    pub(crate) fn send(&mut self, socket: &UdpSocket, all: &[Datagram]) {
        for batch in all.chunks(BATCH) {
            let contents: Vec<[IoSlice<'_>; 1]> =
                batch.iter().map(|datagram| [IoSlice::new(&datagram.bytes)]).collect();
            let to: Vec<Option<SockaddrStorage>> =
                batch.iter().map(|datagram| Some(datagram.to.into())).collect();
            let mut done = 0;
            while done < batch.len() {
                let sent = sendmmsg(
                    socket.as_raw_fd(),
                    &mut self.headers,
                    &contents[done..],
                    &to[done..],
                    [],
                    MsgFlags::empty(),
                );
                // The first of them may be what is refused; those after it are tried.
                done += sent.map_or(1, |sent| sent.count().max(1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn datagram(to: SocketAddr, number: u8) -> Datagram {
        Datagram { tcp: false, from: to, to, bytes: vec![number; 100] }
    }

    /// What is sent over the loopback has arrived when the call is over: nothing is waited for.
    fn local() -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        socket
    }

    #[test]
    fn all_arrive_in_their_order() {
        let (from, first, second) = (local(), local(), local());
        let places = [first.local_addr().unwrap(), second.local_addr().unwrap()];
        let all: Vec<Datagram> =
            (0..150).map(|number| datagram(places[usize::from(number % 2)], number)).collect();
        Mailer::new().send(&from, &all);
        let mut buffer = [0; 200];
        for number in 0..150 {
            let socket = if number % 2 == 0 { &first } else { &second };
            let (length, _) = socket.recv_from(&mut buffer).unwrap();
            assert_eq!((length, buffer[0]), (100, number));
        }
    }

    #[test]
    fn one_that_is_refused_costs_itself_alone() {
        // CALL-I9: nothing can be sent to port 0.
        let (from, to) = (local(), local());
        let good = to.local_addr().unwrap();
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let all = [
            datagram(nowhere, 0),
            datagram(good, 1),
            datagram(nowhere, 2),
            datagram(good, 3),
            datagram(nowhere, 4),
        ];
        Mailer::new().send(&from, &all);
        let mut buffer = [0; 200];
        for number in [1, 3] {
            to.recv_from(&mut buffer).unwrap();
            assert_eq!(buffer[0], number);
        }
    }
}
