//! Shards and whose a packet is (CALL-A2, CALL-A4): the SFU over the machine's own network: datagrams, connections, shards. Rules are tested without sockets, in the crate.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use media::{
    Door, Event, PeerId, Rank, Reason, Refusal, Rights, RoomId, Settings, Sfu, Sources, TcpDoor, Watch,
    is_framed_stun,
};
use str0m::change::SdpAnswer;
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Input, Output, Rtc, RtcConfig};

const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// A test that waits longer has failed.
const TOO_LONG: Duration = Duration::from_secs(30);

fn all() -> Rights {
    Rights { send: Sources::ALL, watch: Watch::All, rank: Rank::Member }
}

fn started(settings: Settings) -> (Sfu, mpsc::Receiver<Event>) {
    let (sender, receiver) = mpsc::channel();
    // After the test nobody listens.
    let sfu = Sfu::start(settings, move |event| drop(sender.send(event))).unwrap();
    (sfu, receiver)
}

enum Wire {
    Udp(UdpSocket),
    Tcp(TcpStream, Vec<u8>),
}

/// The place of a browser.
struct Page {
    rtc: Rtc,
    wire: Wire,
    here: SocketAddr,
    microphone: Mid,
    sent: u64,
    next: Instant,
    got: usize,
    closed: bool,
}

impl Page {
    fn join(sfu: &Sfu, room: RoomId, peer: u128, wire: Wire) -> Self {
        let (here, tcp) = match &wire {
            Wire::Udp(socket) => (socket.local_addr().unwrap(), false),
            Wire::Tcp(stream, _) => (stream.local_addr().unwrap(), true),
        };
        let mut rtc = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(Instant::now());
        let candidate = if tcp {
            Candidate::builder().tcp().host(here).tcptype(TcpType::Active).build().unwrap()
        } else {
            Candidate::host(here, "udp").unwrap()
        };
        rtc.add_local_candidate(candidate).unwrap();
        let mut api = rtc.sdp_api();
        let microphone = api.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        api.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
        let (offer, pending) = api.apply().unwrap();
        let (sender, receiver) = mpsc::channel();
        sfu.admit(room, PeerId(peer), offer.to_sdp_string(), all(), move |answer| {
            sender.send(answer).unwrap()
        });
        let sdp = receiver.recv_timeout(TOO_LONG).unwrap().unwrap().sdp;
        // Only the way that is tested.
        let way = if tcp { " tcp " } else { " udp " };
        let sdp: String = sdp
            .lines()
            .filter(|line| !line.starts_with("a=candidate") || line.to_lowercase().contains(way))
            .map(|line| format!("{line}\r\n"))
            .collect();
        rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&sdp).unwrap()).unwrap();
        Self { rtc, wire, here, microphone, sent: 0, next: Instant::now(), got: 0, closed: false }
    }

    fn udp(sfu: &Sfu, room: RoomId, peer: u128) -> Self {
        Self::join(sfu, room, peer, Wire::Udp(UdpSocket::bind((LOCAL, 0)).unwrap()))
    }

    fn tcp(sfu: &Sfu, room: RoomId, peer: u128, door: SocketAddr) -> Self {
        Self::join(sfu, room, peer, Wire::Tcp(TcpStream::connect(door).unwrap(), Vec::new()))
    }

    /// Speaks and listens for a moment.
    fn turn(&mut self) {
        let now = Instant::now();
        if self.rtc.is_connected() && now >= self.next {
            self.next = now + Duration::from_millis(20);
            let kind = self
                .rtc
                .codec_config()
                .params()
                .iter()
                .find(|params| params.spec().codec.is_audio())
                .unwrap()
                .pt();
            let (number, time) = (self.sent + 1000, self.sent as u32 * 960);
            self.sent += 1;
            let mut direct = self.rtc.direct_api();
            let stream = direct.stream_tx_by_mid(self.microphone, None).unwrap();
            stream.write_rtp(RtpWrite::new(kind, number.into(), time, now, vec![1; 50]));
        }
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain();
        match &mut self.wire {
            Wire::Udp(socket) => {
                socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
                let mut buffer = [0; 2000];
                if let Ok((length, from)) = socket.recv_from(&mut buffer) {
                    self.take(Protocol::Udp, from, &buffer[..length]);
                }
            }
            Wire::Tcp(stream, pending) => {
                stream.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
                let mut buffer = [0; 4000];
                match stream.read(&mut buffer) {
                    Ok(0) => self.closed = true,
                    Ok(length) => pending.extend_from_slice(&buffer[..length]),
                    Err(cause) => {
                        let quiet = [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&cause.kind());
                        self.closed |= !quiet;
                    }
                }
                let from = stream.peer_addr().unwrap_or(self.here);
                let mut pending = std::mem::take(pending);
                while let Some((head, rest)) = pending.split_at_checked(2) {
                    let length = usize::from(u16::from_be_bytes([head[0], head[1]]));
                    let Some(packet) = rest.get(..length).map(<[u8]>::to_vec) else { break };
                    pending.drain(..2 + length);
                    self.take(Protocol::Tcp, from, &packet);
                }
                if let Wire::Tcp(_, place) = &mut self.wire {
                    *place = pending;
                }
            }
        }
    }

    fn take(&mut self, proto: Protocol, from: SocketAddr, bytes: &[u8]) {
        if let Ok(received) = Receive::new(proto, from, self.here, bytes) {
            self.rtc.handle_input(Input::Receive(Instant::now(), received)).unwrap();
            self.drain();
        }
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(_) => return,
                Output::Transmit(packet) => match &mut self.wire {
                    Wire::Udp(socket) => drop(socket.send_to(&packet.contents, packet.destination)),
                    Wire::Tcp(stream, _) => {
                        let length = u16::try_from(packet.contents.len()).unwrap().to_be_bytes();
                        drop(stream.write_all(&[&length[..], &packet.contents].concat()));
                    }
                },
                Output::Event(str0m::Event::RtpPacket(_)) => self.got += 1,
                Output::Event(str0m::Event::Closed) => self.closed = true,
                Output::Event(_) => {}
            }
        }
    }
}

/// Lets pages talk until it is as it should be.
fn until(pages: &mut [&mut Page], holds: impl Fn(&[&mut Page]) -> bool) {
    let start = Instant::now();
    while !holds(pages) {
        assert!(start.elapsed() < TOO_LONG, "it never came to be");
        pages.iter_mut().for_each(|page| page.turn());
    }
}

fn hear_each_other(first: &mut Page, second: &mut Page) {
    (first.got, second.got) = (0, 0);
    until(&mut [first, second], |pages| pages.iter().all(|page| page.got >= 20));
}

fn udp_door(sfu: &Sfu) -> SocketAddr {
    let doors = sfu.candidates();
    doors.iter().find_map(|door| if let Door::Udp(address) = door { Some(*address) } else { None }).unwrap()
}

fn tcp_door(sfu: &Sfu) -> SocketAddr {
    let doors = sfu.candidates();
    doors.iter().find_map(|door| if let Door::Tcp(address) = door { Some(*address) } else { None }).unwrap()
}

#[test]
fn two_pages_hear_each_other_over_udp_and_are_told_of_the_end() {
    let (sfu, events) = started(Settings::on(vec![LOCAL]));
    sfu.open_room(RoomId(1)).unwrap();
    let (mut first, mut second) = (Page::udp(&sfu, RoomId(1), 1), Page::udp(&sfu, RoomId(1), 2));
    hear_each_other(&mut first, &mut second);
    sfu.revoke(RoomId(1), PeerId(1));
    until(&mut [&mut first], |pages| pages[0].closed);
    sfu.shutdown();
    until(&mut [&mut second], |pages| pages[0].closed);
    // The threads have ended when nobody can tell anything any more.
    let told: Vec<Event> = std::iter::from_fn(|| events.recv_timeout(TOO_LONG).ok()).collect();
    let left = |peer, reason| told.contains(&Event::Left { room: RoomId(1), peer: PeerId(peer), reason });
    assert!(left(1, Reason::Revoked) && left(2, Reason::RoomClosed), "{told:?}");
    assert_eq!(sfu.open_room(RoomId(2)), Err(Refusal::Stopped));
}

#[test]
fn pages_of_both_families_meet() {
    let six = IpAddr::V6(Ipv6Addr::LOCALHOST);
    if UdpSocket::bind((six, 0)).is_err() {
        // This machine has no IPv6; nothing is shown here.
        return;
    }
    let (sfu, _events) = started(Settings::on(vec![LOCAL, six]));
    sfu.open_room(RoomId(1)).unwrap();
    let mut first = Page::udp(&sfu, RoomId(1), 1);
    let mut second = Page::join(&sfu, RoomId(1), 2, Wire::Udp(UdpSocket::bind((six, 0)).unwrap()));
    hear_each_other(&mut first, &mut second);
}

#[test]
fn a_page_that_udp_does_not_reach_comes_by_tcp() {
    let (sfu, _events) = started(Settings::on(vec![LOCAL]));
    sfu.open_room(RoomId(1)).unwrap();
    let mut first = Page::udp(&sfu, RoomId(1), 1);
    let mut second = Page::tcp(&sfu, RoomId(1), 2, tcp_door(&sfu));
    hear_each_other(&mut first, &mut second);
    sfu.revoke(RoomId(1), PeerId(2));
    until(&mut [&mut second], |pages| pages[0].closed);
}

#[test]
fn call_n2_connections_of_the_port_of_pages_are_taken_by_their_first_bytes() {
    let listener = TcpListener::bind((LOCAL, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sfu, _events) = started(Settings { tcp: TcpDoor::Shared(port), ..Settings::on(vec![LOCAL]) });
    assert_eq!(tcp_door(&sfu).port(), port);
    sfu.open_room(RoomId(1)).unwrap();
    let shell = sfu.clone();
    let accepting = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut first = Vec::new();
        while is_framed_stun(&first).is_none() {
            let mut some = [0; 7];
            let length = stream.read(&mut some).unwrap();
            first.extend_from_slice(&some[..length]);
        }
        assert_eq!(is_framed_stun(&first), Some(true));
        shell.take_stream(stream, first);
    });
    let mut first = Page::udp(&sfu, RoomId(1), 1);
    let mut second = Page::tcp(&sfu, RoomId(1), 2, tcp_door(&sfu));
    hear_each_other(&mut first, &mut second);
    accepting.join().unwrap();
}

#[test]
fn rooms_live_on_their_shards_and_connections_find_them() {
    let (sfu, _events) = started(Settings { shards: 2, ..Settings::on(vec![LOCAL]) });
    for room in [1, 2] {
        sfu.open_room(RoomId(room)).unwrap();
        let mut first = Page::udp(&sfu, RoomId(room), 1);
        let mut second = Page::tcp(&sfu, RoomId(room), 2, tcp_door(&sfu));
        hear_each_other(&mut first, &mut second);
    }
}

#[test]
fn call_i9_a_reader_that_stops_delays_nobody() {
    let (sfu, _events) = started(Settings::on(vec![LOCAL]));
    sfu.open_room(RoomId(1)).unwrap();
    let (mut first, mut second) = (Page::udp(&sfu, RoomId(1), 1), Page::udp(&sfu, RoomId(1), 2));
    let mut stops = Page::tcp(&sfu, RoomId(1), 3, tcp_door(&sfu));
    until(&mut [&mut first, &mut second, &mut stops], |pages| pages[2].got > 0);
    // It reads nothing from here on, and its window fills.
    for _ in 0..5 {
        hear_each_other(&mut first, &mut second);
    }
}

#[test]
fn call_i5_rooms_and_silent_connections_are_bounded() {
    let mut settings = Settings::on(vec![LOCAL]);
    settings.limits.tcp_connections = 8;
    let (sfu, _events) = started(settings);
    for room in 0..20 {
        assert_eq!(sfu.open_room(RoomId(room)), Ok(()));
    }
    assert_eq!(sfu.open_room(RoomId(20)), Err(Refusal::TooManyRooms { limit: 20 }));
    assert_eq!(sfu.open_room(RoomId(3)), Ok(()), "an open one stays open");
    sfu.close_room(RoomId(3));
    assert_eq!(sfu.open_room(RoomId(20)), Ok(()));
    // Of many connections that say nothing, those beyond the limit are closed at once.
    let door = tcp_door(&sfu);
    let mut streams: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(door).unwrap()).collect();
    let closed = streams.split_off(8);
    for mut stream in closed {
        stream.set_read_timeout(Some(TOO_LONG)).unwrap();
        assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0);
    }
}

#[test]
fn call_i4_and_n3_answers_name_the_doors_and_nothing_else() {
    let (sfu, _events) = started(Settings::on(vec![LOCAL]));
    sfu.open_room(RoomId(1)).unwrap();
    assert_eq!(sfu.candidates().len(), 2);
    assert!(udp_door(&sfu).ip() == LOCAL && tcp_door(&sfu).ip() == LOCAL);
    let taken = Settings { udp_port: udp_door(&sfu).port(), ..Settings::on(vec![LOCAL]) };
    assert!(Sfu::start(taken, |_| {}).is_err(), "a port that is taken is told, not shared");
}
