use rusqlite::{Row, params};
use school::{ClassGroupId, GroupId, PersonId, SubjectId};
use store::{ReadTx, WriteTx, sql};
use time::Date;

use crate::{Bell, CourseId, EntryId, Lesson, LessonId, LessonState, TimetableEntry};

/// Where the timetable puts a lesson: what tells two lessons of a class apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    pub(crate) date: Date,
    pub(crate) slot: u8,
    pub(crate) group: GroupId,
    pub(crate) course: CourseId,
}

/// A lesson as the timetable made it.
pub(crate) struct MadeLesson {
    pub(crate) id: LessonId,
    pub(crate) at: Slot,
    entry: Option<EntryId>,
    starts: u16,
    ends: u16,
    room: Option<String>,
    teacher: Option<PersonId>,
    state: LessonState,
    substituted: bool,
    pub(crate) needs_decision: bool,
}

impl MadeLesson {
    /// Whether there is nothing to change: it agrees already, or people have changed it since.
    pub(crate) fn follows(&self, entry: &TimetableEntry, bell: Bell) -> bool {
        let fixed = self.substituted || self.state != LessonState::Planned;
        fixed && !self.needs_decision
            || !self.needs_decision
                && self.entry == Some(entry.id)
                && (self.starts, self.ends) == (bell.starts, bell.ends)
                && self.room == entry.room
                && self.teacher == entry.teacher
    }
}

pub(crate) fn made(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    from: Date,
    to: Date,
) -> Result<Vec<MadeLesson>, store::Error> {
    tx.list(
        sql!(
            "SELECT l.id, l.date, l.slot, l.grp, l.planned_course, l.entry, l.starts, l.ends, l.room, l.teacher, l.state,
                    l.needs_decision,
                    EXISTS (SELECT 1 FROM diary_substitution s WHERE s.lesson = l.id AND s.withdrawn_at IS NULL)
             FROM diary_lesson l
             WHERE l.class_group = ?1 AND l.date >= ?2 AND l.date < ?3 AND l.entry IS NOT NULL"
        ),
        params![class, from, to],
        |row| {
            Ok(MadeLesson {
                id: row.get(0)?,
                at: Slot { date: row.get(1)?, slot: row.get(2)?, group: row.get(3)?, course: row.get(4)? },
                entry: row.get(5)?,
                starts: row.get(6)?,
                ends: row.get(7)?,
                room: row.get(8)?,
                teacher: row.get(9)?,
                state: state_at(row, 10)?,
                needs_decision: row.get(11)?,
                substituted: row.get(12)?,
            })
        },
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    entry: &TimetableEntry,
    day: Date,
    bell: Bell,
) -> Result<(), store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO diary_lesson (class_group, grp, planned_course, course, date, slot, starts, ends, room, teacher,
                                       state, entry)
             VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'planned', ?10)"
        ),
        params![
            entry.class_group,
            entry.group,
            entry.course,
            day,
            entry.slot,
            bell.starts,
            bell.ends,
            entry.room,
            entry.teacher,
            entry.id
        ],
    )?;
    Ok(())
}

/// Gives a lesson the time, room and teacher of its entry; what people changed stays.
pub(crate) fn follow(
    tx: &mut WriteTx<'_>,
    lesson: LessonId,
    entry: &TimetableEntry,
    bell: Bell,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE diary_lesson SET entry = ?2, starts = ?3, ends = ?4, room = ?5, teacher = ?6, needs_decision = 0
             WHERE id = ?1"
        ),
        params![lesson, entry.id, bell.starts, bell.ends, entry.room, entry.teacher],
    )?;
    Ok(())
}

pub(crate) fn holds_anything(tx: &ReadTx<'_>, lesson: LessonId) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT l.state <> 'planned' OR l.topic IS NOT NULL OR l.attendance_at IS NOT NULL
                    OR EXISTS (SELECT 1 FROM diary_substitution s WHERE s.lesson = l.id)
                    OR EXISTS (SELECT 1 FROM diary_work w WHERE w.lesson = l.id)
                    OR EXISTS (SELECT 1 FROM diary_homework h WHERE h.given = l.id)
                    OR EXISTS (SELECT 1 FROM diary_homework h WHERE h.due = l.id)
                    OR EXISTS (SELECT 1 FROM diary_absence a WHERE a.lesson = l.id)
             FROM diary_lesson l WHERE l.id = ?1"
        ),
        [lesson],
        |row| row.get(0),
    )
}

pub(crate) fn flag_undecided(tx: &mut WriteTx<'_>, lesson: LessonId) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE diary_lesson SET needs_decision = 1 WHERE id = ?1"), [lesson])?;
    Ok(())
}

pub(crate) fn delete(tx: &mut WriteTx<'_>, lesson: LessonId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM diary_lesson WHERE id = ?1"), [lesson])?;
    Ok(())
}

fn state_at(row: &Row<'_>, column: usize) -> rusqlite::Result<LessonState> {
    let word: String = row.get(column)?;
    LessonState::from_word(&word).ok_or_else(|| super::bad_word("lesson state"))
}

fn lesson_of(row: &Row<'_>) -> rusqlite::Result<Lesson> {
    Ok(Lesson {
        id: row.get(0)?,
        class_group: row.get(1)?,
        group: row.get(2)?,
        planned_course: row.get(3)?,
        course: row.get(4)?,
        date: row.get(5)?,
        slot: row.get(6)?,
        starts: row.get(7)?,
        ends: row.get(8)?,
        room: row.get(9)?,
        teacher: row.get(10)?,
        state: state_at(row, 11)?,
        needs_decision: row.get(12)?,
        topic: row.get(13)?,
        attendance_taken: row.get(14)?,
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, lesson: LessonId) -> Result<Option<Lesson>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, class_group, grp, planned_course, course, date, slot, starts, ends, room, teacher, state,
                    needs_decision, topic, attendance_at IS NOT NULL
             FROM diary_lesson WHERE id = ?1"
        ),
        [lesson],
        lesson_of,
    )
}

pub(crate) fn of_course(
    tx: &ReadTx<'_>,
    course: CourseId,
    from: Date,
    to: Date,
) -> Result<Vec<Lesson>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, class_group, grp, planned_course, course, date, slot, starts, ends, room, teacher, state,
                    needs_decision, topic, attendance_at IS NOT NULL
             FROM diary_lesson WHERE course = ?1 AND date >= ?2 AND date < ?3 ORDER BY date, starts, id"
        ),
        params![course, from, to],
        lesson_of,
    )
}

pub(crate) fn of_class(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    from: Date,
    to: Date,
) -> Result<Vec<Lesson>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, class_group, grp, planned_course, course, date, slot, starts, ends, room, teacher, state,
                    needs_decision, topic, attendance_at IS NOT NULL
             FROM diary_lesson WHERE class_group = ?1 AND date >= ?2 AND date < ?3 ORDER BY date, starts, slot, grp"
        ),
        params![class, from, to],
        lesson_of,
    )
}

/// The lessons of the whole school on a day, by class and time.
pub(crate) fn on_date(tx: &ReadTx<'_>, date: Date) -> Result<Vec<Lesson>, store::Error> {
    tx.list(
        sql!(
            "SELECT l.id, l.class_group, l.grp, l.planned_course, l.course, l.date, l.slot, l.starts, l.ends, l.room,
                    l.teacher, l.state, l.needs_decision, l.topic, l.attendance_at IS NOT NULL
             FROM (SELECT DISTINCT class_group FROM diary_course) c
             JOIN diary_lesson l ON l.class_group = c.class_group AND l.date = ?1
             ORDER BY l.class_group, l.starts, l.slot, l.grp"
        ),
        [date],
        lesson_of,
    )
}

/// Writes what is taught in a lesson, by whom, where, and its state.
pub(crate) fn set_taught(tx: &mut WriteTx<'_>, lesson: &Lesson) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE diary_lesson SET course = ?2, teacher = ?3, room = ?4, state = ?5 WHERE id = ?1"),
        params![lesson.id, lesson.course, lesson.teacher, lesson.room, lesson.state.word()],
    )?;
    Ok(())
}

/// Writes the topic and the state that follows from it.
pub(crate) fn set_topic(
    tx: &mut WriteTx<'_>,
    lesson: LessonId,
    topic: Option<&str>,
    state: LessonState,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE diary_lesson SET topic = ?2, state = ?3 WHERE id = ?1"),
        params![lesson, topic, state.word()],
    )?;
    Ok(())
}

/// The lessons of some groups on a day and those a person is put into, with the subject taught and the one planned.
pub(crate) fn of_teacher(
    tx: &ReadTx<'_>,
    person: PersonId,
    groups: &[GroupId],
    date: Date,
) -> Result<Vec<(Lesson, SubjectId, SubjectId)>, store::Error> {
    tx.list(
        sql!(
            "SELECT l.id, l.class_group, l.grp, l.planned_course, l.course, l.date, l.slot, l.starts, l.ends, l.room,
                    l.teacher, l.state, l.needs_decision, l.topic, l.attendance_at IS NOT NULL, c.subject, p.subject
             FROM diary_lesson l
             JOIN diary_course c ON c.id = l.course
             JOIN diary_course p ON p.id = l.planned_course
             WHERE l.id IN (
                 SELECT id FROM diary_lesson WHERE grp IN (SELECT value FROM json_each(?1)) AND date = ?2
                 UNION SELECT id FROM diary_lesson WHERE teacher = ?3 AND date = ?2)
             ORDER BY l.starts, l.slot, l.grp"
        ),
        params![super::id_list(groups.iter().map(|group| group.get())), date, person],
        |row| Ok((lesson_of(row)?, row.get(15)?, row.get(16)?)),
    )
}
