//! `GET /authorize`: the first screen, for a request that was checked; and the first phone number.

use askama::Template;
use identity::{AuthorizeError, AuthorizeRequest, ClientKind, Phone, RefusedAuthorize, Started, VkSession};
use serde::Deserialize;
use store::Act;

use super::back::{self, Outcome};
use super::screen::{PhoneAsk, PhonePage, colours, of_flow};
use super::{Hand, Typed, address_of, dressed, go_on};
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::words::say;
use crate::{Failure, cookies, flows};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    phone: String,
}

#[derive(Template)]
#[template(path = "vkid/session.html")]
struct SessionPage {
    page: Page,
    client: String,
    name: String,
    given: String,
    initials: String,
    phone: String,
    action: String,
    cancel: String,
    other: String,
}

/// Whether the request may be shown; a refusal that the client must hear goes to its verified address.
enum Asked {
    Yes(Box<AuthorizeRequest>),
    No(Response),
}

async fn ask(cx: &Cx) -> Result<Asked, Failure> {
    if !cx.app.settings.vk_id.is_embedded() {
        return Err(Failure::NotFound);
    }
    let query: Vec<(String, String)> = cx.request.query()?;
    let read = cx
        .read(move |tx| match identity::read_request(tx, &query) {
            Ok(request) => Ok(Ok(Box::new(request))),
            Err(AuthorizeError::Refused { redirect_uri, state, answer, reason }) => {
                Ok(Err((redirect_uri, state, answer, reason)))
            }
            Err(error) => Err(error.into()),
        })
        .await?;
    Ok(match read {
        Ok(request) => Asked::Yes(request),
        Err((redirect_uri, state, answer, reason)) => {
            let outcome = Outcome::Refused { state: state.as_deref(), reason };
            Asked::No(back::to_client(cx, &redirect_uri, answer, &outcome)?)
        }
    })
}

fn refuse(cx: &Cx, request: &AuthorizeRequest, reason: RefusedAuthorize) -> Result<Response, Failure> {
    let outcome = Outcome::Refused { state: Some(&request.state), reason };
    back::to_client(cx, &request.redirect_uri, request.answer, &outcome)
}

/// Shows the first screen. Nothing is written: the attempt begins with the first form (C3).
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let request = match ask(&cx).await? {
        Asked::Yes(request) => request,
        Asked::No(answer) => return Ok(answer),
    };
    let hand = Hand::of(&cx);
    let (now, asked, reader) = (cx.now, request.clone(), hand.clone());
    // Back and reload lead to where the attempt of this very request is.
    let (begun, session) = cx
        .read(move |tx| {
            let begun = identity::resume(tx, &reader.browser, &asked)?;
            let session = match &reader.session {
                Some(token) => identity::find_session(tx, now, token)?,
                None => None,
            };
            Ok((begun, session))
        })
        .await?;
    if request.prompt.none {
        return silent(&cx, &hand, *request, session).await;
    }
    if let Some(attempt) = begun {
        return Ok(dressed(Response::see_other(&address_of(&attempt, cx.now))));
    }
    let answer = match session.filter(|_| goes_on(&request)) {
        Some(session) => session_page(&cx, &request, session).await?,
        None => cx.html(&first_page(&cx, &request, String::new(), String::new()))?,
    };
    let answer = of_flow(answer, &request.redirect_uri);
    Ok(match cx.request.cookie(cookies::VK_BROWSER) {
        Some(cookie) if !cookie.is_empty() => answer,
        Some(_) | None => {
            let token = identity::CookieToken::draw(&cx.app.random);
            answer.with_cookie(&cookies::set(cookies::VK_BROWSER, token.cookie(), None))
        }
    })
}

/// Whether whoever is signed in may go on as they are. The school's own portal always has people sign in anew: the one
/// at a school's computer may be another than the one before.
fn goes_on(request: &AuthorizeRequest) -> bool {
    !request.prompt.login && request.client.kind == ClientKind::App
}

/// `prompt=none`: a code for whoever is signed in and has given the consent, else a word why not (VK-11). A GET that
/// writes, as OAuth has it; what it makes goes to the verified address and nowhere else.
async fn silent(
    cx: &Cx,
    hand: &Hand,
    request: AuthorizeRequest,
    session: Option<VkSession>,
) -> Result<Response, Failure> {
    let Some(session) = session else { return refuse(cx, &request, RefusedAuthorize::LoginRequired) };
    let (id, scope) = (request.client.id, request.scope);
    let given = cx.read(move |tx| Ok(identity::has_consent(tx, session.account, id, scope)?)).await?;
    if !given || request.client.kind == ClientKind::School || hand.browser.cookie().is_empty() {
        return refuse(cx, &request, RefusedAuthorize::InteractionRequired);
    }
    begin_in_session(cx, hand.clone(), request).await
}

async fn begin_in_session(cx: &Cx, hand: Hand, request: AuthorizeRequest) -> Result<Response, Failure> {
    let now = cx.now;
    let stepped = cx
        .write(move |tx| {
            let stepped = identity::start_in_session(tx, now, &hand.means(), &request)?;
            let act = Act::new("identity.resume", "attempt", stepped.attempt.id);
            Ok((stepped, act))
        })
        .await?;
    go_on(cx, stepped, Typed::Nothing).await
}

/// «Продолжить как …».
pub(crate) async fn resume(cx: Cx) -> Result<Response, Failure> {
    let request = match ask(&cx).await? {
        Asked::Yes(request) => request,
        Asked::No(answer) => return Ok(answer),
    };
    let super::Nothing {} = cx.request.form()?;
    let hand = Hand::of(&cx);
    if hand.browser.cookie().is_empty() || !goes_on(&request) {
        return Err(Failure::StaleForm);
    }
    begin_in_session(&cx, hand, *request).await
}

async fn session_page(cx: &Cx, request: &AuthorizeRequest, session: VkSession) -> Result<Response, Failure> {
    let owner = cx.read(move |tx| Ok(identity::owner_of(tx, &session)?)).await?;
    let Some(owner) = owner else { return Err(Failure::NotFound) };
    let query = cx.request.query_text();
    let mut page = cx.bare_page(say("vkid-title-session"));
    page.scheme = colours(request.scheme);
    cx.html(&SessionPage {
        page,
        client: request.client.name.clone(),
        name: owner.person.name.short(),
        given: owner.person.name.given.clone(),
        initials: owner.person.name.initials(),
        phone: owner.phone.map(|phone| phone.masked()).unwrap_or_default(),
        action: format!("/vkid/continue?{query}"),
        cancel: format!("/vkid/cancel?{query}"),
        // The last word of two counts.
        other: format!("/authorize?{query}&prompt=login"),
    })
}

fn first_page(cx: &Cx, request: &AuthorizeRequest, phone: String, error: String) -> PhonePage {
    let query = cx.request.query_text();
    let mut page = cx.bare_page(say("vkid-title-phone"));
    page.scheme = colours(request.scheme);
    PhonePage {
        page,
        action: format!("/vkid/start?{query}"),
        cancel: format!("/vkid/cancel?{query}"),
        back: String::new(),
        phone,
        error,
        ask: PhoneAsk::SignIn,
        leaves: String::new(),
    }
}

/// Takes the first phone number: the attempt begins, and with it the school's own when the school's portal asks.
pub(crate) async fn start(cx: Cx) -> Result<Response, Failure> {
    let request = match ask(&cx).await? {
        Asked::Yes(request) => request,
        Asked::No(answer) => return Ok(answer),
    };
    let form: Form = cx.request.form()?;
    let phone = match Phone::parse(&form.phone) {
        Ok(phone) => phone,
        Err(fault) => return refused(&cx, &request, form.phone, &fault.into()),
    };
    let (now, hand) = (cx.now, Hand::of(&cx));
    if hand.browser.cookie().is_empty() {
        // Without the cookie nobody could go on; the page gives one.
        return Err(Failure::StaleForm);
    }
    let viewer = cx.who.as_ref().map(|who| who.viewer);
    let asked = request.clone();
    let started = cx
        .write(move |tx| {
            let started = flows::begin_link(tx, now, &hand.means(), viewer, &asked, phone)?;
            let act = match &started {
                Started::Attempt(stepped) => Act::new("identity.start", "attempt", stepped.attempt.id),
                Started::Refused(refusal) => {
                    Act::new("identity.start", "client", asked.client.id).because(refusal.to_string())
                }
            };
            Ok((started, act))
        })
        .await?;
    flows::deliver(&cx.app, now).await?;
    match started {
        Started::Attempt(stepped) => go_on(&cx, *stepped, Typed::Phone(form.phone)).await,
        Started::Refused(refusal) => refused(&cx, &request, form.phone, &Failure::Step { refusal, now }),
    }
}

fn refused(
    cx: &Cx,
    request: &AuthorizeRequest,
    phone: String,
    failure: &Failure,
) -> Result<Response, Failure> {
    let answer = cx.refused(failure, &first_page(cx, request, phone, failure.sentence()))?;
    Ok(of_flow(answer, &request.redirect_uri))
}

/// «Отмена» on the first screen, before there is an attempt: the client hears it, nothing is written.
pub(crate) async fn cancel(cx: Cx) -> Result<Response, Failure> {
    let request = match ask(&cx).await? {
        Asked::Yes(request) => request,
        Asked::No(answer) => return Ok(answer),
    };
    refuse(&cx, &request, RefusedAuthorize::Cancelled)
}
