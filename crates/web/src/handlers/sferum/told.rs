//! What a chat's page tells of it in words: who sees what is written, why the viewer may only read, and which calls
//! go on.

use calls::{Call, CallId, CallState};
use messenger::{Audience, ChatKind, MemberOf, ReadOnly, members};
use school::{PersonName, Viewer, Zone};
use store::ReadTx;

use crate::flows::{LessonCall, call_of_chat, lesson_calls_of_chat};
use crate::views::clock_time;
use crate::views::sferum::seats_line;
use crate::words::{Words, say};

/// A call that goes on in a chat, or a lesson's that lets the viewer in.
pub(super) struct CallBar {
    pub(super) id: CallId,
    /// «Идёт видеоконференция», or that it waits for whoever leads.
    pub(super) state: String,
    /// Who has begun it, and when; of a lesson from when to when it is.
    pub(super) by: String,
    /// The subject of a lesson; empty for a call of the chat.
    pub(super) lesson: String,
}

impl CallBar {
    fn of(tx: &ReadTx<'_>, call: &Call, zone: &Zone) -> Result<Self, store::Error> {
        let names = match call.begun_by {
            Some(person) => school::names_of(tx, &[person])?,
            None => std::collections::HashMap::new(),
        };
        let name = names.into_values().next().as_ref().map(PersonName::formal).unwrap_or_default();
        let at = clock_time(zone.local(call.begun).time);
        Ok(Self {
            id: call.id,
            state: say(if call.state == CallState::Open { "calls-bar-open" } else { "calls-bar-waits" }),
            by: Words::of("calls-bar-by").with("name", name).with("at", at).say(),
            lesson: String::new(),
        })
    }

    fn of_lesson(live: LessonCall, zone: &Zone) -> Self {
        let LessonCall { call, facts, subject, leads } = live;
        let state = match (call.state, leads) {
            (CallState::Open, _) => Words::of("calls-bar-lesson"),
            (_, true) => Words::of("calls-bar-lesson-yours"),
            (_, false) => Words::of("calls-bar-lesson-waits"),
        };
        let clock = |at| clock_time(zone.local(at).time);
        let times =
            Words::of("calls-from-to").with("from", clock(facts.begins)).with("to", clock(facts.ends));
        Self {
            id: call.id,
            state: state.with("subject", subject.clone()).say(),
            by: times.say(),
            lesson: subject,
        }
    }
}

/// The calls that go on here for a member: the chat's own, then those of lessons; and whether the member may start one.
pub(super) fn call_bars(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    by: &MemberOf<'_>,
    zone: &Zone,
) -> Result<(Vec<CallBar>, bool), store::Error> {
    let (own, may_call) = call_of_chat(tx, by)?;
    let own = own.map(|call| CallBar::of(tx, &call, zone)).transpose()?;
    let mut bars = Vec::from_iter(own);
    let lessons = lesson_calls_of_chat(tx, viewer, by, zone)?.into_iter();
    bars.extend(lessons.map(|live| CallBar::of_lesson(live, zone)));
    Ok((bars, may_call))
}

/// Up to this many members of a chat of people are called by name; observers are thereby named (MSG-S3).
const NAMED: usize = 8;

/// Who sees what is written here: by name where they are few, else counted.
pub(super) fn who_line(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    audience: &Audience,
) -> Result<String, store::Error> {
    let kind = by.conversation().kind;
    let of_people =
        matches!(kind, ChatKind::Supervised | ChatKind::Family | ChatKind::Confidential | ChatKind::Private);
    let members = if of_people { members(tx, by)? } else { Vec::new() };
    if members.is_empty() || members.len() > NAMED {
        return Ok(seats_line(audience));
    }
    let people: Vec<_> = members.iter().map(|(person, _)| *person).collect();
    let names = school::names_of(tx, &people)?;
    let mut listed: Vec<_> = people.iter().filter_map(|person| names.get(person)).collect();
    listed.sort_by_key(|name| name.sort_key());
    Ok(listed.into_iter().map(PersonName::short).collect::<Vec<_>>().join(", "))
}

/// Why a member may only read.
pub(super) fn read_only_words(why: ReadOnly) -> String {
    match why {
        ReadOnly::Reader => say("read-only-reader"),
        ReadOnly::Closed => say("read-only-closed"),
        ReadOnly::Unattended => say("read-only-unattended"),
    }
}
