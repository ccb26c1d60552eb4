//! A school whose chats exist and whose people are linked, all but Timur.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its own part of the kit")]
#![allow(clippy::mod_module_files, reason = "a folder of tests would make a test binary of a plain file")]

pub mod files;
mod refused;

use std::collections::HashMap;
use std::sync::Mutex;

use messenger::{
    Ack, Audience, Body, ChatKind, ClientId, ConversationId, Draft, HistoryPage, MemberOf, Span,
};
pub use refused::Refused;
use school::{Denied, PersonId, Viewer};
use store::{UtcInstant, WriteTx};
use testkit::{TODAY, World, now};
use time::{Date, Duration};

pub const LINKED: [&str; 12] = [
    "varya",
    "demyan",
    "kira",
    "mother",
    "father",
    "demyan_mother",
    "gromova",
    "lapina",
    "orlova",
    "zotova",
    "barinova",
    "sedov",
];

pub struct Chats {
    pub world: World,
    /// One session a person: opening one for each look would cost a commit each.
    viewers: Mutex<HashMap<String, Viewer>>,
}

impl Chats {
    pub fn open() -> Self {
        let world = World::build(&[messenger::MIGRATIONS]);
        let people: Vec<PersonId> = LINKED.iter().map(|key| world.person(key)).collect();
        world.write(move |tx| {
            messenger::roster_tick(tx, now(), TODAY)?;
            for person in people {
                messenger::enrol(tx, now(), TODAY, person)?;
            }
            Ok::<_, store::Error>(())
        });
        Self { world, viewers: Mutex::default() }
    }

    /// The person's session, the same at each call.
    pub fn viewer(&self, key: &str) -> Viewer {
        let mut viewers = self.viewers.lock().unwrap();
        *viewers.entry(key.to_owned()).or_insert_with(|| self.world.viewer(key))
    }

    /// Opens a new session for whoever has lost theirs.
    pub fn sign_in_anew(&self, key: &str) {
        let viewer = self.world.viewer(key);
        self.viewers.lock().unwrap().insert(key.to_owned(), viewer);
    }

    /// The chat of a class, found in the list of a person who is in it.
    pub fn chat(&self, of: &str, kind: ChatKind, class: &str) -> ConversationId {
        let wanted = self.world.class_id(class);
        let viewer = self.viewer(of);
        let chats = self.world.read(move |tx| {
            messenger::list_chats(tx, &school::Present::ask(tx, &viewer)?).map_err(Denied::from)
        });
        let found = chats.iter().map(|chat| &chat.conversation).find(|chat| {
            chat.kind == kind && chat.class_group.as_ref().is_some_and(|(class, _)| *class == wanted)
        });
        found.unwrap().id
    }

    /// The chat of the whole school of a kind.
    pub fn of_kind(&self, of: &str, kind: ChatKind) -> ConversationId {
        let viewer = self.viewer(of);
        let found = self.world.read(move |tx| {
            let by = school::Present::ask(tx, &viewer)?;
            let listed = messenger::list_chats(tx, &by)?.into_iter().map(|chat| chat.conversation);
            Ok::<_, Denied>(listed.chain(messenger::quiet_chats(tx, &by)?).collect::<Vec<_>>())
        });
        found.iter().find(|chat| chat.kind == kind).unwrap().id
    }

    pub fn class_chat(&self) -> ConversationId {
        self.chat("gromova", ChatKind::ClassChat, "6A")
    }

    pub fn parents_chat(&self) -> ConversationId {
        self.chat("gromova", ChatKind::ParentsChat, "6A")
    }

    /// Does something as a member of a chat, in one transaction.
    pub fn try_as<T: Send + 'static>(
        &self,
        who: &str,
        chat: ConversationId,
        deed: impl for<'t> FnOnce(&mut WriteTx<'t>, &MemberOf<'t>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        self.try_on(TODAY, who, chat, deed)
    }

    /// The same, on any day.
    pub fn try_on<T: Send + 'static>(
        &self,
        today: Date,
        who: &str,
        chat: ConversationId,
        deed: impl for<'t> FnOnce(&mut WriteTx<'t>, &MemberOf<'t>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let viewer = self.viewer(who);
        self.world.try_write(move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, today)?;
            deed(tx, &by)
        })
    }

    pub fn send_at(
        &self,
        at: UtcInstant,
        viewer: Viewer,
        chat: ConversationId,
        cid: ClientId,
        text: &str,
    ) -> Result<Ack, Refused> {
        let draft = Draft::text(cid, Body::parse(text).unwrap());
        self.world.try_write(move |tx| {
            let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            Ok(messenger::send(tx, at, &member, &draft)?)
        })
    }

    pub fn send(&self, key: &str, chat: ConversationId, text: &str) -> Ack {
        self.send_at(now(), self.viewer(key), chat, self.cid(), text).unwrap()
    }

    pub fn cid(&self) -> ClientId {
        ClientId::from_bytes(self.world.random.bytes()).unwrap()
    }

    pub fn page(&self, key: &str, chat: ConversationId) -> Result<HistoryPage, Denied> {
        let viewer = self.viewer(key);
        self.world.try_read(|tx| {
            let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            Ok(messenger::history(tx, &member, Span::Newest, 200)?)
        })
    }

    pub fn texts(&self, key: &str, chat: ConversationId) -> Vec<String> {
        let page = self.page(key, chat).unwrap();
        page.lines.into_iter().map(|line| line.text.unwrap_or_else(|| "-".to_owned())).collect()
    }

    pub fn is_in(&self, key: &str, chat: ConversationId) -> bool {
        self.page(key, chat).is_ok()
    }

    pub fn unread(&self, key: &str, chat: ConversationId) -> u32 {
        let viewer = self.viewer(key);
        let chats = self.world.read(move |tx| {
            messenger::list_chats(tx, &school::Present::ask(tx, &viewer)?).map_err(Denied::from)
        });
        chats.iter().find(|summary| summary.conversation.id == chat).unwrap().unread
    }

    pub fn audience(&self, key: &str, chat: ConversationId) -> Audience {
        let viewer = self.viewer(key);
        self.world.read(|tx| {
            let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            messenger::audience(tx, &member, TODAY).map_err(Denied::from)
        })
    }

    pub fn mark_read(&self, key: &str, chat: ConversationId, seq: i64) -> messenger::ReadMark {
        let viewer = self.viewer(key);
        self.world.write(move |tx| {
            let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            messenger::mark_read(tx, now(), &member, seq).map_err(Denied::from)
        })
    }

    pub fn withdraw(&self, key: &str) {
        let person = self.world.person(key);
        self.world.write(move |tx| messenger::withdraw(tx, now(), person));
    }

    pub fn enrol(&self, key: &str) {
        let person = self.world.person(key);
        self.world.write(move |tx| messenger::enrol(tx, now(), TODAY, person));
    }
}

pub fn later(minutes: i64) -> UtcInstant {
    now() + Duration::minutes(minutes)
}
