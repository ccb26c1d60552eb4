//! What an import does, row by row of the files: the diff that a dry run shows (DIA-X1).

use std::collections::BTreeMap;

use super::FileKind;

/// A value that an import changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The external id.
    ExternalId,
    /// The name.
    Name,
    /// The birth date.
    BirthDate,
    /// The sex.
    Sex,
    /// The phone.
    Phone,
    /// The СНИЛС.
    Snils,
    /// The portal account, for whoever had none.
    Account,
    /// The roles.
    Roles,
    /// The homeroom teachers of a class.
    Homeroom,
    /// The class of a pupil.
    ClassGroup,
    /// The subgroups of a pupil.
    Subgroups,
    /// Relation, access or contact order of an adult and a child.
    Guardianship,
    /// The teacher of a subject.
    Teacher,
    /// Hours or room.
    Load,
    /// First and last day, or the title.
    Dates,
    /// The day on which marks close.
    MarksClose,
    /// Room, terms, bells or days of a class.
    ClassCard,
}

/// What becomes of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// What it is about is new.
    Added,
    /// These values change.
    Changed(Vec<Field>),
    /// The base says the same already.
    Same,
}

/// One row of a file in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowReport {
    /// The list.
    pub list: FileKind,
    /// The line.
    pub line: u32,
    /// Whom or what it is about, as the file names it.
    pub label: String,
    /// What becomes of it.
    pub outcome: RowOutcome,
}

/// How many rows of a list end how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New.
    pub added: usize,
    /// Changed.
    pub changed: usize,
    /// The same already.
    pub same: usize,
}

/// The diff of an import.
#[derive(Clone, Debug, Default)]
pub struct Report {
    rows: BTreeMap<(FileKind, u32), RowReport>,
    whole: BTreeMap<FileKind, Counts>,
}

impl Report {
    /// The rows in order. Bells and timetable come as whole lists and are counted only.
    pub fn rows(&self) -> impl Iterator<Item = &RowReport> {
        self.rows.values()
    }

    /// Counts by list.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<FileKind, Counts> {
        let mut counts = self.whole.clone();
        for row in self.rows.values() {
            let count = counts.entry(row.list).or_default();
            match row.outcome {
                RowOutcome::Added => count.added += 1,
                RowOutcome::Changed(_) => count.changed += 1,
                RowOutcome::Same => count.same += 1,
            }
        }
        counts
    }

    /// Counts over all lists.
    #[must_use]
    pub fn total(&self) -> Counts {
        self.counts().into_values().fold(Counts::default(), |sum, count| Counts {
            added: sum.added + count.added,
            changed: sum.changed + count.changed,
            same: sum.same + count.same,
        })
    }

    /// Adds the counts of a list that is written as a whole.
    pub fn count_whole(&mut self, list: FileKind, counts: Counts) {
        let count = self.whole.entry(list).or_default();
        count.added += counts.added;
        count.changed += counts.changed;
        count.same += counts.same;
    }

    /// Notes that a row changes a value that its owner keeps.
    pub fn change(&mut self, list: FileKind, line: u32, field: Field) {
        if let Some(row) = self.rows.get_mut(&(list, line)) {
            row.change(field);
        }
    }

    pub(crate) fn row(
        &mut self,
        list: FileKind,
        line: u32,
        label: impl FnOnce() -> String,
    ) -> &mut RowReport {
        self.rows.entry((list, line)).or_insert_with(|| RowReport {
            list,
            line,
            label: label(),
            outcome: RowOutcome::Same,
        })
    }
}

impl RowReport {
    pub(crate) fn add(&mut self) {
        self.outcome = RowOutcome::Added;
    }

    pub(crate) fn change(&mut self, field: Field) {
        match &mut self.outcome {
            // What is new has no values that change.
            RowOutcome::Added => {}
            RowOutcome::Same => self.outcome = RowOutcome::Changed(vec![field]),
            RowOutcome::Changed(fields) => {
                if let Err(at) = fields.binary_search(&field) {
                    fields.insert(at, field);
                }
            }
        }
    }
}
