use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{ChainId, ClientId, Scope, VkAccountId};

/// Which of the two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Access,
    Refresh,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

pub(crate) struct NewChain<'a> {
    pub(crate) code: i64,
    pub(crate) client: ClientId,
    pub(crate) account: VkAccountId,
    pub(crate) device: &'a [u8],
    pub(crate) scope: Scope,
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    chain: &NewChain<'_>,
) -> Result<ChainId, store::Error> {
    let id = tx.insert(
        sql!(
            "INSERT INTO identity_chain (code, client, account, device, scope, created, seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)"
        ),
        params![chain.code, chain.client, chain.account, chain.device, chain.scope.words(), now],
    )?;
    Ok(ChainId::from_row(id))
}

pub(crate) fn insert_token(
    tx: &mut WriteTx<'_>,
    chain: ChainId,
    kind: Kind,
    digest: &[u8; 32],
    expires: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO identity_token (digest, chain, kind, expires) VALUES (?1, ?2, ?3, ?4)"),
        params![digest.as_slice(), chain, kind.word(), expires],
    )?;
    Ok(())
}

pub(crate) struct Found {
    pub(crate) chain: ChainId,
    pub(crate) client: ClientId,
    pub(crate) account: VkAccountId,
    pub(crate) device: Vec<u8>,
    pub(crate) scope: Scope,
    pub(crate) expires: UtcInstant,
    pub(crate) is_spent: bool,
}

/// The token behind a digest, while its chain, its application and its account live.
pub(crate) fn find_token(
    tx: &ReadTx<'_>,
    kind: Kind,
    digest: &[u8; 32],
) -> Result<Option<Found>, store::Error> {
    tx.find(
        sql!(
            "SELECT chain, identity_chain.client, identity_chain.account, device, scope, expires,
                    spent IS NOT NULL AS is_spent
             FROM identity_token
             JOIN identity_chain ON identity_chain.id = identity_token.chain
             JOIN identity_client ON identity_client.id = identity_chain.client
             JOIN identity_account ON identity_account.id = identity_chain.account
             WHERE digest = ?1 AND identity_token.kind = ?2
               AND ended IS NULL AND removed IS NULL AND deleted IS NULL"
        ),
        params![digest.as_slice(), kind.word()],
        |row| {
            let scope: String = row.get("scope")?;
            Ok(Found {
                chain: row.get("chain")?,
                client: row.get("client")?,
                account: row.get("account")?,
                device: row.get("device")?,
                scope: Scope::read(&scope),
                expires: row.get("expires")?,
                is_spent: row.get("is_spent")?,
            })
        },
    )
}

/// Spends a token; of many at once one wins (VK-24).
pub(crate) fn spend(tx: &mut WriteTx<'_>, now: UtcInstant, digest: &[u8; 32]) -> Result<bool, store::Error> {
    let spent = tx.execute(
        sql!("UPDATE identity_token SET spent = ?2 WHERE digest = ?1 AND spent IS NULL"),
        params![digest.as_slice(), now],
    )?;
    Ok(spent == 1)
}

pub(crate) fn touch(tx: &mut WriteTx<'_>, now: UtcInstant, chain: ChainId) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE identity_chain SET seen = ?2 WHERE id = ?1"), params![chain, now])?;
    Ok(())
}

pub(crate) fn end(tx: &mut WriteTx<'_>, now: UtcInstant, chain: ChainId) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_chain SET ended = ?2 WHERE id = ?1 AND ended IS NULL"),
        params![chain, now],
    )?;
    Ok(())
}

/// Ends what a code that is used a second time has brought (O3).
pub(crate) fn end_of_code(tx: &mut WriteTx<'_>, now: UtcInstant, code: i64) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_chain SET ended = ?2 WHERE code = ?1 AND ended IS NULL"),
        params![code, now],
    )?;
    Ok(())
}

/// Ends all chains of an account, or those of one application.
pub(crate) fn end_of(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    client: Option<ClientId>,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE identity_chain SET ended = ?3
             WHERE account = ?1 AND (?2 IS NULL OR client = ?2) AND ended IS NULL"
        ),
        params![account, client, now],
    )?;
    Ok(())
}

/// Ends all chains of an application.
pub(crate) fn end_of_client(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    client: ClientId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_chain SET ended = ?2 WHERE client = ?1 AND ended IS NULL"),
        params![client, now],
    )?;
    Ok(())
}

/// Forgets tokens that are too old to be shown again, and chains without tokens.
pub(crate) fn purge(tx: &mut WriteTx<'_>, now: UtcInstant, before: UtcInstant) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM identity_token WHERE expires < ?1"), [before])?;
    tx.execute(
        sql!(
            "DELETE FROM identity_chain
             WHERE created < ?1 AND NOT EXISTS (SELECT 1 FROM identity_token WHERE chain = identity_chain.id)"
        ),
        [now],
    )?;
    Ok(())
}
