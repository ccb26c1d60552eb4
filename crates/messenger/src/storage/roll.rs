use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{bad_word, meta};
use crate::{ConversationId, MemberRole};

/// Somebody who belongs to a chat, linked or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RollRow {
    pub(crate) person: PersonId,
    pub(crate) role: MemberRole,
    pub(crate) visible_from: i64,
}

pub(crate) fn of_chat(tx: &ReadTx<'_>, conv: ConversationId) -> Result<Vec<RollRow>, store::Error> {
    tx.list(
        sql!("SELECT person, role, visible_from_seq FROM messenger_roll WHERE conv = ?1 ORDER BY person"),
        [conv],
        |row| {
            let role: String = row.get(1)?;
            Ok(RollRow {
                person: row.get(0)?,
                role: MemberRole::from_word(&role).ok_or_else(|| bad_word("role of member"))?,
                visible_from: row.get(2)?,
            })
        },
    )
}

pub(crate) fn put(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    person: PersonId,
    role: MemberRole,
    visible_from: i64,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_roll (conv, person, role, visible_from_seq) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (conv, person) DO UPDATE SET role = excluded.role"
        ),
        params![conv, person, role.word(), visible_from],
    )?;
    Ok(())
}

pub(crate) fn remove(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    person: PersonId,
) -> Result<bool, store::Error> {
    let count = tx
        .execute(sql!("DELETE FROM messenger_roll WHERE conv = ?1 AND person = ?2"), params![conv, person])?;
    Ok(count == 1)
}

/// Whether other guardians of the class may write to this one.
pub(crate) fn is_reachable(tx: &ReadTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM messenger_reachable WHERE person = ?1)"), [person], |row| {
        row.get(0)
    })
}

pub(crate) fn set_reachable(tx: &mut WriteTx<'_>, person: PersonId, on: bool) -> Result<(), store::Error> {
    if on {
        tx.execute(
            sql!("INSERT INTO messenger_reachable (person) VALUES (?1) ON CONFLICT DO NOTHING"),
            [person],
        )?;
    } else {
        tx.execute(sql!("DELETE FROM messenger_reachable WHERE person = ?1"), [person])?;
    }
    Ok(())
}

/// Whether the school lets pupils write to each other.
pub(crate) fn pupils_write(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    Ok(meta::find(tx, "pupils_write")?.as_deref() == Some("1"))
}

pub(crate) fn set_pupils_write(tx: &mut WriteTx<'_>, on: bool) -> Result<(), store::Error> {
    meta::put(tx, "pupils_write", if on { "1" } else { "0" })
}

/// How many chats a person has begun since a moment (MSG-S12).
pub(crate) fn begun_since(tx: &ReadTx<'_>, person: PersonId, since: UtcInstant) -> Result<u32, store::Error> {
    tx.load(
        sql!("SELECT COUNT(*) FROM messenger_conversation WHERE created_by = ?1 AND created_ts >= ?2"),
        params![person, since],
        |row| row.get(0),
    )
}
