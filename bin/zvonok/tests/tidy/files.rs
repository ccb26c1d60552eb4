//! What a file may be: its size, its name, its first lines (ARC-15).

use crate::none;
use crate::rust_source::without_tests;
use crate::tree::{File, files, rust};

const BUDGET: usize = 400;
const HARD_STOP: usize = 800;

/// Files over the budget, each with the reason why it is not two files.
const LONGER: [(&str, &str); 2] = [
    (
        "crates/diary/src/timetable.rs",
        "what a conflict is and what is published are one rule, read together (DIA-I5)",
    ),
    (
        "crates/web/assets/chat.js",
        "an open chat is one state: what is shown, what waits in the outbox, what was read",
    ),
];

/// Names that say nothing, so everything ends up in them.
const FORBIDDEN: [&str; 7] = ["core", "common", "util", "utils", "helper", "helpers", "data"];

fn size(file: &File) -> Option<String> {
    let lines = without_tests(&file.text).lines().count();
    let excused = LONGER.iter().any(|(path, _)| *path == file.path);
    let limit = if excused { HARD_STOP } else { BUDGET };
    (lines > limit).then(|| format!("{}: {lines} lines, {limit} may be", file.path))
}

fn name(path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in path.split('/') {
        let bare = part.split('.').next().unwrap_or_default();
        if FORBIDDEN.contains(&bare) {
            found.push(format!("{path}: the name {bare} says nothing"));
        }
    }
    let in_tests = path.split('/').any(|part| part == "tests");
    if path.ends_with("/mod.rs") && !in_tests {
        found.push(format!("{path}: modules are noun.rs with noun/ beside it"));
    }
    found
}

fn opening(file: &File) -> Option<String> {
    let three = file.text.lines().take(3).filter(|line| line.starts_with("//! ")).count() == 3;
    let told = ["Owns ", "Promises ", "Never "];
    let ordered =
        file.text.lines().zip(told).all(|(line, word)| line.trim_start_matches("//! ").starts_with(word));
    (!three || !ordered).then(|| {
        format!("{}: the first three lines say what the crate Owns, Promises and Never does", file.path)
    })
}

#[test]
fn files_stay_within_the_budget() {
    let scripts = files(&["js", "mjs"]);
    let found: Vec<String> =
        rust().iter().filter(|file| !file.is_test()).chain(&scripts).filter_map(size).collect();
    none(&found);
    let stale: Vec<String> = LONGER
        .iter()
        .filter(|(path, _)| without_tests(&crate::tree::read(path)).lines().count() <= BUDGET)
        .map(|(path, _)| format!("{path}: within the budget again, take it off the list"))
        .collect();
    none(&stale);
}

#[test]
fn names_say_something() {
    let found: Vec<String> = rust().iter().flat_map(|file| name(&file.path)).collect();
    none(&found);
}

#[test]
fn a_crate_opens_with_what_it_owns_promises_and_never_does() {
    let roots = |file: &&File| file.path.ends_with("/src/lib.rs") || file.path.ends_with("/src/main.rs");
    let found: Vec<String> = rust().iter().filter(roots).filter_map(opening).collect();
    none(&found);
}

#[test]
fn a_bad_file_is_caught() {
    let file = |path: &str, text: String| File { path: path.to_owned(), text };
    assert!(size(&file("crates/a/src/b.rs", "x\n".repeat(400))).is_none());
    assert!(size(&file("crates/a/src/b.rs", "x\n".repeat(401))).is_some());
    let tested = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "x\n".repeat(399), "y;\n".repeat(99));
    assert!(size(&file("crates/a/src/b.rs", tested)).is_none());
    assert_eq!(name("crates/a/src/utils.rs").len(), 1);
    assert_eq!(name("crates/common/src/a.rs").len(), 1);
    assert_eq!(name("crates/a/src/b/mod.rs").len(), 1);
    assert!(name("crates/a/tests/kit/mod.rs").is_empty());
    assert!(opening(&file("crates/a/src/lib.rs", "//! Owns a.\n\nmod b;\n".to_owned())).is_some());
    assert!(opening(&file("x", "//! Owns a.\n//! Promises b.\n//! Never c.\n".to_owned())).is_none());
}
