//! Calls as they go on: pages come by lines, the domain decides, a media back end obeys. What is here lives
//! in memory; what must outlive the process is written by `calls`.
//!
//! One lock guards all rooms, and commands to the back end are given under it: what lets in and what puts out reach it
//! in the order in which they were decided (CALL-I2).

mod admit;
mod backend;
mod command;
mod frame;
mod limits;
mod line;
mod look;
pub(crate) mod poll;
mod room;
pub(crate) mod socket;
mod told;
mod trial;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use calls::{CallId, CallPlace, LeaveWhy, Note, VisitId};
use media::{Event, PeerId, RoomId, Sfu, StartError};
use messenger::ConversationId;
use school::{PersonId, PortalSessionId, Viewer};
use store::{Commit, Store, UtcInstant};
use tokio::sync::{Notify, mpsc};

pub(crate) use self::backend::MediaBackend;
use self::frame::Out;
use self::limits::RETURN;
pub(crate) use self::line::Line;
use self::line::{Over, Part};
use self::room::{Gone, Room};
use self::trial::Trial;
use crate::{App, Clock};

/// What comes from the back end, in the order in which it happened there.
enum Told {
    /// Something of a room.
    Event(Event),
    /// The offer of a visit was taken: what is told of the peer from here on is told of this visit, and what was told
    /// before of whoever had the number before it.
    Taken { room: RoomId, peer: PeerId, visit: VisitId },
}

/// Something of a visit that is to be written.
struct Noted {
    visit: VisitId,
    what: Note,
    at: UtcInstant,
}

#[derive(Default)]
struct State {
    rooms: HashMap<CallId, Room>,
    /// Which call a room of the back end carries.
    carried: HashMap<RoomId, CallId>,
    /// Rooms of the back end in which somebody tries their network.
    trials: HashMap<RoomId, Trial>,
}

/// All calls with lines.
pub(crate) struct Rooms {
    media: OnceLock<MediaBackend>,
    /// Events and answers of the back end come by one way, so that they keep their order.
    told: OnceLock<mpsc::UnboundedSender<Told>>,
    clock: Clock,
    state: Mutex<State>,
    /// What is noted of visits waits here for the writer.
    notes: mpsc::UnboundedSender<Noted>,
    written: Mutex<Option<mpsc::UnboundedReceiver<Noted>>>,
    /// Calls whose rights are to be looked at anew.
    stale: Mutex<BTreeSet<CallId>>,
    stirred: Notify,
    /// Held by whoever looks: two looks at once could set rights in the wrong order.
    looking: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Rooms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rooms")
    }
}

impl Rooms {
    /// Listens to commits from now on.
    pub(crate) fn open(store: &Store, clock: Clock) -> Arc<Self> {
        let (notes, written) = mpsc::unbounded_channel();
        let rooms = Arc::new(Self {
            media: OnceLock::new(),
            told: OnceLock::new(),
            clock,
            state: Mutex::default(),
            notes,
            written: Mutex::new(Some(written)),
            stale: Mutex::default(),
            stirred: Notify::new(),
            looking: tokio::sync::Mutex::default(),
        });
        let listener = Arc::downgrade(&rooms);
        store.on_commit(move |commit| {
            if let Some(rooms) = listener.upgrade() {
                rooms.take_rights(commit);
            }
        });
        rooms
    }

    /// Begins to serve calls, and starts the back end when they are set up; `port` is the pages'. Asked again, it
    /// changes nothing.
    pub(crate) fn start(&self, app: &Arc<App>, port: u16) -> Result<(), StartError> {
        if let Some(written) = self.written.lock().unwrap_or_else(PoisonError::into_inner).take() {
            tokio::spawn(keep(Arc::clone(app), written));
            tokio::spawn(look::look_when_asked(Arc::clone(app)));
        }
        let calls = &app.settings.calls;
        if !calls.is_on() || self.media.get().is_some() {
            return Ok(());
        }
        let (tell, told) = mpsc::unbounded_channel();
        // There is one start for a server, and one server for a program outside of tests.
        let _ = self.told.set(tell.clone());
        let sfu = Sfu::start(calls.media(port), move |event| {
            // At the very end nobody listens any more.
            let _ = tell.send(Told::Event(event));
        })?;
        tokio::spawn(told::hear(Arc::clone(app), told));
        let _ = self.media.set(MediaBackend::Embedded(sfu));
        Ok(())
    }

    /// The back end, when calls are set up.
    pub(crate) fn media(&self) -> Option<&MediaBackend> {
        self.media.get()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, visit: VisitId, what: Note) {
        // The receiver lives as long as the program; at its very end there is nobody left to write.
        let _ = self.notes.send(Noted { visit, what, at: self.clock.now() });
    }

    /// Asks for a look at a call's rights.
    pub(crate) fn look_again(&self, call: CallId) {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner).insert(call);
        self.stirred.notify_one();
    }

    /// Asks for a look at all calls' rights.
    pub(crate) fn look_at_all(&self) {
        let calls: Vec<CallId> = self.state().rooms.keys().copied().collect();
        calls.into_iter().for_each(|call| self.look_again(call));
    }

    /// In the writer's thread, before the commit's commands are answered: who is out is out (CALL-I2, A14). What a look
    /// at the base has to tell is looked at right after.
    fn take_rights(&self, commit: &Commit) {
        for event in &commit.events {
            let kind = event.kind.as_ref();
            match event.scope_kind.as_ref() {
                messenger::SCOPE if matches!(kind, "joined" | "left" | "seated") => {
                    let chat = ConversationId::from_row(event.scope_id);
                    let left = messenger::Change::of(event).and_then(|(_, change)| left_of(change));
                    self.follow_chat(chat, left);
                }
                crate::live::ROSTER => self.look_at_all(),
                _ if kind == "session_ended" => self.end_session(PortalSessionId::from_row(event.scope_id)),
                _ if kind == "substitution" => self.look_at_all(),
                _ => {}
            }
        }
    }

    fn follow_chat(&self, chat: ConversationId, left: Option<PersonId>) {
        let now = self.clock.now();
        let mut state = self.state();
        let mut stale = Vec::new();
        for (call, room) in &mut state.rooms {
            if room.call.place == CallPlace::Chat(chat) {
                stale.push(*call);
                if let Some(peer) = left.and_then(|person| room.peer_of(person)) {
                    self.put_out(room, peer, Out::Left(LeaveWhy::Rights), now);
                }
            } else if left.is_some_and(|person| room.peer_of(person).is_some()) {
                // The link that opens «Сферум» may be gone with the membership.
                stale.push(*call);
            }
        }
        drop(state);
        stale.into_iter().for_each(|call| self.look_again(call));
    }

    /// Ends all lines of a session.
    fn end_session(&self, session: PortalSessionId) {
        self.end_trials_of(session);
        let now = self.clock.now();
        let mut state = self.state();
        let mut touched = Vec::new();
        for (call, room) in &mut state.rooms {
            let lines: Vec<u128> = room
                .lines
                .iter()
                .filter(|(_, seated)| seated.line.viewer.session() == session)
                .map(|(id, _)| *id)
                .collect();
            for line in lines {
                self.end_line(room, line, Over::Session, now);
                touched.push(*call);
            }
        }
        for call in touched {
            self.tidy(&mut state, call);
        }
    }

    /// Ends a line for good, and the visit it holds.
    fn end_line(&self, room: &mut Room, line: u128, over: Over, now: UtcInstant) {
        if let Some(peer) = room.lines.get(&line).and_then(|seated| seated.peer) {
            self.put_out(room, peer, Out::Left(LeaveWhy::Rights), now);
        }
        room.end_line(line, over);
    }

    /// Puts somebody out: the back end is told before anything else.
    fn put_out(&self, room: &mut Room, peer: PeerId, why: Out, now: UtcInstant) {
        if let (Some(media), Some(carried)) = (self.media(), room.media) {
            media.revoke((carried, peer));
        }
        self.let_go(room, peer, why, now);
    }

    /// Takes somebody out whom the back end has let go already.
    fn let_go(&self, room: &mut Room, peer: PeerId, why: Out, now: UtcInstant) {
        if let Some(Gone { visit, why }) = room.take_out(peer, why, now) {
            self.note(visit, Note::Left(why));
        }
    }

    /// Gives back what an empty room holds.
    fn tidy(&self, state: &mut State, call: CallId) {
        let Some(room) = state.rooms.get_mut(&call) else { return };
        if room.peers.is_empty()
            && let Some(carried) = room.media.take()
        {
            state.carried.remove(&carried);
            if let Some(media) = self.media() {
                media.close(carried);
            }
        }
        if room.is_idle() {
            state.rooms.remove(&call);
        }
    }

    /// Ends lines that nobody has come back to.
    pub(crate) fn sweep(&self, moment: Instant) {
        self.sweep_trials(moment);
        let now = self.clock.now();
        let mut state = self.state();
        let mut touched = Vec::new();
        for (call, room) in &mut state.rooms {
            let gone = |line: &Line| line.lost().is_some_and(|lost| moment.duration_since(lost) >= RETURN);
            let lost: Vec<u128> =
                room.lines.iter().filter(|(_, seated)| gone(&seated.line)).map(|(id, _)| *id).collect();
            for line in lost {
                if let Some(peer) = room.lines.get(&line).and_then(|seated| seated.peer) {
                    self.put_out(room, peer, Out::Left(LeaveWhy::Lost), now);
                }
                room.lines.remove(&line);
                room.stir(Part::Call);
                touched.push(*call);
            }
        }
        for call in touched {
            self.tidy(&mut state, call);
        }
    }

    /// What a line is due, as it stands now.
    fn render(&self, line: &Line, parts: &[Part]) -> Vec<Arc<str>> {
        self.state().rooms.get(&line.call).map_or_else(Vec::new, |room| room.render(line, parts))
    }

    /// Since when each call has been without people, for the look at the clock.
    pub(crate) fn absence_of(&self, call: CallId, since_start: UtcInstant) -> calls::Absence {
        let usual = calls::Absence { leader: Some(since_start), anybody: Some(since_start) };
        self.state().rooms.get(&call).map_or(usual, |room| room.absence)
    }

    /// How many calls somebody is in, and how many people are in calls.
    pub(crate) fn load(&self) -> (usize, usize) {
        let state = self.state();
        let busy = state.rooms.values().map(|room| room.peers.len()).filter(|people| *people > 0);
        busy.fold((0, 0), |(calls, people), inside| (calls + 1, people + inside))
    }

    /// Who is in any call.
    pub(crate) fn viewers_in(&self) -> Vec<Viewer> {
        let state = self.state();
        let peers = state.rooms.values().flat_map(|room| room.peers.values());
        peers.map(|peer| peer.line.viewer).collect()
    }
}

const fn left_of(change: messenger::Change) -> Option<PersonId> {
    match change {
        messenger::Change::Left { person } => Some(person),
        messenger::Change::Joined { .. }
        | messenger::Change::Seated { .. }
        | messenger::Change::Sent { .. }
        | messenger::Change::Edited { .. }
        | messenger::Change::Deleted { .. }
        | messenger::Change::Touched { .. }
        | messenger::Change::Pinned { .. }
        | messenger::Change::Read { .. }
        | messenger::Change::Titled
        | messenger::Change::Called
        | messenger::Change::Silenced { .. } => None,
    }
}

/// Lets everybody go at the end of the server, and writes that before it ends.
pub(crate) async fn stop(app: &App) {
    if let Some(media) = app.rooms.media() {
        media.shutdown();
    }
    let now = app.clock.now();
    let visits: Vec<VisitId> = {
        let mut state = app.rooms.state();
        let peers = state.rooms.values_mut().flat_map(|room| std::mem::take(&mut room.peers).into_values());
        peers.map(|peer| peer.visit).collect()
    };
    if visits.is_empty() {
        return;
    }
    let done: Result<(), store::Error> = app
        .store
        .write(move |tx| {
            for visit in visits {
                calls::note(tx, now, visit, Note::Left(LeaveWhy::Stopped))?;
            }
            Ok(())
        })
        .await;
    if let Err(error) = done {
        tracing::warn!(%error, "the end of visits was not noted; the next start does it");
    }
}

/// Writes what is noted, in order, until the program ends.
async fn keep(app: Arc<App>, mut written: mpsc::UnboundedReceiver<Noted>) {
    let mut batch = Vec::new();
    while written.recv_many(&mut batch, 256).await > 0 {
        let notes = std::mem::take(&mut batch);
        let done: Result<(), store::Error> = app
            .store
            .write(move |tx| {
                for Noted { visit, what, at } in &notes {
                    calls::note(tx, *at, *visit, *what)?;
                }
                Ok(())
            })
            .await;
        if let Err(error) = done {
            // The next start ends these visits at the last sign of life.
            tracing::warn!(%error, "what became of visits was not noted");
        }
    }
}
