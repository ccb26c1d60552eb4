//! What we build on: crates that are banned do not come in, and every licence is on the list (T8).

use std::collections::BTreeSet;
use std::process::Command;

use crate::none;
use crate::tree::{read, root};

const SETTINGS: &str = ".deny.toml";

/// The strings of one list of the settings, with or without tables around them.
fn listed(settings: &toml::Table, section: &str, list: &str) -> Vec<String> {
    let values = settings[section][list].as_array().unwrap();
    values
        .iter()
        .map(|value| value.as_str().or_else(|| value.get("crate")?.as_str()).unwrap().to_owned())
        .collect()
}

fn settings() -> toml::Table {
    read(SETTINGS).parse().unwrap()
}

/// The banned packages among those that are built, a line each as `name vX.Y.Z`. The lock file is no witness: it also
/// lists what a feature that nobody switches on would bring.
fn banned_in(built: &str, banned: &[String]) -> Vec<String> {
    let names: BTreeSet<&str> = built.lines().filter_map(|line| line.split(' ').next()).collect();
    names
        .into_iter()
        .filter(|name| banned.iter().any(|other| other == name))
        .map(|name| format!("{name} is banned"))
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(option_env!("CARGO").unwrap_or("cargo"))
        .args(arguments)
        .args(["--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Whether an expression such as `MIT OR Apache-2.0` or `A AND (B OR C)` can be met by the allowed licences.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.trim();
    let (mut depth, mut ors, mut ands) = (0_i32, Vec::new(), Vec::new());
    for (at, sign) in expression.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth > 0 => {}
            '/' => ors.push((at, 1)),
            _ if expression[at..].starts_with(" OR ") => ors.push((at, 4)),
            _ if expression[at..].starts_with(" AND ") => ands.push((at, 5)),
            _ => {}
        }
    }
    if let Some((at, length)) = ors.first() {
        return is_met(&expression[..*at], allowed) || is_met(&expression[at + length..], allowed);
    }
    if let Some((at, length)) = ands.first() {
        return is_met(&expression[..*at], allowed) && is_met(&expression[at + length..], allowed);
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => is_met(inner, allowed),
        None => allowed.iter().any(|licence| licence == expression),
    }
}

#[test]
fn nothing_banned_is_built() {
    let built = cargo(&["tree", "--workspace", "--prefix", "none", "--format", "{p}"]);
    assert!(built.lines().any(|line| line.starts_with("rusqlite ")), "{built}");
    none(&banned_in(&built, &listed(&settings(), "bans", "deny")));
}

#[test]
fn every_licence_is_on_the_list() {
    let allowed = listed(&settings(), "licenses", "allow");
    let told = cargo(&["metadata", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"]);
    let metadata: serde_json::Value = serde_json::from_str(&told).unwrap();
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or("none");
        if !is_met(licence, &allowed) {
            found
                .push(format!("{}: the licence {licence} is not on the list of {SETTINGS}", package["name"]));
        }
    }
    none(&found);
}

#[test]
fn bad_dependencies_are_caught() {
    let built = "ring v0.17.14\nstring v1.0.0\nring v0.17.14 (*)\n";
    assert_eq!(banned_in(built, &["ring".to_owned()]), ["ring is banned"]);
    let allowed = ["MIT".to_owned(), "Apache-2.0".to_owned(), "Zlib".to_owned()];
    for good in
        ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "(MIT OR X) AND Zlib", "Apache-2.0 AND (X OR MIT)"]
    {
        assert!(is_met(good, &allowed), "{good}");
    }
    for bad in ["none", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR X) AND Y"] {
        assert!(!is_met(bad, &allowed), "{bad}");
    }
}
