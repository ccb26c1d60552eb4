//! Events of chats: what is written to the log, and what it says when read back. Ids and numbers only (MSG-I25).

use std::sync::Arc;

use school::PersonId;
use serde::{Deserialize, Serialize};
use store::{Event, NewEvent, UtcInstant, WriteTx};

use crate::{ConversationId, Line, MessageId, Seat};

/// The scope of a chat's events in the log.
pub const SCOPE: &str = "conversation";
/// The scope of what concerns one person: entering and leaving chats.
const PERSON: &str = "person";

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message was sent.
    Sent {
        /// The message.
        message: MessageId,
        /// Its number.
        seq: i64,
    },
    /// A message has a new text.
    Edited {
        /// The message.
        message: MessageId,
        /// Its number.
        seq: i64,
    },
    /// A message is a tombstone.
    Deleted {
        /// The message.
        message: MessageId,
        /// Its number.
        seq: i64,
    },
    /// Something beside the text of a message has changed: a reaction, a vote. Pages fetch the message anew.
    Touched {
        /// The message.
        message: MessageId,
        /// Its number.
        seq: i64,
    },
    /// A message was pinned, or is pinned no more.
    Pinned {
        /// The message.
        message: MessageId,
        /// Its number.
        seq: i64,
    },
    /// A member has read up to a message.
    Read {
        /// Who.
        person: PersonId,
        /// As what they sit in the chat.
        seat: Seat,
        /// Up to which message.
        seq: i64,
        /// Whether it is quiet for them, so that others learn of it later (MSG-R3).
        quiet: bool,
    },
    /// A person is in.
    Joined {
        /// Who.
        person: PersonId,
        /// As what.
        seat: Seat,
        /// The first message they may see.
        visible_from: i64,
    },
    /// A person is out.
    Left {
        /// Who.
        person: PersonId,
    },
    /// A member sits as something else now.
    Seated {
        /// Who.
        person: PersonId,
        /// As what.
        seat: Seat,
    },
    /// The chat has another title.
    Titled,
    /// Who may write when has changed: for one pupil, or for all.
    Silenced {
        /// Whom it is about alone.
        person: Option<PersonId>,
    },
    /// A call of the chat has begun, opened or ended; pages ask how it stands.
    Called,
}

/// The facts beside an event's reference, as stored.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Facts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seq: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seat: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    visible_from: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quiet: Option<bool>,
}

impl Change {
    /// Reads an event of a chat; `None` for events of other scopes and for kinds that this program does not know.
    #[must_use]
    pub fn of(event: &Event) -> Option<(ConversationId, Self)> {
        if event.scope_kind != SCOPE {
            return None;
        }
        let facts: Facts = serde_json::from_str(&event.data).ok()?;
        let seat = || facts.seat.as_deref().and_then(Seat::from_word);
        let message = MessageId::from_row(event.reference);
        let person = PersonId::from_row(event.reference);
        let change = match event.kind.as_ref() {
            "message" => Self::Sent { message, seq: facts.seq? },
            "edited" => Self::Edited { message, seq: facts.seq? },
            "deleted" => Self::Deleted { message, seq: facts.seq? },
            "touched" => Self::Touched { message, seq: facts.seq? },
            "pinned" => Self::Pinned { message, seq: facts.seq? },
            "read" => {
                Self::Read { person, seat: seat()?, seq: facts.seq?, quiet: facts.quiet.unwrap_or(false) }
            }
            "joined" => Self::Joined { person, seat: seat()?, visible_from: facts.visible_from? },
            "left" => Self::Left { person },
            "seated" => Self::Seated { person, seat: seat()? },
            "titled" => Self::Titled,
            "call" => Self::Called,
            "silence" => Self::Silenced { person: (event.reference != 0).then_some(person) },
            _ => return None,
        };
        Some((ConversationId::from_row(event.scope_id), change))
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Sent { .. } => "message",
            Self::Edited { .. } => "edited",
            Self::Deleted { .. } => "deleted",
            Self::Touched { .. } => "touched",
            Self::Pinned { .. } => "pinned",
            Self::Read { .. } => "read",
            Self::Joined { .. } => "joined",
            Self::Left { .. } => "left",
            Self::Seated { .. } => "seated",
            Self::Titled => "titled",
            Self::Silenced { .. } => "silence",
            Self::Called => "call",
        }
    }

    const fn reference(self) -> i64 {
        match self {
            Self::Sent { message, .. }
            | Self::Edited { message, .. }
            | Self::Deleted { message, .. }
            | Self::Touched { message, .. }
            | Self::Pinned { message, .. } => message.get(),
            Self::Read { person, .. }
            | Self::Joined { person, .. }
            | Self::Left { person }
            | Self::Seated { person, .. }
            | Self::Silenced { person: Some(person) } => person.get(),
            Self::Titled | Self::Called | Self::Silenced { person: None } => 0,
        }
    }

    fn facts(self) -> Facts {
        match self {
            Self::Sent { seq, .. }
            | Self::Edited { seq, .. }
            | Self::Deleted { seq, .. }
            | Self::Touched { seq, .. }
            | Self::Pinned { seq, .. } => Facts { seq: Some(seq), ..Facts::default() },
            Self::Read { seat, seq, quiet, .. } => Facts {
                seq: Some(seq),
                seat: Some(seat.word().to_owned()),
                quiet: quiet.then_some(true),
                ..Facts::default()
            },
            Self::Joined { seat, visible_from, .. } => Facts {
                seat: Some(seat.word().to_owned()),
                visible_from: Some(visible_from),
                ..Facts::default()
            },
            Self::Left { .. } | Self::Titled | Self::Called | Self::Silenced { .. } => Facts::default(),
            Self::Seated { seat, .. } => Facts { seat: Some(seat.word().to_owned()), ..Facts::default() },
        }
    }

    /// The message an event carries the text of.
    #[must_use]
    pub const fn message(self) -> Option<MessageId> {
        match self {
            Self::Sent { message, .. } | Self::Edited { message, .. } | Self::Deleted { message, .. } => {
                Some(message)
            }
            Self::Touched { .. }
            | Self::Pinned { .. }
            | Self::Read { .. }
            | Self::Joined { .. }
            | Self::Left { .. }
            | Self::Seated { .. }
            | Self::Titled
            | Self::Called
            | Self::Silenced { .. } => None,
        }
    }

    /// Appends the event to the log; a line rides along in memory.
    pub(crate) fn emit(
        self,
        tx: &mut WriteTx<'_>,
        now: UtcInstant,
        conv: ConversationId,
        line: Option<&Line>,
    ) -> Result<(), store::Error> {
        let event = NewEvent {
            scope_kind: SCOPE,
            scope_id: conv.get(),
            kind: self.kind(),
            reference: self.reference(),
            data: json(&self.facts()),
        };
        match line {
            Some(line) => tx.emit_live(now, event, line_json(line)),
            None => tx.emit(now, event),
        }
    }
}

/// Tells the members of a chat that a call of it has begun, opened or ended. What is told is not more than that: whoever
/// hears it asks for how it stands, with a right.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn tell_of_call(tx: &mut WriteTx<'_>, now: UtcInstant, conv: ConversationId) -> Result<(), store::Error> {
    Change::Called.emit(tx, now, conv, None)
}

/// Tells a person's own devices that a chat has come or gone; the chat's own log is closed to who has left.
pub(crate) fn tell_person(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    kind: &'static str,
    conv: ConversationId,
) -> Result<(), store::Error> {
    tx.emit(
        now,
        NewEvent {
            scope_kind: PERSON,
            scope_id: person.get(),
            kind,
            reference: conv.get(),
            data: "{}".to_owned(),
        },
    )
}

pub(crate) fn line_json(line: &Line) -> Arc<str> {
    json(line).into()
}

fn json(value: &impl Serialize) -> String {
    // Our own types hold nothing that JSON cannot say.
    serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned())
}
