use std::collections::HashMap;

use rusqlite::{Row, params};
use store::{ReadTx, WriteTx, sql};
use time::Date;

use crate::{
    ClassGroup, ClassGroupId, ClassLabel, GroupId, GroupName, NewClassGroup, PersonId, TermKind, YearId,
};

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    class: &NewClassGroup<'_>,
) -> Result<(ClassGroupId, GroupId), store::Error> {
    let whole = tx.insert(
        sql!("INSERT INTO school_group (year, kind, title) VALUES (?1, 'class', ?2)"),
        params![class.year, class.label.short()],
    )?;
    let id = tx.insert(
        sql!(
            "INSERT INTO school_class_group (year, grade, letter, room, term_kind, bells, week_days, whole)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        ),
        params![
            class.year,
            class.label.grade,
            class.label.letter,
            class.room,
            class.term_kind.word(),
            class.bells,
            class.week_days,
            whole
        ],
    )?;
    Ok((ClassGroupId::from_row(id), GroupId::from_row(whole)))
}

pub(crate) fn insert_subgroup(
    tx: &mut WriteTx<'_>,
    class: &ClassGroup,
    division: &str,
    title: &str,
) -> Result<GroupId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO school_group (year, kind, parent, division, title)
             VALUES (?1, 'subgroup', ?2, ?3, ?4)"
        ),
        params![class.year, class.whole, division, title],
    )
    .map(GroupId::from_row)
}

pub(crate) fn find_subgroup(
    tx: &ReadTx<'_>,
    class: &ClassGroup,
    division: &str,
    title: &str,
) -> Result<Option<GroupId>, store::Error> {
    tx.find(
        sql!("SELECT id FROM school_group WHERE parent = ?1 AND division = ?2 AND title = ?3"),
        params![class.whole, division, title],
        |row| row.get(0),
    )
}

fn class_of(row: &Row<'_>) -> rusqlite::Result<ClassGroup> {
    let kind: String = row.get("term_kind")?;
    Ok(ClassGroup {
        id: row.get("id")?,
        year: row.get("year")?,
        label: ClassLabel { grade: row.get("grade")?, letter: row.get("letter")? },
        room: row.get("room")?,
        term_kind: TermKind::from_word(&kind).ok_or_else(|| super::bad_word("term kind"))?,
        bells: row.get("bells")?,
        week_days: row.get("week_days")?,
        whole: row.get("whole")?,
    })
}

pub(crate) fn load(tx: &ReadTx<'_>, id: ClassGroupId) -> Result<ClassGroup, store::Error> {
    tx.load(
        sql!(
            "SELECT id, year, grade, letter, room, term_kind, bells, week_days, whole
             FROM school_class_group WHERE id = ?1"
        ),
        [id],
        class_of,
    )
}

pub(crate) fn list(tx: &ReadTx<'_>, year: YearId) -> Result<Vec<ClassGroup>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, year, grade, letter, room, term_kind, bells, week_days, whole
             FROM school_class_group WHERE year = ?1 ORDER BY grade, letter COLLATE ru"
        ),
        [year],
        class_of,
    )
}

pub(crate) fn of_pupil(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    on: Date,
) -> Result<Option<ClassGroup>, store::Error> {
    tx.find(
        sql!(
            "SELECT c.id, c.year, c.grade, c.letter, c.room, c.term_kind, c.bells, c.week_days, c.whole
             FROM school_membership m JOIN school_class_group c ON c.whole = m.grp
             WHERE m.person = ?1 AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)"
        ),
        params![pupil, on],
        class_of,
    )
}

pub(crate) fn find(
    tx: &ReadTx<'_>,
    year: YearId,
    label: &ClassLabel,
) -> Result<Option<ClassGroup>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, year, grade, letter, room, term_kind, bells, week_days, whole
             FROM school_class_group WHERE year = ?1 AND grade = ?2 AND letter = ?3"
        ),
        params![year, label.grade, label.letter],
        class_of,
    )
}

pub(crate) fn names(
    tx: &ReadTx<'_>,
    groups: &[GroupId],
) -> Result<HashMap<GroupId, GroupName>, store::Error> {
    let rows = tx.list(
        sql!(
            "SELECT g.id, c.id, c.grade, c.letter, g.division, g.title, g.kind
             FROM school_group g JOIN school_class_group c ON c.whole = COALESCE(g.parent, g.id)
             WHERE g.id IN (SELECT value FROM json_each(?1))"
        ),
        [super::id_list(groups.iter().map(|group| group.get()))],
        |row| {
            let kind: String = row.get(6)?;
            let division: Option<String> = row.get(4)?;
            let part =
                if kind == "subgroup" { Some((division.unwrap_or_default(), row.get(5)?)) } else { None };
            let label = ClassLabel { grade: row.get(2)?, letter: row.get(3)? };
            Ok((row.get(0)?, GroupName { class_group: row.get(1)?, label, part }))
        },
    )?;
    Ok(rows.into_iter().collect())
}
