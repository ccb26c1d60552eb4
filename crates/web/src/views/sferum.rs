//! Chats and messages as pages show them.

pub(crate) mod card;
pub(crate) mod extras;
pub(crate) mod files;
pub(crate) mod later;
mod link;
mod names;
pub(crate) mod poll;
pub(crate) mod search;

use std::collections::{HashMap, HashSet};

use messenger::{
    ChatSummary, ConversationId, Disclosed, Extras, Line, MemberOf, PREVIEW_GRAPHEMES, warns_of_money,
};
use school::{Local, PersonId, Zone};
use store::UtcInstant;
use time::Date;

use card::CardView;
use extras::ExtrasView;
pub(crate) use link::{Part, parts_of};
pub(crate) use names::{absent_line, avatar_of, badge_of, name_of, seats_line};

use super::{clock_time, day_month, weekday_day, weekday_short};
use crate::flows::Card;
use crate::words::{Words, say};

/// A chat in the list.
pub(crate) struct ChatLink {
    pub(crate) id: ConversationId,
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) tint: u8,
    pub(crate) last: String,
    pub(crate) time: String,
    pub(crate) unread: u32,
    /// Whether the viewer has hushed it.
    pub(crate) hushed: bool,
    /// Whether an unread message calls the viewer by name.
    pub(crate) called: bool,
    /// Whether something waits for the viewer's «Ознакомлен(а)».
    pub(crate) to_acknowledge: bool,
    pub(crate) active: bool,
}

pub(crate) fn tint_of(person: PersonId) -> u8 {
    u8::try_from(person.get() % 6).unwrap_or(0)
}

/// «20:14», «вчера», «пн», «9 октября».
fn short_moment(at: Local, today: Date) -> String {
    let days = (today - at.date).whole_days();
    match days {
        0 => clock_time(at.time),
        1 => "вчера".to_owned(),
        2..=6 => weekday_short(at.date.weekday()).to_owned(),
        _ => day_month(at.date),
    }
}

/// The list of chats.
pub(crate) fn links_of(
    chats: Vec<ChatSummary>,
    me: PersonId,
    active: Option<ConversationId>,
    blocked: &HashSet<PersonId>,
    zone: &Zone,
    now: UtcInstant,
) -> Vec<ChatLink> {
    let today = zone.date(now);
    let link = |chat: ChatSummary| {
        let (initials, tint) = avatar_of(&chat.conversation);
        let (last, time) = match &chat.last {
            Some(line) => {
                let text = match &line.text {
                    Some(_) if blocked.contains(&line.sender) => say("chat-folded"),
                    Some(text) => messenger::preview(&files::text_or_file(text), PREVIEW_GRAPHEMES).0,
                    None => say("chat-deleted"),
                };
                let given = line.name.split(' ').next().unwrap_or_default();
                let who = if line.sender == me { say("chat-you") } else { given.to_owned() };
                (format!("{who}: {text}"), short_moment(zone.local(line.ts), today))
            }
            None => (say("chat-no-messages"), String::new()),
        };
        let id = chat.conversation.id;
        let name = name_of(&chat.conversation);
        ChatLink {
            id,
            name,
            initials,
            tint,
            last,
            time,
            unread: chat.unread,
            hushed: chat.hush.is_some_and(|hush| hush.holds(now)),
            called: chat.called,
            to_acknowledge: chat.to_acknowledge,
            active: active == Some(id),
        }
    };
    chats.into_iter().map(link).collect()
}

/// One message of a page; the same shape, empty, is the template that the script fills.
#[derive(Default)]
pub(crate) struct MessageView {
    pub(crate) seq: i64,
    pub(crate) rev: i64,
    pub(crate) sender: i64,
    pub(crate) cid: String,
    pub(crate) ts: i64,
    pub(crate) own: bool,
    pub(crate) run: bool,
    pub(crate) gone: bool,
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) tint: u8,
    pub(crate) badge: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) time: String,
    pub(crate) edited: bool,
    /// Whether it calls its readers in quiet hours too.
    pub(crate) urgent: bool,
    pub(crate) readers: u32,
    pub(crate) tools: bool,
    /// Whether the viewer has blocked the author, so that the text is folded.
    pub(crate) folded: bool,
    pub(crate) may_react: bool,
    /// Whether it asks for money where the school does not.
    pub(crate) asks_money: bool,
    pub(crate) card: Option<CardView>,
    pub(crate) extras: ExtrasView,
}

/// What stands in the column of messages.
pub(crate) enum Item {
    /// A new day begins.
    Day(String),
    /// So many messages wait below.
    New(u32),
    /// A message.
    Message(Box<MessageView>),
}

/// What the column is made with.
pub(crate) struct Column<'a> {
    pub(crate) me: PersonId,
    pub(crate) unread_from: i64,
    pub(crate) receipts: &'a HashMap<i64, u32>,
    pub(crate) blocked: &'a HashSet<PersonId>,
    pub(crate) extras: &'a HashMap<i64, Extras>,
    pub(crate) cards: &'a HashMap<i64, Card>,
    pub(crate) zone: &'a Zone,
    pub(crate) today: Date,
}

impl Column<'_> {
    /// One message; `before` is the one above it.
    pub(crate) fn message(&self, by: &MemberOf<'_>, line: Line, before: Option<&Line>) -> MessageView {
        let local = self.zone.local(line.ts);
        let run = before.is_some_and(|before| {
            before.sender == line.sender
                && self.zone.date(before.ts) == local.date
                && line.ts.since(before.ts).whole_minutes() < 10
        });
        MessageView {
            seq: line.seq,
            rev: line.rev,
            sender: line.sender.get(),
            cid: line.cid.to_string(),
            ts: line.ts.millis(),
            own: line.sender == self.me,
            run,
            gone: line.text.is_none(),
            tools: line.text.is_some(),
            folded: line.text.is_some() && self.blocked.contains(&line.sender),
            may_react: by.may_react(),
            asks_money: line
                .text
                .as_deref()
                .is_some_and(|text| warns_of_money(by.conversation().kind, line.seat, text)),
            card: self.cards.get(&line.seq).map(CardView::of),
            extras: self
                .extras
                .get(&line.seq)
                .map(|extras| ExtrasView::of(&line, extras, self.zone, self.today))
                .unwrap_or_default(),
            badge: badge_of(line.seat),
            tint: tint_of(line.sender),
            time: clock_time(local.time),
            urgent: line.urgent,
            edited: line.rev > 0 && line.text.is_some(),
            readers: self.receipts.get(&line.seq).copied().unwrap_or(0),
            parts: self.said(&line),
            name: line.name,
            initials: line.initials,
        }
    }

    /// The text; of a poll the question, for its options are drawn below.
    fn said(&self, line: &Line) -> Vec<Part> {
        let poll = self.extras.get(&line.seq).and_then(|extras| extras.poll.as_ref());
        let text = poll.map(|poll| poll.ballot.question.as_str()).or(line.text.as_deref());
        text.map(parts_of).unwrap_or_default()
    }

    /// The column of a page of history.
    pub(crate) fn items(&self, by: &MemberOf<'_>, lines: Vec<Line>) -> Vec<Item> {
        let mut items = Vec::new();
        let mut before: Option<Line> = None;
        let unread = lines.iter().filter(|line| self.is_unread(line)).count();
        let mut told = unread == 0;
        for line in lines {
            let date = self.zone.date(line.ts);
            if before.as_ref().is_none_or(|before| self.zone.date(before.ts) != date) {
                let day = weekday_day(date);
                let day =
                    if date == self.today { Words::of("chat-today").with("day", day).say() } else { day };
                items.push(Item::Day(day));
            }
            if !told && self.is_unread(&line) {
                told = true;
                items.push(Item::New(u32::try_from(unread).unwrap_or(u32::MAX)));
                before = None;
            }
            let view = self.message(by, line.clone(), before.as_ref());
            items.push(Item::Message(Box::new(view)));
            before = Some(line);
        }
        items
    }

    fn is_unread(&self, line: &Line) -> bool {
        line.seq >= self.unread_from && line.sender != self.me && line.text.is_some()
    }
}

/// That a chat was opened by those who answer for safety, when it was last; empty when it never was.
pub(crate) fn opened_line(told: &[Disclosed], zone: &Zone, today: Date) -> String {
    let line = |last: &Disclosed| {
        Words::of("chat-opened").with("date", super::moment(zone.local(last.at), today)).say()
    };
    told.first().map(line).unwrap_or_default()
}

/// That what is older was removed by its age.
pub(crate) fn purged_line(before: UtcInstant, zone: &Zone) -> String {
    Words::of("chat-purged").with("before", super::full_date(zone.date(before))).say()
}
