//! Pupils in groups, by half-open intervals (DIA-I1, DIA-I2).

use store::{ReadTx, WriteTx};
use time::Date;

use crate::{ClassGroup, ClassGroupId, GroupId, PersonId, RosterChange, Touched, storage};

/// A pupil's stay in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The pupil.
    pub person: PersonId,
    /// The group.
    pub group: GroupId,
    /// First day.
    pub starts: Date,
    /// First day after the last, if it ends.
    pub ends: Option<Date>,
}

impl Membership {
    /// Whether the stay covers a day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.starts <= day && self.ends.is_none_or(|ends| day < ends)
    }
}

/// The pupils of a group on a day, in the order of their names.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn members_of(tx: &ReadTx<'_>, group: GroupId, on: Date) -> Result<Vec<PersonId>, store::Error> {
    storage::membership::members(tx, group, on)
}

/// The groups a pupil is in on a day: the class as a whole first, then subgroups.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn groups_of(tx: &ReadTx<'_>, pupil: PersonId, on: Date) -> Result<Vec<GroupId>, store::Error> {
    storage::membership::groups(tx, pupil, on)
}

/// A pupil's stays that touch the days from `from` to `to` (not included).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn memberships_between(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    from: Date,
    to: Date,
) -> Result<Vec<Membership>, store::Error> {
    storage::membership::between(tx, pupil, from, to)
}

/// The groups of a class: the class as a whole first, then its parts.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn class_parts(tx: &ReadTx<'_>, class: ClassGroupId) -> Result<Vec<GroupId>, store::Error> {
    storage::membership::parts(tx, class)
}

/// The class a group belongs to: its own for a whole class, the parent's for a subgroup.
///
/// # Errors
/// [`store::Error::NoRow`] when there is no such group.
pub fn group_class(tx: &ReadTx<'_>, group: GroupId) -> Result<ClassGroupId, store::Error> {
    storage::membership::class_of(tx, group)
}

/// Puts a pupil into a class, and into subgroups of it, from a day on.
///
/// # Errors
/// [`store::Error`] by what the base said; a pupil who is in a class, or in that part of a division, on that day or later is refused.
pub fn enrol(
    tx: &mut WriteTx<'_>,
    pupil: PersonId,
    class: &ClassGroup,
    subgroups: &[GroupId],
    starts: Date,
    order_no: Option<&str>,
) -> Result<RosterChange, store::Error> {
    storage::membership::insert(tx, pupil, class.whole, starts, order_no)?;
    for group in subgroups {
        storage::membership::insert(tx, pupil, *group, starts, order_no)?;
    }
    Ok(RosterChange::of([Touched::Person(pupil), Touched::ClassGroup(class.id)]))
}

/// Ends all of a pupil's stays on a day (DIA-E3): history stays, access ends.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn leave(tx: &mut WriteTx<'_>, pupil: PersonId, on: Date) -> Result<RosterChange, store::Error> {
    let class = storage::class_group::of_pupil(tx, pupil, on)?;
    storage::membership::end_all(tx, pupil, on)?;
    let touched =
        class.map(|class| Touched::ClassGroup(class.id)).into_iter().chain([Touched::Person(pupil)]);
    Ok(RosterChange::of(touched))
}

/// Moves a pupil to another class from a day on (DIA-E1).
///
/// # Errors
/// As [`leave`] and [`enrol`].
pub fn move_pupil(
    tx: &mut WriteTx<'_>,
    pupil: PersonId,
    to: &ClassGroup,
    on: Date,
    order_no: Option<&str>,
) -> Result<RosterChange, store::Error> {
    let left = leave(tx, pupil, on)?;
    Ok(left.and(enrol(tx, pupil, to, &[], on, order_no)?))
}
