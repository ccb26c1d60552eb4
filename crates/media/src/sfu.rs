//! The handle: what the rest of the program says to the SFU.

use std::collections::HashMap;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crate::doors;
use crate::error::{OfferError, Refusal};
use crate::event::Event;
use crate::exchange::Exchange;
use crate::link::Identity;
use crate::mailbox::{Command, Mailbox, Reply, tell_safely};
use crate::names::{PeerId, RoomId};
use crate::rights::{Rights, Viewport};
use crate::settings::{Door, Limits, Settings, StartError};
use crate::shard::Shard;

/// The answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// For `RTCPeerConnection.setRemoteDescription`, of type `answer`.
    pub sdp: String,
}

/// The running SFU. Clones are the same SFU. No call blocks.
#[derive(Clone, Debug)]
pub struct Sfu {
    running: Arc<Running>,
}

#[derive(Debug)]
struct Running {
    mailboxes: Vec<Arc<Mailbox>>,
    doors: Vec<Door>,
    limits: Limits,
    rooms: Arc<Mutex<Rooms>>,
}

/// Which shard has which room. Only commands ask, never a packet.
#[derive(Debug, Default)]
struct Rooms {
    shard_of: HashMap<RoomId, usize>,
    stopped: bool,
}

impl Sfu {
    /// Listens, and starts the threads that forward. `events` is called on them: it hands over and returns at once, for
    /// everybody's media waits while it runs.
    ///
    /// # Errors
    ///
    /// When an address cannot be told to browsers, or a port or thread is not to be had.
    pub fn start(
        settings: Settings,
        events: impl Fn(Event) + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let all = doors::open(&settings)?;
        let identity = Identity::generate().ok_or(StartError::Identity)?;
        let mut mailboxes = Vec::new();
        for _ in &all {
            mailboxes.push(Arc::new(Mailbox::new().map_err(|errno| StartError::Thread(errno.into()))?));
        }
        let mut named: Vec<Door> = all.iter().flat_map(|doors| doors.named.iter().copied()).collect();
        named.sort_unstable();
        named.dedup();
        let rooms: Arc<Mutex<Rooms>> = Arc::default();
        let running = Running {
            mailboxes: mailboxes.clone(),
            doors: named,
            limits: settings.limits,
            rooms: Arc::clone(&rooms),
        };
        let tell: Arc<dyn Fn(Event) + Send + Sync> = Arc::new(move |event| {
            if let Event::RoomFailed { room } = event {
                locked(&rooms).shard_of.remove(&room);
            }
            tell_safely(|| events(event));
        });
        for (number, doors) in all.into_iter().enumerate() {
            let exchange =
                Exchange::new(settings.limits, doors.named.clone(), identity.clone(), Instant::now());
            let shard =
                Shard::new(number, mailboxes.clone(), doors, exchange, settings.limits, Arc::clone(&tell));
            // If a later one cannot be started, dropping `running` ends those before it.
            thread::Builder::new()
                .name(format!("media-{number}"))
                .spawn(move || shard.run())
                .map_err(StartError::Thread)?;
        }
        Ok(Self { running: Arc::new(running) })
    }

    /// Where browsers reach the SFU: all addresses that answers may name.
    pub fn candidates(&self) -> Vec<Door> {
        self.running.doors.clone()
    }

    /// Opens a room, empty. Opening an open one changes nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooManyRooms`] at the limit, [`Refusal::Stopped`] after the end.
    pub fn open_room(&self, room: RoomId) -> Result<(), Refusal> {
        let mut rooms = self.running.rooms();
        if rooms.stopped {
            return Err(Refusal::Stopped);
        }
        if rooms.shard_of.contains_key(&room) {
            return Ok(());
        }
        let limit = self.running.limits.rooms;
        if rooms.shard_of.len() >= limit {
            return Err(Refusal::TooManyRooms { limit });
        }
        let load = |shard: &usize| rooms.shard_of.values().filter(|other| *other == shard).count();
        let shard = (0..self.running.mailboxes.len()).min_by_key(load).unwrap_or_default();
        rooms.shard_of.insert(room, shard);
        self.running.order(shard, Command::Open(room));
        Ok(())
    }

    /// Closes a room: everybody in it leaves with [`Reason::RoomClosed`](crate::Reason::RoomClosed).
    pub fn close_room(&self, room: RoomId) {
        let shard = self.running.rooms().shard_of.remove(&room);
        if let Some(shard) = shard {
            self.running.order(shard, Command::Close(room));
        }
    }

    /// Admits a peer by its browser's offer. A peer that is in the room already keeps its old connection until the new
    /// one stands (a reloaded page), and has no third one.
    pub fn admit(
        &self,
        room: RoomId,
        peer: PeerId,
        offer: String,
        rights: Rights,
        reply: impl FnOnce(Result<Answer, OfferError>) + Send + 'static,
    ) {
        let reply = Reply::new(reply);
        match self.running.shard_of(room) {
            Some(shard) => self.running.ask(shard, Command::Admit(room, peer, offer, rights, reply)),
            None => reply.tell(Err(OfferError::NoRoom)),
        }
    }

    /// Restarts a peer's connection after its network has changed: the only second offer (CALL-S3).
    pub fn restart(
        &self,
        room: RoomId,
        peer: PeerId,
        offer: String,
        reply: impl FnOnce(Result<Answer, OfferError>) + Send + 'static,
    ) {
        let reply = Reply::new(reply);
        match self.running.shard_of(room) {
            Some(shard) => self.running.ask(shard, Command::Restart(room, peer, offer, reply)),
            None => reply.tell(Err(OfferError::NoRoom)),
        }
    }

    /// Sets what a peer may do from now on.
    pub fn set_rights(&self, room: RoomId, peer: PeerId, rights: Rights) {
        if let Some(shard) = self.running.shard_of(room) {
            self.running.order(shard, Command::Permit(room, peer, rights));
        }
    }

    /// Tells what a peer's page shows. Many in a second count as the last of them.
    pub fn set_viewport(&self, room: RoomId, peer: PeerId, viewport: Viewport) {
        if let Some(shard) = self.running.shard_of(room) {
            self.running.ask(shard, Command::Look(room, peer, viewport));
        }
    }

    /// Puts a peer out. What it knows of the connection is of no use afterwards (CALL-I2).
    pub fn revoke(&self, room: RoomId, peer: PeerId) {
        if let Some(shard) = self.running.shard_of(room) {
            self.running.order(shard, Command::Revoke(room, peer));
        }
    }

    /// Takes a connection that was accepted elsewhere and whose first bytes are not TLS (CALL-N2).
    pub fn take_stream(&self, stream: TcpStream, first_bytes: Vec<u8>) {
        self.running.ask(0, Command::Stream(stream, first_bytes, 0));
    }

    /// Closes all rooms and ends the threads, after their goodbyes are sent. Later commands do nothing.
    pub fn shutdown(&self) {
        let mut rooms = self.running.rooms();
        rooms.stopped = true;
        rooms.shard_of.clear();
        drop(rooms);
        for shard in 0..self.running.mailboxes.len() {
            self.running.order(shard, Command::Stop);
        }
    }
}

fn locked(rooms: &Mutex<Rooms>) -> MutexGuard<'_, Rooms> {
    // Nothing that can panic runs under the lock.
    rooms.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Running {
    fn drop(&mut self) {
        for mailbox in &self.mailboxes {
            let _never = mailbox.post(Command::Stop);
        }
    }
}

impl Running {
    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        locked(&self.rooms)
    }

    fn shard_of(&self, room: RoomId) -> Option<usize> {
        self.rooms().shard_of.get(&room).copied()
    }

    /// For what is never refused.
    fn order(&self, shard: usize, command: Command) {
        let _never = self.mailboxes[shard].post(command);
    }

    /// For what may be refused: whoever waits for a reply is told so.
    fn ask(&self, shard: usize, command: Command) {
        let refused = self.mailboxes[shard].post(command);
        if let Err(Command::Admit(.., reply) | Command::Restart(.., reply)) = refused {
            reply.tell(Err(OfferError::Busy));
        }
    }
}
