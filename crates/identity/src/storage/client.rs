use rusqlite::{Row, params};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{Application, Client, ClientId, ClientKind};

fn client_of(row: &Row<'_>) -> rusqlite::Result<Client> {
    let kind: String = row.get("kind")?;
    let kind = match kind.as_str() {
        "school" => ClientKind::School,
        "app" => ClientKind::App,
        _ => return Err(bad_word("client kind")),
    };
    Ok(Client { id: row.get("id")?, name: row.get("name")?, kind })
}

pub(crate) fn find(tx: &ReadTx<'_>, id: ClientId) -> Result<Option<Client>, store::Error> {
    tx.find(
        sql!("SELECT id, name, kind FROM identity_client WHERE id = ?1 AND removed IS NULL"),
        [id],
        client_of,
    )
}

pub(crate) fn list(tx: &ReadTx<'_>) -> Result<Vec<Application>, store::Error> {
    let found = tx.list(
        sql!(
            "SELECT id, name, kind, created FROM identity_client WHERE removed IS NULL
             ORDER BY kind = 'school' DESC, id"
        ),
        [],
        |row| Ok((client_of(row)?, row.get("created")?)),
    )?;
    let texts = |sql, id: ClientId| tx.list(sql, [id], |row| row.get::<_, String>(0));
    found
        .into_iter()
        .map(|(client, created)| {
            let id = client.id;
            Ok(Application {
                client,
                redirects: texts(sql!("SELECT uri FROM identity_client_redirect WHERE client = ?1"), id)?,
                origins: texts(sql!("SELECT origin FROM identity_client_origin WHERE client = ?1"), id)?,
                created,
            })
        })
        .collect()
}

/// Whether a number is an application's, or was that of one removed.
pub(crate) fn was_ever(tx: &ReadTx<'_>, id: ClientId) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM identity_client WHERE id = ?1)"), [id], |row| row.get(0))
}

/// The number behind the greatest one ever taken.
pub(crate) fn free_number(tx: &ReadTx<'_>) -> Result<ClientId, store::Error> {
    tx.load(
        sql!("SELECT MIN(COALESCE(MAX(id), 0), 9223372036854775806) + 1 FROM identity_client"),
        [],
        |row| row.get(0),
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    id: ClientId,
    name: &str,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO identity_client (id, name, kind, created) VALUES (?1, ?2, 'app', ?3)"),
        params![id, name, now],
    )?;
    Ok(())
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, now: UtcInstant, id: ClientId) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE identity_client SET removed = ?2 WHERE id = ?1"), params![id, now])?;
    Ok(())
}

pub(crate) fn set_service_key(
    tx: &mut WriteTx<'_>,
    id: ClientId,
    digest: &[u8; 32],
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_client SET service_key = ?2 WHERE id = ?1"),
        params![id, digest.as_slice()],
    )?;
    Ok(())
}

/// Digests of 256 random bits may be compared by the base: time tells nothing of use.
pub(crate) fn has_service_key(
    tx: &ReadTx<'_>,
    id: ClientId,
    digest: &[u8; 32],
) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT EXISTS (SELECT 1 FROM identity_client WHERE id = ?1 AND service_key = ?2)"),
        params![id, digest.as_slice()],
        |row| row.get(0),
    )
}

pub(crate) fn set_origins(
    tx: &mut WriteTx<'_>,
    id: ClientId,
    origins: &[String],
) -> Result<(), store::Error> {
    for origin in origins {
        tx.execute(
            sql!("INSERT OR IGNORE INTO identity_client_origin (client, origin) VALUES (?1, ?2)"),
            params![id, origin],
        )?;
    }
    Ok(())
}

pub(crate) fn has_origin(tx: &ReadTx<'_>, id: ClientId, origin: &str) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM identity_client_origin
                            JOIN identity_client ON identity_client.id = identity_client_origin.client
                            WHERE client = ?1 AND origin = ?2 AND removed IS NULL)"
        ),
        params![id, origin],
        |row| row.get(0),
    )
}

pub(crate) fn kind(tx: &ReadTx<'_>, id: ClientId) -> Result<Option<ClientKind>, store::Error> {
    Ok(find(tx, id)?.map(|client| client.kind))
}

pub(crate) fn put_school(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    id: ClientId,
    name: &str,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO identity_client (id, name, kind, created) VALUES (?1, ?2, 'school', ?3)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name"
        ),
        params![id, name, now],
    )?;
    Ok(())
}

pub(crate) fn set_redirects(tx: &mut WriteTx<'_>, id: ClientId, uris: &[String]) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM identity_client_redirect WHERE client = ?1"), [id])?;
    for uri in uris {
        tx.execute(
            sql!("INSERT OR IGNORE INTO identity_client_redirect (client, uri) VALUES (?1, ?2)"),
            params![id, uri],
        )?;
    }
    Ok(())
}

pub(crate) fn has_redirect(tx: &ReadTx<'_>, id: ClientId, uri: &str) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT EXISTS (SELECT 1 FROM identity_client_redirect WHERE client = ?1 AND uri = ?2)"),
        params![id, uri],
        |row| row.get(0),
    )
}
