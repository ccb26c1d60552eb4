//! The two machines of the diary: whole matrices, and the documents made from them (ARC-13).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::fmt::{Debug, Write as _};
use std::path::Path;

use diary::{LessonEvent, LessonState, TermEvent, TermState, next_lesson_state, next_term_state};

/// A table of states by events.
fn matrix<S: Copy + Debug, E: Copy + Debug, R>(
    states: &[S],
    events: &[E],
    next: impl Fn(S, E) -> Result<S, R>,
) -> String {
    let mut text = String::from("|");
    for event in events {
        write!(text, " | {event:?}").unwrap();
    }
    text.push_str(" |\n|");
    text.push_str(&" --- |".repeat(events.len() + 1));
    for state in states {
        write!(text, "\n| {state:?}").unwrap();
        for event in events {
            match next(*state, *event) {
                Ok(after) => write!(text, " | {after:?}").unwrap(),
                Err(_) => text.push_str(" | —"),
            }
        }
        text.push_str(" |");
    }
    text
}

/// The same as a drawing; what changes nothing is left out.
fn drawing<S: Copy + Debug + PartialEq, E: Copy + Debug, R>(
    states: &[S],
    events: &[E],
    next: impl Fn(S, E) -> Result<S, R>,
) -> String {
    let mut text = format!("stateDiagram-v2\n    [*] --> {:?}", states[0]);
    for state in states {
        for event in events {
            if let Ok(after) = next(*state, *event)
                && after != *state
            {
                write!(text, "\n    {state:?} --> {after:?}: {event:?}").unwrap();
            }
        }
    }
    text
}

fn check(name: &str, title: &str, matrix: &str, drawing: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/machines").join(name);
    let text = format!(
        "# {title}\n\nMade from the code by `crates/diary/tests/machines.rs`; a dash is a refusal.\n\n\
         ```mermaid\n{drawing}\n```\n\n{matrix}\n"
    );
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, text, "docs/machines/{name} is not what the machine does; run with UPDATE_DOCS=1");
}

#[test]
fn every_state_of_a_lesson_answers_every_event() {
    // DIA-ST1
    let table = matrix(&LessonState::ALL, &LessonEvent::ALL, next_lesson_state);
    insta::assert_snapshot!(table);
    check("lesson.md", "A lesson", &table, &drawing(&LessonState::ALL, &LessonEvent::ALL, next_lesson_state));
}

#[test]
fn every_state_of_a_term_answers_every_event() {
    // DIA-ST4
    let table = matrix(&TermState::ALL, &TermEvent::ALL, next_term_state);
    insta::assert_snapshot!(table);
    check("term.md", "A term", &table, &drawing(&TermState::ALL, &TermEvent::ALL, next_term_state));
}

#[test]
fn the_calendar_and_people_make_the_state_together() {
    // DIA-ST4
    use diary::{TermDecision, term_state};
    use time::macros::date;
    let world = testkit::World::build(&[diary::MIGRATIONS]);
    let term = world.read(|tx| school::find_term(tx, school::TermKind::Quarter, testkit::TODAY)).unwrap();
    let closes = TermDecision { state: None, closes_at: Some(world.zone.instant(date!(2026 - 10 - 28), 0)) };
    let table = [
        (TermDecision::default(), date!(2026 - 08 - 31), TermState::Future),
        (TermDecision::default(), date!(2026 - 10 - 14), TermState::Open),
        (TermDecision::default(), date!(2026 - 10 - 25), TermState::Grading),
        (closes, date!(2026 - 10 - 27), TermState::Grading),
        (closes, date!(2026 - 10 - 28), TermState::Closed),
        (
            TermDecision { state: Some(TermState::Locked), closes_at: None },
            date!(2026 - 10 - 14),
            TermState::Locked,
        ),
    ];
    for (decision, day, expected) in table {
        assert_eq!(term_state(&term, decision, world.zone.instant(day, 0), day), expected, "{day}");
    }
}
