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
