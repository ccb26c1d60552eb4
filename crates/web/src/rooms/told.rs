//! What the media back end tells: noted, and shown to those whom it concerns.

use std::sync::Arc;

use calls::{LeaveWhy, Note};
use media::{Event, PeerId, Reason, RoomId};
use tokio::sync::mpsc;

use super::backend::source_of;
use super::frame::Out;
use super::line::Part;
use super::room::Room;
use super::{Rooms, Told};
use crate::App;

/// Takes what the back end tells until the program ends.
pub(crate) async fn hear(app: Arc<App>, mut told: mpsc::UnboundedReceiver<Told>) {
    while let Some(told) = told.recv().await {
        app.rooms.take(told);
    }
}

impl Rooms {
    fn take(&self, told: Told) {
        match told {
            Told::Event(event) => self.take_event(event),
            Told::Taken { room, peer, visit } => self.with(room, |_, room| {
                if let Some(peer) = room.peers.get_mut(&peer).filter(|peer| peer.visit == visit) {
                    peer.taken = true;
                }
            }),
        }
    }

    fn take_event(&self, event: Event) {
        if self.take_of_trial(&event) {
            return;
        }
        match event {
            Event::Connected { room, peer } => {
                self.with(room, |_, room| {
                    if let Some(peer) = room.peers.get(&peer).filter(|peer| peer.taken) {
                        self.note(peer.visit, Note::Connected);
                    }
                });
            }
            Event::Flowing { room, peer, source } => {
                self.with(room, |_, room| {
                    if let Some(peer) = room.peers.get(&peer).filter(|peer| peer.taken) {
                        self.note(peer.visit, Note::Flowing(source_of(source)));
                    }
                });
            }
            // What is switched on is told by pages; that nothing comes is a matter of the network.
            Event::Ceased { .. } => {}
            Event::Slots { room, peer, slots } => {
                self.with(room, |_, room| {
                    if let Some(peer) = room.peers.get_mut(&peer) {
                        peer.slots = slots;
                        peer.line.due(Part::Slots);
                    }
                });
            }
            Event::Speakers { room, peers } => {
                self.with(room, |_, room| {
                    room.speakers = peers;
                    room.stir(Part::Speakers);
                });
            }
            Event::Network { room, peer, network } => {
                self.with(room, |_, room| {
                    let Some(peer) = room.peers.get_mut(&peer) else { return };
                    let was = peer.network.replace(network).map(|network| network.quality);
                    peer.line.due(Part::Network);
                    if was != Some(network.quality) {
                        stir_leaders(room);
                    }
                });
            }
            Event::Left { room, peer, reason } => self.gone(room, peer, reason),
            Event::RoomFailed { room } => {
                tracing::error!("a room of a call failed");
                self.with(room, |rooms, room| {
                    let now = rooms.clock.now();
                    room.media = None;
                    for peer in room.peers.keys().copied().collect::<Vec<_>>() {
                        rooms.let_go(room, peer, Out::Left(LeaveWhy::Failed), now);
                    }
                });
                self.state().carried.remove(&room);
            }
        }
    }

    fn gone(&self, room: RoomId, peer: PeerId, reason: Reason) {
        let why = match reason {
            Reason::Goodbye | Reason::TimedOut => LeaveWhy::Lost,
            Reason::Broken => LeaveWhy::Failed,
            // Those whom we put out are out already.
            Reason::Revoked => LeaveWhy::Rights,
            Reason::RoomClosed => LeaveWhy::Ended,
        };
        self.with(room, |rooms, room| {
            // A page that was replaced says goodbye under the number that the new one has kept: it was not this visit.
            if room.peers.get(&peer).is_some_and(|peer| peer.taken) {
                let now = rooms.clock.now();
                rooms.let_go(room, peer, Out::Left(why), now);
            }
        });
    }

    /// Runs something on the call that a room of the back end carries.
    fn with(&self, room: RoomId, run: impl FnOnce(&Self, &mut Room)) {
        let mut state = self.state();
        let Some(call) = state.carried.get(&room).copied() else { return };
        if let Some(found) = state.rooms.get_mut(&call) {
            run(self, found);
        }
        self.tidy(&mut state, call);
    }
}

/// Whoever leads sees how the network of the others is.
fn stir_leaders(room: &Room) {
    let leaders = room.lines.values().filter(|seated| seated.part == calls::Part::Leader);
    leaders.for_each(|seated| seated.line.due(Part::People));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use calls::{Call, CallId, CallPlace, CallRules, CallState, Part as PartIn, Permissions, VisitId};
    use media::{Event, PeerId, Reason, RoomId};
    use messenger::ConversationId;
    use testkit::World;

    use super::super::frame::Three;
    use super::super::room::{Peer, Room};
    use super::super::{Line, Rooms, Told};
    use crate::Clock;

    const CALL: CallId = CallId::from_row(1);
    const ROOM: RoomId = RoomId(7);
    const PEER: PeerId = PeerId(9);
    const VISIT: VisitId = VisitId::from_row(2);

    /// A call in which one page was seated under a number, as the reload of a page is: under that of the one before.
    fn seated() -> (World, Arc<Rooms>) {
        let world = World::build(&[]);
        let rooms = Rooms::open(&world.store, Clock::System);
        let now = rooms.clock.now();
        let call = Call {
            id: CALL,
            place: CallPlace::Chat(ConversationId::from_row(1)),
            state: CallState::Open,
            since: now,
            begun_by: None,
            begun: now,
            led: Some(now),
            ended: None,
            rules: CallRules::GATHERING,
        };
        let line = Arc::new(Line::new(3, CALL, world.viewer("varya"), Instant::now()));
        let mut room = Room::new(call, None, now);
        room.media = Some(ROOM);
        let peer = Peer {
            person: line.person(),
            name: String::new(),
            part: PartIn::Pupil,
            may: Permissions::NONE,
            muted: false,
            visit: VISIT,
            line,
            claims: Three::default(),
            slots: Vec::new(),
            network: None,
            taken: false,
        };
        room.peers.insert(PEER, peer);
        let mut state = rooms.state();
        state.rooms.insert(CALL, room);
        state.carried.insert(ROOM, CALL);
        drop(state);
        (world, rooms)
    }

    fn is_in(rooms: &Rooms) -> bool {
        rooms.state().rooms.get(&CALL).is_some_and(|room| room.peers.contains_key(&PEER))
    }

    #[test]
    fn the_goodbye_of_a_page_that_was_replaced_puts_nobody_out() {
        // CALL-E7: a page that is loaded anew comes back under its number before its goodbye is heard.
        let (_world, rooms) = seated();
        let goodbye = || Told::Event(Event::Left { room: ROOM, peer: PEER, reason: Reason::Goodbye });
        rooms.take(goodbye());
        assert!(is_in(&rooms), "the goodbye was the old page's");
        rooms.take(Told::Taken { room: ROOM, peer: PEER, visit: VisitId::from_row(1) });
        rooms.take(goodbye());
        assert!(is_in(&rooms), "an offer of the old page was taken, and it has left");
        rooms.take(Told::Taken { room: ROOM, peer: PEER, visit: VISIT });
        rooms.take(goodbye());
        assert!(!is_in(&rooms), "this goodbye is the page's own");
    }
}
