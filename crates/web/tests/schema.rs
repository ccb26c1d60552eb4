//! The schema as it stands after all migrations, one object a line (ARC-2): what a base holds, without its history.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use testkit::World;

fn objects() -> Vec<[String; 3]> {
    World::with_schema(web::schema()).read(|tx| tx.objects())
}

/// The crate that a table belongs to.
fn owner(table: &str) -> &str {
    table.split('_').next().unwrap_or_default()
}

/// The statements of the objects of one crate, without comments and line ends.
fn schema(of: &str) -> String {
    let one_line = |[_, _, sql]: &[String; 3]| {
        let bare = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
        let words: Vec<&str> = bare.flat_map(str::split_whitespace).collect();
        words.join(" ").replace("( ", "(").replace(" )", ")")
    };
    let objects = objects();
    objects.iter().filter(|[table, ..]| owner(table) == of).map(one_line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_schema_of_store() {
    insta::assert_snapshot!(schema("store"));
}

#[test]
fn the_schema_of_school() {
    insta::assert_snapshot!(schema("school"));
}

#[test]
fn the_schema_of_identity() {
    insta::assert_snapshot!(schema("identity"));
}

#[test]
fn the_schema_of_linking() {
    insta::assert_snapshot!(schema("linking"));
}

#[test]
fn the_schema_of_diary() {
    insta::assert_snapshot!(schema("diary"));
}

#[test]
fn the_schema_of_messenger() {
    insta::assert_snapshot!(schema("messenger"));
}

#[test]
fn the_schema_of_calls() {
    insta::assert_snapshot!(schema("calls"));
}

#[test]
fn every_table_is_strict_and_belongs_to_a_crate() {
    let crates = ["store", "school", "identity", "linking", "diary", "messenger", "calls"];
    // The tables of SQLite and of refinery are theirs.
    let of_others = ["sqlite_sequence", "refinery_schema_history"];
    for [table, name, sql] in objects().iter().filter(|[table, ..]| !of_others.contains(&table.as_str())) {
        assert!(crates.contains(&owner(table)), "{table}");
        let tail = sql.rsplit(')').next().unwrap_or_default();
        // A full-text index is a table that SQLite keeps by itself, in tables that it makes itself.
        if sql.starts_with("CREATE VIRTUAL TABLE") || table.starts_with("messenger_fts_") {
            continue;
        }
        assert!(name != table || tail.contains("STRICT"), "{table}");
    }
}
