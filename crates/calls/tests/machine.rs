//! The machine of a call: its whole matrix, and the document made from it (ARC-13).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::fmt::Write as _;
use std::path::Path;

use calls::{CallEvent, CallState, next_call_state};

fn matrix() -> String {
    let mut text = String::from("|");
    for event in CallEvent::ALL {
        write!(text, " | {event:?}").unwrap();
    }
    text.push_str(" |\n|");
    text.push_str(&" --- |".repeat(CallEvent::ALL.len() + 1));
    for state in CallState::ALL {
        write!(text, "\n| {state:?}").unwrap();
        for event in CallEvent::ALL {
            match next_call_state(state, event) {
                Ok(after) => write!(text, " | {after:?}").unwrap(),
                Err(_) => text.push_str(" | —"),
            }
        }
        text.push_str(" |");
    }
    text
}

fn drawing() -> String {
    let mut text = format!("stateDiagram-v2\n    [*] --> {:?}", CallState::ALL[0]);
    for state in CallState::ALL {
        for event in CallEvent::ALL {
            if let Ok(after) = next_call_state(state, event)
                && after != state
            {
                write!(text, "\n    {state:?} --> {after:?}: {event:?}").unwrap();
            }
        }
    }
    text
}

#[test]
fn every_state_of_a_call_answers_every_event() {
    // CALL-F3, CALL-F30
    let table = matrix();
    insta::assert_snapshot!(table);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/machines/call.md");
    let text = format!(
        "# A call\n\nMade from the code by `crates/calls/tests/machine.rs`; a dash is a refusal.\n\n\
         ```mermaid\n{}\n```\n\n{table}\n",
        drawing()
    );
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, text, "docs/machines/call.md is not what the machine does; run with UPDATE_DOCS=1");
}

#[test]
fn what_is_over_never_comes_back_and_repeats_change_nothing() {
    // CALL-I2: a call that has ended is not opened again, so nothing of it can be used again.
    for event in CallEvent::ALL {
        if let Ok(after) = next_call_state(CallState::Ended, event) {
            assert_eq!(after, CallState::Ended);
        }
        for state in CallState::ALL {
            if let Ok(after) = next_call_state(state, event)
                && let Ok(again) = next_call_state(after, event)
            {
                assert_eq!(again, after, "{state:?} {event:?}");
            }
        }
    }
}
