//! «Связи VK ID»: who waits, who is linked, and what an administrator does with it.

use askama::Template;
use linking::{Approver, LinkId, State};
use school::{Administrator, PersonId};
use serde::Deserialize;
use store::Act;

use crate::cx::Cx;
use crate::flows::Office;
use crate::handlers::approvals::{WaitingView, change_view, reason_of, waiting_view};
use crate::handlers::link::owner::{HistoryView, history_views, path_words, state_words};
use crate::response::Response;
use crate::settings::VkId;
use crate::views::{Flash, Page, moment};
use crate::words::{Words, count, say};
use crate::{Failure, flows};

const PAGE: &str = "/admin/links";
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "admin/links.html")]
struct LinksPage {
    page: Page,
    line: String,
    base: String,
    /// Whether applications are registered here: with the embedded VK ID only.
    has_applications: bool,
    name: String,
    waiting: Vec<WaitingView>,
    links: Vec<LinkRowView>,
    newer: String,
    older: String,
    range: String,
}

struct LinkRowView {
    id: LinkId,
    name: String,
    state_words: String,
    since: String,
    note: String,
}

#[derive(Template)]
#[template(path = "admin/link.html")]
struct LinkPage {
    page: Page,
    base: String,
    person: PersonId,
    name: String,
    state: &'static str,
    state_words: String,
    since: String,
    profile: String,
    path: String,
    approved_by: String,
    note: String,
    history: Vec<HistoryView>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Query {
    name: String,
    from: usize,
}

/// The reason of a block.
fn note_of(state: &State) -> String {
    match state {
        State::Suspended { reason, .. } => reason.clone(),
        State::Unlinked
        | State::Authorizing { .. }
        | State::Reviewing { .. }
        | State::AwaitingApproval { .. }
        | State::Active(_) => String::new(),
    }
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let (viewer, now, today, frame) =
        (cx.signed_in()?.viewer, cx.now, cx.today(), cx.frame(say("links-title")));
    let zone = cx.app.school().zone.clone();
    let has_applications = matches!(cx.app.settings.vk_id, VkId::Embedded);
    let shown = cx
        .read(move |tx| {
            let proof = Administrator::ask(tx, &viewer, today)?;
            let links = linking::waiting_for_administrator(tx, &proof)?;
            let changes = linking::changes_for_administrator(tx, &proof)?;
            let links = links.iter().map(|waiting| waiting_view(waiting, "/admin", &zone, today));
            let changes = changes.iter().map(|waiting| change_view(waiting, "/admin", &zone, today));
            let waiting: Vec<_> = links.chain(changes).collect();
            let rows = linking::list_links(tx, now, &proof)?;
            let people: Vec<_> = rows.iter().map(|row| row.person).collect();
            let names = school::names_of(tx, &people)?;
            let wanted = school::search_key(&query.name);
            let found: Vec<_> = rows
                .into_iter()
                .filter_map(|row| Some((names.get(&row.person)?, row)))
                .filter(|(name, _)| name.search_key().contains(&wanted))
                .collect();
            let total = found.len();
            let from = query.from.min(total);
            let links: Vec<_> = found
                .into_iter()
                .skip(from)
                .take(ROWS)
                .map(|(name, row)| LinkRowView {
                    id: row.id,
                    name: name.listed(),
                    state_words: state_words(row.state.word()),
                    since: moment(zone.local(row.since), today),
                    note: note_of(&row.state),
                })
                .collect();
            let address = |from: usize| {
                let name =
                    percent_encoding::utf8_percent_encode(&query.name, percent_encoding::NON_ALPHANUMERIC);
                format!("{PAGE}?name={name}&from={from}")
            };
            let upto = from + links.len();
            Ok(LinksPage {
                page: frame.page(tx)?,
                line: count("approvals-count", waiting.len()),
                base: PAGE.to_owned(),
                has_applications,
                newer: if from > 0 { address(from.saturating_sub(ROWS)) } else { String::new() },
                older: if upto < total { address(upto) } else { String::new() },
                range: Words::of("pages-range")
                    .with("from", (from + 1).min(upto))
                    .with("to", upto)
                    .with("total", total)
                    .say(),
                // Those who wait are shown before the list is searched or paged through.
                waiting: if query.name.is_empty() && from == 0 { waiting } else { Vec::new() },
                name: query.name,
                links,
            })
        })
        .await?;
    cx.html(&shown)
}

/// One link with its history (LNK-L6), and what can be done with it.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let id: LinkId = cx.request.param("link")?;
    let (viewer, now, today, frame) =
        (cx.signed_in()?.viewer, cx.now, cx.today(), cx.frame(say("links-title")));
    let zone = cx.app.school().zone.clone();
    let shown = cx
        .read(move |tx| {
            let proof = Administrator::ask(tx, &viewer, today)?;
            let row = linking::load_link(tx, now, &proof, id)?;
            let rows = linking::history_for(tx, &proof, row.person)?;
            let linked = match &row.state {
                State::Active(linked) => Some(linked),
                State::Suspended { linked, .. } => linked.as_ref(),
                State::Unlinked
                | State::Authorizing { .. }
                | State::Reviewing { .. }
                | State::AwaitingApproval { .. } => None,
            };
            let approver = linked.and_then(|linked| linked.approved_by);
            let people: Vec<_> =
                rows.iter().filter_map(|row| row.actor).chain([row.person]).chain(approver).collect();
            let names = school::names_of(tx, &people)?;
            let abbreviated = |person: PersonId| {
                names.get(&person).map(school::PersonName::abbreviated).unwrap_or_default()
            };
            Ok(LinkPage {
                page: frame.page(tx)?,
                base: format!("{PAGE}/{id}"),
                person: row.person,
                name: names.get(&row.person).map(school::PersonName::full).unwrap_or_default(),
                state: row.state.word(),
                state_words: state_words(row.state.word()),
                since: moment(zone.local(row.since), today),
                profile: linked.map(|linked| linked.returned.claims.name.short()).unwrap_or_default(),
                path: linked.map(|linked| path_words(linked.returned.path)).unwrap_or_default(),
                approved_by: approver.map(abbreviated).unwrap_or_default(),
                note: note_of(&row.state),
                history: history_views(&rows, &zone, today, abbreviated),
            })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn approve(cx: Cx) -> Result<Response, Failure> {
    let link: LinkId = cx.request.param("link")?;
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = Administrator::ask(tx, &viewer, today)?;
        let link = flows::approve_link(tx, now, today, Approver::Administrator(&proof), link)?;
        Ok(((), Act::new("linking.approve", "person", link.person)))
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say("link-approved"), String::new()))))
}

pub(crate) async fn reject(cx: Cx) -> Result<Response, Failure> {
    let link: LinkId = cx.request.param("link")?;
    let why = match reason_of(&cx, PAGE)? {
        Ok(why) => why,
        Err(answer) => return Ok(answer),
    };
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = Administrator::ask(tx, &viewer, today)?;
        let link = linking::reject(tx, now, today, Approver::Administrator(&proof), link, &why)?;
        Ok(((), Act::new("linking.reject", "person", link.person).because(why)))
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say("link-rejected"), String::new()))))
}

/// Where the forms of one link lead back to.
fn page_of(link: LinkId) -> String {
    format!("{PAGE}/{link}")
}

async fn change(cx: Cx, deed: Office, act: &'static str, said: &'static str) -> Result<Response, Failure> {
    let link: LinkId = cx.request.param("link")?;
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = Administrator::ask(tx, &viewer, today)?;
        let link = flows::change_link(tx, now, today, &proof, link, &deed)?;
        let act = Act::new(act, "person", link.person);
        Ok((
            (),
            match deed {
                Office::Suspend { why } | Office::Unlink { why } => act.because(why),
                Office::Reinstate => act,
            },
        ))
    })
    .await?;
    Ok(cx.go(&page_of(link), Some(Flash::good(say(said), String::new()))))
}

pub(crate) async fn suspend(cx: Cx) -> Result<Response, Failure> {
    let back = page_of(cx.request.param("link")?);
    match reason_of(&cx, &back)? {
        Ok(why) => change(cx, Office::Suspend { why }, "linking.suspend", "link-office-suspended").await,
        Err(answer) => Ok(answer),
    }
}

pub(crate) async fn reinstate(cx: Cx) -> Result<Response, Failure> {
    change(cx, Office::Reinstate, "linking.reinstate", "link-office-reinstated").await
}

pub(crate) async fn unlink(cx: Cx) -> Result<Response, Failure> {
    let back = page_of(cx.request.param("link")?);
    match reason_of(&cx, &back)? {
        Ok(why) => change(cx, Office::Unlink { why }, "linking.unlink", "link-office-unlinked").await,
        Err(answer) => Ok(answer),
    }
}
