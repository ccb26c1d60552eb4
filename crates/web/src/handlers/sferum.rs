//! «Сферум»: the list of chats and a chat.

pub(crate) mod about;
mod aside;
pub(crate) mod attach;
pub(crate) mod begin;
pub(crate) mod file;
pub(crate) mod files;
pub(crate) mod group;
pub(crate) mod hush;
pub(crate) mod items;
pub(crate) mod later;
pub(crate) mod message;
pub(crate) mod openings;
pub(crate) mod poll;
pub(crate) mod react;
pub(crate) mod register;
pub(crate) mod report;
pub(crate) mod search;
pub(crate) mod silence;
mod told;

use std::sync::Arc;

use aside::Aside;
use askama::Template;
use messenger::{
    AckRequest, Body, ClientId, ConversationId, Draft, MemberOf, SendError, Span, audience, blocked_by,
    disclosed_openings, extras, find_line, history, list_chats, pins, quiet_in, receipts, silence_changes,
    silence_of,
};
use school::Present;
use serde::Deserialize;
use store::{Lane, UtcInstant};
use told::{CallBar, call_bars, read_only_words, who_line};

use crate::Failure;
use crate::access::Sferum;
use crate::cx::Cx;
use crate::failure::messenger::asked_once_more;
use crate::flows::draw_cards;
use crate::handlers::diary::parse_date;
use crate::response::Response;
use crate::views::Page;
use crate::views::quiet::QuietView;
use crate::views::sferum::extras::{PinView, QuoteView, ReactionView};
use crate::views::sferum::{
    ChatLink, Column, Item, MessageView, absent_line, avatar_of, links_of, name_of, opened_line, purged_line,
};
use crate::views::silence::silence_words;
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/list.html")]
struct ListPage {
    page: Page,
    chats: Vec<ChatLink>,
    aside: Aside,
}

#[derive(Template)]
#[template(path = "sferum/chat.html")]
struct ChatPage {
    page: Page,
    chats: Vec<ChatLink>,
    aside: Aside,
    /// Whether the viewer has hushed the chat.
    hushed: bool,
    /// The calls that go on here.
    bars: Vec<CallBar>,
    /// Whether the viewer may start a call.
    may_call: bool,
    id: ConversationId,
    me: i64,
    now: i64,
    zone: String,
    name: String,
    initials: String,
    tint: u8,
    seats: String,
    absent: String,
    /// When the chat was last opened by those who answer for safety; empty when it never was.
    opened: String,
    waiting: u32,
    items: Vec<Item>,
    blank: MessageView,
    first: i64,
    last: i64,
    older: bool,
    /// That older messages are gone by their age; empty when none are.
    purged: String,
    newer: bool,
    /// Whether there is anything new down to the last message shown.
    unread: bool,
    may_write: bool,
    /// Why the viewer may not write just now; empty when they may.
    silence: String,
    /// When that next changes, in milliseconds; zero when it does not.
    silence_next: i64,
    may_silence: bool,
    /// Whether it is shown here who is writing.
    may_type: bool,
    /// What is said in the quiet hours of somebody who reads here.
    quiet: Option<QuietView>,
    /// Whom the viewer has blocked, for the script.
    blocked: String,
    /// Why the viewer may only read, in words.
    read_only: String,
    may_pin: bool,
    choice: Vec<ReactionView>,
    may_react: bool,
    /// Whether the viewer may make a poll.
    may_poll: bool,
    /// Whether the viewer may ask for acknowledgements.
    may_ask: bool,
    /// Whether guardians answer for children here.
    families: bool,
    today: String,
    ack: Option<AckRequest>,
    pins: Vec<PinView>,
    reply: Option<QuoteView>,
    /// Whether the sender is asked once more, because many people are called.
    asks: String,
    cid: String,
    text: String,
    error: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    before: Option<i64>,
    /// The message to be answered.
    reply: Option<i64>,
    /// The message to be shown in the middle of its neighbours.
    at: Option<i64>,
    /// The day whose first message is gone to.
    date: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    cid: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    reply: String,
    #[serde(default)]
    confirmed: bool,
    #[serde(default)]
    ack: bool,
    #[serde(default)]
    ack_due: String,
    #[serde(default)]
    ack_both: bool,
    #[serde(default)]
    urgent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadForm {
    seq: i64,
}

/// Before the link there is only the way to it.
fn closed(cx: &Cx) -> Result<Option<Response>, Failure> {
    match cx.signed_in()?.sferum {
        Sferum::Open => Ok(None),
        Sferum::Offered => Ok(Some(Response::see_other("/link"))),
        Sferum::Absent => Err(Failure::NotFound),
    }
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    if let Some(answer) = closed(&cx)? {
        return Ok(answer);
    }
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("sferum-title"));
    let (now, zone, has_calls) = (cx.now, cx.app.school().zone.clone(), cx.app.settings.calls.is_on());
    let shown = cx
        .read(move |tx| {
            let present = Present::ask(tx, &viewer)?;
            let blocked = blocked_by(tx, &present)?;
            let chats = links_of(list_chats(tx, &present)?, viewer.person(), None, &blocked, &zone, now);
            let aside = Aside::of(tx, now, &present, (&viewer, &zone, has_calls))?;
            Ok(ListPage { page: frame.page(tx)?, chats, aside })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    if let Some(answer) = closed(&cx)? {
        return Ok(answer);
    }
    let query: Query = cx.request.query()?;
    let id = cx.request.param("conversation")?;
    if let Some(date) = &query.date {
        return search::go_to_day(&cx, id, date).await;
    }
    let span = match (query.before, query.at) {
        (Some(before), _) => Span::Before(before),
        (None, Some(at)) => Span::Around(at),
        (None, None) => Span::Newest,
    };
    let cid = new_cid(&cx);
    let typed = Typed { cid, reply: query.reply, ..Typed::default() };
    let shown = page(&cx, id, span, typed).await?;
    cx.html(&shown)
}

/// What stands in the composer.
#[derive(Default)]
struct Typed {
    cid: String,
    text: String,
    reply: Option<i64>,
    error: String,
    asks: String,
    ack: Option<AckRequest>,
}

/// A client id for a form without scripts: drawn here, it makes a form posted twice one message.
pub(crate) fn new_cid(cx: &Cx) -> String {
    let bytes = cx.app.random.bytes::<16>();
    ClientId::from_bytes(bytes).map(|cid| cid.to_string()).unwrap_or_default()
}

async fn page(cx: &Cx, id: ConversationId, span: Span, typed: Typed) -> Result<ChatPage, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(String::new());
    let app = Arc::clone(&cx.app);
    let school = app.school();
    let (now, today) = (cx.now, cx.today());
    cx.read(move |tx| {
        let zone = &school.zone;
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        let present = Present::ask(tx, &viewer)?;
        let chat = by.conversation();
        let shown = history(tx, &by, span, messenger::PAGE)?;
        let receipts = receipts(tx, now, &by, &shown.lines)?;
        let extras = extras(tx, &by, &app.key, &shown.lines)?;
        let cards = draw_cards(tx, &viewer, today, &extras)?;
        let pins = pins(tx, &by)?.iter().map(PinView::of).collect();
        let answered = match typed.reply {
            Some(seq) => find_line(tx, &by, seq)?.filter(|line| line.text.is_some()),
            None => None,
        };
        let unread_from = by.read_mark(tx)?.unread_from;
        let audience = audience(tx, &by, today)?;
        let chats = list_chats(tx, &present)?;
        let blocked = blocked_by(tx, &present)?;
        let column = Column {
            me: by.person(),
            unread_from,
            receipts: &receipts,
            extras: &extras,
            cards: &cards,
            blocked: &blocked,
            zone,
            today,
        };
        let (initials, tint) = avatar_of(chat);
        let has_calls = app.settings.calls.is_on();
        let (bars, may_call) =
            if has_calls { call_bars(tx, &viewer, &by, zone)? } else { (Vec::new(), false) };
        let mut page = frame.page(tx)?;
        page.title = name_of(chat);
        Ok(ChatPage {
            page,
            aside: Aside::of(tx, now, &present, (&viewer, zone, has_calls))?,
            bars,
            may_call,
            hushed: by.hush(tx, now)?.is_some(),
            chats: links_of(chats, by.person(), Some(id), &blocked, zone, now),
            id,
            me: by.person().get(),
            now: now.millis(),
            zone: school.profile.zone.clone(),
            name: name_of(chat),
            initials,
            tint,
            seats: who_line(tx, &by, &audience)?,
            absent: absent_line(chat.kind),
            opened: opened_line(&disclosed_openings(tx, &by, now)?, zone, today),
            waiting: audience.waiting,
            first: shown.lines.first().map_or(0, |line| line.seq),
            last: shown.lines.last().map_or(0, |line| line.seq),
            unread: shown.lines.last().is_some_and(|line| line.seq >= unread_from),
            older: shown.older,
            purged: by.purged_before(tx)?.map(|before| purged_line(before, zone)).unwrap_or_default(),
            newer: shown.newer,
            may_write: by.may_write(),
            silence: silence_of(tx, now, &by)?
                .map(|silence| silence_words(&silence).say())
                .unwrap_or_default(),
            silence_next: silence_changes(tx, now, &by)?.map_or(0, UtcInstant::millis),
            may_silence: by.may_silence(),
            may_type: messenger::typing(tx, now, &by)?.is_some(),
            quiet: if by.may_write() { quiet_in(tx, now, &by)?.as_ref().map(QuietView::of) } else { None },
            blocked: blocked.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            read_only: by.read_only().map(read_only_words).unwrap_or_default(),
            may_pin: by.may_pin(),
            choice: ReactionView::choice(&[]),
            may_react: by.may_react(),
            may_poll: by.may_poll(),
            may_ask: by.may_ask_to_acknowledge(),
            families: chat.kind.has_families(),
            today: today.to_string(),
            ack: typed.ack,
            pins,
            reply: answered.as_ref().map(QuoteView::of_line),
            asks: typed.asks,
            items: column.items(&by, shown.lines),
            blank: MessageView { tools: true, edited: true, ..MessageView::default() },
            cid: typed.cid,
            text: typed.text,
            error: typed.error,
        })
    })
    .await
}

pub(crate) async fn send(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let form: Form = cx.request.form()?;
    match take(&cx, id, &form).await {
        Ok(()) => Ok(cx.go(&format!("/sferum/{id}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let ack = ack_of(form.ack, &form.ack_due, form.ack_both).ok().flatten();
            // A used id would only meet itself again.
            let cid = if matches!(failure, Failure::Send(_)) { new_cid(&cx) } else { form.cid };
            let asks = asked_once_more(&failure);
            let reply = form.reply.parse().ok();
            let typed = Typed { cid, reply, error: failure.sentence(), asks, ack, text: form.text };
            let shown = page(&cx, id, Span::Newest, typed).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

/// What a form asks to acknowledge.
fn ack_of(asks: bool, due: &str, both: bool) -> Result<Option<AckRequest>, Failure> {
    if !asks {
        return Ok(None);
    }
    let due = match due {
        "" => None,
        due => Some(parse_date(due).ok_or(Failure::Send(SendError::AckOverdue))?),
    };
    Ok(Some(AckRequest { due, both }))
}

/// Moves the read mark where no script does it as messages are seen.
pub(crate) async fn read(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let form: ReadForm = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.record(Lane::Marks, move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        messenger::mark_read(tx, now, &by, form.seq)?;
        Ok(())
    })
    .await?;
    Ok(cx.go(&format!("/sferum/{id}"), None))
}

async fn take(cx: &Cx, id: ConversationId, form: &Form) -> Result<(), Failure> {
    let viewer = cx.signed_in()?.viewer;
    let cid = form.cid.parse().map_err(|_| Failure::BadForm)?;
    let reply = match form.reply.as_str() {
        "" => None,
        seq => Some(seq.parse().map_err(|_| Failure::BadForm)?),
    };
    let ack = ack_of(form.ack, &form.ack_due, form.ack_both)?;
    let draft = Draft { reply, confirmed: form.confirmed, ack, ..Draft::text(cid, Body::parse(&form.text)?) };
    crate::live::rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    let (now, today, actor, urgent) = (cx.now, cx.today(), cx.actor(), form.urgent);
    cx.record(Lane::Chat, move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        if urgent {
            messenger::send_urgent(tx, now, &by, &actor, &draft)?;
        } else {
            messenger::send(tx, now, &by, &draft)?;
        }
        Ok(())
    })
    .await
}
