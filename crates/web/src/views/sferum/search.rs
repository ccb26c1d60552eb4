//! What was found, as the page of results shows it.

use messenger::{Conversation, ConversationId, FoundPerson, Hit, MemberOf, Seat, Snippet};
use school::Zone;
use time::Date;

use super::{avatar_of, badge_of, name_of, tint_of};
use crate::views::moment;

/// Chats named beside a person at most.
const SHARED: usize = 3;

/// The address of a message among its neighbours.
pub(crate) fn link_of(chat: ConversationId, seq: i64) -> String {
    format!("/sferum/{chat}?at={seq}#m{seq}")
}

/// The day that a field for dates gave.
pub(crate) fn date_of(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, format).ok()
}

/// A chat whose name was found.
pub(crate) struct ChatHit {
    pub(crate) id: ConversationId,
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) tint: u8,
}

impl ChatHit {
    pub(crate) fn of(chat: &Conversation) -> Self {
        let (initials, tint) = avatar_of(chat);
        Self { id: chat.id, name: name_of(chat), initials, tint }
    }
}

/// A person who was found.
pub(crate) struct PersonHit {
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) tint: u8,
    pub(crate) badge: String,
    pub(crate) chats: Vec<ChatHit>,
    /// How many more chats both are in.
    pub(crate) more: usize,
}

impl PersonHit {
    pub(crate) fn of(found: FoundPerson, rooms: &[MemberOf<'_>]) -> Self {
        let chat_of = |id: ConversationId| {
            rooms.iter().map(MemberOf::conversation).find(|chat| chat.id == id).map(ChatHit::of)
        };
        // Of several seats the one that answers for more is named.
        let seat: Option<Seat> = found.chats.iter().map(|(_, seat)| *seat).max();
        let more = found.chats.len().saturating_sub(SHARED);
        Self {
            name: found.name.full(),
            initials: found.name.initials(),
            tint: tint_of(found.person),
            badge: badge_of(seat),
            chats: found.chats.iter().take(SHARED).filter_map(|(id, _)| chat_of(*id)).collect(),
            more,
        }
    }
}

/// A message that was found.
pub(crate) struct MessageHit {
    pub(crate) href: String,
    pub(crate) initials: String,
    pub(crate) tint: u8,
    pub(crate) who: String,
    /// The chat's name, where several are searched.
    pub(crate) chat: String,
    pub(crate) when: String,
    pub(crate) snippet: Snippet,
}

impl MessageHit {
    pub(crate) fn of(hit: Hit, rooms: &[MemberOf<'_>], zone: &Zone, today: Date, everywhere: bool) -> Self {
        let Hit { line, snippet, .. } = hit;
        let mut chats = rooms.iter().map(MemberOf::conversation);
        let chat = chats.find(|chat| everywhere && chat.id == line.conversation);
        Self {
            href: link_of(line.conversation, line.seq),
            tint: tint_of(line.sender),
            chat: chat.map(name_of).unwrap_or_default(),
            when: moment(zone.local(line.ts), today),
            who: line.name,
            initials: line.initials,
            snippet,
        }
    }
}
