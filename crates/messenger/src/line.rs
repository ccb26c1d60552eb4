//! A message as members see it, on pages and in frames alike.

use std::collections::HashMap;

use school::{PersonId, PersonName};
use serde::Serialize;
use store::{ReadTx, UtcInstant};

use crate::storage::message::MessageRow;
use crate::{ClientId, ConversationId, MessageId, Seat, storage};

/// One message for its readers; of a deleted one there is no text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The chat.
    #[serde(rename = "conv")]
    pub conversation: ConversationId,
    /// The message.
    #[serde(rename = "message")]
    pub id: MessageId,
    /// Its number in the chat.
    pub seq: i64,
    /// Who wrote it.
    pub sender: PersonId,
    /// «Варвара Ильина».
    pub name: String,
    /// «ВИ».
    pub initials: String,
    /// As what the sender sits or last sat in the chat.
    #[serde(serialize_with = "seat_word")]
    pub seat: Option<Seat>,
    /// The sender's own id of it.
    pub cid: ClientId,
    /// When it was taken, in milliseconds.
    #[serde(serialize_with = "millis")]
    pub ts: UtcInstant,
    /// How often it was changed.
    pub rev: i64,
    /// The text; `None` after deletion.
    pub text: Option<String>,
    /// The message that this one answers.
    #[serde(skip)]
    pub reply: Option<i64>,
    /// Whether there is more than text, which pages fetch as [`crate::Extras`].
    #[serde(skip_serializing_if = "is_plain")]
    pub rich: bool,
    /// Whether it calls its readers in quiet hours too.
    #[serde(skip_serializing_if = "is_plain")]
    pub urgent: bool,
}

#[expect(clippy::ref_option, reason = "serde hands fields over by reference")]
fn seat_word<S: serde::Serializer>(seat: &Option<Seat>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(seat.map_or("", Seat::word))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
const fn is_plain(marked: &bool) -> bool {
    !*marked
}

fn millis<S: serde::Serializer>(ts: &UtcInstant, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_i64(ts.millis())
}

impl Line {
    pub(crate) fn of(row: MessageRow, name: &PersonName, seat: Option<Seat>) -> Self {
        Self {
            conversation: row.conv,
            id: row.id,
            seq: row.seq,
            sender: row.sender,
            name: name.short(),
            initials: name.initials(),
            seat,
            cid: row.cid,
            ts: row.ts,
            rev: row.rev,
            reply: row.reply,
            rich: row.rich && !row.deleted,
            urgent: row.urgent && !row.deleted,
            text: (!row.deleted).then_some(row.body),
        }
    }
}

/// Gives rows their names and seats with one query for each.
pub(crate) fn lines_of(tx: &ReadTx<'_>, rows: Vec<MessageRow>) -> Result<Vec<Line>, store::Error> {
    let mut senders: Vec<PersonId> = rows.iter().map(|row| row.sender).collect();
    senders.sort_unstable();
    senders.dedup();
    let names = school::names_of(tx, &senders)?;
    let mut chats: Vec<ConversationId> = rows.iter().map(|row| row.conv).collect();
    chats.sort_unstable();
    chats.dedup();
    let mut seats = HashMap::new();
    for chat in chats {
        for (person, seat) in storage::member::last_seats(tx, chat, &senders)? {
            seats.insert((chat, person), seat);
        }
    }
    rows.into_iter()
        .map(|row| {
            let name =
                names.get(&row.sender).ok_or(store::Error::Unreadable { what: "sender of a message" })?;
            let seat = seats.get(&(row.conv, row.sender)).copied();
            Ok(Line::of(row, name, seat))
        })
        .collect()
}
