//! Messages that wait for their time (MSG-F10, MSG-I14), and hours: of the chat for pupils (MSG-S5), of each reader for
//! what others learn of their reading (MSG-R3, MSG-S4). Nothing is held back by them but the sign that it was read.

use std::collections::BTreeMap;

use messenger::{Body, ClientId, Draft, Hours, Later, QuietChoice, QuietHours, ScheduleId, WorkDays};
use messenger::{quiet_until, receipts};
use school::{Denied, Present};
use sha2::{Digest as _, Sha256};
use store::UtcInstant;
use time::macros::date;
use time::{Date, Duration};

use crate::Run;
use crate::room::{Room, Said};
use crate::roster::{Key, PEOPLE};

/// A message that was put aside.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: ScheduleId,
    pub due: UtcInstant,
    pub who: Key,
    pub room: usize,
    pub text: String,
    pub reply: Option<i64>,
}

/// By whose clock it is quiet for whom: chosen before anything is said.
pub struct Quiet {
    days: WorkDays,
    own: BTreeMap<Key, Option<QuietHours>>,
}

/// The minute of the day in the school's zone, three hours ahead all year.
pub fn minute(at: UtcInstant) -> u16 {
    u16::try_from((at.seconds() / 60 + 180).rem_euclid(24 * 60)).unwrap()
}

/// The client's id of a waiting message follows from its number.
fn cid_of(id: ScheduleId) -> ClientId {
    let mut digest = Sha256::new_with_prefix(b"zvonok schedule ");
    digest.update(id.get().to_be_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    ClientId::from_bytes(digest[..16].try_into().unwrap()).unwrap()
}

impl Run {
    /// Some choose quiet hours of their own, or none.
    pub fn choose_quiet(&mut self) {
        let days =
            self.chats.world.read(|tx| school::days_off(tx, date!(2026 - 06 - 01), date!(2027 - 12 - 01)));
        let mut own = BTreeMap::new();
        for who in PEOPLE.into_iter().filter(|who| !self.roster.blocked.contains(who)) {
            if self.random.below(3) != 0 {
                continue;
            }
            let hours = QuietHours::new(18 * 60 + 30, 6 * 60).unwrap();
            let is_on = self.says();
            let viewer = self.chats.viewer(who);
            let at = self.at;
            self.chats.world.write(move |tx| {
                let by = Present::ask(tx, &viewer)?;
                messenger::choose_quiet(tx, at, &by, QuietChoice { is_on, hours }).map_err(Denied::from)
            });
            own.insert(who, is_on.then_some(hours));
        }
        self.quiet = Some(Quiet { days: WorkDays::new(self.chats.world.zone.clone(), days), own });
    }

    /// Until when it was, or is, quiet for somebody in a chat; by the school's hours for staff who have chosen none.
    fn quiet_until(&self, who: Key, chat: &Room, at: UtcInstant) -> Option<UtcInstant> {
        let quiet = self.quiet.as_ref()?;
        let usual = chat.inside.get(who).filter(|place| place.seat.is_staff()).map(|_| QuietHours::USUAL);
        let hours = quiet.own.get(who).copied().unwrap_or(usual)?;
        quiet_until(hours, &quiet.days, at)
    }

    pub fn is_quiet_for_others(&self, who: Key, chat: &Room, at: UtcInstant) -> bool {
        chat.inside.keys().any(|other| *other != who && self.quiet_until(other, chat, at).is_some())
    }

    /// How far others know that somebody has read: marks made in quiet hours are told when these end.
    fn told(&self, who: Key, chat: &Room) -> i64 {
        let is_told = |made: UtcInstant| {
            self.at.since(made) > Duration::days(120)
                || self.quiet_until(who, chat, made).is_none_or(|until| until <= self.at)
        };
        let marks = chat.read_at.get(who).into_iter().flatten();
        marks.filter(|(_, made)| is_told(*made)).map(|(seq, _)| *seq).max().unwrap_or(0)
    }

    /// The sender learns of those readers alone who may be told of now (MSG-R1, MSG-R3).
    pub fn check_receipts(&self, who: Key, room: usize) {
        let chat = &self.rooms[room];
        if !self.is_here(who, room) {
            return;
        }
        let (viewer, at) = (self.chats.viewer(who), self.at);
        let counts = self.chats.world.read(|tx| {
            let by = messenger::MemberOf::ask(tx, &viewer, chat.id, self.today)?;
            let page = messenger::history(tx, &by, messenger::Span::Newest, 200)?;
            receipts(tx, at, &by, &page.lines).map_err(Denied::from)
        });
        let own = chat.inside[who];
        let readers: Vec<(i64, i64)> = chat
            .inside
            .iter()
            .filter(|(other, place)| {
                **other != who && (own.seat.is_staff() || place.seat != messenger::Seat::Pupil)
            })
            .map(|(other, place)| (place.visible_from, self.told(other, chat)))
            .collect();
        let tail = chat.last() - 200;
        let mut meant = BTreeMap::new();
        for (seq, said) in (1..).zip(&chat.said) {
            if said.by == who && said.text.is_some() && seq >= own.visible_from && seq > tail {
                let count = readers.iter().filter(|(from, upto)| *from <= seq && seq <= *upto).count();
                meant.insert(seq, u32::try_from(count).unwrap());
            }
        }
        assert_eq!(
            counts.into_iter().collect::<BTreeMap<_, _>>(),
            meant,
            "receipts of {who} in {:?}",
            chat.kind
        );
    }

    /// A moderator sets the hours in which pupils write, or takes them away.
    pub fn set_hours(&mut self, who: Key, room: usize) {
        let opens = 60 * u16::try_from(8 + self.random.below(4)).unwrap();
        let hours = self.says().then(|| (opens, opens + 60 * 6));
        let (at, id) = (self.at, self.rooms[room].id);
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            let hours = hours.map(|(opens, closes)| Hours::new(opens, closes)).transpose()?;
            Ok(messenger::set_hours(tx, at, by, hours).map(drop)?)
        });
        let legal = self.is_here(who, room) && self.rooms[room].moderates(who);
        assert_eq!(done.is_ok(), legal, "{who} {done:?}");
        if legal {
            self.rooms[room].hours = hours;
        }
    }

    /// Some hours go by; at midnight a new day begins.
    pub fn pass_hours(&mut self) {
        if self.today < date!(2027 - 05 - 20) {
            self.at = self.at + Duration::hours(1 + i64::from(self.random.below(9)));
            self.turn_day();
        }
    }

    /// Begins the day that the clock shows, if it is another one.
    pub fn turn_day(&mut self) {
        let (at, today) = (self.at, self.chats.world.zone.date(self.at));
        if today > self.today {
            self.begin_day(at, today);
        }
    }

    pub fn begin_day(&mut self, at: UtcInstant, today: Date) {
        self.today = today;
        self.roster.orlova_substitutes = false;
        let g = self.chats.world.write(move |tx| {
            messenger::roster_tick(tx, at, today)?;
            Ok::<_, store::Error>(tx.g())
        });
        self.settle(g);
    }

    pub fn put_aside(&mut self, who: Key, room: usize) {
        let text = format!("всем потом{}", self.random.below(1_000_000));
        let reply = (self.random.below(4) == 0).then(|| self.any_seq(room));
        // At times for a moment that is over.
        let due = self.at + Duration::minutes(i64::from(self.random.below(300)) - 10);
        let cid = ClientId::from_bytes(self.random.bytes()).unwrap();
        let later = Later {
            due,
            cid,
            body: Body::parse(&text).unwrap(),
            reply,
            confirmed: false,
            ack: None,
            files: Vec::new(),
            urgent: false,
        };
        let (at, id) = (self.at, self.rooms[room].id);
        let twice = self.says();
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            let first = messenger::schedule(tx, at, by, &later)?;
            // One form posted twice is one message.
            assert!(!twice || messenger::schedule(tx, at, by, &later)? == first);
            Ok(first)
        });
        let chat = &self.rooms[room];
        let legal = self.is_here(who, room)
            && chat.may_write(&self.roster, who)
            && due > at
            && reply.is_none_or(|seq| chat.living(who, seq).is_some());
        assert_eq!(done.is_ok(), legal, "{who} {:?} {done:?}", chat.kind);
        if let Ok(id) = done {
            self.waiting.push(Waiting { id, due, who, room, text, reply });
        }
    }

    /// Somebody takes one of theirs back, or tries another's.
    pub fn take_back(&mut self, who: Key) {
        if self.waiting.is_empty() {
            return;
        }
        let at = self.random.below(u32::try_from(self.waiting.len()).unwrap()) as usize;
        let (viewer, id) = (self.chats.viewer(who), self.waiting[at].id);
        let done: Result<(), crate::kit::Refused> = self
            .chats
            .world
            .try_write(move |tx| Ok(messenger::drop_scheduled(tx, &Present::ask(tx, &viewer)?, id)?));
        assert_eq!(done.is_ok(), self.can(who) && self.waiting[at].who == who, "{who} {done:?}");
        if done.is_ok() {
            self.waiting.remove(at);
        }
    }

    /// The job that sends what is due: each once, by its time, and by the rights of this moment; at times the server dies
    /// between two of them.
    pub fn fire(&mut self) {
        loop {
            let (at, today) = (self.at, self.today);
            let (fired, g) = self.chats.world.write(move |tx| {
                let fired = messenger::fire_due(tx, at, today)?;
                Ok::<_, store::Error>((fired, tx.g()))
            });
            let due = self.waiting.iter().enumerate().filter(|(_, one)| one.due <= at);
            let next = due.min_by_key(|(_, one)| (one.due, one.id)).map(|(place, _)| place);
            assert_eq!(fired, next.is_some(), "what is due is sent, and nothing else");
            let Some(next) = next else { break };
            let one = self.waiting.remove(next);
            let chat = &self.rooms[one.room];
            let sent = self.is_here(one.who, one.room)
                && chat.may_write(&self.roster, one.who)
                && !chat.is_silent(one.who, at)
                && !self.are_parted(chat)
                && one.reply.is_none_or(|seq| chat.living(one.who, seq).is_some());
            if sent {
                self.take_scheduled(one, g);
            }
            if self.random.below(4) == 0 {
                self.restart();
            }
        }
    }

    fn take_scheduled(&mut self, one: Waiting, g: i64) {
        let viewer = self.chats.viewer(one.who);
        let (chat, today) = (self.rooms[one.room].id, self.today);
        let line = self.chats.world.read(|tx| {
            let by = messenger::MemberOf::ask(tx, &viewer, chat, today)?;
            let page = messenger::history(tx, &by, messenger::Span::Newest, 1)?;
            Ok::<_, Denied>(page.lines.into_iter().next().unwrap())
        });
        let chat = &mut self.rooms[one.room];
        assert_eq!((line.seq, line.cid), (chat.last() + 1, cid_of(one.id)), "MSG-I14");
        let said = Said {
            id: line.id,
            ts: line.ts,
            cid: line.cid,
            first: (one.text.clone(), one.reply, None),
            text: Some(one.text),
            scheduled: true,
            ..Said::empty(one.who)
        };
        chat.said.push(said);
        // It is no reading of what others wrote meanwhile.
        let from = chat.marks[one.who].1.max(chat.inside[one.who].visible_from);
        if from == line.seq {
            chat.read(one.who, line.seq, self.at);
        }
        self.happened(g, one.room, crate::feed::What::Sent, line.seq);
    }

    pub fn draft_of(said: &Said) -> Draft {
        let files = said.first.2.map(messenger::FileId::from_row);
        Draft {
            reply: said.first.1,
            files: files.into_iter().collect(),
            ack: said.asks.then(messenger::AckRequest::default),
            poll: said.poll.as_ref().map(|poll| poll.terms),
            ..Draft::text(said.cid, Body::parse(&said.first.0).unwrap())
        }
    }
}
