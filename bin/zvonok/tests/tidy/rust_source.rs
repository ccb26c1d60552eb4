//! Splits Rust source into code, comments and literals, and leaves out what only tests compile.

use std::ops::Range;

/// What a stretch of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Code,
    Comment,
    Literal,
}

/// A stretch of source; literals and comments come with their quotes and slashes.
#[derive(Clone, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    pub(crate) line: usize,
}

impl<'a> Piece<'a> {
    /// The text between the quotes of a string literal, escapes as written.
    pub(crate) fn inner(&self) -> &'a str {
        let text = self.text.trim_start_matches(['b', 'r', 'c']).trim_matches('#');
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
    }
}

/// Splits the source; the pieces put together are the source again.
pub(crate) fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut line, mut code_from, mut at) = (1, 0, 0);
    while let Some(mark) = source[at..].find(['/', '"', '\'']).map(|step| at + step) {
        let Some((kind, range)) = non_code(source, mark) else {
            at = mark + 1;
            continue;
        };
        let end = range.end;
        for (kind, range) in [(Kind::Code, code_from..range.start), (kind, range)] {
            if !range.is_empty() {
                let text = &source[range];
                found.push(Piece { kind, text, line });
                line += text.matches('\n').count();
            }
        }
        (at, code_from) = (end, end);
    }
    if code_from < source.len() {
        found.push(Piece { kind: Kind::Code, text: &source[code_from..], line });
    }
    found
}

/// The comment or literal that the slash or quote at `mark` begins, if it does.
fn non_code(source: &str, mark: usize) -> Option<(Kind, Range<usize>)> {
    let rest = &source[mark..];
    if rest.starts_with("//") {
        return Some((Kind::Comment, mark..mark + rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some((Kind::Comment, mark..mark + block_comment(rest)));
    }
    if rest.starts_with('\'') {
        return character(rest).map(|end| (Kind::Literal, mark..mark + end));
    }
    if !rest.starts_with('"') {
        return None;
    }
    // r#" and b" begin before their quote.
    let before = &source[..mark];
    let bare = before.trim_end_matches('#');
    let hashes = before.len() - bare.len();
    let name = bare.len() - bare.trim_end_matches(|sign: char| sign.is_alphanumeric() || sign == '_').len();
    let prefix = &bare[bare.len() - name..];
    let start = mark - hashes - name;
    if ["r", "br", "cr"].contains(&prefix) {
        let close = format!("\"{}", "#".repeat(hashes));
        let length = rest[1..].find(&close)? + 1 + close.len();
        return Some((Kind::Literal, start..mark + length));
    }
    let start = if ["b", "c"].contains(&prefix) { start } else { mark };
    Some((Kind::Literal, start..mark + string(rest)))
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_u32, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn string(quoted: &str) -> usize {
    let mut escaped = false;
    for (at, sign) in quoted.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    quoted.len()
}

/// A character literal; `None` for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut signs = rest.char_indices().skip(1);
    let (_, first) = signs.next()?;
    let (mut at, mut sign) = signs.next()?;
    if first == '\\' {
        (at, sign) = signs.next()?;
        while sign != '\'' {
            (at, sign) = signs.next()?;
        }
    }
    (sign == '\'').then_some(at + 1)
}

/// The source with comments and literals blanked, byte for byte as long as before.
pub(crate) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    for piece in pieces(source) {
        if piece.kind == Kind::Code {
            code.push_str(piece.text);
        } else {
            code.extend(piece.text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
    }
    code
}

/// The items under `#[cfg(test)]`.
fn test_items(source: &str) -> Vec<Range<usize>> {
    const MARK: &str = "#[cfg(test)]";
    let code = code_only(source);
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(start) = code[from..].find(MARK).map(|at| from + at) {
        let (mut depth, mut end) = (0_u32, code.len());
        for (at, sign) in code[start + MARK.len()..].char_indices() {
            match sign {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 && (sign == '}' || sign == ';') {
                end = start + MARK.len() + at + 1;
                break;
            }
        }
        found.push(start..end);
        from = end;
    }
    found
}

/// The source without the items that only tests compile.
pub(crate) fn without_tests(source: &str) -> String {
    let (mut kept, mut from) = (String::new(), 0);
    for item in test_items(source) {
        kept.push_str(&source[from..item.start]);
        from = item.end;
    }
    kept.push_str(&source[from..]);
    kept
}

/// Only the items that tests compile.
pub(crate) fn only_tests(source: &str) -> String {
    test_items(source).into_iter().map(|item| &source[item]).collect::<Vec<_>>().join("\n")
}

/// The contents of the string literals that stand directly after `before`, such as `say(`, with their lines.
pub(crate) fn literals_after<'a>(source: &'a str, before: &str) -> Vec<(&'a str, usize)> {
    let all = pieces(source);
    let pairs = all.iter().zip(all.iter().skip(1));
    pairs
        .filter(|(code, literal)| {
            let spoken = code.text.trim_end();
            let name_before = |text: &str| text.ends_with(|sign: char| sign.is_alphanumeric() || sign == '_');
            code.kind == Kind::Code
                && literal.kind == Kind::Literal
                && spoken.strip_suffix(before).is_some_and(|text| !name_before(text))
        })
        .map(|(_, literal)| (literal.inner(), literal.line))
        .collect()
}

#[test]
fn source_is_split_and_put_together_again() {
    let source = "let a = \"x // \\\" y\"; // c 'é\nlet b: &'static str = r#\"q\"q\"#; /* /* n */ */ 'z'; '\\''; b\"1\"";
    let split = pieces(source);
    assert_eq!(split.iter().map(|piece| piece.text).collect::<String>(), source);
    let of =
        |kind| split.iter().filter(|piece| piece.kind == kind).map(|piece| piece.text).collect::<Vec<_>>();
    assert_eq!(of(Kind::Comment), ["// c 'é", "/* /* n */ */"]);
    assert_eq!(of(Kind::Literal), ["\"x // \\\" y\"", "r#\"q\"q\"#", "'z'", "'\\''", "b\"1\""]);
    assert_eq!(code_only(source).len(), source.len());
}

#[test]
fn items_of_tests_are_left_out() {
    let source =
        "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { \"}\"; }\n}\nfn c() {}\n#[cfg(test)]\nuse x;\n";
    assert_eq!(without_tests(source), "fn a() {}\n\nfn c() {}\n\n");
    assert!(only_tests(source).contains("fn b()") && !only_tests(source).contains("fn c()"));
}

#[test]
fn literals_are_found_by_what_stands_before() {
    let source = "say(\"one\"); essay(\"two\"); say(\n    \"three\",\n); say(four)";
    assert_eq!(literals_after(source, "say("), [("one", 1), ("three", 2)]);
}
