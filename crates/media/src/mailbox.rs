//! The way of commands into a shard: bounded for what peers cause, open for what protects others.

use std::collections::VecDeque;
use std::fmt;
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::error::OfferError;
use crate::names::{PeerId, RoomId};
use crate::rights::{Rights, Viewport};
use crate::sfu::Answer;

/// What peers cause and a shard has not done yet; more is refused. A full school joins at once with less.
const BOUND: usize = 1024;

/// What a shard is told to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Take a room on.
    Open(RoomId),
    /// Give a room up, with everybody in it.
    Close(RoomId),
    /// Answer the offer of a peer that may enter.
    Admit(RoomId, PeerId, String, Rights, Reply),
    /// Answer the offer of a peer whose network has changed.
    Restart(RoomId, PeerId, String, Reply),
    /// Let a peer send and see these things from now on.
    Permit(RoomId, PeerId, Rights),
    /// What a peer's page shows.
    Look(RoomId, PeerId, Viewport),
    /// Put a peer out.
    Revoke(RoomId, PeerId),
    /// A connection that speaks STUN, with what was read from it, and how many shards have looked at it.
    Stream(TcpStream, Vec<u8>, u8),
    /// End.
    Stop,
}

impl Command {
    /// Whether it can wait for a better moment. What opens, closes, forbids and puts out is never refused: its number is
    /// bounded by the rooms and peers that there are.
    fn may_be_refused(&self) -> bool {
        match self {
            Self::Admit(..) | Self::Restart(..) | Self::Look(..) | Self::Stream(..) => true,
            Self::Open(_) | Self::Close(_) | Self::Permit(..) | Self::Revoke(..) | Self::Stop => false,
        }
    }
}

type Told = Box<dyn FnOnce(Result<Answer, OfferError>) + Send>;

/// Where the answer to an offer goes. Dropped unanswered, it tells that nobody will answer.
pub(crate) struct Reply(Option<Told>);

impl Reply {
    pub(crate) fn new(told: impl FnOnce(Result<Answer, OfferError>) + Send + 'static) -> Self {
        Self(Some(Box::new(told)))
    }

    pub(crate) fn tell(mut self, answer: Result<Answer, OfferError>) {
        if let Some(told) = self.0.take() {
            tell_safely(|| told(answer));
        }
    }
}

/// A fault of whoever is told is not a fault of the shard, whose other rooms go on.
pub(crate) fn tell_safely(tell: impl FnOnce()) {
    let _theirs = catch_unwind(AssertUnwindSafe(tell));
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(told) = self.0.take() {
            tell_safely(|| told(Err(OfferError::Stopped)));
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Reply")
    }
}

/// The queue of a shard and what wakes its thread.
#[derive(Debug)]
pub(crate) struct Mailbox {
    queue: Mutex<VecDeque<Command>>,
    bell: OwnedFd,
}

impl Mailbox {
    pub(crate) fn new() -> rustix::io::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { queue: Mutex::new(VecDeque::new()), bell })
    }

    /// Queues a command and wakes the shard, or gives the command back when too much waits.
    pub(crate) fn post(&self, command: Command) -> Result<(), Command> {
        let mut queue = self.queue();
        if queue.len() >= BOUND && command.may_be_refused() {
            return Err(command);
        }
        queue.push_back(command);
        drop(queue);
        // The counter of the bell is full only while the shard has not looked yet: it is awake then.
        let _full = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
        Ok(())
    }

    /// Takes all that waits.
    pub(crate) fn take(&self) -> VecDeque<Command> {
        let mut count = [0; 8];
        let _silent = rustix::io::read(&self.bell, &mut count);
        std::mem::take(&mut *self.queue())
    }

    /// What is readable when something waits.
    pub(crate) fn bell(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Command>> {
        // Nothing that can panic runs under the lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_protects_others_is_never_refused() {
        // CALL-I5: commands are bounded. CALL-I2: putting out is not held up by a flood of them.
        let mailbox = Mailbox::new().unwrap();
        let (room, peer) = (RoomId(1), PeerId(2));
        for _ in 0..BOUND {
            mailbox.post(Command::Look(room, peer, Viewport::default())).unwrap();
        }
        assert!(mailbox.post(Command::Look(room, peer, Viewport::default())).is_err());
        mailbox.post(Command::Revoke(room, peer)).unwrap();
        assert_eq!(mailbox.take().len(), BOUND + 1);
        assert!(mailbox.take().is_empty());
    }

    #[test]
    fn a_forgotten_reply_says_so() {
        let (sender, receiver) = std::sync::mpsc::channel();
        drop(Reply::new(move |answer| sender.send(answer).unwrap()));
        assert_eq!(receiver.recv().unwrap().unwrap_err(), OfferError::Stopped);
    }
}
