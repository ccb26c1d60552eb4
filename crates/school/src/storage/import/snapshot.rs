//! Changeable values of rows, read and written whole.

use rusqlite::params;
use store::{ReadTx, WriteTx, sql};

use crate::PersonName;
use crate::import::{RowKind, Snapshot};

pub(crate) fn load(tx: &ReadTx<'_>, kind: RowKind, row: i64) -> Result<Snapshot, store::Error> {
    match kind {
        RowKind::Year => tx.load(sql!("SELECT starts, ends FROM school_year WHERE id = ?1"), [row], |row| {
            Ok(Snapshot::Span { starts: row.get(0)?, ends: row.get(1)? })
        }),
        RowKind::DaysOff => {
            tx.load(sql!("SELECT starts, ends FROM school_calendar_day WHERE id = ?1"), [row], |row| {
                Ok(Snapshot::Span { starts: row.get(0)?, ends: row.get(1)? })
            })
        }
        RowKind::Term => {
            tx.load(sql!("SELECT title, starts, ends FROM school_term WHERE id = ?1"), [row], |row| {
                Ok(Snapshot::Term { title: row.get(0)?, starts: row.get(1)?, ends: row.get(2)? })
            })
        }
        RowKind::ClassGroup => tx.load(
            sql!("SELECT room, term_kind, bells, week_days FROM school_class_group WHERE id = ?1"),
            [row],
            |row| {
                Ok(Snapshot::ClassGroup {
                    room: row.get(0)?,
                    term_kind: row.get(1)?,
                    bells: row.get(2)?,
                    week_days: row.get(3)?,
                })
            },
        ),
        RowKind::Person => tx.load(
            sql!(
                "SELECT external_id, snils, surname, given, patronymic, birth_date, sex, phone
                 FROM school_person WHERE id = ?1"
            ),
            [row],
            |row| {
                Ok(Snapshot::Person {
                    external_id: row.get(0)?,
                    snils: row.get(1)?,
                    surname: row.get(2)?,
                    given: row.get(3)?,
                    patronymic: row.get(4)?,
                    birth_date: row.get(5)?,
                    sex: row.get(6)?,
                    phone: row.get(7)?,
                })
            },
        ),
        RowKind::Grant => tx.load(sql!("SELECT ends FROM school_role_grant WHERE id = ?1"), [row], |row| {
            Ok(Snapshot::End { ends: row.get(0)? })
        }),
        RowKind::Membership => {
            tx.load(sql!("SELECT ends FROM school_membership WHERE id = ?1"), [row], |row| {
                Ok(Snapshot::End { ends: row.get(0)? })
            })
        }
        RowKind::Guardianship => tx.load(
            sql!("SELECT relation, access, contact_order FROM school_guardianship WHERE id = ?1"),
            [row],
            |row| {
                Ok(Snapshot::Guardianship {
                    relation: row.get(0)?,
                    access: row.get(1)?,
                    contact_order: row.get(2)?,
                })
            },
        ),
        RowKind::Teaching => tx.load(
            sql!("SELECT hours_per_week, room, ends FROM school_teaching WHERE id = ?1"),
            [row],
            |row| Ok(Snapshot::Teaching { hours: row.get(0)?, room: row.get(1)?, ends: row.get(2)? }),
        ),
        RowKind::Subgroup
        | RowKind::Account
        | RowKind::Subject
        | RowKind::Bells
        | RowKind::MarksClose
        | RowKind::Timetable => Err(store::Error::Unreadable { what: "import snapshot" }),
    }
}

pub(crate) fn write(
    tx: &mut WriteTx<'_>,
    kind: RowKind,
    row: i64,
    to: &Snapshot,
) -> Result<(), store::Error> {
    let count = match (to, kind) {
        (Snapshot::Span { starts, ends }, RowKind::Year) => tx
            .execute(sql!("UPDATE school_year SET starts = ?2, ends = ?3 WHERE id = ?1"), params![row, starts, ends]),
        (Snapshot::Span { starts, ends }, _) => tx.execute(
            sql!("UPDATE school_calendar_day SET starts = ?2, ends = ?3 WHERE id = ?1"),
            params![row, starts, ends],
        ),
        (Snapshot::Term { title, starts, ends }, _) => tx.execute(
            sql!("UPDATE school_term SET title = ?2, starts = ?3, ends = ?4 WHERE id = ?1"),
            params![row, title, starts, ends],
        ),
        (Snapshot::ClassGroup { room, term_kind, bells, week_days }, _) => tx.execute(
            sql!(
                "UPDATE school_class_group SET room = ?2, term_kind = ?3, bells = ?4, week_days = ?5 WHERE id = ?1"
            ),
            params![row, room, term_kind, bells, week_days],
        ),
        (Snapshot::Person { external_id, snils, surname, given, patronymic, birth_date, sex, phone }, _) => {
            let name =
                PersonName { surname: surname.clone(), given: given.clone(), patronymic: patronymic.clone() };
            tx.execute(
                sql!(
                    "UPDATE school_person SET external_id = ?2, snils = ?3, surname = ?4, given = ?5, patronymic = ?6,
                         birth_date = ?7, sex = ?8, phone = ?9, sort_key = ?10, search_key = ?11 WHERE id = ?1"
                ),
                params![
                    row,
                    external_id,
                    snils,
                    surname,
                    given,
                    patronymic,
                    birth_date,
                    sex,
                    phone,
                    name.sort_key(),
                    name.search_key()
                ],
            )
        }
        (Snapshot::End { ends }, RowKind::Grant) => {
            tx.execute(sql!("UPDATE school_role_grant SET ends = ?2 WHERE id = ?1"), params![row, ends])
        }
        (Snapshot::End { ends }, _) => {
            tx.execute(sql!("UPDATE school_membership SET ends = ?2 WHERE id = ?1"), params![row, ends])
        }
        (Snapshot::Guardianship { relation, access, contact_order }, _) => tx.execute(
            sql!("UPDATE school_guardianship SET relation = ?2, access = ?3, contact_order = ?4 WHERE id = ?1"),
            params![row, relation, access, contact_order],
        ),
        (Snapshot::Teaching { hours, room, ends }, _) => tx.execute(
            sql!("UPDATE school_teaching SET hours_per_week = ?2, room = ?3, ends = ?4 WHERE id = ?1"),
            params![row, hours, room, ends],
        ),
    }?;
    if count == 1 { Ok(()) } else { Err(store::Error::NoRow) }
}
