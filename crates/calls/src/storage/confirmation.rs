use rusqlite::params;
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::{Before, CallId, ConfirmedMark, Verdict};

/// The confirmation that stands: its row, by whom and when, and how the journal stood before.
pub(crate) fn find(
    tx: &ReadTx<'_>,
    call: CallId,
) -> Result<Option<(i64, PersonId, UtcInstant, Before)>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, by, at, before_at, before_by, before_held FROM calls_confirmation
             WHERE call = ?1 AND taken_back IS NULL"
        ),
        [call],
        |row| {
            let (at, by): (Option<UtcInstant>, Option<PersonId>) = (row.get(3)?, row.get(4)?);
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, Before { taken: at.zip(by), held: row.get(5)? }))
        },
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    call: CallId,
    by: PersonId,
    before: Before,
) -> Result<i64, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO calls_confirmation (call, at, by, before_at, before_by, before_held)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        params![call, now, by, before.taken.map(|(at, _)| at), before.taken.map(|(_, by)| by), before.held],
    )
}

pub(crate) fn insert_mark(
    tx: &mut WriteTx<'_>,
    confirmation: i64,
    mark: ConfirmedMark,
) -> Result<(), store::Error> {
    let minutes = match mark.verdict {
        // Whoever was there has no mark.
        Verdict::Present => return Ok(()),
        Verdict::Late(minutes) => Some(minutes),
        Verdict::Absent => None,
    };
    tx.execute(
        sql!("INSERT INTO calls_mark (confirmation, pupil, minutes) VALUES (?1, ?2, ?3)"),
        params![confirmation, mark.pupil, minutes],
    )?;
    Ok(())
}

pub(crate) fn marks(tx: &ReadTx<'_>, confirmation: i64) -> Result<Vec<ConfirmedMark>, store::Error> {
    tx.list(
        sql!("SELECT pupil, minutes FROM calls_mark WHERE confirmation = ?1 ORDER BY pupil"),
        [confirmation],
        |row| {
            let minutes: Option<u8> = row.get(1)?;
            Ok(ConfirmedMark { pupil: row.get(0)?, verdict: minutes.map_or(Verdict::Absent, Verdict::Late) })
        },
    )
}

pub(crate) fn take_back(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    call: CallId,
    by: PersonId,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE calls_confirmation SET taken_back = ?2, taken_back_by = ?3
             WHERE call = ?1 AND taken_back IS NULL"
        ),
        params![call, now, by],
    )?;
    Ok(())
}
