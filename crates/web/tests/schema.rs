//! The schema as it stands after all migrations, one object a line (ARC-2): what a base holds, without its history.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use store::sql;
use testkit::World;

/// The statements of the objects of one crate, without comments and line ends.
fn schema(prefix: &str) -> String {
    let world = World::with_schema(web::schema());
    let made: Vec<String> = world.read(|tx| {
        tx.list(
            sql!(
                "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name LIKE ?1 || '\\_%' ESCAPE '\\'
                 ORDER BY tbl_name, type <> 'table', name"
            ),
            [prefix],
            |row| row.get(0),
        )
    });
    let bare = |line: &str| line.split("--").next().unwrap_or_default().to_owned();
    let one_line = |sql: &String| {
        let words: Vec<String> = sql
            .lines()
            .flat_map(|line| bare(line).split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        words.join(" ").replace("( ", "(").replace(" )", ")")
    };
    made.iter().map(one_line).collect::<Vec<_>>().join("\n")
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
fn every_table_is_strict_and_belongs_to_a_crate() {
    let world = World::with_schema(web::schema());
    let tables: Vec<(String, String)> = world.read(|tx| {
        tx.list(
            sql!("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"),
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    });
    for (name, sql) in tables {
        // refinery keeps its history in a table of its own.
        if name == "refinery_schema_history" {
            continue;
        }
        let tail = sql.rsplit(')').next().unwrap_or_default();
        assert!(tail.contains("STRICT"), "{name}");
        let owner = name.split('_').next().unwrap_or_default();
        assert!(["store", "school", "identity", "linking", "diary", "messenger"].contains(&owner), "{name}");
    }
}
