use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{CallId, Part, VisitId};

/// A visit that has not ended.
#[derive(Clone, Copy)]
pub(crate) struct OpenVisit {
    pub(crate) visit: VisitId,
    pub(crate) call: CallId,
    pub(crate) person: PersonId,
    pub(crate) last: UtcInstant,
}

fn visit_of(row: &Row<'_>) -> rusqlite::Result<OpenVisit> {
    Ok(OpenVisit {
        visit: row.get("visit")?,
        call: row.get("call")?,
        person: row.get("person")?,
        last: row.get("last")?,
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, visit: VisitId) -> Result<Option<OpenVisit>, store::Error> {
    tx.find(sql!("SELECT visit, call, person, last FROM calls_visit WHERE visit = ?1"), [visit], visit_of)
}

pub(crate) fn all(tx: &ReadTx<'_>) -> Result<Vec<OpenVisit>, store::Error> {
    tx.list(sql!("SELECT visit, call, person, last FROM calls_visit ORDER BY visit"), [], visit_of)
}

pub(crate) fn is_any(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM calls_visit)"), [], |row| row.get(0))
}

/// Who is in a call, each once.
pub(crate) fn people_in(tx: &ReadTx<'_>, call: CallId) -> Result<Vec<PersonId>, store::Error> {
    tx.list(sql!("SELECT DISTINCT person FROM calls_visit WHERE call = ?1 ORDER BY person"), [call], |row| {
        row.get(0)
    })
}

/// As what they are in it who are in it.
pub(crate) fn parts_in(tx: &ReadTx<'_>, call: CallId) -> Result<Vec<Part>, store::Error> {
    tx.list(
        sql!(
            "SELECT DISTINCT s.part FROM calls_visit v JOIN calls_seat s ON s.call = v.call AND s.person = v.person
             WHERE v.call = ?1"
        ),
        [call],
        |row| Part::from_word(&row.get::<_, String>(0)?).ok_or_else(|| bad_word("part in a call")),
    )
}

/// How many calls somebody is in.
pub(crate) fn busy_calls(tx: &ReadTx<'_>) -> Result<u32, store::Error> {
    tx.load(sql!("SELECT COUNT(DISTINCT call) FROM calls_visit"), [], |row| row.get(0))
}

pub(crate) fn open(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    visit: VisitId,
    call: CallId,
    person: PersonId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("INSERT INTO calls_visit (visit, call, person, last) VALUES (?1, ?2, ?3, ?4)"),
        params![visit, call, person, now],
    )?;
    Ok(())
}

pub(crate) fn touch(tx: &mut WriteTx<'_>, now: UtcInstant, visit: VisitId) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE calls_visit SET last = MAX(last, ?2) WHERE visit = ?1"), params![visit, now])?;
    Ok(())
}

pub(crate) fn close(tx: &mut WriteTx<'_>, visit: VisitId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM calls_visit WHERE visit = ?1"), [visit])?;
    Ok(())
}
