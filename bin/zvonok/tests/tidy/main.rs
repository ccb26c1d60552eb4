//! The house rules as tests: each module holds one rule's checker, the check of the whole tree, and a few bad
//! strings that the checker must catch. They read files only, so they are the fastest tests of the workspace:
//! `just tidy`.
#![allow(clippy::unwrap_used, reason = "a rule that cannot read the tree must stop")]

mod arrows;
mod dependencies;
mod documents;
mod files;
mod languages;
mod manual;
mod migrations;
mod pages;
mod phrases;
mod rule_ids;
mod rust_source;
mod snapshots;
mod sql;
mod tree;
mod vendored;

/// Fails with every finding on a line of its own.
#[track_caller]
fn none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
