//! `GET /authorize`: the first screen, for a request that was checked; and the first phone number.

use identity::{AuthorizeError, AuthorizeRequest, Phone, RefusedAuthorize, Started};
use serde::Deserialize;
use store::Act;

use super::screen::PhonePage;
use super::{Hand, Typed, address_of, dressed, go_on};
use crate::cx::Cx;
use crate::response::Response;
use crate::words::say;
use crate::{Failure, cookies, flows};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    phone: String,
}

/// Whether the request may be shown; a refusal that the client must hear goes to its verified address.
enum Asked {
    Yes(Box<AuthorizeRequest>),
    No(Response),
}

async fn ask(cx: &Cx) -> Result<Asked, Failure> {
    if cx.app.settings.vk_id == crate::settings::VkId::Off {
        return Err(Failure::NotFound);
    }
    let query: Vec<(String, String)> = cx.request.query()?;
    let read: Result<_, Failure> = cx
        .read(move |tx| match identity::read_request(tx, &query) {
            Ok(request) => Ok(Asked::Yes(Box::new(request))),
            Err(AuthorizeError::Refused { redirect_uri, state, reason }) => {
                let to = identity::refusal_location(&redirect_uri, state.as_deref(), reason);
                Ok(Asked::No(dressed(Response::to_client(&to))))
            }
            Err(error) => Err(error.into()),
        })
        .await;
    read
}

/// Shows the first screen. Nothing is written: the attempt begins with the first form (C3).
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let request = match ask(&cx).await? {
        Asked::Yes(request) => request,
        Asked::No(answer) => return Ok(answer),
    };
    let hand = Hand::of(&cx);
    // Back and reload lead to where the attempt of this very request is.
    let begun = cx.read(move |tx| Ok(identity::resume(tx, &hand.browser, &request)?)).await?;
    if let Some(attempt) = begun {
        return Ok(dressed(Response::see_other(&address_of(&attempt, cx.now))));
    }
    let answer = cx.html(&first_page(&cx, String::new(), String::new()))?;
    Ok(dressed(match cx.request.cookie(cookies::VK_BROWSER) {
        Some(cookie) if !cookie.is_empty() => answer,
        Some(_) | None => {
            let token = identity::CookieToken::draw(&cx.app.random);
            answer.with_cookie(&cookies::set(cookies::VK_BROWSER, token.cookie(), None))
        }
    }))
}

fn first_page(cx: &Cx, phone: String, error: String) -> PhonePage {
    let query = cx.request.query_text();
    PhonePage {
        page: cx.bare_page(say("vkid-title-phone")),
        action: format!("/vkid/start?{query}"),
        cancel: format!("/vkid/cancel?{query}"),
        back: String::new(),
        phone,
        error,
        resets: false,
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
        Err(fault) => return refused(&cx, form.phone, &fault.into()),
    };
    let (now, hand) = (cx.now, Hand::of(&cx));
    if hand.browser.cookie().is_empty() {
        // Without the cookie nobody could go on; the page gives one.
        return Err(Failure::StaleForm);
    }
    let viewer = cx.who.as_ref().map(|who| who.viewer);
    let started = cx
        .write(move |tx| {
            let started = flows::begin_link(tx, now, &hand.means(), viewer, &request, phone)?;
            let act = match &started {
                Started::Attempt(stepped) => Act::new("identity.start", "attempt", stepped.attempt.id),
                Started::Refused(refusal) => {
                    Act::new("identity.start", "client", request.client.id).because(refusal.to_string())
                }
            };
            Ok((started, act))
        })
        .await?;
    flows::deliver(&cx.app, now).await?;
    match started {
        Started::Attempt(stepped) => go_on(&cx, *stepped, Typed::Phone(form.phone)).await,
        Started::Refused(refusal) => refused(&cx, form.phone, &Failure::Step { refusal, now }),
    }
}

fn refused(cx: &Cx, phone: String, failure: &Failure) -> Result<Response, Failure> {
    cx.refused(failure, &first_page(cx, phone, failure.sentence())).map(dressed)
}

/// «Отмена» on the first screen, before there is an attempt: the client hears it, nothing is written.
pub(crate) async fn cancel(cx: Cx) -> Result<Response, Failure> {
    let request = match ask(&cx).await? {
        Asked::Yes(request) => request,
        Asked::No(answer) => return Ok(answer),
    };
    let to =
        identity::refusal_location(&request.redirect_uri, Some(&request.state), RefusedAuthorize::Cancelled);
    Ok(dressed(Response::to_client(&to)))
}
