//! The events that are due to a person after a cursor, read back from the log (MSG-I5).

use std::collections::HashMap;

use school::Present;
use store::{Event, ReadTx};

use crate::change::{Change, line_json};
use crate::line::lines_of;
use crate::places::row_sees;
use crate::storage::member::MemberRow;
use crate::{MessageId, SCOPE, storage};

/// Events due to one person, in the order of (g, n).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The events; those of messages carry the line as it is now, deleted texts left out.
    pub events: Vec<Event>,
    /// Up to which number the events are complete: a page never ends inside one g.
    pub upto: i64,
    /// Whether there are more above it.
    pub more: bool,
}

/// The events of the viewer's chats with `after < g <= upto`, at most about `limit` of them. The rights are those of
/// this moment: a chat that the viewer has left gives nothing.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn events_after(
    tx: &ReadTx<'_>,
    by: &Present<'_>,
    after: i64,
    upto: i64,
    limit: u32,
) -> Result<Due, store::Error> {
    if !storage::access::holds(tx, by.person())? {
        return Ok(Due { events: Vec::new(), upto, more: false });
    }
    let rows = storage::member::of_person(tx, by.person())?;
    let mut events = Vec::new();
    let mut complete = upto;
    let mut first = upto;
    for row in &rows {
        let found = of_chat(tx, row, after, upto, limit.saturating_add(1))?;
        first = found.first().map_or(first, |event| first.min(event.g));
        if found.len() > limit as usize {
            // Whatever g the page was cut in is left for the next one.
            complete = complete.min(found.last().map_or(upto, |event| event.g - 1));
        }
        events.extend(found.into_iter().filter(|event| row_sees(row, event)));
    }
    events.sort_unstable_by_key(|event| (event.g, event.n));
    if let Some(event) = events.get(limit as usize) {
        complete = complete.min(event.g - 1);
    }
    if complete < first {
        // One command caused more events than a page holds: it goes whole.
        complete = first;
        events.clear();
        for row in &rows {
            let found = of_chat(tx, row, first - 1, first, u32::MAX)?;
            events.extend(found.into_iter().filter(|event| row_sees(row, event)));
        }
        events.sort_unstable_by_key(|event| (event.g, event.n));
    }
    events.retain(|event| event.g <= complete);
    attach_lines(tx, &mut events)?;
    Ok(Due { events, upto: complete, more: complete < upto })
}

fn of_chat(
    tx: &ReadTx<'_>,
    row: &MemberRow,
    after: i64,
    upto: i64,
    limit: u32,
) -> Result<Vec<Event>, store::Error> {
    tx.events_of(SCOPE, row.conv.get(), after.max(row.joined_g - 1), upto, limit)
}

fn attach_lines(tx: &ReadTx<'_>, events: &mut [Event]) -> Result<(), store::Error> {
    let message_of = |event: &Event| Change::of(event).and_then(|(_, change)| change.message());
    let ids: Vec<MessageId> = events.iter().filter_map(message_of).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows = storage::message::by_ids(tx, &ids)?;
    let lines: HashMap<MessageId, _> =
        lines_of(tx, rows)?.into_iter().map(|line| (line.id, line_json(&line))).collect();
    for event in events {
        event.live = message_of(event).and_then(|id| lines.get(&id).cloned());
    }
    Ok(())
}
