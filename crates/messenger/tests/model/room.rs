//! A chat of the model: what was said in it, who sits there, and what each may do.

use std::collections::{BTreeMap, BTreeSet};

use messenger::{Ack, ClientId, ConversationId, MemberRole, MessageId, PINS, Reaction, Seat};
use store::UtcInstant;
use time::Duration;

use crate::aside::minute;
use crate::roster::{Key, Kind, Roster, Sitting};
use crate::votes::Asked;

/// A message.
#[derive(Clone, Debug)]
pub struct Said {
    pub id: MessageId,
    pub by: Key,
    pub cid: ClientId,
    /// What was sent, the answered message, the file: what a repetition is compared with.
    pub first: (String, Option<i64>, Option<i64>),
    pub text: Option<String>,
    pub rev: i64,
    pub ts: UtcInstant,
    pub asks: bool,
    pub signed: BTreeSet<Key>,
    pub reacted: BTreeSet<(Reaction, Key)>,
    pub reported: BTreeSet<Key>,
    pub poll: Option<Asked>,
    /// Whom it calls by name.
    pub called: BTreeSet<Key>,
    pub urgent: bool,
    /// Whether it has waited for its time.
    pub scheduled: bool,
}

impl Said {
    /// A message of somebody with nothing in it.
    pub fn empty(by: Key) -> Self {
        Self {
            id: MessageId::from_row(0),
            by,
            cid: ClientId::from_bytes([1; 16]).unwrap(),
            first: (String::new(), None, None),
            text: None,
            rev: 0,
            ts: UtcInstant::from_millis(0),
            asks: false,
            signed: BTreeSet::new(),
            reacted: BTreeSet::new(),
            reported: BTreeSet::new(),
            poll: None,
            called: BTreeSet::new(),
            urgent: false,
            scheduled: false,
        }
    }

    /// A message as it was taken.
    pub fn new(by: Key, cid: ClientId, first: (String, Option<i64>, Option<i64>), ack: &Ack) -> Self {
        let text = Some(first.0.clone());
        Self { id: ack.message, cid, first, text, ts: ack.ts, ..Self::empty(by) }
    }
}

/// An open membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub seat: Seat,
    pub role: MemberRole,
    pub joined_g: i64,
    pub visible_from: i64,
}

pub struct Room {
    pub id: ConversationId,
    pub kind: Kind,
    /// Who belongs here, linked or not, and from which message on they see it.
    pub listed: BTreeMap<Key, (MemberRole, i64)>,
    pub inside: BTreeMap<Key, Place>,
    /// Who has ever sat here.
    pub known: BTreeSet<Key>,
    pub said: Vec<Said>,
    /// How far somebody has read, and the first message that counts as unread.
    pub marks: BTreeMap<Key, (i64, i64)>,
    /// When somebody read how far.
    pub read_at: BTreeMap<Key, Vec<(i64, UtcInstant)>>,
    /// The minutes of the day between which pupils write.
    pub hours: Option<(u16, u16)>,
    /// Pinned messages, the last one first.
    pub pins: Vec<i64>,
    pub muted: BTreeMap<Option<Key>, UtcInstant>,
    /// The holds on the whole chat, by whose words they are about.
    pub held: Vec<Key>,
    pub reactions: bool,
}

impl Room {
    pub fn new(id: ConversationId, kind: Kind, listed: BTreeMap<Key, (MemberRole, i64)>) -> Self {
        Self {
            id,
            kind,
            listed,
            inside: BTreeMap::new(),
            known: BTreeSet::new(),
            said: Vec::new(),
            marks: BTreeMap::new(),
            read_at: BTreeMap::new(),
            hours: None,
            pins: Vec::new(),
            muted: BTreeMap::new(),
            held: Vec::new(),
            reactions: true,
        }
    }

    pub fn last(&self) -> i64 {
        i64::try_from(self.said.len()).unwrap()
    }

    /// Makes those sit here who are to, after a command with number `g`.
    pub fn settle(&mut self, roster: &Roster, g: i64) {
        let mut due = roster.due(self.kind, &self.listed);
        if !self.kind.keeps_year() && !self.kind.is_group() {
            let last = self.last();
            self.listed.retain(|who, _| due.contains_key(who));
            for (who, (_, role)) in &due {
                self.listed.entry(who).or_insert((*role, last + 1));
            }
        }
        let is_led = |room: &Self| room.inside.values().any(|place| place.role == MemberRole::Moderator);
        let was_led = is_led(self);
        self.inside.retain(|who, _| due.contains_key(who) && roster.is_open_to(who));
        if self.kind == Kind::StaffGroup && was_led && !is_led(self) {
            due.extend(self.succeed(roster, &due));
        }
        for (who, (seat, role)) in due.into_iter().filter(|(who, _)| roster.is_open_to(who)) {
            let visible_from = if self.kind.keeps_year() { 1 } else { self.listed[who].1 };
            let new = Place { seat, role, joined_g: g, visible_from };
            let place = self.inside.entry(who).or_insert(new);
            (place.seat, place.role) = (seat, role);
            self.known.insert(who);
            let next = self.last() + 1;
            self.marks.entry(who).or_insert((0, next));
        }
    }

    /// A group of colleagues without its leader goes to whoever has been in it for longest.
    fn succeed(&mut self, roster: &Roster, due: &BTreeMap<Key, Sitting>) -> Option<(Key, Sitting)> {
        let row = |who: Key| roster.order.iter().position(|other| *other == who);
        let (heir, _) = self.inside.iter().min_by_key(|(who, place)| (place.joined_g, row(who)))?;
        let heir = *heir;
        self.listed.get_mut(heir).unwrap().0 = MemberRole::Moderator;
        Some((heir, (due[heir].0, MemberRole::Moderator)))
    }

    /// A message that somebody sees, deleted or not.
    pub fn seen(&self, who: Key, seq: i64) -> Option<&Said> {
        let place = self.inside.get(who)?;
        let at = usize::try_from(seq).ok()?.checked_sub(1)?;
        self.said.get(at).filter(|_| seq >= place.visible_from)
    }

    /// The same, as long as it has a text.
    pub fn living(&self, who: Key, seq: i64) -> Option<&Said> {
        self.seen(who, seq).filter(|said| said.text.is_some())
    }

    pub fn said_mut(&mut self, seq: i64) -> &mut Said {
        let at = usize::try_from(seq).unwrap() - 1;
        &mut self.said[at]
    }

    /// Whether those are here without whom nobody writes (MSG-I19, MSG-S2, MSG-E25, MSG-M9).
    pub fn is_attended(&self, roster: &Roster) -> bool {
        let active: BTreeMap<Key, Place> = self
            .inside
            .iter()
            .filter(|(who, _)| !roster.blocked.contains(**who))
            .map(|(who, place)| (*who, *place))
            .collect();
        let has = |who: Key| active.contains_key(who);
        match self.kind {
            Kind::Parents(_) | Kind::News(_) | Kind::SchoolNews | Kind::StaffRoom | Kind::StaffGroup => true,
            Kind::ClassChat(_) | Kind::Literature | Kind::PupilsGroup => {
                active.values().any(|place| place.seat.is_staff())
            }
            Kind::Supervised { pupil, partner } => has(pupil) && has(partner) && active.len() > 2,
            Kind::Line { pupil } => has(pupil) && active.len() > 2,
            Kind::Family { partner, .. } => has(partner) && active.len() > 1,
            Kind::Private(one, other) => has(one) && has(other),
        }
    }

    pub fn may_write(&self, roster: &Roster, who: Key) -> bool {
        let writes = |place: &Place| matches!(place.role, MemberRole::Moderator | MemberRole::Writer);
        self.inside.get(who).is_some_and(writes) && self.is_attended(roster)
    }

    pub fn is_silent(&self, who: Key, at: UtcInstant) -> bool {
        let muted = |whom: Option<Key>| self.muted.get(&whom).is_some_and(|until| *until > at);
        let closed = self.hours.is_some_and(|(opens, closes)| !(opens..closes).contains(&minute(at)));
        self.inside.get(who).is_some_and(|place| place.seat == Seat::Pupil)
            && (muted(None) || muted(Some(who)) || closed)
    }

    pub fn is_frozen(&self, said: &Said) -> bool {
        !self.held.is_empty() || !said.reported.is_empty()
    }

    pub fn moderates(&self, who: Key) -> bool {
        self.inside.get(who).is_some_and(|place| place.role == MemberRole::Moderator)
    }

    pub fn may_edit(&self, roster: &Roster, who: Key, seq: i64, at: UtcInstant) -> bool {
        self.living(who, seq).is_some_and(|said| {
            said.by == who
                && self.may_write(roster, who)
                && !self.is_frozen(said)
                && !self.is_silent(who, at)
                && said.signed.is_empty()
                && said.poll.is_none()
                && at.since(said.ts) < self.window(who)
        })
    }

    pub fn may_delete(&self, roster: &Roster, who: Key, seq: i64, at: UtcInstant) -> bool {
        let moderates = self.moderates(who);
        self.seen(who, seq).is_some_and(|said| {
            (said.by == who || moderates)
                && (said.text.is_none()
                    || (self.may_write(roster, who)
                        && (said.by != who || !self.is_frozen(said))
                        && (moderates || at.since(said.ts) < self.window(who))))
        })
    }

    /// Five minutes for pupils, thirty for others (MSG-S7).
    fn window(&self, who: Key) -> Duration {
        Duration::minutes(if self.inside[who].seat == Seat::Pupil { 5 } else { 30 })
    }

    pub fn may_pin(&self, roster: &Roster, who: Key) -> bool {
        self.may_write(roster, who) && (self.moderates(who) || !self.kind.has_moderators())
    }

    /// The pins that have a text, for somebody who sees all of them.
    pub fn living_pins(&self) -> Vec<i64> {
        let lives = |seq: &i64| self.said[usize::try_from(*seq).unwrap() - 1].text.is_some();
        self.pins.iter().copied().filter(lives).collect()
    }

    pub fn has_room_for_a_pin(&self) -> bool {
        self.living_pins().len() < PINS
    }

    pub fn unread(&self, who: Key) -> usize {
        let from = self.marks[who].1.max(self.inside[who].visible_from);
        // What somebody has put aside for later is news to everybody else.
        let is_news = |said: &Said| said.text.is_some() && !(said.scheduled && said.by == who);
        (1..).zip(&self.said).filter(|(seq, said)| *seq >= from && is_news(said)).count()
    }

    pub fn read(&mut self, who: Key, seq: i64, at: UtcInstant) {
        let mark = self.marks.get_mut(who).unwrap();
        if seq > mark.0 {
            self.read_at.entry(who).or_default().push((seq, at));
        }
        *mark = (mark.0.max(seq), mark.1.max(seq + 1));
    }
}
