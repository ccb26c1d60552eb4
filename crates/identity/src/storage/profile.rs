use rusqlite::params;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::account::name_of;
use super::bad_word;
use crate::{ClaimedRole, EduProfile, ProfileDraft, VkAccountId};

pub(crate) fn find(tx: &ReadTx<'_>, account: VkAccountId) -> Result<Option<EduProfile>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, surname, given, patronymic, birth_date, role FROM identity_profile WHERE account = ?1"
        ),
        [account],
        |row| {
            let role: String = row.get("role")?;
            Ok(EduProfile {
                id: row.get("id")?,
                name: name_of(row)?,
                birth_date: row.get("birth_date")?,
                role: ClaimedRole::from_word(&role).ok_or_else(|| bad_word("role"))?,
            })
        },
    )
}

pub(crate) fn exists(tx: &ReadTx<'_>, account: VkAccountId) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM identity_profile WHERE account = ?1)"), [account], |row| {
        row.get(0)
    })
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, account: VkAccountId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM identity_profile WHERE account = ?1"), [account])?;
    Ok(())
}

pub(crate) fn save(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    draft: &ProfileDraft,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO identity_profile
                 (account, surname, given, patronymic, birth_date, role, created, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
             ON CONFLICT (account) DO UPDATE SET
                 surname = excluded.surname, given = excluded.given, patronymic = excluded.patronymic,
                 birth_date = excluded.birth_date, role = excluded.role, changed = excluded.changed"
        ),
        params![
            account,
            draft.name.surname,
            draft.name.given,
            draft.name.patronymic,
            draft.birth_date,
            draft.role.word(),
            now
        ],
    )?;
    Ok(())
}
