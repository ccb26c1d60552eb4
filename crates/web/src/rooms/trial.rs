//! Tries of the network before any call (CALL-F34): a room of the back end in which one person is alone, who may neither
//! send nor see, for some seconds. It is no call: nothing of it is written, and there is no way for anybody else to be
//! let in.

use std::time::Instant;

use calls::Permissions;
use media::{Event, OfferError, PeerId, RoomId};
use school::Viewer;
use tokio::sync::oneshot;

use super::limits::{ANSWER, TRIAL};
use super::{Rooms, State};
use crate::failure::calls::CallFault;
use crate::{App, Failure};

/// One try that goes on.
pub(super) struct Trial {
    viewer: Viewer,
    begun: Instant,
}

impl Rooms {
    /// Answers the offer of a page that tries its network. A person has one try at a time: the next one ends it.
    pub(crate) async fn try_network(
        &self,
        app: &App,
        viewer: Viewer,
        offer: String,
    ) -> Result<String, Failure> {
        let media = self.media().ok_or(CallFault::Off)?;
        let [room, peer] = [(); 2].map(|()| u128::from_le_bytes(app.random.bytes()));
        let room = RoomId(room);
        let (tell, told) = oneshot::channel();
        {
            let mut state = self.state();
            self.end_trials(&mut state, |trial| trial.viewer.person() == viewer.person());
            if state.trials.len() >= app.settings.calls.trials {
                return Err(CallFault::Trials.into());
            }
            media.open(room).map_err(CallFault::Room)?;
            state.trials.insert(room, Trial { viewer, begun: Instant::now() });
            media.admit((room, PeerId(peer)), offer, Permissions::NONE, move |answer| {
                // Whoever asked may have given up.
                let _ = tell.send(answer);
            });
        }
        let fault = match tokio::time::timeout(ANSWER, told).await {
            Ok(Ok(Ok(answer))) => return Ok(answer.sdp),
            Ok(Ok(Err(fault))) => fault,
            Ok(Err(_)) | Err(_) => OfferError::Busy,
        };
        self.end_trial(room);
        Err(CallFault::Offer(fault).into())
    }

    /// Takes what the back end tells of a try; false when it is told of something else.
    pub(super) fn take_of_trial(&self, event: &Event) -> bool {
        let (room, is_over) = match event {
            Event::Left { room, .. } | Event::RoomFailed { room } => (*room, true),
            Event::Connected { room, .. }
            | Event::Flowing { room, .. }
            | Event::Ceased { room, .. }
            | Event::Slots { room, .. }
            | Event::Speakers { room, .. }
            | Event::Network { room, .. } => (*room, false),
        };
        let is_trial = self.state().trials.contains_key(&room);
        if is_trial && is_over {
            self.end_trial(room);
        }
        is_trial
    }

    fn end_trial(&self, room: RoomId) {
        if self.state().trials.remove(&room).is_some()
            && let Some(media) = self.media()
        {
            media.close(room);
        }
    }

    fn end_trials(&self, state: &mut State, is_over: impl Fn(&Trial) -> bool) {
        for (room, _) in state.trials.extract_if(|_, trial| is_over(trial)) {
            if let Some(media) = self.media() {
                media.close(room);
            }
        }
    }

    /// Ends the tries of a session.
    pub(super) fn end_trials_of(&self, session: school::PortalSessionId) {
        self.end_trials(&mut self.state(), |trial| trial.viewer.session() == session);
    }

    /// Ends the tries whose time is over: their pages have left, or the network lets nothing through.
    pub(super) fn sweep_trials(&self, moment: Instant) {
        self.end_trials(&mut self.state(), |trial| moment.duration_since(trial.begun) >= TRIAL);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use media::{Event, PeerId, Reason, RoomId};
    use testkit::World;

    use super::super::Rooms;
    use super::super::limits::TRIAL;
    use super::Trial;
    use crate::Clock;

    #[test]
    fn a_try_ends_with_its_page_and_with_its_time() {
        // CALL-F34, CALL-I5
        let world = World::build(&[]);
        let rooms = Rooms::open(&world.store, Clock::System);
        let begun = Instant::now();
        let [varya, demyan] = ["varya", "demyan"].map(|who| world.viewer(who));
        for (room, viewer) in [(1, varya), (2, demyan)] {
            rooms.state().trials.insert(RoomId(room), Trial { viewer, begun });
        }
        let trials = || rooms.state().trials.len();
        let peer = PeerId(9);
        assert!(!rooms.take_of_trial(&Event::RoomFailed { room: RoomId(3) }), "a room of a call");
        assert!(rooms.take_of_trial(&Event::Connected { room: RoomId(1), peer }));
        assert_eq!(trials(), 2);
        assert!(rooms.take_of_trial(&Event::Left { room: RoomId(1), peer, reason: Reason::Goodbye }));
        assert_eq!(trials(), 1);
        rooms.end_trials_of(varya.session());
        rooms.sweep_trials(begun + TRIAL - Duration::from_millis(1));
        assert_eq!(trials(), 1);
        rooms.sweep_trials(begun + TRIAL);
        assert_eq!(trials(), 0);
        rooms.state().trials.insert(RoomId(4), Trial { viewer: varya, begun });
        rooms.end_session(varya.session());
        assert_eq!(trials(), 0);
    }
}
