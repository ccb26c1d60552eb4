//! One connection of a page: everything of str0m is here and nowhere else, for its ways change with every
//! release.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::bwe::Bitrate;
use str0m::change::SdpOffer;
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, Mid, Pt, Rid};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::{ExtensionValues, RtpWrite, Ssrc};
use str0m::{Candidate, Input, Output, Rtc, RtcConfig};

use crate::error::OfferError;
use crate::names::Source;
use crate::offer::{Offer, Role};
use crate::red;
use crate::rewrite::Numbers;
use crate::settings::Door;
use crate::stun::stream_of;

use self::rest::Rest;

pub(crate) use told::{Coding, Datagram, Incoming, Told};

mod hear;
mod rest;
mod told;

/// With how much a page starts before its network is known: the sound, and a screen or some small pictures.
pub(crate) const GUESS: u64 = 1_200_000;
/// What browsers name when they help to estimate their network. Of one that does not, nothing is estimated, and str0m's
/// pacer would hold it at the guess for ever.
const ESTIMATES: &str = "draft-holmer-rmcat-transport-wide-cc-extensions";
/// For how much of lost video a page may ask again. Longer ago is of no use to it.
const AGAIN: (usize, Duration, Option<f32>) = (600, Duration::from_millis(1500), Some(0.15));

/// The key with which this process proves to pages that it is the one they were answered by. New with each start (CALL-I4).
#[derive(Clone, Debug)]
pub(crate) struct Identity(DtlsCert);

impl Identity {
    pub(crate) fn generate() -> Option<Self> {
        str0m::crypto::from_feature_flags().dtls_provider.generate_certificate().map(Self)
    }
}

/// The connection cannot go on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken;

/// A line on which the page receives.
#[derive(Debug)]
struct Outlet {
    mid: Mid,
    ssrc: Ssrc,
}

/// Payload types of this page's browser (CALL-P16).
#[derive(Clone, Copy, Debug, Default)]
struct Types {
    opus: Option<Pt>,
    red: Option<Pt>,
    vp8: Option<Pt>,
}

/// A page's connection.
#[derive(Debug)]
pub(crate) struct Link {
    rtc: Rtc,
    offer: Offer,
    outlets: Vec<Option<Outlet>>,
    types: Types,
    /// Of streams that have come, whose they are.
    origins: Vec<(Ssrc, (Source, u8))>,
    timeout: Instant,
    rest: Rest,
}

impl Link {
    /// Answers an offer.
    pub(crate) fn answer(
        offer: Offer,
        doors: &[Door],
        identity: &Identity,
        now: Instant,
    ) -> Result<(Self, String), OfferError> {
        let parsed = SdpOffer::from_sdp_string(&offer.text).map_err(|_| OfferError::Malformed)?;
        let mut rtc = RtcConfig::new()
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .set_dtls_cert(identity.0.clone())
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .enable_bwe(offer.text.contains(ESTIMATES).then(|| Bitrate::bps(GUESS)))
            .set_stats_interval(Some(Duration::from_millis(500)))
            .build(now);
        for door in doors {
            let candidate = match *door {
                Door::Udp(address) => Candidate::builder().udp().host(address).build(),
                Door::Tcp(address) => {
                    Candidate::builder().tcp().host(address).tcptype(TcpType::Passive).build()
                }
            };
            // The addresses were looked at before the start; one that str0m does not like is one way less.
            if let Ok(candidate) = candidate {
                rtc.add_local_candidate(candidate);
            }
        }
        let answer = rtc.sdp_api().accept_offer(parsed).map_err(|_| OfferError::Malformed)?;
        let sdp = answer.to_sdp_string();
        let mut link = Self {
            rtc,
            offer,
            outlets: Vec::new(),
            types: Types::default(),
            origins: Vec::new(),
            timeout: now,
            rest: Rest::new(now),
        };
        link.types = link.find_types();
        link.outlets = link.find_outlets();
        for slot in 0..link.outlets.len() {
            link.forget(slot);
        }
        Ok((link, sdp))
    }

    /// Answers an offer of the same page over another network.
    pub(crate) fn restart(&mut self, offer: Offer) -> Result<String, OfferError> {
        if !offer.restarts(&self.offer) {
            return Err(OfferError::NotARestart);
        }
        let parsed = SdpOffer::from_sdp_string(&offer.text).map_err(|_| OfferError::Malformed)?;
        let answer = self.rtc.sdp_api().accept_offer(parsed).map_err(|_| OfferError::Malformed)?;
        self.offer = offer;
        Ok(answer.to_sdp_string())
    }

    fn find_types(&self) -> Types {
        let mut types = Types::default();
        for params in self.rtc.codec_config().params() {
            // No other was switched on.
            if params.spec().codec == Codec::Opus {
                (types.opus, types.red) = (Some(params.pt()), params.red());
            } else if params.spec().codec == Codec::Vp8 {
                types.vp8 = Some(params.pt());
            }
        }
        types
    }

    fn find_outlets(&mut self) -> Vec<Option<Outlet>> {
        let mids: Vec<Mid> = self.receiving().map(|(_, line)| Mid::from(line.mid.as_str())).collect();
        let mut direct = self.rtc.direct_api();
        mids.into_iter()
            .map(|mid| {
                let stream = direct.stream_tx_by_mid(mid, None)?;
                // Its sender has paced it already. Here a queue would only hold what nobody may get any more (CALL-I2).
                stream.set_unpaced(true);
                Some(Outlet { mid, ssrc: stream.ssrc() })
            })
            .collect()
    }

    /// The receiving lines, numbered as slots.
    pub(crate) fn receiving(&self) -> impl Iterator<Item = (usize, &crate::offer::Line)> {
        self.offer.lines.iter().filter(|line| matches!(line.role, Role::Hears | Role::Sees)).enumerate()
    }

    /// How many sizes a source comes in.
    pub(crate) fn sizes(&self, source: Source) -> usize {
        self.line(source).map_or(0, |line| line.sizes.len().max(1))
    }

    fn line(&self, source: Source) -> Option<&crate::offer::Line> {
        self.offer.lines.iter().find(|line| line.role == Role::Sends(source))
    }

    /// Our own name of the connection, which the page's STUN requests carry.
    pub(crate) fn ufrag(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    /// When [`advance`](Self::advance) wants to be called.
    pub(crate) fn timeout(&self) -> Instant {
        self.timeout
    }

    /// Takes a packet of the network. It must be followed by [`drain`](Self::drain) before the next: str0m keeps one
    /// packet of media, and a second one would replace it (CALL-P1).
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        tcp: bool,
        from: SocketAddr,
        at: SocketAddr,
        bytes: &[u8],
    ) {
        self.rest.begin(now);
        let protocol = if tcp { Protocol::Tcp } else { Protocol::Udp };
        // What cannot be read, or makes no sense to DTLS, was damaged or comes from somebody who only pretends to be the
        // page: it is nothing. If it ended the connection, a single forged packet could.
        if let Ok(received) = Receive::new(protocol, from, at, bytes) {
            let _nonsense = self.rtc.handle_input(Input::Receive(now, received));
        }
    }

    /// Lets time pass, which also sends what was written.
    pub(crate) fn advance(&mut self, now: Instant) -> Result<(), Broken> {
        self.rest.begin(now);
        self.rtc.handle_input(Input::Timeout(now)).map_err(|_| Broken)
    }

    /// Takes out all there is.
    pub(crate) fn drain(&mut self, out: &mut Vec<Datagram>, told: &mut Vec<Told>) -> Result<(), Broken> {
        loop {
            match self.rtc.poll_output().map_err(|_| Broken)? {
                Output::Timeout(at) => {
                    self.rest.looked(at);
                    self.timeout = at;
                    return Ok(());
                }
                Output::Transmit(packet) => {
                    if let Some(ssrc) = stream_of(&packet.contents) {
                        let was_written = self.outlets.iter().flatten().any(|outlet| *outlet.ssrc == ssrc);
                        self.rest.sent(was_written, packet.contents.len());
                    }
                    out.push(Datagram {
                        tcp: packet.proto != Protocol::Udp,
                        from: packet.source,
                        to: packet.destination,
                        bytes: packet.contents.into(),
                    });
                    // Packets of media are the last that str0m gives: nothing is left to be taken out.
                    if let Some(until) = self.rest.rests() {
                        self.timeout = until;
                        return Ok(());
                    }
                }
                Output::Event(event) => told.extend(self.tell(event)),
            }
        }
    }

    /// Writes a packet into a slot; [`advance`](Self::advance) sends it. `first` marks the beginning of a stretch.
    pub(crate) fn write(
        &mut self,
        slot: usize,
        now: Instant,
        packet: &Incoming,
        numbers: Numbers,
        first: bool,
    ) {
        let Some(Some(outlet)) = self.outlets.get(slot) else { return };
        let (kind, payload) = match packet.coding {
            Coding::Opus => (self.types.opus, Some(Arc::clone(&packet.payload))),
            Coding::Vp8 => (self.types.vp8, Some(Arc::clone(&packet.payload))),
            Coding::Red => match self.types.red {
                Some(red) => {
                    let inner = self.types.opus.map_or(0, |kind| *kind);
                    (Some(red), red::retyped(&packet.payload, inner))
                }
                None => (self.types.opus, red::primary(&packet.payload)),
            },
        };
        let (Some(kind), Some(payload)) = (kind, payload) else { return };
        let values = ExtensionValues {
            audio_level: packet.level,
            voice_activity: packet.voice,
            video_orientation: packet.orientation,
            ..ExtensionValues::default()
        };
        let sound = packet.coding != Coding::Vp8;
        let mut rtp = RtpWrite::new(kind, numbers.sequence.into(), numbers.time, now, payload)
            .marker(packet.marker || first && sound)
            .ext_vals(values)
            .nackable(!sound);
        if let Some(descriptor) = packet.descriptor {
            let mut patch = descriptor.patch();
            if let Some(id) = numbers.picture {
                patch = patch.picture_id(id.value);
            }
            if let Some(base) = numbers.base {
                patch = patch.tl0_pic_idx(base);
            }
            let Ok(patch) = patch.build() else { return };
            rtp = rtp.vp8_patch(patch);
        }
        let ssrc = outlet.ssrc;
        if let Some(stream) = self.rtc.direct_api().stream_tx(&ssrc) {
            stream.write_rtp(rtp);
            self.rest.wrote();
        }
    }

    /// Forgets what was sent in a slot, so that neither a request nor a probe of the network brings it again (CALL-P7).
    pub(crate) fn forget(&mut self, slot: usize) {
        let Some(Some(outlet)) = self.outlets.get(slot) else { return };
        let ssrc = outlet.ssrc;
        if let Some(stream) = self.rtc.direct_api().stream_tx(&ssrc) {
            let (packets, age, part) = AGAIN;
            stream.set_rtx_cache(packets, age, part);
        }
    }

    /// Asks the page for a key frame.
    pub(crate) fn ask_key(&mut self, source: Source, layer: u8) {
        let Some(line) = self.line(source) else { return };
        let mid = Mid::from(line.mid.as_str());
        let rid = line.sizes.get(usize::from(layer)).map(|size| Rid::from(size.as_str()));
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, rid) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    /// Says how much the page would get if its network carried it, so that the estimate looks as far and no farther, and
    /// how much is to be sent at least, with padding where media are less.
    pub(crate) fn aim(&mut self, least: u64, bits: u64) {
        self.rtc.bwe().set_bitrate(Bitrate::bps(least), Bitrate::bps(bits.max(least)));
    }

    /// Says whether the page gets all that it could: one that does is looked at less.
    pub(crate) fn set_satisfied(&mut self, satisfied: bool) {
        self.rest.set_satisfied(satisfied);
    }

    /// Says goodbye, which [`drain`](Self::drain) sends (CALL-P12).
    pub(crate) fn close(&mut self) {
        // A connection that was never made has nobody to say it to.
        let _unmade = self.rtc.close();
    }
}
