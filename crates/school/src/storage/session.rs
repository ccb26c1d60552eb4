use rusqlite::{Row, params};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{Arrival, Device, PersonId, PortalSession, PortalSessionId, SignInWay};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    reference: &[u8; 32],
    arrival: &Arrival<'_>,
) -> Result<PortalSessionId, store::Error> {
    let confirmed = (arrival.way != SignInWay::StandIn).then_some(now);
    tx.insert(
        sql!(
            "INSERT INTO school_session
               (reference, person, remember, context, created, seen, address, device, confirmed)
             VALUES (?1, ?2, ?3, '', ?4, ?4, ?5, ?6, ?7)"
        ),
        params![
            reference.as_slice(),
            person,
            arrival.remember,
            now,
            arrival.device.address,
            arrival.device.name,
            confirmed
        ],
    )
    .map(PortalSessionId::from_row)
}

fn session_of(row: &Row<'_>) -> rusqlite::Result<PortalSession> {
    Ok(PortalSession {
        id: row.get(0)?,
        person: row.get(1)?,
        created: row.get(2)?,
        seen: row.get(3)?,
        device: Device { address: row.get(4)?, name: row.get(5)? },
        remember: row.get(6)?,
        context: row.get(7)?,
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, reference: &[u8; 32]) -> Result<Option<PortalSession>, store::Error> {
    tx.find(
        sql!(
            "SELECT s.id, s.person, s.created, s.seen, s.address, s.device, s.remember, s.context
             FROM school_session s JOIN school_account a ON a.person = s.person
             WHERE s.reference = ?1 AND s.ended IS NULL AND a.blocked_at IS NULL"
        ),
        [reference.as_slice()],
        session_of,
    )
}

pub(crate) fn touch(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    session: PortalSessionId,
) -> Result<(), store::Error> {
    // A clock that stepped back must not shorten a session's life.
    tx.execute(
        sql!("UPDATE school_session SET seen = MAX(seen, ?2) WHERE id = ?1 AND ended IS NULL"),
        params![session, now],
    )?;
    Ok(())
}

pub(crate) fn set_context(
    tx: &mut WriteTx<'_>,
    session: PortalSessionId,
    context: &str,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE school_session SET context = ?2 WHERE id = ?1 AND ended IS NULL"),
        params![session, context],
    )?;
    Ok(())
}

pub(crate) fn end(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    session: PortalSessionId,
    why: &str,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE school_session SET ended = ?2, ended_why = ?3 WHERE id = ?1 AND ended IS NULL"),
        params![session, now, why],
    )?;
    Ok(count == 1)
}

pub(crate) fn owner(tx: &ReadTx<'_>, session: PortalSessionId) -> Result<Option<PersonId>, store::Error> {
    tx.find(sql!("SELECT person FROM school_session WHERE id = ?1 AND ended IS NULL"), [session], |row| {
        row.get(0)
    })
}

/// When and where a living session began, unless the program opened it itself.
pub(crate) fn signed_in_by(
    tx: &ReadTx<'_>,
    session: PortalSessionId,
) -> Result<Option<(UtcInstant, Device)>, store::Error> {
    tx.find(
        sql!(
            "SELECT created, address, device FROM school_session
             WHERE id = ?1 AND ended IS NULL AND confirmed IS NOT NULL"
        ),
        [session],
        |row| {
            let device = Device { address: row.get("address")?, name: row.get("device")? };
            Ok((row.get("created")?, device))
        },
    )
}

/// Whose the session is, while it has not ended, and when its password was typed last.
pub(crate) fn confirmed(
    tx: &ReadTx<'_>,
    session: PortalSessionId,
) -> Result<Option<(PersonId, Option<UtcInstant>)>, store::Error> {
    tx.find(
        sql!("SELECT person, confirmed FROM school_session WHERE id = ?1 AND ended IS NULL"),
        [session],
        |row| Ok((row.get("person")?, row.get("confirmed")?)),
    )
}

/// Notes that the password was typed, and replaces the reference.
pub(crate) fn confirm(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    session: PortalSessionId,
    reference: &[u8; 32],
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE school_session SET reference = ?2, confirmed = ?3, seen = MAX(seen, ?3)
             WHERE id = ?1 AND ended IS NULL"
        ),
        params![session, reference.as_slice(), now],
    )?;
    Ok(count == 1)
}

pub(crate) fn open_of(tx: &ReadTx<'_>, person: PersonId) -> Result<Vec<PortalSessionId>, store::Error> {
    tx.list(
        sql!("SELECT id FROM school_session WHERE person = ?1 AND ended IS NULL ORDER BY id"),
        [person],
        |row| row.get(0),
    )
}

pub(crate) fn list(tx: &ReadTx<'_>, person: Option<PersonId>) -> Result<Vec<PortalSession>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, person, created, seen, address, device, remember, context FROM school_session
             WHERE ended IS NULL AND (?1 IS NULL OR person = ?1) ORDER BY seen DESC, id DESC"
        ),
        [person],
        session_of,
    )
}

pub(crate) fn purge(tx: &mut WriteTx<'_>, before: UtcInstant) -> Result<usize, store::Error> {
    tx.execute(
        sql!(
            "DELETE FROM school_push
             WHERE session IN (SELECT id FROM school_session WHERE COALESCE(ended, seen) < ?1)"
        ),
        [before],
    )?;
    tx.execute(sql!("DELETE FROM school_session WHERE COALESCE(ended, seen) < ?1"), [before])
}
