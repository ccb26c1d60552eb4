//! Who is writing (MSG-R6): passed on at once to who is connected, kept for seconds, dropped before anything else.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use messenger::ConversationId;
use school::PersonId;
use serde::Serialize;

use super::limits::{TYPING_EVERY, TYPING_KEPT, TYPING_LASTS};

/// When each writer was last passed on.
#[derive(Default)]
pub(super) struct Typists(HashMap<(PersonId, ConversationId), Instant>);

impl Typists {
    /// Whether a writer is passed on now; then not again for a while.
    pub(super) fn may(&mut self, person: PersonId, chat: ConversationId, now: Instant) -> bool {
        self.0.retain(|_, last| now.duration_since(*last) < TYPING_EVERY);
        let free = !self.0.contains_key(&(person, chat));
        if free {
            self.0.insert((person, chat), now);
        }
        free
    }
}

/// One frame that says who is writing where.
#[derive(Clone, Debug)]
pub(super) struct Typist {
    pub(super) chat: ConversationId,
    pub(super) person: PersonId,
    pub(super) until: Instant,
    pub(super) frame: Arc<str>,
}

#[derive(Serialize)]
struct Frame<'a> {
    t: &'static str,
    conv: i64,
    person: i64,
    name: &'a str,
}

impl Typist {
    pub(super) fn new(chat: ConversationId, person: PersonId, name: &str, now: Instant) -> Self {
        let frame = Frame { t: "typing", conv: chat.get(), person: person.get(), name };
        // Our own types hold nothing that JSON cannot say.
        let frame = serde_json::to_string(&frame).unwrap_or_default().into();
        Self { chat, person, until: now + TYPING_LASTS, frame }
    }
}

/// What waits for one client: one frame for a writer, few in all, and none that is too late.
#[derive(Default)]
pub(super) struct Waiting(VecDeque<Typist>);

impl Waiting {
    pub(super) fn push(&mut self, typist: &Typist) {
        self.0.retain(|one| (one.chat, one.person) != (typist.chat, typist.person));
        if self.0.len() < TYPING_KEPT {
            self.0.push_back(typist.clone());
        }
    }

    /// The next one that still holds.
    pub(super) fn pop(&mut self, now: Instant) -> Option<Typist> {
        while let Some(typist) = self.0.pop_front() {
            if now < typist.until {
                return Some(typist);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use messenger::ConversationId;
    use school::PersonId;

    use super::{Typist, Typists, Waiting};

    fn ids(person: i64, chat: i64) -> (PersonId, ConversationId) {
        (PersonId::from_row(person), ConversationId::from_row(chat))
    }

    #[test]
    fn a_writer_is_passed_on_once_in_three_seconds() {
        // MSG-R6: by person and chat.
        let mut typists = Typists::default();
        let start = Instant::now();
        for (millis, who, passed) in [
            (0, ids(1, 1), true),
            (1000, ids(1, 1), false),
            (1000, ids(1, 2), true),
            (1000, ids(2, 1), true),
            (2999, ids(1, 1), false),
            (3000, ids(1, 1), true),
            (3001, ids(1, 1), false),
        ] {
            let at = start + Duration::from_millis(millis);
            assert_eq!(typists.may(who.0, who.1, at), passed, "{millis} {who:?}");
        }
        typists.may(PersonId::from_row(9), ConversationId::from_row(9), start + Duration::from_secs(60));
        assert_eq!(typists.0.len(), 1, "the map does not grow");
    }

    #[test]
    fn what_waits_is_little_and_not_late() {
        // MSG-R6
        let now = Instant::now();
        let mut waiting = Waiting::default();
        for person in 0..100 {
            let (person, chat) = ids(person % 20, 1);
            waiting.push(&Typist::new(chat, person, "Варвара \"В\"", now));
        }
        assert_eq!(waiting.0.len(), super::TYPING_KEPT);
        let first = waiting.pop(now + Duration::from_millis(5999)).unwrap();
        assert!(
            first.frame.contains(r#""t":"typing""#) && first.frame.contains(r#"\"В\""#),
            "{}",
            first.frame
        );
        assert!(waiting.pop(now + Duration::from_secs(6)).is_none(), "after six seconds it is over");
        assert!(waiting.0.is_empty());
    }
}
