//! Gathers problems while lists are read and compared, in the order of files, lines and columns.

use std::collections::{BTreeMap, BTreeSet};

use super::column::Column;
use super::{FileKind, Problem, ProblemKind};

/// The longest piece of a cell that is said back.
const SAID: usize = 40;

/// A list's name and header, as far as problems must name them.
#[derive(Debug, Default)]
struct Head {
    file: String,
    titles: BTreeMap<Column, (usize, String)>,
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    heads: BTreeMap<FileKind, Head>,
    broken: BTreeSet<FileKind>,
    found: Vec<(Option<FileKind>, u32, usize, Problem)>,
}

impl Problems {
    /// Notes the name of a list's file.
    pub(crate) fn name(&mut self, kind: FileKind, file: &str) {
        self.heads.entry(kind).or_default().file = file.to_owned();
    }

    /// Notes where a column stands and what its header says.
    pub(crate) fn title(&mut self, kind: FileKind, column: Column, place: usize, title: &str) {
        self.heads.entry(kind).or_default().titles.insert(column, (place, title.to_owned()));
    }

    /// The name of a list's file; its usual name when there is none.
    pub(crate) fn file(&self, kind: FileKind) -> String {
        match self.heads.get(&kind) {
            Some(head) if !head.file.is_empty() => head.file.clone(),
            Some(_) | None => kind.names().first().copied().unwrap_or_default().to_owned(),
        }
    }

    /// Marks a list as one whose rows were not read, so that nothing is said about what refers to them.
    pub(crate) fn break_off(&mut self, kind: FileKind) {
        self.broken.insert(kind);
    }

    /// Whether a list's rows were not read.
    pub(crate) fn is_broken(&self, kind: FileKind) -> bool {
        self.broken.contains(&kind)
    }

    /// Adds a problem of a file that is none of the lists, or of the folder when `file` is empty.
    pub(crate) fn aside(&mut self, file: &str, kind: impl Into<ProblemKind>) {
        let problem =
            Problem { file: file.to_owned(), line: 0, column: None, text: String::new(), kind: kind.into() };
        self.found.push((None, 0, 0, problem));
    }

    /// Adds a problem of a line; line 0 is the file as a whole.
    pub(crate) fn line(&mut self, list: FileKind, line: u32, kind: impl Into<ProblemKind>) {
        self.add(list, line, 0, None, "", kind.into());
    }

    /// Adds a problem of a cell.
    pub(crate) fn cell(
        &mut self,
        list: FileKind,
        line: u32,
        column: Column,
        text: &str,
        kind: impl Into<ProblemKind>,
    ) {
        let (place, title) = self
            .heads
            .get(&list)
            .and_then(|head| head.titles.get(&column))
            .cloned()
            .unwrap_or_else(|| (usize::MAX, column.title().to_owned()));
        self.add(list, line, place, Some(title), text, kind.into());
    }

    /// Adds a problem of a header cell that is none of the columns.
    pub(crate) fn header(&mut self, list: FileKind, line: u32, place: usize, title: &str, kind: ProblemKind) {
        let column = (!title.is_empty()).then(|| said(title));
        self.add(list, line, place, column, "", kind);
    }

    fn add(
        &mut self,
        list: FileKind,
        line: u32,
        place: usize,
        column: Option<String>,
        text: &str,
        kind: ProblemKind,
    ) {
        let problem = Problem { file: self.file(list), line, column, text: said(text), kind };
        self.found.push((Some(list), line, place, problem));
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All problems in order.
    pub(crate) fn into_list(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|(list, line, place, _)| (*list, *line, *place));
        self.found.into_iter().map(|(_, _, _, problem)| problem).collect()
    }
}

/// A piece of a cell fit to be said: short, in one line, control and direction characters shown as «�».
fn said(text: &str) -> String {
    let bare = |sign: char| match sign {
        _ if sign.is_control() || is_direction(sign) => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    let mut piece: String = text.trim().chars().take(SAID).map(bare).collect();
    if text.trim().chars().nth(SAID).is_some() {
        piece.push('…');
    }
    piece
}

/// Whether a character changes the direction of writing without being seen (C9).
pub(crate) const fn is_direction(sign: char) -> bool {
    matches!(sign, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
