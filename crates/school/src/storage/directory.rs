use rusqlite::{Row, params};
use store::{ReadTx, sql};
use time::Date;

use super::{account, person};
use crate::{ClassGroupId, ClassLabel, PersonCard, PersonFilter, PersonId, Role};

fn bare_card(row: &Row<'_>) -> rusqlite::Result<PersonCard> {
    let login: Option<String> = row.get("login")?;
    let state = account::state_of(row)?;
    Ok(PersonCard {
        id: row.get("id")?,
        name: person::name_of(row)?,
        roles: Default::default(),
        line: String::new(),
        account: login.map(|login| (login, state)),
    })
}

pub(crate) fn list(
    tx: &ReadTx<'_>,
    filter: &PersonFilter,
    on: Date,
) -> Result<(Vec<PersonCard>, u32), store::Error> {
    let wanted = crate::search_key(&filter.name);
    let role = filter.role.map(Role::word);
    let class = filter.class_group;
    let total = tx.load(
        sql!(
            "SELECT COUNT(*) FROM school_person p
             WHERE (?1 = '' OR instr(p.search_key, ?1) > 0)
               AND (?2 IS NULL OR EXISTS (SELECT 1 FROM school_role_grant r WHERE r.person = p.id AND r.role = ?2
                        AND r.starts <= ?4 AND (r.ends IS NULL OR r.ends > ?4)))
               AND (?3 IS NULL OR p.id IN (
                        SELECT m.person FROM school_class_group c JOIN school_membership m ON m.grp = c.whole
                        WHERE c.id = ?3 AND m.starts <= ?4 AND (m.ends IS NULL OR m.ends > ?4)
                        UNION
                        SELECT g.adult FROM school_class_group c JOIN school_membership m ON m.grp = c.whole
                        JOIN school_guardianship g ON g.child = m.person
                        WHERE c.id = ?3 AND m.starts <= ?4 AND (m.ends IS NULL OR m.ends > ?4)
                          AND g.starts <= ?4 AND (g.ends IS NULL OR g.ends > ?4)
                        UNION
                        SELECT r.person FROM school_role_grant r WHERE r.class_group = ?3
                          AND r.starts <= ?4 AND (r.ends IS NULL OR r.ends > ?4)))"
        ),
        params![wanted, role, class, on],
        |row| row.get(0),
    )?;
    let mut cards = tx.list(
        sql!(
            "SELECT p.id, p.surname, p.given, p.patronymic, a.login, a.blocked_at, a.password_hash, s.account AS slip
             FROM school_person p
             LEFT JOIN school_account a ON a.person = p.id
             LEFT JOIN school_slip s ON s.account = a.id
             WHERE (?1 = '' OR instr(p.search_key, ?1) > 0)
               AND (?2 IS NULL OR EXISTS (SELECT 1 FROM school_role_grant r WHERE r.person = p.id AND r.role = ?2
                        AND r.starts <= ?4 AND (r.ends IS NULL OR r.ends > ?4)))
               AND (?3 IS NULL OR p.id IN (
                        SELECT m.person FROM school_class_group c JOIN school_membership m ON m.grp = c.whole
                        WHERE c.id = ?3 AND m.starts <= ?4 AND (m.ends IS NULL OR m.ends > ?4)
                        UNION
                        SELECT g.adult FROM school_class_group c JOIN school_membership m ON m.grp = c.whole
                        JOIN school_guardianship g ON g.child = m.person
                        WHERE c.id = ?3 AND m.starts <= ?4 AND (m.ends IS NULL OR m.ends > ?4)
                          AND g.starts <= ?4 AND (g.ends IS NULL OR g.ends > ?4)
                        UNION
                        SELECT r.person FROM school_role_grant r WHERE r.class_group = ?3
                          AND r.starts <= ?4 AND (r.ends IS NULL OR r.ends > ?4)))
             ORDER BY p.sort_key, p.id LIMIT ?5 OFFSET ?6"
        ),
        params![wanted, role, class, on, filter.limit, filter.offset],
        bare_card,
    )?;
    for card in &mut cards {
        complete(tx, card, on)?;
    }
    Ok((cards, total))
}

pub(crate) fn find(tx: &ReadTx<'_>, id: PersonId, on: Date) -> Result<Option<PersonCard>, store::Error> {
    let card = tx.find(
        sql!(
            "SELECT p.id, p.surname, p.given, p.patronymic, a.login, a.blocked_at, a.password_hash, s.account AS slip
             FROM school_person p
             LEFT JOIN school_account a ON a.person = p.id
             LEFT JOIN school_slip s ON s.account = a.id
             WHERE p.id = ?1"
        ),
        [id],
        bare_card,
    )?;
    let Some(mut card) = card else { return Ok(None) };
    complete(tx, &mut card, on)?;
    Ok(Some(card))
}

fn complete(tx: &ReadTx<'_>, card: &mut PersonCard, on: Date) -> Result<(), store::Error> {
    let grants = super::role::list(tx, card.id, on)?;
    card.roles = grants.iter().map(|grant| grant.role).collect();
    let position = grants.into_iter().find_map(|grant| grant.position);
    card.line = if let Some(position) = position {
        position
    } else if card.roles.has(Role::Pupil) {
        super::class_group::of_pupil(tx, card.id, on)?
            .map(|class| class.label.to_string())
            .unwrap_or_default()
    } else {
        children_line(tx, card.id, on)?
    };
    Ok(())
}

fn children_line(tx: &ReadTx<'_>, adult: PersonId, on: Date) -> Result<String, store::Error> {
    let children = tx.list(
        sql!(
            "SELECT g.relation, p.given, p.surname, c.grade, c.letter FROM school_guardianship g
             JOIN school_person p ON p.id = g.child
             LEFT JOIN school_membership m ON m.person = g.child AND m.starts <= ?2 AND (m.ends IS NULL OR m.ends > ?2)
             JOIN school_class_group c ON c.whole = m.grp
             WHERE g.adult = ?1 AND g.starts <= ?2 AND (g.ends IS NULL OR g.ends > ?2) ORDER BY p.sort_key"
        ),
        params![adult, on],
        |row| {
            let label = ClassLabel { grade: row.get(3)?, letter: row.get(4)? };
            Ok(format!("{}: {} {}, {label}", row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        },
    )?;
    Ok(children.join("; "))
}

/// «мать: Варвара Ильина» for each child of the class that the adult has access to.
pub(crate) fn children_in_class(
    tx: &ReadTx<'_>,
    adult: PersonId,
    class: ClassGroupId,
    on: Date,
) -> Result<String, store::Error> {
    let children = tx.list(
        sql!(
            "SELECT g.relation, p.given, p.surname FROM school_class_group c
             JOIN school_membership m ON m.grp = c.whole
             JOIN school_guardianship g ON g.child = m.person
             JOIN school_person p ON p.id = g.child
             WHERE c.id = ?2 AND g.adult = ?1 AND g.access <> 'none'
               AND m.starts <= ?3 AND (m.ends IS NULL OR m.ends > ?3)
               AND g.starts <= ?3 AND (g.ends IS NULL OR g.ends > ?3)
             ORDER BY p.sort_key, p.id"
        ),
        params![adult, class, on],
        |row| {
            let (relation, given): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(format!("{relation}: {given} {}", row.get::<_, String>(2)?))
        },
    )?;
    Ok(children.join("; "))
}
