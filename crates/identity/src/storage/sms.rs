use rusqlite::{Row, params};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{channel_of, channel_word, flow_of, flow_word};
use crate::otp::Letter;
use crate::{AttemptId, Channel, CodeId, Delivery, Flow, Phone, SmsId, SmsRow};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    code: CodeId,
    letter: &Letter<'_>,
    sealed: &[u8],
    queued: UtcInstant,
    expires: UtcInstant,
) -> Result<(), store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO identity_sms (code, flow, phone, channel, sealed, queued, expires, next_try)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6)"
        ),
        params![
            code,
            flow_word(letter.purpose.flow()),
            letter.phone,
            channel_word(letter.channel),
            sealed,
            queued,
            expires
        ],
    )?;
    Ok(())
}

pub(crate) struct DueRow {
    pub(crate) id: SmsId,
    pub(crate) phone: Phone,
    pub(crate) channel: Channel,
    pub(crate) sealed: Vec<u8>,
    pub(crate) queued: UtcInstant,
}

pub(crate) fn due(tx: &ReadTx<'_>, now: UtcInstant, limit: u32) -> Result<Vec<DueRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, phone, channel, sealed, queued FROM identity_sms
             WHERE sealed IS NOT NULL AND next_try <= ?1 AND expires > ?1 ORDER BY next_try, id LIMIT ?2"
        ),
        params![now, limit],
        due_of,
    )
}

pub(crate) fn find_due(tx: &ReadTx<'_>, now: UtcInstant, id: SmsId) -> Result<Option<DueRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, phone, channel, sealed, queued FROM identity_sms
             WHERE id = ?1 AND sealed IS NOT NULL AND next_try <= ?2 AND expires > ?2"
        ),
        params![id, now],
        due_of,
    )
}

fn due_of(row: &Row<'_>) -> rusqlite::Result<DueRow> {
    let channel: String = row.get("channel")?;
    Ok(DueRow {
        id: row.get("id")?,
        phone: row.get("phone")?,
        channel: channel_of(&channel)?,
        sealed: row.get("sealed")?,
        queued: row.get("queued")?,
    })
}

/// Lets a failed message be due now; false when it waits no more.
pub(crate) fn set_due(tx: &mut WriteTx<'_>, id: SmsId, now: UtcInstant) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE identity_sms SET next_try = min(next_try, ?2)
             WHERE id = ?1 AND sealed IS NOT NULL AND failed IS NOT NULL AND expires > ?2"
        ),
        params![id, now],
    )?;
    Ok(count == 1)
}

/// Notes that a message left; true for the one call that did it.
pub(crate) fn set_delivered(tx: &mut WriteTx<'_>, id: SmsId, now: UtcInstant) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE identity_sms SET delivered = ?2, sealed = NULL, failed = NULL, tries = tries + 1
             WHERE id = ?1 AND delivered IS NULL"
        ),
        params![id, now],
    )?;
    Ok(count == 1)
}

/// A message that did not leave, as it was counted when it was asked for.
pub(crate) struct UnsentSms {
    pub(crate) phone: Phone,
    pub(crate) flow: Flow,
    pub(crate) queued: UtcInstant,
}

fn unsent_of(row: &Row<'_>) -> rusqlite::Result<UnsentSms> {
    let flow: String = row.get("flow")?;
    Ok(UnsentSms { phone: row.get("phone")?, flow: flow_of(&flow)?, queued: row.get("queued")? })
}

/// Notes a failure; with `next_try` the row goes on waiting, without it the row is given up.
pub(crate) fn set_failed(
    tx: &mut WriteTx<'_>,
    id: SmsId,
    why: &str,
    next_try: Option<UtcInstant>,
) -> Result<Option<UnsentSms>, store::Error> {
    tx.returning(
        sql!(
            "UPDATE identity_sms
             SET failed = ?2, tries = tries + 1, next_try = COALESCE(?3, next_try),
                 sealed = CASE WHEN ?3 IS NULL THEN NULL ELSE sealed END
             WHERE id = ?1 AND delivered IS NULL AND sealed IS NOT NULL
             RETURNING phone, flow, queued"
        ),
        params![id, why, next_try],
        unsent_of,
    )
}

/// How often a message was tried, and until when it may be.
pub(crate) fn tries(tx: &ReadTx<'_>, id: SmsId) -> Result<(u32, UtcInstant), store::Error> {
    tx.load(sql!("SELECT tries, expires FROM identity_sms WHERE id = ?1"), [id], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

pub(crate) fn has_expired(tx: &ReadTx<'_>, now: UtcInstant) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT EXISTS (SELECT 1 FROM identity_sms WHERE sealed IS NOT NULL AND expires <= ?1)"),
        [now],
        |row| row.get(0),
    )
}

/// Erases the codes that nobody fetched in their time; gives what was never sent.
pub(crate) fn erase_expired(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<Vec<UnsentSms>, store::Error> {
    let unsent = tx.list(
        sql!("SELECT phone, flow, queued FROM identity_sms WHERE sealed IS NOT NULL AND expires <= ?1"),
        [now],
        unsent_of,
    )?;
    tx.execute(
        sql!("UPDATE identity_sms SET sealed = NULL WHERE sealed IS NOT NULL AND expires <= ?1"),
        [now],
    )?;
    Ok(unsent)
}

/// Erases what waits for an attempt's codes; gives what was never sent.
pub(crate) fn erase_of(tx: &mut WriteTx<'_>, attempt: AttemptId) -> Result<Vec<UnsentSms>, store::Error> {
    let unsent = tx.list(
        sql!(
            "SELECT phone, flow, queued FROM identity_sms
             WHERE sealed IS NOT NULL AND code IN (SELECT id FROM identity_code WHERE attempt = ?1)"
        ),
        [attempt],
        unsent_of,
    )?;
    tx.execute(
        sql!(
            "UPDATE identity_sms SET sealed = NULL
             WHERE sealed IS NOT NULL AND code IN (SELECT id FROM identity_code WHERE attempt = ?1)"
        ),
        [attempt],
    )?;
    Ok(unsent)
}

pub(crate) fn purge(tx: &mut WriteTx<'_>, before: UtcInstant) -> Result<usize, store::Error> {
    tx.execute(sql!("DELETE FROM identity_sms WHERE queued < ?1"), [before])
}

fn delivery_of(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let delivered: Option<UtcInstant> = row.get("delivered")?;
    let failed: Option<String> = row.get("failed")?;
    let waits: bool = row.get("waits")?;
    Ok(match (delivered, failed, waits) {
        (Some(at), _, _) => Delivery::Delivered { at },
        (None, Some(why), waits) => Delivery::Failed { why, tries_again: waits },
        (None, None, true) => Delivery::Waiting,
        (None, None, false) => Delivery::Dropped,
    })
}

pub(crate) fn delivery(tx: &ReadTx<'_>, attempt: AttemptId) -> Result<Option<Delivery>, store::Error> {
    tx.find(
        sql!(
            "SELECT s.delivered, s.failed, s.sealed IS NOT NULL AS waits
             FROM identity_sms s JOIN identity_code c ON c.id = s.code
             WHERE c.attempt = ?1 AND c.ended IS NULL"
        ),
        [attempt],
        delivery_of,
    )
}

pub(crate) fn list(tx: &ReadTx<'_>, limit: u32) -> Result<Vec<SmsRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, phone, channel, queued, tries, delivered, failed, sealed IS NOT NULL AS waits
             FROM identity_sms ORDER BY id DESC LIMIT ?1"
        ),
        [limit],
        shown_of,
    )
}

pub(crate) fn find(tx: &ReadTx<'_>, id: SmsId) -> Result<Option<SmsRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, phone, channel, queued, tries, delivered, failed, sealed IS NOT NULL AS waits
             FROM identity_sms WHERE id = ?1"
        ),
        [id],
        shown_of,
    )
}

fn shown_of(row: &Row<'_>) -> rusqlite::Result<SmsRow> {
    let channel: String = row.get("channel")?;
    let phone: Phone = row.get("phone")?;
    Ok(SmsRow {
        id: row.get("id")?,
        masked: phone.masked(),
        channel: channel_of(&channel)?,
        queued: row.get("queued")?,
        tries: row.get("tries")?,
        delivery: delivery_of(row)?,
    })
}
