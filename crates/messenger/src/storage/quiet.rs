use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{bad_word, meta};
use crate::quiet::OwnQuiet;
use crate::{ConversationId, QuietChoice, QuietHours};

fn own_of(row: &Row<'_>) -> rusqlite::Result<OwnQuiet> {
    let hours = QuietHours::new(row.get("begins")?, row.get("ends")?).map_err(|_| bad_word("quiet hours"))?;
    Ok(OwnQuiet { person: row.get("person")?, is_on: row.get("is_on")?, hours })
}

pub(crate) fn find(tx: &ReadTx<'_>, person: PersonId) -> Result<Option<OwnQuiet>, store::Error> {
    tx.find(
        sql!("SELECT person, is_on, begins, ends FROM messenger_quiet WHERE person = ?1"),
        [person],
        own_of,
    )
}

pub(crate) fn of_chat(tx: &ReadTx<'_>, conv: ConversationId) -> Result<Vec<OwnQuiet>, store::Error> {
    tx.list(
        sql!(
            "SELECT q.person, q.is_on, q.begins, q.ends FROM messenger_member m
             JOIN messenger_quiet q ON q.person = m.person
             WHERE m.conv = ?1 AND m.left_g IS NULL"
        ),
        [conv],
        own_of,
    )
}

pub(crate) fn set(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    choice: QuietChoice,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO messenger_quiet (person, is_on, begins, ends, at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (person) DO UPDATE SET is_on = excluded.is_on, begins = excluded.begins,
                 ends = excluded.ends, at = excluded.at"
        ),
        params![person, choice.is_on, choice.hours.begins(), choice.hours.ends(), now],
    )?;
    Ok(())
}

/// The school's hours as «begins-ends» in minutes.
pub(crate) fn of_school(tx: &ReadTx<'_>) -> Result<QuietHours, store::Error> {
    let read = |word: &str| {
        let (begins, ends) = word.split_once('-')?;
        QuietHours::new(begins.parse().ok()?, ends.parse().ok()?).ok()
    };
    match meta::find(tx, "quiet")? {
        Some(word) => read(&word).ok_or(store::Error::Unreadable { what: "quiet hours of the school" }),
        None => Ok(QuietHours::USUAL),
    }
}

pub(crate) fn set_of_school(tx: &mut WriteTx<'_>, hours: QuietHours) -> Result<(), store::Error> {
    meta::put(tx, "quiet", &format!("{}-{}", hours.begins(), hours.ends()))
}
