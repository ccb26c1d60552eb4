//! What a room does by itself every now and then, and what it tells.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use crate::budget::Allowance;
use crate::event::{Network, Quality, Slot};
use crate::names::{PeerId, Source};
use crate::room::session::{Session, at};
use crate::room::{Event, Out, Reason, Room};

/// A loss that is heard or seen, of a thousand.
const FELT: u16 = 30;
/// How long a change of the network has to matter before it is told again.
const SPEAKERS: Duration = Duration::from_millis(300);

impl Room {
    /// Looks around.
    pub(super) fn take_turn(&mut self, now: Instant, out: &mut Out) {
        self.reap(now, out);
        self.cease_silent(now, out);
        let limits = self.limits;
        for session in self.sessions.iter_mut().flatten() {
            session.take_coming(&limits, now);
        }
        self.tell_speakers(now, out);
        self.arrange(now, out);
        self.tell_networks(out);
    }

    /// Puts out whoever was not heard of for too long, or never came (CALL-P13).
    fn reap(&mut self, now: Instant, out: &mut Out) {
        for place in 0..self.sessions.len() {
            let dead =
                |session: &Session| now.saturating_duration_since(session.heard) >= self.limits.silence;
            if self.session(place).is_some_and(dead) {
                self.end(now, place, Reason::TimedOut, out);
            }
        }
    }

    /// Notes which sources have ceased.
    fn cease_silent(&mut self, now: Instant, out: &mut Out) {
        let room = self.id;
        for session in self.sessions.iter_mut().flatten() {
            for source in Source::ALL {
                let alive = session.flows[at(source)].iter().any(|flow| flow.is_alive(source, now));
                if session.flowing[at(source)] && !alive {
                    session.flowing[at(source)] = false;
                    out.events.push(Event::Ceased { room, peer: session.peer, source });
                }
            }
        }
    }

    /// Notes that sources have ceased because their right was taken.
    pub(super) fn cease_forbidden(&mut self, peer: PeerId, out: &mut Out) {
        let room = self.id;
        for session in self.sessions.iter_mut().flatten().filter(|session| session.peer == peer) {
            for source in Source::ALL {
                if session.flowing[at(source)] && !session.rights.send.has(source) {
                    session.flowing[at(source)] = false;
                    out.events.push(Event::Ceased { room, peer, source });
                }
            }
        }
    }

    /// Notes that all sources of a session have ceased.
    pub(super) fn cease_all(&mut self, place: usize, out: &mut Out) {
        let room = self.id;
        let Some(session) = self.session_mut(place) else { return };
        for source in Source::ALL {
            if std::mem::take(&mut session.flowing[at(source)]) {
                out.events.push(Event::Ceased { room, peer: session.peer, source });
            }
        }
    }

    fn tell_speakers(&mut self, now: Instant, out: &mut Out) {
        if now.saturating_duration_since(self.spoken) < SPEAKERS {
            return;
        }
        let mut speakers: Vec<(Reverse<u32>, PeerId)> = self
            .sessions
            .iter()
            .flatten()
            .filter(|session| session.sends(Source::Microphone) && session.loudness.speaks(now))
            .map(|session| (Reverse(session.loudness.score(now)), session.peer))
            .collect();
        speakers.sort_unstable();
        let peers: Vec<PeerId> = speakers.into_iter().map(|(_, peer)| peer).collect();
        let same = |other: &[PeerId]| {
            peers.first() == other.first()
                && peers.len() == other.len()
                && peers.iter().all(|peer| other.contains(peer))
        };
        if !same(&self.speakers) {
            self.spoken = now;
            self.speakers.clone_from(&peers);
            out.events.push(Event::Speakers { room: self.id, peers });
        }
    }

    /// Tells a peer's whole map (CALL-S2).
    pub(super) fn tell_slots(&mut self, place: usize, out: &mut Out) {
        let Some(session) = self.session(place).filter(|session| session.connected) else { return };
        let slots = session
            .slots
            .iter()
            .map(|slot| Slot {
                mid: slot.mid.clone(),
                video: slot.video,
                shows: slot.shows,
                paused: slot.video && slot.shows.is_some() && slot.target.is_none(),
            })
            .collect();
        let event = Event::Slots { room: self.id, peer: session.peer, slots };
        // Several changes of one moment are told as the last of them.
        let (room, peer) = (self.id, session.peer);
        let replaced = |other: &Event| matches!(other, Event::Slots { room: where_, peer: whose, .. } if (*where_, *whose) == (room, peer));
        out.events.retain(|other| !replaced(other));
        out.events.push(event);
    }

    fn tell_networks(&mut self, out: &mut Out) {
        let room = self.id;
        for session in self.sessions.iter_mut().flatten().filter(|session| session.connected) {
            let network = network_of(session);
            if session.told.is_none_or(|told| told.quality != network.quality) {
                session.told = Some(network);
                out.events.push(Event::Network { room, peer: session.peer, network });
            }
        }
    }
}

fn network_of(session: &Session) -> Network {
    // At most a thousand, which fits.
    let lost = (session.budget.loss() * 1000.0) as u16;
    let quality = match session.allowance {
        _ if session.silent => Quality::Lost,
        Allowance::Sound | Allowance::Teacher => Quality::Poor,
        Allowance::Pictures(_) if session.next.is_some() && session.spent == 0 => Quality::Poor,
        Allowance::Pictures(_) if session.next.is_some() || lost > FELT => Quality::Fair,
        Allowance::Pictures(_) => Quality::Good,
    };
    let kbits = session.budget.estimate().map(|bits| u32::try_from(bits / 1000).unwrap_or(u32::MAX));
    Network { quality, lost, round_trip: session.budget.round_trip(), kbits }
}
