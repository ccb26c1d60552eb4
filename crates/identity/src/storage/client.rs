use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{Client, ClientId, ClientKind};

pub(crate) fn find(tx: &ReadTx<'_>, id: ClientId) -> Result<Option<Client>, store::Error> {
    tx.find(
        sql!("SELECT id, name, kind FROM identity_client WHERE id = ?1 AND removed IS NULL"),
        [id],
        |row| {
            let kind: String = row.get("kind")?;
            let kind = match kind.as_str() {
                "school" => ClientKind::School,
                "app" => ClientKind::App,
                _ => return Err(bad_word("client kind")),
            };
            Ok(Client { id: row.get("id")?, name: row.get("name")?, kind })
        },
    )
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
            sql!("INSERT INTO identity_client_redirect (client, uri) VALUES (?1, ?2)"),
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
