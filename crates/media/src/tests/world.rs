//! A world of one exchange and some pages: packets travel between them without a network, and time passes in steps.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use str0m::bwe::Bitrate;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{Extension, ExtensionMap, ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Input, Output, Rtc, RtcConfig};

use crate::error::OfferError;
use crate::event::{Event, Slot};
use crate::exchange::{Cut, Exchange};
use crate::link::Identity;
use crate::mailbox::{Command, Reply};
use crate::names::{PeerId, RoomId, Source};
use crate::rights::{Rank, Rights, Sources, Viewport, Watch};
use crate::room::Packet;
use crate::settings::{Door, Limits};
use crate::sfu::Answer;
use crate::vp8;

pub(super) const ROOM: RoomId = RoomId(1);
pub(super) const STEP: Duration = Duration::from_millis(5);
/// The heights of a camera's sizes.
pub(super) const HEIGHTS: [u16; 3] = [180, 360, 720];

pub(super) fn udp_door() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 4000))
}

pub(super) fn tcp_door() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 443))
}

pub(super) fn member() -> Rights {
    Rights { send: Sources::ALL, watch: Watch::All, rank: Rank::Member }
}

pub(super) fn teacher() -> Rights {
    Rights { rank: Rank::Teacher, ..member() }
}

/// What a page sends: nothing at first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sends {
    pub(super) microphone: bool,
    /// The loudness of what is said.
    pub(super) level: i8,
    /// How many of the camera's sizes.
    pub(super) camera: usize,
    pub(super) screen: bool,
}

/// The place of a browser.
pub(super) struct Page {
    pub(super) peer: PeerId,
    pub(super) rtc: Rtc,
    pub(super) address: SocketAddr,
    pub(super) tcp: bool,
    pending: Option<SdpPendingOffer>,
    pub(super) microphone: Mid,
    pub(super) camera: Mid,
    pub(super) screen: Mid,
    pub(super) sends: Sends,
    pub(super) got: Vec<(Mid, Instant, RtpPacket)>,
    /// Key frames that somebody has asked for, by line and size.
    pub(super) asked: Vec<(Mid, Option<Rid>, Instant)>,
    pub(super) closed: bool,
    counters: HashMap<(Mid, usize), u64>,
    keys_due: Vec<(Mid, Option<Rid>)>,
    /// What the network does to packets on their way to this page.
    pub(super) loses: u32,
    /// Extra numbers before the first packet, as of a source that runs for hours.
    pub(super) ahead: u64,
    seen: u32,
}

/// How a page offers itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) hears: usize,
    pub(super) sees: usize,
    pub(super) red: bool,
    /// Whether it helps to estimate its network.
    pub(super) estimates: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self { hears: 6, sees: 9, red: false, estimates: true }
    }
}

const RIDS: [&str; 3] = ["l", "m", "h"];

impl Page {
    pub(super) fn new(number: u16, shape: Shape, now: Instant) -> (Self, String) {
        let mut config = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, shape.red)
            .enable_vp8(true)
            .enable_bwe(Some(Bitrate::mbps(5)));
        // Each browser numbers its types as it likes (CALL-P16).
        if number.is_multiple_of(2) {
            config = renumbered(config, shape.red);
        }
        if !shape.estimates {
            let mut extensions = ExtensionMap::empty();
            for (id, extension) in
                [(1, Extension::AudioLevel), (4, Extension::RtpMid), (10, Extension::RtpStreamId)]
            {
                extensions.set(id, extension);
            }
            config = config.set_extension_map(extensions);
        }
        let mut rtc = config.build(now);
        let [high, low] = number.to_be_bytes();
        let address = SocketAddr::from(([198, 51, 100 + high, low], 5000));
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap()).unwrap();
        let mut api = rtc.sdp_api();
        let mut sizes = Simulcast::new();
        RIDS.iter().for_each(|rid| sizes.add_send_layer(SimulcastLayer::new(rid)));
        let mut add = |kind, direction, sizes| api.add_media(kind, direction, None, None, sizes);
        let microphone = add(MediaKind::Audio, Direction::SendOnly, None);
        let camera = add(MediaKind::Video, Direction::SendOnly, Some(sizes));
        let screen = add(MediaKind::Video, Direction::SendOnly, None);
        for kind in [vec![MediaKind::Audio; shape.hears], vec![MediaKind::Video; shape.sees]].concat() {
            add(kind, Direction::RecvOnly, None);
        }
        let (offer, pending) = api.apply().unwrap();
        let page = Self {
            peer: PeerId(u128::from(number)),
            rtc,
            address,
            tcp: false,
            pending: Some(pending),
            microphone,
            camera,
            screen,
            sends: Sends { level: -20, ..Sends::default() },
            got: Vec::new(),
            asked: Vec::new(),
            closed: false,
            counters: HashMap::new(),
            keys_due: Vec::new(),
            loses: 0,
            ahead: 0,
            seen: 0,
        };
        (page, offer.to_sdp_string())
    }

    /// Takes the answer, and reaches the SFU over UDP only, or over TCP only.
    pub(super) fn accept(&mut self, sdp: &str) {
        let answer = SdpAnswer::from_sdp_string(sdp).unwrap();
        let pending = self.pending.take().unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
    }

    /// Makes a second offer, for another network.
    pub(super) fn restart(&mut self) -> String {
        let mut api = self.rtc.sdp_api();
        api.ice_restart(true);
        let (offer, pending) = api.apply().unwrap();
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    /// The packets of a line.
    pub(super) fn on<'a>(&'a self, mid: &'a str) -> impl Iterator<Item = &'a RtpPacket> {
        self.got.iter().filter(move |(other, ..)| *other == Mid::from(mid)).map(|(.., packet)| packet)
    }

    /// Whose packets came since, with how many of them.
    pub(super) fn heard_since(&self, since: Instant) -> HashMap<u8, usize> {
        let mut heard = HashMap::new();
        for (_, at, packet) in &self.got {
            if *at > since {
                *heard.entry(tag(packet)).or_default() += 1;
            }
        }
        heard
    }

    fn type_of(&self, video: bool) -> Option<Pt> {
        let codecs = self.rtc.codec_config();
        codecs
            .params()
            .iter()
            .find(|params| params.spec().codec.is_video() == video)
            .map(|params| params.pt())
    }

    /// Sends what is due at this step.
    fn produce(&mut self, now: Instant, tick: u64) {
        let (sends, tag) = (self.sends, self.peer.0 as u8);
        if !self.rtc.is_connected() {
            return;
        }
        if sends.microphone && tick.is_multiple_of(4) {
            self.write(now, self.microphone, None, 0, vec![tag; 60]);
        }
        if tick.is_multiple_of(8) {
            for size in 0..sends.camera {
                let rid = Some(Rid::from(RIDS[size]));
                let (mid, bytes) = (self.camera, 250 * (size * size + 1));
                self.frame(now, mid, rid, size, HEIGHTS[size], bytes);
            }
            if sends.screen {
                self.frame(now, self.screen, None, 0, 1080, 1000);
            }
        }
    }

    fn frame(&mut self, now: Instant, mid: Mid, rid: Option<Rid>, size: usize, height: u16, bytes: usize) {
        let count = self.counters.get(&(mid, size)).copied().unwrap_or(0);
        let due = self.keys_due.iter().position(|key| *key == (mid, rid));
        let key = count == 0 || due.is_some();
        if let Some(due) = due {
            self.keys_due.remove(due);
        }
        let mut payload = vp8::packet(key, count as u16 & 0x7fff, count as u8, height, bytes);
        // The last bytes tell whose picture it is, and how large.
        let end = payload.len();
        payload[end - 2] = size as u8;
        payload[end - 1] = self.peer.0 as u8;
        self.write(now, mid, rid, size, payload);
    }

    /// Writes one packet.
    pub(super) fn write(&mut self, now: Instant, mid: Mid, rid: Option<Rid>, size: usize, payload: Vec<u8>) {
        let video = mid != self.microphone;
        let Some(kind) = self.type_of(video) else { return };
        let ahead = self.ahead;
        let count = self.counters.entry((mid, size)).or_insert(0);
        let number = *count + 100 * (size as u64 + 1) + ahead;
        *count += 1;
        let time = (*count * if video { 3600 } else { 960 }) as u32;
        let level = (!video).then_some(self.sends.level);
        let values = ExtensionValues { audio_level: level, voice_activity: Some(true), ..Default::default() };
        let rtp = RtpWrite::new(kind, number.into(), time, now, payload)
            .ext_vals(values)
            .nackable(video)
            .marker(video);
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            stream.write_rtp(rtp);
        }
    }

    fn drain(&mut self, now: Instant, out: &mut Vec<(bool, SocketAddr, Vec<u8>)>) {
        while let Ok(output) = self.rtc.poll_output() {
            match output {
                Output::Timeout(_) => break,
                Output::Transmit(packet) => {
                    out.push((packet.proto == Protocol::Tcp, packet.source, packet.contents.to_vec()));
                }
                Output::Event(str0m::Event::RtpPacket(packet)) => {
                    let mut direct = self.rtc.direct_api();
                    let mid = direct.stream_rx(&packet.header.ssrc).map(|stream| stream.mid());
                    self.got.push((mid.unwrap(), now, packet));
                }
                Output::Event(str0m::Event::KeyframeRequest(request)) => {
                    self.asked.push((request.mid, request.rid, now));
                    self.keys_due.push((request.mid, request.rid));
                }
                Output::Event(str0m::Event::Closed) => self.closed = true,
                Output::Event(_) => {}
            }
        }
    }
}

fn renumbered(mut config: RtcConfig, red: bool) -> RtcConfig {
    use str0m::format::{Codec, FormatParams};
    use str0m::media::Frequency;
    let codecs = config.codec_config();
    codecs.clear();
    codecs.add_config(
        Pt::new_with_value(120),
        Some(Pt::new_with_value(121)),
        Codec::Vp8,
        Frequency::NINETY_KHZ,
        None,
        FormatParams::default(),
    );
    let opus = FormatParams { min_p_time: Some(10), use_inband_fec: Some(true), ..FormatParams::default() };
    codecs.add_config(Pt::new_with_value(109), None, Codec::Opus, Frequency::FORTY_EIGHT_KHZ, Some(2), opus);
    let _ = red;
    config
}

/// Whose packet it is, by its last byte.
pub(super) fn tag(packet: &RtpPacket) -> u8 {
    packet.payload.last().copied().unwrap_or(0)
}

/// Which size of a picture, by the byte before the last.
pub(super) fn size(packet: &RtpPacket) -> u8 {
    packet.payload[packet.payload.len() - 2]
}

pub(super) struct World {
    pub(super) now: Instant,
    tick: u64,
    pub(super) exchange: Exchange,
    pub(super) pages: Vec<Page>,
    pub(super) events: Vec<Event>,
    pub(super) cuts: Vec<Cut>,
    /// Every datagram that went out, by where it went: how many bytes.
    pub(super) sent: Vec<(Instant, SocketAddr, usize)>,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(super) fn with(limits: Limits) -> Self {
        let now = Instant::now();
        let doors = vec![Door::Udp(udp_door()), Door::Tcp(tcp_door())];
        let mut exchange = Exchange::new(limits, doors, Identity::generate().unwrap(), now);
        exchange.obey(now, Command::Open(ROOM));
        Self {
            now,
            tick: 0,
            exchange,
            pages: Vec::new(),
            events: Vec::new(),
            cuts: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// Offers for a peer, and gives what it is answered.
    pub(super) fn ask(
        &mut self,
        room: RoomId,
        peer: PeerId,
        offer: &str,
        rights: Rights,
    ) -> Result<Answer, OfferError> {
        let (sender, receiver) = mpsc::channel();
        let reply = Reply::new(move |answer| sender.send(answer).unwrap());
        self.obey(Command::Admit(room, peer, offer.to_owned(), rights, reply));
        receiver.try_recv().unwrap()
    }

    pub(super) fn obey(&mut self, command: Command) {
        self.exchange.obey(self.now, command);
        self.collect();
    }

    /// Lets a page in and waits until it is connected.
    pub(super) fn join(&mut self, number: u16, rights: Rights) -> usize {
        self.join_as(number, rights, Shape::default(), ROOM)
    }

    pub(super) fn join_as(&mut self, number: u16, rights: Rights, shape: Shape, room: RoomId) -> usize {
        let place = self.enter(number, rights, shape, room);
        for _ in 0..400 {
            self.step();
            if self.pages[place].rtc.is_connected() {
                break;
            }
        }
        assert!(self.pages[place].rtc.is_connected(), "page {number} does not connect");
        self.run(20);
        place
    }

    /// Lets a page in without waiting.
    pub(super) fn enter(&mut self, number: u16, rights: Rights, shape: Shape, room: RoomId) -> usize {
        let (mut page, offer) = Page::new(number, shape, self.now);
        let answer = self.ask(room, page.peer, &offer, rights).unwrap();
        page.accept(&answer.sdp);
        self.pages.push(page);
        self.pages.len() - 1
    }

    pub(super) fn permit(&mut self, place: usize, rights: Rights) {
        self.obey(Command::Permit(ROOM, self.pages[place].peer, rights));
    }

    pub(super) fn look(&mut self, place: usize, viewport: Viewport) {
        self.obey(Command::Look(ROOM, self.pages[place].peer, viewport));
    }

    pub(super) fn revoke(&mut self, place: usize) {
        self.obey(Command::Revoke(ROOM, self.pages[place].peer));
    }

    /// Lets so many milliseconds pass.
    pub(super) fn run(&mut self, millis: u64) {
        for _ in 0..millis.div_ceil(5) {
            self.step();
        }
    }

    /// One step: pages send, the exchange gets all of it as one batch, and pages get what came of it.
    pub(super) fn step(&mut self) {
        self.step_with(|bytes| vec![bytes.to_vec()]);
    }

    /// A step in which each packet of a page becomes others on its way.
    pub(super) fn step_with(&mut self, mut becomes: impl FnMut(&[u8]) -> Vec<Vec<u8>>) {
        self.now += STEP;
        self.tick += 1;
        let mut out = Vec::new();
        for place in 0..self.pages.len() {
            let page = &mut self.pages[place];
            page.produce(self.now, self.tick);
            for packet in 0..8 {
                let _gone = page.rtc.handle_input(Input::Timeout(self.now + Duration::from_micros(packet)));
                page.drain(self.now, &mut out);
            }
        }
        for (tcp, from, bytes) in out {
            for bytes in becomes(&bytes) {
                self.deliver(tcp, from, &bytes);
            }
        }
        self.exchange.flush(self.now);
        self.exchange.advance(self.now);
        self.collect();
    }

    /// A packet reaches the exchange.
    pub(super) fn deliver(&mut self, tcp: bool, from: SocketAddr, bytes: &[u8]) {
        let at = if tcp { tcp_door() } else { udp_door() };
        self.exchange.receive(self.now, &Packet { tcp, from, at, bytes });
    }

    /// Takes out what the exchange sends and tells.
    pub(super) fn collect(&mut self) {
        self.cuts.extend(self.exchange.take_cuts());
        self.events.append(&mut self.exchange.out.events);
        let mut back = Vec::new();
        for packet in std::mem::take(&mut self.exchange.out.datagrams) {
            self.sent.push((self.now, packet.to, packet.bytes.len()));
            // The newest page at an address, as after a reload.
            let Some(page) = self.pages.iter_mut().rev().find(|page| page.address == packet.to) else {
                continue;
            };
            page.seen = page.seen.wrapping_add(1);
            if page.loses > 0 && page.seen % page.loses == 0 {
                continue;
            }
            let protocol = if packet.tcp { Protocol::Tcp } else { Protocol::Udp };
            let Ok(received) = Receive::new(protocol, packet.from, packet.to, &packet.bytes) else {
                continue;
            };
            let _gone = page.rtc.handle_input(Input::Receive(self.now, received));
            page.drain(self.now, &mut back);
        }
        for (tcp, from, bytes) in back {
            self.deliver(tcp, from, &bytes);
        }
    }

    /// The last map that a peer was told.
    pub(super) fn slots(&self, place: usize) -> Vec<Slot> {
        let peer = self.pages[place].peer;
        let mut events = self.events.iter().rev();
        let found = events.find_map(|event| {
            let Event::Slots { peer: told, slots, .. } = event else { return None };
            (*told == peer).then(|| slots.clone())
        });
        found.unwrap_or_default()
    }

    /// The line on which a peer gets a source.
    pub(super) fn line_of(&self, receiver: usize, sender: usize, source: Source) -> Option<String> {
        let whom = (self.pages[sender].peer, source);
        self.slots(receiver).into_iter().find(|slot| slot.shows == Some(whom)).map(|slot| slot.mid)
    }

    /// Packets that reached the page since a moment, of one sender.
    pub(super) fn heard(&self, receiver: usize, sender: usize, since: Instant) -> usize {
        let tag = self.pages[sender].peer.0 as u8;
        self.pages[receiver].heard_since(since).get(&tag).copied().unwrap_or(0)
    }
}
