use rusqlite::params;
use school::{ClassGroupId, PersonId, YearId};
use store::{ReadTx, UtcInstant, WriteTx, sql};
use time::Date;

use crate::{CourseId, TimetableEntry, TimetableRow, VersionId, WeekPattern};

pub(crate) fn insert_version(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    year: YearId,
    starts: Date,
) -> Result<VersionId, store::Error> {
    tx.insert(
        sql!("INSERT INTO diary_timetable_version (year, starts, published) VALUES (?1, ?2, ?3)"),
        params![year, starts, now],
    )
    .map(VersionId::from_row)
}

pub(crate) fn insert_entry(
    tx: &mut WriteTx<'_>,
    version: VersionId,
    row: &TimetableRow,
    course: CourseId,
    teacher: Option<PersonId>,
) -> Result<(), store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO diary_timetable_entry (version, class_group, weekday, week, slot, course, room, teacher)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        ),
        params![version, row.class_group, row.weekday, row.week.word(), row.slot, course, row.room, teacher],
    )?;
    Ok(())
}

/// The versions that have entries of a class, by (start, id).
pub(crate) fn versions_of(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
) -> Result<Vec<(VersionId, Date)>, store::Error> {
    tx.list(
        sql!(
            "SELECT v.id, v.starts FROM diary_timetable_version v
             WHERE EXISTS (SELECT 1 FROM diary_timetable_entry e WHERE e.class_group = ?1 AND e.version = v.id)
             ORDER BY v.starts, v.id"
        ),
        [class],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn entries_of(tx: &ReadTx<'_>, class: ClassGroupId) -> Result<Vec<TimetableEntry>, store::Error> {
    tx.list(
        sql!(
            "SELECT e.id, e.version, e.class_group, c.grp, e.weekday, e.week, e.slot, e.course, c.subject, e.room,
                    e.teacher
             FROM diary_timetable_entry e JOIN diary_course c ON c.id = e.course
             WHERE e.class_group = ?1 ORDER BY e.weekday, e.slot, e.id"
        ),
        [class],
        |row| {
            let week: String = row.get(5)?;
            Ok(TimetableEntry {
                id: row.get(0)?,
                version: row.get(1)?,
                class_group: row.get(2)?,
                group: row.get(3)?,
                weekday: row.get(4)?,
                week: WeekPattern::from_word(&week).ok_or_else(|| super::bad_word("week pattern"))?,
                slot: row.get(6)?,
                course: row.get(7)?,
                subject: row.get(8)?,
                room: row.get(9)?,
                teacher: row.get(10)?,
            })
        },
    )
}

/// How many lessons made from a version hold anything.
pub(crate) fn count_used(tx: &ReadTx<'_>, version: VersionId) -> Result<u32, store::Error> {
    tx.load(
        sql!(
            "SELECT COUNT(*) FROM diary_timetable_entry e JOIN diary_lesson l ON l.entry = e.id
             WHERE e.version = ?1
               AND (l.state <> 'planned' OR l.topic IS NOT NULL OR l.attendance_at IS NOT NULL
                    OR EXISTS (SELECT 1 FROM diary_substitution s WHERE s.lesson = l.id)
                    OR EXISTS (SELECT 1 FROM diary_work w WHERE w.lesson = l.id)
                    OR EXISTS (SELECT 1 FROM diary_homework h WHERE h.given = l.id)
                    OR EXISTS (SELECT 1 FROM diary_homework h WHERE h.due = l.id)
                    OR EXISTS (SELECT 1 FROM diary_absence a WHERE a.lesson = l.id))"
        ),
        [version],
        |row| row.get(0),
    )
}

/// Removes a version whose lessons hold nothing; tells from when it held and for which classes.
pub(crate) fn delete(
    tx: &mut WriteTx<'_>,
    version: VersionId,
) -> Result<(Date, Vec<ClassGroupId>), store::Error> {
    let starts =
        tx.load(sql!("SELECT starts FROM diary_timetable_version WHERE id = ?1"), [version], |row| {
            row.get(0)
        })?;
    let classes = tx.list(
        sql!(
            "SELECT DISTINCT class_group FROM diary_timetable_entry WHERE version = ?1 ORDER BY class_group"
        ),
        [version],
        |row| row.get(0),
    )?;
    tx.execute(
        sql!(
            "DELETE FROM diary_lesson WHERE entry IN (SELECT id FROM diary_timetable_entry WHERE version = ?1)"
        ),
        [version],
    )?;
    tx.execute(sql!("DELETE FROM diary_timetable_entry WHERE version = ?1"), [version])?;
    tx.execute(sql!("DELETE FROM diary_timetable_version WHERE id = ?1"), [version])?;
    Ok((starts, classes))
}
