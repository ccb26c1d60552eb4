//! A subject's marks with their explanation, and the overview of all subjects (DIA-F15).

use std::collections::BTreeMap;

use school::{GroupId, PersonName, ReaderOf, SubjectId};
use store::ReadTx;
use time::Date;

use crate::{Average, PupilMark, storage};

/// One row of the explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkRow {
    /// The lesson's date.
    pub date: Date,
    /// The mark.
    pub mark: PupilMark,
}

/// A subject in a stretch of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectMarks {
    /// The subject.
    pub subject: SubjectId,
    /// Who teaches the pupil.
    pub teacher: Option<PersonName>,
    /// Hours a week by the plan.
    pub hours_per_week: u8,
    /// Marks by date.
    pub rows: Vec<MarkRow>,
    /// The exact average, when anything counts.
    pub average: Option<Average>,
    /// Lessons missed.
    pub absences: u32,
}

/// All subjects a pupil is taught, with their marks between two days (the second not included). Marks earned in
/// another class before stay with the subject (DIA-E1).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn pupil_subjects(
    tx: &ReadTx<'_>,
    by: &ReaderOf<'_>,
    from: Date,
    to: Date,
) -> Result<Vec<SubjectMarks>, store::Error> {
    let pupil = by.child();
    let last = to.previous_day().unwrap_or(to);
    let groups: Vec<GroupId> =
        school::memberships_between(tx, pupil, from, to)?.into_iter().map(|stay| stay.group).collect();
    let mut subjects: BTreeMap<SubjectId, SubjectMarks> = BTreeMap::new();
    let teachings = school::teachings_of_groups(tx, &groups, last)?;
    let people: Vec<_> = teachings.iter().map(|teaching| teaching.person).collect();
    let names = school::names_of(tx, &people)?;
    for teaching in teachings {
        subjects.entry(teaching.subject).or_insert_with(|| SubjectMarks {
            subject: teaching.subject,
            teacher: names.get(&teaching.person).cloned(),
            hours_per_week: teaching.hours_per_week,
            rows: Vec::new(),
            average: None,
            absences: 0,
        });
    }
    for (subject, date, mark) in storage::pupil::subject_marks(tx, pupil, from, to)? {
        let entry = subjects.entry(subject).or_insert_with(|| SubjectMarks {
            subject,
            teacher: None,
            hours_per_week: 0,
            rows: Vec::new(),
            average: None,
            absences: 0,
        });
        entry.rows.push(MarkRow { date, mark });
    }
    for (subject, count) in storage::pupil::absence_counts(tx, pupil, from, to)? {
        if let Some(entry) = subjects.get_mut(&subject) {
            entry.absences = count;
        }
    }
    for entry in subjects.values_mut() {
        entry.average = average_of(&entry.rows);
    }
    Ok(subjects.into_values().collect())
}

fn average_of(rows: &[MarkRow]) -> Option<Average> {
    Average::of(rows.iter().filter_map(|row| row.mark.value.counts().map(|mark| (mark, row.mark.weight))))
}
