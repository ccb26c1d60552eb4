//! The documents: every path they name exists, and every page can be found.

use crate::none;
use crate::rust_source::{Kind, pieces};
use crate::tree::{File, exists, files, rust};

/// Names of any crate's files, and files that appear when something runs: named, but not kept here.
const OF_NO_PLACE: [&str; 9] = [
    "lib.rs",
    "mod.rs",
    "noun.rs",
    "tests/",
    "target/release/zvonok",
    "zvonok-demo",
    "zvonok.db",
    "zvonok.key",
    "zvonok.toml",
];

/// Extensions by which a bare name is taken for a file of ours.
const KNOWN: [&str; 13] = [
    ".rs", ".md", ".toml", ".sql", ".ftl", ".html", ".css", ".js", ".mjs", ".json", ".txt", ".sha256",
    ".lock",
];

/// Whether a span of code is meant as the path of a file or folder here.
fn is_path(span: &str) -> bool {
    const ELSEWHERE: [char; 15] =
        [' ', '*', '<', '>', '…', '{', '}', '$', '(', '=', ':', '|', '"', '\\', '~'];
    let names_a_folder = span.trim_end_matches('/').contains('/') || span.ends_with('/');
    let names_a_file =
        KNOWN.iter().any(|extension| span.len() > extension.len() && span.ends_with(extension));
    (names_a_folder || names_a_file)
        && !span.starts_with(['/', '-', '.', '@'])
        && !span.contains(ELSEWHERE)
        && !span.contains("//")
}

/// The spans between backticks of prose, and the targets of links to other pages.
fn named_paths(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        found.extend(
            line.split('`')
                .skip(1)
                .step_by(2)
                .filter(|span| is_path(span))
                .map(|span| (span.to_owned(), at + 1)),
        );
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") {
                found.push((path.to_owned(), at + 1));
            }
        }
    }
    found
}

/// The path from the root that a page in `folder` means by `path`.
fn resolve(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn missing(page: &File, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    named_paths(&page.text)
        .into_iter()
        .filter(|(path, _)| !OF_NO_PLACE.contains(&path.as_str()))
        .filter(|(path, _)| !exists(&resolve("", path)) && !exists(&resolve(folder, path)))
        .map(|(path, line)| format!("{}:{line}: there is no {path}", page.path))
        .collect()
}

fn pages() -> Vec<File> {
    files(&["md"])
}

#[test]
fn every_path_in_the_documents_exists() {
    let found: Vec<String> = pages().iter().flat_map(|page| missing(page, exists)).collect();
    none(&found);
}

/// The pages that the comments of a source name, by whatever path.
fn pages_in_comments(source: &str) -> Vec<(String, usize)> {
    let comments = pieces(source).into_iter().filter(|piece| piece.kind == Kind::Comment);
    let words = comments.flat_map(|piece| {
        let separate = |sign: char| !(sign.is_alphanumeric() || "./_-".contains(sign));
        piece
            .text
            .split(separate)
            .map(move |word| (word.trim_matches(['.', '/']).to_owned(), piece.line))
            .collect::<Vec<_>>()
    });
    words.filter(|(word, _)| word.ends_with(".md")).collect()
}

#[test]
fn every_page_that_a_comment_names_exists() {
    let mut found = Vec::new();
    for file in rust().iter().filter(|file| !file.path.starts_with("bin/zvonok/tests/tidy/")) {
        for (page, line) in pages_in_comments(&file.text) {
            if !exists(&page) {
                found.push(format!(
                    "{}:{line}: there is no {page}; name a page by its path from the root",
                    file.path
                ));
            }
        }
    }
    none(&found);
}

#[test]
fn every_page_is_reached_from_another() {
    let pages = pages();
    let mut found = Vec::new();
    for page in pages.iter().filter(|page| page.path.starts_with("docs/")) {
        let folder =
            |other: &File| other.path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let reached = pages.iter().filter(|other| other.path != page.path).any(|other| {
            named_paths(&other.text)
                .iter()
                .any(|(path, _)| resolve("", path) == page.path || resolve(&folder(other), path) == page.path)
        });
        if !reached {
            found.push(format!("{}: no other page leads here", page.path));
        }
    }
    none(&found);
}

#[test]
fn a_path_that_is_gone_is_caught() {
    let page = |text: &str| File { path: "docs/rules/a.md".to_owned(), text: text.to_owned() };
    let there = |path: &str| path == "crates/store/src/lib.rs" || path == "docs/STYLE.md";
    let caught = |text: &str| missing(&page(text), there).len();
    assert_eq!(
        caught("see `crates/store/src/lib.rs`, [style](../STYLE.md#names), <http://a.test/b> `/health`"),
        0
    );
    assert_eq!(caught("see `crates/store/src/gone.rs`"), 1);
    assert_eq!(caught("see [style](STYLE.md)"), 1);
    assert_eq!(caught("`gone.md`, `zvonok.db`, `crates/*/x.rs`, `GET /a/b`, `text`"), 1);
    assert_eq!(caught("```text\n`crates/gone/`\n```\n"), 0);
    assert_eq!(
        pages_in_comments("// (style.md 2)\nlet a = \"b.md\"; /// `docs/x.md`."),
        [("style.md".to_owned(), 1), ("docs/x.md".to_owned(), 2)]
    );
}
