use identity::{VkSubject, VkUserId};
use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{LinkId, LogRow};

pub(crate) struct NewRow<'a> {
    pub(crate) link: LinkId,
    pub(crate) person: PersonId,
    pub(crate) actor: Option<PersonId>,
    pub(crate) event: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) subject: Option<VkSubject>,
    pub(crate) why: Option<&'a str>,
}

pub(crate) fn insert(tx: &mut WriteTx<'_>, at: UtcInstant, row: &NewRow<'_>) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO linking_log (link, person, at, actor, event, from_state, to_state, subject, why)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ),
        params![
            row.link,
            row.person,
            at,
            row.actor,
            row.event,
            row.from,
            row.to,
            row.subject.map(|subject| subject.user().get()),
            row.why
        ],
    )?;
    Ok(())
}

pub(crate) fn list(tx: &ReadTx<'_>, person: PersonId) -> Result<Vec<LogRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT at, actor, event, from_state, to_state, subject, why FROM linking_log
             WHERE person = ?1 ORDER BY id DESC"
        ),
        [person],
        |row| {
            let subject: Option<i64> = row.get("subject")?;
            Ok(LogRow {
                at: row.get("at")?,
                actor: row.get("actor")?,
                event: row.get("event")?,
                from: row.get("from_state")?,
                to: row.get("to_state")?,
                subject: subject.and_then(VkUserId::new),
                why: row.get("why")?,
            })
        },
    )
}

/// The subject that the link was last active with.
pub(crate) fn last_linked(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<VkUserId>, store::Error> {
    let subject: Option<Option<i64>> = tx.find(
        sql!(
            "SELECT subject FROM linking_log WHERE link = ?1 AND to_state = 'active' ORDER BY id DESC LIMIT 1"
        ),
        [link],
        |row| row.get(0),
    )?;
    Ok(subject.flatten().and_then(VkUserId::new))
}
