//! Splits a text into records and cells.
//!
//! Written here and not taken from a crate, because every fault must name its line: the known readers swallow the
//! rest of a file into a cell whose quote is never closed, and number records instead of lines.

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The line of the file it begins in, from 1.
    pub(crate) number: u32,
    /// Its cells, quotes taken off.
    pub(crate) cells: Vec<String>,
}

/// A text taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    /// The records, those without any text left out.
    pub(crate) lines: Vec<Line>,
    /// Where a quote was opened and never closed: line, and place of the cell from 0.
    pub(crate) open_quote: Option<(u32, usize)>,
    /// Whether there are more records than were asked for.
    pub(crate) more: bool,
}

/// Splits at the delimiter and at line ends of any kind; reads `most` records at most.
pub(crate) fn split(text: &str, delimiter: char, most: usize) -> Split {
    let mut split = Split::default();
    let mut signs = text.chars().peekable();
    let mut number = 1;
    while signs.peek().is_some() {
        let mut line = Line { number, cells: Vec::new() };
        loop {
            let begins = number;
            let (cell, end) = next_cell(&mut signs, delimiter, &mut number);
            let place = line.cells.len();
            line.cells.push(cell);
            match end {
                End::Delimiter => {}
                End::Line => break,
                End::OpenQuote => {
                    split.open_quote = Some((begins, place));
                    return split;
                }
            }
        }
        if line.cells.iter().any(|cell| !cell.trim().is_empty()) {
            if split.lines.len() == most {
                split.more = true;
                return split;
            }
            split.lines.push(line);
        }
    }
    split
}

enum End {
    Delimiter,
    Line,
    OpenQuote,
}

fn next_cell(
    signs: &mut std::iter::Peekable<std::str::Chars<'_>>,
    delimiter: char,
    number: &mut u32,
) -> (String, End) {
    let mut cell = String::new();
    if signs.next_if_eq(&'"').is_some() {
        loop {
            match signs.next() {
                Some('"') if signs.next_if_eq(&'"').is_some() => cell.push('"'),
                Some('"') => break,
                Some(sign) => {
                    *number += u32::from(sign == '\n');
                    cell.push(sign);
                }
                None => return (cell, End::OpenQuote),
            }
        }
    }
    loop {
        match signs.next() {
            Some(sign) if sign == delimiter => return (cell, End::Delimiter),
            Some('\r') => {
                // A line feed after it belongs to the same line end.
                signs.next_if_eq(&'\n');
                *number += 1;
                return (cell, End::Line);
            }
            Some('\n') => {
                *number += 1;
                return (cell, End::Line);
            }
            None => return (cell, End::Line),
            Some(sign) => cell.push(sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::split;

    fn cells(text: &str) -> Vec<(u32, Vec<String>)> {
        split(text, ';', 100).lines.into_iter().map(|line| (line.number, line.cells)).collect()
    }

    #[test]
    fn quotes_hold_delimiters_and_line_ends() {
        let taken = cells("а;\"б;\"\"в\"\"\";г\r\n\"д\nе\";ж\n\n;;\n6\"Б\";=\"+7\"\rпоследняя");
        let expected: Vec<(u32, Vec<String>)> = vec![
            (1, vec!["а".into(), "б;\"в\"".into(), "г".into()]),
            (2, vec!["д\nе".into(), "ж".into()]),
            (6, vec!["6\"Б\"".into(), "=\"+7\"".into()]),
            (7, vec!["последняя".into()]),
        ];
        assert_eq!(taken, expected);
    }

    #[test]
    fn an_open_quote_is_found_where_it_opens() {
        let taken = split("а;б\nв;\"г\nд;е\n", ';', 100);
        assert_eq!((taken.lines.len(), taken.open_quote), (1, Some((2, 1))));
    }

    #[test]
    fn no_more_records_than_asked_for_are_kept() {
        assert!(split("1\n2\n3\n", ';', 2).more);
        assert!(!split("1\n2\n\n", ';', 2).more);
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(rows in proptest::collection::vec(proptest::collection::vec("\\PC{1,12}", 1..5), 1..6)) {
            let text: String = rows
                .iter()
                .map(|row| {
                    let cells: Vec<String> =
                        row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
                    format!("{}\n", cells.join(";"))
                })
                .collect();
            let kept: Vec<Vec<String>> =
                rows.into_iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
            let taken: Vec<Vec<String>> = split(&text, ';', 100).lines.into_iter().map(|line| line.cells).collect();
            prop_assert_eq!(taken, kept);
        }
    }
}
