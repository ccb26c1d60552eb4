//! Commands about messages: what each leads to by the model, and that the server does the same.

use std::collections::BTreeSet;

use messenger::{Ack, AckRequest, Body, ClientId, Draft, Note, SendError};
use store::UtcInstant;
use time::Duration;

use crate::Run;
use crate::feed::What;
use crate::kit::{Refused, files};
use crate::room::{Room, Said};
use crate::roster::{Key, Kind, PEOPLE};

impl Run {
    /// A message's number, at times one that is not there.
    pub fn any_seq(&self, room: usize) -> i64 {
        i64::from(self.random.below(u32::try_from(self.rooms[room].said.len()).unwrap() + 2))
    }

    pub fn can(&self, who: Key) -> bool {
        !self.roster.blocked.contains(who)
    }

    /// Whether somebody is in the chat and signed in.
    pub fn is_here(&self, who: Key, room: usize) -> bool {
        self.can(who) && self.rooms[room].inside.contains_key(who)
    }

    pub fn send(&mut self, who: Key, room: usize) {
        let again = self.rooms[room].said.last().filter(|_| self.random.below(5) == 0).cloned();
        if let Some(said) = again {
            return self.send_again(who, room, &said);
        }
        let text = format!("всем слово{}", self.random.below(1_000_000));
        let (body, called) = self.call(who, room, &text);
        let reply = (self.random.below(4) == 0).then(|| self.any_seq(room));
        let asks = self.random.below(5) == 0;
        let cid = ClientId::from_bytes(self.random.bytes()).unwrap();
        let id = self.rooms[room].id;
        let file = if self.random.below(6) == 0 {
            let brought = files::bring_on(&self.chats, self.today, who, id, body.as_bytes());
            assert_eq!(brought.is_ok(), self.may_bring(who, room), "{brought:?}");
            brought.ok()
        } else {
            None
        };
        let draft = Draft {
            reply,
            files: file.into_iter().collect(),
            ack: asks.then(AckRequest::default),
            ..Draft::text(cid, Body::parse(&body).unwrap())
        };
        let (at, urgent) = (self.at, self.random.below(8) == 0);
        let sent = self.chats.try_on(self.today, who, id, move |tx, by| {
            let sent = if urgent {
                messenger::send_urgent(tx, at, by, &Self::actor(), &draft)?
            } else {
                messenger::send(tx, at, by, &draft)?
            };
            Ok(sent)
        });
        let chat = &self.rooms[room];
        let here = self.is_here(who, room);
        let is_staff = here && chat.inside[who].seat.is_staff();
        let quiet = here && self.is_quiet_for_others(who, chat, at);
        let day = at - Duration::DAY;
        let urges = self.urged.iter().filter(|(by, when)| *by == who && *when > day).count();
        let legal = here
            && chat.may_write(&self.roster, who)
            && !chat.is_silent(who, at)
            && !self.are_parted(chat)
            && reply.is_none_or(|seq| chat.living(who, seq).is_some())
            && (!asks || is_staff)
            && (is_staff || !body.contains("@все"))
            && (!urgent || (!is_staff && (!quiet || urges < 2)));
        assert_eq!(sent.is_ok(), legal, "{who} {:?} {body} {urgent} {sent:?}", chat.kind);
        let Ok(ack) = sent else { return };
        let urgent = urgent && quiet;
        if urgent {
            self.urged.push((who, ack.ts));
        }
        let first = (body, reply, file.map(|file| file.get()));
        let said = Said { asks, called, urgent, ..Said::new(who, cid, first, &ack) };
        self.take(room, said, &ack);
    }

    /// Notes a message that was taken.
    pub fn take(&mut self, room: usize, said: Said, ack: &Ack) {
        let (who, at) = (said.by, self.at);
        let chat = &mut self.rooms[room];
        let before = chat.said.last().map_or(UtcInstant::from_millis(0), |said| said.ts);
        chat.said.push(said);
        assert_eq!((ack.seq, ack.dup), (chat.last(), false), "MSG-I3");
        assert!(ack.ts >= before && ack.ts >= at, "MSG-E4");
        chat.read(who, ack.seq, at);
        self.happened(ack.g, room, What::Sent, ack.seq);
    }

    /// A text that calls somebody by name, or everybody, and whom of the chat it calls (MSG-S12).
    fn call(&self, who: Key, room: usize, text: &str) -> (String, BTreeSet<Key>) {
        let others = self.rooms[room].inside.keys().copied().filter(|other| *other != who);
        match self.random.below(8) {
            0 => (format!("@все {text}"), others.collect()),
            1 => {
                let whom = self.pick(&PEOPLE);
                let text = format!("{text}, @{}!", self.names[whom]);
                (text, others.filter(|other| *other == whom).collect())
            }
            _ => (text.to_owned(), BTreeSet::new()),
        }
    }

    /// The last message once more: as it was, by another, or with another content (MSG-I2).
    fn send_again(&mut self, who: Key, room: usize, said: &Said) {
        let same = self.random.below(3) != 0;
        let text = if same { said.first.0.clone() } else { format!("{} иначе", said.first.0) };
        let draft = Draft { body: Body::parse(&text).unwrap(), ..Self::draft_of(said) };
        let (at, id) = (self.at, self.rooms[room].id);
        let by = said.by;
        let sent =
            self.chats.try_on(self.today, by, id, move |tx, by| Ok(messenger::send(tx, at, by, &draft)?));
        match sent {
            Ok(ack) => {
                assert!(same && self.is_here(by, room) && ack.dup);
                assert_eq!((ack.seq, ack.ts), (self.rooms[room].last(), said.ts));
            }
            Err(Refused::Send(SendError::Conflict)) => assert!(!same && self.is_here(by, room)),
            Err(Refused::Denied) => assert!(!self.is_here(by, room), "{who}"),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn may_bring(&self, who: Key, room: usize) -> bool {
        self.is_here(who, room) && self.rooms[room].may_write(&self.roster, who)
    }

    pub fn are_parted(&self, room: &Room) -> bool {
        let Kind::Private(one, other) = room.kind else { return false };
        self.parted.contains(&(one, other)) || self.parted.contains(&(other, one))
    }

    pub fn edit(&mut self, who: Key, room: usize) {
        let seq = self.any_seq(room);
        let (at, id) = (self.at, self.rooms[room].id);
        let known = self.rooms[room].living(who, seq);
        // At times the text that the message has, which is no change; at times a revision that is not the last.
        let same = known.filter(|_| self.random.below(4) == 0).and_then(|said| said.text.clone());
        let rev = known.map_or(0, |said| said.rev);
        let base = rev - i64::from(self.random.below(4) == 0);
        let text = same.clone().unwrap_or_else(|| format!("всем правка{}", self.random.below(1_000_000)));
        let body = Body::parse(&text).unwrap();
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            let line = messenger::edit(tx, at, by, seq, base, &body)?;
            Ok((line.rev, tx.g()))
        });
        let own = self.is_here(who, room) && known.is_some_and(|said| said.by == who);
        let legal =
            own && (same.is_some() || (base == rev && self.rooms[room].may_edit(&self.roster, who, seq, at)));
        assert_eq!(done.is_ok(), legal, "{who} {seq} {done:?}");
        let Ok((now, g)) = done else { return };
        if same.is_some() {
            assert_eq!(now, rev, "a text that stays is no edit");
            return;
        }
        let said = self.rooms[room].said_mut(seq);
        (said.text, said.rev) = (Some(text), rev + 1);
        assert_eq!(now, said.rev);
        self.happened(g, room, What::Edited, seq);
    }

    pub fn delete(&mut self, who: Key, room: usize) {
        let seq = self.any_seq(room);
        let (at, id) = (self.at, self.rooms[room].id);
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            messenger::delete(tx, at, by, &Self::actor(), seq)?;
            Ok(tx.g())
        });
        let legal = self.is_here(who, room) && self.rooms[room].may_delete(&self.roster, who, seq, at);
        assert_eq!(done.is_ok(), legal, "{who} {seq} {done:?}");
        let Ok(g) = done else { return };
        let said = self.rooms[room].said_mut(seq);
        if said.text.take().is_some() {
            said.rev += 1;
            self.happened(g, room, What::Deleted, seq);
        }
    }

    pub fn read(&mut self, who: Key, room: usize) {
        let seq = self.any_seq(room);
        let (at, id) = (self.at, self.rooms[room].id);
        let done =
            self.chats.try_on(self.today, who, id, move |tx, by| Ok(messenger::mark_read(tx, at, by, seq)?));
        assert_eq!(done.is_ok(), self.is_here(who, room), "{who} {done:?}");
        let Ok(mark) = done else { return };
        let chat = &mut self.rooms[room];
        let visible_from = chat.inside[who].visible_from;
        if seq.min(chat.last()) >= visible_from {
            chat.read(who, seq.min(chat.last()), at);
        }
        let meant = chat.marks[who];
        assert_eq!((mark.read_seq, mark.unread_from), (meant.0, meant.1.max(visible_from)));
    }

    pub fn report(&mut self, who: Key, room: usize) {
        let seq = self.any_seq(room);
        let (at, id) = (self.at, self.rooms[room].id);
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            Ok(messenger::report(tx, at, by, seq, messenger::Category::Bullying, None)?)
        });
        let legal = self.is_here(who, room)
            && self.rooms[room]
                .seen(who, seq)
                .is_some_and(|said| said.reported.contains(who) || (said.text.is_some() && said.by != who));
        let many = matches!(&done, Err(Refused::Safety(messenger::SafetyError::TooMany)));
        assert!(many || done.is_ok() == legal, "{who} {seq} {done:?}");
        let Ok(report) = done else { return };
        let against = self.rooms[room].said_mut(seq);
        let reported = against.by;
        if against.reported.insert(who) {
            self.reports.push(crate::check::Reported { id: report, room, reported });
        } else {
            assert!(
                self.reports.iter().any(|known| known.id == report),
                "one report for a message and a person"
            );
        }
    }

    /// A moderator mutes a pupil or all of them for a while, or lets them speak.
    pub fn mute(&mut self, who: Key, room: usize) {
        let whom = self.says().then(|| self.pick(&["varya", "demyan", "gromova"]));
        let person = whom.map(|whom| self.chats.world.person(whom));
        let (at, id) = (self.at, self.rooms[room].id);
        let until = at + Duration::minutes(1 + i64::from(self.random.below(30)));
        let on = self.random.below(3) != 0;
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            if on {
                let reason = Note::parse("идёт урок").unwrap();
                messenger::mute(tx, at, by, person, until, Some(&reason))?;
            } else {
                messenger::unmute(tx, at, by, person)?;
            }
            Ok(())
        });
        let chat = &self.rooms[room];
        let is_pupil =
            |whom: Key| chat.inside.get(whom).is_some_and(|place| place.seat == messenger::Seat::Pupil);
        let legal = self.is_here(who, room) && chat.moderates(who) && whom.is_none_or(is_pupil);
        assert_eq!(done.is_ok(), legal, "{who} {whom:?} {done:?}");
        if legal {
            let muted = &mut self.rooms[room].muted;
            if on {
                muted.insert(whom, until)
            } else {
                muted.remove(&whom)
            };
        }
    }
}
