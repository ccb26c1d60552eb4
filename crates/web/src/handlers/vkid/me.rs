//! «Мой VK ID»: a person's own page at the embedded VK ID, in its own session and never the portal's (VK-5).

pub(crate) mod applications;
pub(crate) mod confirm;
pub(crate) mod password;
pub(crate) mod phone;
pub(crate) mod profile;
pub(crate) mod removal;
pub(crate) mod sessions;
mod view;

use identity::{OwnerOf, Phone, Started};
use serde::Deserialize;
use store::{Act, Lane, ReadTx, WriteTx};
use time::Duration;

use super::screen::{PhoneAsk, PhonePage};
use super::{Hand, Typed, go_on};
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;
use crate::{Failure, cookies, flows};

/// Its address.
pub(crate) const PAGE: &str = "/vkid/me";

/// What is done there is a deed of a session: the account's number is nobody else's business (LNK-S3).
const OBJECT: &str = "vk_session";

fn hand_of(cx: &Cx) -> Result<Hand, Failure> {
    if cx.app.settings.vk_id.is_embedded() { Ok(Hand::of(cx)) } else { Err(Failure::NotFound) }
}

/// Reads for the owner of the account that the browser is signed in to, and notes that the session is used.
async fn look<T, F>(cx: &Cx, read: F) -> Result<T, Failure>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&ReadTx<'t>, &OwnerOf<'t>) -> Result<T, Failure> + Send + 'static,
{
    let (now, hand) = (cx.now, hand_of(cx)?);
    let token = hand.session.clone();
    let (value, seen) = cx
        .read(move |tx| {
            let by = OwnerOf::ask(tx, now, token.as_ref())?.ok_or(Failure::VkSignInNeeded)?;
            Ok((read(tx, &by)?, by.seen()))
        })
        .await?;
    if now.since(seen) >= Duration::minutes(1) {
        cx.record(Lane::Marks, move |tx| match OwnerOf::ask(tx, now, hand.session.as_ref())? {
            Some(by) => Ok(identity::touch_own_session(tx, now, &by)?),
            None => Ok(()),
        })
        .await?;
    }
    Ok(value)
}

/// Writes for the owner of the account that the browser is signed in to.
async fn change<T, F>(cx: &Cx, write: F) -> Result<T, Failure>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&mut WriteTx<'t>, &OwnerOf<'t>) -> Result<(T, Option<Act>), Failure> + Send + 'static,
{
    let (now, hand) = (cx.now, hand_of(cx)?);
    cx.write_if_due(move |tx| {
        let by = OwnerOf::ask(tx, now, hand.session.as_ref())?.ok_or(Failure::VkSignInNeeded)?;
        write(tx, &by)
    })
    .await
}

/// Shows the page, or the sign-in to it.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    match view::page(&cx).await {
        Ok(page) => cx.html(&page),
        Err(Failure::VkSignInNeeded) => Ok(with_browser(&cx, cx.html(&first_page(&cx, "", String::new()))?)),
        Err(failure) => Err(failure),
    }
}

/// A form's own key: the form sent twice makes one attempt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    key: String,
}

fn fresh_key(cx: &Cx) -> String {
    cx.app.random.token::<16>()
}

fn key_of(cx: &Cx) -> Result<String, Failure> {
    let Key { key } = cx.request.query()?;
    let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_plain && (16..=64).contains(&key.len()) { Ok(key) } else { Err(Failure::BadQuery) }
}

/// An attempt belongs to a browser, which is known by a cookie.
fn with_browser(cx: &Cx, answer: Response) -> Response {
    match cx.request.cookie(cookies::VK_BROWSER) {
        Some(cookie) if !cookie.is_empty() => answer,
        Some(_) | None => {
            let token = identity::CookieToken::draw(&cx.app.random);
            answer.with_cookie(&cookies::set(cookies::VK_BROWSER, token.cookie(), None))
        }
    }
}

fn first_page(cx: &Cx, phone: &str, error: String) -> PhonePage {
    PhonePage {
        page: cx.bare_page(say(PhoneAsk::Own.title())),
        action: format!("{PAGE}/start?key={}", fresh_key(cx)),
        cancel: String::new(),
        back: String::new(),
        phone: phone.to_owned(),
        error,
        ask: PhoneAsk::Own,
        leaves: "/".to_owned(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhoneForm {
    #[serde(default)]
    phone: String,
}

/// Takes the phone number of somebody who wants to sign in to their own page.
pub(crate) async fn start(cx: Cx) -> Result<Response, Failure> {
    let (now, hand, key) = (cx.now, hand_of(&cx)?, key_of(&cx)?);
    let form: PhoneForm = cx.request.form()?;
    let phone = match Phone::parse(&form.phone) {
        Ok(phone) => phone,
        Err(fault) => {
            let failure = Failure::from(fault);
            return cx.refused(&failure, &first_page(&cx, &form.phone, failure.sentence()));
        }
    };
    if hand.browser.cookie().is_empty() {
        // Without the cookie nobody could go on; the page gives one.
        return Err(Failure::StaleForm);
    }
    let started = cx
        .write(move |tx| {
            let started = identity::start_own(tx, now, &hand.means(), &key, phone)?;
            let act = act_of(&started);
            Ok((started, act))
        })
        .await?;
    flows::deliver(&cx.app, now).await?;
    match started {
        Started::Attempt(stepped) => go_on(&cx, *stepped, Typed::Phone(form.phone)).await,
        Started::Refused(refusal) => {
            let failure = Failure::Step { refusal, now };
            cx.refused(&failure, &first_page(&cx, &form.phone, failure.sentence()))
        }
    }
}

fn act_of(started: &Started) -> Act {
    match started {
        Started::Attempt(stepped) => Act::new("identity.start", "attempt", stepped.attempt.id),
        Started::Refused(refusal) => Act::new("identity.start", "client", 0_i64).because(refusal.to_string()),
    }
}

/// After the code of a new phone.
pub(super) fn phone_changed(cx: &Cx) -> Response {
    cx.go(PAGE, Some(Flash::good(say("me-phone-changed"), say("me-phone-changed-more"))))
}

/// After «Отмена» on a screen of VK ID's own attempts.
pub(super) fn given_up(cx: &Cx) -> Response {
    let flash = Flash::info(say("me-cancelled"), say("me-cancelled-more"));
    let is_signed_in = cx.request.cookie(cookies::VK_SESSION).is_some_and(|cookie| !cookie.is_empty());
    cx.go(if is_signed_in { PAGE } else { "/" }, Some(flash))
}

/// In the place of a screen of an attempt that is over.
pub(super) fn over(cx: &Cx) -> Response {
    cx.go(PAGE, Some(Flash::info(say("me-over"), say("me-over-more"))))
}
