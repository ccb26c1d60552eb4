//! Rows of the lists as values. A value that could not be read is absent here and a problem there; the row stays, so
//! that what refers to it is not taken for unknown.

mod calendar;
mod people;
mod teaching;

use time::Date;

pub(crate) use calendar::{BellRow, DayOffRow, TermRow, Whom};
pub(crate) use people::{GuardianRow, Identity, PupilRow, StaffRow};
pub(crate) use teaching::{ClassRow, LessonRow, LoadRow};

use super::column::Column;
use super::problems::Problems;
use super::table::{FileNote, Record, Table};
use super::{CellFault, Encoding, FileFault, FileKind, Problem, SourceFile};

/// Everything the files say, each cell read by itself; nothing compared with the base yet.
#[derive(Debug, Default)]
pub struct Sheets {
    pub(crate) classes: Vec<ClassRow>,
    pub(crate) staff: Vec<StaffRow>,
    pub(crate) pupils: Vec<PupilRow>,
    pub(crate) guardians: Vec<GuardianRow>,
    pub(crate) load: Vec<LoadRow>,
    pub(crate) bells: Vec<BellRow>,
    pub(crate) terms: Vec<TermRow>,
    pub(crate) days_off: Vec<DayOffRow>,
    pub(crate) lessons: Vec<LessonRow>,
    pub(crate) problems: Problems,
    pub(crate) present: Vec<FileKind>,
    notes: Vec<FileNote>,
}

impl Sheets {
    /// Reads the files of a folder; `encoding` overrides the guess. Files that are no tables are passed over, tables of
    /// no known name are problems.
    #[must_use]
    pub fn read(files: &[SourceFile], encoding: Option<Encoding>, today: Date) -> Self {
        Self::gather(files, encoding, today, Self::refuse_unknown)
    }

    /// Reads files that a person has chosen one by one: whatever is none of the lists is a problem.
    #[must_use]
    pub fn read_chosen(files: &[SourceFile], encoding: Option<Encoding>, today: Date) -> Self {
        Self::gather(files, encoding, today, Self::refuse_foreign)
    }

    fn gather(
        files: &[SourceFile],
        encoding: Option<Encoding>,
        today: Date,
        refuse: impl Fn(&mut Self, &str),
    ) -> Self {
        let mut sheets = Self::default();
        let mut sorted: Vec<&SourceFile> = files.iter().collect();
        sorted.sort_by(|left, right| left.name.cmp(&right.name));
        let mut taken: Vec<(FileKind, &SourceFile)> = Vec::new();
        for file in sorted {
            match FileKind::of_name(&file.name) {
                Some(kind) => match taken.iter().find(|(other, _)| *other == kind) {
                    Some((_, first)) => {
                        sheets.problems.aside(&file.name, FileFault::Second { first: first.name.clone() });
                    }
                    None => taken.push((kind, file)),
                },
                None => refuse(&mut sheets, &file.name),
            }
        }
        if taken.is_empty() && sheets.problems.is_empty() {
            sheets.problems.aside("", FileFault::NoLists);
        }
        taken.sort_by_key(|(kind, _)| *kind);
        for (kind, file) in taken {
            sheets.problems.name(kind, &file.name);
            sheets.present.push(kind);
            if let Some((table, note)) = Table::read(kind, &file.bytes, encoding, &mut sheets.problems) {
                sheets.notes.push(note);
                sheets.take(&table, today);
            }
        }
        sheets
    }

    /// What was guessed about each file.
    #[must_use]
    pub fn notes(&self) -> &[FileNote] {
        &self.notes
    }

    /// What is wrong with the cells by themselves, for when no base is there to compare with.
    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_list()
    }

    /// Moves every date by whole years; 29 February becomes 28 February where there is none. For the demo school, whose
    /// lists are of one year and which lives in the present.
    pub fn shift_years(&mut self, years: i32) {
        let shift = |day: &mut Option<Date>| *day = day.map(|day| shifted(day, years));
        for row in &mut self.staff {
            shift(&mut row.identity.birth_date);
            shift(&mut row.hired_on);
        }
        for row in &mut self.pupils {
            shift(&mut row.identity.birth_date);
            shift(&mut row.enrolled_on);
        }
        for row in &mut self.guardians {
            shift(&mut row.identity.birth_date);
        }
        for row in &mut self.terms {
            shift(&mut row.starts);
            shift(&mut row.last);
            shift(&mut row.closes_on);
            row.holidays = row.holidays.map(|(from, to)| (shifted(from, years), shifted(to, years)));
        }
        for row in &mut self.days_off {
            shift(&mut row.starts);
            shift(&mut row.last);
        }
    }

    fn refuse_unknown(&mut self, name: &str) {
        let table = matches!(extension(name).as_deref(), Some("csv" | "tsv"));
        if (table || is_workbook(name)) && !name.starts_with(['.', '~']) {
            self.refuse_foreign(name);
        }
    }

    fn refuse_foreign(&mut self, name: &str) {
        let fault = if is_workbook(name) { FileFault::Workbook } else { FileFault::Unknown };
        self.problems.aside(name, fault);
    }

    fn take(&mut self, table: &Table, today: Date) {
        for record in table.records() {
            let mut row = Row::new(record, table.kind, today, &mut self.problems);
            match table.kind {
                FileKind::Classes => self.classes.push(ClassRow::read(&mut row)),
                FileKind::Staff => self.staff.push(StaffRow::read(&mut row)),
                FileKind::Pupils => self.pupils.push(PupilRow::read(&mut row)),
                FileKind::Guardians => self.guardians.push(GuardianRow::read(&mut row)),
                FileKind::Load => self.load.push(LoadRow::read(&mut row)),
                FileKind::Bells => self.bells.push(BellRow::read(&mut row)),
                FileKind::Terms => self.terms.push(TermRow::read(&mut row)),
                FileKind::DaysOff => self.days_off.push(DayOffRow::read(&mut row)),
                FileKind::Timetable => self.lessons.push(LessonRow::read(&mut row)),
            }
        }
    }
}

fn extension(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
}

fn is_workbook(name: &str) -> bool {
    matches!(extension(name).as_deref(), Some("xlsx" | "xls" | "xlsm" | "ods"))
}

fn shifted(day: Date, years: i32) -> Date {
    let year = day.year().saturating_add(years);
    day.replace_year(year)
        .or_else(|_| day.replace_day(28).and_then(|day| day.replace_year(year)))
        .unwrap_or(day)
}

/// A row being read.
pub(crate) struct Row<'a> {
    record: Record<'a>,
    list: FileKind,
    today: Date,
    problems: &'a mut Problems,
}

impl<'a> Row<'a> {
    fn new(record: Record<'a>, list: FileKind, today: Date, problems: &'a mut Problems) -> Self {
        Self { record, list, today, problems }
    }

    /// The line it begins in.
    pub(crate) const fn line(&self) -> u32 {
        self.record.number()
    }

    /// The day of the import.
    pub(crate) const fn today(&self) -> Date {
        self.today
    }

    /// Notes what is wrong with a cell.
    pub(crate) fn fault(&mut self, column: Column, fault: CellFault) {
        // A ragged row has its cells in the wrong places: its own fault has been said.
        if self.record.whole {
            let text = self.record.text(column).unwrap_or_default();
            self.problems.cell(self.list, self.line(), column, text, fault);
        }
    }

    /// Reads a cell that may be empty.
    pub(crate) fn may<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, CellFault>,
    ) -> Option<T> {
        let text = self.record.text(column)?;
        // A formula says how to compute a value and not which (DIA-X9): a list is data.
        let read = if text.starts_with('=') { Err(CellFault::Formula) } else { parse(text) };
        read.map_err(|fault| self.fault(column, fault)).ok()
    }

    /// Reads a cell that may not be empty.
    pub(crate) fn must<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, CellFault>,
    ) -> Option<T> {
        if self.record.text(column).is_none() {
            self.fault(column, CellFault::Empty);
            return None;
        }
        self.may(column, parse)
    }

    /// Refuses a column whose meaning would be lost.
    pub(crate) fn refuse_filled(&mut self, column: Column) {
        if self.record.text(column).is_some() {
            self.fault(column, CellFault::Unsupported);
        }
    }
}
