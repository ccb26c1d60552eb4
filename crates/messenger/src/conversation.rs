//! Chats and the list of them.

use std::collections::HashMap;

use school::{ClassGroupId, ClassLabel, GroupId, GroupName, PersonId, Present};
use store::{ReadTx, UtcInstant};
use time::Date;

use crate::line::lines_of;
use crate::storage::conversation::{ConversationRow, ListedRow};
use crate::{ChatKind, ConversationId, Hush, Line, quiet_of, rest_of, storage};

/// Whether a chat takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatState {
    /// Takes messages.
    Open,
    /// Can be read only.
    ReadOnly,
    /// A past year's, can be read only.
    Archived,
}

impl ChatState {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "open" => Some(Self::Open),
            "readonly" => Some(Self::ReadOnly),
            "archived" => Some(Self::Archived),
            _ => None,
        }
    }
}

/// A chat as its members see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The row.
    pub id: ConversationId,
    /// What it is for.
    pub kind: ChatKind,
    /// The class it belongs to, with its label; roster chats are named after it.
    pub class_group: Option<(ClassGroupId, ClassLabel)>,
    /// The course it belongs to, or of a pupils' group the class as a whole.
    pub group: Option<GroupId>,
    /// The course's subject and its group, by name.
    pub course: Option<(String, GroupName)>,
    /// The pupil or the child it is about.
    pub pupil: Option<String>,
    /// Whom the viewer talks to here: the adult of the school, or the other of two.
    pub with: Option<String>,
    /// Its own title, if it has one.
    pub title: Option<String>,
    /// Whether it takes messages.
    pub state: ChatState,
    /// The number of its last message; zero when there is none.
    pub last_seq: i64,
    /// When its last message was taken; the beginning of time when there is none.
    pub last_ts: UtcInstant,
    /// Whether members may react to messages.
    pub reactions: bool,
}

impl Conversation {
    /// Whether the chat takes messages.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == ChatState::Open
    }

    /// A chat that is there, as one person names it.
    pub(crate) fn load_for(
        tx: &ReadTx<'_>,
        id: ConversationId,
        viewer: PersonId,
    ) -> Result<Self, store::Error> {
        let row = storage::conversation::find(tx, id)?.ok_or(store::Error::NoRow)?;
        Self::of(tx, row, Some(viewer))
    }

    /// A chat that is there.
    pub(crate) fn load(tx: &ReadTx<'_>, id: ConversationId) -> Result<Self, store::Error> {
        let row = storage::conversation::find(tx, id)?.ok_or(store::Error::NoRow)?;
        Self::of(tx, row, None)
    }

    pub(crate) fn of(
        tx: &ReadTx<'_>,
        row: ConversationRow,
        me: Option<PersonId>,
    ) -> Result<Self, store::Error> {
        let class_group = match row.class {
            Some(class) => Some((class, school::load_class_group(tx, class)?.label)),
            None => None,
        };
        let course = match (row.group, row.subject) {
            (Some(group), Some(subject)) => {
                let name = school::group_names(tx, &[group])?.remove(&group).ok_or(store::Error::NoRow)?;
                Some((school::load_subject(tx, subject)?.name, name))
            }
            (Some(_) | None, None) | (None, Some(_)) => None,
        };
        let name = |person: Option<PersonId>| match person.filter(|person| Some(*person) != me) {
            Some(person) => Ok::<_, store::Error>(Some(school::load_person(tx, person)?.name.short())),
            None => Ok(None),
        };
        let (one, other) = (name(row.one)?, name(row.other)?);
        let (pupil, with) = match row.kind {
            ChatKind::Private if me.is_some() => (None, one.or(other)),
            ChatKind::ClassChat
            | ChatKind::ParentsChat
            | ChatKind::ClassNews
            | ChatKind::Subject
            | ChatKind::SchoolNews
            | ChatKind::StaffRoom
            | ChatKind::Supervised
            | ChatKind::Family
            | ChatKind::Confidential
            | ChatKind::Private
            | ChatKind::StaffGroup
            | ChatKind::PupilsGroup => (one, other),
        };
        Ok(Self {
            id: row.id,
            group: row.group,
            course,
            pupil,
            with,
            kind: row.kind,
            class_group,
            title: row.title,
            state: row.state,
            last_seq: row.last_seq,
            last_ts: row.last_ts,
            reactions: row.reactions,
        })
    }
}

/// A chat in a person's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatSummary {
    /// The chat.
    pub conversation: Conversation,
    /// Its last message, if there is one that this person may see.
    pub last: Option<Line>,
    /// How many messages wait to be read: a function of stored pointers (MSG-I13).
    pub unread: u32,
    /// Whether one of them calls this person by name.
    pub called: bool,
    /// How this person has hushed the chat, in force or over.
    pub hush: Option<Hush>,
    /// Whether something here waits for this person's «Ознакомлен(а)».
    pub to_acknowledge: bool,
}

/// The chats of the viewer, the one with the newest message first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_chats(tx: &ReadTx<'_>, by: &Present<'_>) -> Result<Vec<ChatSummary>, store::Error> {
    if !storage::access::holds(tx, by.person())? {
        return Ok(Vec::new());
    }
    let rows = storage::conversation::list(tx, by.person())?;
    let chats: Vec<ConversationId> = rows.iter().map(|row| row.conversation.id).collect();
    let last = storage::message::last_of(tx, &chats)?;
    let mut last: HashMap<ConversationId, Line> =
        lines_of(tx, last)?.into_iter().map(|line| (line.conversation, line)).collect();
    let waiting = storage::ack::waiting_chats(tx, by.person())?;
    rows.into_iter()
        .filter(|row| !is_quiet(row))
        .map(|row| {
            let last = last.remove(&row.conversation.id).filter(|line| line.seq >= row.visible_from);
            let to_acknowledge = waiting.contains(&row.conversation.id);
            Ok(ChatSummary {
                conversation: Conversation::of(tx, row.conversation, Some(by.person()))?,
                last,
                unread: row.unread,
                called: row.called,
                hush: row.hush,
                to_acknowledge,
            })
        })
        .collect()
}

/// Whether a chat waits for its first message out of sight: of twelve empty ones the rest would be hidden.
fn is_quiet(row: &ListedRow) -> bool {
    let chat = &row.conversation;
    chat.last_seq == 0
        && (chat.kind == ChatKind::Subject || (chat.kind == ChatKind::ClassNews && !row.may_write))
}

/// The chats of courses that the viewer teaches and in which nobody has written yet.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn quiet_chats(tx: &ReadTx<'_>, by: &Present<'_>) -> Result<Vec<Conversation>, store::Error> {
    if !storage::access::holds(tx, by.person())? {
        return Ok(Vec::new());
    }
    let rows = storage::conversation::list(tx, by.person())?;
    rows.into_iter()
        .filter(|row| is_quiet(row) && row.seat.is_staff())
        .map(|row| Conversation::of(tx, row.conversation, Some(by.person())))
        .collect()
}

/// How many messages wait in all chats of the viewer. Where the viewer has hushed the chat, only those count that call
/// them by name, and urgent ones (MSG-F20); in quiet hours and while they are not to be disturbed, urgent ones alone
/// (MSG-S4).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn unread_total(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &Present<'_>,
    today: Date,
) -> Result<u32, store::Error> {
    if !storage::access::holds(tx, by.person())? {
        return Ok(0);
    }
    let person = by.person();
    let waits = rest_of(tx, now, person)?.is_some() || quiet_of(tx, now, person, today)?.is_some();
    let counted = |row: &ListedRow| match row.hush {
        _ if waits => row.urgent,
        Some(hush) if hush.holds(now) => row.urgent + row.calls,
        Some(_) | None => row.unread,
    };
    Ok(storage::conversation::list(tx, by.person())?.iter().map(counted).sum())
}
