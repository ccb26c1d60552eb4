use rusqlite::{Row, params};
use store::{PasswordHash, ReadTx, UtcInstant, WriteTx, sql};

use crate::{AccountId, AccountState, PersonId, PortalAccount};

fn account_of(row: &Row<'_>) -> rusqlite::Result<PortalAccount> {
    let hash: Option<String> = row.get("password_hash")?;
    let blocked_at: Option<UtcInstant> = row.get("blocked_at")?;
    let why: Option<String> = row.get("blocked_why")?;
    Ok(PortalAccount {
        id: row.get("id")?,
        person: row.get("person")?,
        login: row.get("login")?,
        password: hash.as_deref().and_then(PasswordHash::parse),
        blocked: blocked_at.map(|at| (at, why.unwrap_or_default())),
    })
}

pub(crate) fn find_by_login(tx: &ReadTx<'_>, login: &str) -> Result<Option<PortalAccount>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, person, login, password_hash, blocked_at, blocked_why FROM school_account WHERE login = ?1"
        ),
        [login],
        account_of,
    )
}

pub(crate) fn find_by_person(
    tx: &ReadTx<'_>,
    person: PersonId,
) -> Result<Option<PortalAccount>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, person, login, password_hash, blocked_at, blocked_why FROM school_account WHERE person = ?1"
        ),
        [person],
        account_of,
    )
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, person: PersonId, login: &str) -> Result<AccountId, store::Error> {
    tx.insert(sql!("INSERT INTO school_account (person, login) VALUES (?1, ?2)"), params![person, login])
        .map(AccountId::from_row)
}

pub(crate) fn set_password(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: AccountId,
    password: &PasswordHash,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("UPDATE school_account SET password_hash = ?2, password_at = ?3 WHERE id = ?1"),
        params![account, password.as_str(), now],
    )?;
    Ok(count == 1)
}

pub(crate) fn replace_hash(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    password: &PasswordHash,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE school_account SET password_hash = ?2 WHERE id = ?1"),
        params![account, password.as_str()],
    )?;
    Ok(())
}

pub(crate) fn set_blocked(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    blocked: Option<(UtcInstant, &str)>,
) -> Result<(), store::Error> {
    let (at, why) = blocked.map_or((None, None), |(at, why)| (Some(at), Some(why)));
    tx.execute(
        sql!("UPDATE school_account SET blocked_at = ?2, blocked_why = ?3 WHERE id = ?1"),
        params![account, at, why],
    )?;
    Ok(())
}

/// The state a row shows, from its columns `blocked_at`, `password_hash` and `slip`.
pub(crate) fn state_of(row: &Row<'_>) -> rusqlite::Result<AccountState> {
    if row.get::<_, Option<UtcInstant>>("blocked_at")?.is_some() {
        return Ok(AccountState::Blocked);
    }
    if row.get::<_, Option<i64>>("slip")?.is_some() {
        return Ok(AccountState::SlipOpen);
    }
    let has_password = row.get::<_, Option<String>>("password_hash")?.is_some();
    Ok(if has_password { AccountState::Active } else { AccountState::New })
}

pub(crate) fn list(tx: &ReadTx<'_>) -> Result<Vec<(PortalAccount, AccountState)>, store::Error> {
    tx.list(
        sql!(
            "SELECT a.id, a.person, a.login, a.password_hash, a.blocked_at, a.blocked_why, s.account AS slip
             FROM school_account a JOIN school_person p ON p.id = a.person
             LEFT JOIN school_slip s ON s.account = a.id ORDER BY p.sort_key, p.id"
        ),
        [],
        |row| Ok((account_of(row)?, state_of(row)?)),
    )
}

pub(crate) fn owner(tx: &ReadTx<'_>, account: i64) -> Result<Option<PersonId>, store::Error> {
    tx.find(sql!("SELECT person FROM school_account WHERE id = ?1"), [account], |row| row.get(0))
}
