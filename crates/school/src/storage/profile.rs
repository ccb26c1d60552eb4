use rusqlite::params;
use store::{ReadTx, WriteTx, sql};

use crate::SchoolProfile;

pub(crate) fn find(tx: &ReadTx<'_>) -> Result<Option<SchoolProfile>, store::Error> {
    tx.find(
        sql!("SELECT full_name, short_name, place, zone, week_days, help FROM school_school WHERE id = 1"),
        [],
        |row| {
            Ok(SchoolProfile {
                full_name: row.get(0)?,
                short_name: row.get(1)?,
                place: row.get(2)?,
                zone: row.get(3)?,
                week_days: row.get(4)?,
                help: row.get(5)?,
            })
        },
    )
}

pub(crate) fn replace(tx: &mut WriteTx<'_>, school: &SchoolProfile) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO school_school (id, full_name, short_name, place, zone, week_days, help)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET full_name = excluded.full_name, short_name = excluded.short_name,
                 place = excluded.place, zone = excluded.zone, week_days = excluded.week_days, help = excluded.help"
        ),
        params![school.full_name, school.short_name, school.place, school.zone, school.week_days, school.help],
    )?;
    Ok(())
}
