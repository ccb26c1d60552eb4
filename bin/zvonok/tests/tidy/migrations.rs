//! Migrations: numbers, names, tables that check their types, and texts that stay as released (ARC-2).

use sha2::{Digest as _, Sha256};

use crate::none;
use crate::sql::script;
use crate::tree::{File, files, read};

const LIST: &str = "bin/zvonok/tests/tidy/migrations.sha256";

fn migrations() -> Vec<File> {
    files(&["sql"]).into_iter().filter(|file| file.path.contains("/migrations/")).collect()
}

/// The digest of a text as sixty-four hexadecimal signs.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The number in `V0010__school_roster`, if the name is one of a migration of this crate.
fn number(stem: &str, owner: &str) -> Option<u32> {
    let (number, name) = stem.strip_prefix('V')?.split_once("__")?;
    let what = name.strip_prefix(owner)?.strip_prefix('_')?;
    let plain = !what.is_empty() && what.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_');
    (plain && number.len() == 4).then(|| number.parse().ok()).flatten()
}

fn judge(migrations: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let mut numbers: Vec<(u32, &str)> = Vec::new();
    for file in migrations {
        let Some(number) = number(file.stem(), file.owner()) else {
            found.push(format!("{}: the name is not V00NN__{}_<what>.sql", file.path, file.owner()));
            continue;
        };
        match numbers.iter().find(|(taken, _)| *taken == number) {
            Some((_, other)) => found.push(format!("{}: the number {number} is that of {other}", file.path)),
            None => numbers.push((number, &file.path)),
        }
        for statement in script(&file.text) {
            let options = statement.rsplit(')').next().unwrap_or_default();
            if statement.starts_with("CREATE TABLE") && !options.contains("STRICT") {
                let head = statement.lines().next().unwrap_or_default();
                found.push(format!("{}: not STRICT: {head}", file.path));
            }
        }
    }
    found
}

/// What the list of digests says against the files.
fn compare(list: &str, migrations: &[File]) -> Vec<String> {
    let listed: Vec<(&str, &str)> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once("  "))
        .map(|(digest, path)| (path, digest))
        .collect();
    let mut found = Vec::new();
    for file in migrations {
        match listed.iter().find(|(path, _)| *path == file.path) {
            None => found.push(format!("{}: not in {LIST}", file.path)),
            Some((_, kept)) if *kept != digest(file.text.as_bytes()) => {
                found.push(format!("{}: its text is not the one in {LIST}", file.path));
            }
            Some(_) => {}
        }
    }
    for (path, _) in listed {
        if !migrations.iter().any(|file| file.path == path) {
            found.push(format!("{path}: in {LIST}, but there is no such file"));
        }
    }
    found
}

#[test]
fn numbers_are_unique_names_tell_the_owner_and_tables_are_strict() {
    none(&judge(&migrations()));
}

#[test]
fn a_released_migration_is_never_edited() {
    none(&compare(&read(LIST), &migrations()));
}

#[test]
fn every_migration_is_exported_by_its_crate() {
    let mut found = Vec::new();
    for file in migrations() {
        let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".sql");
        if !read(&format!("crates/{}/src/lib.rs", file.owner())).contains(name) {
            found.push(format!("{}: crates/{}/src/lib.rs does not export it", file.path, file.owner()));
        }
    }
    none(&found);
}

#[test]
fn a_bad_migration_is_caught() {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let good = file(
        "crates/diary/migrations/V0040__diary_a.sql",
        "CREATE TABLE diary_a (x TEXT NOT NULL) STRICT;\n",
    );
    let twin =
        file("crates/school/migrations/V0040__school_a.sql", "-- x; y\nCREATE TABLE school_a (x TEXT);\n");
    let named = file("crates/diary/migrations/V41__marks.sql", "");
    let found = judge(&[good.clone(), twin, named]).join("\n");
    assert!(found.contains("the number 40 is that of crates/diary"), "{found}");
    assert!(found.contains("not STRICT"), "{found}");
    assert!(found.contains("V41__marks.sql: the name is not"), "{found}");

    let list = format!("# why\n{}  {}\n", digest(good.text.as_bytes()), good.path);
    assert!(compare(&list, std::slice::from_ref(&good)).is_empty());
    let edited = File { text: format!("{} ", good.text), ..good };
    assert!(compare(&list, &[edited]).join("").contains("its text is not"));
    assert!(compare(&list, &[]).join("").contains("no such file"));
    assert!(compare("", &[file("crates/a/migrations/V1__a_b.sql", "")]).join("").contains("not in"));
}
