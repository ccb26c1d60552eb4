//! Lists of people for those who may see them: the administrator, a homeroom teacher.

use store::ReadTx;
use time::Date;

use crate::{
    AccountState, Administrator, ClassGroupId, HomeroomOf, PersonId, PersonName, Role, Roles, storage,
};

/// A person in an administrator's or homeroom teacher's list.
#[derive(Clone, Debug)]
pub struct PersonCard {
    /// The person.
    pub id: PersonId,
    /// The name.
    pub name: PersonName,
    /// Roles on the day asked for.
    pub roles: Roles,
    /// «6 «А»» for a pupil, the position for staff, the children's classes for a guardian.
    pub line: String,
    /// The login and the state of the account, if there is one.
    pub account: Option<(String, AccountState)>,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct PersonFilter {
    /// A part of a name, in any spelling.
    pub name: String,
    /// One role.
    pub role: Option<Role>,
    /// One class: its pupils, their guardians, its homeroom teachers.
    pub class_group: Option<ClassGroupId>,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

/// People by name, and how many there are in all.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_people(
    tx: &ReadTx<'_>,
    _by: &Administrator<'_>,
    filter: &PersonFilter,
    on: Date,
) -> Result<(Vec<PersonCard>, u32), store::Error> {
    storage::directory::list(tx, filter, on)
}

/// One person's card.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_person_card(
    tx: &ReadTx<'_>,
    _by: &Administrator<'_>,
    person: PersonId,
    on: Date,
) -> Result<Option<PersonCard>, store::Error> {
    storage::directory::find(tx, person, on)
}

/// The pupils of a homeroom teacher's class and their guardians with access, pupils first. Of a guardian's children
/// only those of the class are named.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn homeroom_cards(
    tx: &ReadTx<'_>,
    by: &HomeroomOf<'_>,
    on: Date,
) -> Result<Vec<PersonCard>, store::Error> {
    class_cards(tx, by.class_group(), on)
}

/// The same, of any class, for whoever has proven the right to it.
pub(crate) fn class_cards(
    tx: &ReadTx<'_>,
    class: ClassGroupId,
    on: Date,
) -> Result<Vec<PersonCard>, store::Error> {
    let mut cards = Vec::new();
    for pupil in crate::class_pupils(tx, class, on)? {
        cards.extend(storage::directory::find(tx, pupil, on)?);
    }
    for adult in crate::class_guardians(tx, class, on)? {
        let Some(mut card) = storage::directory::find(tx, adult, on)? else { continue };
        card.line = storage::directory::children_in_class(tx, adult, class, on)?;
        cards.push(card);
    }
    Ok(cards)
}
