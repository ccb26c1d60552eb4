use identity::{ClaimedRole, FullName, ProfileDraft, VkSubject};
use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::row::bad;
use crate::{Change, ChangeId, Comparison, LinkId, NamePart, Outcome};

pub(crate) struct NewChange<'a> {
    pub(crate) link: LinkId,
    pub(crate) person: PersonId,
    pub(crate) subject: VkSubject,
    pub(crate) wanted: &'a ProfileDraft,
    pub(crate) mismatch: &'a [NamePart],
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, now: UtcInstant, new: &NewChange<'_>) -> Result<(), store::Error> {
    let name = &new.wanted.name;
    tx.execute(
        sql!(
            "INSERT INTO linking_change (link, person, subject, surname, given, patronymic, birth_date, role,
                                         mismatch, asked)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        ),
        params![
            new.link,
            new.person,
            new.subject.user().get(),
            name.surname,
            name.given,
            name.patronymic,
            new.wanted.birth_date,
            new.wanted.role.word(),
            Comparison::words(new.mismatch),
            now
        ],
    )?;
    Ok(())
}

fn change_of(row: &Row<'_>) -> rusqlite::Result<Change> {
    let role: String = row.get("role")?;
    let mismatch: String = row.get("mismatch")?;
    let verdict: Option<String> = row.get("verdict")?;
    let why: Option<String> = row.get("why")?;
    Ok(Change {
        id: row.get("id")?,
        link: row.get("link")?,
        person: row.get("person")?,
        wanted: ProfileDraft {
            name: FullName {
                surname: row.get("surname")?,
                given: row.get("given")?,
                patronymic: row.get("patronymic")?,
            },
            birth_date: row.get("birth_date")?,
            role: ClaimedRole::from_word(&role).ok_or_else(|| bad("role"))?,
        },
        mismatch: Comparison::parts(&mismatch),
        asked: row.get("asked")?,
        outcome: Outcome::of(verdict.as_deref(), why).ok_or_else(|| bad("verdict"))?,
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, id: ChangeId) -> Result<Option<Change>, store::Error> {
    tx.find(sql!("SELECT * FROM linking_change WHERE id = ?1"), [id], change_of)
}

/// The newest change that a subject asked for.
pub(crate) fn newest(tx: &ReadTx<'_>, subject: VkSubject) -> Result<Option<Change>, store::Error> {
    tx.find(
        sql!("SELECT * FROM linking_change WHERE subject = ?1 ORDER BY id DESC LIMIT 1"),
        [subject.user().get()],
        change_of,
    )
}

pub(crate) fn waiting(tx: &ReadTx<'_>) -> Result<Vec<Change>, store::Error> {
    tx.list(sql!("SELECT * FROM linking_change WHERE verdict IS NULL ORDER BY asked, id"), [], change_of)
}

/// Writes down what became of a change; false when that has been done.
pub(crate) fn decide(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    id: ChangeId,
    outcome: &Outcome,
    by: Option<PersonId>,
) -> Result<bool, store::Error> {
    let count = tx.execute(
        sql!(
            "UPDATE linking_change SET verdict = ?3, decided = ?2, decided_by = ?4, why = ?5
             WHERE id = ?1 AND verdict IS NULL"
        ),
        params![id, now, outcome.word(), by, outcome.why()],
    )?;
    Ok(count == 1)
}

/// Drops what waits for a link that is no more what it was.
pub(crate) fn drop_of(tx: &mut WriteTx<'_>, now: UtcInstant, link: LinkId) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE linking_change SET verdict = 'dropped', decided = ?2 WHERE link = ?1 AND verdict IS NULL"
        ),
        params![link, now],
    )?;
    Ok(())
}
