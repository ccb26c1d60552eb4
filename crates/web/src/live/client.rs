//! One connected client as the hub knows it: who, what it follows, and a queue with an end (MSG-I6).

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use school::{PersonId, Viewer};
use tokio::sync::Notify;

use super::frame::{Group, Scope};
use super::limits::{QUEUE_BYTES, QUEUE_FRAMES};
use super::typing::{Typist, Waiting};

#[derive(Default)]
pub(super) struct Outbox {
    items: VecDeque<Arc<Group>>,
    bytes: usize,
    /// The queue was dropped, or rights have changed: the client is served from its cursor.
    lagging: bool,
}

pub(super) struct Client {
    pub(super) id: u64,
    pub(super) viewer: Viewer,
    pub(super) scopes: RwLock<Vec<Scope>>,
    outbox: Mutex<Outbox>,
    typing: Mutex<Waiting>,
    wake: Notify,
    ended: AtomicBool,
    renewed: AtomicBool,
}

impl Client {
    pub(super) fn new(id: u64, viewer: Viewer) -> Self {
        Self {
            id,
            viewer,
            scopes: RwLock::default(),
            outbox: Mutex::new(Outbox { lagging: true, ..Outbox::default() }),
            typing: Mutex::default(),
            wake: Notify::new(),
            ended: AtomicBool::new(false),
            renewed: AtomicBool::new(false),
        }
    }

    pub(super) const fn person(&self) -> PersonId {
        self.viewer.person()
    }

    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a group; a full queue is dropped whole, the log has it all. Says whether the client must be woken.
    pub(super) fn push(&self, group: &Arc<Group>) -> bool {
        self.outbox().push(group)
    }

    /// Lets the client look at its queue.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Forgets what is queued and what is followed; both are read anew. Chats do not wait for this: they are asked
    /// for at each frame.
    pub(super) fn lag(&self) {
        self.scopes.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.outbox().lag();
        self.wake.notify_one();
    }

    pub(super) fn pop(&self) -> Option<Arc<Group>> {
        self.outbox().pop()
    }

    /// Says who is writing, unless anything else waits: that comes first, and this is soon over.
    pub(super) fn push_typing(&self, typist: &Typist) {
        if self.is_idle() {
            self.typing.lock().unwrap_or_else(PoisonError::into_inner).push(typist);
            self.wake.notify_one();
        }
    }

    pub(super) fn pop_typing(&self) -> Option<Typist> {
        self.typing.lock().unwrap_or_else(PoisonError::into_inner).pop(Instant::now())
    }

    pub(super) fn is_lagging(&self) -> bool {
        self.outbox().lagging
    }

    /// From now on groups are queued again; called under the hub's lock.
    pub(super) fn go_live(&self) {
        let mut outbox = self.outbox();
        outbox.lag();
        outbox.lagging = false;
    }

    pub(super) fn is_idle(&self) -> bool {
        let outbox = self.outbox();
        outbox.items.is_empty() && !outbox.lagging
    }

    pub(super) fn follows(&self, scope: &Scope) -> bool {
        self.scopes.read().unwrap_or_else(PoisonError::into_inner).contains(scope)
    }

    /// The session has ended: nothing more leaves (A14).
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        self.outbox().lag();
        self.wake.notify_one();
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// The session has got another reference: whoever holds the new one comes back with it (A12).
    pub(super) fn renew(&self) {
        self.renewed.store(true, Ordering::SeqCst);
        self.wake.notify_one();
    }

    pub(super) fn is_renewed(&self) -> bool {
        self.renewed.load(Ordering::SeqCst)
    }

    /// Resolves when something was queued, dropped or ended.
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }
}

impl Outbox {
    /// Whether the client must be woken: it has seen its queue empty, or the queue is gone. A client that is awake
    /// takes out all that waits before it sleeps.
    fn push(&mut self, group: &Arc<Group>) -> bool {
        if self.lagging {
            return false;
        }
        if self.items.len() >= QUEUE_FRAMES || self.bytes + group.bytes > QUEUE_BYTES {
            self.lag();
            return true;
        }
        self.bytes += group.bytes;
        self.items.push_back(Arc::clone(group));
        self.items.len() == 1
    }

    fn pop(&mut self) -> Option<Arc<Group>> {
        let group = self.items.pop_front()?;
        self.bytes -= group.bytes;
        Some(group)
    }

    fn lag(&mut self) {
        self.items.clear();
        self.bytes = 0;
        self.lagging = true;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::frame::Group;
    use super::super::limits::{QUEUE_BYTES, QUEUE_FRAMES};
    use super::Outbox;

    fn group(g: i64, bytes: usize) -> Arc<Group> {
        Arc::new(Group { g, token: Arc::from("token"), slots: Vec::new(), bytes })
    }

    #[test]
    fn the_queue_of_a_client_has_an_end_in_frames_and_in_bytes() {
        // MSG-I6
        for (bytes, most) in [(10, QUEUE_FRAMES), (QUEUE_BYTES / 4, 4), (QUEUE_BYTES + 1, 0)] {
            let mut outbox = Outbox::default();
            let mut queued = 0;
            while !outbox.lagging {
                queued += 1;
                let wakes = outbox.push(&group(queued, bytes));
                assert_eq!(
                    wakes,
                    queued == 1 || outbox.lagging,
                    "the client hears of the first and of the end"
                );
                assert!(outbox.items.len() <= QUEUE_FRAMES && outbox.bytes <= QUEUE_BYTES);
            }
            assert_eq!(usize::try_from(queued).unwrap(), most + 1, "groups of {bytes} bytes");
            // What is dropped is dropped whole, so that nothing is told out of order; more is not collected.
            assert!(outbox.pop().is_none());
            assert!(!outbox.push(&group(queued + 1, bytes)));
            assert_eq!((outbox.items.len(), outbox.bytes), (0, 0));
        }
    }

    #[test]
    fn what_is_taken_out_makes_room() {
        // MSG-I6: a client that keeps up never lags, however much passes through.
        let mut outbox = Outbox::default();
        for g in 0..10_000 {
            assert!(outbox.push(&group(g, QUEUE_BYTES / 2)));
            assert_eq!(outbox.pop().map(|group| group.g), Some(g));
        }
        assert!(!outbox.lagging && outbox.bytes == 0);
    }
}
