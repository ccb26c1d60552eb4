use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{bad_word, id_list};
use crate::{CallId, Entry, EntryKind, LeaveWhy, Source, VisitId};

/// An entry that is not stored yet.
pub(crate) struct NewEntry {
    pub(crate) call: CallId,
    pub(crate) person: PersonId,
    /// Absent in the entry that admits.
    pub(crate) visit: Option<VisitId>,
    pub(crate) kind: EntryKind,
}

const fn words(kind: EntryKind) -> (&'static str, Option<&'static str>) {
    match kind {
        EntryKind::Admitted => ("admitted", None),
        EntryKind::Connected => ("connected", None),
        EntryKind::Flowing(source) => ("flowing", Some(source.word())),
        EntryKind::Left(why) => ("left", Some(why.word())),
    }
}

fn kind_of(kind: &str, what: Option<&str>) -> Option<EntryKind> {
    match (kind, what) {
        ("admitted", None) => Some(EntryKind::Admitted),
        ("connected", None) => Some(EntryKind::Connected),
        ("flowing", Some(what)) => Source::from_word(what).map(EntryKind::Flowing),
        ("left", Some(what)) => LeaveWhy::from_word(what).map(EntryKind::Left),
        _ => None,
    }
}

fn entry_of(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let (kind, what): (String, Option<String>) = (row.get("kind")?, row.get("what")?);
    Ok(Entry {
        person: row.get("person")?,
        visit: row.get("visit")?,
        kind: kind_of(&kind, what.as_deref()).ok_or_else(|| bad_word("entry of a call"))?,
        at: row.get("at")?,
    })
}

pub(crate) fn of_call(tx: &ReadTx<'_>, call: CallId) -> Result<Vec<Entry>, store::Error> {
    tx.list(
        sql!(
            "SELECT person, COALESCE(visit, id) AS visit, kind, what, at FROM calls_entry WHERE call = ?1 ORDER BY id"
        ),
        [call],
        entry_of,
    )
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, now: UtcInstant, entry: &NewEntry) -> Result<i64, store::Error> {
    let (kind, what) = words(entry.kind);
    tx.insert(
        sql!("INSERT INTO calls_entry (call, person, visit, kind, what, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
        params![entry.call, entry.person, entry.visit, kind, what, now],
    )
}

/// Appends unless the visit has such an entry; says whether it did.
pub(crate) fn insert_once(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    entry: &NewEntry,
) -> Result<bool, store::Error> {
    let (kind, what) = words(entry.kind);
    let rows = tx.execute(
        sql!(
            "INSERT INTO calls_entry (call, person, visit, kind, what, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO NOTHING"
        ),
        params![entry.call, entry.person, entry.visit, kind, what, now],
    )?;
    Ok(rows > 0)
}

pub(crate) fn is_any(tx: &ReadTx<'_>, call: CallId) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM calls_entry WHERE call = ?1)"), [call], |row| row.get(0))
}

pub(crate) fn names_any(tx: &ReadTx<'_>, people: &[PersonId]) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM calls_entry WHERE person IN (SELECT value FROM json_each(?1)))
                 OR EXISTS (SELECT 1 FROM calls_call WHERE begun_by IN (SELECT value FROM json_each(?1)))"
        ),
        [id_list(people.iter().map(|person| person.get()))],
        |row| row.get(0),
    )
}
