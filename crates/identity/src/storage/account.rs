use rusqlite::{Row, params};
use store::{PasswordHash, ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{FullName, PersonDraft, Phone, Sex, VkAccountId};

pub(crate) fn exists(tx: &ReadTx<'_>, id: VkAccountId) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM identity_account WHERE id = ?1)"), [id], |row| row.get(0))
}

pub(crate) fn find_by_phone(tx: &ReadTx<'_>, phone: &Phone) -> Result<Option<VkAccountId>, store::Error> {
    tx.find(sql!("SELECT id FROM identity_account WHERE phone = ?1 AND deleted IS NULL"), [phone], |row| {
        row.get(0)
    })
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    id: VkAccountId,
    phone: &Phone,
    person: &PersonDraft,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO identity_account (id, phone, surname, given, patronymic, birth_date, sex, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        ),
        params![
            id,
            phone,
            person.name.surname,
            person.name.given,
            person.name.patronymic,
            person.birth_date,
            person.sex.word(),
            now
        ],
    )?;
    Ok(())
}

pub(crate) fn name_of(row: &Row<'_>) -> rusqlite::Result<FullName> {
    Ok(FullName {
        surname: row.get("surname")?,
        given: row.get("given")?,
        patronymic: row.get("patronymic")?,
    })
}

pub(crate) fn find_person(tx: &ReadTx<'_>, id: VkAccountId) -> Result<Option<PersonDraft>, store::Error> {
    tx.find(
        sql!("SELECT surname, given, patronymic, birth_date, sex FROM identity_account WHERE id = ?1"),
        [id],
        |row| {
            let sex: String = row.get("sex")?;
            Ok(PersonDraft {
                name: name_of(row)?,
                birth_date: row.get("birth_date")?,
                sex: Sex::from_word(&sex).ok_or_else(|| bad_word("sex"))?,
            })
        },
    )
}

pub(crate) fn phone(tx: &ReadTx<'_>, id: VkAccountId) -> Result<Option<Phone>, store::Error> {
    let phone =
        tx.find(sql!("SELECT phone FROM identity_account WHERE id = ?1"), [id], |row| row.get("phone"))?;
    Ok(phone.flatten())
}

pub(crate) fn password(tx: &ReadTx<'_>, id: VkAccountId) -> Result<Option<PasswordHash>, store::Error> {
    let hash =
        tx.find(sql!("SELECT password_hash FROM identity_account WHERE id = ?1"), [id], |row| row.get(0))?;
    Ok(hash.flatten())
}

pub(crate) fn set_password(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    id: VkAccountId,
    hash: &PasswordHash,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_account SET password_hash = ?2, password_at = ?3 WHERE id = ?1"),
        params![id, hash, now],
    )?;
    Ok(())
}

/// A phone that an account has, or had until it was deleted.
pub(crate) struct PhoneRow {
    pub(crate) deleted: Option<UtcInstant>,
}

pub(crate) fn find_phone(tx: &ReadTx<'_>, phone: &Phone) -> Result<Option<PhoneRow>, store::Error> {
    tx.find(sql!("SELECT deleted FROM identity_account WHERE phone = ?1"), [phone], |row| {
        Ok(PhoneRow { deleted: row.get("deleted")? })
    })
}

pub(crate) fn is_deleted(tx: &ReadTx<'_>, id: VkAccountId) -> Result<bool, store::Error> {
    tx.load(
        sql!("SELECT NOT EXISTS (SELECT 1 FROM identity_account WHERE id = ?1 AND deleted IS NULL)"),
        [id],
        |row| row.get(0),
    )
}

pub(crate) fn set_phone(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    id: VkAccountId,
    phone: &Phone,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE identity_account SET phone = ?2, phone_at = ?3 WHERE id = ?1 AND deleted IS NULL"),
        params![id, phone, now],
    )?;
    Ok(())
}

/// When the phone took the place of another.
pub(crate) fn phone_at(tx: &ReadTx<'_>, id: VkAccountId) -> Result<Option<UtcInstant>, store::Error> {
    tx.load(sql!("SELECT phone_at FROM identity_account WHERE id = ?1"), [id], |row| row.get(0))
}

/// Deletes an account: its words go, the number and the phone stay.
pub(crate) fn delete(tx: &mut WriteTx<'_>, now: UtcInstant, id: VkAccountId) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE identity_account
             SET deleted = ?2, surname = '', given = '', patronymic = NULL, birth_date = '1900-01-01',
                 password_hash = NULL, password_at = NULL
             WHERE id = ?1 AND deleted IS NULL"
        ),
        params![id, now],
    )?;
    Ok(count == 1)
}

/// Takes the phones from accounts that were deleted at this moment or before; gives their number.
pub(crate) fn free_phones(tx: &mut WriteTx<'_>, upto: UtcInstant) -> Result<usize, store::Error> {
    tx.execute(
        sql!("UPDATE identity_account SET phone = NULL WHERE deleted <= ?1 AND phone IS NOT NULL"),
        [upto],
    )
}

pub(crate) fn has_phones_to_free(tx: &ReadTx<'_>, upto: UtcInstant) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM identity_account
                            WHERE deleted IS NOT NULL AND deleted <= ?1 AND phone IS NOT NULL)"
        ),
        [upto],
        |row| row.get(0),
    )
}

/// Names and phone digits, with and without the country's digit.
pub(crate) fn own_words(tx: &ReadTx<'_>, id: VkAccountId) -> Result<Vec<String>, store::Error> {
    let words = tx.find(
        sql!("SELECT surname, given, patronymic, phone FROM identity_account WHERE id = ?1"),
        [id],
        |row| {
            let name = name_of(row)?;
            let phone: Option<Phone> = row.get("phone")?;
            let digits = phone.map(|phone| phone.digits().to_owned());
            let local = digits.as_deref().and_then(|digits| digits.get(1..)).map(str::to_owned);
            Ok([Some(name.surname), Some(name.given), name.patronymic, digits, local])
        },
    )?;
    Ok(words.into_iter().flatten().flatten().collect())
}
