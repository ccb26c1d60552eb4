//! The Russian texts: every one that is asked for exists, and every one that exists is asked for.

use std::collections::BTreeSet;

use crate::none;
use crate::rust_source::{Kind, Piece, literals_after, pieces, without_tests};
use crate::tree::{File, read, rust};

const TEXTS: &str = "crates/web/locales/ru.ftl";

/// Calls whose first argument is the id of a text.
const ASKS: [&str; 3] = ["say(", "count(", "Words::of("];

/// The ids that a Fluent file defines, in its order.
fn defined(ftl: &str) -> Vec<&str> {
    ftl.lines()
        .filter(|line| line.starts_with(|sign: char| sign.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once(" =").map(|(id, _)| id))
        .collect()
}

/// Whether a literal is the name of a deed: `diary.mark.set`.
fn is_deed(literal: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_');
    literal.contains('.') && literal.split('.').all(plain)
}

/// The beginning of an id that is made while running, from the literal that makes it: `link-state-{}`.
fn beginning(literal: &str) -> Option<&str> {
    let (start, _) = literal.split_once('{')?;
    (start.ends_with('-') && start.len() > 5 && start != "act-").then_some(start)
}

/// The id of the text that shows a deed in the journal of actions.
fn deed(action: &str) -> String {
    format!("act-{}", action.replace(['.', '_'], "-"))
}

fn judge(ftl: &str, sources: &[File]) -> Vec<String> {
    let ids = defined(ftl);
    let mut found = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        if ids[..at].contains(id) {
            found.push(format!("{TEXTS}: {id} is there twice"));
        }
    }
    let mut asked = BTreeSet::new();
    for file in sources {
        let source = without_tests(&file.text);
        let in_web = file.owner() == "web";
        for (id, line) in ASKS.iter().filter(|_| in_web).flat_map(|ask| literals_after(&source, ask)) {
            if !ids.contains(&id) {
                found.push(format!("{}:{line}: {TEXTS} has no {id}", file.path));
            }
        }
        for (action, line) in literals_after(&source, "Act::new(") {
            if !ids.contains(&deed(action).as_str()) {
                found.push(format!("{}:{line}: {TEXTS} has no {}", file.path, deed(action)));
            }
        }
        // An id or a deed may be chosen first and said later, so any literal that looks like one counts.
        for literal in pieces(&source).iter().filter(|piece| piece.kind == Kind::Literal).map(Piece::inner) {
            if is_deed(literal) {
                asked.insert(deed(literal));
            } else if in_web {
                asked.insert(literal.to_owned());
                let begun = beginning(literal)
                    .into_iter()
                    .flat_map(|start| ids.iter().filter(move |id| id.starts_with(start)));
                asked.extend(begun.map(|id| (*id).to_owned()));
            }
        }
    }
    found
        .extend(ids.iter().filter(|id| !asked.contains(**id)).map(|id| format!("{TEXTS}: nobody says {id}")));
    found
}

#[test]
fn every_text_exists_and_is_said() {
    let sources: Vec<File> = rust().into_iter().filter(|file| !file.is_test()).collect();
    none(&judge(&read(TEXTS), &sources));
}

#[test]
fn a_missing_and_a_forgotten_text_are_caught() {
    let ftl = "## Section\nname-empty = Заполните.\n  .x = y\nold-text = Было.\nname-empty = Ещё.\nact-diary-mark-set = Оценка\n";
    let source = "fn f() { say(\"name-empty\"); Words::of(\"gone\").say(); Act::new(\"diary.mark_set\", a); HeaderValue::of(\"x\") }";
    let file = File { path: "crates/web/src/a.rs".to_owned(), text: source.to_owned() };
    assert_eq!(
        judge(ftl, &[file]),
        [
            "crates/web/locales/ru.ftl: name-empty is there twice",
            "crates/web/src/a.rs:1: crates/web/locales/ru.ftl has no gone",
            "crates/web/locales/ru.ftl: nobody says old-text",
        ]
    );
}
