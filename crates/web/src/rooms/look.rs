//! Looks at the rights of everybody at a call, in one read, and makes the back end obey (CALL-I1, CALL-I3).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use calls::{Call, CallId, CallerOf, Ground, Hand, LeaveWhy, Part as PartIn, Permissions};
use school::{PersonId, Viewer, Zone};
use store::{ReadTx, UtcInstant};
use time::Date;

use super::Rooms;
use super::frame::Out;
use super::line::{Over, Part};
use super::room::Room;
use crate::flows::ground_of;
use crate::{App, Failure};

/// What the base says of one person at a call.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) part: PartIn,
    pub(super) may: Permissions,
    pub(super) muted: bool,
    pub(super) kept_out: bool,
    pub(super) name: String,
}

/// What the base says of a call and of those at it.
struct Look {
    call: Call,
    /// When the clock ends it.
    ends: Option<UtcInstant>,
    hands: Vec<Hand>,
    kept_out: Vec<(PersonId, String)>,
    /// Nothing for whoever has no right any more.
    standings: HashMap<Viewer, Option<Standing>>,
}

/// How a person stands to a call, asked as of anybody who comes in.
pub(super) fn standing_of(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    call: CallId,
    ground: &Ground,
    today: Date,
) -> Result<Standing, Failure> {
    let by = CallerOf::ask(tx, viewer, call, ground, today)?;
    let marks = calls::marks_of(tx, call, by.person())?;
    let name = school::name_of(tx, by.person())?;
    Ok(Standing {
        part: by.part(),
        may: calls::permissions(by.call().state, by.part(), by.call().rules, marks),
        muted: marks.microphone == Some(false),
        kept_out: by.is_kept_out(),
        name: name.map(|name| name.short()).unwrap_or_default(),
    })
}

/// When the clock ends a call.
pub(super) fn ends_of(ground: &Ground) -> Option<UtcInstant> {
    match ground {
        Ground::Chat => None,
        Ground::Lesson(facts) => Some(facts.window().closes),
    }
}

fn look(
    tx: &ReadTx<'_>,
    call: CallId,
    viewers: &[Viewer],
    zone: &Zone,
    today: Date,
) -> Result<Option<Look>, Failure> {
    let Some(found) = calls::find_call(tx, call)? else { return Ok(None) };
    // A lesson that is gone from the timetable gives nobody a right.
    let Some(ground) = ground_of(tx, zone, &found)? else { return Ok(None) };
    let mut standings = HashMap::new();
    for viewer in viewers {
        let standing = match standing_of(tx, viewer, call, &ground, today) {
            Ok(standing) => Some(standing),
            Err(Failure::Denied) => None,
            Err(error) => return Err(error),
        };
        standings.insert(*viewer, standing);
    }
    let out = calls::kept_out(tx, call)?;
    let names = school::names_of(tx, &out)?;
    let named = |person: PersonId| Some((person, names.get(&person)?.short()));
    Ok(Some(Look {
        ends: ends_of(&ground),
        hands: calls::hands(tx, call)?,
        kept_out: out.into_iter().filter_map(named).collect(),
        call: found,
        standings,
    }))
}

impl Rooms {
    /// Looks at a call now; after it the back end has what the base says.
    pub(crate) async fn look(&self, app: &App, call: CallId) -> Result<(), Failure> {
        let _one_at_a_time = self.looking.lock().await;
        let viewers: Vec<Viewer> = match self.state().rooms.get(&call) {
            Some(room) => room.lines.values().map(|seated| seated.line.viewer).collect(),
            None => return Ok(()),
        };
        let zone = app.school().zone.clone();
        let today = zone.date(app.clock.now());
        let look = app.store.read(move |tx| look(tx, call, &viewers, &zone, today)).await?;
        self.obey(call, look);
        Ok(())
    }

    /// Puts into force what the base said. Who came after the read is left to the next look, for which they have asked.
    fn obey(&self, call: CallId, look: Option<Look>) {
        let now = self.clock.now();
        let mut state = self.state();
        let Some(room) = state.rooms.get_mut(&call) else { return };
        match look {
            Some(look) if look.call.is_live() => self.set(room, look, now),
            // The call is over, or was taken out as one that nobody entered.
            Some(_) | None => {
                for peer in room.peers.keys().copied().collect::<Vec<_>>() {
                    self.put_out(room, peer, Out::Left(LeaveWhy::Ended), now);
                }
                for seated in room.lines.values_mut().filter(|seated| seated.waits) {
                    seated.waits = false;
                    seated.line.tell(super::frame::out(Out::Left(LeaveWhy::Ended)));
                }
                if let Some(look) = look {
                    room.call = look.call;
                }
                room.stir(Part::Call);
            }
        }
        self.tidy(&mut state, call);
    }

    fn set(&self, room: &mut Room, look: Look, now: UtcInstant) {
        let Look { call, ends, hands, kept_out, standings } = look;
        let opened = !room.is_open() && call.state == calls::CallState::Open;
        room.call = call;
        room.ends = ends;
        let hands_changed = room.hands != hands;
        room.hands = hands;
        room.kept_out = kept_out;
        let lines: Vec<u128> = room.lines.keys().copied().collect();
        let mut people_changed = hands_changed || opened;
        for line in lines {
            let Some(seated) = room.lines.get_mut(&line) else { continue };
            let Some(standing) = standings.get(&seated.line.viewer) else { continue };
            let Some(standing) = standing else {
                self.end_line(room, line, Over::Denied, now);
                continue;
            };
            seated.part = standing.part;
            seated.may = standing.may;
            let Some(id) = seated.peer else { continue };
            let Some(peer) = room.peers.get_mut(&id) else { continue };
            if standing.kept_out {
                self.put_out(room, id, Out::Left(LeaveWhy::Removed), now);
            } else if !standing.may.is_in() {
                self.put_out(room, id, Out::Waits, now);
            } else {
                let same = (peer.may, peer.part, peer.muted) == (standing.may, standing.part, standing.muted);
                if !same {
                    people_changed = true;
                    if let (Some(media), Some(carried)) = (self.media(), room.media)
                        && peer.may != standing.may
                    {
                        media.permit((carried, id), standing.may);
                    }
                    (peer.may, peer.part, peer.muted) = (standing.may, standing.part, standing.muted);
                }
            }
        }
        room.count_absence(now);
        room.stir(Part::Call);
        if people_changed {
            room.stir(Part::People);
        }
    }
}

/// Looks at calls as they are named stale, until the program ends.
pub(super) async fn look_when_asked(app: Arc<App>) {
    loop {
        tokio::select! {
            () = app.rooms.stirred.notified() => {}
            () = app.drained() => return,
        }
        loop {
            let next = app.rooms.stale.lock().unwrap_or_else(PoisonError::into_inner).pop_first();
            let Some(call) = next else { break };
            if let Err(error) = app.rooms.look(&app, call).await {
                // The job looks again soon.
                tracing::warn!(%error, "the rights of a call were not looked at");
            }
        }
    }
}
