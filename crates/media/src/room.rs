//! A room: who is in it, and who gets whose packets. It has no socket and no clock: packets and moments come in, packets
//! and events come out, so that all of it can be tested by a table.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::error::OfferError;
use crate::event::{Event, Reason};
use crate::link::{Datagram, Identity, Link, Told};
use crate::names::{PeerId, RoomId};
use crate::offer::Offer;
use crate::rights::{Rights, Viewport};
use crate::settings::{Door, Limits};
use crate::stun::stream_of;

use session::Session;

mod arrange;
mod forward;
mod report;
mod session;
mod slot;

/// How often a room looks around by itself: who speaks, who is alive, what fits.
const TURN: Duration = Duration::from_millis(100);

/// Packets of one session before others have their turn.
const BURST: usize = 256;
/// How far a session's clock may run ahead.
const AHEAD: Duration = Duration::from_micros(300);

/// What a room sends and tells.
#[derive(Debug, Default)]
pub(crate) struct Out {
    pub(crate) datagrams: Vec<Datagram>,
    pub(crate) events: Vec<Event>,
    /// Connections of these sessions are over; nothing of theirs is known any more.
    pub(crate) gone: Vec<u64>,
    /// Media that waits for these sessions is to be forgotten.
    pub(crate) forgotten: Vec<u64>,
}

/// A session that was just made.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) sdp: String,
    pub(crate) place: usize,
    pub(crate) key: u64,
    /// By what its STUN requests are known.
    pub(crate) ufrag: String,
}

/// Who gets the packets of a source: places of sessions, and their slots.
type Fan = Vec<(usize, usize)>;

/// A room.
#[derive(Debug)]
pub(crate) struct Room {
    id: RoomId,
    limits: Limits,
    doors: Vec<Door>,
    identity: Identity,
    sessions: Vec<Option<Session>>,
    /// The one session of a peer that counts.
    lives: HashMap<PeerId, usize>,
    /// The table of who gets what, by the place of who sends and the source (CALL-I1). Built in `arrange` only.
    fans: Vec<[Fan; 3]>,
    /// Somebody's rights, sources or wishes have changed since the table was built.
    stale: bool,
    turn: Instant,
    speakers: Vec<PeerId>,
    spoken: Instant,
    /// Reused between packets.
    told: Vec<Told>,
}

impl Room {
    pub(crate) fn new(
        id: RoomId,
        limits: Limits,
        doors: Vec<Door>,
        identity: Identity,
        now: Instant,
    ) -> Self {
        Self {
            id,
            limits,
            doors,
            identity,
            sessions: Vec::new(),
            lives: HashMap::new(),
            fans: Vec::new(),
            stale: false,
            turn: now + TURN,
            speakers: Vec::new(),
            spoken: now,
            told: Vec::new(),
        }
    }

    /// Answers the offer of a peer. One that is here already keeps its connection until the new one stands.
    pub(crate) fn admit(
        &mut self,
        now: Instant,
        peer: PeerId,
        key: u64,
        offer: &str,
        rights: Rights,
        out: &mut Out,
    ) -> Result<Admitted, OfferError> {
        let offer = Offer::parse(offer, &self.limits)?;
        let limit = self.limits.peers;
        if !self.lives.contains_key(&peer) && self.lives.len() >= limit {
            return Err(OfferError::RoomFull { limit });
        }
        let (mut link, sdp) = Link::answer(offer, &self.doors, &self.identity, now)?;
        let ufrag = link.ufrag();
        // One lives, one is about to replace it; of those that never stood only the last (CALL-P13).
        let unmade = |place: &usize| self.session(*place).is_some_and(|session| !session.connected);
        for place in self.places_of(peer).filter(unmade).collect::<Vec<_>>() {
            self.lives.retain(|_, live| *live != place);
            self.drop_session(now, place, out);
        }
        let session = Session::new(peer, key, link, rights, &self.limits, now);
        let place = match self.sessions.iter().position(Option::is_none) {
            Some(place) => place,
            None => {
                self.sessions.push(None);
                self.fans.push(Default::default());
                self.sessions.len() - 1
            }
        };
        self.sessions[place] = Some(session);
        self.lives.entry(peer).or_insert(place);
        Ok(Admitted { sdp, place, key, ufrag })
    }

    /// Answers the second offer of a peer. Gives the answer, the session's key and place, and its new name.
    pub(crate) fn restart(&mut self, peer: PeerId, offer: &str) -> Result<Admitted, OfferError> {
        let offer = Offer::parse(offer, &self.limits)?;
        let place = *self.lives.get(&peer).ok_or(OfferError::NotAdmitted)?;
        let session = self.session_mut(place).ok_or(OfferError::NotAdmitted)?;
        let sdp = session.link.restart(offer)?;
        session.dirty = true;
        Ok(Admitted { sdp, place, key: session.key, ufrag: session.link.ufrag() })
    }

    /// Sets what a peer may do. It holds before the next packet is looked at.
    pub(crate) fn permit(&mut self, now: Instant, peer: PeerId, rights: &Rights, out: &mut Out) {
        for place in self.places_of(peer).collect::<Vec<_>>() {
            if let Some(session) = self.session_mut(place) {
                session.rights = rights.clone();
            }
        }
        self.cease_forbidden(peer, out);
        self.arrange(now, out);
        self.flush(now, out);
    }

    /// Takes what a peer's page shows.
    pub(crate) fn look(&mut self, now: Instant, peer: PeerId, viewport: Viewport) {
        let limits = self.limits;
        if let Some(place) = self.lives.get(&peer).copied()
            && let Some(session) = self.session_mut(place)
        {
            session.look(viewport, &limits, now);
            self.stale = true;
        }
    }

    /// Puts a peer out: nothing of it and nothing for it passes from here on (CALL-I2).
    pub(crate) fn revoke(&mut self, now: Instant, peer: PeerId, reason: Reason, out: &mut Out) {
        let places: Vec<usize> = self.places_of(peer).collect();
        if places.is_empty() {
            return;
        }
        self.lives.remove(&peer);
        for place in places {
            self.drop_session(now, place, out);
        }
        out.events.push(Event::Left { room: self.id, peer, reason });
        self.arrange(now, out);
        self.flush(now, out);
    }

    /// Puts everybody out.
    pub(crate) fn close(&mut self, now: Instant, out: &mut Out) {
        let mut peers: Vec<PeerId> = self.lives.keys().copied().collect();
        peers.sort_unstable();
        for peer in peers {
            self.revoke(now, peer, Reason::RoomClosed, out);
        }
    }

    /// Says goodbye and forgets. What waits for the page is forgotten too, but for the goodbye (CALL-P12).
    fn drop_session(&mut self, now: Instant, place: usize, out: &mut Out) {
        let Some(mut session) = self.sessions.get_mut(place).and_then(Option::take) else { return };
        self.fans[place] = Default::default();
        out.forgotten.push(session.key);
        session.link.close();
        let mut told = Vec::new();
        let from = out.datagrams.len();
        // The connection is over whatever it says: only its last packets count, and none of media among them.
        let _over = session.link.drain(&mut out.datagrams, &mut told);
        let _over =
            session.link.advance(now).and_then(|()| session.link.drain(&mut out.datagrams, &mut told));
        let goodbye = out.datagrams.split_off(from);
        out.datagrams.extend(goodbye.into_iter().filter(|packet| stream_of(&packet.bytes).is_none()));
        out.gone.push(session.key);
        self.stale = true;
    }

    /// Takes a packet of the network for a session.
    pub(crate) fn receive(&mut self, now: Instant, place: usize, packet: &Packet<'_>, out: &mut Out) {
        let limits = self.limits;
        let Some(session) = self.session_mut(place) else { return };
        if !session.lets_in(&limits, now, packet.bytes) {
            return;
        }
        session.heard = now;
        session.link.receive(now, packet.tcp, packet.from, packet.at, packet.bytes);
        self.drain(now, place, out);
    }

    /// Sends what was written since the last time. Called after each batch of packets, so that a receiver is woken once
    /// for all of them.
    pub(crate) fn flush(&mut self, now: Instant, out: &mut Out) {
        if self.stale {
            self.arrange(now, out);
        }
        // Sending may ask for key frames, and those are written to others: twice is enough for the rest to wait.
        for _ in 0..2 {
            for place in 0..self.sessions.len() {
                let Some(session) = self.session_mut(place).filter(|session| session.dirty) else { continue };
                session.dirty = false;
                self.pass_time(now, place, out);
            }
        }
    }

    /// Lets time pass.
    pub(crate) fn advance(&mut self, now: Instant, out: &mut Out) {
        for place in 0..self.sessions.len() {
            if self.session(place).is_some_and(|session| session.link.timeout() <= now) {
                self.pass_time(now, place, out);
            }
        }
        if self.turn <= now {
            self.turn = now + TURN;
            self.take_turn(now, out);
        }
        self.flush(now, out);
    }

    /// When [`advance`](Self::advance) wants to be called. An empty room does not.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        let links = self.sessions.iter().flatten().map(|session| session.link.timeout()).min()?;
        Some(links.min(self.turn))
    }

    fn pass_time(&mut self, now: Instant, place: usize, out: &mut Out) {
        // str0m's pacer gives one packet at a moment, and the next a microsecond later: a session's own clock may run so
        // far ahead instead of the thread waking up for each. What is held back for longer ends the loop. The bound is
        // the work that one session gets before others have their turn (CALL-I9).
        let mut at = now;
        for _ in 0..BURST {
            let Some(session) = self.session_mut(place) else { return };
            if session.link.advance(at).is_err() {
                self.end(now, place, Reason::Broken, out);
                return;
            }
            self.drain(now, place, out);
            match self.session(place).map(|session| session.link.timeout()) {
                Some(next) if next <= now + AHEAD => at = at.max(next),
                Some(_) | None => return,
            }
        }
    }

    /// Takes out all that a connection has to send and to tell.
    fn drain(&mut self, now: Instant, place: usize, out: &mut Out) {
        let mut told = std::mem::take(&mut self.told);
        if let Some(session) = self.session_mut(place)
            && session.link.drain(&mut out.datagrams, &mut told).is_err()
        {
            told.clear();
            self.end(now, place, Reason::Broken, out);
        }
        for what in told.drain(..) {
            self.hear(now, place, what, out);
        }
        self.told = told;
    }

    fn hear(&mut self, now: Instant, place: usize, told: Told, out: &mut Out) {
        let Some(session) = self.session_mut(place) else { return };
        match told {
            Told::Packet(packet) => self.forward(now, place, &packet, out),
            Told::Connected => self.stand(now, place, out),
            Told::Silent(silent) => session.silent = silent,
            Told::KeyWanted(slot) => self.want_key(now, place, slot),
            // Acted upon at the next turn: a room of forty hears hundreds of estimates a second.
            Told::Estimated(bits) => session.budget.estimated(bits),
            Told::Measured { loss, round_trip, sent } => {
                let carried = session.carried(now, sent);
                session.budget.measured(loss.unwrap_or(0.0), round_trip, carried);
            }
            Told::Closed => self.end(now, place, Reason::Goodbye, out),
        }
    }

    /// A connection stands. If it replaces another one, that is over now.
    fn stand(&mut self, now: Instant, place: usize, out: &mut Out) {
        let Some(session) = self.session_mut(place) else { return };
        session.connected = true;
        let peer = session.peer;
        if let Some(old) = self.lives.insert(peer, place).filter(|old| *old != place) {
            self.cease_all(old, out);
            self.drop_session(now, old, out);
        }
        out.events.push(Event::Connected { room: self.id, peer });
        self.arrange(now, out);
        self.tell_slots(place, out);
    }

    /// A connection is over by itself. The peer is gone if it was the one that counts.
    fn end(&mut self, now: Instant, place: usize, reason: Reason, out: &mut Out) {
        let Some(peer) = self.session(place).map(|session| session.peer) else { return };
        if self.lives.get(&peer) == Some(&place) {
            self.lives.remove(&peer);
            // One that was about to replace it does now.
            let next = self.places_of(peer).find(|other| *other != place);
            if let Some(next) = next {
                self.lives.insert(peer, next);
            } else {
                out.events.push(Event::Left { room: self.id, peer, reason });
            }
        }
        self.drop_session(now, place, out);
    }

    fn session(&self, place: usize) -> Option<&Session> {
        self.sessions.get(place)?.as_ref()
    }

    fn session_mut(&mut self, place: usize) -> Option<&mut Session> {
        self.sessions.get_mut(place)?.as_mut()
    }

    fn places_of(&self, peer: PeerId) -> impl Iterator<Item = usize> {
        let places = self.sessions.iter().enumerate();
        places
            .filter(move |(_, session)| session.as_ref().is_some_and(|session| session.peer == peer))
            .map(|(place, _)| place)
    }

    /// Whether this key still sits at this place.
    pub(crate) fn is_at(&self, place: usize, key: u64) -> bool {
        self.session(place).is_some_and(|session| session.key == key)
    }

    /// The network of these sessions took less than was sent: their queues were full.
    pub(crate) fn overflowed(&mut self, place: usize) {
        if let Some(session) = self.session_mut(place) {
            session.budget.overflowed();
        }
    }

    #[cfg(test)]
    pub(crate) fn holds(&self, place: usize, peer: PeerId) -> bool {
        self.session(place).is_some_and(|session| session.peer == peer)
    }

    #[cfg(test)]
    pub(crate) fn fan_of(&self, peer: PeerId, source: crate::names::Source) -> Vec<PeerId> {
        let Some(place) = self.lives.get(&peer) else { return Vec::new() };
        let fan = &self.fans[*place][session::at(source)];
        fan.iter().filter_map(|(place, _)| self.session(*place)).map(|session| session.peer).collect()
    }
}

/// A packet of the network, and where it came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) tcp: bool,
    pub(crate) from: SocketAddr,
    /// The address by which answers name the socket.
    pub(crate) at: SocketAddr,
    pub(crate) bytes: &'a [u8],
}
