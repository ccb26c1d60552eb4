//! «Авторизация в Сферум»: where a person's link stands, and the way to the next step.

pub(crate) mod callback;
pub(crate) mod owner;
pub(crate) mod review;

use std::sync::Arc;

use askama::Template;
use identity::{ClaimedRole, Provider, SCHOOL_CLIENT};
use linking::{Link, State};
use school::{Present, Role, Roles};
use serde::Deserialize;
use store::Act;

use super::vkid::{Hand, address_of};
use crate::Failure;
use crate::access::SignedIn;
use crate::cx::Cx;
use crate::flows::callback_of;
use crate::response::Response;
use crate::settings::VkId;
use crate::views::{Flash, Page, moment};
use crate::words::say;

#[derive(Template)]
#[template(path = "linking/link.html")]
struct LinkPage {
    page: Page,
    view: LinkView,
}

/// What the page says.
enum LinkView {
    /// The way leads to another site; nothing is begun by looking (C3).
    Outside { begun: bool },
    /// The attempt is begun; the next step is the provider's (VK-53).
    Leaving { to: String },
    /// The browser has been on its way.
    Authorizing { onward: String },
    /// The names differ.
    Waiting { claimed: String, roster: String, since: String, who: String },
    /// The school has blocked the link.
    Suspended { since: String, reason: String, help: String },
    /// There is no provider, and whatever was linked stays.
    Active { since: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    again: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let chosen = cx.app.settings.vk_id.provider();
    if chosen.is_none() {
        return Err(Failure::NotFound);
    }
    let query: Query = cx.request.query()?;
    let who = cx.signed_in()?.clone();
    let (now, hand, viewer) = (cx.now, Hand::of(&cx), who.viewer);
    let (link, waiting) = cx
        .read(move |tx| {
            let present = Present::ask(tx, &viewer)?;
            let link = linking::present_link(tx, &present, chosen)?;
            Ok((link, identity::find_waiting(tx, now, &hand.browser, SCHOOL_CLIENT)?))
        })
        .await?;
    let state = link.state.at(now);
    match (state, waiting) {
        (state @ (State::Unlinked | State::Authorizing { .. }), _) if chosen == Some(Provider::Vk) => {
            page(&cx, LinkView::Outside { begun: state != State::Unlinked }).await
        }
        (State::Authorizing { .. }, Some(attempt)) if query.again.is_empty() => {
            let onward = address_of(&attempt, now);
            page(&cx, LinkView::Authorizing { onward }).await
        }
        (State::Unlinked | State::Authorizing { .. }, _) => Ok(to_provider(&cx, &who)),
        (State::Reviewing { .. }, _) => Ok(Response::see_other("/link/review")),
        (State::AwaitingApproval { .. } | State::Suspended { .. } | State::Active(_), _) => {
            let view = standing(&cx, &who, link).await?;
            match view {
                Some(view) => page(&cx, view).await,
                None => Ok(Response::see_other("/sferum")),
            }
        }
    }
}

async fn page(cx: &Cx, view: LinkView) -> Result<Response, Failure> {
    let frame = cx.frame(say("link-title"));
    let page = cx.read(move |tx| frame.page(tx)).await?;
    cx.html(&LinkPage { page, view })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Begins with the real VK ID. The answer is a page of our own with a plain link: a form's answer that leads to another
/// site is stopped by the page's own policy, and scripts may be off (VK-53).
pub(crate) async fn begin(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let VkId::Service(service) = cx.app.settings.vk_id.clone() else { return Err(Failure::NotFound) };
    let (now, viewer, app) = (cx.now, cx.signed_in()?.viewer, Arc::clone(&cx.app));
    let proposal = linking::propose(&app.key, &app.random, &viewer);
    let to = service.authorize_address(&proposal.state, &proposal.challenge);
    cx.write(move |tx| {
        linking::begin(tx, now, &app.key, &viewer, Provider::Vk, &proposal.state)?;
        Ok(((), Act::new("linking.begin", "person", viewer.person())))
    })
    .await?;
    page(&cx, LinkView::Leaving { to }).await
}

/// Sends the browser to the provider with a state and a challenge that nobody has written down yet.
fn to_provider(cx: &Cx, who: &SignedIn) -> Response {
    let proposal = linking::propose(&cx.app.key, &cx.app.random, &who.viewer);
    let redirect = percent_encoding::utf8_percent_encode(
        &callback_of(&cx.request.origin()),
        percent_encoding::NON_ALPHANUMERIC,
    )
    .to_string();
    let role = role_hint(who.roles).map(|role| format!("&edu_role={}", role.word())).unwrap_or_default();
    let to = format!(
        "/authorize?response_type=code&client_id={SCHOOL_CLIENT}&redirect_uri={redirect}&state={}\
         &code_challenge={}&code_challenge_method=s256&scope=vkid.personal_info&prompt=login{role}",
        proposal.state, proposal.challenge
    );
    Response::see_other(&to)
}

/// Who the roster takes a person to be, to preset the profile's form.
fn role_hint(roles: Roles) -> Option<ClaimedRole> {
    if roles.has(Role::Pupil) {
        Some(ClaimedRole::Pupil)
    } else if roles.is_staff() {
        Some(ClaimedRole::Teacher)
    } else if roles.has(Role::Guardian) {
        Some(ClaimedRole::Parent)
    } else {
        None
    }
}

/// The page of a link that waits or is blocked; `None` for one that is active.
async fn standing(cx: &Cx, who: &SignedIn, link: Link) -> Result<Option<LinkView>, Failure> {
    let (zone, today) = (cx.app.school().zone.clone(), cx.today());
    let at = |since| moment(zone.local(since), today);
    let help = cx.app.school().profile.help.clone();
    Ok(match link.state {
        State::AwaitingApproval { returned, since, .. } => Some(LinkView::Waiting {
            claimed: returned.claims.name.short(),
            roster: who.name.short(),
            since: at(since),
            who: deciders(cx, who, help).await?,
        }),
        State::Suspended { since, reason, .. } => {
            Some(LinkView::Suspended { since: at(since), reason, help })
        }
        State::Active(linked) if cx.signed_in()?.sferum != crate::access::Sferum::Open => {
            Some(LinkView::Active { since: at(linked.since) })
        }
        State::Active(_) | State::Unlinked | State::Authorizing { .. } | State::Reviewing { .. } => None,
    })
}

/// Who decides on a person's link: the homeroom teachers of their class or their children's, else the administrator.
async fn deciders(cx: &Cx, who: &SignedIn, help: String) -> Result<String, Failure> {
    if who.roles.is_staff() {
        return Ok(help);
    }
    let (person, roles, today) = (who.person(), who.roles, cx.today());
    let names = cx
        .read(move |tx| {
            let mut children = if roles.has(Role::Pupil) { vec![person] } else { Vec::new() };
            children.extend(school::children_of(tx, person, today)?);
            let mut teachers = Vec::new();
            for child in children {
                let Some(class) = school::class_group_of(tx, child, today)? else { continue };
                let staff = school::class_staff(tx, class.id, today)?;
                teachers
                    .extend(staff.into_iter().filter(|(_, homeroom)| *homeroom).map(|(teacher, _)| teacher));
            }
            let names = school::names_of(tx, &teachers)?;
            let mut said: Vec<String> = teachers
                .iter()
                .filter_map(|teacher| names.get(teacher))
                .map(school::PersonName::abbreviated)
                .collect();
            said.dedup();
            Ok(said)
        })
        .await?;
    Ok(if names.is_empty() { help } else { names.join(", ") })
}

/// Back in the diary after «Отмена», with the line that nothing has changed.
pub(crate) fn cancelled(cx: &Cx) -> Response {
    let flash = Flash::info(say("link-cancelled"), say("link-cancelled-more"));
    cx.go(home(cx), Some(flash))
}

/// The page a person lands on.
pub(crate) fn home(cx: &Cx) -> &'static str {
    cx.who.as_ref().map_or("/signin", |who| who.context.home(who.roles))
}
