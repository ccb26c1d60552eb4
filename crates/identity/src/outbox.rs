//! Messages that wait to be delivered, by a job, outside every transaction (ARC-6, LNK-S6).

use store::{ReadTx, ServerKey, UtcInstant, WriteTx};
use time::Duration;

use crate::storage::sms;
use crate::{Attempt, Channel, OtpCode, Phone, SmsId, fence};

/// How often a message is tried before it is given up; a code lives for five minutes only.
const TRIES: u32 = 4;

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
    Ok(due
        .into_iter()
        .filter_map(|row| {
            let code = key.open("sms outbox", &row.sealed).and_then(|plain| OtpCode::from_bytes(&plain))?;
            Some(Outgoing { id: row.id, phone: row.phone, channel: row.channel, code, queued: row.queued })
        })
        .collect())
}

/// Notes that a message was handed over; its code is erased from the base (A1).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_delivered(tx: &mut WriteTx<'_>, now: UtcInstant, id: SmsId) -> Result<(), store::Error> {
    sms::set_delivered(tx, id, now)
}

/// Notes that a message was not handed over. It is tried again, sooner first; the last failure gives it up, erases its
/// code, and does not count against the phone (A4).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_failed(tx: &mut WriteTx<'_>, now: UtcInstant, id: SmsId, why: &str) -> Result<(), store::Error> {
    let tried = sms::tries(tx, id)?;
    let pause = Duration::seconds(5 << tried.min(TRIES));
    let next_try = (tried + 1 < TRIES).then_some(now + pause);
    if let Some(unsent) = sms::set_failed(tx, id, why, next_try)?
        && next_try.is_none()
    {
        fence::uncount_send(tx, &unsent)?;
    }
    Ok(())
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
