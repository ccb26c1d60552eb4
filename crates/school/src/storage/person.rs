use std::collections::HashMap;

use rusqlite::{Row, params};
use store::{ReadTx, WriteTx, sql};

use crate::{NewPerson, Person, PersonId, PersonName, Sex};

pub(crate) fn insert(tx: &mut WriteTx<'_>, person: &NewPerson<'_>) -> Result<PersonId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO school_person
                 (external_id, surname, given, patronymic, birth_date, sex, phone, sort_key, search_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ),
        params![
            person.external_id,
            person.name.surname,
            person.name.given,
            person.name.patronymic,
            person.birth_date,
            person.sex.map(Sex::word),
            person.phone,
            person.name.sort_key(),
            person.name.search_key()
        ],
    )
    .map(PersonId::from_row)
}

pub(crate) fn set_snils(tx: &mut WriteTx<'_>, id: PersonId, snils: &str) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE school_person SET snils = ?2 WHERE id = ?1"), params![id, snils])?;
    Ok(())
}

pub(crate) fn name_of(row: &Row<'_>) -> rusqlite::Result<PersonName> {
    Ok(PersonName {
        surname: row.get("surname")?,
        given: row.get("given")?,
        patronymic: row.get("patronymic")?,
    })
}

fn person_of(row: &Row<'_>) -> rusqlite::Result<Person> {
    let sex: Option<String> = row.get("sex")?;
    Ok(Person {
        id: row.get("id")?,
        external_id: row.get("external_id")?,
        name: name_of(row)?,
        birth_date: row.get("birth_date")?,
        sex: sex.as_deref().and_then(Sex::from_word),
        phone: row.get("phone")?,
    })
}

pub(crate) fn load(tx: &ReadTx<'_>, id: PersonId) -> Result<Person, store::Error> {
    tx.load(
        sql!(
            "SELECT id, external_id, surname, given, patronymic, birth_date, sex, phone
             FROM school_person WHERE id = ?1"
        ),
        [id],
        person_of,
    )
}

pub(crate) fn name(tx: &ReadTx<'_>, id: PersonId) -> Result<Option<PersonName>, store::Error> {
    tx.find(sql!("SELECT surname, given, patronymic FROM school_person WHERE id = ?1"), [id], name_of)
}

pub(crate) fn names(
    tx: &ReadTx<'_>,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, PersonName>, store::Error> {
    let rows = tx.list(
        sql!(
            "SELECT id, surname, given, patronymic FROM school_person
             WHERE id IN (SELECT value FROM json_each(?1))"
        ),
        [super::id_list(ids.iter().map(|id| id.get()))],
        |row| {
            let name = PersonName { surname: row.get(1)?, given: row.get(2)?, patronymic: row.get(3)? };
            Ok((row.get(0)?, name))
        },
    )?;
    Ok(rows.into_iter().collect())
}
