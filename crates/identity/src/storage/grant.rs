use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{Attempt, AttemptId, ClientId, SignInPath, VkAccountId};

pub(crate) struct NewGrant<'a> {
    pub(crate) digest: &'a [u8; 32],
    pub(crate) attempt: &'a Attempt,
    pub(crate) account: VkAccountId,
    pub(crate) device: &'a [u8; 32],
    pub(crate) path: Option<SignInPath>,
    pub(crate) issued: UtcInstant,
    pub(crate) expires: UtcInstant,
}

const fn path_word(path: SignInPath) -> &'static str {
    match path {
        SignInPath::ExistingProfile => "existing_profile",
        SignInPath::ProfileCreated => "profile_created",
        SignInPath::AccountCreated => "account_created",
    }
}

fn path_of(word: &str) -> rusqlite::Result<SignInPath> {
    match word {
        "existing_profile" => Ok(SignInPath::ExistingProfile),
        "profile_created" => Ok(SignInPath::ProfileCreated),
        "account_created" => Ok(SignInPath::AccountCreated),
        _ => Err(bad_word("path")),
    }
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, grant: &NewGrant<'_>) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO identity_grant (digest, attempt, client, account, redirect_uri, challenge, device, scope,
                                         path, issued, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ),
        params![
            grant.digest.as_slice(),
            grant.attempt.id,
            grant.attempt.client,
            grant.account,
            grant.attempt.redirect_uri,
            grant.attempt.challenge,
            grant.device.as_slice(),
            grant.attempt.scope.words(),
            grant.path.map(path_word),
            grant.issued,
            grant.expires
        ],
    )?;
    Ok(())
}

pub(crate) fn is_any_spent(tx: &ReadTx<'_>, attempt: AttemptId) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT EXISTS (SELECT 1 FROM identity_grant WHERE attempt = ?1 AND spent IS NOT NULL)"),
        [attempt],
        |row| row.get(0),
    )
}

pub(crate) fn remove_unspent(tx: &mut WriteTx<'_>, attempt: AttemptId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM identity_grant WHERE attempt = ?1 AND spent IS NULL"), [attempt])?;
    Ok(())
}

pub(crate) struct SpentGrant {
    pub(crate) id: i64,
    pub(crate) client: ClientId,
    pub(crate) account: VkAccountId,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) device: Vec<u8>,
    pub(crate) scope: String,
    pub(crate) path: Option<SignInPath>,
    pub(crate) issued: UtcInstant,
    pub(crate) expires: UtcInstant,
}

pub(crate) fn spend(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    digest: &[u8; 32],
) -> Result<Option<SpentGrant>, store::Error> {
    tx.returning(
        sql!(
            "UPDATE identity_grant SET spent = ?2 WHERE digest = ?1 AND spent IS NULL
             RETURNING id, client, account, redirect_uri, challenge, device, scope, path, issued, expires"
        ),
        params![digest.as_slice(), now],
        |row| {
            let path: Option<String> = row.get("path")?;
            Ok(SpentGrant {
                id: row.get("id")?,
                client: row.get("client")?,
                account: row.get("account")?,
                redirect_uri: row.get("redirect_uri")?,
                challenge: row.get("challenge")?,
                device: row.get("device")?,
                scope: row.get("scope")?,
                path: path.as_deref().map(path_of).transpose()?,
                issued: row.get("issued")?,
                expires: row.get("expires")?,
            })
        },
    )
}

/// The code behind a digest, spent or not.
pub(crate) fn find_id(tx: &ReadTx<'_>, digest: &[u8; 32]) -> Result<Option<i64>, store::Error> {
    tx.find(sql!("SELECT id FROM identity_grant WHERE digest = ?1"), [digest.as_slice()], |row| row.get(0))
}
