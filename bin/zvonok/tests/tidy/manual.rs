//! The manual of a school's server: every setting, variable, table and column that the program knows is in it.

use std::collections::BTreeSet;

use crate::none;
use crate::rust_source::{Kind, pieces, without_tests};
use crate::tree::read;

/// The string literals of a source outside of its tests.
fn literals(source: &str) -> BTreeSet<String> {
    let source = without_tests(source);
    let all = pieces(&source).into_iter().filter(|piece| piece.kind == Kind::Literal);
    all.map(|piece| piece.inner().to_owned()).collect()
}

/// The fields of the structs that a settings file is read into.
fn keys(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter_map(|line| line.trim().split_once(": Option<"))
        .map(|(name, _)| name.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) "))
        .filter(|name| name.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_'))
        .collect()
}

/// The first names of lists such as `Access: "Доступ", "Access";` and `Self::Staff => &["Сотрудники", …]`.
fn first_names(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter(|line| line.trim_start().starts_with(|sign: char| sign.is_ascii_uppercase()))
        .filter_map(|line| line.split_once(": \"").or_else(|| line.split_once(" => &[\"")))
        .filter_map(|(_, rest)| rest.split('"').next())
        .collect()
}

#[test]
fn every_setting_and_variable_is_in_the_manual() {
    let manual = read("docs/OPERATIONS.md");
    let config = read("bin/zvonok/src/config.rs");
    let outside = read("bin/zvonok/src/config/outside.rs");
    let mut wanted: Vec<String> = Vec::new();
    let vk_id = read("bin/zvonok/src/config/vk_id.rs");
    for source in [&config, &outside, &vk_id] {
        wanted.extend(keys(&without_tests(source)).into_iter().map(str::to_owned));
    }
    for source in [config, outside, read("bin/zvonok/src/args.rs")] {
        wanted.extend(
            literals(&source).into_iter().filter(|text| text.starts_with("ZVONOK_") && text.len() > 7),
        );
    }
    assert!(wanted.len() > 15, "{wanted:?}");
    let found: Vec<String> = wanted
        .iter()
        .filter(|name| !manual.contains(&format!("`{name}`")))
        .map(|name| format!("docs/OPERATIONS.md does not name {name}"))
        .collect();
    none(&found);
}

#[test]
fn every_table_and_column_is_in_the_manual() {
    let manual = read("docs/import.md");
    let column = read("crates/school/src/import/column.rs");
    let kind = read("crates/school/src/import/kind.rs");
    let mut wanted = first_names(&column);
    wanted.extend(first_names(&kind));
    assert!(wanted.len() > 60, "{wanted:?}");
    let found: Vec<String> = wanted
        .iter()
        .filter(|name| !manual.contains(**name))
        .map(|name| format!("docs/import.md does not name {name}"))
        .collect();
    none(&found);
}

#[test]
fn settings_and_columns_are_found_in_sources() {
    assert_eq!(
        keys("struct Server {\n    listen: Option<String>,\n    pub(crate) hosts: Option<X>,\n    a: u8,\n}"),
        ["listen", "hosts"]
    );
    assert_eq!(
        first_names(
            "    Access: \"Доступ\", \"Access\";\n    Self::Staff => &[\"Сотрудники\", \"Staff\"],\n    x: \"y\""
        ),
        ["Доступ", "Сотрудники"]
    );
}
