use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{ConversationId, Hours, Note};

/// A mute in force.
pub(crate) struct MuteRow {
    pub(crate) person: Option<PersonId>,
    pub(crate) until: UtcInstant,
    pub(crate) reason: Option<String>,
}

pub(crate) fn in_force(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    now: UtcInstant,
) -> Result<Vec<MuteRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT person, until, reason FROM messenger_mute
             WHERE conv = ?1 AND lifted_at IS NULL AND until > ?2 ORDER BY id"
        ),
        params![conv, now],
        |row| Ok(MuteRow { person: row.get(0)?, until: row.get(1)?, reason: row.get(2)? }),
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    person: Option<PersonId>,
    until: UtcInstant,
    reason: Option<&Note>,
    author: PersonId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_mute (conv, person, until, reason, author, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![conv, person, until, reason.map(Note::as_str), author, now],
    )?;
    Ok(())
}

/// Lifts what is in force on a person, or on all; says whether there was anything.
pub(crate) fn lift(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    person: Option<PersonId>,
    by: PersonId,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE messenger_mute SET lifted_at = ?3, lifted_by = ?4
             WHERE conv = ?1 AND person IS ?2 AND lifted_at IS NULL AND until > ?3"
        ),
        params![conv, person, now, by],
    )?;
    Ok(count > 0)
}

pub(crate) fn hours(tx: &ReadTx<'_>, conv: ConversationId) -> Result<Option<Hours>, store::Error> {
    tx.find(sql!("SELECT opens, closes FROM messenger_hours WHERE conv = ?1"), [conv], |row| {
        Ok(Hours { opens: row.get(0)?, closes: row.get(1)? })
    })
}

pub(crate) fn set_hours(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    hours: Hours,
    author: PersonId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_hours (conv, opens, closes, author, at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (conv) DO UPDATE SET opens = excluded.opens, closes = excluded.closes,
                 author = excluded.author, at = excluded.at"
        ),
        params![conv, hours.opens, hours.closes, author, now],
    )?;
    Ok(())
}

pub(crate) fn drop_hours(tx: &mut WriteTx<'_>, conv: ConversationId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_hours WHERE conv = ?1"), [conv])?;
    Ok(())
}
