//! What the owner of a link does with it: gives up an attempt or a wait, ends the link, reads its history.

use askama::Template;
use identity::Provider;
use linking::{LinkPath, LogRow, State};
use school::{Fresh, PersonId, PersonName, Present};
use serde::Deserialize;
use store::{Act, ReadTx};
use time::Date;

use super::cancelled;
use crate::access::{Sferum, SignedIn};
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Flash, Page, moment};
use crate::words::{Words, say};
use crate::{Failure, flows};

/// The part of the profile page that tells of one's own VK ID.
#[derive(Clone, Default)]
pub(crate) struct OwnLink {
    pub(crate) state: &'static str,
    pub(crate) state_words: String,
    pub(crate) name: String,
    pub(crate) since: String,
    pub(crate) note: String,
    /// Whether the VK ID is the school's own, with a page of the person's own.
    pub(crate) own_page: bool,
    pub(crate) history: Vec<HistoryView>,
}

/// A row of the history.
#[derive(Clone)]
pub(crate) struct HistoryView {
    pub(crate) at: String,
    pub(crate) what: String,
    pub(crate) who: String,
    pub(crate) why: String,
}

/// The words of a logged event.
fn event_words(row: &LogRow) -> String {
    Words::find(&format!("link-event-{}", row.event.replace('_', "-"))).unwrap_or_else(|| row.event.clone())
}

/// The words of a state.
pub(crate) fn state_words(word: &str) -> String {
    Words::find(&format!("link-state-{}", word.replace('_', "-"))).unwrap_or_else(|| word.to_owned())
}

/// The reason of a logged event, without the words that are the program's own.
fn why_words(row: &LogRow) -> String {
    match row.why.as_deref() {
        Some("cancelled" | "failed" | "subject_taken") | None => String::new(),
        Some(why) => why.to_owned(),
    }
}

/// The rows of a history, as people read them.
pub(crate) fn history_views(
    rows: &[LogRow],
    zone: &school::Zone,
    today: Date,
    name: impl Fn(PersonId) -> String,
) -> Vec<HistoryView> {
    rows.iter()
        .map(|row| HistoryView {
            at: moment(zone.local(row.at), today),
            what: event_words(row),
            who: row.actor.map(&name).unwrap_or_default(),
            why: why_words(row),
        })
        .collect()
}

/// The words of the way that was walked.
pub(crate) fn path_words(path: LinkPath) -> String {
    match path {
        LinkPath::ExistingProfile => say("link-path-existing-profile"),
        LinkPath::ProfileCreated => say("link-path-profile-created"),
        LinkPath::AccountCreated => say("link-path-account-created"),
        LinkPath::Outside => say("link-path-outside"),
    }
}

/// Reads one's own link for the profile page; `None` where no VK ID is configured and none was ever linked.
pub(crate) fn own_link(
    tx: &ReadTx<'_>,
    cx_now: store::UtcInstant,
    who: &SignedIn,
    zone: &school::Zone,
    today: Date,
    chosen: Option<Provider>,
) -> Result<Option<OwnLink>, Failure> {
    let present = Present::ask(tx, &who.viewer)?;
    let link = linking::present_link(tx, &present, chosen)?;
    let rows = linking::history(tx, &present)?;
    if who.sferum == Sferum::Absent && rows.is_empty() {
        return Ok(None);
    }
    let at = |instant| moment(zone.local(instant), today);
    let state = link.state.at(cx_now);
    let (name, since, note) = match &state {
        State::Active(linked) => (linked.returned.claims.name.short(), at(linked.since), String::new()),
        State::AwaitingApproval { returned, since, .. } => {
            (returned.claims.name.short(), at(*since), String::new())
        }
        State::Suspended { since, reason, .. } => (String::new(), at(*since), reason.clone()),
        State::Unlinked | State::Authorizing { .. } | State::Reviewing { .. } => Default::default(),
    };
    let actors: Vec<_> = rows.iter().filter_map(|row| row.actor).collect();
    let names = school::names_of(tx, &actors)?;
    let own = who.person();
    let history = history_views(&rows, zone, today, |actor| {
        if actor == own {
            String::new()
        } else {
            names.get(&actor).map(PersonName::abbreviated).unwrap_or_default()
        }
    });
    Ok(Some(OwnLink {
        state: state.word(),
        state_words: state_words(state.word()),
        name,
        since,
        note,
        own_page: chosen == Some(Provider::Embedded),
        history,
    }))
}

#[derive(Template)]
#[template(path = "linking/unlink.html")]
struct UnlinkPage {
    page: Page,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The question before unlinking, for browsers without scripts.
pub(crate) async fn ask(cx: Cx) -> Result<Response, Failure> {
    let frame = cx.frame(say("link-title"));
    let page = cx.read(move |tx| frame.page(tx)).await?;
    cx.html(&UnlinkPage { page })
}

/// The provider of the person's link; `None` when a form about it comes too late, or twice.
fn linked_with(
    tx: &ReadTx<'_>,
    who: &Present<'_>,
    chosen: Option<Provider>,
) -> Result<Option<Provider>, Failure> {
    let link = linking::present_link(tx, who, chosen)?;
    Ok((link.state != State::Unlinked).then_some(link.provider))
}

/// «Отвязать».
pub(crate) async fn unlink(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let chosen = cx.app.settings.vk_id.provider();
    cx.write_if_due(move |tx| {
        let who = Present::ask(tx, &viewer)?;
        let Some(provider) = linked_with(tx, &who, chosen)? else { return Ok(((), None)) };
        let confirmed = Fresh::ask(tx, &viewer, now)?;
        flows::unlink(tx, now, today, &confirmed, provider)?;
        Ok(((), Some(Act::new("linking.unlink", "person", viewer.person()))))
    })
    .await?;
    Ok(cx.go("/profile", Some(Flash::good(say("link-unlinked"), say("link-unlinked-more")))))
}

/// Gives up an attempt, a review, or a wait for approval.
pub(crate) async fn cancel(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let (now, viewer) = (cx.now, cx.signed_in()?.viewer);
    let chosen = cx.app.settings.vk_id.provider();
    cx.write_if_due(move |tx| {
        let who = Present::ask(tx, &viewer)?;
        let Some(provider) = linked_with(tx, &who, chosen)? else { return Ok(((), None)) };
        linking::cancel(tx, now, &viewer, provider)?;
        Ok(((), Some(Act::new("linking.cancel", "person", viewer.person()))))
    })
    .await?;
    Ok(cancelled(&cx))
}
