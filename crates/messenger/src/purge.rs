//! The purge: what is past its time leaves every table but its number, in small steps (MSG-S8, MSG-K5). What was reported,
//! is held or was to be acknowledged stays as long as that keeps it (MSG-I17).

use store::{Act, Actor, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::retention::Cutoffs;
use crate::storage::purge::DueRow;
use crate::{ChatKind, Conversation, ConversationId, MemberOf, Retention, SafetyOf, storage, upload};

/// What was taken out of one chat on one day.
#[derive(Clone, Debug)]
pub struct Purged {
    /// The day.
    pub day: Date,
    /// The chat.
    pub conversation: Conversation,
    /// How many messages.
    pub messages: u32,
    /// How many files of theirs.
    pub files: u32,
    /// Messages before this moment were past their time.
    pub before: UtcInstant,
}

/// Whether a purge of this day would do anything.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_purge_due(tx: &ReadTx<'_>, today: Date, retention: Retention) -> Result<bool, store::Error> {
    let cutoffs = Cutoffs::load(tx, today, retention)?;
    Ok(storage::purge::has_unnoted(tx)?
        || is_new_file(tx)?
        || next_chat(tx, &cutoffs)?.is_some()
        || !released(tx, &cutoffs)?.is_empty())
}

/// Whether no purge has been through this file since it was made or came back from a copy (MSG-K5).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_new_file(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    Ok(storage::purge::epoch(tx)?.as_deref() != Some(tx.epoch()?.as_str()))
}

/// The chat to go on with, and the moment before which its messages are past their time.
fn next_chat(
    tx: &ReadTx<'_>,
    cutoffs: &Cutoffs,
) -> Result<Option<(ConversationId, UtcInstant)>, store::Error> {
    let mut chats = storage::purge::chats(tx)?.into_iter();
    Ok(chats.find_map(|chat| {
        let before = cutoffs.of(chat.kind)?;
        (chat.next_ts < before).then_some((chat.id, before))
    }))
}

/// Whether the time of a message is over: by its chat's kind, and by the acknowledgement it asked for.
fn is_over(cutoffs: &Cutoffs, kind: ChatKind, message: &DueRow) -> bool {
    let past = |before: Option<UtcInstant>| before.is_some_and(|before| message.ts < before);
    past(cutoffs.of(kind)) && (!message.asks || past(cutoffs.acknowledged()))
}

/// Messages passed by before that nothing keeps any more.
fn released(tx: &ReadTx<'_>, cutoffs: &Cutoffs) -> Result<Vec<DueRow>, store::Error> {
    let mut rows = storage::purge::released(tx)?;
    rows.retain(|(kind, row)| is_over(cutoffs, *kind, row));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// One step: looks at so many messages at most; says whether there is more to do. Each step leaves the base whole, so a
/// crash between two of them only means that the next round goes on.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn purge_messages(
    tx: &mut WriteTx<'_>,
    today: Date,
    retention: Retention,
    most: u32,
) -> Result<bool, store::Error> {
    let cutoffs = Cutoffs::load(tx, today, retention)?;
    let mut free = released(tx, &cutoffs)?;
    if !free.is_empty() {
        free.truncate(most as usize);
        for row in &free {
            storage::purge::let_go(tx, row.id)?;
            let before = cutoffs.of(row.kind).unwrap_or(row.ts);
            take_out(tx, today, row, before)?;
        }
        return Ok(true);
    }
    let Some((chat, before)) = next_chat(tx, &cutoffs)? else { return Ok(false) };
    let rows = storage::purge::due(tx, chat, before, most)?;
    let Some(upto) = rows.last().map(|row| row.seq) else { return Ok(false) };
    for row in &rows {
        if storage::hold::covers(tx, chat, row.id)? || !is_over(&cutoffs, row.kind, row) {
            storage::purge::keep(tx, row.id)?;
        } else {
            take_out(tx, today, row, before)?;
        }
    }
    storage::purge::set_bound(tx, chat, upto, before)?;
    Ok(true)
}

/// Takes one message out, with all that hangs on it.
fn take_out(tx: &mut WriteTx<'_>, today: Date, row: &DueRow, before: UtcInstant) -> Result<(), store::Error> {
    let files = storage::attachment::files_of(tx, row.id)?;
    storage::purge::take_out(tx, row)?;
    storage::search::remove(tx, row.id)?;
    let mut gone = 0;
    for file in files {
        // One file may be in several chats (MSG-E40): the last message that carries it takes it along.
        if storage::file::is_attached(tx, file)? {
            continue;
        }
        if let Some(file) = storage::file::find(tx, file)? {
            upload::forget(tx, &file)?;
            gone += 1;
        }
    }
    storage::purge::count(tx, today, row.conv, gone, before)
}

/// Ends a purge: what was taken out since the last end gets one row in the audit chain.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn finish_purge(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<(), store::Error> {
    if is_new_file(tx)? {
        let epoch = tx.epoch()?;
        storage::purge::set_epoch(tx, &epoch)?;
    }
    let rows = storage::purge::unnoted(tx)?;
    if rows.is_empty() {
        return Ok(());
    }
    let messages: u32 = rows.iter().map(|row| row.messages).sum();
    let files: u32 = rows.iter().map(|row| row.files).sum();
    let mut chats: Vec<i64> = rows.iter().map(|row| row.conv.get()).collect();
    chats.sort_unstable();
    chats.dedup();
    let chats = chats.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    storage::purge::note_all(tx)?;
    let day = rows.last().map(|row| row.day.to_string()).unwrap_or_default();
    let act = Act::new("messenger.retention.purge", "day", day)
        .change(None, Some(format!("messages:{messages} files:{files} chats:{chats}")));
    tx.audit(now, &Actor::program("job"), act)
}

/// What was taken out lately, newest first, as far as the desk may know of the chats.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_purged(tx: &ReadTx<'_>, by: &SafetyOf<'_>) -> Result<Vec<Purged>, store::Error> {
    let mut purged = Vec::new();
    for row in storage::purge::lately(tx)? {
        let conversation = Conversation::load(tx, row.conv)?;
        // That a pupil has a line to the leads is the leads' to know.
        if by.may_open(&conversation) {
            let (day, messages, files, before) = (row.day, row.messages, row.files, row.before);
            purged.push(Purged { day, conversation, messages, files, before });
        }
    }
    Ok(purged)
}

/// How many messages are past their time and kept by a report, a hold or an acknowledgement.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_kept(tx: &ReadTx<'_>, _by: &SafetyOf<'_>) -> Result<u32, store::Error> {
    storage::purge::count_kept(tx)
}

impl MemberOf<'_> {
    /// Up to which moment messages that the member could once see are gone by their age.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn purged_before(&self, tx: &ReadTx<'_>) -> Result<Option<UtcInstant>, store::Error> {
        let bound = storage::purge::bound(tx, self.conversation().id)?;
        Ok(bound.and_then(|(upto, before)| (self.visible_from() <= upto + 1).then_some(before)))
    }
}
