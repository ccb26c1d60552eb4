//! Messages that wait for their time, as their sender sees them.

use messenger::{ScheduleId, Scheduled, Unsent};
use school::Zone;
use store::UtcInstant;
use time::Date;

use super::name_of;
use crate::views::moment;
use crate::views::silence::clock_of;
use crate::words::say;

/// A message that waits or was not sent.
pub(crate) struct LaterRow {
    pub(crate) id: ScheduleId,
    /// The chat; a link where the sender is in it.
    pub(crate) chat: String,
    pub(crate) conversation: i64,
    pub(crate) is_member: bool,
    pub(crate) when: String,
    /// Why it was not sent; empty while it waits.
    pub(crate) unsent: String,
    pub(crate) text: String,
    pub(crate) asks_ack: bool,
    pub(crate) urgent: bool,
    /// The names of its files.
    pub(crate) files: Vec<String>,
}

impl LaterRow {
    pub(crate) fn of(one: Scheduled, zone: &Zone, today: Date) -> Self {
        Self {
            id: one.id,
            chat: name_of(&one.conversation),
            conversation: one.conversation.id.get(),
            is_member: one.is_member,
            when: moment(zone.local(one.due), today),
            unsent: one.unsent.map(unsent_words).unwrap_or_default(),
            text: one.text,
            asks_ack: one.ack.is_some(),
            urgent: one.urgent,
            files: one.files.iter().map(|(_, name)| name.as_str().to_owned()).collect(),
        }
    }
}

fn unsent_words(why: Unsent) -> String {
    say(match why {
        Unsent::Left => "later-left",
        Unsent::ReadOnly => "later-read-only",
        Unsent::Silenced => "later-silenced",
        Unsent::Parted => "later-parted",
        Unsent::Calls => "later-calls",
        Unsent::NoReply => "later-no-reply",
        Unsent::Refused => "later-refused",
    })
}

/// «2026-10-15T07:30», as the field of a form has it.
pub(crate) fn field_of(zone: &Zone, at: UtcInstant) -> String {
    let local = zone.local(at);
    let (year, month, day) = (local.date.year(), u8::from(local.date.month()), local.date.day());
    format!("{year:04}-{month:02}-{day:02}T{}", clock_of(local.minute()))
}
