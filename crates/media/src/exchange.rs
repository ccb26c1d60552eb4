//! All rooms of a shard, and whose a packet is: by where it comes from, else by the name that a STUN request carries,
//! else it is nobody's (CALL-A4). A fault of the program in one room costs that room alone (CALL-I6).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::error::OfferError;
use crate::event::{Event, Reason};
use crate::link::Identity;
use crate::mailbox::Command;
use crate::names::RoomId;
use crate::room::{Admitted, Out, Packet, Room};
use crate::settings::{Door, Limits};
use crate::sfu::Answer;
use crate::strangers::Strangers;
use crate::stun::{self, Kind};

/// A session, wherever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    room: RoomId,
    place: usize,
    key: u64,
}

/// From how many addresses a session may be spoken to. A phone that walks between networks has two or three.
const ADDRESSES: usize = 8;

/// The rooms of a shard.
#[derive(Debug)]
pub(crate) struct Exchange {
    limits: Limits,
    doors: Vec<Door>,
    identity: Identity,
    rooms: HashMap<RoomId, Room>,
    /// Addresses that have proved whose they are, UDP and TCP apart.
    sources: HashMap<(bool, SocketAddr), Place>,
    names: HashMap<String, Place>,
    /// What is known of each session, to forget it whole.
    known: HashMap<u64, Known>,
    strangers: Strangers,
    keys: u64,
    /// Rooms in which something was done since they were last settled.
    touched: Vec<RoomId>,
    /// When each room wants to be woken.
    due: HashMap<RoomId, Instant>,
    /// A room is gone since sessions were last looked through.
    lost: bool,
    pub(crate) out: Out,
}

#[derive(Debug)]
struct Known {
    place: Place,
    name: String,
    addresses: Vec<(bool, SocketAddr)>,
}

/// What is to be done with connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Media that waits there is dropped.
    Forget(SocketAddr),
    /// It is closed when the rest is written.
    End(SocketAddr),
}

impl Exchange {
    pub(crate) fn new(limits: Limits, doors: Vec<Door>, identity: Identity, now: Instant) -> Self {
        Self {
            limits,
            doors,
            identity,
            rooms: HashMap::new(),
            sources: HashMap::new(),
            names: HashMap::new(),
            known: HashMap::new(),
            strangers: Strangers::new(limits.unknown_each, limits.unknown_all, now),
            keys: 0,
            touched: Vec::new(),
            due: HashMap::new(),
            lost: false,
            out: Out::default(),
        }
    }

    /// Does what it is told, but for what concerns sockets.
    pub(crate) fn obey(&mut self, now: Instant, command: Command) {
        match command {
            Command::Open(room) => {
                let (limits, doors, identity) = (self.limits, self.doors.clone(), self.identity.clone());
                self.rooms.entry(room).or_insert_with(|| Room::new(room, limits, doors, identity, now));
            }
            Command::Close(room) => {
                self.in_room(room, |room, out| room.close(now, out));
                self.rooms.remove(&room);
                self.due.remove(&room);
                self.lost = true;
            }
            Command::Admit(room, peer, offer, rights, reply) => {
                self.keys += 1;
                let key = self.keys;
                let admitted =
                    self.in_room(room, |room, out| room.admit(now, peer, key, &offer, rights, out));
                reply.tell(self.enter(room, admitted));
            }
            Command::Restart(room, peer, offer, reply) => {
                let admitted = self.in_room(room, |room, _| room.restart(peer, &offer));
                reply.tell(self.enter(room, admitted));
            }
            Command::Permit(room, peer, rights) => {
                self.in_room(room, |room, out| room.permit(now, peer, &rights, out));
            }
            Command::Look(room, peer, viewport) => {
                self.in_room(room, |room, _| room.look(now, peer, viewport));
            }
            Command::Revoke(room, peer) => {
                self.in_room(room, |room, out| room.revoke(now, peer, Reason::Revoked, out));
            }
            Command::Stop => {
                for room in self.rooms.keys().copied().collect::<Vec<_>>() {
                    self.obey(now, Command::Close(room));
                }
            }
            // The shard keeps connections.
            Command::Stream(..) => {}
        }
        self.flush(now);
    }

    /// Registers under which name a session is asked for, and gives its answer.
    fn enter(
        &mut self,
        room: RoomId,
        admitted: Option<Result<Admitted, OfferError>>,
    ) -> Result<Answer, OfferError> {
        let admitted = admitted.ok_or(OfferError::NoRoom)??;
        let place = Place { room, place: admitted.place, key: admitted.key };
        let known = self.known.entry(place.key).or_insert(Known {
            place,
            name: String::new(),
            addresses: Vec::new(),
        });
        self.names.remove(&known.name);
        known.name.clone_from(&admitted.ufrag);
        self.names.insert(admitted.ufrag, place);
        Ok(Answer { sdp: admitted.sdp })
    }

    /// Whether a session of this shard is asked for by this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Whether an address has proved whose it is.
    pub(crate) fn is_bound(&self, tcp: bool, address: SocketAddr) -> bool {
        self.sources.contains_key(&(tcp, address))
    }

    /// Takes a packet of the network.
    pub(crate) fn receive(&mut self, now: Instant, packet: &Packet<'_>) {
        let source = (packet.tcp, packet.from);
        let known = self.sources.get(&source).copied();
        let place = match Kind::of(packet.bytes) {
            None => return,
            Some(Kind::Stun) => match stun::asked_for(packet.bytes) {
                // A name of ours that comes from elsewhere is a page on a new network, or a guess.
                Some(name) => {
                    let asked = self.names.get(name).copied();
                    if asked.is_some() && asked != known && !self.strangers.may_ask(packet.from, now) {
                        return;
                    }
                    asked
                }
                None => known,
            },
            Some(Kind::Dtls | Kind::Media) => known,
        };
        let Some(place) = place else { return };
        let from = self.out.datagrams.len();
        self.in_room(place.room, |room, out| {
            if room.is_at(place.place, place.key) {
                room.receive(now, place.place, packet, out);
            }
        });
        // Only the answer of str0m to a genuine request makes an address known.
        let proved = |sent: &crate::link::Datagram| sent.to == packet.from && stun::is_success(&sent.bytes);
        if known != Some(place) && self.out.datagrams[from..].iter().any(proved) {
            self.bind(source, place);
        }
    }

    fn bind(&mut self, source: (bool, SocketAddr), place: Place) {
        let Some(known) = self.known.get_mut(&place.key) else { return };
        if known.addresses.len() >= ADDRESSES {
            let oldest = known.addresses.remove(0);
            self.sources.remove(&oldest);
        }
        known.addresses.push(source);
        self.sources.insert(source, place);
    }

    /// Ends a batch of packets: what they have caused is sent.
    pub(crate) fn flush(&mut self, now: Instant) {
        for room in self.touched.clone() {
            self.in_room(room, |room, out| room.flush(now, out));
        }
        self.settle();
    }

    /// Lets time pass in all rooms that wait for it.
    pub(crate) fn advance(&mut self, now: Instant) {
        let due: Vec<RoomId> = self.due.iter().filter(|(_, at)| **at <= now).map(|(room, _)| *room).collect();
        for room in due {
            self.in_room(room, |room, out| room.advance(now, out));
        }
        self.settle();
    }

    /// When [`advance`](Self::advance) wants to be called.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.due.values().copied().min()
    }

    /// A connection took less than was sent.
    pub(crate) fn overflowed(&mut self, to: SocketAddr) {
        if let Some(place) = self.sources.get(&(true, to)).copied() {
            self.in_room(place.room, |room, _| {
                if room.is_at(place.place, place.key) {
                    room.overflowed(place.place);
                }
            });
        }
    }

    /// What has to be done with connections since this was last asked.
    pub(crate) fn take_cuts(&mut self) -> Vec<Cut> {
        let mut cuts = Vec::new();
        let forgotten = std::mem::take(&mut self.out.forgotten);
        let tcp = |known: &Known| -> Vec<SocketAddr> {
            known.addresses.iter().filter(|(tcp, _)| *tcp).map(|(_, address)| *address).collect()
        };
        for key in forgotten {
            if let Some(known) = self.known.get(&key) {
                cuts.extend(tcp(known).into_iter().map(Cut::Forget));
            }
        }
        for key in std::mem::take(&mut self.out.gone) {
            let Some(known) = self.known.remove(&key) else { continue };
            cuts.extend(tcp(&known).into_iter().map(Cut::End));
            self.names.remove(&known.name);
            for source in &known.addresses {
                if self.sources.get(source) == Some(&known.place) {
                    self.sources.remove(source);
                }
            }
        }
        cuts
    }

    /// Notes when rooms want to be woken, and forgets those that have failed; called when nothing of a room is running.
    fn settle(&mut self) {
        for room in std::mem::take(&mut self.touched) {
            match self.rooms.get(&room).and_then(Room::timeout) {
                Some(at) => self.due.insert(room, at),
                None => self.due.remove(&room),
            };
        }
        if !std::mem::take(&mut self.lost) {
            return;
        }
        let rooms = &self.rooms;
        let lost: Vec<u64> = self
            .known
            .values()
            .filter(|known| !rooms.contains_key(&known.place.room))
            .map(|known| known.place.key)
            .collect();
        for key in lost {
            if !self.out.gone.contains(&key) {
                self.out.forgotten.push(key);
                self.out.gone.push(key);
            }
        }
    }

    /// Does something in a room, if it is there. If that panics, the room is given up, and only it.
    fn in_room<T>(&mut self, id: RoomId, act: impl FnOnce(&mut Room, &mut Out) -> T) -> Option<T> {
        let room = self.rooms.get_mut(&id)?;
        if !self.touched.contains(&id) {
            self.touched.push(id);
        }
        let out = &mut self.out;
        // Whatever state the room is in, nobody looks at it again.
        let done = catch_unwind(AssertUnwindSafe(|| act(room, out)));
        if done.is_err() {
            self.rooms.remove(&id);
            self.lost = true;
            self.out.events.push(Event::RoomFailed { room: id });
        }
        done.ok()
    }

    /// Takes an address for a peer's, as if it had proved it.
    #[cfg(test)]
    pub(crate) fn bind_for_test(
        &mut self,
        tcp: bool,
        address: SocketAddr,
        peer: crate::names::PeerId,
        room: RoomId,
    ) {
        let places = self.known.values().map(|known| known.place);
        let place = places
            .filter(|place| place.room == room)
            .find(|place| self.rooms[&room].holds(place.place, peer))
            .unwrap();
        self.bind((tcp, address), place);
    }

    #[cfg(test)]
    pub(crate) fn sessions_for_test(&self, room: RoomId) -> usize {
        self.known.values().filter(|known| known.place.room == room).count()
    }

    #[cfg(test)]
    pub(crate) fn names_for_test(&self) -> usize {
        self.names.len()
    }

    #[cfg(test)]
    pub(crate) fn bound_for_test(&self) -> usize {
        self.sources.len()
    }

    #[cfg(test)]
    pub(crate) fn room(&mut self, id: RoomId) -> Option<&mut Room> {
        self.rooms.get_mut(&id)
    }

    /// Runs something in a room as a packet would, for the test of what a panic costs.
    #[cfg(test)]
    pub(crate) fn disturb(&mut self, id: RoomId, act: impl FnOnce(&mut Room)) {
        self.in_room(id, |room, _| act(room));
    }
}
