//! Finding people, chats and messages; within one chat, messages and days.

use askama::Template;
use messenger::{
    ChatSummary, ConversationId, MemberOf, Query, QueryFault, find_people, first_since, list_chats, rooms_of,
    search,
};
use school::{Denied, Present, Staff};
use serde::Deserialize;
use time::Date;

use super::closed;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::views::sferum::search::{ChatHit, MessageHit, PersonHit, date_of, link_of};
use crate::views::sferum::{ChatLink, links_of, name_of};
use crate::words::{Words, say};

/// People shown at most.
const PEOPLE: usize = 12;

#[derive(Template)]
#[template(path = "sferum/search.html")]
struct SearchPage {
    page: Page,
    chats: Vec<ChatLink>,
    /// The chat that is searched alone.
    room: Option<Room>,
    today: String,
    q: String,
    /// Why nothing was looked for.
    fault: String,
    /// Whether anything was looked for.
    asked: bool,
    cut: bool,
    behind: bool,
    people: Vec<PersonHit>,
    named: Vec<ChatHit>,
    hits: Vec<MessageHit>,
    /// Whether this is a further page.
    further: bool,
    older: String,
}

struct Room {
    id: ConversationId,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    q: String,
    before: Option<i64>,
}

/// Everything in reach.
pub(crate) async fn everywhere(cx: Cx) -> Result<Response, Failure> {
    answer(cx, None).await
}

/// The messages of one chat.
pub(crate) async fn within(cx: Cx) -> Result<Response, Failure> {
    let room = cx.request.param("conversation")?;
    answer(cx, Some(room)).await
}

/// Goes to the first message of a day, or to the newest ones when all are older.
pub(super) async fn go_to_day(cx: &Cx, id: ConversationId, date: &str) -> Result<Response, Failure> {
    let date = date_of(date).ok_or(Failure::BadQuery)?;
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let begins = cx.app.school().zone.instant(date, 0);
    let found = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(first_since(tx, &by, begins)?)
        })
        .await?;
    let place = found.map_or_else(|| format!("/sferum/{id}"), |seq| link_of(id, seq));
    Ok(Response::see_other(&place))
}

async fn answer(cx: Cx, within: Option<ConversationId>) -> Result<Response, Failure> {
    if let Some(answer) = closed(&cx)? {
        return Ok(answer);
    }
    let asked: Asked = cx.request.query()?;
    let query = Query::parse(&asked.q);
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("search-title"));
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let present = Present::ask(tx, &viewer)?;
            let list = list_chats(tx, &present)?;
            let alone = match within {
                Some(id) => Some(MemberOf::ask(tx, &viewer, id, today)?),
                None => None,
            };
            let room = alone
                .as_ref()
                .map(|room| Room { id: room.conversation().id, name: name_of(room.conversation()) });
            let mut shown = SearchPage {
                page: frame.page(tx)?,
                chats: Vec::new(),
                room,
                today: today.to_string(),
                q: asked.q.chars().take(200).collect(),
                fault: query.as_ref().err().map(|fault| fault_of(*fault, &asked.q)).unwrap_or_default(),
                asked: query.is_ok(),
                cut: false,
                behind: false,
                people: Vec::new(),
                named: Vec::new(),
                hits: Vec::new(),
                further: asked.before.is_some(),
                older: String::new(),
            };
            if let Ok(query) = &query {
                let everywhere = alone.is_none();
                let rooms = match alone {
                    Some(room) => vec![room],
                    None => rooms_of(tx, &viewer, today)?,
                };
                if everywhere && asked.before.is_none() {
                    shown.people = people(tx, &viewer, &rooms, query, today)?;
                    shown.named = named(&list, &rooms, query);
                }
                let found = search(tx, &rooms, query, asked.before)?;
                shown.cut = query.is_cut();
                shown.behind = found.behind;
                shown.older = found.next.map(|before| older(within, &asked.q, before)).unwrap_or_default();
                let by_chat = |hit| MessageHit::of(hit, &rooms, &zone, today, everywhere);
                shown.hits = found.hits.into_iter().map(by_chat).collect();
            }
            let blocked = messenger::blocked_by(tx, &Present::ask(tx, &viewer)?)?;
            shown.chats = links_of(list, viewer.person(), within, &blocked, &zone, now);
            Ok(shown)
        })
        .await?;
    cx.html(&shown)
}

fn people(
    tx: &store::ReadTx<'_>,
    viewer: &school::Viewer,
    rooms: &[MemberOf<'_>],
    query: &Query,
    today: Date,
) -> Result<Vec<PersonHit>, Failure> {
    let staff = match Staff::ask(tx, viewer, today) {
        Ok(staff) => Some(staff),
        Err(Denied::Denied) => None,
        Err(Denied::Store(error)) => return Err(error.into()),
    };
    let found = find_people(tx, rooms, staff.as_ref(), query, today, PEOPLE)?;
    Ok(found.into_iter().map(|found| PersonHit::of(found, rooms)).collect())
}

/// The chats whose names hold the words; a class is also known by its short name, «6А».
fn named(list: &[ChatSummary], rooms: &[MemberOf<'_>], query: &Query) -> Vec<ChatHit> {
    let chats = list.iter().map(|chat| &chat.conversation);
    chats
        .filter(|chat| rooms.iter().any(|room| room.conversation().id == chat.id))
        .map(ChatHit::of)
        .filter(|hit| query.finds(&format!("{} {}", hit.name, hit.initials)))
        .collect()
}

/// Why nothing was looked for; an empty field has asked nothing yet.
fn fault_of(fault: QueryFault, typed: &str) -> String {
    match fault {
        QueryFault::NoWords if typed.trim().is_empty() => String::new(),
        QueryFault::NoWords => say("search-no-words"),
        QueryFault::TooLong { has } => {
            Words::of("search-too-long").with("has", i64::try_from(has).unwrap_or(i64::MAX)).say()
        }
    }
}

fn older(within: Option<ConversationId>, q: &str, before: i64) -> String {
    let q = percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC);
    match within {
        Some(id) => format!("/sferum/{id}/search?q={q}&before={before}"),
        None => format!("/sferum/search?q={q}&before={before}"),
    }
}
