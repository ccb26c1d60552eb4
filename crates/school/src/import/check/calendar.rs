//! School year, terms, days off, bells.

use std::collections::{BTreeMap, HashMap};

use time::{Date, Month};

use super::{Ground, set_name};
use crate::import::column::Column;
use crate::import::plan::{PlannedBell, PlannedDays, PlannedTerm, PlannedYear};
use crate::import::problems::Problems;
use crate::import::rows::{BellRow, TermRow, Whom};
use crate::import::{FileKind, ReferenceFault, SpanFault};
use crate::{DayKind, SchoolYear, TermKind};

/// The year that the import is about: that of the first term, otherwise the year the school is in.
pub(super) fn school_year(
    problems: &mut Problems,
    terms: &[TermRow],
    found: Option<&SchoolYear>,
    today: Date,
) -> PlannedYear {
    let spans =
        || terms.iter().filter_map(|term| term.starts.zip(term.last)).filter(|(starts, last)| starts <= last);
    let starts = spans().map(|(starts, _)| starts).min();
    let year_of = |day: Date| if day.month() >= Month::July { day.year() } else { day.year() - 1 };
    match (starts, found) {
        (Some(starts), _) => {
            let start_year = year_of(starts);
            for term in terms {
                let strange = term.starts.filter(|day| year_of(*day) != start_year);
                if strange.is_some() && term.starts <= term.last {
                    let fault = SpanFault::OtherYear { start_year };
                    problems.cell(FileKind::Terms, term.line, Column::Begins, "", fault);
                }
            }
            let last = spans().map(|(_, last)| last).max().unwrap_or(starts);
            PlannedYear { start_year, starts, ends: last.next_day().unwrap_or(last), said: true }
        }
        (None, Some(found)) => {
            PlannedYear { start_year: found.start_year, starts: found.starts, ends: found.ends, said: false }
        }
        (None, None) => {
            let start_year = year_of(today);
            // Until the list of terms says better, a year goes from 1 September to the end of May.
            let day = |year, month| Date::from_calendar_date(year, month, 1).unwrap_or(today);
            PlannedYear {
                start_year,
                starts: day(start_year, Month::September),
                ends: day(start_year + 1, Month::June),
                said: false,
            }
        }
    }
}

pub(super) fn terms(problems: &mut Problems, rows: &[TermRow], year: &PlannedYear) -> Vec<PlannedTerm> {
    let list = FileKind::Terms;
    let mut taken: BTreeMap<(usize, u8), u32> = BTreeMap::new();
    let mut spans: Vec<(TermKind, Date, Date, u32)> = Vec::new();
    let mut terms = Vec::new();
    for row in rows {
        let (Some(kind), Some(ordinal)) = (row.kind, row.ordinal) else { continue };
        if let Some(line) = taken.insert((kind as usize, ordinal), row.line) {
            problems.cell(list, row.line, Column::Number, &ordinal.to_string(), SpanFault::Repeated { line });
            continue;
        }
        let Some((starts, last)) = row.starts.zip(row.last) else { continue };
        if starts > last {
            problems.cell(list, row.line, Column::Ends, "", SpanFault::Backwards);
            continue;
        }
        if row.closes_on.is_some_and(|day| day < last) {
            problems.cell(list, row.line, Column::CloseMarks, "", SpanFault::Backwards);
            continue;
        }
        let overlap =
            spans.iter().find(|(other, from, to, _)| *other == kind && starts <= *to && *from <= last);
        if let Some((_, _, _, line)) = overlap {
            problems.cell(list, row.line, Column::Begins, "", SpanFault::Overlaps { line: *line });
            continue;
        }
        spans.push((kind, starts, last, row.line));
        terms.push(PlannedTerm {
            line: row.line,
            kind,
            ordinal,
            title: row.title.clone().unwrap_or_else(|| term_title(kind, ordinal)),
            starts,
            ends: last.next_day().unwrap_or(last),
            closes_on: row.closes_on,
        });
    }
    debug_assert!(year.said || terms.is_empty(), "terms give the year");
    terms
}

/// The usual name of a term that the list leaves without one.
fn term_title(kind: TermKind, ordinal: u8) -> String {
    let roman = ["I", "II", "III", "IV", "V", "VI"];
    let number =
        roman.get(usize::from(ordinal) - 1).map_or_else(|| ordinal.to_string(), |text| (*text).to_owned());
    let noun = match kind {
        TermKind::Quarter => "четверть",
        TermKind::Trimester => "триместр",
        TermKind::HalfYear => "полугодие",
        TermKind::Module => "модуль",
    };
    format!("{number} {noun}")
}

pub(super) fn days_off(problems: &mut Problems, ground: &Ground<'_>) -> Vec<PlannedDays> {
    let mut days = Vec::new();
    for row in &ground.sheets.terms {
        let Some((from, to)) = row.holidays else { continue };
        if from > to {
            problems.cell(FileKind::Terms, row.line, Column::HolidaysTo, "", SpanFault::Backwards);
            continue;
        }
        days.push(PlannedDays {
            list: FileKind::Terms,
            line: row.line,
            kind: DayKind::Vacation,
            title: "Каникулы".to_owned(),
            starts: from,
            ends: to.next_day().unwrap_or(to),
            grade: None,
        });
    }
    let list = FileKind::DaysOff;
    for row in &ground.sheets.days_off {
        let (Some(title), Some(kind)) = (&row.title, row.kind) else { continue };
        let Some((starts, last)) = row.starts.zip(row.last) else { continue };
        if starts > last {
            problems.cell(list, row.line, Column::Ends, "", SpanFault::Backwards);
            continue;
        }
        for grade in grades(problems, ground, row.line, &row.whom) {
            days.push(PlannedDays {
                list,
                line: row.line,
                kind,
                title: title.clone(),
                starts,
                ends: last.next_day().unwrap_or(last),
                grade,
            });
        }
    }
    days
}

/// The grade levels that days off are for; one `None` for everybody. Days off are kept by grade level, so a part of
/// the classes of a level cannot have them alone.
fn grades(problems: &mut Problems, ground: &Ground<'_>, line: u32, whom: &[Whom]) -> Vec<Option<u8>> {
    if whom.is_empty() {
        return vec![None];
    }
    let list = FileKind::DaysOff;
    let mut grades = Vec::new();
    for one in whom {
        let grade = match one {
            Whom::Grade(grade) => *grade,
            Whom::Class(label) => {
                if !ground.knows(problems, list, line, Column::Classes, label) {
                    continue;
                }
                let left_out = ground
                    .classes
                    .iter()
                    .any(|other| other.grade == label.grade && !whom.contains(&Whom::Class(other.clone())));
                if left_out {
                    problems.cell(list, line, Column::Classes, &label.short(), ReferenceFault::PartOfGrade);
                }
                label.grade
            }
        };
        if !grades.contains(&Some(grade)) {
            grades.push(Some(grade));
        }
    }
    grades
}

pub(super) fn bells(problems: &mut Problems, rows: &[BellRow]) -> Vec<PlannedBell> {
    let list = FileKind::Bells;
    let mut bells: Vec<PlannedBell> = Vec::new();
    let mut taken: HashMap<(String, Vec<u8>, u8), u32> = HashMap::new();
    let mut lines: Vec<u32> = Vec::new();
    for row in rows {
        let (Some(set), Some(slot)) = (&row.set, row.slot) else { continue };
        let set = set_name(set, row.shift);
        if let Some(line) = taken.get(&(set.clone(), row.weekdays.clone(), slot)) {
            problems.cell(
                list,
                row.line,
                Column::Slot,
                &slot.to_string(),
                SpanFault::Repeated { line: *line },
            );
            continue;
        }
        taken.insert((set.clone(), row.weekdays.clone(), slot), row.line);
        let Some((begins, ends)) = row.begins.zip(row.ends) else { continue };
        if begins >= ends {
            problems.cell(list, row.line, Column::Ends, "", SpanFault::Backwards);
            continue;
        }
        // A later lesson begins after the earlier ones end, an earlier one ends before the later ones begin.
        let clash = bells.iter().zip(&lines).find(|(other, _)| {
            let apart = if other.slot < slot { other.ends <= begins } else { ends <= other.begins };
            other.set == set && other.weekdays == row.weekdays && !apart
        });
        if let Some((_, line)) = clash {
            problems.cell(list, row.line, Column::Begins, "", SpanFault::Overlaps { line: *line });
            continue;
        }
        lines.push(row.line);
        bells.push(PlannedBell { set, weekdays: row.weekdays.clone(), slot, begins, ends });
    }
    bells
}
