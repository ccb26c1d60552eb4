//! What a chat's page tells of it in words: who sees what is written, why the viewer may only read, and which call
//! goes on.

use calls::{Call, CallId, CallState};
use messenger::{Audience, ChatKind, MemberOf, ReadOnly, members};
use school::{PersonName, Zone};
use store::ReadTx;

use crate::views::clock_time;
use crate::views::sferum::seats_line;
use crate::words::{Words, say};

/// The call that goes on in a chat.
pub(super) struct CallBar {
    pub(super) id: CallId,
    /// «Идёт видеоконференция», or that it waits for whoever leads.
    pub(super) state: String,
    /// Who has begun it, and when.
    pub(super) by: String,
}

impl CallBar {
    pub(super) fn of(tx: &ReadTx<'_>, call: &Call, zone: &Zone) -> Result<Self, store::Error> {
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
        })
    }
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
