//! Random commands against a model in memory: thousands of them over a small school, with restarts in between, readers
//! who come back from any cursor, and relations that end and begin anew. After each the server must have done what the
//! model says, and shown it to those alone who may see it.
//!
//! `ZVONOK_MODEL_RUNS` and `ZVONOK_MODEL_STEPS` make it longer; `ZVONOK_MODEL_SEED` repeats one run.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]
#![allow(clippy::disallowed_methods, reason = "how long it runs is for whoever runs it")]
#![allow(clippy::print_stdout, reason = "a run that failed is repeated by its seed")]

#[path = "../kit/mod.rs"]
mod kit;

mod aside;
mod changes;
mod check;
mod deeds;
mod extras;
mod feed;
mod room;
mod roster;
mod votes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kit::Chats;
use messenger::{ChatKind, ConversationId, MemberRole, Way};
use room::Room;
use roster::{Class, Key, Kind, PEOPLE, Roster};
use school::{Denied, Present};
use store::{Actor, Random, ServerKey, UtcInstant};
use testkit::{TODAY, now};
use time::{Date, Duration};

/// One run: the server, the model, and where they stand.
pub struct Run {
    chats: Chats,
    /// What votes are sealed with.
    key: Arc<ServerKey>,
    roster: Roster,
    rooms: Vec<Room>,
    feed: feed::Feed,
    random: Random,
    today: Date,
    at: UtcInstant,
    reports: Vec<check::Reported>,
    /// Whom pupils and guardians have blocked.
    parted: BTreeSet<(Key, Key)>,
    /// What waits for its time.
    waiting: Vec<aside::Waiting>,
    quiet: Option<aside::Quiet>,
    /// What people are called by.
    names: BTreeMap<Key, String>,
    /// Who has called readers out of their quiet hours, and when.
    urged: Vec<(Key, UtcInstant)>,
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn random_commands_agree_with_the_model() {
    // MSG-I1, MSG-I2, MSG-I3, MSG-I5, MSG-I7, MSG-I8, MSG-I9, MSG-I10, MSG-I11, MSG-I12, MSG-I13, MSG-I14, MSG-I15,
    // MSG-I16, MSG-I17, MSG-I19, MSG-I20, MSG-I21, MSG-I22, MSG-I23, MSG-I24, MSG-B15, MSG-R3, MSG-S4, MSG-S5, MSG-N6
    let (runs, steps) = (number("ZVONOK_MODEL_RUNS", 8), number("ZVONOK_MODEL_STEPS", 500));
    let seeds = match number("ZVONOK_MODEL_SEED", 0) {
        0 => 1..=runs,
        seed => seed..=seed,
    };
    for seed in seeds {
        let mut run = Run::begin(seed);
        for step in 0..steps {
            print!("seed {seed}, step {step}: ");
            run.step();
            if step % 25 == 24 {
                run.check_all();
            }
        }
        run.restart();
        run.check_all();
        PEOPLE.into_iter().for_each(|who| run.come_and_go(who));
        assert_eq!(run.chats.world.read(store::verify).len(), 0, "seed {seed}");
        assert_eq!(run.chats.world.read(messenger::verify), [], "seed {seed}");
    }
}

impl Run {
    fn begin(seed: u64) -> Self {
        let chats = Chats::open();
        let mut roster = Roster::open();
        roster.order = PEOPLE.to_vec();
        roster.order.sort_by_key(|who| chats.world.person(who));
        let feed = feed::Feed::open(&chats);
        let key = Arc::new(ServerKey::in_memory(&Random::seeded(seed)));
        let mut run = Self {
            chats,
            key,
            roster,
            rooms: Vec::new(),
            feed,
            random: Random::seeded(seed),
            today: TODAY,
            at: now(),
            reports: Vec::new(),
            parted: BTreeSet::new(),
            waiting: Vec::new(),
            quiet: None,
            names: BTreeMap::new(),
            urged: Vec::new(),
        };
        // Before any account is blocked: nobody signs in to a blocked one.
        PEOPLE.into_iter().for_each(|who| run.chats.sign_in_anew(who));
        run.let_pupils_write();
        run.choose_quiet();
        run.names = PEOPLE.into_iter().map(|who| (who, run.name_of(who))).collect();
        run.change_safety("orlova");
        let sixth = Class::Sixth;
        for (kind, of, stored, class) in [
            (Kind::ClassChat(sixth), "gromova", ChatKind::ClassChat, Some("6A")),
            (Kind::Parents(sixth), "gromova", ChatKind::ParentsChat, Some("6A")),
            (Kind::News(sixth), "gromova", ChatKind::ClassNews, Some("6A")),
            (Kind::ClassChat(Class::Third), "orlova", ChatKind::ClassChat, Some("3A")),
            (Kind::Parents(Class::Third), "orlova", ChatKind::ParentsChat, Some("3A")),
            (Kind::News(Class::Third), "orlova", ChatKind::ClassNews, Some("3A")),
            (Kind::Literature, "lapina", ChatKind::Subject, None),
            (Kind::SchoolNews, "zotova", ChatKind::SchoolNews, None),
            (Kind::StaffRoom, "zotova", ChatKind::StaffRoom, None),
        ] {
            let id = run.find(of, stored, class);
            run.rooms.push(Room::new(id, kind, BTreeMap::new()));
        }
        let person = |key| run.chats.world.person(key);
        let (varya, gromova, lapina) = (person("varya"), person("gromova"), person("lapina"));
        for (kind, who, with, way) in [
            (
                Kind::Supervised { pupil: "varya", partner: "lapina" },
                "lapina",
                varya,
                Way::Supervised { pupil: varya, partner: lapina },
            ),
            (
                Kind::Supervised { pupil: "varya", partner: "gromova" },
                "gromova",
                varya,
                Way::Supervised { pupil: varya, partner: gromova },
            ),
            (Kind::Line { pupil: "varya" }, "barinova", varya, Way::Confidential { pupil: varya }),
            (
                Kind::Family { child: "varya", partner: "gromova" },
                "mother",
                gromova,
                Way::Family { child: varya, partner: gromova },
            ),
            (Kind::Private("varya", "demyan"), "varya", person("demyan"), Way::Private),
            (Kind::Private("gromova", "lapina"), "lapina", gromova, Way::Private),
            (Kind::Private("mother", "varya"), "mother", varya, Way::Private),
        ] {
            let viewer = run.chats.viewer(who);
            let id = run.chats.world.write(move |tx| {
                let by = Present::ask(tx, &viewer)?;
                messenger::start(tx, now(), &by, &Self::actor(), TODAY, with, way).map_err(|_| Denied::Denied)
            });
            run.rooms.push(Room::new(id, kind, BTreeMap::new()));
        }
        run.gather(Kind::StaffGroup, &["lapina", "sedov"]);
        run.gather(Kind::PupilsGroup, &["varya", "demyan"]);
        // Who sits where from the beginning joined before anything was said.
        for room in &mut run.rooms {
            room.settle(&run.roster, 0);
        }
        run.feed = feed::Feed::open(&run.chats);
        run
    }

    fn actor() -> Actor {
        Actor::program("test")
    }

    /// The number of the last command.
    fn upto(&self) -> i64 {
        self.chats.world.read(|tx| tx.last_g())
    }

    /// A chat in somebody's list, or among those that wait for their first word.
    fn find(&self, of: Key, kind: ChatKind, class: Option<&str>) -> ConversationId {
        let class = class.map(|class| self.chats.world.class_id(class));
        let viewer = self.chats.viewer(of);
        let found = self.chats.world.read(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            let listed = messenger::list_chats(tx, &by)?.into_iter().map(|chat| chat.conversation);
            Ok::<_, Denied>(listed.chain(messenger::quiet_chats(tx, &by)?).collect::<Vec<_>>())
        });
        let is_wanted = |chat: &&messenger::Conversation| {
            chat.kind == kind
                && class.is_none_or(|class| chat.class_group.as_ref().map(|(id, _)| *id) == Some(class))
        };
        found.iter().find(is_wanted).unwrap_or_else(|| panic!("no {kind:?} of {of}")).id
    }

    fn let_pupils_write(&self) {
        let viewer = self.chats.viewer("zotova");
        self.chats.world.write(move |tx| {
            let by = school::Head::ask(tx, &viewer, TODAY)?;
            messenger::set_pupils_write(tx, now(), &by, &Self::actor(), TODAY, true).map_err(Denied::from)
        });
    }

    fn gather(&mut self, kind: Kind, people: &[Key]) {
        let viewer = self.chats.viewer("gromova");
        let class = (kind == Kind::PupilsGroup).then(|| self.chats.world.class_id("6A"));
        let ids: Vec<_> = people.iter().map(|key| self.chats.world.person(key)).collect();
        let id = self.chats.world.write(move |tx| {
            let by = school::Staff::ask(tx, &viewer, TODAY)?;
            messenger::gather(tx, now(), &by, &Self::actor(), TODAY, "Проект", class, &ids)
                .map_err(|_| Denied::Denied)
        });
        let listed = people.iter().map(|key| (*key, (MemberRole::Writer, 1)));
        let listed = listed.chain([("gromova", (MemberRole::Moderator, 1))]).collect();
        self.rooms.push(Room::new(id, kind, listed));
    }

    /// One command of somebody, and what it led to.
    fn step(&mut self) {
        self.at = self.at + Duration::seconds(i64::from(self.random.below(60)));
        self.turn_day();
        let who = self.pick(&PEOPLE);
        let at = self.random.below(u32::try_from(self.rooms.len()).unwrap()) as usize;
        // Mostly where the person is, so that most commands mean something.
        let is_member = |room: &usize| self.rooms[*room].inside.contains_key(who);
        let own: Vec<usize> = (0..self.rooms.len()).filter(is_member).collect();
        let room = if own.is_empty() || self.random.below(8) == 0 { at } else { self.pick(&own) };
        let deed = self.random.below(42);
        println!("{who}, {:?}, deed {deed}", self.rooms[room].kind);
        match deed {
            0..=9 => self.send(who, room),
            10..=11 => self.edit(who, room),
            12..=13 => self.delete(who, room),
            14..=15 => self.react(who, room),
            16..=17 => self.pin(who, room),
            18 => self.acknowledge(who, room),
            19..=20 => self.read(who, room),
            21 => self.mute(who, room),
            22 => self.report(who, room),
            23 => self.hold_or_lift(room),
            24 => self.block_peer(who),
            25 => self.change_group(who, room),
            26 => self.link_or_unlink(who),
            27..=28 => self.change_roster(),
            29 => self.come_and_go(who),
            30 => self.index(),
            31 => self.trouble(who),
            32..=33 => self.ask_poll(who, room),
            34..=36 => self.vote(who, room),
            37 => self.close_poll(who, room),
            38 => self.put_aside(who, room),
            39 => self.take_back(who),
            40 => self.set_hours(who, room),
            _ => self.pass_hours(),
        }
        // The jobs go round now and then, as they do on a server.
        if self.random.below(3) == 0 {
            self.fire();
            self.close_due();
        }
        self.deliver();
        for _ in 0..2 {
            let reader = self.pick(&PEOPLE);
            self.check_room(reader, room);
            self.check_receipts(reader, room);
        }
    }

    fn name_of(&self, who: Key) -> String {
        let person = self.chats.world.person(who);
        self.chats.world.read(move |tx| school::load_person(tx, person)).name.short()
    }

    fn pick<T: Copy>(&self, from: &[T]) -> T {
        from[self.random.below(u32::try_from(from.len()).unwrap()) as usize]
    }

    fn says(&self) -> bool {
        self.random.below(2) == 0
    }
}
