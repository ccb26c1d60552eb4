//! What str0m says of a connection, in the words of rooms.

use str0m::bwe::BweKind;
use str0m::media::{Mid, Rid};
use str0m::rtp::{RtpPacket, Ssrc, Vp8Descriptor};
use str0m::{Event, IceConnectionState};

use super::Link;
use super::told::{Coding, Incoming, Told};
use crate::names::Source;
use crate::offer::Role;
use crate::rewrite::Numbers;
use crate::vp8;

/// How many streams are remembered.
const STREAMS: usize = 32;

impl Link {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the enum is not ours and grows with each release")]
    pub(super) fn tell(&mut self, event: Event) -> Option<Told> {
        match event {
            Event::Connected => Some(Told::Connected),
            Event::IceConnectionStateChange(state) => match state {
                IceConnectionState::Disconnected => Some(Told::Silent(true)),
                IceConnectionState::Connected | IceConnectionState::Completed => Some(Told::Silent(false)),
                IceConnectionState::New | IceConnectionState::Checking => None,
            },
            Event::RtpPacket(packet) => self.incoming(packet).map(Told::Packet),
            Event::KeyframeRequest(request) => self
                .outlets
                .iter()
                .position(|outlet| outlet.as_ref().is_some_and(|outlet| outlet.mid == request.mid))
                .map(Told::KeyWanted),
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. } | BweKind::Remb { estimate, .. }) => {
                Some(Told::Estimated(estimate.as_u64()))
            }
            Event::PeerStats(stats) => Some(Told::Measured {
                loss: stats.egress_loss_fraction,
                round_trip: stats.rtt,
                sent: stats.peer_bytes_tx,
            }),
            Event::Closed => Some(Told::Closed),
            // Nothing else is asked for: no channels, no frames, no raw packets.
            _ => None,
        }
    }

    fn incoming(&mut self, packet: RtpPacket) -> Option<Incoming> {
        let (source, layer) = self.origin(packet.header.ssrc)?;
        let kind = packet.header.payload_type;
        let types = self.types;
        let codings = [(types.opus, Coding::Opus), (types.red, Coding::Red), (types.vp8, Coding::Vp8)];
        let (_, coding) = codings.into_iter().find(|(known, _)| *known == Some(kind))?;
        if source.is_video() != (coding == Coding::Vp8) {
            return None;
        }
        let picture = match coding {
            Coding::Vp8 => Some(vp8::read(&packet.payload)?),
            Coding::Opus | Coding::Red => None,
        };
        let values = &packet.header.ext_vals;
        Some(Incoming {
            stream: *packet.header.ssrc,
            source,
            layer,
            numbers: Numbers {
                sequence: *packet.seq_no,
                time: packet.header.timestamp,
                picture: picture.and_then(|picture| picture.id),
                base: picture.and_then(|picture| picture.base),
            },
            marker: packet.header.marker,
            coding,
            level: values.audio_level,
            voice: values.voice_activity,
            orientation: values.video_orientation,
            descriptor: picture.and_then(|_| Vp8Descriptor::parse(&packet.payload).ok()),
            picture,
            payload: packet.payload,
        })
    }

    /// Which line, and which size of it, a stream belongs to: what its line says, not the packet (CALL-I3).
    fn origin(&mut self, ssrc: Ssrc) -> Option<(Source, u8)> {
        if let Some((_, known)) = self.origins.iter().find(|(other, _)| *other == ssrc) {
            return Some(*known);
        }
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_rx(&ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let line = self.offer.lines.iter().find(|line| Mid::from(line.mid.as_str()) == mid)?;
        let Role::Sends(source) = line.role else { return None };
        let layer = match rid {
            Some(rid) => line.sizes.iter().position(|size| Rid::from(size.as_str()) == rid)?,
            None => 0,
        };
        let known = (source, u8::try_from(layer).ok()?);
        if self.origins.len() >= STREAMS {
            self.origins.clear();
        }
        self.origins.push((ssrc, known));
        Some(known)
    }
}
