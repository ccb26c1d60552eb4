use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{ClientId, Consent, Scope, VkAccountId};

pub(crate) fn find(
    tx: &ReadTx<'_>,
    account: VkAccountId,
    client: ClientId,
) -> Result<Option<Scope>, store::Error> {
    tx.find(
        sql!("SELECT scope FROM identity_consent WHERE account = ?1 AND client = ?2"),
        params![account, client],
        |row| row.get::<_, String>(0).map(|scope| Scope::read(&scope)),
    )
}

/// What was given before stays given.
pub(crate) fn keep(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    client: ClientId,
    scope: Scope,
) -> Result<(), store::Error> {
    let whole = find(tx, account, client)?.map_or(scope, |before| before.with(scope));
    tx.execute(
        sql!(
            "INSERT INTO identity_consent (account, client, scope, given) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account, client) DO UPDATE SET scope = excluded.scope, given = excluded.given"
        ),
        params![account, client, whole.words(), now],
    )?;
    Ok(())
}

pub(crate) fn remove(
    tx: &mut WriteTx<'_>,
    account: VkAccountId,
    client: ClientId,
) -> Result<usize, store::Error> {
    tx.execute(
        sql!("DELETE FROM identity_consent WHERE account = ?1 AND client = ?2"),
        params![account, client],
    )
}

pub(crate) fn remove_all(tx: &mut WriteTx<'_>, account: VkAccountId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM identity_consent WHERE account = ?1"), [account])?;
    Ok(())
}

pub(crate) fn list(tx: &ReadTx<'_>, account: VkAccountId) -> Result<Vec<Consent>, store::Error> {
    tx.list(
        sql!(
            "SELECT identity_consent.client, identity_client.name, scope, given
             FROM identity_consent JOIN identity_client ON identity_client.id = identity_consent.client
             WHERE account = ?1 ORDER BY given DESC"
        ),
        [account],
        |row| {
            let scope: String = row.get("scope")?;
            Ok(Consent {
                client: row.get("client")?,
                name: row.get("name")?,
                scope: Scope::read(&scope),
                given: row.get("given")?,
            })
        },
    )
}
