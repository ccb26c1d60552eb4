//! What an import says, the same on the page and on the console: problems, guesses, the diff, refusals to undo.

mod fault;

use school::import::{Counts, Field, FileKind, FileNote, Problem, Report, RowKind, RowOutcome, UndoError};

use crate::flows::import::UndoRefused;
use crate::words::{Words, count, say};

pub use fault::problem;

/// `file:line:column: text`, without the parts that there are not.
#[must_use]
pub fn problem_line(problem: &Problem) -> String {
    let mut place = problem.file.clone();
    if problem.line > 0 {
        place.push_str(&format!(":{}", problem.line));
    }
    if let Some(column) = &problem.column {
        place.push_str(&format!(":{column}"));
    }
    let text = fault::problem(problem);
    if place.is_empty() { text } else { format!("{place}: {text}") }
}

/// That nothing was imported, and how much is to be corrected.
#[must_use]
pub fn refused(problems: usize) -> String {
    count("import-refused", problems)
}

/// What was guessed about a file.
#[must_use]
pub fn note(note: &FileNote) -> String {
    let delimiter = match note.delimiter {
        '\t' => say("import-tab"),
        sign => Words::of("import-sign").with("sign", sign.to_string()).say(),
    };
    Words::of("import-note")
        .with("encoding", note.encoding.name())
        .with("delimiter", delimiter)
        .with("rows", note.rows)
        .say()
}

/// The columns of a file that are known and not kept; `None` when there are none.
#[must_use]
pub fn unkept(note: &FileNote) -> Option<String> {
    if note.unkept.is_empty() {
        return None;
    }
    let quote = |column: &String| Words::of("import-sign").with("sign", column.clone()).say();
    let columns: Vec<String> = note.unkept.iter().map(quote).collect();
    Some(Words::of("import-unkept").with("columns", columns.join(", ")).say())
}

/// A list by its usual name.
#[must_use]
pub fn list_name(list: FileKind) -> &'static str {
    list.names().first().copied().unwrap_or_default()
}

/// How many rows of a list end how.
#[must_use]
pub fn counts(counts: Counts) -> String {
    Words::of("import-counts")
        .with("added", counts.added)
        .with("changed", counts.changed)
        .with("same", counts.same)
        .say()
}

/// A row of the diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffRow {
    /// The list.
    pub list: FileKind,
    /// The line.
    pub line: u32,
    /// Whom or what it is about.
    pub label: String,
    /// What changes of it, in words; empty for what is new.
    pub fields: String,
}

/// Every row that is new or changes.
#[must_use]
pub fn diff(report: &Report) -> Vec<DiffRow> {
    report
        .rows()
        .filter_map(|row| {
            let fields = match &row.outcome {
                RowOutcome::Added => String::new(),
                RowOutcome::Changed(fields) => {
                    fields.iter().map(|field| say(field_id(*field))).collect::<Vec<_>>().join(", ")
                }
                RowOutcome::Same => return None,
            };
            Some(DiffRow { list: row.list, line: row.line, label: row.label.clone(), fields })
        })
        .collect()
}

const fn field_id(field: Field) -> &'static str {
    match field {
        Field::ExternalId => "import-field-id",
        Field::Name => "import-field-name",
        Field::BirthDate => "import-field-birth",
        Field::Sex => "import-field-sex",
        Field::Phone => "import-field-phone",
        Field::Snils => "import-field-snils",
        Field::Account => "import-field-account",
        Field::Roles => "import-field-roles",
        Field::Homeroom => "import-field-homeroom",
        Field::ClassGroup => "import-field-class",
        Field::Subgroups => "import-field-subgroups",
        Field::Guardianship => "import-field-guardianship",
        Field::Teacher => "import-field-teacher",
        Field::Load => "import-field-load",
        Field::Dates => "import-field-dates",
        Field::MarksClose => "import-field-marks-close",
        Field::ClassCard => "import-field-class-card",
    }
}

/// Why an import was not undone, and what to do.
#[must_use]
pub fn undo_refused(refused: &UndoRefused) -> String {
    match refused {
        UndoRefused::Roster(UndoError::Missing) => say("import-undo-missing"),
        UndoRefused::Roster(UndoError::Undone) => say("import-undo-undone"),
        UndoRefused::Roster(UndoError::Later { later }) => {
            Words::of("import-undo-later").with("later", later.to_string()).say()
        }
        UndoRefused::Roster(UndoError::InUse { kind, name }) => {
            let whose = if name.is_empty() { String::new() } else { format!(" ({name})") };
            Words::of("import-undo-used").with("what", row_word(*kind)).with("whose", whose).say()
        }
        UndoRefused::Lessons { lessons } => Words::of("import-undo-lessons").with("count", *lessons).say(),
        UndoRefused::Messages => say("import-undo-messages"),
        UndoRefused::Roster(UndoError::Store(error)) => error.to_string(),
        UndoRefused::Failed(failure) => failure.sentence(),
    }
}

/// What a row of a batch is.
#[must_use]
pub fn row_word(kind: RowKind) -> String {
    say(match kind {
        RowKind::Year => "import-row-year",
        RowKind::Term => "import-row-term",
        RowKind::DaysOff => "import-row-days-off",
        RowKind::ClassGroup => "import-row-class",
        RowKind::Subgroup => "import-row-subgroup",
        RowKind::Person => "import-row-person",
        RowKind::Account => "import-row-account",
        RowKind::Grant => "import-row-grant",
        RowKind::Membership => "import-row-membership",
        RowKind::Guardianship => "import-row-guardianship",
        RowKind::Subject => "import-row-subject",
        RowKind::Teaching => "import-row-teaching",
        RowKind::Bells => "import-row-bells",
        RowKind::MarksClose => "import-row-marks-close",
        RowKind::Timetable => "import-row-timetable",
    })
}
