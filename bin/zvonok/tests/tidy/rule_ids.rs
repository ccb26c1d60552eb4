//! Ids of rules in comments: each is explained in the documents, and each is named by a test that proves it.

use std::collections::BTreeMap;

use crate::none;
use crate::rust_source::{Kind, only_tests, pieces, without_tests};
use crate::tree::{File, files, read};

const UNTESTED: &str = "bin/zvonok/tests/tidy/untested.txt";

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 2 && text.chars().all(|sign| sign.is_ascii_digit())
}

/// Whether a word is the id of a rule: `ARC-7`, `LNK-L4`, `DIA-I9`, `A4`.
fn is_id(word: &str) -> bool {
    let letters = word.trim_end_matches(|sign: char| sign.is_ascii_digit());
    if !is_number(&word[letters.len()..]) {
        return false;
    }
    match letters.split_once('-') {
        Some(("ARC" | "VK", "")) => true,
        Some(("LNK" | "DIA" | "MSG" | "CALL" | "STY", kind)) => {
            (1..=2).contains(&kind.len()) && kind.chars().all(|sign| sign.is_ascii_uppercase())
        }
        Some(_) => false,
        None => ["A", "O", "Z", "C", "R", "F", "K", "B", "T"].contains(&letters),
    }
}

/// The ids in a text; an id without a family is taken in prose only, where it is not a colour or a size of paper.
fn ids_in(text: &str, prose: bool) -> Vec<&str> {
    text.split(|sign: char| !(sign.is_alphanumeric() || sign == '-' || sign == '_' || sign == '#'))
        .map(|word| word.trim_matches('-'))
        .filter(|word| is_id(word) && (prose || word.contains('-')))
        .collect()
}

fn comments(source: &str) -> String {
    pieces(source)
        .iter()
        .filter(|piece| piece.kind == Kind::Comment)
        .map(|piece| piece.text)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The ids that a file cites outside of its tests, and those its tests name.
fn cited(file: &File) -> (Vec<String>, Vec<String>) {
    let owned = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let commented = |start: &str| -> String {
        file.text
            .lines()
            .filter_map(|line| line.split_once(start))
            .map(|(_, comment)| comment)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let prose = match file.path.rsplit('.').next() {
        Some("rs") if !file.is_test() => {
            let tests = owned(ids_in(&comments(&only_tests(&file.text)), true));
            return (owned(ids_in(&comments(&without_tests(&file.text)), true)), tests);
        }
        Some("rs") => comments(&file.text),
        Some("sql") => commented("--"),
        Some("ftl" | "toml") => commented("#"),
        Some("js" | "mjs") => commented("//"),
        _ => String::new(),
    };
    let mut ids = owned(ids_in(&prose, true));
    ids.extend(owned(ids_in(&file.text, false)));
    if file.is_test() { (Vec::new(), ids) } else { (ids, Vec::new()) }
}

/// The ids that a page explains: the lines `- **ARC-7** …`.
fn explained(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once("** "))
        .filter(|(id, rule)| is_id(id) && rule.len() > 20)
        .map(|(id, _)| id)
        .collect()
}

/// All cited ids with the first place of each: in the code, and in the tests.
fn all_cited() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let (mut code, mut tests) = (BTreeMap::new(), BTreeMap::new());
    for file in files(&["rs", "sql", "ftl", "toml", "html", "css", "js", "mjs"]) {
        // The checker's own bad strings are no citations.
        if file.path.starts_with("bin/zvonok/tests/tidy/") || file.path.starts_with("fixtures/") {
            continue;
        }
        let (in_code, in_tests) = cited(&file);
        for (ids, places) in [(in_code, &mut code), (in_tests, &mut tests)] {
            for id in ids {
                places.entry(id).or_insert_with(|| file.path.clone());
            }
        }
    }
    (code, tests)
}

#[test]
fn every_cited_id_is_explained() {
    let pages = files(&["md"]);
    let known: Vec<&str> = pages
        .iter()
        .filter(|page| page.path.starts_with("docs/"))
        .flat_map(|page| explained(&page.text))
        .collect();
    let mut found: Vec<String> = known
        .iter()
        .enumerate()
        .filter(|(at, id)| known[..*at].contains(id))
        .map(|(_, id)| format!("{id} is explained twice"))
        .collect();
    let (code, tests) = all_cited();
    for (id, path) in tests.iter().chain(&code) {
        if !known.contains(&id.as_str()) {
            found.push(format!("{path}: {id} is explained in no page under docs/"));
        }
    }
    none(&found);
}

#[test]
fn the_list_of_ids_without_a_test_only_shrinks() {
    let list = read(UNTESTED);
    let listed: Vec<&str> = list.lines().filter(|line| is_id(line)).collect();
    let (code, tests) = all_cited();
    let mut found = Vec::new();
    for (id, path) in &code {
        // How the code is laid out is held by the other tests of this crate.
        let of_layout = id.starts_with("ARC-") || id.starts_with("STY-");
        if !of_layout && !tests.contains_key(id) && !listed.contains(&id.as_str()) {
            found.push(format!("{path}: no test names {id}; name it in the test that proves it"));
        }
    }
    for id in listed {
        if tests.contains_key(id) || !code.contains_key(id) {
            found.push(format!("{id}: tested or gone, take it off {UNTESTED}"));
        }
    }
    none(&found);
}

#[test]
fn ids_are_told_from_other_words() {
    let text = "(ARC-7, LNK-L4; A1–A8) #A5A5 DIA-I9. MSG-I2: VK-50 utf-8 UTF-16 A4x AB12 P1 SHA-256 K22";
    assert_eq!(ids_in(text, true), ["ARC-7", "LNK-L4", "A1", "A8", "DIA-I9", "MSG-I2", "VK-50", "K22"]);
    assert_eq!(ids_in("size: A4; /* DIA-I9 */", false), ["DIA-I9"]);
    let page = "- **ARC-7** A right is proven by a value.\n- **A4** short\nARC-9 in passing\n- **Note** not an id at all, no\n";
    assert_eq!(explained(page), ["ARC-7"]);
}

#[test]
fn ids_in_tests_are_told_from_those_in_code() {
    let text =
        "/// Rule A4.\nfn a() { let x = \"A5\"; }\n#[cfg(test)]\nmod tests {\n    // A6.\n    fn b() {}\n}\n";
    let file = |path: &str| File { path: path.to_owned(), text: text.to_owned() };
    assert_eq!(cited(&file("crates/a/src/b.rs")), (vec!["A4".to_owned()], vec!["A6".to_owned()]));
    assert_eq!(cited(&file("crates/a/tests/b.rs")).1, ["A4", "A6"]);
}
