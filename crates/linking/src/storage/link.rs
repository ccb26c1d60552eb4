use identity::{Provider, VkSubject};
use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::row::{Columns, link_of, row_of};
use crate::{Claims, Link, LinkId, LinkRow, State};

pub(crate) fn find(
    tx: &ReadTx<'_>,
    person: PersonId,
    provider: Provider,
) -> Result<Option<Link>, store::Error> {
    tx.find(
        sql!("SELECT * FROM linking_link WHERE person = ?1 AND provider = ?2"),
        params![person, provider.word()],
        link_of,
    )
}

/// The one link of a person that is active or suspended.
pub(crate) fn find_standing(tx: &ReadTx<'_>, person: PersonId) -> Result<Option<Link>, store::Error> {
    tx.find(
        sql!("SELECT * FROM linking_link WHERE person = ?1 AND state IN ('active', 'suspended')"),
        [person],
        link_of,
    )
}

pub(crate) fn find_by_id(tx: &ReadTx<'_>, id: LinkId) -> Result<Option<Link>, store::Error> {
    tx.find(sql!("SELECT * FROM linking_link WHERE id = ?1"), [id], link_of)
}

pub(crate) fn awaiting(tx: &ReadTx<'_>) -> Result<Vec<Link>, store::Error> {
    tx.list(
        sql!("SELECT * FROM linking_link WHERE state = 'awaiting_approval' ORDER BY since, id"),
        [],
        link_of,
    )
}

pub(crate) fn overdue(tx: &ReadTx<'_>, now: UtcInstant) -> Result<Vec<Link>, store::Error> {
    tx.list(
        sql!(
            "SELECT * FROM linking_link WHERE state IN ('authorizing', 'reviewing') AND expires <= ?1 ORDER BY id"
        ),
        [now],
        link_of,
    )
}

pub(crate) fn list(tx: &ReadTx<'_>) -> Result<Vec<LinkRow>, store::Error> {
    tx.list(
        sql!("SELECT * FROM linking_link WHERE state <> 'unlinked' ORDER BY since DESC, id DESC"),
        [],
        row_of,
    )
}

pub(crate) fn find_row(tx: &ReadTx<'_>, id: LinkId) -> Result<Option<LinkRow>, store::Error> {
    tx.find(sql!("SELECT * FROM linking_link WHERE id = ?1"), [id], row_of)
}

pub(crate) fn is_active(tx: &ReadTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    tx.load(
        // The two states are the words of the index.
        sql!(
            "SELECT EXISTS (SELECT 1 FROM linking_link
                            WHERE person = ?1 AND state IN ('active', 'suspended') AND state = 'active')"
        ),
        [person],
        |row| row.get(0),
    )
}

/// Whether another provider's link of the person is active or suspended.
pub(crate) fn is_active_but(
    tx: &ReadTx<'_>,
    person: PersonId,
    provider: Provider,
) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM linking_link
                            WHERE person = ?1 AND provider <> ?2 AND state IN ('active', 'suspended'))"
        ),
        params![person, provider.word()],
        |row| row.get(0),
    )
}

/// Who holds a subject.
pub(crate) fn holder(tx: &ReadTx<'_>, subject: VkSubject) -> Result<Option<PersonId>, store::Error> {
    tx.find(
        sql!(
            "SELECT person FROM linking_link
             WHERE provider = ?1 AND subject = ?2 AND state IN ('awaiting_approval', 'active', 'suspended')"
        ),
        params![subject.provider().word(), subject.user().get()],
        |row| row.get(0),
    )
}

/// Who holds nothing yet, but looks at the data of a subject before the link is made.
pub(crate) fn reviewers(tx: &ReadTx<'_>, subject: VkSubject) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!("SELECT person FROM linking_link WHERE provider = ?1 AND subject = ?2 AND state = 'reviewing'"),
        params![subject.provider().word(), subject.user().get()],
        |row| row.get(0),
    )
}

/// Writes what the profile says by now into a link that stands.
pub(crate) fn set_claims(tx: &mut WriteTx<'_>, id: LinkId, claims: &Claims) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE linking_link SET surname = ?2, given = ?3, patronymic = ?4, birth_date = ?5, role = ?6
             WHERE id = ?1 AND state IN ('active', 'suspended') AND subject IS NOT NULL"
        ),
        params![
            id,
            claims.name.surname,
            claims.name.given,
            claims.name.patronymic,
            claims.birth_date,
            claims.role.map(identity::ClaimedRole::word)
        ],
    )?;
    Ok(())
}

pub(crate) fn save(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    link: &Link,
    state: &State,
) -> Result<LinkId, store::Error> {
    let columns = Columns::of(state);
    let returned = columns.returned;
    let name = returned.map(|returned| &returned.claims.name);
    let id = tx.returning(
        sql!(
            "INSERT INTO linking_link (person, provider, state, since, attempt, session, expires, subject, path,
                                       surname, given, patronymic, birth_date, role, review, mismatch, linked,
                                       approved_by, suspended_by, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
             ON CONFLICT (person, provider) DO UPDATE SET
                 state = excluded.state, since = excluded.since, attempt = excluded.attempt,
                 session = excluded.session, expires = excluded.expires, subject = excluded.subject,
                 path = excluded.path, surname = excluded.surname, given = excluded.given,
                 patronymic = excluded.patronymic, birth_date = excluded.birth_date, role = excluded.role,
                 review = excluded.review, mismatch = excluded.mismatch, linked = excluded.linked,
                 approved_by = excluded.approved_by, suspended_by = excluded.suspended_by,
                 reason = excluded.reason
             RETURNING id"
        ),
        params![
            link.person,
            link.provider.word(),
            state.word(),
            now,
            columns.attempt.map(|attempt| attempt.digest.to_vec()),
            columns.attempt.map(|attempt| attempt.session),
            columns.expires,
            returned.map(|returned| returned.subject.user().get()),
            returned.map(|returned| returned.path.word()),
            name.map(|name| name.surname.as_str()),
            name.map(|name| name.given.as_str()),
            name.and_then(|name| name.patronymic.as_deref()),
            returned.and_then(|returned| returned.claims.birth_date),
            returned.and_then(|returned| returned.claims.role).map(identity::ClaimedRole::word),
            columns.review,
            columns.mismatch,
            columns.linked,
            columns.approved_by,
            columns.suspended_by,
            columns.reason
        ],
        |row| row.get(0),
    )?;
    id.ok_or(store::Error::NoRow)
}
