//! Which language stands where: identifiers and logs English, texts for people Russian and in their own files.

use crate::none;
use crate::rust_source::{Kind, pieces, without_tests};
use crate::tree::{File, rust};

/// Places in Rust that hold Russian, each with the reason.
const RUSSIAN: [(&str, &str); 15] = [
    ("bin/zvonok/src/", "the console speaks to the school's IT person, and has no templates"),
    ("crates/web/src/views/", "dates, plurals of the calendar, names as people write them"),
    ("crates/web/src/app.rs", "the name of a school that has none yet"),
    ("crates/web/src/handlers/profile.rs", "names of browsers"),
    ("crates/school/src/import/", "headers and words of the school's own tables"),
    ("crates/school/src/class_group.rs", "how people write the name of a class"),
    ("crates/school/src/login.rs", "the transliteration of names"),
    ("crates/school/src/name.rs", "the order and the search of names with ё"),
    ("crates/school/src/slip.rs", "letters that look like digits"),
    ("crates/store/src/password/policy.rs", "common passwords are compared without ё"),
    ("crates/messenger/src/search/", "letters that are compared as one, and the endings of surnames"),
    ("crates/messenger/src/mention.rs", "the word that calls everybody"),
    ("crates/diary/src/mark_value.rs", "how teachers write marks"),
    ("crates/bench/src/", "what a page and a message weigh"),
    ("crates/testkit/src/", "people of the test school"),
];

fn is_russian(text: &str) -> bool {
    text.chars().any(|sign| ('\u{0400}'..='\u{04FF}').contains(&sign))
}

fn judge(file: &File) -> Vec<String> {
    let allowed = RUSSIAN.iter().any(|(place, _)| file.path.starts_with(place));
    let source = without_tests(&file.text);
    let mut found = Vec::new();
    for piece in pieces(&source) {
        let wrong = match piece.kind {
            Kind::Code => is_russian(piece.text),
            Kind::Literal => !allowed && is_russian(piece.text),
            // A comment may cite the label of a button.
            Kind::Comment => false,
        };
        if wrong {
            let shown: String = piece.text.trim().chars().take(60).collect();
            found.push(format!("{}:{}: Russian in the source: {shown}", file.path, piece.line));
        }
    }
    found
}

#[test]
fn russian_stands_in_its_places() {
    let found: Vec<String> = rust().iter().filter(|file| !file.is_test()).flat_map(judge).collect();
    none(&found);
}

#[test]
fn every_place_on_the_list_holds_russian() {
    let all = rust();
    let stale: Vec<String> = RUSSIAN
        .iter()
        .filter(|(place, _)| !all.iter().any(|file| file.path.starts_with(place) && is_russian(&file.text)))
        .map(|(place, _)| format!("{place}: no Russian there, take it off the list"))
        .collect();
    none(&stale);
}

#[test]
fn misplaced_russian_is_caught() {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    assert_eq!(judge(&file("crates/diary/src/a.rs", "fn a() { \"оценка\" } // «Отмена»")).len(), 1);
    assert_eq!(judge(&file("crates/web/src/views/a.rs", "fn a() { \"оценка\" }")).len(), 0);
    assert_eq!(judge(&file("crates/web/src/views/a.rs", "fn оценка() {}")).len(), 1);
    assert_eq!(
        judge(&file("crates/diary/src/a.rs", "#[cfg(test)]\nmod tests { const A: &str = \"ё\"; }")).len(),
        0
    );
}
