use rusqlite::params;
use store::{UtcInstant, WriteTx, sql};

use crate::AccountId;

pub(crate) fn replace(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    code: &[u8; 32],
    now: UtcInstant,
    expires: UtcInstant,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO school_slip (account, code, issued, expires) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account) DO UPDATE
             SET code = excluded.code, issued = excluded.issued, expires = excluded.expires"
        ),
        params![account, code.as_slice(), now, expires],
    )?;
    Ok(())
}

pub(crate) fn take(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    code: &[u8; 32],
    now: UtcInstant,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!("DELETE FROM school_slip WHERE account = ?1 AND code = ?2 AND expires > ?3"),
        params![account, code.as_slice(), now],
    )?;
    Ok(count == 1)
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, account: AccountId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM school_slip WHERE account = ?1"), [account])?;
    Ok(())
}

pub(crate) fn remove_expired(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    tx.execute(sql!("DELETE FROM school_slip WHERE expires <= ?1"), [now])
}
