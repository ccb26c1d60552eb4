use rusqlite::params;
use school::{GroupId, PersonId};
use store::{ReadTx, UtcInstant, WriteTx, sql};
use time::Date;

use super::id_list;
use crate::{ConversationId, LessonTime};

/// The lessons of a day, as they were told.
pub(crate) fn of_day(tx: &ReadTx<'_>, day: Date) -> Result<Vec<LessonTime>, store::Error> {
    tx.list(
        sql!("SELECT grp, begins, ends FROM messenger_lesson WHERE day = ?1 ORDER BY grp, begins"),
        [day],
        |row| Ok(LessonTime { group: row.get(0)?, begins: row.get(1)?, ends: row.get(2)? }),
    )
}

/// Forgets what was told of any day, then notes these.
pub(crate) fn put(tx: &mut WriteTx<'_>, day: Date, lessons: &[LessonTime]) -> Result<(), store::Error> {
    clear(tx)?;
    for lesson in lessons {
        tx.execute(
            sql!(
                "INSERT INTO messenger_lesson (day, grp, begins, ends) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (day, grp, begins) DO UPDATE SET ends = MAX(ends, excluded.ends)"
            ),
            params![day, lesson.group, lesson.begins, lesson.ends],
        )?;
    }
    Ok(())
}

pub(crate) fn clear(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_lesson"), [])?;
    Ok(())
}

/// When the lesson ends that one of these groups has at a minute of a day.
pub(crate) fn running(
    tx: &ReadTx<'_>,
    day: Date,
    groups: &[GroupId],
    minute: u16,
) -> Result<Option<u16>, store::Error> {
    tx.load(
        sql!(
            "SELECT MAX(ends) FROM messenger_lesson
             WHERE day = ?1 AND grp IN (SELECT value FROM json_each(?2)) AND begins <= ?3 AND ends > ?3"
        ),
        params![day, id_list(groups.iter().map(|group| group.get())), minute],
        |row| row.get(0),
    )
}

pub(crate) fn mode(tx: &ReadTx<'_>, conv: ConversationId) -> Result<bool, store::Error> {
    tx.load(sql!("SELECT EXISTS (SELECT 1 FROM messenger_lesson_mode WHERE conv = ?1)"), [conv], |row| {
        row.get(0)
    })
}

pub(crate) fn set_mode(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    on: bool,
    author: PersonId,
) -> Result<(), store::Error> {
    if on {
        tx.execute(
            sql!(
                "INSERT INTO messenger_lesson_mode (conv, author, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
            ),
            params![conv, author, now],
        )?;
    } else {
        tx.execute(sql!("DELETE FROM messenger_lesson_mode WHERE conv = ?1"), [conv])?;
    }
    Ok(())
}

/// The chats whose pupils do not write during their lessons.
pub(crate) fn silent_chats(tx: &ReadTx<'_>) -> Result<Vec<ConversationId>, store::Error> {
    tx.list(sql!("SELECT conv FROM messenger_lesson_mode ORDER BY conv"), [], |row| row.get(0))
}
