//! Lines that come, people who are let in and who leave.

use std::sync::Arc;
use std::time::Instant;

use calls::{CallId, CallerOf, EnterError, Entered, LeaveWhy, Note, Part as PartIn, Permissions, VisitId};
use media::{Answer, OfferError, PeerId, RoomId};
use school::Viewer;
use store::Lane;
use tokio::sync::oneshot;

use super::frame::{Out, Three, peer_word};
use super::limits::{ANSWER, LINES_OF_CALL, LINES_OF_SESSION};
use super::line::{Line, Over, Part};
use super::look::{Standing, ends_of, standing_of};
use super::room::{Peer, Room, Seated};
use super::{Rooms, State, Told};
use crate::failure::calls::CallFault;
use crate::flows::{about_call, ground_of, tell_of_call};
use crate::{App, Failure};

type Awaited = oneshot::Receiver<Result<Answer, OfferError>>;

/// What came of asking to be let in.
pub(super) enum Joined {
    /// With the answer to the offer.
    In { sdp: String, peer: String },
    /// Nobody leads yet.
    Waits,
}

impl Rooms {
    /// Takes up a lost line, or opens a new one.
    pub(crate) async fn line(
        &self,
        app: &App,
        viewer: Viewer,
        call: CallId,
        token: Option<&str>,
    ) -> Result<Arc<Line>, Failure> {
        if let Some(line) = token.and_then(|token| self.find_line(&viewer, call, token)) {
            return Ok(line);
        }
        let zone = app.school().zone.clone();
        let today = zone.date(app.clock.now());
        let read = move |tx: &store::ReadTx<'_>| {
            let found = calls::find_call(tx, call)?.filter(calls::Call::is_live).ok_or(Failure::NotFound)?;
            let ground = ground_of(tx, &zone, &found)?.ok_or(Failure::NotFound)?;
            let standing = standing_of(tx, &viewer, call, &ground, today)?;
            let about = about_call(tx, &viewer, &found, &ground, today)?;
            Ok::<_, Failure>((found, ends_of(&ground), standing, about))
        };
        let (found, ends, standing, about) = app.store.read(read).await?;
        let id = u128::from_le_bytes(app.random.bytes());
        let line = Arc::new(Line::new(id, call, viewer, Instant::now()));
        let now = self.clock.now();
        let mut state = self.state();
        let own = |seated: &&Seated| seated.line.viewer.session() == viewer.session();
        let mut of_session = state.rooms.values().flat_map(|room| room.lines.values()).filter(own).count();
        if of_session >= LINES_OF_SESSION && self.give_way(&mut state, &viewer) {
            of_session -= 1;
        }
        let room = state.rooms.entry(call).or_insert_with(|| Room::new(found, ends, now));
        if of_session >= LINES_OF_SESSION || room.lines.len() >= LINES_OF_CALL {
            self.tidy(&mut state, call);
            return Err(Failure::SlowDown);
        }
        let Standing { part, may, name, .. } = standing;
        let seated = Seated { line: Arc::clone(&line), name, part, may, about, peer: None, waits: false };
        room.lines.insert(id, seated);
        drop(state);
        // What was committed between the read and here is seen by this look.
        self.look_again(call);
        Ok(line)
    }

    /// Ends the line of a session that has been lost for longest, unless it is in the call: whoever leaves and comes back,
    /// or opens the page again and again, is not kept out by what they have left behind.
    fn give_way(&self, state: &mut State, viewer: &Viewer) -> bool {
        let left =
            |seated: &&Seated| seated.line.viewer.session() == viewer.session() && seated.peer.is_none();
        let lines = state.rooms.values().flat_map(|room| room.lines.values()).filter(left);
        let oldest =
            lines.filter_map(|seated| Some((seated.line.lost()?, seated.line.id, seated.line.call))).min();
        let Some((_, id, call)) = oldest else { return false };
        if let Some(room) = state.rooms.get_mut(&call) {
            room.end_line(id, Over::Denied);
        }
        self.tidy(state, call);
        true
    }

    /// A line by its number, of this session only.
    pub(super) fn find_line(&self, viewer: &Viewer, call: CallId, token: &str) -> Option<Arc<Line>> {
        let id = super::frame::parse_peer(token)?.0;
        let state = self.state();
        let line = &state.rooms.get(&call)?.lines.get(&id)?.line;
        (line.viewer == *viewer && !line.is_over()).then(|| Arc::clone(line))
    }

    /// Lets a person in by the offer of their browser: first the domain, then, unless the right is gone meanwhile, the
    /// back end.
    pub(super) async fn join(&self, app: &App, line: &Arc<Line>, offer: String) -> Result<Joined, Failure> {
        if self.media().is_none() {
            return Err(CallFault::Off.into());
        }
        let (now, viewer, call) = (self.clock.now(), line.viewer, line.call);
        let zone = app.school().zone.clone();
        let today = zone.date(now);
        let limits = app.settings.calls.limits;
        let entered = app
            .store
            .write_in(Lane::Chat, move |tx| {
                let found = calls::find_call(tx, call)?.ok_or(Failure::Denied)?;
                let ground = ground_of(tx, &zone, &found)?.ok_or(Failure::Denied)?;
                let by = CallerOf::ask(tx, &viewer, call, &ground, today)?;
                let entered = calls::enter(tx, now, &by, limits).map_err(Failure::from)?;
                if matches!(entered, Entered::In { opened: true, .. }) {
                    tell_of_call(tx, now, found.place)?;
                }
                Ok::<_, Failure>((entered, by.part()))
            })
            .await;
        let (entered, part) = match entered {
            Ok(entered) => entered,
            Err(Failure::Call(CallFault::Enter(EnterError::State(_)))) => {
                self.look_again(call);
                return Err(CallFault::Over.into());
            }
            Err(error) => return Err(error),
        };
        let Entered::In { visit, may, call: stands, opened } = entered else {
            self.wait(line);
            return Ok(Joined::Waits);
        };
        if let Err(error) = self.seat(app, line, visit, part, may, stands) {
            self.note(visit, Note::Left(LeaveWhy::Failed));
            return Err(error);
        }
        // Between the commit and the seat a right may have ended; from the seat on every commit finds it.
        self.look(app, call).await?;
        let answer = match self.offer(line, visit, offer) {
            Some((peer, told)) => match tokio::time::timeout(ANSWER, told).await {
                Ok(Ok(Ok(answer))) => Ok((peer, answer)),
                Ok(Ok(Err(error))) => Err(error),
                Ok(Err(_)) | Err(_) => Err(OfferError::Busy),
            },
            None => return Err(Failure::Denied),
        };
        if opened {
            self.look_again(call);
        }
        match answer {
            Ok((peer, answer)) => Ok(Joined::In { sdp: answer.sdp, peer: peer_word(peer) }),
            Err(error) => {
                self.fail(line, visit);
                Err(CallFault::Offer(error).into())
            }
        }
    }

    fn wait(&self, line: &Line) {
        let mut state = self.state();
        let Some(room) = state.rooms.get_mut(&line.call) else { return };
        if let Some(seated) = room.lines.get_mut(&line.id) {
            seated.waits = true;
        }
        room.stir(Part::Call);
    }

    /// Gives a visit its place in the room. Whoever is in already is replaced, and keeps the number of the connection.
    fn seat(
        &self,
        app: &App,
        line: &Arc<Line>,
        visit: VisitId,
        part: PartIn,
        may: Permissions,
        stands: calls::Call,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let mut guard = self.state();
        let state: &mut State = &mut guard;
        let room = state.rooms.get_mut(&line.call).ok_or(Failure::Denied)?;
        room.call = stands;
        let name = room.lines.get(&line.id).ok_or(Failure::Denied)?.name.clone();
        if room.media.is_none() {
            let carried = RoomId(u128::from_le_bytes(app.random.bytes()));
            let media = self.media().ok_or(CallFault::Off)?;
            media.open(carried).map_err(CallFault::Room)?;
            room.media = Some(carried);
            state.carried.insert(carried, line.call);
        }
        let before = room.peer_of(line.person());
        let id = before.unwrap_or_else(|| PeerId(u128::from_le_bytes(app.random.bytes())));
        if let Some(old) = before.and_then(|id| room.peers.remove(&id)) {
            self.note(old.visit, Note::Left(LeaveWhy::Replaced));
            if old.line.id != line.id {
                old.line.tell(super::frame::out(Out::Left(LeaveWhy::Replaced)));
                if let Some(seated) = room.lines.get_mut(&old.line.id) {
                    seated.peer = None;
                }
            }
        }
        let peer = Peer {
            person: line.person(),
            name,
            part,
            may,
            muted: false,
            visit,
            line: Arc::clone(line),
            claims: Three::default(),
            slots: Vec::new(),
            network: None,
            taken: false,
        };
        room.peers.insert(id, peer);
        if let Some(seated) = room.lines.get_mut(&line.id) {
            (seated.peer, seated.waits, seated.part, seated.may) = (Some(id), false, part, may);
        }
        room.count_absence(now);
        room.stir(Part::People);
        room.stir(Part::Call);
        line.due(Part::Speakers);
        Ok(())
    }

    /// Hands the offer over, if the visit still has its place.
    fn offer(&self, line: &Line, visit: VisitId, offer: String) -> Option<(PeerId, Awaited)> {
        let state = self.state();
        let room = state.rooms.get(&line.call)?;
        let (id, peer) = room.peers.iter().find(|(_, peer)| peer.visit == visit)?;
        let (media, carried) = (self.media()?, room.media?);
        let (tell, told) = oneshot::channel();
        let (order, id) = (self.told.get()?.clone(), *id);
        media.admit((carried, id), offer, peer.may, move |answer| {
            if answer.is_ok() {
                // At the very end nobody listens any more.
                let _ = order.send(Told::Taken { room: carried, peer: id, visit });
            }
            // Whoever asked may have given up.
            let _ = tell.send(answer);
        });
        Some((id, told))
    }

    /// Takes a visit back that could not be carried on.
    fn fail(&self, line: &Line, visit: VisitId) {
        let now = self.clock.now();
        let mut state = self.state();
        if let Some(room) = state.rooms.get_mut(&line.call) {
            let found = room.peers.iter().find(|(_, peer)| peer.visit == visit).map(|(id, _)| *id);
            if let Some(peer) = found {
                self.put_out(room, peer, Out::Left(LeaveWhy::Failed), now);
            }
        }
        self.tidy(&mut state, line.call);
    }

    /// The second offer of somebody who is in.
    pub(super) async fn restart(&self, line: &Line, offer: String) -> Result<Joined, Failure> {
        let asked = {
            let state = self.state();
            let room = state.rooms.get(&line.call);
            let peer = room.and_then(|room| room.lines.get(&line.id)).and_then(|seated| seated.peer);
            let carried = room.and_then(|room| room.media);
            let (Some(media), Some(carried), Some(peer)) = (self.media(), carried, peer) else {
                return Err(CallFault::NotIn.into());
            };
            let (tell, told) = oneshot::channel();
            media.restart((carried, peer), offer, move |answer| {
                let _ = tell.send(answer);
            });
            (peer, told)
        };
        let (peer, told) = asked;
        match tokio::time::timeout(ANSWER, told).await {
            Ok(Ok(Ok(answer))) => Ok(Joined::In { sdp: answer.sdp, peer: peer_word(peer) }),
            Ok(Ok(Err(error))) => Err(CallFault::Offer(error).into()),
            Ok(Err(_)) | Err(_) => Err(CallFault::Offer(OfferError::Busy).into()),
        }
    }

    /// Lets a person go who wants to.
    pub(super) fn leave(&self, line: &Line) {
        let now = self.clock.now();
        let mut state = self.state();
        if let Some(room) = state.rooms.get_mut(&line.call)
            && let Some(seated) = room.lines.get_mut(&line.id)
        {
            seated.waits = false;
            match seated.peer {
                Some(peer) => self.put_out(room, peer, Out::Left(LeaveWhy::Own), now),
                None => room.stir(Part::Call),
            }
        }
        self.tidy(&mut state, line.call);
    }
}
