//! The hub: who may see what, who is connected, and the last events, in memory. It holds nothing that the base has
//! not committed.

mod typing;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use messenger::{Change, MessageId, Places};
use school::{PersonId, PortalSessionId, Viewer};
use store::{Commit, Event, ServerKey, Store};

use super::client::Client;
use super::cursor::Cursors;
use super::frame::{About, Group, Scope, Slot, group};
use super::limits::{BURST, RETURNS_A_SECOND};
use super::typing::Typists;

/// The scope of the event that says that relations have changed.
pub(crate) const ROSTER: &str = "roster";

struct Rights {
    places: Places,
    /// Events up to here are in `places` already.
    loaded: i64,
}

#[derive(Default)]
struct Registry {
    clients: HashMap<PersonId, Vec<Arc<Client>>>,
    followers: HashMap<Scope, Vec<Arc<Client>>>,
    /// Under which scopes a client stands in `followers`.
    following: HashMap<u64, Vec<Scope>>,
    ring: VecDeque<Arc<Group>>,
    ring_events: usize,
    /// So many events the ring keeps.
    ring_most: usize,
    by_message: HashMap<MessageId, Vec<Arc<Slot>>>,
    /// The last g that was fanned out.
    g: i64,
    /// Events above this are all in the ring.
    ring_floor: i64,
}

/// Sockets and long polls meet commits here.
pub(crate) struct Hub {
    pub(super) cursors: Cursors,
    rights: RwLock<Rights>,
    registry: Mutex<Registry>,
    sessions: Mutex<HashMap<PortalSessionId, Session>>,
    typists: Mutex<Typists>,
    next: AtomicU64,
}

#[derive(Default)]
struct Session {
    clients: Vec<Arc<Client>>,
    sockets: usize,
    bucket: Option<(Instant, f64)>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hub")
    }
}

impl Hub {
    /// Reads who is where, and listens to commits from now on; of events so many are kept in memory.
    ///
    /// # Errors
    /// [`store::Error`] when the base cannot be read.
    pub(crate) fn open(store: &Store, key: &ServerKey, most: usize) -> Result<Arc<Self>, store::Error> {
        let epoch = store.read_blocking(|tx| tx.epoch())?;
        let hub = Arc::new(Self {
            cursors: Cursors::of(key, &epoch),
            rights: RwLock::new(Rights { places: Places::default(), loaded: 0 }),
            registry: Mutex::default(),
            sessions: Mutex::default(),
            typists: Mutex::default(),
            next: AtomicU64::new(1),
        });
        // The lock is held from before the first commit is heard until the rights are loaded: no commit is lost.
        let mut rights = hub.rights.write().unwrap_or_else(PoisonError::into_inner);
        let watched = store.watch();
        let listener = Arc::downgrade(&hub);
        store.on_commit(move |commit| {
            if let Some(hub) = listener.upgrade() {
                hub.take_rights(commit);
            }
        });
        let (places, g) =
            store.read_blocking(|tx| Ok::<_, store::Error>((Places::load(tx)?, tx.last_g()?)))?;
        *rights = Rights { places, loaded: g };
        drop(rights);
        let mut registry = hub.registry();
        registry.g = g;
        registry.ring_floor = g;
        registry.ring_most = most;
        drop(registry);
        let router = Arc::downgrade(&hub);
        let spawned = std::thread::Builder::new().name("router".to_owned()).spawn(move || {
            let mut watched = watched;
            while let Some(commit) = watched.blocking_recv() {
                let Some(hub) = router.upgrade() else { return };
                let mut asleep = hub.route(&commit);
                while let Ok(next) = watched.try_recv() {
                    asleep.append(&mut hub.route(&next));
                }
                drop(hub);
                if !asleep.is_empty() {
                    asleep.iter().for_each(|client| client.wake());
                    std::thread::sleep(BURST);
                }
            }
        });
        match spawned {
            Ok(_) => Ok(hub),
            Err(_) => Err(store::Error::Unreadable { what: "thread of the live channel" }),
        }
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<PortalSessionId, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In the writer's thread, before the commit's commands are answered: who is out is out (MSG-I7, A14).
    fn take_rights(&self, commit: &Commit) {
        let concerns = |event: &&Event| {
            matches!(event.kind.as_ref(), "joined" | "left" | "seated")
                && event.scope_kind == messenger::SCOPE
        };
        if commit.events.iter().any(|event| concerns(&event)) {
            let mut rights = self.rights.write().unwrap_or_else(PoisonError::into_inner);
            let loaded = rights.loaded;
            for event in commit.events.iter().filter(concerns).filter(|event| event.g > loaded) {
                rights.places.apply(event);
            }
        }
        for event in commit.events.iter().filter(|event| event.kind == "session_ended") {
            let ended = self.sessions().remove(&PortalSessionId::from_row(event.scope_id));
            for client in ended.into_iter().flat_map(|session| session.clients) {
                client.end();
            }
        }
        for event in commit.events.iter().filter(|event| event.kind == "session_renewed") {
            let sessions = self.sessions();
            let renewed = sessions.get(&PortalSessionId::from_row(event.scope_id));
            renewed.into_iter().flat_map(|session| &session.clients).for_each(|client| client.renew());
        }
        if commit.events.iter().any(|event| event.scope_kind == ROSTER) {
            let all: Vec<_> = self.sessions().values().flat_map(|session| session.clients.clone()).collect();
            for client in all {
                client.lag();
            }
        }
    }

    /// Fans one commit out, in order, into the queues of clients; gives those who must be woken.
    fn route(&self, commit: &Commit) -> Vec<Arc<Client>> {
        let mut asleep = Vec::new();
        let mut registry = self.registry();
        if commit.g <= registry.g {
            return asleep;
        }
        let floor = registry.g;
        let events: Vec<Event> = commit.events.iter().filter(|event| event.g > floor).cloned().collect();
        let rights = self.rights.read().unwrap_or_else(PoisonError::into_inner);
        for group in group(&events, |g| self.token(g)) {
            let group = Arc::new(group);
            registry.keep(&group, &events);
            registry.fan_out(&group, &rights.places, &mut asleep);
        }
        registry.g = commit.g;
        asleep
    }

    /// The cursor of a number.
    pub(crate) fn token(&self, g: i64) -> Arc<str> {
        self.cursors.seal(g).into()
    }

    /// Takes a client in; it is served from its cursor until it goes live. A session holds so many sockets (R8).
    pub(super) fn connect(
        self: &Arc<Self>,
        viewer: Viewer,
        most_sockets: Option<usize>,
    ) -> Option<Connected> {
        let client = Arc::new(Client::new(self.next.fetch_add(1, Ordering::Relaxed), viewer));
        let mut sessions = self.sessions();
        let session = sessions.entry(viewer.session()).or_default();
        if let Some(most) = most_sockets {
            if session.sockets >= most {
                return None;
            }
            session.sockets += 1;
        }
        session.clients.push(Arc::clone(&client));
        drop(sessions);
        self.registry().clients.entry(viewer.person()).or_default().push(Arc::clone(&client));
        Some(Connected { hub: Arc::clone(self), client, is_socket: most_sockets.is_some() })
    }

    /// Lets a client hear what is committed above the number returned; everything up to it is read from the log.
    pub(super) fn go_live(&self, client: &Arc<Client>, scopes: Vec<Scope>) -> i64 {
        let mut registry = self.registry();
        registry.unfollow(client.id);
        for scope in &scopes {
            registry.followers.entry(*scope).or_default().push(Arc::clone(client));
        }
        registry.following.insert(client.id, scopes.clone());
        *client.scopes.write().unwrap_or_else(PoisonError::into_inner) = scopes;
        client.go_live();
        registry.g
    }

    /// The number up to which an idle client has heard everything; `None` when something waits.
    pub(super) fn heard_upto(&self, client: &Client) -> Option<i64> {
        let registry = self.registry();
        client.is_idle().then_some(registry.g)
    }

    /// The groups above a cursor that the ring still has in full.
    pub(super) fn ring_between(&self, after: i64, upto: i64) -> Option<Vec<Arc<Group>>> {
        let registry = self.registry();
        if after < registry.ring_floor {
            return None;
        }
        let start = registry.ring.partition_point(|group| group.g <= after);
        Some(registry.ring.range(start..).take_while(|group| group.g <= upto).cloned().collect())
    }

    /// What of a group a client may see at this moment.
    pub(super) fn visible(&self, client: &Client, group: &Group) -> Vec<Arc<str>> {
        if client.has_ended() {
            return Vec::new();
        }
        let rights = self.rights.read().unwrap_or_else(PoisonError::into_inner);
        let sees = |slot: &&Arc<Slot>| match &slot.about {
            About::Chat(chat, change) => rights.places.sees(client.person(), *chat, group.g, *change),
            About::Scope(scope) => client.follows(scope),
            About::Own(person) => *person == client.person().get(),
        };
        group.slots.iter().filter(sees).map(|slot| slot.text()).collect()
    }

    /// Takes one command from the session's allowance; `Err` says in how many milliseconds the next may come
    /// (R8, MSG-B24).
    pub(super) fn take_allowance(&self, session: PortalSessionId, a_second: u32) -> Result<(), u64> {
        let now = Instant::now();
        let most = f64::from(a_second);
        let mut sessions = self.sessions();
        let session = sessions.entry(session).or_default();
        let (at, left) = session.bucket.unwrap_or((now, most));
        let left = (left + now.duration_since(at).as_secs_f64() * most).min(most);
        if left < 1.0 {
            session.bucket = Some((now, left));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 1000"
            )]
            return Err(((1.0 - left) / most * 1000.0).ceil() as u64);
        }
        session.bucket = Some((now, left - 1.0));
        Ok(())
    }

    /// How many milliseconds a client that is sent away may be asked to wait, so that all come back in turn.
    pub(super) fn spread(&self) -> u32 {
        let clients = self.sessions().values().map(|session| session.clients.len()).sum::<usize>();
        u32::try_from(clients * 1000 / RETURNS_A_SECOND).unwrap_or(u32::MAX)
    }
}

impl Registry {
    fn unfollow(&mut self, client: u64) {
        for scope in self.following.remove(&client).into_iter().flatten() {
            let Some(followers) = self.followers.get_mut(&scope) else { continue };
            followers.retain(|follower| follower.id != client);
            if followers.is_empty() {
                self.followers.remove(&scope);
            }
        }
    }

    /// Puts a group into the ring and lets older events of the same messages tell the present (MSG-I11).
    fn keep(&mut self, group: &Arc<Group>, events: &[Event]) {
        for slot in &group.slots {
            let Some(message) = slot.message() else { continue };
            let known = self.by_message.entry(message).or_default();
            let live = events.iter().rev().find(|event| {
                event.live.is_some()
                    && event.g <= group.g
                    && Change::of(event).and_then(|(_, change)| change.message()) == Some(message)
            });
            if let Some(live) = live.and_then(|event| event.live.as_deref()) {
                known.iter().for_each(|older| older.renew(live));
            }
            known.push(Arc::clone(slot));
        }
        self.ring_events += group.slots.len();
        self.ring.push_back(Arc::clone(group));
        while self.ring_events > self.ring_most {
            let Some(oldest) = self.ring.pop_front() else { break };
            self.ring_events -= oldest.slots.len();
            self.ring_floor = oldest.g;
            for slot in &oldest.slots {
                let Some(message) = slot.message() else { continue };
                if let Some(known) = self.by_message.get_mut(&message) {
                    known.retain(|kept| !Arc::ptr_eq(kept, slot));
                    if known.is_empty() {
                        self.by_message.remove(&message);
                    }
                }
            }
        }
    }

    fn fan_out(&self, group: &Arc<Group>, places: &Places, asleep: &mut Vec<Arc<Client>>) {
        // Nobody is named twice by one event.
        let is_one = group.slots.len() == 1;
        let mut told: HashSet<u64> = HashSet::new();
        let mut tell = |client: &Arc<Client>| {
            if (is_one || told.insert(client.id)) && client.push(group) {
                asleep.push(Arc::clone(client));
            }
        };
        let mut chat_told = None;
        for slot in &group.slots {
            match &slot.about {
                About::Chat(chat, _) if chat_told == Some(*chat) => {}
                About::Chat(chat, _) => {
                    chat_told = Some(*chat);
                    places
                        .people_of(*chat)
                        .filter_map(|person| self.clients.get(&person))
                        .flatten()
                        .for_each(&mut tell);
                }
                About::Scope(scope) => {
                    self.followers.get(scope).into_iter().flatten().for_each(&mut tell);
                }
                About::Own(person) => {
                    self.clients.get(&PersonId::from_row(*person)).into_iter().flatten().for_each(&mut tell);
                }
            }
        }
    }
}

/// A client's stay in the hub; leaving it takes the client out.
pub(super) struct Connected {
    pub(super) hub: Arc<Hub>,
    pub(super) client: Arc<Client>,
    is_socket: bool,
}

impl Drop for Connected {
    fn drop(&mut self) {
        let session = self.client.viewer.session();
        let mut sessions = self.hub.sessions();
        if let Some(held) = sessions.get_mut(&session) {
            held.clients.retain(|client| client.id != self.client.id);
            held.sockets -= usize::from(self.is_socket).min(held.sockets);
            if held.clients.is_empty() && held.bucket.is_none() {
                sessions.remove(&session);
            }
        }
        drop(sessions);
        let mut registry = self.hub.registry();
        registry.unfollow(self.client.id);
        let person = self.client.person();
        if let Some(held) = registry.clients.get_mut(&person) {
            held.retain(|client| client.id != self.client.id);
            if held.is_empty() {
                registry.clients.remove(&person);
            }
        }
    }
}
