//! Where SQL may stand, how it is written and which tables it may name (ARC-1).

use crate::none;
use crate::rust_source::{Kind, code_only, pieces, without_tests};
use crate::tree::{files, rust};

fn in_storage(path: &str) -> bool {
    path.ends_with("/src/storage.rs") || path.contains("/src/storage/")
}

fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = strip_comment(text);
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() || first == '_' {
            rest.find(|sign: char| !(sign.is_alphanumeric() || sign == '_')).unwrap_or(rest.len())
        } else if first == '\'' {
            rest[1..].find('\'').map_or(rest.len(), |end| end + 2)
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            found.push(&rest[..length]);
        }
        rest = strip_comment(&rest[length..]);
    }
    found
}

fn strip_comment(text: &str) -> &str {
    match text.strip_prefix("--") {
        Some(comment) => strip_comment(comment.find('\n').map_or("", |end| &comment[end..])),
        None => text,
    }
}

/// The statements of a script, without its comments.
pub(crate) fn script(text: &str) -> Vec<String> {
    let code: Vec<&str> =
        text.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code)).collect();
    code.join("\n").split(';').map(|statement| statement.trim().to_owned()).collect()
}

/// A statement as words, each also in capitals.
struct Statement<'a> {
    words: Vec<&'a str>,
    capitals: Vec<String>,
}

impl<'a> Statement<'a> {
    fn of(sql: &'a str) -> Self {
        let words = words(sql);
        let capitals = words.iter().map(|word| word.to_uppercase()).collect();
        Self { words, capitals }
    }

    /// The word at a place in capitals, empty beyond the ends.
    fn is(&self, at: Option<usize>, one_of: &[&str]) -> bool {
        at.and_then(|at| self.capitals.get(at)).is_some_and(|word| one_of.contains(&word.as_str()))
    }

    fn is_name(&self, at: usize) -> bool {
        const KEYWORDS: [&str; 9] =
            ["SELECT", "SET", "OF", "ON", "CASCADE", "RESTRICT", "NO", "OR", "VALUES"];
        let starts = |word: &&str| word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
        self.words.get(at).is_some_and(starts) && !self.is(Some(at), &KEYWORDS)
    }

    /// Names that the statement makes itself: `WITH list AS (…)`, `WITH list (a, b) AS (…)`.
    fn makes(&self, at: usize) -> bool {
        let first = self.is(at.checked_sub(1), &["WITH", "RECURSIVE"]);
        let next = self.is(at.checked_sub(1), &[","]) && self.is(at.checked_sub(2), &[")"]);
        let named = self.is(Some(at + 1), &["AS"]) && self.is(Some(at + 2), &["("]);
        let columns = self.capitals.iter().skip(at + 1).position(|word| word == ")");
        let listed =
            self.is(Some(at + 1), &["("]) && columns.is_some_and(|end| self.is(Some(at + 2 + end), &["AS"]));
        (first || next) && (named || listed)
    }

    /// The names after FROM, with commas between: `a AS x, b y`.
    fn sources(&self, from: usize) -> Vec<usize> {
        const CLAUSES: [&str; 12] = [
            "WHERE", "ORDER", "GROUP", "LIMIT", "HAVING", "WINDOW", "UNION", "JOIN", "LEFT", "INNER",
            "CROSS", "INDEXED",
        ];
        let (mut found, mut at) = (Vec::new(), from);
        while self.is_name(at) {
            // json_each(…) and the like are functions.
            if !self.is(Some(at + 1), &["("]) {
                found.push(at);
            }
            at += 1;
            if self.is(Some(at), &["AS"]) {
                at += 1;
            }
            if self.is_name(at) && !self.is(Some(at), &CLAUSES) {
                at += 1;
            }
            if !self.is(Some(at), &[","]) {
                break;
            }
            at += 1;
        }
        found
    }

    /// Where the word at a place leads to the names of tables.
    fn named_by(&self, at: usize) -> Vec<usize> {
        let before = at.checked_sub(1);
        match self.capitals[at].as_str() {
            "FROM" if !self.is(before, &["DISTINCT"]) => self.sources(at + 1),
            "JOIN" if self.is(Some(at + 2), &["("]) => Vec::new(),
            "JOIN" | "INTO" | "UPDATE" => vec![at + 1],
            "TABLE" if self.is(before, &["CREATE"]) && self.is(Some(at + 1), &["IF"]) => vec![at + 4],
            "TABLE" if self.is(before, &["CREATE", "ALTER", "DROP", "VIRTUAL"]) => vec![at + 1],
            // CREATE INDEX name ON table, CREATE TRIGGER name BEFORE UPDATE ON table
            "ON" if self.is(at.checked_sub(2), &["INDEX"]) => vec![at + 1],
            "ON" if self.is(Some(1), &["TRIGGER"]) && self.is(before, &["INSERT", "DELETE", "UPDATE"]) => {
                vec![at + 1]
            }
            _ => Vec::new(),
        }
    }
}

/// The tables that a statement reads, joins, writes or makes. Foreign keys are left out: they may cross prefixes.
fn tables(sql: &str) -> Vec<String> {
    let statement = Statement::of(sql);
    let all = 0..statement.words.len();
    let own: Vec<&str> =
        all.clone().filter(|at| statement.makes(*at)).map(|at| statement.words[at]).collect();
    let mut found: Vec<String> = all
        .flat_map(|at| statement.named_by(at))
        .filter(|at| statement.is_name(*at) && !own.contains(&statement.words[*at]))
        .map(|at| statement.words[at].to_lowercase())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Tables of SQLite itself.
fn is_sqlites(table: &str) -> bool {
    table.starts_with("sqlite_")
        || table.starts_with("pragma_")
        || ["json_each", "new", "old"].contains(&table)
}

fn foreign_tables(owner: &str, sql: &str) -> Vec<String> {
    let own = format!("{owner}_");
    tables(sql).into_iter().filter(|table| !table.starts_with(&own) && !is_sqlites(table)).collect()
}

/// Whether a literal reads as a statement.
fn is_statement(literal: &str) -> bool {
    let words = words(literal);
    let begins = |start: &[&str]| {
        words.len() > start.len() && start.iter().zip(&words).all(|(wanted, word)| wanted == word)
    };
    let select = ["SELECT", "WITH"].iter().any(|word| begins(&[word])) && words.contains(&"FROM");
    select
        || [&["INSERT", "INTO"][..], &["INSERT", "OR"], &["DELETE", "FROM"], &["CREATE", "TABLE"]]
            .iter()
            .any(|start| begins(start))
        || (begins(&["UPDATE"]) && words.contains(&"SET"))
        || begins(&["PRAGMA"])
}

/// The literals of a source that read as statements, with what stands before each, and the line.
fn statements(source: &str) -> Vec<(&str, &str, usize)> {
    let all = pieces(source);
    let mut before = "";
    let mut found = Vec::new();
    for piece in &all {
        if piece.kind == Kind::Literal && is_statement(piece.inner()) {
            found.push((before.trim_end(), piece.inner(), piece.line));
        }
        if piece.kind == Kind::Code {
            before = piece.text;
        }
    }
    found
}

/// What is wrong with the SQL of one Rust file.
fn judge(path: &str, owner: &str, source: &str) -> Vec<String> {
    if owner == "bench" {
        // The bare limits of the benchmarks speak to SQLite as they like.
        return Vec::new();
    }
    let source = without_tests(source);
    let mut found = Vec::new();
    if owner != "store" && !in_storage(path) && code_only(&source).contains("sql!(") {
        found.push(format!("{path}: SQL outside of a storage module"));
    }
    for (before, statement, line) in statements(&source) {
        let here = format!("{path}:{line}");
        if before.ends_with("format!(") || before.ends_with("concat!(") {
            found.push(format!("{here}: a statement is put together from pieces"));
        } else if owner != "store" && !before.ends_with("sql!(") {
            found.push(format!("{here}: a statement is not written as sql!(\"…\")"));
        }
        for table in foreign_tables(owner, statement) {
            found.push(format!("{here}: {owner} names the table {table}; ask its owner"));
        }
    }
    found
}

#[test]
fn sql_stands_in_storage_modules_and_names_own_tables() {
    let found: Vec<String> = rust()
        .iter()
        .filter(|file| !file.is_test() && !file.owner().is_empty())
        .flat_map(|file| judge(&file.path, file.owner(), &file.text))
        .collect();
    none(&found);
}

#[test]
fn migrations_make_and_fill_own_tables_only() {
    let mut found = Vec::new();
    for file in files(&["sql"]) {
        for statement in script(&file.text) {
            for table in foreign_tables(file.owner(), &statement) {
                found.push(format!("{}: {table} belongs to another crate", file.path));
            }
        }
    }
    none(&found);
}

#[test]
fn tests_of_the_shell_and_of_the_program_go_through_the_verbs() {
    let found: Vec<String> = rust()
        .iter()
        .filter(|file| file.is_test() && ["web", "zvonok", "testkit"].contains(&file.owner()))
        .filter(|file| code_only(&file.text).contains("sql!("))
        .map(|file| format!("{}: SQL in a test of the shell", file.path))
        .collect();
    none(&found);
}

#[test]
fn tables_are_found_in_statements() {
    assert_eq!(
        tables("SELECT a FROM diary_x AS x JOIN school_y y ON y.id = x.y WHERE 1"),
        ["diary_x", "school_y"]
    );
    assert_eq!(tables("SELECT x FROM a_b ORDER BY x, y"), ["a_b"]);
    assert_eq!(tables("SELECT * FROM a_b x, c_d WHERE x.id IS NOT DISTINCT FROM ?1"), ["a_b", "c_d"]);
    assert_eq!(tables("WITH RECURSIVE up (id) AS (SELECT 1 FROM a_b) SELECT id FROM up"), ["a_b"]);
    assert_eq!(tables("SELECT value FROM json_each(?1) WHERE value IN (SELECT id FROM a_b)"), ["a_b"]);
    assert_eq!(tables("INSERT INTO a_b (x) VALUES ('FROM z') ON CONFLICT (x) DO UPDATE SET x = 1"), ["a_b"]);
    assert_eq!(tables("UPDATE a_b SET x = (SELECT 1 FROM c_d)"), ["a_b", "c_d"]);
    assert_eq!(tables("CREATE TABLE a_b (x INTEGER REFERENCES c_d (id) ON DELETE CASCADE) STRICT"), ["a_b"]);
    assert_eq!(tables("CREATE UNIQUE INDEX i ON a_b (x) -- FROM c_d"), ["a_b"]);
    assert_eq!(tables("CREATE TRIGGER t BEFORE UPDATE ON a_b BEGIN SELECT RAISE(ABORT, 'x'); END"), ["a_b"]);
}

#[test]
fn misplaced_sql_is_caught() {
    let good = "fn f() { tx.load(sql!(\"SELECT a FROM diary_x\"), []) }";
    assert!(judge("crates/diary/src/storage/x.rs", "diary", good).is_empty());
    assert_eq!(
        judge("crates/diary/src/x.rs", "diary", good),
        ["crates/diary/src/x.rs: SQL outside of a storage module"]
    );
    let judged = |source| judge("crates/diary/src/storage.rs", "diary", source).join("\n");
    assert!(judged("sql!(\"SELECT 1 FROM school_person\")").contains("names the table school_person"));
    assert!(judged("let q = \"DELETE FROM diary_x\";").contains("not written as sql!"));
    assert!(judged("format!(\"SELECT {} FROM diary_x\", a)").contains("put together from pieces"));
    assert_eq!(judged("#[cfg(test)]\nmod tests { const Q: &str = \"DELETE FROM a\"; }"), "");
}
