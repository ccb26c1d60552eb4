use rusqlite::params;
use store::{ReadTx, sql};
use time::Date;

use crate::{ClassGroupId, PersonId, Role};

pub(crate) fn pupils(tx: &ReadTx<'_>, class: ClassGroupId, on: Date) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.person FROM school_class_group c
             JOIN school_membership m ON m.grp = c.whole
             JOIN school_person p ON p.id = m.person
             WHERE c.id = ?1 AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)
             ORDER BY p.sort_key, p.id"
        ),
        params![class, on],
        |row| row.get(0),
    )
}

pub(crate) fn guardians(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    on: Date,
) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT DISTINCT a.id FROM school_class_group c
             JOIN school_membership m ON m.grp = c.whole
             JOIN school_guardianship g ON g.child = m.person
             JOIN school_person a ON a.id = g.adult
             WHERE c.id = ?1 AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)
               AND g.access <> 'none' AND g.starts <= ?2 AND (g.ends IS NULL OR g.ends > ?2)
             ORDER BY a.sort_key, a.id"
        ),
        params![class, on],
        |row| row.get(0),
    )
}

pub(crate) fn class_staff(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    on: Date,
) -> Result<Vec<(PersonId, bool)>, store::Error> {
    tx.list(
        sql!(
            "SELECT person, MAX(homeroom) AS homeroom FROM (
                 SELECT person, 1 AS homeroom FROM school_role_grant
                 WHERE class_group = ?1 AND role = 'homeroom_teacher'
                   AND starts <= ?2 AND (ends IS NULL OR ends > ?2)
                 UNION ALL
                 SELECT t.person, 0 FROM school_class_group c
                 JOIN school_group g ON COALESCE(g.parent, g.id) = c.whole
                 JOIN school_teaching t ON t.grp = g.id
                 WHERE c.id = ?1 AND t.starts <= ?2 AND (t.ends IS NULL OR t.ends > ?2)
             ) JOIN school_person p ON p.id = person
             GROUP BY person ORDER BY homeroom DESC, p.sort_key, p.id"
        ),
        params![class, on],
        |row| Ok((row.get(0)?, row.get::<_, i64>(1)? == 1)),
    )
}

pub(crate) fn homeroom_classes(
    tx: &ReadTx<'_>,
    person: PersonId,
    on: Date,
) -> Result<Vec<ClassGroupId>, store::Error> {
    tx.list(
        sql!(
            "SELECT r.class_group FROM school_role_grant r JOIN school_class_group c ON c.id = r.class_group
             WHERE r.person = ?1 AND r.role = 'homeroom_teacher'
               AND r.starts <= ?2 AND (r.ends IS NULL OR r.ends > ?2)
             ORDER BY c.grade, c.letter"
        ),
        params![person, on],
        |row| row.get(0),
    )
}

pub(crate) fn staff(tx: &ReadTx<'_>, on: Date) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT DISTINCT p.id FROM school_role_grant r JOIN school_person p ON p.id = r.person
             WHERE r.role NOT IN ('pupil', 'guardian') AND r.starts <= ?1 AND (r.ends IS NULL OR r.ends > ?1)
             ORDER BY p.sort_key, p.id"
        ),
        [on],
        |row| row.get(0),
    )
}

pub(crate) fn holders(tx: &ReadTx<'_>, role: Role, on: Date) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT DISTINCT p.id FROM school_role_grant r JOIN school_person p ON p.id = r.person
             WHERE r.role = ?1 AND r.starts <= ?2 AND (r.ends IS NULL OR r.ends > ?2)
             ORDER BY p.sort_key, p.id"
        ),
        params![role.word(), on],
        |row| row.get(0),
    )
}
