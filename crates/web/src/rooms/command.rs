//! Commands of a page in a call, the same over the socket and by POST. What a leader may do is asked from the roster in
//! the transaction that does it (CALL-I3).

use std::sync::Arc;

use calls::{CallId, CallRules, CallerOf, Ground, LeaderOf, Source};
use media::{Tile, Viewport};
use messenger::Reaction;
use school::{PersonId, Viewer};
use serde::{Deserialize, Serialize};
use store::{Act, Actor, Lane, UtcInstant, WriteTx};
use time::Date;

use super::admit::Joined;
use super::backend::media_source;
use super::frame::{self, Three, parse_peer};
use super::limits::TILES;
use super::line::Part;
use super::{Line, Rooms};
use crate::failure::calls::CallFault;
use crate::flows::{ground_of, tell_of_call};
use crate::{App, Failure};

/// What a page asks for. `re` comes back with the answer.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Command {
    Join { re: u64, offer: String },
    Restart { re: u64, offer: String },
    Leave { re: u64 },
    Viewport { re: u64, tiles: Vec<Shown>, audio_only: bool },
    Sends { re: u64, microphone: bool, camera: bool, screen: bool },
    Hand { re: u64, up: bool },
    React { re: u64, reaction: String },
    Lower { re: u64, person: Option<PersonId> },
    Allow { re: u64, person: PersonId, source: String, on: bool },
    Rules { re: u64, quiet: bool, microphones: bool, cameras: bool, screens: bool, anew: Vec<String> },
    Remove { re: u64, person: PersonId },
    Back { re: u64, person: PersonId },
    End { re: u64 },
}

/// A tile that a page shows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    peer: String,
    source: String,
    height: u16,
}

/// What a command is answered with.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(crate) enum Answer {
    /// It is done.
    Done { re: u64 },
    /// The answer to an offer.
    #[serde(rename = "answer")]
    Taken { re: u64, sdp: String, peer: String },
    /// Nobody leads yet.
    Wait { re: u64 },
    /// It is not done.
    No {
        re: u64,
        code: &'static str,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        retry: Option<u64>,
    },
}

impl Command {
    const fn re(&self) -> u64 {
        match self {
            Self::Join { re, .. }
            | Self::Restart { re, .. }
            | Self::Leave { re }
            | Self::Viewport { re, .. }
            | Self::Sends { re, .. }
            | Self::Hand { re, .. }
            | Self::React { re, .. }
            | Self::Lower { re, .. }
            | Self::Allow { re, .. }
            | Self::Rules { re, .. }
            | Self::Remove { re, .. }
            | Self::Back { re, .. }
            | Self::End { re } => *re,
        }
    }
}

/// The refusal of a command.
pub(super) fn refusal(re: u64, failure: &Failure, retry: Option<u64>) -> Answer {
    let said = failure.said();
    Answer::No { re, code: said.code, text: said.text.say(), retry }
}

/// Runs a command; it is always answered.
pub(super) async fn run(app: &Arc<App>, line: &Arc<Line>, actor: &Actor, command: Command) -> Answer {
    let re = command.re();
    match carry_out(app, line, actor, command).await {
        Ok(answer) => answer,
        Err(failure) => {
            tracing::info!(code = failure.said().code, cause = %failure, "a command of a call was refused");
            refusal(re, &failure, None)
        }
    }
}

fn source_of(word: &str) -> Result<Source, Failure> {
    Source::from_word(word).ok_or(Failure::BadForm)
}

async fn carry_out(
    app: &Arc<App>,
    line: &Arc<Line>,
    actor: &Actor,
    command: Command,
) -> Result<Answer, Failure> {
    let rooms = &app.rooms;
    let by = By { app, line, actor };
    match command {
        Command::Join { re, offer } => Ok(joined(re, rooms.join(app, line, offer).await?)),
        Command::Restart { re, offer } => Ok(joined(re, rooms.restart(line, offer).await?)),
        Command::Leave { re } => {
            rooms.leave(line);
            Ok(Answer::Done { re })
        }
        Command::Viewport { re, tiles, audio_only } => {
            rooms.show(line, tiles, audio_only)?;
            Ok(Answer::Done { re })
        }
        Command::Sends { re, microphone, camera, screen } => {
            rooms.claim(line, Three { microphone, camera, screen })?;
            Ok(Answer::Done { re })
        }
        Command::Hand { re, up } => {
            by.raise(up).await?;
            Ok(Answer::Done { re })
        }
        Command::React { re, reaction } => {
            let reaction = Reaction::from_word(&reaction).ok_or(Failure::BadForm)?;
            rooms.react(line, reaction)?;
            Ok(Answer::Done { re })
        }
        Command::Lower { re, person } => {
            by.lead(move |tx, leader, _| Ok(calls::lower(tx, leader, person).map(|_| None)?)).await?;
            Ok(Answer::Done { re })
        }
        Command::Allow { re, person, source, on } => {
            let source = source_of(&source)?;
            by.lead(move |tx, leader, _| Ok(calls::allow(tx, leader, person, source, on).map(|_| None)?))
                .await?;
            Ok(Answer::Done { re })
        }
        Command::Rules { re, quiet, microphones, cameras, screens, anew } => {
            let rules = CallRules { quiet, microphones, cameras, screens };
            let anew = anew.iter().map(|word| source_of(word)).collect::<Result<Vec<_>, _>>()?;
            by.lead(move |tx, leader, _| Ok(calls::set_rules(tx, leader, rules, &anew)?)).await?;
            Ok(Answer::Done { re })
        }
        Command::Remove { re, person } => {
            by.lead(move |tx, leader, now| Ok(calls::keep_out(tx, now, leader, person)?)).await?;
            Ok(Answer::Done { re })
        }
        Command::Back { re, person } => {
            by.lead(move |tx, leader, _| Ok(calls::let_back(tx, leader, person)?)).await?;
            Ok(Answer::Done { re })
        }
        Command::End { re } => {
            by.lead(move |tx, leader, now| {
                let act = calls::finish(tx, now, leader)?;
                if act.is_some() {
                    tell_of_call(tx, now, leader.call().place)?;
                }
                Ok(act)
            })
            .await?;
            Ok(Answer::Done { re })
        }
    }
}

fn joined(re: u64, joined: Joined) -> Answer {
    match joined {
        Joined::In { sdp, peer } => Answer::Taken { re, sdp, peer },
        Joined::Waits => Answer::Wait { re },
    }
}

/// Whoever commands.
struct By<'a> {
    app: &'a App,
    line: &'a Line,
    actor: &'a Actor,
}

/// What a write needs besides the transaction.
struct Asked {
    viewer: Viewer,
    call: CallId,
    zone: school::Zone,
    now: UtcInstant,
    today: Date,
}

impl Asked {
    fn ground(&self, tx: &WriteTx<'_>) -> Result<Ground, Failure> {
        let call = calls::find_call(tx, self.call)?.ok_or(Failure::Denied)?;
        if !call.is_live() {
            return Err(CallFault::Over.into());
        }
        ground_of(tx, &self.zone, &call)?.ok_or(Failure::Denied)
    }
}

impl By<'_> {
    fn asked(&self) -> Asked {
        let (zone, now) = (self.app.school().zone.clone(), self.app.clock.now());
        let today = zone.date(now);
        Asked { viewer: self.line.viewer, call: self.line.call, zone, now, today }
    }

    /// Does what only whoever leads may, and waits until it is in force.
    async fn lead<F>(&self, deed: F) -> Result<(), Failure>
    where
        F: for<'t> FnOnce(&mut WriteTx<'t>, &LeaderOf<'t>, UtcInstant) -> Result<Option<Act>, Failure>
            + Send
            + 'static,
    {
        let (asked, actor) = (self.asked(), self.actor.clone());
        self.app
            .store
            .write_in(Lane::Chat, move |tx| {
                let ground = asked.ground(tx)?;
                let leader = LeaderOf::ask(tx, &asked.viewer, asked.call, &ground, asked.today)?;
                if let Some(act) = deed(tx, &leader, asked.now)? {
                    tx.audit(asked.now, &actor, act)?;
                }
                Ok::<_, Failure>(())
            })
            .await?;
        self.app.rooms.look(self.app, self.line.call).await
    }

    async fn raise(&self, up: bool) -> Result<(), Failure> {
        let asked = self.asked();
        self.app
            .store
            .write_in(Lane::Chat, move |tx| {
                let ground = asked.ground(tx)?;
                let caller = CallerOf::ask(tx, &asked.viewer, asked.call, &ground, asked.today)?;
                Ok::<_, Failure>(calls::raise(tx, asked.now, &caller, up).map(drop)?)
            })
            .await?;
        self.app.rooms.look(self.app, self.line.call).await
    }
}

impl Rooms {
    /// Hands on what a page shows.
    fn show(&self, line: &Line, tiles: Vec<Shown>, audio_only: bool) -> Result<(), Failure> {
        let tile = |shown: Shown| {
            let peer = parse_peer(&shown.peer).ok_or(Failure::BadForm)?;
            Ok(Tile { peer, source: media_source(source_of(&shown.source)?), height: shown.height })
        };
        let tiles = tiles.into_iter().take(TILES).map(tile).collect::<Result<Vec<_>, Failure>>()?;
        let state = self.state();
        let room = state.rooms.get(&line.call).ok_or(CallFault::NotIn)?;
        let peer = room.lines.get(&line.id).and_then(|seated| seated.peer).ok_or(CallFault::NotIn)?;
        if let (Some(media), Some(carried)) = (self.media(), room.media) {
            media.look((carried, peer), Viewport { tiles, audio_only });
        }
        Ok(())
    }

    /// Takes what a page says is switched on.
    fn claim(&self, line: &Line, claims: Three) -> Result<(), Failure> {
        let mut state = self.state();
        let room = state.rooms.get_mut(&line.call).ok_or(CallFault::NotIn)?;
        let id = room.lines.get(&line.id).and_then(|seated| seated.peer).ok_or(CallFault::NotIn)?;
        let peer = room.peers.get_mut(&id).ok_or(CallFault::NotIn)?;
        if peer.claims != claims {
            peer.claims = claims;
            room.stir(Part::People);
        }
        Ok(())
    }

    /// Shows a reaction to everybody in the call.
    fn react(&self, line: &Line, reaction: Reaction) -> Result<(), Failure> {
        let state = self.state();
        let room = state.rooms.get(&line.call).ok_or(CallFault::NotIn)?;
        room.lines.get(&line.id).and_then(|seated| seated.peer).ok_or(CallFault::NotIn)?;
        let frame = frame::reaction(line.person(), reaction);
        room.peers.values().for_each(|peer| peer.line.tell(Arc::clone(&frame)));
        Ok(())
    }
}
