//! A school whose chats exist, with a lesson of mathematics in 6 «А» at the present moment.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses its own part of the kit"
)]
#![allow(clippy::mod_module_files, reason = "a folder of tests would make a test binary of a plain file")]

use std::collections::HashMap;
use std::sync::Mutex;

use calls::{
    Call, CallId, CallerOf, EnterError, Entered, FinishError, Ground, LeaderOf, LessonFacts, LessonRef,
    Limits, ModerateError, Note, StartError, VisitId,
};
use messenger::{ConversationId, MemberOf, Way};
use school::{Denied, PersonId, Present, Viewer};
use store::{Act, Actor, UtcInstant, WriteTx};
use testkit::{TODAY, World, now};
use time::Duration;

/// Everything that one transaction of a test can be refused with.
#[derive(Debug)]
pub enum Refused {
    Denied,
    Enter(EnterError),
    Finish(FinishError),
    Moderate(ModerateError),
    Start(StartError),
    Other(String),
}

macro_rules! refused {
    ($($from:ty => $make:expr;)+) => {$(
        impl From<$from> for Refused {
            fn from(error: $from) -> Self {
                $make(error)
            }
        }
    )+};
}

refused! {
    Denied => |_| Self::Denied;
    EnterError => Self::Enter;
    FinishError => Self::Finish;
    ModerateError => Self::Moderate;
    StartError => Self::Start;
    store::Error => |error: store::Error| Self::Other(error.to_string());
    messenger::StartError => |error: messenger::StartError| Self::Other(error.to_string());
    messenger::GroupError => |error: messenger::GroupError| Self::Other(error.to_string());
}

/// The lesson's first minute: two minutes before the present moment.
pub fn bell() -> UtcInstant {
    now() - Duration::minutes(2)
}

pub struct Rooms {
    pub world: World,
    viewers: Mutex<HashMap<String, Viewer>>,
}

impl Rooms {
    pub fn open() -> Self {
        let world = World::build(&[messenger::MIGRATIONS, calls::MIGRATIONS]);
        world.write(|tx| {
            messenger::require_link(tx, now(), TODAY, false)?;
            messenger::roster_tick(tx, now(), TODAY)
        });
        Self { world, viewers: Mutex::default() }
    }

    pub fn viewer(&self, key: &str) -> Viewer {
        let mut viewers = self.viewers.lock().unwrap();
        *viewers.entry(key.to_owned()).or_insert_with(|| self.world.viewer(key))
    }

    pub fn person(&self, key: &str) -> PersonId {
        self.world.person(key)
    }

    /// The lesson as the timetable has it.
    pub fn lesson(&self) -> LessonFacts {
        LessonFacts {
            lesson: LessonRef::from_row(7),
            group: self.world.whole("6A"),
            subject: self.world.subject("math"),
            teacher: None,
            date: TODAY,
            begins: bell(),
            ends: bell() + Duration::minutes(45),
            held: true,
        }
    }

    /// The lesson's call, which has just opened by itself.
    pub fn lesson_call(&self) -> CallId {
        let facts = self.lesson();
        self.world.write(move |tx| calls::open_lessons(tx, now(), &[facts]))[0]
    }

    /// The chats that a person is in, with their kinds.
    pub fn chats(&self, key: &str) -> Vec<(messenger::ChatKind, ConversationId)> {
        let viewer = self.viewer(key);
        self.world.read(|tx| {
            let rooms = messenger::rooms_of(tx, &viewer, TODAY)?;
            let named = rooms.iter().map(|room| (room.conversation().kind, room.conversation().id));
            Ok::<_, Denied>(named.collect::<Vec<_>>())
        })
    }

    pub fn chat(&self, key: &str, kind: messenger::ChatKind) -> ConversationId {
        self.chats(key).into_iter().find(|(of, _)| *of == kind).unwrap().1
    }

    pub fn begin(&self, key: &str, with: &str, way: Way) -> ConversationId {
        let (viewer, with) = (self.viewer(key), self.person(with));
        self.write(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            Ok(messenger::start(tx, now(), &by, &Actor::program("test"), TODAY, with, way)?)
        })
    }

    pub fn start(&self, key: &str, chat: ConversationId) -> Result<(CallId, Option<Act>), Refused> {
        let viewer = self.viewer(key);
        self.try_write(move |tx| {
            let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            Ok(calls::start(tx, now(), &member)?)
        })
    }

    pub fn enter(&self, key: &str, call: CallId, ground: Ground) -> Result<Entered, Refused> {
        self.enter_at(key, call, ground, now())
    }

    pub fn enter_at(
        &self,
        key: &str,
        call: CallId,
        ground: Ground,
        at: UtcInstant,
    ) -> Result<Entered, Refused> {
        self.enter_within(key, call, ground, at, Limits::default())
    }

    pub fn enter_within(
        &self,
        key: &str,
        call: CallId,
        ground: Ground,
        at: UtcInstant,
        limits: Limits,
    ) -> Result<Entered, Refused> {
        let viewer = self.viewer(key);
        self.try_write(move |tx| {
            let by = CallerOf::ask(tx, &viewer, call, &ground, TODAY)?;
            Ok(calls::enter(tx, at, &by, limits)?)
        })
    }

    /// The same where the person must be let in.
    pub fn visit(&self, key: &str, call: CallId, ground: Ground, at: UtcInstant) -> VisitId {
        match self.enter_at(key, call, ground, at).unwrap() {
            Entered::In { visit, .. } => visit,
            Entered::Waits => panic!("{key} waits"),
        }
    }

    pub fn note(&self, visit: VisitId, what: Note, at: UtcInstant) -> bool {
        self.world.write(move |tx| calls::note(tx, at, visit, what))
    }

    /// Runs a deed of somebody who leads.
    pub fn lead<T: Send + 'static>(
        &self,
        key: &str,
        call: CallId,
        ground: Ground,
        deed: impl for<'t> FnOnce(&mut WriteTx<'t>, &LeaderOf<'t>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let viewer = self.viewer(key);
        self.try_write(move |tx| {
            let by = LeaderOf::ask(tx, &viewer, call, &ground, TODAY)?;
            deed(tx, &by)
        })
    }

    /// Runs a deed of anybody in the call.
    pub fn act<T: Send + 'static>(
        &self,
        key: &str,
        call: CallId,
        ground: Ground,
        deed: impl for<'t> FnOnce(&mut WriteTx<'t>, &CallerOf<'t>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let viewer = self.viewer(key);
        self.try_write(move |tx| {
            let by = CallerOf::ask(tx, &viewer, call, &ground, TODAY)?;
            deed(tx, &by)
        })
    }

    pub fn call(&self, call: CallId) -> Option<Call> {
        self.world.read(move |tx| calls::find_call(tx, call))
    }

    pub fn write<T: Send + 'static>(
        &self,
        run: impl for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, Refused> + Send + 'static,
    ) -> T {
        self.world.write(run)
    }

    pub fn try_write<T: Send + 'static>(
        &self,
        run: impl for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        self.world.try_write(run)
    }
}
