use rusqlite::params;
use store::{ReadTx, WriteTx, sql};

use crate::BellScheduleId;
use crate::bells::{Bell, Weekdays};

pub(crate) fn replace(
    tx: &mut WriteTx<'_>,
    name: &str,
    bells: &[Bell],
) -> Result<BellScheduleId, store::Error> {
    let found =
        tx.find(sql!("SELECT id FROM diary_bell_schedule WHERE name = ?1"), [name], |row| row.get(0))?;
    let schedule: i64 = match found {
        Some(schedule) => {
            tx.execute(sql!("DELETE FROM diary_bell WHERE schedule = ?1"), [schedule])?;
            schedule
        }
        None => tx.insert(sql!("INSERT INTO diary_bell_schedule (name) VALUES (?1)"), [name])?,
    };
    for bell in bells {
        tx.execute(
            sql!(
                "INSERT INTO diary_bell (schedule, weekdays, slot, starts, ends) VALUES (?1, ?2, ?3, ?4, ?5)"
            ),
            params![schedule, bell.weekdays.bits(), bell.slot, bell.starts, bell.ends],
        )?;
    }
    Ok(BellScheduleId::from_row(schedule))
}

pub(crate) fn delete(tx: &mut WriteTx<'_>, schedule: BellScheduleId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM diary_bell WHERE schedule = ?1"), [schedule])?;
    match tx.execute(sql!("DELETE FROM diary_bell_schedule WHERE id = ?1"), [schedule])? {
        0 => Err(store::Error::NoRow),
        _ => Ok(()),
    }
}

pub(crate) fn load(tx: &ReadTx<'_>, name: &str) -> Result<Vec<Bell>, store::Error> {
    tx.list(
        sql!(
            "SELECT b.weekdays, b.slot, b.starts, b.ends FROM diary_bell_schedule s
             JOIN diary_bell b ON b.schedule = s.id WHERE s.name = ?1 ORDER BY b.slot"
        ),
        [name],
        |row| {
            Ok(Bell {
                weekdays: Weekdays::from_bits(row.get(0)?),
                slot: row.get(1)?,
                starts: row.get(2)?,
                ends: row.get(3)?,
            })
        },
    )
}
