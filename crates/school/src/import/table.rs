//! A list as a table: encoding and delimiter guessed, the header found, every cell with its place.

use super::column::{Column, Need};
use super::problems::Problems;
use super::split::{Line, split};
use super::{Encoding, FileFault, FileKind, HeaderFault, RowFault, limits};

/// What was guessed about a file and what of it is not kept; said on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNote {
    /// The file.
    pub file: String,
    /// The list it holds.
    pub kind: FileKind,
    /// The encoding it was read in.
    pub encoding: Encoding,
    /// The delimiter of its cells.
    pub delimiter: char,
    /// Rows below the header.
    pub rows: usize,
    /// Columns that are known, have values and are kept nowhere by this version.
    pub unkept: Vec<String>,
}

/// A list whose header is known.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) kind: FileKind,
    /// Where each column stands.
    places: Vec<(Column, usize)>,
    width: usize,
    lines: Vec<Line>,
}

/// One row, and whether its faults are to be said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    table: &'a Table,
    line: &'a Line,
    /// Whether the row has as many cells as the header. Of a ragged row nothing more is said, but it is read as far as
    /// it goes, so that what refers to it is not taken for unknown.
    pub(crate) whole: bool,
}

impl Table {
    /// Reads a file; adds what is wrong with it. `None` when its rows cannot be read.
    pub(crate) fn read(
        kind: FileKind,
        bytes: &[u8],
        encoding: Option<Encoding>,
        problems: &mut Problems,
    ) -> Option<(Self, FileNote)> {
        let table = Self::try_read(kind, bytes, encoding, problems);
        if table.is_none() {
            problems.break_off(kind);
        }
        table
    }

    fn try_read(
        kind: FileKind,
        bytes: &[u8],
        encoding: Option<Encoding>,
        problems: &mut Problems,
    ) -> Option<(Self, FileNote)> {
        if bytes.len() > limits::FILE_BYTES {
            problems.line(kind, 1, FileFault::TooLarge { most: limits::FILE_BYTES });
            return None;
        }
        // «PK» is a ZIP, which the newer books of spreadsheets are; the other bytes begin the older ones.
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            problems.line(kind, 1, FileFault::Workbook);
            return None;
        }
        let encoding = encoding.unwrap_or_else(|| Encoding::guess(bytes));
        let Some(text) = encoding.decode(bytes) else {
            problems.line(kind, 1, FileFault::NotText { encoding: encoding.name() });
            return None;
        };
        let delimiter = guess_delimiter(kind, &text);
        // Titles above the header are no rows; they are counted here only to find the limit.
        let taken = split(&text, delimiter, limits::ROWS + limits::HEADER_WITHIN);
        let Some(header) = find_header(kind, &taken.lines) else {
            problems.line(kind, 1, FileFault::Empty);
            return None;
        };
        let mut lines = taken.lines;
        let rows = lines.split_off(header + 1);
        let header = lines.pop()?;
        if taken.more || rows.len() > limits::ROWS {
            problems.line(kind, 1, FileFault::TooManyRows { most: limits::ROWS });
            return None;
        }
        let table = Self::with_header(kind, &header, rows, problems)?;
        if let Some((line, place)) = taken.open_quote {
            match table.places.iter().find(|(_, at)| *at == place) {
                Some((column, _)) => problems.cell(kind, line, *column, "", RowFault::OpenQuote),
                None => problems.line(kind, line, RowFault::OpenQuote),
            }
        }
        for record in table.records() {
            record.check_width(problems);
        }
        let note = FileNote {
            file: problems.file(kind),
            kind,
            encoding,
            delimiter,
            rows: table.lines.len(),
            unkept: table.unkept(&header),
        };
        Some((table, note))
    }

    fn with_header(kind: FileKind, header: &Line, rows: Vec<Line>, problems: &mut Problems) -> Option<Self> {
        let used = |place: usize| {
            rows.iter().any(|row| row.cells.get(place).is_some_and(|cell| !cell.trim().is_empty()))
        };
        let width = header.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
        if width > limits::COLUMNS {
            problems.line(kind, header.number, FileFault::TooManyColumns { most: limits::COLUMNS });
            return None;
        }
        let mut good = true;
        let mut places: Vec<(Column, usize)> = Vec::new();
        for (place, title) in header.cells.iter().take(width).enumerate() {
            let title = title.trim();
            let mut fault = |fault: HeaderFault| {
                good = false;
                problems.header(kind, header.number, place, title, fault.into());
            };
            match kind.column(title) {
                Some((column, _)) if places.iter().any(|(other, _)| *other == column) => {
                    fault(HeaderFault::Repeated)
                }
                Some((column, _)) => {
                    places.push((column, place));
                    problems.title(kind, column, place, title.trim_end_matches('*').trim_end());
                }
                None if title.is_empty() && !used(place) => {}
                None if title.is_empty() => fault(HeaderFault::Unnamed { place: place + 1 }),
                None => fault(HeaderFault::Unknown),
            }
        }
        for (column, need) in kind.columns() {
            if *need == Need::Obligatory && !places.iter().any(|(other, _)| other == column) {
                good = false;
                problems.cell(kind, header.number, *column, "", HeaderFault::Missing);
            }
        }
        good.then_some(Self { kind, places, width, lines: rows })
    }

    /// The rows.
    pub(crate) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.lines.iter().map(|line| Record { table: self, line, whole: self.fits(line) })
    }

    fn fits(&self, line: &Line) -> bool {
        cell_count(line) <= self.width && line.cells.len() >= self.width
    }

    fn unkept(&self, header: &Line) -> Vec<String> {
        let unkept = |column: Column| self.kind.columns().contains(&(column, Need::Unkept));
        self.places
            .iter()
            .filter(|(column, place)| {
                unkept(*column)
                    && self
                        .lines
                        .iter()
                        .any(|line| line.cells.get(*place).is_some_and(|cell| !cell.trim().is_empty()))
            })
            .filter_map(|(_, place)| header.cells.get(*place).map(|title| title.trim().to_owned()))
            .collect()
    }
}

impl<'a> Record<'a> {
    /// The line it begins in.
    pub(crate) const fn number(self) -> u32 {
        self.line.number
    }

    /// The cell of a column, without outer spaces and without the `="…"` that keeps a spreadsheet from changing it;
    /// `None` when it is empty or the list has no such column.
    pub(crate) fn text(self, column: Column) -> Option<&'a str> {
        let place = self.table.places.iter().find(|(other, _)| *other == column)?.1;
        let cell = self.line.cells.get(place)?.trim();
        let cell = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell).trim();
        (!cell.is_empty()).then_some(cell)
    }

    fn check_width(self, problems: &mut Problems) {
        let needs = self.table.width;
        let has = cell_count(self.line);
        if has > needs {
            problems.line(self.table.kind, self.number(), RowFault::Long { has, needs });
        } else if self.line.cells.len() < needs {
            problems.line(
                self.table.kind,
                self.number(),
                RowFault::Short { has: self.line.cells.len(), needs },
            );
        }
    }
}

/// Cells up to the last that is not empty: spreadsheets like to add empty ones.
fn cell_count(line: &Line) -> usize {
    line.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1)
}

/// The line with the header: among the first lines the one with most known columns, so that merged titles above it
/// are skipped (DIA-X4); the first line when no column is known anywhere.
fn find_header(kind: FileKind, lines: &[Line]) -> Option<usize> {
    let known = |line: &Line| line.cells.iter().filter(|cell| kind.column(cell).is_some()).count();
    (0..lines.len().min(limits::HEADER_WITHIN)).max_by_key(|at| {
        // The first of equals: `max_by_key` keeps the last, so later lines count a little less.
        (known(&lines[*at]), usize::MAX - at)
    })
}

/// The delimiter that makes most columns known; `;` of those that are alike.
fn guess_delimiter(kind: FileKind, text: &str) -> char {
    let known = |delimiter: char| {
        let lines = split(text, delimiter, limits::HEADER_WITHIN).lines;
        let best = find_header(kind, &lines).and_then(|at| lines.get(at));
        best.map_or(0, |line| line.cells.iter().filter(|cell| kind.column(cell).is_some()).count())
    };
    // `max_by_key` keeps the last of equals.
    [',', '\t', ';'].into_iter().max_by_key(|delimiter| known(*delimiter)).unwrap_or(';')
}

#[cfg(test)]
mod tests {
    use super::{Column, FileKind, Problems, Table};
    use crate::import::{Encoding, FileFault, HeaderFault, Problem, ProblemKind, RowFault, limits};

    fn read(text: &str) -> (Option<(Table, super::FileNote)>, Vec<Problem>) {
        let mut problems = Problems::default();
        problems.name(FileKind::Classes, "Классы.csv");
        let table = Table::read(FileKind::Classes, text.as_bytes(), None, &mut problems);
        (table, problems.into_list())
    }

    fn kinds(text: &str) -> Vec<(u32, Option<String>, ProblemKind)> {
        read(text).1.into_iter().map(|problem| (problem.line, problem.column, problem.kind)).collect()
    }

    #[test]
    fn titles_above_the_header_are_skipped() {
        // DIA-X4
        let (table, problems) = read("Классы школы;;\nна 1 сентября;;\nКласс*,;Кабинет;\n6А;214;\n");
        assert_eq!(problems, []);
        let (table, note) = table.unwrap();
        assert_eq!((note.encoding, note.delimiter, note.rows), (Encoding::Utf8, ';', 1));
        let record = table.records().next().unwrap();
        assert_eq!((record.number(), record.text(Column::Room)), (4, Some("214")));
    }

    #[test]
    fn headers_and_ragged_rows_are_named_with_their_place() {
        assert_eq!(
            kinds("Класс;Кабинет;Кабинет;Прозвище\n"),
            [
                (1, Some("Кабинет".into()), HeaderFault::Repeated.into()),
                (1, Some("Прозвище".into()), HeaderFault::Unknown.into()),
            ]
        );
        assert_eq!(kinds("Кабинет;Смена\n"), [(1, Some("Класс".into()), HeaderFault::Missing.into())]);
        assert_eq!(
            kinds("Класс;Кабинет;\n6А\n6Б;1;2\n6В;3;;\n\"6Г;4\n"),
            [
                (2, None, RowFault::Short { has: 1, needs: 2 }.into()),
                (3, None, RowFault::Long { has: 3, needs: 2 }.into()),
                (5, Some("Класс".into()), RowFault::OpenQuote.into()),
            ]
        );
        assert_eq!(
            kinds("Класс;;Кабинет\n6А;лишнее;214\n"),
            [(1, None, HeaderFault::Unnamed { place: 2 }.into())]
        );
    }

    #[test]
    fn what_is_no_list_is_refused() {
        // C6
        assert_eq!(kinds(""), [(1, None, FileFault::Empty.into())]);
        assert_eq!(kinds("\n;;\n"), [(1, None, FileFault::Empty.into())]);
        assert_eq!(kinds("PK\u{3}\u{4}"), [(1, None, FileFault::Workbook.into())]);
        assert_eq!(kinds("Класс\0"), [(1, None, FileFault::NotText { encoding: "UTF-8" }.into())]);
        let rows = format!("Класс\n{}", "6А\n".repeat(limits::ROWS + 1));
        assert_eq!(kinds(&rows), [(1, None, FileFault::TooManyRows { most: limits::ROWS }.into())]);
        let columns = format!("Класс{};Кабинет\n", ";".repeat(limits::COLUMNS));
        assert_eq!(kinds(&columns), [(1, None, FileFault::TooManyColumns { most: limits::COLUMNS }.into())]);
        let bytes = "а".repeat(limits::FILE_BYTES);
        assert_eq!(kinds(&bytes), [(1, None, FileFault::TooLarge { most: limits::FILE_BYTES }.into())]);
    }
}
