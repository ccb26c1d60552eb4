//! The year, its terms, its days off, its classes.

use store::WriteTx;
use time::Date;

use super::{Closing, Writer};
use crate::import::batch::{Batch, Snapshot};
use crate::import::known::BaseYear;
use crate::import::plan::{Plan, PlannedDays};
use crate::import::report::Field;
use crate::import::{FileKind, RowKind};
use crate::{CalendarDay, DayKind, NewClassGroup, SchoolYear, Term, TermKind, YearId, storage};

/// The year of the plan, made or brought to its days.
pub(super) fn ensure_year(
    tx: &mut WriteTx<'_>,
    batch: &mut Batch,
    plan: &Plan,
    base: &BaseYear,
) -> Result<(YearId, Date), store::Error> {
    let planned = &plan.year;
    let Some(known) = &base.year else {
        let id = storage::calendar::insert_year(tx, planned.start_year, planned.starts, planned.ends)?;
        batch.added(tx, RowKind::Year, id.get())?;
        return Ok((id, planned.starts));
    };
    if !planned.said {
        return Ok((known.id, known.starts));
    }
    // A list of some terms does not shorten the year that other terms have made (DIA-X7).
    let (starts, ends) = (planned.starts.min(known.starts), planned.ends.max(known.ends));
    batch.change(tx, RowKind::Year, known.id.get(), &Snapshot::Span { starts, ends })?;
    Ok((known.id, starts))
}

impl Writer<'_, '_> {
    pub(super) fn terms(&mut self, known: &[Term]) -> Result<Vec<Closing>, store::Error> {
        let mut closings = Vec::new();
        for term in &self.plan.terms {
            let row = self.report.row(FileKind::Terms, term.line, || term.title.clone());
            let same = known.iter().find(|other| (other.kind, other.ordinal) == (term.kind, term.ordinal));
            let id = if let Some(same) = same {
                let after =
                    Snapshot::Term { title: term.title.clone(), starts: term.starts, ends: term.ends };
                if self.batch.change(self.tx, RowKind::Term, same.id.get(), &after)? {
                    row.change(Field::Dates);
                }
                same.id
            } else {
                let id = storage::calendar::insert_term(
                    self.tx,
                    self.year,
                    term.kind,
                    term.ordinal,
                    &term.title,
                    term.starts,
                    term.ends,
                )?;
                self.batch.added(self.tx, RowKind::Term, id.get())?;
                row.add();
                id
            };
            closings.extend(term.closes_on.map(|last| Closing { line: term.line, term: id, last }));
        }
        Ok(closings)
    }

    pub(super) fn days_off(&mut self, year: Option<&SchoolYear>) -> Result<(), store::Error> {
        let known = match year {
            Some(year) => storage::calendar::days_of_year(self.tx, year.id)?,
            None => Vec::new(),
        };
        let is_alike = |day: &CalendarDay, planned: &PlannedDays| {
            kind_key(day.kind) == kind_key(planned.kind)
                && crate::fold(&day.title) == crate::fold(&planned.title)
                && day.grade_level == planned.grade
        };
        for planned in &self.plan.days_off {
            let row = self.report.row(planned.list, planned.line, || planned.title.clone());
            let alike: Vec<&(i64, CalendarDay)> =
                known.iter().filter(|(_, day)| is_alike(day, planned)).collect();
            if alike.iter().any(|(_, day)| (day.starts, day.ends) == (planned.starts, planned.ends)) {
                continue;
            }
            let of_name = self.plan.days_off.iter().filter(|other| {
                (kind_key(other.kind), other.grade) == (kind_key(planned.kind), planned.grade)
                    && crate::fold(&other.title) == crate::fold(&planned.title)
            });
            // Days of the same name once in the base and once in the file have been moved; else they are further ones.
            if let (&[(id, _)], 1) = (alike.as_slice(), of_name.count()) {
                let after = Snapshot::Span { starts: planned.starts, ends: planned.ends };
                if self.batch.change(self.tx, RowKind::DaysOff, *id, &after)? {
                    row.change(Field::Dates);
                }
                continue;
            }
            let day = CalendarDay {
                kind: planned.kind,
                title: planned.title.clone(),
                starts: planned.starts,
                ends: planned.ends,
                grade_level: planned.grade,
            };
            let id = storage::calendar::insert_day(self.tx, self.year, &day)?;
            self.batch.added(self.tx, RowKind::DaysOff, id)?;
            row.add();
        }
        Ok(())
    }

    pub(super) fn classes(&mut self) -> Result<(), store::Error> {
        let school = crate::load_school(self.tx)?;
        let usual_days = school.map_or(6, |school| school.week_days);
        for planned in &self.plan.classes {
            let row = self.report.row(FileKind::Classes, planned.line, || planned.label.to_string());
            if let Some(known) = self.classes.get_mut(&planned.label) {
                let after = Snapshot::ClassGroup {
                    room: planned.room.clone().or_else(|| known.room.clone()),
                    term_kind: planned.term_kind.unwrap_or(known.term_kind).word().to_owned(),
                    bells: planned.bells.clone().unwrap_or_else(|| known.bells.clone()),
                    week_days: planned.week_days.unwrap_or(known.week_days),
                };
                if self.batch.change(self.tx, RowKind::ClassGroup, known.id.get(), &after)? {
                    row.change(Field::ClassCard);
                    *known = storage::class_group::load(self.tx, known.id)?;
                }
                continue;
            }
            let new = NewClassGroup {
                year: self.year,
                label: &planned.label,
                room: planned.room.as_deref(),
                term_kind: planned.term_kind.unwrap_or_else(|| usual_terms(self.plan, planned.label.grade)),
                bells: planned.bells.as_deref().unwrap_or(USUAL_BELLS),
                week_days: planned.week_days.unwrap_or(usual_days),
            };
            let (id, _) = storage::class_group::insert(self.tx, &new)?;
            self.batch.added(self.tx, RowKind::ClassGroup, id.get())?;
            row.add();
            let class = storage::class_group::load(self.tx, id)?;
            self.classes.insert(planned.label.clone(), class);
            self.touch_class(id);
        }
        Ok(())
    }
}

/// The set of bells of a class when neither the class nor a list of bells names one.
const USUAL_BELLS: &str = "Основной";

fn kind_key(kind: DayKind) -> (u8, u8) {
    match kind {
        DayKind::Holiday => (0, 0),
        DayKind::Vacation => (1, 0),
        DayKind::WorksAs(weekday) => (2, weekday),
    }
}

/// The usual mix: quarters up to grade level 9, half-years after it where there are any.
fn usual_terms(plan: &Plan, grade: u8) -> TermKind {
    let has_halves = plan.terms.iter().any(|term| term.kind == TermKind::HalfYear);
    if grade >= 10 && has_halves { TermKind::HalfYear } else { TermKind::Quarter }
}
