//! The page of one call.

use askama::Template;
use calls::{CallId, CallerOf, Ground, Part};
use http::header::HeaderName;
use school::{Viewer, Zone};
use store::{ReadTx, UtcInstant};
use time::Date;

use crate::Failure;
use crate::cx::Cx;
use crate::flows::{about_call, ground_of};
use crate::response::Response;
use crate::views::sferum::extras::ReactionView;
use crate::views::{Frame, Page};

#[derive(Template)]
#[template(path = "calls/call.html")]
struct CallPage {
    page: Page,
    id: CallId,
    title: String,
    /// Day and time of a lesson; empty for a chat's call.
    lead: String,
    /// The chat that goes with it, 0 where this person reads none.
    chat: i64,
    leads: bool,
    lesson: bool,
    /// How many pupils the lesson is for.
    total: usize,
    now: i64,
    /// The bell after the lesson; 0 for a chat's call.
    ends: i64,
    /// Whether the call is over.
    over: bool,
    kept_out: bool,
    /// Whether the page leads into the call.
    joins: bool,
    /// Of the page that leads into none.
    kept: &'static str,
    reactions: Vec<ReactionView>,
}

/// What browsers may be asked for on pages of calls, and nowhere else (C2).
const DEVICES: &str =
    "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()";

pub(super) fn with_devices(answer: Response) -> Response {
    answer.with_header(HeaderName::from_static("permissions-policy"), DEVICES)
}

/// A page of its own: nothing of the site stands around it.
pub(super) fn alone(page: Page) -> Page {
    Page { person: None, tabs: Vec::new(), ..page }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let id: CallId = cx.request.param("call")?;
    let frame = cx.frame("");
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let shown = cx.read(move |tx| page(tx, now, &viewer, id, today, &zone, frame)).await?;
    Ok(with_devices(cx.html(&shown)?))
}

fn page(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    id: CallId,
    today: Date,
    zone: &Zone,
    frame: Frame,
) -> Result<CallPage, Failure> {
    let call = calls::find_call(tx, id)?.ok_or(Failure::NotFound)?;
    let ground = ground_of(tx, zone, &call)?.ok_or(Failure::NotFound)?;
    let by = CallerOf::ask(tx, viewer, id, &ground, today)?;
    let about = about_call(tx, viewer, &call, &ground, today)?;
    let (ends, total) = match &ground {
        Ground::Chat => (0, 0),
        Ground::Lesson(facts) => {
            (facts.ends.millis(), school::members_of(tx, facts.group, facts.date)?.len())
        }
    };
    Ok(CallPage {
        page: alone(Page { title: about.title.clone(), ..frame.page(tx)? }),
        id,
        title: about.title,
        lead: about.lead,
        chat: about.chat.map_or(0, messenger::ConversationId::get),
        leads: by.part() == Part::Leader,
        lesson: matches!(ground, Ground::Lesson(_)),
        total,
        now: now.millis(),
        ends,
        over: !call.is_live(),
        kept_out: by.is_kept_out(),
        joins: true,
        kept: "",
        reactions: ReactionView::choice(&[]),
    })
}
