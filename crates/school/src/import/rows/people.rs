//! Rows about people.

use time::Date;

use super::Row;
use crate::import::cell;
use crate::import::column::Column;
use crate::import::{CellFault, limits};
use crate::{Access, ClassLabel, NameFault, PersonName, Role, Sex, parse_name_part};

/// What a row says of the person it is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    pub(crate) external_id: Option<String>,
    pub(crate) snils: Option<String>,
    pub(crate) name: Option<PersonName>,
    pub(crate) birth_date: Option<Date>,
    pub(crate) sex: Option<Sex>,
    pub(crate) phone: Option<String>,
    pub(crate) login: Option<String>,
}

impl Identity {
    fn read(row: &mut Row<'_>) -> Self {
        let today = row.today();
        Self {
            external_id: row.may(Column::ExternalId, cell::external_id),
            snils: row.may(Column::Snils, cell::snils),
            name: name(row),
            birth_date: row.may(Column::BirthDate, |text| cell::birth_date(text, today)),
            sex: row.may(Column::Sex, cell::sex),
            phone: row.may(Column::Phone, cell::phone),
            login: row.may(Column::Login, cell::login),
        }
    }
}

fn name(row: &mut Row<'_>) -> Option<PersonName> {
    let part = |text: &str| parse_name_part(text).map_err(CellFault::Name);
    let surname = row.must(Column::Surname, part);
    let given = row.must(Column::Given, part);
    let patronymic = row.may(Column::Patronymic, |text| match parse_name_part(text) {
        // A dash stands for «has none» in many lists; nobody is called «-» (DIA-E26).
        Err(NameFault::Empty) => Ok(None),
        Err(fault) => Err(CellFault::Name(fault)),
        Ok(part) => Ok(Some(part)),
    });
    Some(PersonName { surname: surname?, given: given?, patronymic: patronymic.flatten() })
}

/// A row of «Сотрудники».
#[derive(Clone, Debug)]
pub(crate) struct StaffRow {
    pub(crate) line: u32,
    pub(crate) identity: Identity,
    pub(crate) position: Option<String>,
    pub(crate) roles: Vec<Role>,
    pub(crate) homeroom_of: Vec<ClassLabel>,
    pub(crate) hired_on: Option<Date>,
}

impl StaffRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        let position = row.must(Column::Position, cell::text);
        let labels = row.may(Column::HomeroomOf, |text| cell::list(text).map(cell::class).collect());
        Self {
            line: row.line(),
            identity: Identity::read(row),
            roles: position.as_deref().map(roles_of).unwrap_or_default(),
            position,
            homeroom_of: labels.unwrap_or_default(),
            hired_on: row.may(Column::HiredOn, cell::date),
        }
    }
}

/// The roles that a list of positions gives; other positions give none.
fn roles_of(position: &str) -> Vec<Role> {
    let mut roles = Vec::new();
    for part in cell::list(position) {
        let part = crate::fold(part);
        // A deputy is named by a longer title that holds the shorter one, so the longer is asked first.
        let role = if part.contains("завуч") || part.starts_with("заместитель директора")
        {
            Role::DeputyHead
        } else if part.starts_with("директор") {
            Role::HeadTeacher
        } else if part.contains("психолог") || part.contains("ответственный за безопасность")
        {
            Role::SafeguardingLead
        } else if part.starts_with("администратор") {
            Role::Administrator
        } else if part.contains("учитель") || part.contains("преподаватель") {
            Role::Teacher
        } else {
            continue;
        };
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

/// A row of «Ученики».
#[derive(Clone, Debug)]
pub(crate) struct PupilRow {
    pub(crate) line: u32,
    pub(crate) identity: Identity,
    pub(crate) class: Option<ClassLabel>,
    pub(crate) enrolled_on: Option<Date>,
    pub(crate) order_no: Option<String>,
    pub(crate) subgroups: Vec<(String, String)>,
}

impl PupilRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        let identity = Identity::read(row);
        // Namesakes in a class are told apart by it (DIA-E24), so a pupil must have one.
        row.must(Column::BirthDate, |_| Ok(()));
        Self {
            line: row.line(),
            identity,
            class: row.must(Column::Class, cell::class),
            enrolled_on: row.may(Column::EnrolledOn, cell::date),
            order_no: row.may(Column::OrderNo, cell::text),
            subgroups: row.may(Column::Subgroups, cell::subgroups).unwrap_or_default(),
        }
    }
}

/// A row of «Родители»: an adult and one child.
#[derive(Clone, Debug)]
pub(crate) struct GuardianRow {
    pub(crate) line: u32,
    pub(crate) identity: Identity,
    pub(crate) child: Option<String>,
    pub(crate) child_class: Option<ClassLabel>,
    pub(crate) relation: Option<String>,
    pub(crate) access: Option<Access>,
    pub(crate) contact_order: Option<u8>,
}

impl GuardianRow {
    pub(super) fn read(row: &mut Row<'_>) -> Self {
        Self {
            line: row.line(),
            identity: Identity::read(row),
            child: row.must(Column::Child, cell::text),
            child_class: row.may(Column::ChildClass, cell::class),
            relation: row.may(Column::Relation, short),
            access: row.may(Column::Access, cell::access),
            contact_order: row.may(Column::ContactOrder, |text| cell::number(text, 1, 20)),
        }
    }
}

fn short(text: &str) -> Result<String, CellFault> {
    let text = cell::text(text)?;
    let has = text.chars().count();
    if has > limits::KEY { Err(CellFault::TooLong { has, most: limits::KEY }) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::roles_of;
    use crate::Role;

    #[test]
    fn positions_give_roles() {
        for (position, roles) in [
            ("директор, учитель", vec![Role::HeadTeacher, Role::Teacher]),
            ("Завуч; учитель химии", vec![Role::DeputyHead, Role::Teacher]),
            ("заместитель директора по УВР", vec![Role::DeputyHead]),
            ("педагог-психолог, ответственный за безопасность", vec![Role::SafeguardingLead]),
            ("администратор", vec![Role::Administrator]),
            ("библиотекарь", vec![]),
        ] {
            assert_eq!(roles_of(position), roles, "{position}");
        }
    }
}
