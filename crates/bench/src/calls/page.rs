//! A synthetic participant: str0m in the place of a browser, with a socket of its own.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// What a packet of the reference load weighs.
pub(crate) const BYTES: usize = 1100;
/// Packets read of one socket before others have their turn.
const BATCH: usize = 64;

/// What a participant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It sends one picture.
    Sends,
    /// It receives one picture.
    Sees,
}

/// A participant.
pub(crate) struct Page {
    pub(crate) rtc: Rtc,
    pub(crate) socket: UdpSocket,
    here: SocketAddr,
    pending: Option<SdpPendingOffer>,
    mid: Option<Mid>,
    sent: u64,
    key_due: bool,
    pub(crate) timeout: Instant,
    pub(crate) connected: Option<Instant>,
    pub(crate) first: Option<Instant>,
    pub(crate) got: u64,
    /// How long each packet took, in microseconds.
    pub(crate) took: Vec<u32>,
    /// It asks for key frames all the time.
    pub(crate) floods: bool,
}

impl Page {
    fn bare(address: IpAddr) -> anyhow::Result<Self> {
        let socket = UdpSocket::bind((address, 0))?;
        socket.set_nonblocking(true)?;
        // The system may give less.
        let _less = rustix::net::sockopt::set_socket_recv_buffer_size(&socket, 1 << 20);
        let here = socket.local_addr()?;
        let now = Instant::now();
        let mut rtc = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(now);
        rtc.add_local_candidate(Candidate::host(here, "udp")?);
        Ok(Self {
            rtc,
            socket,
            here,
            pending: None,
            mid: None,
            sent: 0,
            key_due: true,
            timeout: now,
            connected: None,
            first: None,
            got: 0,
            took: Vec::new(),
            floods: false,
        })
    }

    /// Makes a participant that offers itself.
    pub(crate) fn offering(address: IpAddr, part: Part) -> anyhow::Result<(Self, String)> {
        let mut page = Self::bare(address)?;
        let mut api = page.rtc.sdp_api();
        let direction = match part {
            Part::Sends => Direction::SendOnly,
            Part::Sees => Direction::RecvOnly,
        };
        let mid = api.add_media(MediaKind::Video, direction, None, None, None);
        let (offer, pending) = api.apply().context("an offer")?;
        page.pending = Some(pending);
        page.mid = Some(mid);
        Ok((page, offer.to_sdp_string()))
    }

    /// Makes a participant that answers a server's offer.
    pub(crate) fn answering(address: IpAddr, offer: &str) -> anyhow::Result<(Self, String)> {
        let mut page = Self::bare(address)?;
        let offer = SdpOffer::from_sdp_string(offer)?;
        let answer = page.rtc.sdp_api().accept_offer(offer)?;
        Ok((page, answer.to_sdp_string()))
    }

    pub(crate) fn accept(&mut self, answer: &str) -> anyhow::Result<()> {
        let pending = self.pending.take().ok_or_else(|| anyhow!("no offer"))?;
        // It comes by UDP.
        let answer: String =
            answer.lines().filter(|line| !line.contains(" tcp ")).map(|line| format!("{line}\r\n")).collect();
        self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer)?)?;
        Ok(())
    }

    /// Sends one packet that bears this moment.
    pub(crate) fn send(&mut self, now: Instant, start: Instant) -> anyhow::Result<()> {
        let Some(mid) = self.mid.filter(|_| self.connected.is_some()) else { return Ok(()) };
        let codecs = self.rtc.codec_config();
        let video = codecs.params().iter().find(|params| params.spec().codec.is_video());
        let kind = video.map(|params| params.pt()).context("VP8")?;
        let number = self.sent;
        self.sent += 1;
        let mut payload = picture(std::mem::take(&mut self.key_due), number);
        let at = u64::try_from(now.duration_since(start).as_micros())?;
        payload[BYTES - 8..].copy_from_slice(&at.to_be_bytes());
        let time = u32::try_from(number.wrapping_mul(180) & 0xffff_ffff)?;
        let rtp = RtpWrite::new(kind, (number + 1000).into(), time, now, payload).marker(true).nackable(true);
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(mid, None).context("a stream")?;
        stream.write_rtp(rtp);
        self.advance(now, start)
    }

    /// Asks for a key frame, as a page does that lost one.
    pub(crate) fn ask_key(&mut self) {
        let Some(mid) = self.mid else { return };
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    pub(crate) fn advance(&mut self, now: Instant, start: Instant) -> anyhow::Result<()> {
        self.rtc.handle_input(Input::Timeout(now))?;
        self.drain(now, start)
    }

    /// Reads what is there.
    pub(crate) fn read(&mut self, start: Instant) -> anyhow::Result<()> {
        let mut buffer = [0; 2000];
        for _ in 0..BATCH {
            match self.socket.recv_from(&mut buffer) {
                Ok((length, from)) => {
                    let now = Instant::now();
                    if let Ok(received) = Receive::new(Protocol::Udp, from, self.here, &buffer[..length]) {
                        self.rtc.handle_input(Input::Receive(now, received))?;
                        self.drain(now, start)?;
                    }
                }
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => break,
                Err(cause) => return Err(cause.into()),
            }
        }
        Ok(())
    }

    fn drain(&mut self, now: Instant, start: Instant) -> anyhow::Result<()> {
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
                Output::Event(Event::Connected) => self.connected = Some(now),
                Output::Event(Event::KeyframeRequest(_)) => self.key_due = true,
                Output::Event(Event::MediaAdded(added)) => self.mid = Some(added.mid),
                Output::Event(Event::RtpPacket(packet)) => {
                    self.first.get_or_insert(now);
                    self.got += 1;
                    if let Some(bears) = packet.payload.last_chunk::<8>() {
                        let passed = u64::try_from(now.duration_since(start).as_micros())?;
                        let took = passed.saturating_sub(u64::from_be_bytes(*bears));
                        self.took.push(u32::try_from(took).unwrap_or(u32::MAX));
                    }
                }
                Output::Event(_) => {}
            }
        }
    }
}

/// A picture of one packet (RFC 7741).
fn picture(key: bool, number: u64) -> Vec<u8> {
    let [.., high, low] = number.to_be_bytes();
    let mut bytes = vec![0x90, 0xe0, 0x80 | high & 0x7f, low, low, 0, u8::from(!key), 0, 0];
    if key {
        bytes.extend([0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01]);
    }
    bytes.resize(BYTES, 7);
    bytes
}
