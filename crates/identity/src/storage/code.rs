use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{channel_of, channel_word};
use crate::otp::Letter;
use crate::{AttemptId, Channel, CodeId, Phone};

/// The attempt's code that has neither been used nor ended; it may be too old or have had its tries.
pub(crate) struct OpenCode {
    pub(crate) id: CodeId,
    pub(crate) purpose: String,
    pub(crate) phone: Phone,
    pub(crate) channel: Channel,
    pub(crate) tries: u8,
    pub(crate) sent: UtcInstant,
    pub(crate) expires: UtcInstant,
}

pub(crate) fn find_open(tx: &ReadTx<'_>, attempt: AttemptId) -> Result<Option<OpenCode>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, purpose, phone, channel, tries, sent, expires FROM identity_code
             WHERE attempt = ?1 AND ended IS NULL"
        ),
        [attempt],
        |row| {
            let channel: String = row.get("channel")?;
            Ok(OpenCode {
                id: row.get("id")?,
                purpose: row.get("purpose")?,
                phone: row.get("phone")?,
                channel: channel_of(&channel)?,
                tries: row.get("tries")?,
                sent: row.get("sent")?,
                expires: row.get("expires")?,
            })
        },
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    letter: &Letter<'_>,
    mac: &[u8; 32],
    sent: UtcInstant,
    expires: UtcInstant,
) -> Result<CodeId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO identity_code (attempt, purpose, phone, channel, mac, sent, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        ),
        params![
            letter.attempt,
            letter.purpose.word(),
            letter.phone,
            channel_word(letter.channel),
            mac.as_slice(),
            sent,
            expires
        ],
    )
    .map(CodeId::from_row)
}

pub(crate) struct CountedTry {
    pub(crate) mac: Vec<u8>,
    pub(crate) tries: u8,
}

/// Counts a try in the statement that hands out what is to be compared; `None` when there is no try left (A3).
///
/// The code lives for five minutes on either side of its sending: a clock that is set back revives none (R5).
pub(crate) fn count_try(
    tx: &mut WriteTx<'_>,
    id: CodeId,
    now: UtcInstant,
) -> Result<Option<CountedTry>, store::Error> {
    tx.returning(
        sql!(
            "UPDATE identity_code SET tries = tries + 1
             WHERE id = ?1 AND ended IS NULL AND tries < 5 AND expires > ?2 AND ?2 > sent - (expires - sent)
             RETURNING mac, tries"
        ),
        params![id, now],
        |row| Ok(CountedTry { mac: row.get("mac")?, tries: row.get("tries")? }),
    )
}

pub(crate) fn is_too_old(tx: &ReadTx<'_>, id: CodeId, now: UtcInstant) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT tries < 5 AND ended IS NULL AND expires <= ?2 FROM identity_code WHERE id = ?1"),
        params![id, now],
        |row| row.get(0),
    )
}

/// Ends a code; true for the one call that did it.
pub(crate) fn end(tx: &mut WriteTx<'_>, id: CodeId, now: UtcInstant) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE identity_code SET ended = ?2 WHERE id = ?1 AND ended IS NULL"),
        params![id, now],
    )?;
    Ok(count == 1)
}

/// Ends the attempt's codes.
pub(crate) fn end_all(tx: &mut WriteTx<'_>, now: UtcInstant, attempt: AttemptId) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_code SET ended = ?2 WHERE attempt = ?1 AND ended IS NULL"),
        params![attempt, now],
    )?;
    Ok(())
}
