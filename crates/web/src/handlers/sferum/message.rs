//! One message: who has read it, changing it, deleting it; all of it without scripts too.

use askama::Template;
use messenger::{
    Body, ConversationId, MemberOf, Seat, blocked_by, delete as bury, edit as change, find_line, mark_unread,
    may_block, readers,
};
use school::{PersonId, Present};
use serde::Deserialize;
use store::Lane;

use crate::Failure;
use crate::cx::Cx;
use crate::flows::draw_cards;
use crate::response::Response;
use crate::views::sferum::card::CardView;
use crate::views::sferum::extras::ReactionView;
use crate::views::sferum::files::FileView;
use crate::views::sferum::poll::PollView;
use crate::views::sferum::{Part, name_of, parts_of};
use crate::views::{Flash, Page, moment};
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/message.html")]
struct MessagePage {
    page: Page,
    id: ConversationId,
    chat: String,
    seq: i64,
    rev: i64,
    who: String,
    when: String,
    parts: Vec<Part>,
    files: Vec<FileView>,
    card: Option<CardView>,
    poll: Option<PollView>,
    text: String,
    may_reply: bool,
    choice: Vec<ReactionView>,
    may_react: bool,
    may_pin: bool,
    pinned: bool,
    may_edit: bool,
    may_delete: bool,
    /// Whether it is the viewer's own and nobody may change it now.
    kept: bool,
    /// Whether it is another's, so that it can be reported.
    may_report: bool,
    /// The author, when the viewer may block or has blocked them.
    may_block: Option<PersonId>,
    blocked: bool,
    /// The author, when the viewer may silence them.
    may_mute: Option<PersonId>,
    readers: u32,
    names: Vec<String>,
    error: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditForm {
    rev: i64,
    #[serde(default)]
    text: String,
}

/// Which message of which chat. One message has one address: a number with zeros before it is none (B4).
pub(super) fn address(cx: &Cx) -> Result<(ConversationId, u32), Failure> {
    let text: String = cx.request.param("seq")?;
    let seq: u32 = text.parse().map_err(|_| Failure::NotFound)?;
    if seq.to_string() == text {
        Ok((cx.request.param("conversation")?, seq))
    } else {
        Err(Failure::NotFound)
    }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, None, String::new()).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, typed: Option<String>, error: String) -> Result<MessagePage, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (id, seq) = address(cx)?;
    let frame = cx.frame(say("message-title"));
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let app = std::sync::Arc::clone(&cx.app);
    cx.read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        let present = Present::ask(tx, &viewer)?;
        let line = find_line(tx, &by, i64::from(seq))?.filter(|line| line.text.is_some());
        let line = line.ok_or(Failure::NotFound)?;
        let readers = readers(tx, now, &by, &line)?;
        let people = readers.named.unwrap_or_default();
        let known = school::names_of(tx, &people)?;
        let mut names: Vec<_> = people.iter().filter_map(|person| known.get(person)).collect();
        names.sort_by_key(|name| name.sort_key());
        let mut extras = messenger::extras(tx, &by, &app.key, std::slice::from_ref(&line))?;
        let card = draw_cards(tx, &viewer, today, &extras)?.remove(&line.seq);
        let extras = extras.remove(&line.seq).unwrap_or_default();
        let pinned = messenger::pins(tx, &by)?.iter().any(|pin| pin.seq == line.seq);
        let kept = line.sender == by.person() && by.is_frozen(tx, line.seq)?;
        let text = line.text.clone().unwrap_or_default();
        Ok(MessagePage {
            page: frame.page(tx)?,
            id,
            chat: name_of(by.conversation()),
            seq: line.seq,
            rev: line.rev,
            when: moment(zone.local(line.ts), today),
            parts: parts_of(extras.poll.as_ref().map_or(text.as_str(), |poll| &poll.ballot.question)),
            card: card.as_ref().map(CardView::of),
            poll: extras.poll.as_ref().map(|poll| PollView::of(poll, &zone, today)),
            files: extras.files.iter().map(|file| FileView::of(id, line.seq, file)).collect(),
            text: typed.unwrap_or(text),
            may_reply: by.may_write(),
            choice: ReactionView::choice(&extras.reactions),
            may_react: by.may_react(),
            may_pin: by.may_pin(),
            pinned,
            may_edit: by.may_change(now, &line) && !kept && extras.poll.is_none(),
            may_delete: by.may_delete(now, &line) && !kept,
            kept: kept && by.may_change(now, &line),
            may_report: line.sender != by.person(),
            may_block: may_block(tx, &present, line.sender, today)?.then_some(line.sender),
            blocked: blocked_by(tx, &present)?.contains(&line.sender),
            may_mute: (by.may_silence() && line.seat == Some(Seat::Pupil)).then_some(line.sender),
            readers: readers.count,
            names: names.into_iter().map(school::PersonName::listed).collect(),
            who: line.name,
            error,
        })
    })
    .await
}

pub(crate) async fn edit(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (id, seq) = address(&cx)?;
    let form: EditForm = cx.request.form()?;
    let (now, today) = (cx.now, cx.today());
    let done = match Body::parse(&form.text) {
        Ok(body) => {
            cx.record(Lane::Chat, move |tx| {
                let by = MemberOf::ask(tx, &viewer, id, today)?;
                change(tx, now, &by, i64::from(seq), form.rev, &body)?;
                Ok(())
            })
            .await
        }
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(()) => Ok(cx.go(&format!("/sferum/{id}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, Some(form.text), failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn delete(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (id, seq) = address(&cx)?;
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            // Writes its own audit row: the socket has no route that would do it.
            bury(tx, now, &by, &actor, i64::from(seq))?;
            Ok(())
        })
        .await;
    match done {
        Ok(()) => Ok(cx.go(&format!("/sferum/{id}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let flash = Flash::bad(say("message-kept"), failure.sentence());
            Ok(cx.go(&format!("/sferum/{id}/{seq}"), Some(flash)))
        }
        Err(failure) => Err(failure),
    }
}

/// Counts the message and what follows it as unread again, and goes to the list, where the count is seen.
pub(crate) async fn unread(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let id: ConversationId = cx.request.param("conversation")?;
    let seq: u32 = cx.request.param("seq")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.record(Lane::Marks, move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        mark_unread(tx, now, &by, i64::from(seq))?.ok_or(Failure::NotFound)
    })
    .await?;
    Ok(cx.go("/sferum", None))
}
