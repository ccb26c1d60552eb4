//! Reading the school's lists from files (diary.md 7): every cell is read with its place, all problems are found at
//! once, nothing is written unless there are none, and what was written can be undone (DIA-X1–X9, DIA-I20).

mod cell;
mod column;
mod encoding;
mod kind;
mod limits;
mod problem;
mod problems;
mod rows;
mod split;
mod table;

pub use cell::Weeks;
pub use encoding::Encoding;
pub use kind::FileKind;
pub use problem::{
    CellFault, DateFault, FileFault, HeaderFault, LessonFault, PersonFault, PhoneFault, Problem, ProblemKind,
    ReferenceFault, RowFault, SpanFault,
};
pub use rows::Sheets;
pub use table::FileNote;

/// A file of the folder, read into memory: this crate opens none.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name without folders.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}
