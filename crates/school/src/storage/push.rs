use rusqlite::params;
use store::{PUSH_AUTH_BYTES, PUSH_KEY_BYTES, ReadTx, Recipient, UtcInstant, WriteTx, sql};

use super::id_list;
use crate::{PersonId, PortalSessionId, PushId};

/// A subscription's row.
pub(crate) struct PushRow {
    pub(crate) session: PortalSessionId,
    pub(crate) person: PersonId,
    pub(crate) endpoint: String,
    pub(crate) public: [u8; PUSH_KEY_BYTES],
    pub(crate) auth: [u8; PUSH_AUTH_BYTES],
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, now: UtcInstant, row: &PushRow) -> Result<PushId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO school_push (session, person, endpoint, public, auth, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![row.session, row.person, row.endpoint, row.public.as_slice(), row.auth.as_slice(), now],
    )
    .map(PushId::from_row)
}

/// Of a session that has not ended and whose account is open: whether it is remembered, since when, when last seen.
type Alive = Option<(bool, UtcInstant, UtcInstant)>;

pub(crate) fn find(tx: &ReadTx<'_>, push: PushId) -> Result<Option<(PushRow, Alive)>, store::Error> {
    tx.find(
        sql!(
            "SELECT p.session, p.person, p.endpoint, p.public, p.auth, s.remember, s.created, s.seen,
                    s.ended IS NULL AND a.blocked_at IS NULL AS alive
             FROM school_push p JOIN school_session s ON s.id = p.session
             JOIN school_account a ON a.person = p.person WHERE p.id = ?1"
        ),
        [push],
        |row| {
            let found = PushRow {
                session: row.get("session")?,
                person: row.get("person")?,
                endpoint: row.get("endpoint")?,
                public: row.get("public")?,
                auth: row.get("auth")?,
            };
            let limits = (row.get("remember")?, row.get("created")?, row.get("seen")?);
            Ok((found, row.get::<_, bool>("alive")?.then_some(limits)))
        },
    )
}

/// Of each: the row, its session, what the browser calls itself, since when.
pub(crate) fn of_person(
    tx: &ReadTx<'_>,
    person: PersonId,
) -> Result<Vec<(PushId, PortalSessionId, String, UtcInstant)>, store::Error> {
    tx.list(
        sql!(
            "SELECT p.id, p.session, s.device, p.at FROM school_push p JOIN school_session s ON s.id = p.session
             WHERE p.person = ?1 ORDER BY p.id DESC"
        ),
        [person],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )
}

pub(crate) fn of_people(
    tx: &ReadTx<'_>,
    people: &[PersonId],
) -> Result<Vec<(PushId, PersonId)>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, person FROM school_push WHERE person IN (SELECT value FROM json_each(?1)) ORDER BY id"
        ),
        [id_list(people.iter().map(|person| person.get()))],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn has_any(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM school_push)"), [], |row| row.get(0))
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, push: PushId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_push WHERE id = ?1"), [push])?;
    Ok(())
}

pub(crate) fn remove_own(tx: &mut WriteTx<'_>, push: PushId, person: PersonId) -> Result<bool, store::Error> {
    let count =
        tx.execute(sql!("DELETE FROM school_push WHERE id = ?1 AND person = ?2"), params![push, person])?;
    Ok(count == 1)
}

pub(crate) fn remove_of_session(tx: &mut WriteTx<'_>, session: PortalSessionId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_push WHERE session = ?1"), [session])?;
    Ok(())
}

pub(crate) fn remove_endpoint(tx: &mut WriteTx<'_>, endpoint: &str) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_push WHERE endpoint = ?1"), [endpoint])?;
    Ok(())
}

pub(crate) fn is_there(tx: &ReadTx<'_>, push: PushId) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM school_push WHERE id = ?1)"), [push], |row| row.get(0))
}

/// Forgets an address that another session had.
pub(crate) fn remove_endpoint_elsewhere(
    tx: &mut WriteTx<'_>,
    endpoint: &str,
    session: PortalSessionId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("DELETE FROM school_push WHERE endpoint = ?1 AND session <> ?2"),
        params![endpoint, session],
    )?;
    Ok(())
}

/// Changes address and keys of a session's subscription; says whether there was one at the old address.
pub(crate) fn renew(
    tx: &mut WriteTx<'_>,
    session: PortalSessionId,
    old: &str,
    endpoint: &str,
    recipient: &Recipient,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE school_push SET endpoint = ?3, public = ?4, auth = ?5 WHERE session = ?1 AND endpoint = ?2"
        ),
        params![session, old, endpoint, recipient.public.as_slice(), recipient.auth.as_slice()],
    )?;
    Ok(count > 0)
}

pub(crate) fn remove_all(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_push"), [])?;
    Ok(())
}
