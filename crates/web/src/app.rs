//! What every handler and job holds.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use identity::IdTokenKey;
use school::{SchoolProfile, Zone};
use store::{Random, ServerKey, Store};
use tokio::sync::{Mutex, OnceCell, watch};

use crate::drafts::Drafts;
use crate::flows::Outbox;
use crate::gateway::Turns;
use crate::hasher::Hasher;
use crate::live::Hub;
use crate::outgoing::Outgoing;
use crate::rooms::Rooms;
use crate::screen::Screen;
use crate::server::Certificates;
use crate::{Clock, Settings};

/// The running program.
pub struct App {
    /// The base.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The server key.
    pub key: ServerKey,
    /// What was set.
    pub settings: Settings,
    /// Hashes passwords, two at a time.
    pub hasher: Hasher,
    /// Sockets and long polls.
    pub(crate) live: Arc<Hub>,
    /// Calls that go on.
    pub(crate) rooms: Arc<Rooms>,
    /// Tables that wait to be loaded.
    pub(crate) drafts: Drafts,
    /// Held by whoever copies or checks the whole base: one at a time.
    pub(crate) whole_base: Mutex<()>,
    /// The demo's virtual telephone.
    pub(crate) screen: Screen,
    /// The client of other hosts.
    pub(crate) outgoing: Outgoing,
    /// Messages that are being handed over.
    pub(crate) outbox: Outbox,
    /// Returns from a provider whose code is being exchanged, by their state.
    pub(crate) returns: Turns<[u8; 32]>,
    school: RwLock<Arc<School>>,
    /// What signs id tokens, once somebody has asked for one.
    pub(crate) id_token_key: OnceCell<Arc<IdTokenKey>>,
    certificates: OnceLock<Arc<Certificates>>,
    draining: watch::Sender<bool>,
}

/// The school's card and zone, read once and after each change.
#[derive(Debug)]
pub struct School {
    /// The card.
    pub profile: SchoolProfile,
    /// Its time zone.
    pub zone: Zone,
}

impl School {
    fn of(profile: SchoolProfile) -> Self {
        // The zone is checked when the card is written; a card of an older program with a zone that is no more
        // still opens, on Moscow time.
        let zone = Zone::find(&profile.zone).or_else(|_| Zone::find("Europe/Moscow"));
        let zone = zone.expect("the zone data holds Moscow");
        Self { profile, zone }
    }
}

impl App {
    /// Puts the program together; reads the school's card.
    ///
    /// # Errors
    /// [`store::Error`] when the card cannot be read.
    pub fn new(
        store: Store,
        clock: Clock,
        random: Random,
        key: ServerKey,
        settings: Settings,
    ) -> Result<Arc<Self>, store::Error> {
        let profile = store.read_blocking(school::load_school)?.unwrap_or_else(nameless);
        let live = Hub::open(&store, &key, settings.events_in_memory)?;
        let rooms = Rooms::open(&store, clock.clone());
        Ok(Arc::new(Self {
            live,
            rooms,
            store,
            clock,
            random,
            key,
            hasher: Hasher::new(settings.hash_cost),
            outgoing: Outgoing::new(&settings.outside, settings.origins()),
            outbox: Outbox::default(),
            returns: Turns::default(),
            settings,
            drafts: Drafts::default(),
            whole_base: Mutex::default(),
            screen: Screen::default(),
            school: RwLock::new(Arc::new(School::of(profile))),
            id_token_key: OnceCell::new(),
            certificates: OnceLock::new(),
            draining: watch::Sender::new(false),
        }))
    }

    /// The school's card and zone.
    #[must_use]
    pub fn school(&self) -> Arc<School> {
        Arc::clone(&self.school.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a card that has just been written.
    pub fn set_school(&self, profile: SchoolProfile) {
        *self.school.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(School::of(profile));
    }

    /// The certificates the server shows, when it speaks TLS itself.
    #[must_use]
    pub(crate) fn certificates(&self) -> Option<&Arc<Certificates>> {
        self.certificates.get()
    }

    /// Says which certificates are shown; once, by the server that shows them.
    pub(crate) fn show_certificates(&self, certificates: Arc<Certificates>) {
        // A second server on the same program does not happen outside of tests, and shows the first one's.
        let _ = self.certificates.set(certificates);
    }

    /// Tells sockets and long polls to end; called once, when the server stops.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Whether the server is about to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Resolves when the server stops.
    pub async fn drained(&self) {
        let mut draining = self.draining.subscribe();
        // The sender lives as long as `self`.
        let _ = draining.wait_for(|draining| *draining).await;
    }
}

fn nameless() -> SchoolProfile {
    SchoolProfile {
        full_name: "Школа".to_owned(),
        short_name: "Школа".to_owned(),
        place: String::new(),
        zone: "Europe/Moscow".to_owned(),
        week_days: 6,
        help: String::new(),
    }
}
