use rusqlite::params;
use school::{GroupId, PersonId};
use store::{ReadTx, UtcInstant, WriteTx, sql};
use time::Date;

use crate::{Homework, LessonId, LessonTeacher};

/// The standing revision and its text, a withdrawn one included.
pub(crate) fn find(tx: &ReadTx<'_>, given: LessonId) -> Result<Option<(u32, Option<String>)>, store::Error> {
    tx.find(
        sql!("SELECT revision, text FROM diary_homework WHERE given = ?1 AND latest = 1"),
        [given],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn load(tx: &ReadTx<'_>, given: LessonId) -> Result<Option<Homework>, store::Error> {
    tx.find(
        sql!(
            "SELECT given, due, due_date, text, revision FROM diary_homework
             WHERE given = ?1 AND latest = 1 AND text IS NOT NULL"
        ),
        [given],
        |row| {
            Ok(Homework {
                given: row.get(0)?,
                due: row.get(1)?,
                due_date: row.get(2)?,
                text: row.get(3)?,
                revision: row.get(4)?,
            })
        },
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    revision: u32,
    due: Option<LessonId>,
    due_date: Date,
    text: Option<&str>,
) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE diary_homework SET latest = 0 WHERE given = ?1 AND latest = 1"), [by.lesson()])?;
    tx.execute(
        sql!(
            "INSERT INTO diary_homework (given, revision, latest, course, due, due_date, text, published, author, at)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?7)"
        ),
        params![by.lesson(), revision, by.course().id, due, due_date, text, now, by.person()],
    )?;
    Ok(())
}

pub(crate) fn set_done(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    given: LessonId,
    pupil: PersonId,
    done: bool,
) -> Result<(), store::Error> {
    if done {
        tx.execute(
            sql!("INSERT INTO diary_done (given, pupil, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"),
            params![given, pupil, now],
        )?;
    } else {
        tx.execute(sql!("DELETE FROM diary_done WHERE given = ?1 AND pupil = ?2"), params![given, pupil])?;
    }
    Ok(())
}

pub(crate) fn count_open(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    groups: &[GroupId],
    after: Date,
) -> Result<u32, store::Error> {
    tx.load(
        sql!(
            "SELECT COUNT(*) FROM diary_course c
             JOIN diary_homework h ON h.course = c.id AND h.latest = 1 AND h.text IS NOT NULL AND h.due_date > ?2
             WHERE c.grp IN (SELECT value FROM json_each(?3))
               AND NOT EXISTS (SELECT 1 FROM diary_done d WHERE d.given = h.given AND d.pupil = ?1)"
        ),
        params![pupil, after, super::id_list(groups.iter().map(|group| group.get()))],
        |row| row.get(0),
    )
}
