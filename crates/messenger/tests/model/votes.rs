//! Polls of the model (MSG-F8, MSG-B15): who may ask and vote, whose vote it is, and what each sees of it.

use std::collections::{BTreeMap, BTreeSet};

use messenger::{Ballot, ClientId, Draft, MemberRole, Poll, PollTerms, Seat};
use store::UtcInstant;
use time::Duration;

use crate::Run;
use crate::feed::What;
use crate::room::{Room, Said};
use crate::roster::{Key, Kind};

/// How many options each poll of the model has.
const OPTIONS: u32 = 3;

/// A poll.
#[derive(Clone, Debug)]
pub struct Asked {
    pub terms: PollTerms,
    pub closed: bool,
    /// What is chosen, by the person or by a child of the family.
    pub votes: BTreeMap<Key, BTreeSet<u32>>,
}

impl Room {
    /// Whether whoever reads may vote: nobody may write where somebody is missing, and observers look on.
    fn may_vote(&self, roster: &crate::roster::Roster, who: Key) -> bool {
        self.is_attended(roster)
            && self.inside.get(who).is_some_and(|place| place.role != MemberRole::Observer)
    }

    /// The polls of the chat that have a text.
    fn living_polls(&self) -> Vec<i64> {
        let lives = |(_, said): &(i64, &Said)| said.poll.is_some() && said.text.is_some();
        (1..).zip(&self.said).filter(lives).map(|(seq, _)| seq).collect()
    }
}

impl Run {
    /// The children whom a chat is about and who are one family with somebody's, the first of the school's list first.
    fn family(&self, who: Key, kind: Kind) -> Vec<Key> {
        let of_class = if let Kind::Parents(class) | Kind::News(class) = kind { Some(class) } else { None };
        let is_here = |child: &Key| {
            let class = self.roster.class_of.get(child);
            class.is_some_and(|class| of_class.is_none_or(|of_class| *class == of_class))
        };
        let (mut adults, mut family) = (BTreeSet::from([who]), BTreeSet::new());
        loop {
            let edges = self.roster.guards.iter().filter(|(_, child)| is_here(child));
            let tied: Vec<_> =
                edges.filter(|(adult, child)| adults.contains(adult) || family.contains(child)).collect();
            let before = (adults.len(), family.len());
            for (adult, child) in tied {
                // A family is reached through somebody's own children only.
                if adults.contains(adult) {
                    family.insert(*child);
                }
                if family.contains(child) {
                    adults.insert(*adult);
                }
            }
            if before == (adults.len(), family.len()) {
                break;
            }
        }
        let mut family: Vec<Key> = family.into_iter().collect();
        family.sort_by_key(|child| self.chats.world.person(child));
        family
    }

    /// As whom somebody votes; the first is the one to vote by.
    fn voters(&self, who: Key, kind: Kind, terms: PollTerms) -> Vec<Key> {
        if terms.family { self.family(who, kind) } else { vec![who] }
    }

    pub fn ask_poll(&mut self, who: Key, room: usize) {
        let number = self.random.below(1_000_000);
        let ballot = Ballot::parse(&format!("всем вопрос{number}"), "раз\nдва\nтри").unwrap();
        let ends =
            (self.random.below(3) == 0).then(|| self.at + Duration::minutes(1 + i64::from(number % 20)));
        let terms = PollTerms {
            multiple: self.says(),
            anonymous: self.says(),
            family: self.random.below(3) == 0,
            closes: ends,
        };
        let cid = ClientId::from_bytes(self.random.bytes()).unwrap();
        let draft = Draft::poll(cid, &ballot, terms).unwrap();
        let text = draft.body.as_str().to_owned();
        let (at, id) = (self.at, self.rooms[room].id);
        let sent =
            self.chats.try_on(self.today, who, id, move |tx, by| Ok(messenger::send(tx, at, by, &draft)?));
        let chat = &self.rooms[room];
        let has_families = matches!(chat.kind, Kind::Parents(_) | Kind::News(_) | Kind::SchoolNews);
        let legal = self.is_here(who, room)
            && chat.may_write(&self.roster, who)
            && !chat.is_silent(who, at)
            && chat.kind.has_moderators()
            && (!terms.anonymous || chat.inside[who].seat != Seat::Pupil)
            && (!terms.family || has_families);
        assert_eq!(sent.is_ok(), legal, "{who} {:?} {terms:?} {sent:?}", chat.kind);
        let Ok(ack) = sent else { return };
        let poll = Asked { terms, closed: false, votes: BTreeMap::new() };
        let said = Said { poll: Some(poll), ..Said::new(who, cid, (text, None, None), &ack) };
        self.take(room, said, &ack);
    }

    /// Somebody votes, changes their vote or takes it back; at times in what is no poll, or for what is no option.
    pub fn vote(&mut self, who: Key, room: usize) {
        let polls = self.rooms[room].living_polls();
        let seq = if polls.is_empty() || self.random.below(10) == 0 {
            self.any_seq(room)
        } else {
            self.pick(&polls)
        };
        let chosen: BTreeSet<u32> =
            (0..self.random.below(3)).map(|_| 1 + self.random.below(OPTIONS)).collect();
        let wrong = self.random.below(12) == 0;
        let options: Vec<u32> = chosen.iter().copied().chain(wrong.then_some(OPTIONS + 1)).collect();
        let cid = ClientId::from_bytes(self.random.bytes()).unwrap();
        let (at, id) = (self.at, self.rooms[room].id);
        let key = std::sync::Arc::clone(&self.key);
        let deed = move |options: Vec<u32>| {
            let key = std::sync::Arc::clone(&key);
            move |tx: &mut store::WriteTx<'_>, by: &messenger::MemberOf<'_>| {
                messenger::vote(tx, at, by, &key, cid, seq, &options)?;
                Ok(tx.g())
            }
        };
        let done = self.chats.try_on(self.today, who, id, deed(options));
        let chat = &self.rooms[room];
        let asked = chat.living(who, seq).and_then(|said| said.poll.clone());
        let voters = asked.as_ref().map_or_else(Vec::new, |poll| self.voters(who, chat.kind, poll.terms));
        let legal = self.is_here(who, room)
            && chat.may_vote(&self.roster, who)
            && !voters.is_empty()
            && !wrong
            && asked.is_some_and(|poll| {
                !poll.closed
                    && poll.terms.closes.is_none_or(|closes| closes > at)
                    && (poll.terms.multiple || chosen.len() < 2)
            });
        assert_eq!(done.is_ok(), legal, "{who} {:?} {seq} {chosen:?} {done:?}", chat.kind);
        let Ok(g) = done else { return };
        let poll = self.rooms[room].said_mut(seq).poll.as_mut().unwrap();
        for voter in &voters {
            poll.votes.remove(voter);
        }
        poll.votes.insert(voters[0], chosen);
        self.happened(g, room, What::Touched, seq);
        // The same command once more changes nothing, whatever it says.
        if self.says() {
            let again = self.chats.try_on(self.today, who, id, deed(vec![1]));
            assert!(again.is_ok(), "{again:?}");
        }
    }

    pub fn close_poll(&mut self, who: Key, room: usize) {
        let polls = self.rooms[room].living_polls();
        let seq = if polls.is_empty() { self.any_seq(room) } else { self.pick(&polls) };
        let (at, id) = (self.at, self.rooms[room].id);
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            messenger::close_poll(tx, at, by, seq)?;
            Ok(tx.g())
        });
        let chat = &self.rooms[room];
        let asked = chat.living(who, seq).filter(|said| said.poll.is_some());
        let legal =
            self.is_here(who, room) && asked.is_some_and(|said| said.by == who || chat.moderates(who));
        assert_eq!(done.is_ok(), legal, "{who} {seq} {done:?}");
        let Ok(g) = done else { return };
        let poll = self.rooms[room].said_mut(seq).poll.as_mut().unwrap();
        if !std::mem::replace(&mut poll.closed, true) {
            self.happened(g, room, What::Touched, seq);
        }
    }

    /// The job that ends polls whose time is over.
    pub fn close_due(&mut self) {
        let at = self.at;
        let (count, g) = self.chats.world.write(move |tx| {
            let count = messenger::close_due_polls(tx, at)?;
            Ok::<_, store::Error>((count, tx.g()))
        });
        let mut due: Vec<(UtcInstant, messenger::MessageId, usize, i64)> = Vec::new();
        for (place, room) in self.rooms.iter().enumerate() {
            for (seq, said) in (1..).zip(&room.said) {
                let ends = said.poll.as_ref().filter(|poll| !poll.closed && said.text.is_some());
                let ends = ends.and_then(|poll| poll.terms.closes).filter(|closes| *closes <= at);
                due.extend(ends.map(|closes| (closes, said.id, place, seq)));
            }
        }
        due.sort_unstable();
        assert_eq!(count, due.len(), "polls whose time is over");
        for (_, _, room, seq) in due {
            self.rooms[room].said_mut(seq).poll.as_mut().unwrap().closed = true;
            self.happened(g, room, What::Touched, seq);
        }
    }

    /// What a page shows of a poll.
    pub fn check_poll(&self, who: Key, chat: &Room, said: &Said, shown: Option<&Poll>, place: &str) {
        assert_eq!(shown.is_some(), said.poll.is_some(), "{place}");
        let (Some(shown), Some(asked)) = (shown, &said.poll) else { return };
        let counted = |option: u32| asked.votes.values().filter(|set| set.contains(&option)).count();
        let counts: Vec<u32> = (1..=OPTIONS).map(|option| u32::try_from(counted(option)).unwrap()).collect();
        let took_part = asked.votes.values().filter(|set| !set.is_empty()).count();
        let secret = asked.terms.anonymous;
        assert_eq!(shown.counts, (asked.closed || !secret).then_some(counts), "{place}");
        assert_eq!((shown.voters as usize, shown.closed), (took_part, asked.closed), "{place}");
        let voters = self.voters(who, chat.kind, asked.terms);
        let own: BTreeSet<u32> =
            voters.iter().filter_map(|voter| asked.votes.get(voter)).flatten().copied().collect();
        let known = !(secret && asked.closed);
        assert_eq!(shown.voted, known && !own.is_empty(), "{place}");
        let meant: Vec<u32> = if secret { Vec::new() } else { own.into_iter().collect() };
        assert_eq!(shown.own, meant, "{place}");
        let may = !asked.closed && chat.may_vote(&self.roster, who) && !voters.is_empty();
        assert_eq!(shown.may_vote, may, "{place}");
        assert_eq!(shown.may_close, !asked.closed && (said.by == who || chat.moderates(who)), "{place}");
    }
}
