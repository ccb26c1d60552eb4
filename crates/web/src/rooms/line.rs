//! A line: one page in one call, over a socket or by long polls. What is due to it is noted and rendered when it is
//! taken, so a slow page costs a few bits and gets the present, not the past (CALL-I5, CALL-I9).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use calls::CallId;
use school::{PersonId, Viewer};
use tokio::sync::Notify;

use super::limits::ONCE;

/// A part of what a page shows; each frame is the whole of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Hello = 1,
    Call = 2,
    People = 4,
    Slots = 8,
    Speakers = 16,
    Network = 32,
}

impl Part {
    pub(super) const ALL: [Self; 6] =
        [Self::Hello, Self::Call, Self::People, Self::Slots, Self::Speakers, Self::Network];
}

/// Why a line ends for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The session has ended.
    Session,
    /// There is no right to the call.
    Denied,
}

/// What is due.
#[derive(Default)]
pub(super) struct Due {
    pub(super) parts: Vec<Part>,
    pub(super) once: Vec<Arc<str>>,
    pub(super) over: Option<Over>,
}

#[derive(Default)]
struct Outbox {
    dirty: u8,
    once: VecDeque<Arc<str>>,
    /// Whoever holds the line now: a socket, or a poll under way. A new one takes it from the one before.
    holder: u64,
    /// Since when nobody holds it.
    lost: Option<Instant>,
    over: Option<Over>,
}

pub(crate) struct Line {
    pub(super) id: u128,
    pub(super) call: CallId,
    pub(super) viewer: Viewer,
    outbox: Mutex<Outbox>,
    wake: Notify,
}

impl Line {
    pub(super) fn new(id: u128, call: CallId, viewer: Viewer, now: Instant) -> Self {
        let outbox = Outbox { lost: Some(now), ..Outbox::default() };
        Self { id, call, viewer, outbox: Mutex::new(outbox), wake: Notify::new() }
    }

    /// The number by which a page comes back.
    pub(super) fn token(&self) -> String {
        format!("{:032x}", self.id)
    }

    pub(super) const fn person(&self) -> PersonId {
        self.viewer.person()
    }

    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the line for a connection, which gets everything anew; whoever held it before is told to go.
    pub(super) fn hold(&self) -> u64 {
        let mut outbox = self.outbox();
        outbox.holder += 1;
        outbox.lost = None;
        outbox.dirty = Part::ALL.iter().fold(0, |set, part| set | *part as u8);
        let holder = outbox.holder;
        drop(outbox);
        self.wake.notify_waiters();
        holder
    }

    /// Takes the line for one more poll: nothing is told twice.
    pub(super) fn hold_on(&self) -> u64 {
        let mut outbox = self.outbox();
        outbox.holder += 1;
        outbox.lost = None;
        let holder = outbox.holder;
        drop(outbox);
        self.wake.notify_waiters();
        holder
    }

    /// Lets go of the line, unless another has taken it.
    pub(super) fn release(&self, holder: u64, now: Instant) {
        let mut outbox = self.outbox();
        if outbox.holder == holder {
            outbox.lost = Some(now);
        }
    }

    pub(super) fn is_held_by(&self, holder: u64) -> bool {
        self.outbox().holder == holder
    }

    /// Since when nobody holds it.
    pub(super) fn lost(&self) -> Option<Instant> {
        self.outbox().lost
    }

    pub(super) fn due(&self, part: Part) {
        self.outbox().dirty |= part as u8;
        self.wake.notify_waiters();
    }

    /// Tells something that is no state; of many only the last are kept.
    pub(super) fn tell(&self, frame: Arc<str>) {
        let mut outbox = self.outbox();
        if outbox.once.len() >= ONCE {
            outbox.once.pop_front();
        }
        outbox.once.push_back(frame);
        drop(outbox);
        self.wake.notify_waiters();
    }

    pub(super) fn end(&self, over: Over) {
        self.outbox().over = Some(over);
        self.wake.notify_waiters();
    }

    /// Whether it is over for good.
    pub(super) fn is_over(&self) -> bool {
        self.outbox().over.is_some()
    }

    /// Takes what is due.
    pub(super) fn take(&self) -> Due {
        let mut outbox = self.outbox();
        let dirty = std::mem::take(&mut outbox.dirty);
        Due {
            parts: Part::ALL.into_iter().filter(|part| dirty & (*part as u8) != 0).collect(),
            once: outbox.once.drain(..).collect(),
            over: outbox.over,
        }
    }

    fn has_due(&self) -> bool {
        let outbox = self.outbox();
        outbox.dirty != 0 || !outbox.once.is_empty() || outbox.over.is_some()
    }

    /// Resolves when something is due, or another has taken the line.
    pub(super) async fn woken(&self, holder: u64) {
        loop {
            // Asked for before the look, so that nothing falls between the two.
            let woken = self.wake.notified();
            if self.has_due() || !self.is_held_by(holder) {
                return;
            }
            woken.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use calls::CallId;

    use super::{Line, ONCE, Part};

    fn line() -> Line {
        let world = testkit::World::build(&[]);
        Line::new(7, CallId::from_row(1), world.viewer("varya"), Instant::now())
    }

    #[test]
    fn what_is_due_is_little_however_slow_the_page() {
        // CALL-I5, CALL-I9
        let line = line();
        for n in 0..1000 {
            line.due(Part::People);
            line.tell(format!("{n}").into());
        }
        let due = line.take();
        assert_eq!((due.parts, due.once.len()), (vec![Part::People], ONCE));
        assert_eq!(&**due.once.last().unwrap(), "999");
        assert!(line.take().parts.is_empty());
    }

    #[test]
    fn whoever_comes_back_gets_everything_and_the_one_before_lets_go() {
        let line = line();
        assert!(line.lost().is_some());
        let first = line.hold();
        assert_eq!(line.take().parts, Part::ALL);
        let second = line.hold();
        assert!(!line.is_held_by(first) && line.lost().is_none());
        line.release(first, Instant::now());
        assert!(line.lost().is_none(), "the line is another's by now");
        line.release(second, Instant::now());
        assert!(line.lost().is_some());
        line.hold_on();
        assert_eq!(line.take().parts, Part::ALL, "a poll tells what the lost socket has not");
        line.hold_on();
        assert!(line.take().parts.is_empty());
    }
}
