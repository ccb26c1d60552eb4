//! What the base knows, read whole: a school's lists are small, and an import asks of every row.

use store::{ReadTx, sql};
use time::Date;

use crate::import::KnownPerson;
use crate::storage::{bad_word, person};
use crate::{
    Access, ClassGroupId, ClassLabel, GroupId, GuardianshipId, PersonId, Role, Sex, SubjectId, TeachingId,
    YearId,
};

/// A person's stay in a group that has no end.
pub(crate) struct OpenMembership {
    pub(crate) id: i64,
    pub(crate) person: PersonId,
    pub(crate) group: GroupId,
    pub(crate) starts: Date,
    /// The division, for a subgroup.
    pub(crate) division: Option<String>,
    /// The class, for a whole class group.
    pub(crate) class: Option<(ClassGroupId, ClassLabel)>,
}

/// An edge between an adult and a child that has no end.
pub(crate) struct OpenEdge {
    pub(crate) id: GuardianshipId,
    pub(crate) adult: PersonId,
    pub(crate) child: PersonId,
    pub(crate) relation: String,
    pub(crate) access: Access,
    pub(crate) contact_order: u8,
}

/// A role grant that has no end.
pub(crate) struct OpenGrant {
    pub(crate) id: i64,
    pub(crate) person: PersonId,
    pub(crate) role: Role,
    pub(crate) class: Option<ClassGroupId>,
    pub(crate) starts: Date,
}

/// An assignment that has no end.
pub(crate) struct OpenTeaching {
    pub(crate) id: TeachingId,
    pub(crate) person: PersonId,
    pub(crate) group: GroupId,
    pub(crate) subject: SubjectId,
    pub(crate) main: bool,
    pub(crate) hours: u8,
    pub(crate) room: Option<String>,
    pub(crate) starts: Date,
}

/// A part of a class's division.
pub(crate) struct Part {
    pub(crate) id: GroupId,
    pub(crate) whole: GroupId,
    pub(crate) division: String,
    pub(crate) title: String,
}

pub(crate) fn people(tx: &ReadTx<'_>) -> Result<Vec<KnownPerson>, store::Error> {
    tx.list(
        sql!(
            "SELECT p.id, p.external_id, p.snils, p.surname, p.given, p.patronymic, p.birth_date, p.sex, p.phone, a.login
             FROM school_person p LEFT JOIN school_account a ON a.person = p.id ORDER BY p.id"
        ),
        [],
        |row| {
            let sex: Option<String> = row.get("sex")?;
            Ok(KnownPerson {
                id: row.get("id")?,
                external_id: row.get("external_id")?,
                snils: row.get("snils")?,
                name: person::name_of(row)?,
                birth_date: row.get("birth_date")?,
                sex: sex.as_deref().and_then(Sex::from_word),
                phone: row.get("phone")?,
                login: row.get("login")?,
            })
        },
    )
}

pub(crate) fn memberships(tx: &ReadTx<'_>) -> Result<Vec<OpenMembership>, store::Error> {
    tx.list(
        sql!(
            "SELECT m.id, m.person, m.grp, m.starts, g.division, c.id, c.grade, c.letter
             FROM school_membership m JOIN school_group g ON g.id = m.grp
             LEFT JOIN school_class_group c ON c.whole = m.grp WHERE m.ends IS NULL ORDER BY m.id"
        ),
        [],
        |row| {
            let class: Option<ClassGroupId> = row.get(5)?;
            let class = match class {
                Some(id) => Some((id, ClassLabel { grade: row.get(6)?, letter: row.get(7)? })),
                None => None,
            };
            Ok(OpenMembership {
                id: row.get(0)?,
                person: row.get(1)?,
                group: row.get(2)?,
                starts: row.get(3)?,
                division: row.get(4)?,
                class,
            })
        },
    )
}

pub(crate) fn edges(tx: &ReadTx<'_>) -> Result<Vec<OpenEdge>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, adult, child, relation, access, contact_order FROM school_guardianship
             WHERE ends IS NULL ORDER BY id"
        ),
        [],
        |row| {
            let access: String = row.get(4)?;
            Ok(OpenEdge {
                id: row.get(0)?,
                adult: row.get(1)?,
                child: row.get(2)?,
                relation: row.get(3)?,
                access: Access::from_word(&access).ok_or_else(|| bad_word("access"))?,
                contact_order: row.get(5)?,
            })
        },
    )
}

pub(crate) fn grants(tx: &ReadTx<'_>) -> Result<Vec<OpenGrant>, store::Error> {
    tx.list(
        sql!("SELECT id, person, role, class_group, starts FROM school_role_grant WHERE ends IS NULL ORDER BY id"),
        [],
        |row| {
            let role: String = row.get(2)?;
            Ok(OpenGrant {
                id: row.get(0)?,
                person: row.get(1)?,
                role: Role::from_word(&role).ok_or_else(|| bad_word("role"))?,
                class: row.get(3)?,
                starts: row.get(4)?,
            })
        },
    )
}

pub(crate) fn teachings(tx: &ReadTx<'_>) -> Result<Vec<OpenTeaching>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, person, grp, subject, role, hours_per_week, room, starts FROM school_teaching
             WHERE ends IS NULL ORDER BY id"
        ),
        [],
        |row| {
            let role: String = row.get(4)?;
            Ok(OpenTeaching {
                id: row.get(0)?,
                person: row.get(1)?,
                group: row.get(2)?,
                subject: row.get(3)?,
                main: role == "main",
                hours: row.get(5)?,
                room: row.get(6)?,
                starts: row.get(7)?,
            })
        },
    )
}

pub(crate) fn parts(tx: &ReadTx<'_>, year: YearId) -> Result<Vec<Part>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, parent, division, title FROM school_group
             WHERE year = ?1 AND kind = 'subgroup' AND parent IS NOT NULL AND division IS NOT NULL ORDER BY id"
        ),
        [year],
        |row| Ok(Part { id: row.get(0)?, whole: row.get(1)?, division: row.get(2)?, title: row.get(3)? }),
    )
}
