//! A checked import: every reference resolved, nothing in doubt.

use time::{Date, Time};

use super::{FileKind, Weeks};
use crate::{Access, ClassLabel, DayKind, PersonId, PersonName, Role, Sex, TermKind};

/// What an import is to bring about. Made by [`Plan::check`] in the transaction that applies it.
#[derive(Debug)]
pub struct Plan {
    pub(crate) year: PlannedYear,
    pub(crate) terms: Vec<PlannedTerm>,
    pub(crate) days_off: Vec<PlannedDays>,
    pub(crate) classes: Vec<PlannedClass>,
    pub(crate) people: Vec<PlannedPerson>,
    pub(crate) pupils: Vec<PlannedPupil>,
    pub(crate) edges: Vec<PlannedEdge>,
    pub(crate) staff: Vec<PlannedStaff>,
    pub(crate) homerooms: Vec<PlannedHomeroom>,
    pub(crate) load: Vec<PlannedLoad>,
    pub(crate) bells: Vec<PlannedBell>,
    pub(crate) lessons: Vec<PlannedLesson>,
    pub(crate) present: Vec<FileKind>,
    pub(crate) timetable_file: String,
}

impl Plan {
    /// Chooses the login of the person with an external id, as a filled cell «Логин» would; for the demo school, whose
    /// people are printed with their logins.
    pub fn choose_login(&mut self, external_id: &str, login: &str) {
        for person in &mut self.people {
            if person.external_id.as_deref() == Some(external_id) {
                person.login = Some(login.to_owned());
            }
        }
    }
}

/// A person of the plan, or one whom only the base knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum PersonRef {
    /// By place in [`Plan::people`].
    Planned(usize),
    /// By row.
    Known(PersonId),
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedYear {
    pub(crate) start_year: i32,
    pub(crate) starts: Date,
    /// First day after the last.
    pub(crate) ends: Date,
    /// Whether the list of terms says so; otherwise an existing year keeps its days.
    pub(crate) said: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedTerm {
    pub(crate) line: u32,
    pub(crate) kind: TermKind,
    pub(crate) ordinal: u8,
    pub(crate) title: String,
    pub(crate) starts: Date,
    pub(crate) ends: Date,
    /// The last day on which marks are taken.
    pub(crate) closes_on: Option<Date>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedDays {
    pub(crate) list: FileKind,
    pub(crate) line: u32,
    pub(crate) kind: DayKind,
    pub(crate) title: String,
    pub(crate) starts: Date,
    pub(crate) ends: Date,
    pub(crate) grade: Option<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedClass {
    pub(crate) line: u32,
    pub(crate) label: ClassLabel,
    pub(crate) room: Option<String>,
    pub(crate) term_kind: Option<TermKind>,
    pub(crate) bells: Option<String>,
    pub(crate) week_days: Option<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedPerson {
    pub(crate) external_id: Option<String>,
    pub(crate) snils: Option<String>,
    pub(crate) name: PersonName,
    pub(crate) birth_date: Option<Date>,
    pub(crate) sex: Option<Sex>,
    pub(crate) phone: Option<String>,
    pub(crate) login: Option<String>,
    pub(crate) known: Option<PersonId>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedPupil {
    pub(crate) line: u32,
    pub(crate) person: usize,
    pub(crate) class: ClassLabel,
    pub(crate) enrolled_on: Option<Date>,
    pub(crate) order_no: Option<String>,
    pub(crate) subgroups: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedEdge {
    pub(crate) line: u32,
    pub(crate) adult: usize,
    pub(crate) child: PersonRef,
    pub(crate) relation: Option<String>,
    pub(crate) access: Option<Access>,
    pub(crate) contact_order: Option<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedStaff {
    pub(crate) line: u32,
    pub(crate) person: usize,
    pub(crate) roles: Vec<Role>,
    pub(crate) position: String,
    pub(crate) hired_on: Option<Date>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedHomeroom {
    pub(crate) list: FileKind,
    pub(crate) line: u32,
    pub(crate) class: ClassLabel,
    pub(crate) teacher: PersonRef,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedLoad {
    pub(crate) line: u32,
    pub(crate) class: ClassLabel,
    /// Division and part, for a subgroup.
    pub(crate) part: Option<(String, String)>,
    pub(crate) subject: String,
    pub(crate) hours: u8,
    pub(crate) teacher: PersonRef,
    pub(crate) second_teacher: Option<PersonRef>,
    pub(crate) room: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedBell {
    pub(crate) set: String,
    pub(crate) weekdays: Vec<u8>,
    pub(crate) slot: u8,
    pub(crate) begins: Time,
    pub(crate) ends: Time,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedLesson {
    pub(crate) line: u32,
    pub(crate) weekday: u8,
    pub(crate) slot: u8,
    pub(crate) class: ClassLabel,
    pub(crate) part: Option<(String, String)>,
    pub(crate) subject: String,
    pub(crate) teacher: PersonRef,
    pub(crate) room: Option<String>,
    pub(crate) weeks: Weeks,
}
