//! What a homeroom teacher reads of their class.

use std::collections::BTreeMap;

use school::{HomeroomOf, PersonId, SubjectId};
use store::ReadTx;
use time::Date;

use crate::{Average, Noted, storage};

/// The class's averages and absences between two days.
#[derive(Clone, Debug, Default)]
pub struct ClassOverview {
    /// Each pupil's average in each subject with marks that count (DIA-I9).
    pub averages: BTreeMap<(PersonId, SubjectId), Average>,
    /// The standing notes of attendance with the lesson's date and subject, the newest first.
    pub absences: Vec<(Date, SubjectId, Noted)>,
}

/// Reads the overview of a class; the second day is not included. Drafts do not count.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn class_overview(
    tx: &ReadTx<'_>,
    by: &HomeroomOf<'_>,
    from: Date,
    to: Date,
) -> Result<ClassOverview, store::Error> {
    let mut marks: BTreeMap<(PersonId, SubjectId), Vec<(u8, u8)>> = BTreeMap::new();
    for (pupil, subject, value, weight) in storage::mark::of_class(tx, by.class_group(), from, to)? {
        if let Some(mark) = value.counts() {
            marks.entry((pupil, subject)).or_default().push((mark, weight));
        }
    }
    let averages = marks
        .into_iter()
        .filter_map(|(key, marks)| Average::of(marks).map(|average| (key, average)))
        .collect();
    Ok(ClassOverview { averages, absences: storage::attendance::of_class(tx, by.class_group(), from, to)? })
}
