//! A new member of the staff: the person, the role, the login, the chats, in one transaction. The administrator's page
//! and the console do the same (A16, ARC-17).

use school::{Administrator, Fresh, NewPerson, PersonId, PersonName, Role};
use store::{Act, UtcInstant, WriteTx};
use time::Date;

use super::follow_roster;
use crate::Failure;

/// Who grants a role by hand.
#[derive(Clone, Copy, Debug)]
pub enum GrantedBy<'p, 't> {
    /// Whoever has the base and the key of the server.
    Console,
    /// An administrator on a page, who has just typed their password (A16).
    Page(&'p Administrator<'t>, &'p Fresh<'t>),
}

/// A member of the staff to be added.
#[derive(Clone, Debug)]
pub struct StaffDraft {
    name: PersonName,
    role: Role,
    login: Option<String>,
}

/// What of it was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StaffFault {
    /// The name.
    #[error("name: {0}")]
    Name(#[source] school::NameFault),
    /// The role is none that is granted by hand: pupils, guardians and homeroom teachers come with their classes.
    #[error("not a role of the staff")]
    Role,
    /// The login.
    #[error("not a login")]
    Login,
}

/// The roles that are granted by hand.
pub fn staff_roles() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|role| role.is_staff() && *role != Role::HomeroomTeacher)
}

impl StaffDraft {
    /// Reads what was typed; without a login one is made from the name.
    ///
    /// # Errors
    /// [`StaffFault`] by what is wrong.
    pub fn parse(name: [&str; 3], role: &str, login: Option<&str>) -> Result<Self, StaffFault> {
        let [surname, given, patronymic] = name;
        let name = PersonName::parse(surname, given, patronymic).map_err(StaffFault::Name)?;
        let login = login.map(|text| school::parse_login(text).ok_or(StaffFault::Login)).transpose()?;
        let role = staff_roles().find(|known| known.word() == role).ok_or(StaffFault::Role)?;
        Ok(Self { name, role, login })
    }
}

/// Somebody who has just been added.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// The person.
    pub person: PersonId,
    /// The login.
    pub login: String,
    /// The row for the audit chain.
    pub act: Act,
}

/// Adds the person with role and login; the chats follow.
///
/// # Errors
/// [`Failure::Account`] when the login is taken; nothing is then written.
pub fn add_staff(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    _by: GrantedBy<'_, '_>,
    draft: StaffDraft,
) -> Result<NewStaff, Failure> {
    let StaffDraft { name, role, login } = draft;
    let new = NewPerson { external_id: None, name: &name, birth_date: None, sex: None, phone: None };
    let person = school::add_person(tx, &new)?;
    let (_, change) = school::grant(tx, person, role, None, None, today)?;
    follow_roster(tx, now, today, change)?;
    let login = match login {
        Some(login) => login,
        None => school::login_for(tx, &name)?,
    };
    school::create_account(tx, person, &login)?;
    let act = Act::new("school.account.create", "person", person);
    Ok(NewStaff { person, login, act: act.change(None, Some(role.word().to_owned())) })
}
