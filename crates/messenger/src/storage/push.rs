use rusqlite::params;
use school::PushId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{bad_word, meta};
use crate::{MessageId, PushKind};

/// A call that waits.
pub(crate) struct CallRow {
    pub(crate) kind: PushKind,
    pub(crate) message: Option<MessageId>,
    pub(crate) tries: u32,
}

pub(crate) fn is_on(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    Ok(meta::find(tx, "push")?.as_deref() == Some("on"))
}

pub(crate) fn set_on(tx: &mut WriteTx<'_>, on: bool) -> Result<(), store::Error> {
    meta::put(tx, "push", if on { "on" } else { "off" })
}

/// The message up to which it was put down whom each calls.
pub(crate) fn upto(tx: &ReadTx<'_>) -> Result<i64, store::Error> {
    Ok(meta::find(tx, "push_upto")?.and_then(|upto| upto.parse().ok()).unwrap_or(0))
}

pub(crate) fn set_upto(tx: &mut WriteTx<'_>, upto: i64) -> Result<(), store::Error> {
    meta::put(tx, "push_upto", &upto.to_string())
}

/// Puts a call in the place of the one that waits; it does not come later for that, nor begins its tries anew.
pub(crate) fn queue(
    tx: &mut WriteTx<'_>,
    push: PushId,
    kind: PushKind,
    message: Option<MessageId>,
    due: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_push (push, kind, message, due, tries) VALUES (?1, ?2, ?3, ?4, 0)
             ON CONFLICT (push) DO UPDATE SET kind = excluded.kind, message = excluded.message,
                 due = CASE WHEN tries > 0 THEN due ELSE MIN(due, excluded.due) END"
        ),
        params![push, kind.word(), message, due],
    )?;
    Ok(())
}

pub(crate) fn due(tx: &ReadTx<'_>, now: UtcInstant, most: u32) -> Result<Vec<PushId>, store::Error> {
    tx.list(
        sql!("SELECT push FROM messenger_push WHERE due <= ?1 ORDER BY due, push LIMIT ?2"),
        params![now, most],
        |row| row.get(0),
    )
}

pub(crate) fn find(tx: &ReadTx<'_>, push: PushId) -> Result<Option<CallRow>, store::Error> {
    tx.find(sql!("SELECT kind, message, tries FROM messenger_push WHERE push = ?1"), [push], |row| {
        let kind: String = row.get("kind")?;
        Ok(CallRow {
            kind: PushKind::from_word(&kind).ok_or_else(|| bad_word("kind of push"))?,
            message: row.get("message")?,
            tries: row.get("tries")?,
        })
    })
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, push: PushId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_push WHERE push = ?1"), [push])?;
    Ok(())
}

/// Removes a call unless another one has taken its place.
pub(crate) fn remove_if(
    tx: &mut WriteTx<'_>,
    push: PushId,
    kind: PushKind,
    message: Option<MessageId>,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("DELETE FROM messenger_push WHERE push = ?1 AND kind = ?2 AND message IS ?3"),
        params![push, kind.word(), message],
    )?;
    Ok(())
}

pub(crate) fn set_due(tx: &mut WriteTx<'_>, push: PushId, due: UtcInstant) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE messenger_push SET due = ?2 WHERE push = ?1"), params![push, due])?;
    Ok(())
}

pub(crate) fn miss(
    tx: &mut WriteTx<'_>,
    push: PushId,
    tries: u32,
    due: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE messenger_push SET tries = ?2, due = ?3 WHERE push = ?1"),
        params![push, tries, due],
    )?;
    Ok(())
}

pub(crate) fn set_shown(tx: &mut WriteTx<'_>, push: PushId, badge: u32) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_pushed (push, badge) VALUES (?1, ?2)
             ON CONFLICT (push) DO UPDATE SET badge = excluded.badge"
        ),
        params![push, badge],
    )?;
    Ok(())
}

/// The devices that show a number and for which nothing waits to leave.
pub(crate) fn shown(tx: &ReadTx<'_>) -> Result<Vec<PushId>, store::Error> {
    tx.list(
        sql!(
            "SELECT push FROM messenger_pushed WHERE badge > 0
             AND push NOT IN (SELECT push FROM messenger_push) ORDER BY push"
        ),
        [],
        |row| row.get(0),
    )
}
