//! Snapshots: each belongs to a test that is still there, and none waits for review.

use crate::none;
use crate::tree::{File, exists, find, read};

/// The source file that a snapshot names in its head.
fn source(snapshot: &str) -> Option<&str> {
    snapshot.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix("source: "))
}

/// The name of the assertion: `signin_machine__the_matrix-2.snap` is that of `the_matrix`.
fn assertion(path: &str) -> &str {
    let stem = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".snap");
    let name = stem.rsplit("__").next().unwrap_or_default();
    match name.rsplit_once('-') {
        Some((before, number)) if number.chars().all(|sign| sign.is_ascii_digit()) => before,
        _ => name,
    }
}

fn judge(file: &File, source_text: Option<&str>) -> Option<String> {
    let Some(text) = source_text else {
        return Some(format!("{}: its test file is gone", file.path));
    };
    let name = assertion(&file.path);
    let is_there = text.contains(&format!("fn {name}(")) || text.contains(&format!("\"{name}\""));
    (!is_there).then(|| format!("{}: no test makes {name}", file.path))
}

#[test]
fn no_snapshot_is_an_orphan() {
    let mut found = Vec::new();
    for file in find(&["snap"]) {
        let text = source(&file.text).filter(|path| exists(path)).map(read);
        found.extend(judge(&file, text.as_deref()));
    }
    none(&found);
}

#[test]
fn no_snapshot_waits_for_review() {
    let found: Vec<String> = find(&["snap.new", "pending-snap"])
        .into_iter()
        .map(|file| format!("{}: not reviewed", file.path))
        .collect();
    none(&found);
}

#[test]
fn an_orphan_is_caught() {
    let file = |path: &str| File {
        path: path.to_owned(),
        text: "---\nsource: a.rs\nexpression: x\n---\nX".to_owned(),
    };
    assert_eq!(source(&file("x").text), Some("a.rs"));
    assert!(judge(&file("s/a__tests__b_is_c-2.snap"), Some("fn b_is_c() {}")).is_none());
    assert!(judge(&file("s/a__named.snap"), Some("assert_snapshot!(\"named\", x)")).is_none());
    assert!(judge(&file("s/a__b_is_c.snap"), Some("fn other() {}")).is_some());
    assert!(judge(&file("s/a__b_is_c.snap"), None).is_some());
}
