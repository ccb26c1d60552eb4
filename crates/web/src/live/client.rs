//! One connected client as the hub knows it: who, what it follows, and a queue with an end (MSG-I6).

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use school::{PersonId, Viewer};
use tokio::sync::Notify;

use super::frame::{Group, Scope};
use super::limits::{QUEUE_BYTES, QUEUE_FRAMES};

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
    pub(super) scopes: RwLock<HashSet<Scope>>,
    outbox: Mutex<Outbox>,
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

    /// Queues a group; a full queue is dropped whole, the log has it all.
    pub(super) fn push(&self, group: &Arc<Group>) {
        let mut outbox = self.outbox();
        if outbox.lagging {
            return;
        }
        if outbox.items.len() >= QUEUE_FRAMES || outbox.bytes + group.bytes > QUEUE_BYTES {
            outbox.lag();
        } else {
            outbox.bytes += group.bytes;
            outbox.items.push_back(Arc::clone(group));
        }
        drop(outbox);
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
        let mut outbox = self.outbox();
        let group = outbox.items.pop_front()?;
        outbox.bytes -= group.bytes;
        Some(group)
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
    fn lag(&mut self) {
        self.items.clear();
        self.bytes = 0;
        self.lagging = true;
    }
}
