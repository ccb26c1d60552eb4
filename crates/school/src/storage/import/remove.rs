//! Takes back what an import added. Foreign keys refuse whatever something else depends on by now (DIA-I20).

use store::{WriteTx, sql};

use crate::import::RowKind;

pub(crate) fn remove(tx: &mut WriteTx<'_>, kind: RowKind, row: i64) -> Result<(), store::Error> {
    let statement = match kind {
        RowKind::Year => sql!("DELETE FROM school_year WHERE id = ?1"),
        RowKind::Term => sql!("DELETE FROM school_term WHERE id = ?1"),
        RowKind::DaysOff => sql!("DELETE FROM school_calendar_day WHERE id = ?1"),
        RowKind::ClassGroup => return remove_class(tx, row),
        RowKind::Subgroup => sql!("DELETE FROM school_group WHERE id = ?1"),
        RowKind::Person => sql!("DELETE FROM school_person WHERE id = ?1"),
        RowKind::Account => sql!("DELETE FROM school_account WHERE id = ?1"),
        RowKind::Grant => sql!("DELETE FROM school_role_grant WHERE id = ?1"),
        RowKind::Membership => sql!("DELETE FROM school_membership WHERE id = ?1"),
        RowKind::Guardianship => sql!("DELETE FROM school_guardianship WHERE id = ?1"),
        RowKind::Subject => sql!("DELETE FROM school_subject WHERE id = ?1"),
        RowKind::Teaching => sql!("DELETE FROM school_teaching WHERE id = ?1"),
        // Their owner takes them back before the roster goes.
        RowKind::Bells | RowKind::MarksClose | RowKind::Timetable => return Ok(()),
    };
    tx.execute(statement, [row])?;
    Ok(())
}

fn remove_class(tx: &mut WriteTx<'_>, row: i64) -> Result<(), store::Error> {
    let whole: Option<i64> =
        tx.returning(sql!("DELETE FROM school_class_group WHERE id = ?1 RETURNING whole"), [row], |row| {
            row.get(0)
        })?;
    tx.execute(sql!("DELETE FROM school_group WHERE id = ?1"), [whole])?;
    Ok(())
}
