//! Reading the school's lists from files (docs/import.md): every cell is read with its place, all problems are found at
//! once, nothing is written unless there are none, and what was written can be undone (DIA-X1–X9, DIA-I20).

mod apply;
mod batch;
mod cell;
mod check;
mod column;
mod encoding;
mod kind;
mod known;
mod limits;
mod plan;
mod problem;
mod problems;
mod report;
mod rows;
mod short_name;
mod split;
mod table;
mod undo;

pub use apply::{Applied, BellSet, BellTime, Closing, LessonPlace, Renamed, apply};
pub(crate) use batch::Snapshot;
pub use batch::{Batch, BatchRow, RowKind};
pub use cell::Weeks;
pub use check::CheckError;
pub use encoding::Encoding;
pub use kind::FileKind;
pub(crate) use known::KnownPerson;
pub use plan::Plan;
pub use problem::{
    CellFault, DateFault, FileFault, HeaderFault, LessonFault, PersonFault, PhoneFault, Problem, ProblemKind,
    ReferenceFault, RowFault, SpanFault, lesson_problem,
};
pub use report::{Counts, Field, Report, RowOutcome, RowReport};
pub use rows::Sheets;
pub use table::FileNote;
pub use undo::{
    Added, ImportRow, KindCount, UndoError, added_by, count_written, list_imports, rows_to_undo, undo,
};

/// A file of the folder, read into memory: this crate opens none.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name without folders.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}
