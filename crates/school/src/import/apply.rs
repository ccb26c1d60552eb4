//! Writes a plan: what is not there is added, what differs is changed, what the files leave out stays (DIA-X7). A dry
//! run is the same in a transaction that is rolled back, so it cannot say anything else than the import does.

mod calendar;
mod people;
mod pupils;
mod teaching;

use std::collections::{BTreeSet, HashMap};

use store::{UtcInstant, WriteTx};
use time::{Date, Time};

use super::batch::{Batch, Snapshot};
use super::known::{Base, BaseYear};
use super::plan::{PersonRef, Plan};
use super::report::{Field, Report, RowReport};
use super::{FileKind, RowKind, Weeks};
use crate::storage::import::known::Part;
use crate::{
    ClassGroup, ClassGroupId, ClassLabel, GroupId, PersonId, PersonName, RosterChange, SubjectId, TermId,
    Touched, YearId, storage,
};
use people::PersonOutcome;

/// What an import has written, and what is left to those who own bells and timetable.
#[derive(Debug)]
pub struct Applied {
    /// The batch, to be finished when everything is written.
    pub batch: Batch,
    /// The diff so far.
    pub report: Report,
    /// What chats must follow.
    pub change: RosterChange,
    /// The school year.
    pub year: YearId,
    /// Its first day.
    pub year_starts: Date,
    /// The sets of bells of the files.
    pub bells: Vec<BellSet>,
    /// Until which day each term takes marks, with the line that says so.
    pub closings: Vec<Closing>,
    /// The lessons of the files; `None` when they hold no timetable.
    pub lessons: Option<Vec<LessonPlace>>,
    /// The file they are from.
    pub timetable_file: String,
    /// Who is called otherwise from now on; the audit keeps what they were called (MSG-E28).
    pub renamed: Vec<Renamed>,
}

/// A person with another name than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The person.
    pub person: PersonId,
    /// The name so far.
    pub before: PersonName,
    /// The name from now on.
    pub after: PersonName,
}

/// Until when a term takes marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The line of the list of terms.
    pub line: u32,
    /// The term.
    pub term: TermId,
    /// The last day on which marks are taken.
    pub last: Date,
}

/// A named set of bells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BellSet {
    /// Its name, as classes name it.
    pub name: String,
    /// Its bells.
    pub bells: Vec<BellTime>,
}

/// When a lesson begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BellTime {
    /// On which days, 1 (Monday) to 7; empty for all.
    pub weekdays: Vec<u8>,
    /// The lesson's number.
    pub slot: u8,
    /// First minute of the day.
    pub starts: u16,
    /// First minute after the last.
    pub ends: u16,
}

/// A lesson of the weekly timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonPlace {
    /// The line of the file.
    pub line: u32,
    /// The class.
    pub class_group: ClassGroupId,
    /// The class as a whole or a part of it.
    pub group: GroupId,
    /// 1 (Monday) to 7.
    pub weekday: u8,
    /// In which weeks.
    pub weeks: Weeks,
    /// The lesson's number.
    pub slot: u8,
    /// What is taught.
    pub subject: SubjectId,
    /// Who teaches.
    pub teacher: PersonId,
    /// Where.
    pub room: Option<String>,
}

/// Writes what the plan says of the roster.
///
/// # Errors
/// [`store::Error`] by what the base said; nothing is then written.
pub fn apply(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    folder: &str,
    plan: &Plan,
) -> Result<Applied, store::Error> {
    let base = Base::load(tx)?;
    let base_year = BaseYear::load(tx, plan.year.start_year)?;
    let mut batch = Batch::begin(tx, now, folder)?;
    let mut report = Report::default();
    let (year, year_starts) = calendar::ensure_year(tx, &mut batch, plan, &base_year)?;
    let mut writer = Writer {
        tx,
        plan,
        base: &base,
        today,
        batch: &mut batch,
        report: &mut report,
        year,
        year_starts,
        outcomes: Vec::new(),
        classes: base_year.classes.iter().map(|class| (class.label.clone(), class.clone())).collect(),
        parts: base_year.parts,
        subjects: base
            .subjects
            .iter()
            .map(|subject| (super::short_name::subject_key(&subject.name), subject.id))
            .collect(),
        touched: BTreeSet::new(),
        renamed: Vec::new(),
    };
    let closings = writer.terms(&base_year.terms)?;
    writer.days_off(base_year.year.as_ref())?;
    writer.classes()?;
    writer.people()?;
    writer.staff()?;
    writer.pupils()?;
    writer.edges()?;
    writer.homerooms()?;
    writer.load()?;
    let lessons = if plan.present.contains(&FileKind::Timetable) { Some(writer.lessons()?) } else { None };
    let (touched, renamed) = (std::mem::take(&mut writer.touched), std::mem::take(&mut writer.renamed));
    let change = RosterChange::of(touched.into_iter().map(|touch| match touch {
        Touch::Class(class) => Touched::ClassGroup(class),
        Touch::Person(person) => Touched::Person(person),
    }));
    let timetable_file = plan.timetable_file.clone();
    Ok(Applied {
        batch,
        report,
        change,
        year,
        year_starts,
        bells: bell_sets(plan),
        closings,
        lessons,
        timetable_file,
        renamed,
    })
}

/// A part of the roster that was written; an ordered twin of [`Touched`], so that two runs say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Touch {
    Class(ClassGroupId),
    Person(PersonId),
}

struct Writer<'a, 't> {
    tx: &'a mut WriteTx<'t>,
    plan: &'a Plan,
    base: &'a Base,
    today: Date,
    batch: &'a mut Batch,
    report: &'a mut Report,
    year: YearId,
    year_starts: Date,
    /// The person behind each of the plan's, and what became of them.
    outcomes: Vec<PersonOutcome>,
    classes: HashMap<ClassLabel, ClassGroup>,
    parts: Vec<Part>,
    subjects: HashMap<String, SubjectId>,
    touched: BTreeSet<Touch>,
    renamed: Vec<Renamed>,
}

impl Writer<'_, '_> {
    /// From when on something new holds that says no day itself: the year's first day, or today before it.
    fn since_start(&self) -> Date {
        self.year_starts.min(self.today)
    }

    /// From when on something else holds than before: today, or the year's first day while it lies ahead.
    fn since_now(&self) -> Date {
        self.year_starts.max(self.today)
    }

    fn person(&self, reference: PersonRef) -> Result<PersonId, store::Error> {
        match reference {
            PersonRef::Known(person) => Ok(person),
            PersonRef::Planned(at) => {
                self.outcomes.get(at).map(|outcome| outcome.id).ok_or(store::Error::NoRow)
            }
        }
    }

    fn class(&self, label: &ClassLabel) -> Result<&ClassGroup, store::Error> {
        self.classes.get(label).ok_or(store::Error::NoRow)
    }

    /// The class as a whole, or a part of it, which is made when it is not there.
    fn group(
        &mut self,
        label: &ClassLabel,
        part: Option<&(String, String)>,
    ) -> Result<GroupId, store::Error> {
        let class = self.class(label)?.clone();
        let Some((division, title)) = part else { return Ok(class.whole) };
        let same = |known: &&Part| {
            known.whole == class.whole
                && crate::fold(&known.division) == crate::fold(division)
                && crate::fold(&known.title) == crate::fold(title)
        };
        if let Some(part) = self.parts.iter().find(same) {
            return Ok(part.id);
        }
        // «Англ» and «англ» are one division, named as it was first.
        let known = self.parts.iter().find(|known| {
            known.whole == class.whole && crate::fold(&known.division) == crate::fold(division)
        });
        let division = known.map_or(division, |known| &known.division).clone();
        let id = storage::class_group::insert_subgroup(self.tx, &class, &division, title)?;
        self.batch.added(self.tx, RowKind::Subgroup, id.get())?;
        self.parts.push(Part { id, whole: class.whole, division, title: title.clone() });
        Ok(id)
    }

    /// Ends something that began on a day.
    fn end(&mut self, kind: RowKind, row: i64, starts: Date, on: Date) -> Result<(), store::Error> {
        self.batch.change(self.tx, kind, row, &Snapshot::End { ends: Some(on.max(starts)) })?;
        Ok(())
    }

    /// The row of the report about a person, with what became of the person themselves.
    fn person_row(&mut self, list: FileKind, line: u32, at: usize) -> &mut RowReport {
        let name = self.plan.people.get(at).map(|person| &person.name);
        let row = self.report.row(list, line, || name.map(PersonName::full).unwrap_or_default());
        if let Some(outcome) = self.outcomes.get(at) {
            if outcome.added {
                row.add();
            }
            for field in &outcome.fields {
                row.change(*field);
            }
        }
        row
    }

    fn touch_class(&mut self, class: ClassGroupId) {
        self.touched.insert(Touch::Class(class));
    }

    fn touch_person(&mut self, person: PersonId) {
        self.touched.insert(Touch::Person(person));
    }
}

fn bell_sets(plan: &Plan) -> Vec<BellSet> {
    let minute = |time: Time| u16::from(time.hour()) * 60 + u16::from(time.minute());
    let mut sets: Vec<BellSet> = Vec::new();
    for bell in &plan.bells {
        let time = BellTime {
            weekdays: bell.weekdays.clone(),
            slot: bell.slot,
            starts: minute(bell.begins),
            ends: minute(bell.ends),
        };
        match sets.iter_mut().find(|set| set.name == bell.set) {
            Some(set) => set.bells.push(time),
            None => sets.push(BellSet { name: bell.set.clone(), bells: vec![time] }),
        }
    }
    sets
}

/// Fields whose values differ, of those that are asked.
fn changed_fields(asked: &[(Field, bool)]) -> Vec<Field> {
    asked.iter().filter(|(_, differs)| *differs).map(|(field, _)| *field).collect()
}
