//! The verbs that build the roster: used by the import, by the demo and by tests. Each that chats must follow
//! returns a [`RosterChange`].

use store::{ReadTx, WriteTx};
use time::Date;

use crate::{
    Access, CalendarDay, ClassGroup, ClassGroupId, ClassLabel, GroupId, GuardianshipId, PersonId, PersonName,
    RosterChange, SchoolYear, Sex, SubjectId, TeachingId, TeachingRole, TermId, TermKind, Touched, YearId,
    storage,
};

/// A person to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewPerson<'a> {
    /// The school's own number.
    pub external_id: Option<&'a str>,
    /// The name.
    pub name: &'a PersonName,
    /// The birth date.
    pub birth_date: Option<Date>,
    /// The sex.
    pub sex: Option<Sex>,
    /// The phone in E.164.
    pub phone: Option<&'a str>,
}

/// A class to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewClassGroup<'a> {
    /// Its school year.
    pub year: YearId,
    /// Grade level and letter.
    pub label: &'a ClassLabel,
    /// Its own room.
    pub room: Option<&'a str>,
    /// Which terms it has.
    pub term_kind: TermKind,
    /// The name of its bell schedule.
    pub bells: &'a str,
    /// School days in a week: five or six.
    pub week_days: u8,
}

/// An edge between an adult and a child to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewGuardianship<'a> {
    /// The adult.
    pub adult: PersonId,
    /// The child.
    pub child: PersonId,
    /// «мать», «отец», «опекун».
    pub relation: &'a str,
    /// What the adult may read.
    pub access: Access,
    /// Whom to call first: 1, 2 …
    pub contact_order: u8,
    /// First day.
    pub starts: Date,
}

/// An assignment to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewTeaching<'a> {
    /// The teacher.
    pub person: PersonId,
    /// To whom.
    pub group: GroupId,
    /// What.
    pub subject: SubjectId,
    /// The teacher's part.
    pub role: TeachingRole,
    /// Hours a week by the plan.
    pub hours_per_week: u8,
    /// The usual room.
    pub room: Option<&'a str>,
    /// First day.
    pub starts: Date,
}

/// Adds a school year; `ends` is the first day after the last.
///
/// # Errors
/// [`store::Error`]; a year that exists is refused as a constraint.
pub fn add_year(
    tx: &mut WriteTx<'_>,
    start_year: i32,
    starts: Date,
    ends: Date,
) -> Result<YearId, store::Error> {
    storage::calendar::insert_year(tx, start_year, starts, ends)
}

/// The school year that begins in a calendar year.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_year_of(tx: &ReadTx<'_>, start_year: i32) -> Result<Option<SchoolYear>, store::Error> {
    storage::calendar::find_year_by_start(tx, start_year)
}

/// Adds a term; `ends` is the first day after the last.
///
/// # Errors
/// [`store::Error`]; a term that exists is refused as a constraint.
pub fn add_term(
    tx: &mut WriteTx<'_>,
    year: YearId,
    kind: TermKind,
    ordinal: u8,
    title: &str,
    starts: Date,
    ends: Date,
) -> Result<TermId, store::Error> {
    storage::calendar::insert_term(tx, year, kind, ordinal, title, starts, ends)
}

/// Adds days that are not ordinary.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn add_calendar_day(tx: &mut WriteTx<'_>, year: YearId, day: &CalendarDay) -> Result<i64, store::Error> {
    storage::calendar::insert_day(tx, year, day)
}

/// Adds a person.
///
/// # Errors
/// [`store::Error`]; an external id that is taken is refused as a constraint.
pub fn add_person(tx: &mut WriteTx<'_>, person: &NewPerson<'_>) -> Result<PersonId, store::Error> {
    storage::person::insert(tx, person)
}

/// Adds a class with the group of all its pupils.
///
/// # Errors
/// [`store::Error`]; a class that exists is refused as a constraint.
pub fn add_class_group(
    tx: &mut WriteTx<'_>,
    class: &NewClassGroup<'_>,
) -> Result<(ClassGroupId, GroupId, RosterChange), store::Error> {
    let (id, whole) = storage::class_group::insert(tx, class)?;
    Ok((id, whole, RosterChange::of([Touched::ClassGroup(id)])))
}

/// The class of a year with this label.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_class_group(
    tx: &ReadTx<'_>,
    year: YearId,
    label: &ClassLabel,
) -> Result<Option<ClassGroup>, store::Error> {
    storage::class_group::find(tx, year, label)
}

/// The part of a named division of a class, made when it is not there yet: («англ», «1»).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn ensure_subgroup(
    tx: &mut WriteTx<'_>,
    class: &ClassGroup,
    division: &str,
    title: &str,
) -> Result<GroupId, store::Error> {
    match storage::class_group::find_subgroup(tx, class, division, title)? {
        Some(group) => Ok(group),
        None => storage::class_group::insert_subgroup(tx, class, division, title),
    }
}

/// Adds an edge between an adult and a child.
///
/// # Errors
/// [`store::Error`]; an edge that exists is refused as a constraint.
pub fn add_guardianship(
    tx: &mut WriteTx<'_>,
    edge: &NewGuardianship<'_>,
) -> Result<(GuardianshipId, RosterChange), store::Error> {
    let id = storage::guardianship::insert(tx, edge)?;
    Ok((id, RosterChange::of([Touched::Person(edge.adult), Touched::Person(edge.child)])))
}

/// Ends an edge on a day: from that day on the adult reads nothing of the child.
///
/// # Errors
/// [`store::Error::NoRow`] when there is no such open edge.
pub fn end_guardianship(
    tx: &mut WriteTx<'_>,
    edge: GuardianshipId,
    on: Date,
) -> Result<RosterChange, store::Error> {
    let (adult, child) = storage::guardianship::end(tx, edge, on)?;
    Ok(RosterChange::of([Touched::Person(adult), Touched::Person(child)]))
}

/// Changes what an adult may read of a child.
///
/// # Errors
/// [`store::Error::NoRow`] when there is no such open edge.
pub fn set_access(
    tx: &mut WriteTx<'_>,
    edge: GuardianshipId,
    access: Access,
) -> Result<RosterChange, store::Error> {
    let (adult, child) = storage::guardianship::set_access(tx, edge, access)?;
    Ok(RosterChange::of([Touched::Person(adult), Touched::Person(child)]))
}

/// Adds a subject.
///
/// # Errors
/// [`store::Error`]; a subject that exists is refused as a constraint.
pub fn add_subject(tx: &mut WriteTx<'_>, name: &str, short_name: &str) -> Result<SubjectId, store::Error> {
    storage::subject::insert(tx, name, short_name)
}

/// Assigns a teacher to a group in a subject.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn assign_teaching(
    tx: &mut WriteTx<'_>,
    teaching: &NewTeaching<'_>,
) -> Result<(TeachingId, RosterChange), store::Error> {
    let id = storage::teaching::insert(tx, teaching)?;
    Ok((id, RosterChange::of([Touched::Group(teaching.group), Touched::Person(teaching.person)])))
}

/// Ends an assignment on a day (DIA-E7): rights end, authorship stays.
///
/// # Errors
/// [`store::Error::NoRow`] when there is no such open assignment.
pub fn end_teaching(
    tx: &mut WriteTx<'_>,
    teaching: TeachingId,
    on: Date,
) -> Result<RosterChange, store::Error> {
    let (person, group) = storage::teaching::end(tx, teaching, on)?;
    Ok(RosterChange::of([Touched::Group(group), Touched::Person(person)]))
}
