use rusqlite::params;
use store::{ReadTx, sql};
use time::Date;

use super::bad_word;
use crate::{ClassGroupId, PersonId, Standing, Standings};

pub(crate) fn of_person(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    person: PersonId,
    on: Date,
) -> Result<Standings, store::Error> {
    let words = tx.list(
        sql!(
            "SELECT 'pupil' FROM school_class_group c JOIN school_membership m ON m.grp = c.whole
             WHERE c.id = ?1 AND m.person = ?2 AND m.starts <= ?3 AND (m.ends IS NULL OR m.ends > ?3)
             UNION ALL
             SELECT 'guardian' WHERE EXISTS (
                 SELECT 1 FROM school_guardianship g
                 JOIN school_membership m ON m.person = g.child
                 JOIN school_class_group c ON c.whole = m.grp
                 WHERE c.id = ?1 AND g.adult = ?2 AND g.access <> 'none'
                   AND g.starts <= ?3 AND (g.ends IS NULL OR g.ends > ?3)
                   AND m.starts <= ?3 AND (m.ends IS NULL OR m.ends > ?3))
             UNION ALL
             SELECT 'teacher' WHERE EXISTS (
                 SELECT 1 FROM school_teaching t
                 JOIN school_group g ON g.id = t.grp
                 JOIN school_class_group c ON c.whole = COALESCE(g.parent, g.id)
                 WHERE c.id = ?1 AND t.person = ?2 AND t.starts <= ?3 AND (t.ends IS NULL OR t.ends > ?3))
             UNION ALL
             SELECT CASE role WHEN 'homeroom_teacher' THEN 'homeroom' ELSE 'head' END FROM school_role_grant
             WHERE person = ?2 AND starts <= ?3 AND (ends IS NULL OR ends > ?3)
               AND (role IN ('head_teacher', 'deputy_head') OR (role = 'homeroom_teacher' AND class_group = ?1))"
        ),
        params![class, person, on],
        |row| Standing::from_word(&row.get::<_, String>(0)?).ok_or_else(|| bad_word("standing")),
    )?;
    Ok(words.into_iter().collect())
}

pub(crate) fn of_class(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    on: Date,
) -> Result<Vec<(PersonId, Standing)>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.person, 'pupil' FROM school_class_group c JOIN school_membership m ON m.grp = c.whole
             WHERE c.id = ?1 AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)
             UNION
             SELECT g.adult, 'guardian' FROM school_class_group c
             JOIN school_membership m ON m.grp = c.whole
             JOIN school_guardianship g ON g.child = m.person
             WHERE c.id = ?1 AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)
               AND g.access <> 'none' AND g.starts <= ?2 AND (g.ends IS NULL OR g.ends > ?2)
             UNION
             SELECT t.person, 'teacher' FROM school_class_group c
             JOIN school_group g ON COALESCE(g.parent, g.id) = c.whole
             JOIN school_teaching t ON t.grp = g.id
             WHERE c.id = ?1 AND t.starts <= ?2 AND (t.ends IS NULL OR t.ends > ?2)
             UNION
             SELECT person, CASE role WHEN 'homeroom_teacher' THEN 'homeroom' ELSE 'head' END FROM school_role_grant
             WHERE starts <= ?2 AND (ends IS NULL OR ends > ?2)
               AND (role IN ('head_teacher', 'deputy_head') OR (role = 'homeroom_teacher' AND class_group = ?1))"
        ),
        params![class, on],
        |row| {
            let standing = Standing::from_word(&row.get::<_, String>(1)?).ok_or_else(|| bad_word("standing"))?;
            Ok((row.get(0)?, standing))
        },
    )
}

pub(crate) fn classes(
    tx: &ReadTx<'_>,
    person: PersonId,
    on: Date,
) -> Result<Vec<ClassGroupId>, store::Error> {
    tx.list(
        sql!(
            "SELECT c.id FROM school_membership m JOIN school_class_group c ON c.whole = m.grp
             WHERE m.person = ?1 AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)
             UNION
             SELECT c.id FROM school_guardianship g
             JOIN school_membership m ON m.person = g.child
             JOIN school_class_group c ON c.whole = m.grp
             WHERE g.adult = ?1 AND g.access <> 'none' AND g.starts <= ?2 AND (g.ends IS NULL OR g.ends > ?2)
               AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)
             UNION
             SELECT c.id FROM school_teaching t
             JOIN school_group g ON g.id = t.grp
             JOIN school_class_group c ON c.whole = COALESCE(g.parent, g.id)
             WHERE t.person = ?1 AND t.starts <= ?2 AND (t.ends IS NULL OR t.ends > ?2)
             UNION
             SELECT class_group FROM school_role_grant
             WHERE person = ?1 AND class_group IS NOT NULL AND starts <= ?2 AND (ends IS NULL OR ends > ?2)"
        ),
        params![person, on],
        |row| row.get(0),
    )
}
