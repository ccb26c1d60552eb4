//! The questions behind the proofs. Each asks for the session too: one that has ended proves nothing (A14).

use rusqlite::params;
use store::{ReadTx, sql};
use time::Date;

use crate::{Access, ClassGroupId, GroupId, PersonId, Role, SubjectId, Viewer};

pub(crate) fn holds_role(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    role: Role,
    on: Date,
) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (
                 SELECT 1 FROM school_session s JOIN school_role_grant r ON r.person = s.person
                 WHERE s.id = ?1 AND s.person = ?2 AND s.ended IS NULL
                   AND r.role = ?3 AND r.starts <= ?4 AND (r.ends IS NULL OR r.ends > ?4))"
        ),
        params![viewer.session(), viewer.person(), role.word(), on],
        |row| row.get(0),
    )
}

pub(crate) fn is_staff(tx: &ReadTx<'_>, viewer: &Viewer, on: Date) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (
                 SELECT 1 FROM school_session s JOIN school_role_grant r ON r.person = s.person
                 WHERE s.id = ?1 AND s.person = ?2 AND s.ended IS NULL
                   AND r.role NOT IN ('pupil', 'guardian') AND r.starts <= ?3 AND (r.ends IS NULL OR r.ends > ?3))"
        ),
        params![viewer.session(), viewer.person(), on],
        |row| row.get(0),
    )
}

pub(crate) fn is_homeroom(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    class: ClassGroupId,
    on: Date,
) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (
                 SELECT 1 FROM school_session s JOIN school_role_grant r ON r.person = s.person
                 WHERE s.id = ?1 AND s.person = ?2 AND s.ended IS NULL
                   AND r.role = 'homeroom_teacher' AND r.class_group = ?3
                   AND r.starts <= ?4 AND (r.ends IS NULL OR r.ends > ?4))"
        ),
        params![viewer.session(), viewer.person(), class, on],
        |row| row.get(0),
    )
}

pub(crate) fn teaches(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    group: GroupId,
    subject: SubjectId,
    on: Date,
) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (
                 SELECT 1 FROM school_session s JOIN school_teaching t ON t.person = s.person
                 WHERE s.id = ?1 AND s.person = ?2 AND s.ended IS NULL
                   AND t.grp = ?3 AND t.subject = ?4 AND t.starts <= ?5 AND (t.ends IS NULL OR t.ends > ?5))"
        ),
        params![viewer.session(), viewer.person(), group, subject, on],
        |row| row.get(0),
    )
}

pub(crate) fn guards(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    child: PersonId,
    on: Date,
) -> Result<Option<Access>, store::Error> {
    let access: Option<String> = tx.find(
        sql!(
            "SELECT g.access FROM school_session s JOIN school_guardianship g ON g.adult = s.person
             WHERE s.id = ?1 AND s.person = ?2 AND s.ended IS NULL
               AND g.child = ?3 AND g.starts <= ?4 AND (g.ends IS NULL OR g.ends > ?4)"
        ),
        params![viewer.session(), viewer.person(), child, on],
        |row| row.get(0),
    )?;
    Ok(access.as_deref().and_then(Access::from_word))
}
