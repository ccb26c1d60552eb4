//! What reaches whom: live, from what the server keeps in memory, and after any pause from a cursor. Every change that
//! the model knows of, to everybody who may see it, once, in order (MSG-I5, MSG-I7, MSG-I9).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use messenger::{Change, Places};
use school::{Denied, Present};
use store::{Commit, Event};

use crate::roster::{Key, PEOPLE};
use crate::{Run, kit::Chats};

/// A change of a message: the command, the chat by its place, what happened, to which message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happened {
    pub g: i64,
    pub room: usize,
    pub what: What,
    pub seq: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Sent,
    Edited,
    Deleted,
    Touched,
    Pinned,
}

pub struct Feed {
    places: Places,
    /// The next commit, when there is one.
    watched: Box<dyn FnMut() -> Option<Arc<Commit>>>,
    /// From which number on somebody has to be told; whoever is not here is connected.
    away: BTreeMap<Key, i64>,
    pub log: Vec<Happened>,
    /// So many of them have been compared with what the server told.
    delivered: usize,
}

fn watch(chats: &Chats) -> Box<dyn FnMut() -> Option<Arc<Commit>>> {
    let mut commits = chats.world.store.watch();
    Box::new(move || commits.try_recv().ok())
}

impl Feed {
    pub fn open(chats: &Chats) -> Self {
        let (watched, places) = (watch(chats), chats.world.read(Places::load));
        Self { places, watched, away: BTreeMap::new(), log: Vec::new(), delivered: 0 }
    }

    pub fn leave(&mut self, who: Key, upto: i64) {
        self.away.entry(who).or_insert(upto);
    }
}

impl Run {
    /// Notes what a deed has changed, to be compared with what the server tells.
    pub fn happened(&mut self, g: i64, room: usize, what: What, seq: i64) {
        self.feed.log.push(Happened { g, room, what, seq });
    }

    /// Closes the base and opens it anew: everybody's line breaks.
    pub fn restart(&mut self) {
        self.deliver();
        let upto = self.upto();
        for who in PEOPLE {
            self.feed.leave(who, upto);
        }
        self.chats.world.reopen();
        self.feed.watched = watch(&self.chats);
        self.feed.places = self.chats.world.read(Places::load);
    }

    /// Whether the model lets somebody see a change now.
    fn may_see(&self, who: Key, happened: &Happened) -> bool {
        let place = self.rooms[happened.room].inside.get(who);
        place.is_some_and(|place| place.joined_g <= happened.g && place.visible_from <= happened.seq)
    }

    fn read_event(&self, event: &Event) -> Option<Happened> {
        let (chat, change) = Change::of(event)?;
        let (what, seq) = match change {
            Change::Sent { seq, .. } => (What::Sent, seq),
            Change::Edited { seq, .. } => (What::Edited, seq),
            Change::Deleted { seq, .. } => (What::Deleted, seq),
            Change::Touched { seq, .. } => (What::Touched, seq),
            Change::Pinned { seq, .. } => (What::Pinned, seq),
            Change::Read { .. }
            | Change::Joined { .. }
            | Change::Left { .. }
            | Change::Seated { .. }
            | Change::Titled
            | Change::Called
            | Change::Silenced { .. } => {
                return None;
            }
        };
        let room = self.rooms.iter().position(|room| room.id == chat)?;
        Some(Happened { g: event.g, room, what, seq })
    }

    /// Takes what was committed since the last call and compares it with what the model has noted since.
    pub fn deliver(&mut self) {
        let known = std::mem::replace(&mut self.feed.delivered, self.feed.log.len());
        let mut told = Vec::new();
        while let Some(commit) = (self.feed.watched)() {
            for event in &commit.events {
                self.feed.places.apply(event);
            }
            for event in &commit.events {
                let Some(happened) = self.read_event(event) else { continue };
                told.push(happened);
                let receivers: BTreeSet<_> = self.feed.places.receivers(event).collect();
                for who in PEOPLE {
                    let gets = receivers.contains(&self.chats.world.person(who));
                    assert_eq!(gets, self.may_see(who, &happened), "{who} {happened:?}");
                }
                if happened.what != What::Touched && happened.what != What::Pinned {
                    self.compare_text(event, &happened);
                }
            }
        }
        assert_eq!(told, self.feed.log[known..], "what the server told");
        assert_eq!(self.feed.places, self.chats.world.read(Places::load), "what the server keeps in memory");
    }

    fn compare_text(&self, event: &Event, happened: &Happened) {
        let line: serde_json::Value = serde_json::from_str(event.live.as_deref().unwrap()).unwrap();
        let said = &self.rooms[happened.room].said[usize::try_from(happened.seq).unwrap() - 1];
        assert_eq!(line["text"].as_str(), said.text.as_deref(), "{happened:?}");
        assert_eq!(line["rev"].as_i64(), Some(said.rev), "{happened:?}");
    }

    /// Lets somebody's line break, or come back: then everything that is due comes, in pages of any size.
    pub fn come_and_go(&mut self, who: Key) {
        let upto = self.upto();
        let Some(from) = self.feed.away.remove(&who) else {
            self.feed.leave(who, upto);
            return;
        };
        if self.roster.blocked.contains(who) {
            self.feed.leave(who, from);
            return;
        }
        let viewer = self.chats.viewer(who);
        let upto = self.upto();
        let (mut after, mut got) = (from, Vec::new());
        while after < upto {
            let limit = 1 + self.random.below(30);
            let due = self.chats.world.read(|tx| {
                let by = Present::ask(tx, &viewer)?;
                messenger::events_after(tx, &by, after, upto, limit).map_err(Denied::from)
            });
            assert!(due.upto > after && due.upto <= upto, "a page that does not go on");
            assert_eq!(due.more, due.upto < upto);
            for event in &due.events {
                assert!(event.g > after && event.g <= due.upto, "no cursor falls inside a command");
                let Some(happened) = self.read_event(event) else { continue };
                if happened.what != What::Touched && happened.what != What::Pinned {
                    self.compare_text(event, &happened);
                }
                got.push(happened);
            }
            after = due.upto;
        }
        let meant = self.feed.log.iter().filter(|happened| happened.g > from && self.may_see(who, happened));
        let meant: Vec<Happened> = meant.copied().collect();
        assert_eq!(got, meant, "{who} comes back at {upto} from {from}");
    }
}
