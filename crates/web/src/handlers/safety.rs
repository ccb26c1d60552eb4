//! The desk of those who answer for safety: what waits, and what is held.

pub(crate) mod case;
pub(crate) mod charge;
pub(crate) mod hold;
pub(crate) mod opening;
pub(crate) mod retention;

use askama::Template;
use messenger::{
    CaseSummary, ChargeOf, ConversationId, Hold, HoldId, Missing, Opening, OpeningId, ReportId, ReportState,
    SafetyOf, Unattended, list_cases, list_charges, list_holds, list_openings, list_unattended,
};
use school::{Denied, PersonId, PersonName, Viewer, Zone};
use serde::Deserialize;
use store::ReadTx;
use time::Date;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::safety::{category_words, desk_words, state_words};
use crate::views::sferum::name_of;
use crate::views::{Page, moment};
use crate::words::{count, say};

/// The desk's address.
pub(crate) const DESK: &str = "/safety";

#[derive(Template)]
#[template(path = "safety/desk.html")]
struct DeskPage {
    page: Page,
    line: String,
    closed: bool,
    cases: Vec<CaseView>,
    holds: Vec<HoldView>,
    openings: Vec<OpeningView>,
    /// Chats in which somebody is missing.
    unattended: Vec<UnattendedView>,
}

/// A chat in which somebody is missing.
struct UnattendedView {
    chat: String,
    /// Who is missing, and what is to be done about it.
    missing: String,
    since: String,
    /// A group of pupils, with the adults who can be put in charge of it.
    charge: Option<(ConversationId, Vec<(PersonId, String)>)>,
}

struct CaseView {
    id: ReportId,
    category: String,
    urgent: bool,
    chat: String,
    at: String,
    state: String,
    who: String,
}

/// An opening in the list.
struct OpeningView {
    id: OpeningId,
    chat: String,
    who: String,
    reason: String,
    when: String,
    silent: String,
    /// Whether it is the viewer's and still open.
    own: bool,
    awaits: bool,
}

fn opening_view(opening: Opening, me: PersonId, zone: &Zone, today: Date) -> OpeningView {
    let at = |moment_of| moment(zone.local(moment_of), today);
    OpeningView {
        id: opening.id,
        chat: name_of(&opening.conversation),
        who: format!("{}, {}", opening.name, desk_words(opening.desk)),
        reason: opening.reason,
        when: format!("{} — {}", at(opening.at), at(opening.until)),
        silent: opening.silent_reason.unwrap_or_default(),
        own: opening.is_open && opening.opener == me,
        awaits: opening.awaits,
    }
}

/// A hold in a list.
pub(crate) struct HoldView {
    pub(crate) id: HoldId,
    pub(crate) what: String,
    pub(crate) chat: String,
    pub(crate) reason: String,
    pub(crate) line: String,
    pub(crate) lifted: String,
}

/// A hold as the desk shows it.
pub(crate) fn hold_view(hold: Hold, author: &str, zone: &Zone, today: Date) -> HoldView {
    HoldView {
        id: hold.id,
        what: if hold.seq.is_some() { say("hold-of-message") } else { say("hold-of-chat") },
        chat: name_of(&hold.conversation),
        reason: hold.reason,
        line: format!("{}, {author}", moment(zone.local(hold.at), today)),
        lifted: hold.lifted_at.map(|at| moment(zone.local(at), today)).unwrap_or_default(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    closed: Option<u8>,
}

pub(crate) async fn desk(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let closed = query.closed == Some(1);
    let viewer = cx.signed_in()?.viewer;
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let frame = cx.frame(say("safety-title"));
    let shown = cx
        .read(move |tx| {
            let by = SafetyOf::ask(tx, &viewer, today)?;
            let state = if closed { ReportState::Closed } else { ReportState::Open };
            let cases = list_cases(tx, &by, today, state)?;
            let holds = list_holds(tx, &by)?;
            let openings = list_openings(tx, &by, now)?.into_iter();
            let unattended = list_unattended(tx, &by)?.into_iter();
            let unattended = unattended.map(|one| unattended_view(tx, &viewer, &one, &zone, today));
            let line = count("safety-count", if closed { 0 } else { cases.len() });
            Ok(DeskPage {
                line: if closed { say("safety-closed-line") } else { line },
                closed,
                cases: case_views(tx, cases, &zone, today)?,
                holds: hold_views(tx, holds, &zone, today)?,
                openings: openings.map(|one| opening_view(one, by.person(), &zone, today)).collect(),
                unattended: unattended.collect::<Result<_, Failure>>()?,
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

fn unattended_view(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    one: &Unattended,
    zone: &Zone,
    today: Date,
) -> Result<UnattendedView, Failure> {
    let charge = match &one.conversation {
        Some(chat) if one.missing == Missing::Adult => match ChargeOf::ask(tx, viewer, chat.id, today) {
            Ok(by) => {
                let adults = list_charges(tx, &by)?.into_iter();
                Some((chat.id, adults.map(|(person, name)| (person, name.full())).collect()))
            }
            Err(Denied::Denied) => None,
            Err(Denied::Store(error)) => return Err(error.into()),
        },
        _ => None,
    };
    Ok(UnattendedView {
        chat: one.conversation.as_ref().map_or_else(|| say("unattended-line"), name_of),
        missing: match one.missing {
            Missing::Observer => say("unattended-observer"),
            Missing::Lead => say("unattended-lead"),
            Missing::Adult => say("unattended-adult"),
        },
        since: moment(zone.local(one.since), today),
        charge,
    })
}

fn case_views(
    tx: &ReadTx<'_>,
    cases: Vec<CaseSummary>,
    zone: &Zone,
    today: Date,
) -> Result<Vec<CaseView>, Failure> {
    let people: Vec<_> = cases.iter().flat_map(|case| [case.taken_by, case.closed_by]).flatten().collect();
    let names = school::names_of(tx, &people)?;
    let view = |case: CaseSummary| CaseView {
        id: case.id,
        category: category_words(case.category),
        urgent: case.category.is_urgent() && case.state != ReportState::Closed,
        chat: name_of(&case.conversation),
        at: moment(zone.local(case.at), today),
        state: state_words(case.state, case.outcome),
        who: case
            .closed_by
            .or(case.taken_by)
            .and_then(|person| names.get(&person))
            .map(PersonName::abbreviated)
            .unwrap_or_default(),
    };
    Ok(cases.into_iter().map(view).collect())
}

fn hold_views(tx: &ReadTx<'_>, holds: Vec<Hold>, zone: &Zone, today: Date) -> Result<Vec<HoldView>, Failure> {
    let people: Vec<_> = holds.iter().map(|hold| hold.author).collect();
    let names = school::names_of(tx, &people)?;
    let author = |hold: &Hold| names.get(&hold.author).map(PersonName::abbreviated).unwrap_or_default();
    Ok(holds
        .into_iter()
        .map(|hold| {
            let author = author(&hold);
            hold_view(hold, &author, zone, today)
        })
        .collect())
}
