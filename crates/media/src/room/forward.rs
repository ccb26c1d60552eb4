//! From a packet that came in to those who get it.

use std::time::Instant;

use crate::flow::Bounds;
use crate::link::Incoming;
use crate::names::{PeerId, Source};
use crate::room::session::at;
use crate::room::{Event, Out, Room};

impl Room {
    /// Lets a packet in, if its sender may send it and has not sent too much, and writes it to all who get it.
    pub(super) fn forward(&mut self, now: Instant, place: usize, packet: &Incoming, out: &mut Out) {
        let (room, limits) = (self.id, self.limits);
        let Some(session) = self.session_mut(place) else { return };
        let source = packet.source;
        session.prove(packet.stream);
        // What is forbidden is gone before anything of it is looked at (CALL-I3).
        if !session.rights.send.has(source) {
            return;
        }
        let bounds = Bounds::new(limits.source_bits, limits.source_packets);
        let Some(flow) = session.flows[at(source)].get_mut(usize::from(packet.layer)) else { return };
        if !flow.accept(bounds, now, packet.payload.len()) {
            return;
        }
        if let Some(picture) = packet.picture.filter(|picture| picture.key) {
            flow.requests.served();
            flow.height = picture.height.unwrap_or(flow.height);
        }
        if source == Source::Microphone {
            session.loudness.hear(now, packet.level);
        }
        let peer = session.peer;
        if !session.flowing[at(source)] {
            // A line without a camera sends a packet now and then: only a whole picture is the beginning of one.
            if source.is_video() && !packet.picture.is_some_and(|picture| picture.key) {
                self.request(now, peer, source, packet.layer);
                return;
            }
            session.flowing[at(source)] = true;
            out.events.push(Event::Flowing { room, peer, source });
            self.arrange(now, out);
        }
        let fan = std::mem::take(&mut self.fans[place][at(source)]);
        for (receiver, slot) in &fan {
            let Some(session) = self.session_mut(*receiver) else { continue };
            if let Some((numbers, first)) = session.slots[*slot].pass(now, packet) {
                session.link.write(*slot, now, packet, numbers, first);
                session.dirty = true;
            }
        }
        self.fans[place][at(source)] = fan;
    }

    /// A page needs a key frame in a slot.
    pub(super) fn want_key(&mut self, now: Instant, place: usize, slot: usize) {
        let Some(slot) = self.session_mut(place).and_then(|session| session.slots.get_mut(slot)) else {
            return;
        };
        let (Some((peer, source)), Some(layer)) = (slot.shows, slot.watches()) else { return };
        if slot.asker.may_ask(now) {
            self.request(now, peer, source, layer);
        }
    }

    /// Notes that a key frame is needed, and asks for it unless that was done a moment ago (CALL-P10).
    pub(super) fn request(&mut self, now: Instant, peer: PeerId, source: Source, layer: u8) {
        let Some(place) = self.lives.get(&peer).copied() else { return };
        let Some(session) = self.session_mut(place) else { return };
        let Some(flow) = session.flows[at(source)].get_mut(usize::from(layer)) else { return };
        flow.requests.want();
        if flow.requests.is_due(now) {
            session.link.ask_key(source, layer);
            session.dirty = true;
        }
    }

    /// Asks again for what did not come.
    pub(super) fn request_again(&mut self, now: Instant) {
        let mut missing: Vec<(PeerId, Source, u8)> = Vec::new();
        for session in self.sessions.iter().flatten().filter(|session| session.connected) {
            for slot in &session.slots {
                if let (Some((peer, source)), Some(layer)) = (slot.shows, slot.waits_for())
                    && !missing.contains(&(peer, source, layer))
                {
                    missing.push((peer, source, layer));
                }
            }
        }
        for (peer, source, layer) in missing {
            self.request(now, peer, source, layer);
        }
    }
}
