use rusqlite::{Row, params};
use school::{ClassGroup, ClassGroupId, GroupId, SubjectId, YearId};
use store::{ReadTx, WriteTx, sql};

use crate::{Course, CourseId, MarkScale};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    class: &ClassGroup,
    group: GroupId,
    subject: SubjectId,
    scale: MarkScale,
) -> Result<CourseId, store::Error> {
    tx.insert(
        sql!("INSERT INTO diary_course (year, class_group, grp, subject, scale) VALUES (?1, ?2, ?3, ?4, ?5)"),
        params![class.year, class.id, group, subject, scale.word()],
    )
    .map(CourseId::from_row)
}

fn course_of(row: &Row<'_>) -> rusqlite::Result<Course> {
    let scale: String = row.get("scale")?;
    Ok(Course {
        id: row.get("id")?,
        year: row.get("year")?,
        class_group: row.get("class_group")?,
        group: row.get("grp")?,
        subject: row.get("subject")?,
        scale: MarkScale::from_word(&scale).ok_or_else(|| super::bad_word("mark scale"))?,
    })
}

pub(crate) fn find(
    tx: &ReadTx<'_>,
    year: YearId,
    group: GroupId,
    subject: SubjectId,
) -> Result<Option<Course>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, year, class_group, grp, subject, scale FROM diary_course
             WHERE grp = ?1 AND subject = ?2 AND year = ?3"
        ),
        params![group, subject, year],
        course_of,
    )
}

pub(crate) fn find_by_id(tx: &ReadTx<'_>, course: CourseId) -> Result<Option<Course>, store::Error> {
    tx.find(
        sql!("SELECT id, year, class_group, grp, subject, scale FROM diary_course WHERE id = ?1"),
        [course],
        course_of,
    )
}

pub(crate) fn of_class(tx: &ReadTx<'_>, class: ClassGroupId) -> Result<Vec<Course>, store::Error> {
    tx.list(
        sql!("SELECT id, year, class_group, grp, subject, scale FROM diary_course WHERE class_group = ?1 ORDER BY id"),
        [class],
        course_of,
    )
}

/// Removes courses of a class that nothing refers to.
pub(crate) fn delete_unused(tx: &mut WriteTx<'_>, class: ClassGroupId) -> Result<usize, store::Error> {
    tx.execute(
        sql!(
            "DELETE FROM diary_course WHERE class_group = ?1
               AND NOT EXISTS (SELECT 1 FROM diary_timetable_entry e WHERE e.class_group = ?1 AND e.course = diary_course.id)
               AND NOT EXISTS (SELECT 1 FROM diary_lesson l WHERE l.class_group = ?1
                                 AND (l.course = diary_course.id OR l.planned_course = diary_course.id))
               AND NOT EXISTS (SELECT 1 FROM diary_lesson l WHERE l.course = diary_course.id)
               AND NOT EXISTS (SELECT 1 FROM diary_work w WHERE w.course = diary_course.id)
               AND NOT EXISTS (SELECT 1 FROM diary_homework h WHERE h.course = diary_course.id)"
        ),
        [class],
    )
}
