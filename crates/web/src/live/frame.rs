//! Frames: each event is encoded once and shared by all who may see it.

use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use messenger::{Change, ConversationId, MessageId};
use school::PersonId;
use serde::Serialize;
use serde_json::value::RawValue;
use store::Event;

/// Whose event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Scope {
    /// A person's own: marks, chats that come and go.
    Person(i64),
    /// A class's: homework, substitutions.
    ClassGroup(i64),
}

/// What an event concerns, read once.
#[derive(Clone, Debug)]
pub(super) enum About {
    /// A chat.
    Chat(ConversationId, Change),
    /// A scope that a client follows.
    Scope(Scope),
    /// The person alone, not those who follow the person.
    Own(i64),
}

/// One encoded event.
pub(super) struct Slot {
    pub(super) about: About,
    event: Event,
    // Behind a lock, because the text of a message that is deleted must leave frames that still wait (MSG-I11).
    text: RwLock<Arc<str>>,
}

/// The events of one g.
pub(super) struct Group {
    pub(super) g: i64,
    pub(super) token: Arc<str>,
    pub(super) slots: Vec<Arc<Slot>>,
    pub(super) bytes: usize,
}

#[derive(Serialize)]
struct Encoded<'a> {
    n: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    conv: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<&'a RawValue>,
}

fn about(event: &Event) -> Option<About> {
    match event.scope_kind.as_ref() {
        messenger::SCOPE => Change::of(event).map(|(chat, change)| About::Chat(chat, change)),
        "person" if event.kind.starts_with("chat_") || event.kind.starts_with("safety_") => {
            Some(About::Own(event.scope_id))
        }
        "person" => Some(About::Scope(Scope::Person(event.scope_id))),
        "class_group" => Some(About::Scope(Scope::ClassGroup(event.scope_id))),
        _ => None,
    }
}

fn encode(event: &Event, about: &About, live: Option<&str>) -> Arc<str> {
    let line = live.and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
    let bare = Encoded {
        n: event.n,
        conv: None,
        scope: None,
        id: None,
        kind: &event.kind,
        person: None,
        seq: None,
        reference: None,
        line,
    };
    let encoded = match about {
        About::Chat(chat, change) => {
            let (person, seq) = match *change {
                Change::Sent { seq, .. }
                | Change::Edited { seq, .. }
                | Change::Deleted { seq, .. }
                | Change::Touched { seq, .. }
                | Change::Pinned { seq, .. } => (None, Some(seq)),
                Change::Read { person, seq, .. } => (Some(person.get()), Some(seq)),
                Change::Joined { person, .. } | Change::Left { person } | Change::Seated { person, .. } => {
                    (Some(person.get()), None)
                }
                Change::Silenced { person } => (person.map(PersonId::get), None),
                Change::Titled | Change::Called => (None, None),
            };
            Encoded { conv: Some(chat.get()), person, seq, ..bare }
        }
        About::Own(_) => Encoded { conv: (event.reference != 0).then_some(event.reference), ..bare },
        About::Scope(_) => Encoded {
            scope: Some(&event.scope_kind),
            id: Some(event.scope_id),
            reference: Some(event.reference),
            ..bare
        },
    };
    // Our own types hold nothing that JSON cannot say.
    serde_json::to_string(&encoded).unwrap_or_default().into()
}

impl Slot {
    /// Encodes an event; `None` for events that no client hears of.
    pub(super) fn of(event: &Event) -> Option<Self> {
        let about = about(event)?;
        let text = RwLock::new(encode(event, &about, event.live.as_deref()));
        let event = Event { live: None, ..event.clone() };
        Some(Self { about, event, text })
    }

    pub(super) fn text(&self) -> Arc<str> {
        Arc::clone(&self.text.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The message whose line the event carries.
    pub(super) fn message(&self) -> Option<MessageId> {
        match &self.about {
            About::Chat(_, change) => change.message(),
            About::Scope(_) | About::Own(_) => None,
        }
    }

    /// Puts the present line of the message into an event of its past.
    pub(super) fn renew(&self, live: &str) {
        let text = encode(&self.event, &self.about, Some(live));
        *self.text.write().unwrap_or_else(PoisonError::into_inner) = text;
    }
}

impl Group {
    pub(super) fn of(g: i64, token: Arc<str>, slots: Vec<Arc<Slot>>) -> Self {
        let bytes = slots.iter().map(|slot| slot.text().len()).sum();
        Self { g, token, slots, bytes }
    }
}

/// Groups events, which are in order, by their g.
pub(super) fn group(events: &[Event], seal: impl Fn(i64) -> Arc<str>) -> Vec<Group> {
    events
        .chunk_by(|one, next| one.g == next.g)
        .filter_map(|same| {
            let g = same.first()?.g;
            let slots: Vec<_> = same.iter().filter_map(Slot::of).map(Arc::new).collect();
            (!slots.is_empty()).then(|| Group::of(g, seal(g), slots))
        })
        .collect()
}

/// The frame `ev`: all events of one g that this client may see, and the cursor of the frame before.
pub(super) fn events_frame(token: &str, before: &str, texts: &[Arc<str>]) -> String {
    let size = texts.iter().map(|text| text.len() + 1).sum::<usize>();
    let mut frame = String::with_capacity(size + 128);
    // Writing to a String cannot fail.
    let _ = write!(frame, r#"{{"t":"ev","g":"{token}","p":"{before}","events":["#);
    for (n, text) in texts.iter().enumerate() {
        if n > 0 {
            frame.push(',');
        }
        frame.push_str(text);
    }
    frame.push_str("]}");
    frame
}

/// The frame `mark`: moves the cursor over events that this client cannot see.
pub(super) fn mark_frame(token: &str) -> String {
    format!(r#"{{"t":"mark","g":"{token}"}}"#)
}

/// The frame `reset`: the client starts anew and goes on from here.
pub(super) fn reset_frame(token: &str, reason: &str) -> String {
    format!(r#"{{"t":"reset","g":"{token}","reason":"{reason}"}}"#)
}
