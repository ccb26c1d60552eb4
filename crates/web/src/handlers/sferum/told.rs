//! What a chat's page tells of it in words: who sees what is written, and why the viewer may only read.

use messenger::{Audience, ChatKind, MemberOf, ReadOnly, members};
use store::ReadTx;

use crate::views::sferum::seats_line;
use crate::words::say;

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
    Ok(listed.into_iter().map(school::PersonName::short).collect::<Vec<_>>().join(", "))
}

/// Why a member may only read.
pub(super) fn read_only_words(why: ReadOnly) -> String {
    match why {
        ReadOnly::Reader => say("read-only-reader"),
        ReadOnly::Closed => say("read-only-closed"),
        ReadOnly::Unattended => say("read-only-unattended"),
    }
}
