use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::ConversationId;

/// How far a member has read: (read_seq, unread_from).
pub(crate) fn find(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    person: PersonId,
) -> Result<Option<(i64, i64)>, store::Error> {
    tx.find(
        sql!("SELECT read_seq, unread_from FROM messenger_read WHERE conv = ?1 AND person = ?2"),
        params![conv, person],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A first pointer for who joins; an older one stays.
pub(crate) fn begin(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    person: PersonId,
    unread_from: i64,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_read (conv, person, read_seq, unread_from, ts) VALUES (?1, ?2, 0, ?3, ?4)
             ON CONFLICT (conv, person) DO NOTHING"
        ),
        params![conv, person, unread_from, now],
    )?;
    Ok(())
}

pub(crate) fn advance(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    person: PersonId,
    seq: i64,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_read (conv, person, read_seq, unread_from, ts) VALUES (?1, ?2, ?3, ?3 + 1, ?4)
             ON CONFLICT (conv, person) DO UPDATE SET read_seq = MAX(read_seq, excluded.read_seq),
                 unread_from = MAX(unread_from, excluded.unread_from), ts = MAX(ts, excluded.ts)"
        ),
        params![conv, person, seq, now],
    )?;
    Ok(())
}

pub(crate) fn lower(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    person: PersonId,
    seq: i64,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_read (conv, person, read_seq, unread_from, ts) VALUES (?1, ?2, 0, ?3, ?4)
             ON CONFLICT (conv, person) DO UPDATE SET unread_from = MIN(unread_from, excluded.unread_from)"
        ),
        params![conv, person, seq, now],
    )?;
    Ok(())
}

/// How far each open member has read, for receipts.
pub(crate) fn of_chat(tx: &ReadTx<'_>, conv: ConversationId) -> Result<Vec<MarkRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT r.person, r.read_seq, r.told_seq, r.ts FROM messenger_member m
             JOIN messenger_read r ON r.conv = m.conv AND r.person = m.person
             WHERE m.conv = ?1 AND m.left_g IS NULL"
        ),
        [conv],
        mark_of,
    )
}

/// The first unread message of each open member who has pointers.
pub(crate) fn unread_of_chat(
    tx: &ReadTx<'_>,
    conv: ConversationId,
) -> Result<Vec<(PersonId, i64)>, store::Error> {
    tx.list(
        sql!(
            "SELECT r.person, r.unread_from FROM messenger_member m
             JOIN messenger_read r ON r.conv = m.conv AND r.person = m.person
             WHERE m.conv = ?1 AND m.left_g IS NULL"
        ),
        [conv],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A mark with when it was made, and how far others knew before.
pub(crate) struct MarkRow {
    pub(crate) person: PersonId,
    pub(crate) read_seq: i64,
    pub(crate) told_seq: i64,
    pub(crate) ts: UtcInstant,
}

fn mark_of(row: &Row<'_>) -> rusqlite::Result<MarkRow> {
    Ok(MarkRow {
        person: row.get("person")?,
        read_seq: row.get("read_seq")?,
        told_seq: row.get("told_seq")?,
        ts: row.get("ts")?,
    })
}

pub(crate) fn find_mark(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    person: PersonId,
) -> Result<Option<MarkRow>, store::Error> {
    tx.find(
        sql!("SELECT person, read_seq, told_seq, ts FROM messenger_read WHERE conv = ?1 AND person = ?2"),
        params![conv, person],
        mark_of,
    )
}

pub(crate) fn tell(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    person: PersonId,
    seq: i64,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE messenger_read SET told_seq = MAX(told_seq, ?3) WHERE conv = ?1 AND person = ?2"),
        params![conv, person, seq],
    )?;
    Ok(())
}
