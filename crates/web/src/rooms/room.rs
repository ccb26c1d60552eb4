//! One call as the server holds it while somebody is at it. What decides about rights is a copy of what the base said
//! at the last look; nothing here is kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use calls::{Absence, Call, CallState, Hand, LeaveWhy, Part as PartIn, Permissions, VisitId};
use media::{Network, PeerId, RoomId, Slot};
use school::PersonId;
use store::UtcInstant;

use super::Line;
use super::frame::{self, Out, Three};
use super::line::{Over, Part};
use crate::flows::CallAbout as About;

/// Somebody in the call.
pub(super) struct Peer {
    pub(super) person: PersonId,
    pub(super) name: String,
    pub(super) part: PartIn,
    pub(super) may: Permissions,
    /// Whether the leader has taken the microphone from this one person.
    pub(super) muted: bool,
    pub(super) visit: VisitId,
    pub(super) line: Arc<Line>,
    /// What the page says is switched on; for signs only.
    pub(super) claims: Three,
    pub(super) slots: Vec<Slot>,
    pub(super) network: Option<Network>,
    /// Whether the back end has taken its offer: what was told before that is of somebody else.
    pub(super) taken: bool,
}

/// A line at the call, with what the base said of whoever holds it.
pub(super) struct Seated {
    pub(super) line: Arc<Line>,
    pub(super) name: String,
    pub(super) part: PartIn,
    pub(super) may: Permissions,
    /// How the call is named to this person.
    pub(super) about: About,
    /// The connection that this line has in the call.
    pub(super) peer: Option<PeerId>,
    /// Whether the page has asked to be let in and waits.
    pub(super) waits: bool,
}

/// A call with lines.
pub(super) struct Room {
    pub(super) call: Call,
    /// When the clock ends it.
    pub(super) ends: Option<UtcInstant>,
    /// The room of the media back end, while somebody is in.
    pub(super) media: Option<RoomId>,
    pub(super) peers: BTreeMap<PeerId, Peer>,
    pub(super) lines: HashMap<u128, Seated>,
    pub(super) speakers: Vec<PeerId>,
    pub(super) hands: Vec<Hand>,
    pub(super) kept_out: Vec<(PersonId, String)>,
    pub(super) absence: Absence,
}

/// A visit that has ended, to be noted.
pub(super) struct Gone {
    pub(super) visit: VisitId,
    pub(super) why: LeaveWhy,
}

impl Room {
    pub(super) fn new(call: Call, ends: Option<UtcInstant>, now: UtcInstant) -> Self {
        Self {
            call,
            ends,
            media: None,
            peers: BTreeMap::new(),
            lines: HashMap::new(),
            speakers: Vec::new(),
            hands: Vec::new(),
            kept_out: Vec::new(),
            absence: Absence { leader: Some(now), anybody: Some(now) },
        }
    }

    /// Who waits to be let in, each once, by name.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (i64, &str)> {
        let waits = self.lines.values().filter(|seated| seated.waits && seated.peer.is_none());
        let named: BTreeMap<(&str, i64), ()> =
            waits.map(|seated| ((seated.name.as_str(), seated.line.person().get()), ())).collect();
        named.into_keys().map(|(name, id)| (id, name))
    }

    pub(super) fn peer_of(&self, person: PersonId) -> Option<PeerId> {
        self.peers.iter().find(|(_, peer)| peer.person == person).map(|(id, _)| *id)
    }

    /// Everybody at the call is due a part of the page.
    pub(super) fn stir(&self, part: Part) {
        self.lines.values().for_each(|seated| seated.line.due(part));
    }

    /// Counts since when nobody leads, and since when nobody is in.
    pub(super) fn count_absence(&mut self, now: UtcInstant) {
        let is_led = self.peers.values().any(|peer| peer.part == PartIn::Leader);
        self.absence.leader = if is_led { None } else { self.absence.leader.or(Some(now)) };
        self.absence.anybody = if self.peers.is_empty() { self.absence.anybody.or(Some(now)) } else { None };
    }

    /// Takes somebody out of the call and tells their page. The line stays, at the door.
    pub(super) fn take_out(&mut self, id: PeerId, why: Out, now: UtcInstant) -> Option<Gone> {
        let peer = self.peers.remove(&id)?;
        if let Some(seated) = self.lines.get_mut(&peer.line.id) {
            seated.peer = None;
            seated.may = Permissions::NONE;
        }
        peer.line.tell(frame::out(why));
        peer.line.due(Part::Call);
        self.speakers.retain(|speaker| *speaker != id);
        self.count_absence(now);
        self.stir(Part::People);
        let why = match why {
            Out::Left(why) => why,
            Out::Waits => LeaveWhy::Ended,
        };
        Some(Gone { visit: peer.visit, why })
    }

    /// Ends a line for good.
    pub(super) fn end_line(&mut self, id: u128, over: Over) {
        if let Some(seated) = self.lines.remove(&id) {
            seated.line.end(over);
            self.stir(Part::Call);
        }
    }

    /// What a line is due, rendered as it stands now.
    pub(super) fn render(&self, line: &Line, parts: &[Part]) -> Vec<Arc<str>> {
        let Some(seated) = self.lines.get(&line.id) else { return Vec::new() };
        let peer = seated.peer.and_then(|peer| self.peers.get(&peer));
        let mut frames = Vec::new();
        for part in parts {
            match (part, peer) {
                (Part::Hello, _) => frames.push(frame::hello(line, seated)),
                (Part::Call, _) => frames.push(frame::call(self, seated)),
                // Who is in, who speaks and who is shown where is told to those who are in.
                (Part::People, Some(_)) => frames.push(frame::people(self, seated)),
                (Part::Slots, Some(peer)) => frames.push(frame::slots(&peer.slots)),
                (Part::Speakers, Some(_)) => frames.push(frame::speakers(self)),
                (Part::Network, Some(peer)) => frames.extend(peer.network.map(frame::network)),
                (Part::People | Part::Slots | Part::Speakers | Part::Network, None) => {}
            }
        }
        frames
    }

    /// Whether nothing keeps it in memory.
    pub(super) fn is_idle(&self) -> bool {
        self.lines.is_empty() && self.peers.is_empty()
    }

    /// Whether people may be let in.
    pub(super) fn is_open(&self) -> bool {
        self.call.state == CallState::Open
    }
}
