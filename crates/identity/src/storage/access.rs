use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{AccountSession, AccountTokens, ChainId, VkAccountId, VkSessionId};

pub(crate) fn sessions(tx: &ReadTx<'_>, account: VkAccountId) -> Result<Vec<AccountSession>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, created, seen, address, device FROM identity_session
             WHERE account = ?1 AND ended IS NULL ORDER BY seen DESC, id DESC"
        ),
        [account],
        |row| {
            Ok(AccountSession {
                id: row.get("id")?,
                created: row.get("created")?,
                seen: row.get("seen")?,
                address: row.get("address")?,
                device: row.get("device")?,
            })
        },
    )
}

pub(crate) fn tokens(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
) -> Result<Vec<AccountTokens>, store::Error> {
    tx.list(
        sql!(
            "SELECT identity_chain.id, name, identity_chain.created, seen FROM identity_chain
             JOIN identity_client ON identity_client.id = identity_chain.client
             WHERE account = ?1 AND ended IS NULL AND removed IS NULL
               AND EXISTS (SELECT 1 FROM identity_token
                           WHERE chain = identity_chain.id AND expires > ?2 AND spent IS NULL)
             ORDER BY seen DESC, identity_chain.id DESC"
        ),
        params![account, now],
        |row| {
            Ok(AccountTokens {
                id: row.get("id")?,
                application: row.get("name")?,
                created: row.get("created")?,
                seen: row.get("seen")?,
            })
        },
    )
}

pub(crate) fn end_session(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    session: VkSessionId,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE identity_session SET ended = ?3 WHERE id = ?2 AND account = ?1 AND ended IS NULL"),
        params![account, session, now],
    )?;
    Ok(count == 1)
}

pub(crate) fn end_tokens(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    chain: ChainId,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE identity_chain SET ended = ?3 WHERE id = ?2 AND account = ?1 AND ended IS NULL"),
        params![account, chain, now],
    )?;
    Ok(count == 1)
}
