use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::id_list;
use crate::poll::PollTerms;
use crate::{ClientId, ConversationId, MessageId, ReportId};

/// A poll's row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PollRow {
    pub(crate) message: MessageId,
    pub(crate) terms: PollTerms,
    pub(crate) closed: Option<UtcInstant>,
}

fn poll_of(row: &Row<'_>) -> rusqlite::Result<PollRow> {
    Ok(PollRow {
        message: row.get("message")?,
        terms: PollTerms {
            multiple: row.get("multiple")?,
            anonymous: row.get("anonymous")?,
            family: row.get("family")?,
            closes: row.get("closes_ts")?,
        },
        closed: row.get("closed_ts")?,
    })
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, message: MessageId, terms: PollTerms) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_poll (message, multiple, anonymous, family, closes_ts) VALUES (?1, ?2, ?3, ?4, ?5)"
        ),
        params![message, terms.multiple, terms.anonymous, terms.family, terms.closes],
    )?;
    Ok(())
}

pub(crate) fn find(tx: &ReadTx<'_>, message: MessageId) -> Result<Option<PollRow>, store::Error> {
    Ok(of_messages(tx, &[message])?.pop())
}

pub(crate) fn of_messages(tx: &ReadTx<'_>, messages: &[MessageId]) -> Result<Vec<PollRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT message, multiple, anonymous, family, closes_ts, closed_ts FROM messenger_poll
             WHERE message IN (SELECT value FROM json_each(?1))"
        ),
        [id_list(messages.iter().map(|message| message.get()))],
        poll_of,
    )
}

/// The open polls whose time is over: their chats, messages and numbers.
pub(crate) fn due(
    tx: &ReadTx<'_>,
    now: UtcInstant,
) -> Result<Vec<(ConversationId, MessageId, i64)>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.conv, m.id, m.seq FROM messenger_poll p JOIN messenger_message m ON m.id = p.message
             WHERE p.closed_ts IS NULL AND p.closes_ts <= ?1 ORDER BY p.closes_ts, p.message"
        ),
        [now],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

pub(crate) fn close(
    tx: &mut WriteTx<'_>,
    at: UtcInstant,
    message: MessageId,
    by: Option<PersonId>,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE messenger_poll SET closed_ts = ?2, closed_by = ?3 WHERE message = ?1 AND closed_ts IS NULL"),
        params![message, at, by],
    )?;
    Ok(())
}

/// Puts numbers in the place of the votes of an anonymous poll.
pub(crate) fn seal(tx: &mut WriteTx<'_>, message: MessageId) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_tally (message, option, votes)
             SELECT message, option, COUNT(*) FROM messenger_vote WHERE message = ?1 GROUP BY option
             UNION ALL SELECT ?1, 0, COUNT(DISTINCT voter) FROM messenger_vote WHERE message = ?1"
        ),
        [message],
    )?;
    tx.execute(sql!("DELETE FROM messenger_vote WHERE message = ?1"), [message])?;
    tx.execute(sql!("DELETE FROM messenger_vote_cid WHERE message = ?1"), [message])?;
    Ok(())
}

/// Whether this command of this voter was taken before; notes it otherwise.
pub(crate) fn was_taken(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    voter: &[u8],
    cid: ClientId,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "INSERT INTO messenger_vote_cid (message, voter, cid) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        ),
        params![message, voter, cid],
    )?;
    Ok(count == 0)
}

/// What one voter has chosen.
pub(crate) fn choice(tx: &ReadTx<'_>, message: MessageId, voter: &[u8]) -> Result<Vec<u32>, store::Error> {
    tx.list(
        sql!("SELECT option FROM messenger_vote WHERE message = ?1 AND voter = ?2 ORDER BY option"),
        params![message, voter],
        |row| row.get(0),
    )
}

pub(crate) fn withdraw(tx: &mut WriteTx<'_>, message: MessageId, voter: &[u8]) -> Result<(), store::Error> {
    tx.execute(
        sql!("DELETE FROM messenger_vote WHERE message = ?1 AND voter = ?2"),
        params![message, voter],
    )?;
    Ok(())
}

pub(crate) fn cast(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    voter: &[u8],
    option: u32,
    person: Option<PersonId>,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO messenger_vote (message, voter, option, person) VALUES (?1, ?2, ?3, ?4)"),
        params![message, voter, option, person],
    )?;
    Ok(())
}

/// Numbers of votes by message and option; option 0 is how many took part.
pub(crate) fn counts(
    tx: &ReadTx<'_>,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, u32, u32)>, store::Error> {
    tx.list(
        sql!(
            "SELECT message, option, COUNT(*) FROM messenger_vote
             WHERE message IN (SELECT value FROM json_each(?1)) GROUP BY message, option
             UNION ALL
             SELECT message, 0, COUNT(DISTINCT voter) FROM messenger_vote
             WHERE message IN (SELECT value FROM json_each(?1)) GROUP BY message
             UNION ALL
             SELECT message, option, votes FROM messenger_tally
             WHERE message IN (SELECT value FROM json_each(?1))"
        ),
        [id_list(messages.iter().map(|message| message.get()))],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Who voted for what; of anonymous polls nobody.
pub(crate) fn people(
    tx: &ReadTx<'_>,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, u32, PersonId)>, store::Error> {
    tx.list(
        sql!(
            "SELECT message, option, person FROM messenger_vote
             WHERE message IN (SELECT value FROM json_each(?1)) AND person IS NOT NULL ORDER BY message, option, person"
        ),
        [id_list(messages.iter().map(|message| message.get()))],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Copies how the polls of a stretch of a chat stand: of an open anonymous one how many took part, and no more.
pub(crate) fn freeze(
    tx: &mut WriteTx<'_>,
    report: ReportId,
    conv: ConversationId,
    from: i64,
    upto: i64,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_report_tally (report, seq, option, votes)
             SELECT ?1, m.seq, 0, (SELECT COUNT(DISTINCT v.voter) FROM messenger_vote v WHERE v.message = m.id)
                 + COALESCE((SELECT t.votes FROM messenger_tally t WHERE t.message = m.id AND t.option = 0), 0)
             FROM messenger_message m JOIN messenger_poll p ON p.message = m.id
             WHERE m.conv = ?2 AND m.seq BETWEEN ?3 AND ?4
             UNION ALL
             SELECT ?1, m.seq, t.option, t.votes FROM messenger_message m JOIN messenger_tally t ON t.message = m.id
             WHERE m.conv = ?2 AND m.seq BETWEEN ?3 AND ?4 AND t.option > 0
             UNION ALL
             SELECT ?1, m.seq, v.option, COUNT(*)
             FROM messenger_message m JOIN messenger_poll p ON p.message = m.id AND p.anonymous = 0
             JOIN messenger_vote v ON v.message = m.id
             WHERE m.conv = ?2 AND m.seq BETWEEN ?3 AND ?4 GROUP BY m.seq, v.option"
        ),
        params![report, conv, from, upto],
    )?;
    tx.execute(
        sql!(
            "INSERT INTO messenger_report_vote (report, seq, option, person)
             SELECT ?1, m.seq, v.option, v.person FROM messenger_message m JOIN messenger_vote v ON v.message = m.id
             WHERE m.conv = ?2 AND m.seq BETWEEN ?3 AND ?4 AND v.person IS NOT NULL"
        ),
        params![report, conv, from, upto],
    )?;
    Ok(())
}

/// The numbers that a report has frozen, by number of the message and option.
pub(crate) fn frozen(tx: &ReadTx<'_>, report: ReportId) -> Result<Vec<(i64, u32, u32)>, store::Error> {
    tx.list(
        sql!("SELECT seq, option, votes FROM messenger_report_tally WHERE report = ?1 ORDER BY seq, option"),
        [report],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// The people that a report has frozen, by number of the message and option.
pub(crate) fn frozen_people(
    tx: &ReadTx<'_>,
    report: ReportId,
) -> Result<Vec<(i64, u32, PersonId)>, store::Error> {
    tx.list(
        sql!("SELECT seq, option, person FROM messenger_report_vote WHERE report = ?1 ORDER BY seq, option, person"),
        [report],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// The polls among the messages of a chat.
pub(crate) fn among(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    seqs: &[i64],
) -> Result<Vec<(i64, MessageId, bool)>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.seq, m.id, p.anonymous = 1 AND p.closed_ts IS NULL AS secret
             FROM messenger_message m JOIN messenger_poll p ON p.message = m.id
             WHERE m.conv = ?1 AND m.seq IN (SELECT value FROM json_each(?2))"
        ),
        params![conv, id_list(seqs.iter().copied())],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Notes that the votes of a poll are told now, unless that was done after `since`; then it is noted that some wait.
/// Answers whether they are to be told. A clock that went back holds nothing up.
pub(crate) fn tell(
    tx: &mut WriteTx<'_>,
    message: MessageId,
    now: UtcInstant,
    since: UtcInstant,
) -> Result<bool, store::Error> {
    let told = tx.execute(
        sql!(
            "UPDATE messenger_poll SET told = ?2, untold = 0
             WHERE message = ?1 AND (told <= ?3 OR told > ?2)"
        ),
        params![message, now, since],
    )?;
    if told == 0 {
        tx.execute(sql!("UPDATE messenger_poll SET untold = 1 WHERE message = ?1"), [message])?;
    }
    Ok(told == 1)
}

/// The polls with votes that wait to be told and may be: their chats, messages and numbers.
pub(crate) fn untold(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    since: UtcInstant,
) -> Result<Vec<(ConversationId, MessageId, i64)>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.conv, m.id, m.seq FROM messenger_poll p JOIN messenger_message m ON m.id = p.message
             WHERE p.untold = 1 AND (p.told <= ?2 OR p.told > ?1) ORDER BY p.message"
        ),
        params![now, since],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}
