//! Messages that wait to be delivered, by a job, outside every transaction (ARC-6, LNK-S6).

use store::{ReadTx, ServerKey, UtcInstant, WriteTx};
use time::Duration;

use crate::storage::sms;
use crate::{Attempt, Channel, OtpCode, Phone, SmsId, fence};

/// The pause after the first failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::seconds(5);
/// More doublings than fit into a code's life.
const DOUBLINGS: u32 = 8;

/// A message to be sent now.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The row, to report the outcome to.
    pub id: SmsId,
    /// To whom.
    pub phone: Phone,
    /// As a text or as a call.
    pub channel: Channel,
    /// The code it carries.
    pub code: OtpCode,
    /// When it was asked for.
    pub queued: UtcInstant,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Not sent yet.
    Waiting,
    /// Handed over to the gateway.
    Delivered {
        /// When.
        at: UtcInstant,
    },
    /// The gateway refused it or did not answer.
    Failed {
        /// What it said; never the code.
        why: String,
        /// Whether it is tried once more.
        tries_again: bool,
    },
    /// Not sent and not needed any more: a newer code took its place, or it is too old.
    Dropped,
}

/// A row of the outbox as an administrator sees it: without the code and without the whole phone (A1, LNK-S3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsRow {
    /// The row.
    pub id: SmsId,
    /// The phone but for its middle.
    pub masked: String,
    /// As a text or as a call.
    pub channel: Channel,
    /// When it was asked for.
    pub queued: UtcInstant,
    /// How often it was tried.
    pub tries: u32,
    /// What became of it.
    pub delivery: Delivery,
}

/// The messages that are due, oldest first. One that this key cannot open was sealed under another and is dropped.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn due_messages(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    limit: u32,
) -> Result<Vec<Outgoing>, store::Error> {
    let due = sms::due(tx, now, limit)?;
    Ok(due.into_iter().filter_map(|row| opened(row, key)).collect())
}

/// One of the due messages, when it still is: between the look at what is due and this one another delivery may have
/// handed it over.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_due_message(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    id: SmsId,
) -> Result<Option<Outgoing>, store::Error> {
    Ok(sms::find_due(tx, now, id)?.and_then(|row| opened(row, key)))
}

fn opened(row: sms::DueRow, key: &ServerKey) -> Option<Outgoing> {
    let code = key.open("sms outbox", &row.sealed).and_then(|plain| OtpCode::from_bytes(&plain))?;
    Some(Outgoing { id: row.id, phone: row.phone, channel: row.channel, code, queued: row.queued })
}

/// Notes that a message was handed over; its code is erased from the base (A1).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_delivered(tx: &mut WriteTx<'_>, now: UtcInstant, id: SmsId) -> Result<(), store::Error> {
    sms::set_delivered(tx, id, now)?;
    Ok(())
}

/// Notes that a message was not handed over. It is tried again, sooner first, as long as its code is good; the last
/// failure gives it up, erases its code, and does not count against the phone (A4).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_failed(tx: &mut WriteTx<'_>, now: UtcInstant, id: SmsId, why: &str) -> Result<(), store::Error> {
    let (tried, expires) = sms::tries(tx, id)?;
    let next = now + FIRST_PAUSE * (1 << tried.min(DOUBLINGS));
    let next_try = (next < expires).then_some(next);
    if let Some(unsent) = sms::set_failed(tx, id, why, next_try)?
        && next_try.is_none()
    {
        fence::uncount_send(tx, &unsent)?;
    }
    Ok(())
}

/// Lets a message that failed be tried now and not at its time; false when it waits no more.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn hurry_message(tx: &mut WriteTx<'_>, now: UtcInstant, id: SmsId) -> Result<bool, store::Error> {
    sms::set_due(tx, id, now)
}

/// Why a code was not read out.
#[derive(Debug, thiserror::Error)]
pub enum ReadOutError {
    /// It was read out before, a newer one took its place, or it is too old.
    #[error("no such code waits")]
    Gone,
    /// The person names another phone than the code is for.
    #[error("the code is for another phone")]
    OtherPhone,
    /// The base refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Gives a waiting code to the member of staff who reads it to the person that named its phone: once, and never again
/// (LNK-S6, K9). The caller has asked for the right and leaves a row in the audit.
///
/// # Errors
/// [`ReadOutError`].
pub fn read_out(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    id: SmsId,
    named: &Phone,
) -> Result<OtpCode, ReadOutError> {
    let message = find_due_message(tx, now, key, id)?.ok_or(ReadOutError::Gone)?;
    if message.phone != *named {
        return Err(ReadOutError::OtherPhone);
    }
    if sms::set_delivered(tx, id, now)? { Ok(message.code) } else { Err(ReadOutError::Gone) }
}

/// Whether codes wait whose time is over.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_expired_messages(tx: &ReadTx<'_>, now: UtcInstant) -> Result<bool, store::Error> {
    sms::has_expired(tx, now)
}

/// Erases the codes that were not handed over in their time (A1); they do not count against the phone (A4). Gives
/// their number.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn expire_messages(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    let unsent = sms::erase_expired(tx, now)?;
    for message in &unsent {
        fence::uncount_send(tx, message)?;
    }
    Ok(unsent.len())
}

/// What became of the code that the attempt waits for; `None` when none is on its way.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn delivery_of(tx: &ReadTx<'_>, attempt: &Attempt) -> Result<Option<Delivery>, store::Error> {
    sms::delivery(tx, attempt.id)
}

/// The newest rows of the outbox; the caller has asked for the right.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_messages(tx: &ReadTx<'_>, limit: u32) -> Result<Vec<SmsRow>, store::Error> {
    sms::list(tx, limit)
}

/// One row of the outbox; the caller has asked for the right.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_message(tx: &ReadTx<'_>, id: SmsId) -> Result<Option<SmsRow>, store::Error> {
    sms::find(tx, id)
}
