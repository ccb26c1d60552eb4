//! What everybody sees, compared with the model: pages, quotes, reactions, files, pins, counts, search, the desk.

use std::collections::{BTreeMap, BTreeSet};

use messenger::{AttachmentOf, MemberOf, Query, ReportId, ReportState, SafetyOf, Seat, Span};
use school::{Denied, Present};

use crate::Run;
use crate::room::{Room, Said};
use crate::roster::{Key, Kind, PEOPLE};

/// A report of the model.
#[derive(Clone, Copy, Debug)]
pub struct Reported {
    pub id: ReportId,
    pub room: usize,
    pub reported: Key,
}

impl Run {
    pub fn sits_at_the_desk(&self, who: Key) -> bool {
        self.can(who)
            && (self.roster.safety.contains(who) || (who == "zotova" && self.roster.zotova_is_deputy))
    }

    /// MSG-I23: never whom it is about; of the confidential line a head only when no other lead is left.
    pub fn may_handle(&self, who: Key, report: &Reported) -> bool {
        let confidential = matches!(self.rooms[report.room].kind, Kind::Line { .. });
        let is_lead = self.roster.safety.contains(who);
        let another = self.roster.safety.iter().any(|lead| *lead != report.reported);
        self.sits_at_the_desk(who) && who != report.reported && (is_lead || !confidential || !another)
    }

    pub fn check_all(&self) {
        for who in PEOPLE {
            for room in 0..self.rooms.len() {
                self.check_room(who, room);
            }
            self.check_search(who);
            self.check_list(who);
            self.check_desk(who);
        }
    }

    pub fn check_room(&self, who: Key, room: usize) {
        let chat = &self.rooms[room];
        let viewer = self.chats.viewer(who);
        let seen = self.chats.world.try_read(|tx| {
            let by = MemberOf::ask(tx, &viewer, chat.id, self.today)?;
            let place = (by.seat(), by.role(), by.visible_from(), by.may_write());
            let page = messenger::history(tx, &by, Span::Newest, 200)?;
            let extras = messenger::extras(tx, &by, &self.key, &page.lines)?;
            let pins: Vec<i64> = messenger::pins(tx, &by)?.into_iter().map(|line| line.seq).collect();
            let audience = messenger::audience(tx, &by, self.today)?;
            let mut bytes = BTreeMap::new();
            for line in &page.lines {
                if let Some(file) = AttachmentOf::ask(tx, &by, line.seq, 1)? {
                    bytes.insert(line.seq, file.chunk(tx, 0)?);
                }
            }
            Ok::<_, Denied>((place, page, extras, pins, audience, bytes))
        });
        assert_eq!(seen.is_ok(), self.is_here(who, room), "{who} in {:?}", chat.kind);
        let Ok((place, page, extras, pins, audience, bytes)) = seen else { return };
        let of = chat.inside[who];
        let meant = (of.seat, of.role, of.visible_from, chat.may_write(&self.roster, who));
        assert_eq!(place, meant, "{who} in {:?}", chat.kind);
        let visible: Vec<_> = (1..).zip(&chat.said).filter(|(seq, _)| *seq >= of.visible_from).collect();
        let tail = visible.len().saturating_sub(200);
        assert_eq!(page.lines.len(), visible.len() - tail);
        for (line, (seq, said)) in page.lines.iter().zip(&visible[tail..]) {
            let place = format!("{who}, {:?}, {seq}", chat.kind);
            assert_eq!((line.seq, line.rev, line.ts), (*seq, said.rev, said.ts), "{place}");
            assert_eq!((&line.text, line.sender), (&said.text, self.chats.world.person(said.by)), "{place}");
            assert_eq!(line.urgent && said.text.is_some(), said.urgent && said.text.is_some(), "{place}");
            let extra = extras.get(seq).cloned().unwrap_or_default();
            let file = bytes.get(seq).map(Vec::as_slice);
            if said.text.is_none() {
                assert!(extra == messenger::Extras::default() && file.is_none(), "{place}");
            } else {
                self.check_extra(who, chat, said, extra, file, &place);
            }
        }
        let shown: Vec<i64> = chat.living_pins().into_iter().filter(|seq| *seq >= of.visible_from).collect();
        assert_eq!(pins, shown, "{who}, {:?}", chat.kind);
        let mut seats: BTreeMap<Seat, u32> = BTreeMap::new();
        chat.inside.values().for_each(|place| *seats.entry(place.seat).or_default() += 1);
        assert_eq!(audience.seats, seats, "{who}, {:?}", chat.kind);
    }

    fn check_extra(
        &self,
        who: Key,
        chat: &Room,
        said: &Said,
        extra: messenger::Extras,
        file: Option<&[u8]>,
        place: &str,
    ) {
        let quoted = said.first.1.map(|answered| {
            let living = chat.living(who, answered).filter(|said| !self.parted.contains(&(who, said.by)));
            // A quote is one line.
            (answered, living.and_then(|said| said.text.as_ref().map(|text| text.replace('\n', " "))))
        });
        let quote = extra.quote.map(|quote| (quote.seq, quote.said.map(|(_, text)| text)));
        assert_eq!(quote, quoted, "{place}");
        let shown: Vec<_> = extra.reactions.iter().map(|one| (one.reaction, one.count, one.own)).collect();
        let mut counted = BTreeMap::new();
        for (reaction, by) in &said.reacted {
            let (count, own) = counted.entry(*reaction).or_insert((0, false));
            *count += 1;
            *own |= *by == who;
        }
        let counted: Vec<_> = counted.into_iter().map(|(one, (count, own))| (one, count, own)).collect();
        assert_eq!(shown, counted, "{place}");
        assert_eq!(extra.ack.map(|ack| ack.own), said.asks.then(|| said.signed.contains(who)), "{place}");
        assert_eq!(extra.calls_me, said.called.contains(who), "{place}");
        self.check_poll(who, chat, said, extra.poll.as_ref(), place);
        let has_file = said.first.2.is_some();
        assert_eq!(extra.files.len(), usize::from(has_file), "{place}");
        assert_eq!(file, has_file.then_some(said.first.0.as_bytes()), "MSG-I15, {place}");
    }

    fn check_list(&self, who: Key) {
        if !self.can(who) {
            return;
        }
        let viewer = self.chats.viewer(who);
        let listed = self
            .chats
            .world
            .read(move |tx| messenger::list_chats(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from));
        for room in &self.rooms {
            let found = listed.iter().find(|chat| chat.conversation.id == room.id);
            let place = room.inside.get(who);
            let hidden = room.said.is_empty();
            assert!(found.is_some() == place.is_some() || hidden, "{who}, {:?}", room.kind);
            let (Some(found), Some(place)) = (found, place) else { continue };
            assert_eq!(found.unread as usize, room.unread(who), "{who}, {:?}", room.kind);
            let last = room.said.last().filter(|_| room.last() >= place.visible_from);
            let shown = found.last.as_ref().map(|line| line.text.clone());
            assert_eq!(shown, last.map(|said| said.text.clone()), "{who}, {:?}", room.kind);
        }
    }

    fn check_search(&self, who: Key) {
        let viewer = self.chats.viewer(who);
        let query = Query::parse("всем").unwrap();
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let page = self.chats.world.try_read(|tx| {
                let rooms = messenger::rooms_of(tx, &viewer, self.today)?;
                messenger::search(tx, &rooms, &query, before).map_err(Denied::from)
            });
            assert_eq!(page.is_ok(), self.can(who));
            let Ok(page) = page else { return };
            found.extend(page.hits.into_iter().map(|hit| (hit.line.conversation, hit.line.seq)));
            let Some(next) = page.next else { break };
            before = Some(next);
        }
        found.sort_unstable();
        let mut meant = Vec::new();
        for room in &self.rooms {
            let living = (1..=room.last()).filter(|seq| room.living(who, *seq).is_some());
            meant.extend(living.map(|seq| (room.id, seq)));
        }
        meant.sort_unstable();
        assert_eq!(found, meant, "{who}");
    }

    fn check_desk(&self, who: Key) {
        let viewer = self.chats.viewer(who);
        let cases = self.chats.world.try_read(|tx| {
            let by = SafetyOf::ask(tx, &viewer, self.today)?;
            messenger::list_cases(tx, &by, self.today, ReportState::Open).map_err(Denied::from)
        });
        assert_eq!(cases.is_ok(), self.sits_at_the_desk(who), "{who}");
        let Ok(cases) = cases else { return };
        let found: BTreeSet<ReportId> = cases.into_iter().map(|case| case.id).collect();
        let mine = self.reports.iter().filter(|report| self.may_handle(who, report));
        assert_eq!(found, mine.map(|report| report.id).collect(), "{who}");
    }
}
