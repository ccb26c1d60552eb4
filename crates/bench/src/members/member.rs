//! One member: a browser's place in a call, without the browser.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::PayloadParams;
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig};

use super::stream::{Mark, picture, sound};

/// The receiving lines of a page's offer (CALL-S1).
const HEARS: usize = 6;
const SEES: usize = 9;
/// Packets read of one socket before others have their turn.
const BATCH: usize = 64;
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 15);
const PACKET: Duration = Duration::from_millis(20);
/// Who is further behind than this has not slept but stood still, and sends no storm of what was due.
const BEHIND: Duration = Duration::from_millis(500);

/// What a member sends on one line.
struct Track {
    mid: Mid,
    sent: u64,
    next: Option<Instant>,
}

impl Track {
    fn new(mid: Mid) -> Self {
        Self { mid, sent: 0, next: None }
    }

    /// Whether the next packet is due, and then when the one after it is.
    fn is_due(&mut self, now: Instant, apart: Duration) -> bool {
        let next = *self.next.get_or_insert(now);
        if next > now {
            return false;
        }
        self.next = Some(if next + BEHIND < now { now + apart } else { next + apart });
        true
    }
}

/// A stream that came, by its numbers: where it began, where it is, how much came.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: u64,
    last: u64,
    came: u64,
}

/// What came.
#[derive(Debug, Default)]
pub(super) struct Got {
    pub(super) packets: u64,
    /// Of members of this call, by whom.
    pub(super) voices: BTreeSet<u16>,
    pub(super) pictures: BTreeSet<u16>,
    /// Of another call: there must be none.
    pub(super) foreign: u64,
    /// Without a mark: a browser's.
    pub(super) plain: u64,
    /// How long packets of members took, in microseconds.
    pub(super) took: Vec<u32>,
    spans: BTreeMap<u32, Span>,
}

impl Got {
    /// How many packets should have come, by the gaps in their numbers.
    pub(super) fn expected(&self) -> u64 {
        self.spans.values().map(|span| span.last - span.first + 1).sum()
    }

    /// How many came of those.
    pub(super) fn came(&self) -> u64 {
        self.spans.values().map(|span| span.came).sum()
    }

    fn take(&mut self, packet: &RtpPacket, call: u32, micros: u64) {
        self.packets += 1;
        let number = *packet.seq_no;
        let span =
            self.spans.entry(*packet.header.ssrc).or_insert(Span { first: number, last: number, came: 0 });
        // Whatever is older than the first was sent before counting began.
        if number >= span.first {
            span.last = span.last.max(number);
            span.came += 1;
        }
        match Mark::read(&packet.payload) {
            None => self.plain += 1,
            Some(mark) if mark.call != call => self.foreign += 1,
            Some(mark) => {
                self.took.push(u32::try_from(micros.saturating_sub(mark.micros)).unwrap_or(u32::MAX));
                // A packet of sound is short.
                let kind = if packet.payload.len() > 500 { &mut self.pictures } else { &mut self.voices };
                kind.insert(mark.sender);
            }
        }
    }
}

/// A member.
pub(super) struct Member {
    number: u16,
    call: u32,
    start: Instant,
    rtc: Rtc,
    pub(super) socket: UdpSocket,
    here: SocketAddr,
    pending: Option<SdpPendingOffer>,
    voice: Option<Track>,
    camera: Option<Track>,
    key_due: bool,
    pub(super) timeout: Instant,
    pub(super) connected: bool,
    pub(super) got: Got,
}

impl Member {
    /// Makes a member, and the offer that a page would make.
    pub(super) fn offering(
        address: IpAddr,
        (number, call): (u16, u32),
        (speaks, shows): (bool, bool),
        start: Instant,
    ) -> anyhow::Result<(Self, String)> {
        let socket = UdpSocket::bind((address, 0))?;
        socket.set_nonblocking(true)?;
        // The system may give less.
        let _less = rustix::net::sockopt::set_socket_recv_buffer_size(&socket, 1 << 20);
        let here = socket.local_addr()?;
        let config =
            RtcConfig::new().set_rtp_mode(true).clear_codecs().enable_opus(true, false).enable_vp8(true);
        let mut rtc = config.build(start);
        rtc.add_local_candidate(Candidate::host(here, "udp")?);
        let mut api = rtc.sdp_api();
        let mut add = |kind, way| api.add_media(kind, way, None, None, None);
        let microphone = add(MediaKind::Audio, Direction::SendOnly);
        let camera = add(MediaKind::Video, Direction::SendOnly);
        let _screen = add(MediaKind::Video, Direction::SendOnly);
        for _ in 0..HEARS {
            add(MediaKind::Audio, Direction::RecvOnly);
        }
        for _ in 0..SEES {
            add(MediaKind::Video, Direction::RecvOnly);
        }
        let (offer, pending) = api.apply().context("an offer")?;
        let member = Self {
            number,
            call,
            start,
            rtc,
            socket,
            here,
            pending: Some(pending),
            voice: speaks.then(|| Track::new(microphone)),
            camera: shows.then(|| Track::new(camera)),
            key_due: true,
            timeout: start,
            connected: false,
            got: Got::default(),
        };
        Ok((member, offer.to_sdp_string()))
    }

    /// What it says of itself for the signs beside its name.
    pub(super) fn sends(&self) -> (bool, bool) {
        (self.voice.is_some(), self.camera.is_some())
    }

    pub(super) fn accept(&mut self, answer: &str) -> anyhow::Result<()> {
        let pending = self.pending.take().ok_or_else(|| anyhow!("an answer to no offer"))?;
        // It comes by UDP.
        let answer: String =
            answer.lines().filter(|line| !line.contains(" tcp ")).map(|line| format!("{line}\r\n")).collect();
        self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer)?)?;
        self.advance(Instant::now())
    }

    /// Sends what is due, lets time pass and gives when there is more to do.
    pub(super) fn act(&mut self, now: Instant) -> anyhow::Result<Instant> {
        if self.connected {
            if self.voice.as_mut().is_some_and(|voice| voice.is_due(now, PACKET)) {
                self.speak(now)?;
            }
            if self.camera.as_mut().is_some_and(|camera| camera.is_due(now, FRAME)) {
                self.show(now)?;
            }
        }
        if self.timeout <= now {
            self.advance(now)?;
        }
        let tracks = [&self.voice, &self.camera].into_iter().flatten().filter_map(|track| track.next);
        Ok(tracks.fold(self.timeout, Instant::min))
    }

    fn mark(&self, now: Instant) -> anyhow::Result<Mark> {
        let micros = u64::try_from(now.duration_since(self.start).as_micros())?;
        Ok(Mark { call: self.call, sender: self.number, micros })
    }

    fn speak(&mut self, now: Instant) -> anyhow::Result<()> {
        let mark = self.mark(now)?;
        let Some(voice) = &mut self.voice else { return Ok(()) };
        let (mid, number) = (voice.mid, voice.sent);
        voice.sent += 1;
        // Everybody is loud, and nobody louder than those before them for long.
        let level = ExtensionValues {
            audio_level: Some(-25),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        let rtp = RtpWrite::new(
            kind_of(&self.rtc, |params| params.spec().codec.is_audio())?,
            (number + 1000).into(),
            u32::try_from(number.wrapping_mul(960) & 0xffff_ffff)?,
            now,
            sound(mark),
        );
        self.write(now, mid, rtp.ext_vals(level))
    }

    fn show(&mut self, now: Instant) -> anyhow::Result<()> {
        let mark = self.mark(now)?;
        let Some(camera) = &mut self.camera else { return Ok(()) };
        let (mid, number) = (camera.mid, camera.sent);
        camera.sent += 1;
        let rtp = RtpWrite::new(
            kind_of(&self.rtc, |params| params.spec().codec.is_video())?,
            (number + 1000).into(),
            u32::try_from(number.wrapping_mul(6000) & 0xffff_ffff)?,
            now,
            picture(std::mem::take(&mut self.key_due), number, mark),
        );
        self.write(now, mid, rtp.marker(true).nackable(true))
    }

    fn write(&mut self, now: Instant, mid: Mid, rtp: RtpWrite) -> anyhow::Result<()> {
        let mut direct = self.rtc.direct_api();
        direct.stream_tx_by_mid(mid, None).context("a stream")?.write_rtp(rtp);
        self.advance(now)
    }

    fn advance(&mut self, now: Instant) -> anyhow::Result<()> {
        self.rtc.handle_input(Input::Timeout(now))?;
        self.drain(now)
    }

    /// Reads what is there.
    pub(super) fn read(&mut self) -> anyhow::Result<()> {
        let mut buffer = [0; 2000];
        for _ in 0..BATCH {
            match self.socket.recv_from(&mut buffer) {
                Ok((length, from)) => {
                    let now = Instant::now();
                    if let Ok(received) = Receive::new(Protocol::Udp, from, self.here, &buffer[..length]) {
                        self.rtc.handle_input(Input::Receive(now, received))?;
                        self.drain(now)?;
                    }
                }
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => break,
                Err(cause) => return Err(cause.into()),
            }
        }
        Ok(())
    }

    fn drain(&mut self, now: Instant) -> anyhow::Result<()> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => {
                    self.timeout = at.min(now + Duration::from_secs(1));
                    return Ok(());
                }
                Output::Transmit(packet) => {
                    // A full buffer loses it, as a network would.
                    let _lost = self.socket.send_to(&packet.contents, packet.destination);
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::KeyframeRequest(_)) => self.key_due = true,
                Output::Event(Event::IceConnectionStateChange(IceConnectionState::Disconnected)) => {
                    bail!("member {} has lost the server", self.number)
                }
                Output::Event(Event::RtpPacket(packet)) => {
                    let micros = u64::try_from(now.duration_since(self.start).as_micros())?;
                    self.got.take(&packet, self.call, micros);
                }
                Output::Event(_) => {}
            }
        }
    }
}

/// The number of the first codec of a kind.
fn kind_of(rtc: &Rtc, is: impl Fn(&&PayloadParams) -> bool) -> anyhow::Result<str0m::media::Pt> {
    Ok(rtc.codec_config().params().iter().find(is).context("a codec")?.pt())
}
