//! What the media back end tells: noted, and shown to those whom it concerns.

use std::sync::Arc;

use calls::{LeaveWhy, Note};
use media::{Event, PeerId, Reason, RoomId};
use tokio::sync::mpsc;

use super::Rooms;
use super::backend::source_of;
use super::frame::Out;
use super::line::Part;
use super::room::Room;
use crate::App;

/// Takes what the back end tells until the program ends.
pub(crate) async fn hear(app: Arc<App>, mut told: mpsc::UnboundedReceiver<Event>) {
    while let Some(event) = told.recv().await {
        app.rooms.take(event);
    }
}

impl Rooms {
    fn take(&self, event: Event) {
        match event {
            Event::Connected { room, peer } => {
                self.with(room, |_, room| {
                    if let Some(peer) = room.peers.get(&peer) {
                        self.note(peer.visit, Note::Connected);
                    }
                });
            }
            Event::Flowing { room, peer, source } => {
                self.with(room, |_, room| {
                    if let Some(peer) = room.peers.get(&peer) {
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
            let now = rooms.clock.now();
            rooms.let_go(room, peer, Out::Left(why), now);
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
