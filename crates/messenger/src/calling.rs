//! Whom new messages call through push services (MSG-F19): found in a read, put down in small writes, so that an
//! announcement to the whole school holds nobody's message up.

use std::collections::{HashMap, HashSet};

use school::{PersonId, PushId};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::limits::CALLS_OF_A_WRITE;
use crate::notify::notices_among;
use crate::{MessageId, Notice, PushKind, is_push_on, storage};

/// Whether there are messages that nobody was called about yet.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_calls(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    Ok(is_push_on(tx)? && storage::search::newest(tx)? > storage::push::upto(tx)?)
}

/// Whom new messages call: a part of what was found in one read, to be put down in one write.
#[derive(Clone, Debug)]
pub struct NewCalls {
    /// The mark that was found; another one means that somebody else has put them down.
    after: i64,
    rows: Vec<(PushId, MessageId, UtcInstant)>,
    /// The mark that is set when this part is the last.
    upto: Option<i64>,
}

/// Finds whom the next messages call, so many messages at most; nothing when there is no new one. In a large chat this
/// takes long (each member's place, quiet hours and account), so it is a read of its own, and what it finds comes in
/// parts that hold the writer up for a moment each. Whoever is out meanwhile is not called: the right is asked again when
/// a call leaves (MSG-E19).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_calls(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    today: Date,
    most: u32,
) -> Result<Vec<NewCalls>, store::Error> {
    let after = storage::push::upto(tx)?;
    let due = storage::search::after(tx, after, most)?;
    let Some(last) = due.last().map(|row| row.id) else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    if school::has_pushes(tx)? {
        for row in &due {
            let members = storage::member::of_chat(tx, row.conv)?;
            let people: Vec<PersonId> = members.iter().map(|member| member.person).collect();
            let pushes = school::pushes_of(tx, &people)?;
            if pushes.is_empty() {
                continue;
            }
            let among: HashSet<PersonId> = pushes.iter().map(|(_, person)| *person).collect();
            let called: HashMap<PersonId, Notice> =
                notices_among(tx, now, row.id, today, Some(&among))?.into_iter().collect();
            for (push, person) in pushes {
                match called.get(&person) {
                    Some(Notice::Now) => rows.push((push, row.id, now)),
                    Some(Notice::Later(due)) => rows.push((push, row.id, *due)),
                    Some(Notice::Never) | None => {}
                }
            }
        }
    }
    let mut parts: Vec<NewCalls> = rows
        .chunks(CALLS_OF_A_WRITE)
        .map(|rows| NewCalls { after, rows: rows.to_vec(), upto: None })
        .collect();
    match parts.last_mut() {
        Some(part) => part.upto = Some(last.get()),
        None => parts.push(NewCalls { after, rows: Vec::new(), upto: Some(last.get()) }),
    }
    Ok(parts)
}

/// Puts a part down, in the order in which they were found; the mark moves with the last, so a crash before it only means
/// that they are found again. A call that waits for a device already is replaced, so nothing is told twice.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_calls(tx: &mut WriteTx<'_>, calls: &NewCalls) -> Result<(), store::Error> {
    if storage::push::upto(tx)? != calls.after {
        return Ok(());
    }
    for (push, message, due) in &calls.rows {
        // One that was given up meanwhile takes no call.
        if school::has_push(tx, *push)? {
            storage::push::queue(tx, *push, PushKind::Message, Some(*message), *due)?;
        }
    }
    match calls.upto {
        Some(upto) => storage::push::set_upto(tx, upto),
        None => Ok(()),
    }
}
