//! The sign-in pages of the embedded VK ID (docs/rules/linking.md): one screen for each step of the machine.

pub(crate) mod authorize;
mod back;
pub(crate) mod code;
pub(crate) mod ends;
pub(crate) mod me;
pub(crate) mod password;
pub(crate) mod person;
pub(crate) mod phone;
pub(crate) mod profile;
pub(crate) mod reset;
mod screen;
pub(crate) mod widget;

use std::sync::Arc;

use http::header::HeaderName;
use identity::{Attempt, Caller, CookieToken, Input, Means, Refusal, Step, Stepped};
use serde::Deserialize;
use store::Act;

pub(crate) use screen::{Typed, address_of, claimed, render};

use crate::cx::Cx;
use crate::response::Response;
use crate::{App, Failure, cookies, flows};

/// What the verbs need of a request, owned, so that it can enter the write's closure.
#[derive(Clone)]
pub(crate) struct Hand {
    pub(crate) app: Arc<App>,
    pub(crate) caller: Caller,
    pub(crate) browser: CookieToken,
    pub(crate) session: Option<CookieToken>,
}

impl Hand {
    pub(crate) fn of(cx: &Cx) -> Self {
        let address = cx.request.address();
        let cookie = |name| cx.request.cookie(name).filter(|value| !value.is_empty());
        Self {
            app: Arc::clone(&cx.app),
            caller: Caller {
                address: address.to_string(),
                is_school_address: cx.app.settings.is_school_address(address),
                device: cx.request.device(),
            },
            // A browser without the cookie holds no attempt; an empty text matches none.
            browser: CookieToken::from_cookie(&cookie(cookies::VK_BROWSER).unwrap_or_default()),
            session: cookie(cookies::VK_SESSION).map(|value| CookieToken::from_cookie(&value)),
        }
    }

    pub(crate) fn means(&self) -> Means<'_> {
        Means {
            key: &self.app.key,
            random: &self.app.random,
            caller: &self.caller,
            browser: &self.browser,
            session: self.session.as_ref(),
        }
    }
}

/// A form that holds nothing but its button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// The attempt of the address, for the browser that began it.
pub(crate) async fn attempt_of(cx: &Cx) -> Result<Attempt, Failure> {
    let public: String = cx.request.param("attempt")?;
    let hand = Hand::of(cx);
    cx.read(move |tx| Ok(identity::find_attempt(tx, &hand.browser, &public)?)).await
}

/// Takes the attempt of the address a step on; a code that was asked for is on its way before the answer is.
pub(crate) async fn take(cx: &Cx, input: Input) -> Result<Stepped, Failure> {
    let public: String = cx.request.param("attempt")?;
    let (now, hand) = (cx.now, Hand::of(cx));
    let stepped = cx
        .write(move |tx| {
            let stepped = identity::step(tx, now, &hand.means(), &public, input)?;
            let action = if changed_phone(&stepped) { "identity.own.phone" } else { "identity.step" };
            let act = Act::new(action, "attempt", stepped.attempt.id);
            Ok((stepped, act))
        })
        .await?;
    flows::deliver(&cx.app, now).await?;
    Ok(stepped)
}

/// Whether a step has put another phone in the place of an account's.
fn changed_phone(stepped: &Stepped) -> bool {
    let is_done = matches!(stepped.attempt.state.step, Step::Entered { .. });
    is_done && stepped.entered.is_none() && stepped.refusal.is_none()
}

/// Where a browser goes after a step: on, back to the client, or to the same screen with what was wrong.
pub(crate) async fn go_on(cx: &Cx, stepped: Stepped, typed: Typed) -> Result<Response, Failure> {
    if let Some((granted, session)) = stepped.granted {
        let cookie = cookies::set(cookies::VK_SESSION, session.cookie(), None);
        let attempt = &stepped.attempt;
        let outcome = back::Outcome::Granted(&granted);
        let answer = back::to_client(cx, &attempt.redirect_uri, attempt.answer, &outcome)?;
        return Ok(answer.with_cookie(&cookie));
    }
    if let Some(session) = stepped.entered {
        let cookie = cookies::set(cookies::VK_SESSION, session.cookie(), None);
        return Ok(Response::see_other(me::PAGE).with_cookie(&cookie));
    }
    match stepped.refusal {
        None if changed_phone(&stepped) => Ok(me::phone_changed(cx)),
        // A form sent twice, or from a page that is no more: the right screen is the answer.
        None | Some(Refusal::NotNow) => Ok(led(cx, &stepped.attempt)),
        Some(refusal) => {
            let failure = Failure::Step { refusal, now: cx.now };
            render(cx, stepped.attempt, Some(failure), typed).await
        }
    }
}

/// Takes an input from a form without fields.
pub(crate) async fn press(cx: Cx, input: Input) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let stepped = take(&cx, input).await?;
    go_on(&cx, stepped, Typed::Nothing).await
}

/// «Разрешить».
pub(crate) async fn consent(cx: Cx) -> Result<Response, Failure> {
    press(cx, Input::Consent).await
}

/// Shows the screen of an address, or leads to the one where the attempt is.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let attempt = attempt_of(&cx).await?;
    if cx.request.path() == address_of(&attempt, cx.now) {
        render(&cx, attempt, None, Typed::Nothing).await
    } else {
        Ok(led(&cx, &attempt))
    }
}

/// Leads to the screen where an attempt is.
pub(crate) fn led(cx: &Cx, attempt: &Attempt) -> Response {
    let answer = Response::see_other(&address_of(attempt, cx.now));
    if attempt.is_own() { answer } else { dressed(answer) }
}

/// A page of the flow keeps its opener (VK-13).
pub(crate) fn dressed(answer: Response) -> Response {
    answer.with_header(HeaderName::from_static("cross-origin-opener-policy"), "unsafe-none")
}
