//! The password once more, before what could take an account away from its owner (A16).

use askama::Template;
use identity::{OwnerOf, PasswordCheck, ProvenOwnerOf, Refusal};
use serde::Deserialize;
use store::{Act, Lane, PasswordHash, UtcInstant};

use super::{OBJECT, PAGE, change, hand_of, look};
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::words::say;
use crate::{Failure, cookies};

#[derive(Template)]
#[template(path = "vkid/me_confirm.html")]
struct ConfirmPage {
    page: Page,
    to: &'static str,
    phone: String,
    has_password: bool,
    error: String,
}

/// What the proof is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// Another phone.
    Phone,
    /// The first password.
    Password,
    /// The end of the account.
    Removal,
}

impl Aim {
    const ALL: [Self; 3] = [Self::Phone, Self::Password, Self::Removal];

    const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Password => "password",
            Self::Removal => "delete",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    password: String,
}

fn aim_of(cx: &Cx) -> Result<Aim, Failure> {
    let Query { to } = cx.request.query()?;
    Aim::ALL.into_iter().find(|aim| aim.word() == to).ok_or(Failure::BadQuery)
}

/// The page that asks for the password, for an aim.
pub(crate) fn address(aim: &str) -> String {
    format!("{PAGE}/confirm?to={aim}")
}

/// The owner who has proved who they are, or the way to the page where they do.
pub(super) fn proven<'t>(by: &OwnerOf<'t>, now: UtcInstant, aim: Aim) -> Result<ProvenOwnerOf<'t>, Failure> {
    by.proven(now).ok_or(Failure::VkProofNeeded { aim: aim.word() })
}

async fn page(cx: &Cx, aim: Aim, error: String) -> Result<ConfirmPage, Failure> {
    let page = cx.bare_page(say("me-title-confirm"));
    look(cx, move |tx, by| {
        let account = identity::own_account(tx, by)?;
        let (phone, has_password) = (account.phone.masked(), account.has_password);
        Ok(ConfirmPage { page, to: aim.word(), phone, has_password, error })
    })
    .await
}

/// Asks for the password.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let aim = aim_of(&cx)?;
    let shown = page(&cx, aim, String::new()).await?;
    cx.html(&shown)
}

/// Takes the password: the session goes on under another name, and five minutes begin.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let aim = aim_of(&cx)?;
    let form: Form = cx.request.form()?;
    let compared = match compare(&cx, form.password).await {
        Ok(compared) => compared,
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, aim, failure.sentence()).await?;
            return cx.refused(&failure, &shown);
        }
        Err(failure) => return Err(failure),
    };
    let (now, random) = (cx.now, cx.app.random.clone());
    let renewed = change(&cx, move |tx, by| {
        let renewed = identity::prove(tx, now, &random, by, &compared.hash)?;
        let act = renewed.is_some().then(|| Act::new("identity.own.prove", OBJECT, by.session()));
        Ok((renewed, act))
    })
    .await?;
    Ok(match renewed {
        Some(token) => Response::see_other(&format!("{PAGE}/{}", aim.word())).with_cookie(&cookies::set(
            cookies::VK_SESSION,
            token.cookie(),
            None,
        )),
        // The password is another since a moment ago.
        None => Response::see_other(&address(aim.word())),
    })
}

/// A password that was right a moment ago.
pub(super) struct Compared {
    pub(super) hash: PasswordHash,
}

/// Compares the password that was typed with the account's, outside every transaction; a wrong one is counted (A18).
pub(super) async fn compare(cx: &Cx, typed: String) -> Result<Compared, Failure> {
    let (now, hand) = (cx.now, hand_of(cx)?);
    let caller = hand.caller.clone();
    let check = look(cx, move |tx, by| Ok(identity::own_password_to_check(tx, now, &caller, by)?)).await?;
    let stored = match check {
        PasswordCheck::Refused(refusal) => return Err(Failure::Step { refusal, now }),
        PasswordCheck::Hash(stored) => stored,
    };
    let right = cx.app.hasher.matches(stored.clone(), typed).await?;
    if let (true, Some(hash)) = (right, stored) {
        return Ok(Compared { hash });
    }
    cx.record(Lane::Admin, move |tx| match OwnerOf::ask(tx, now, hand.session.as_ref())? {
        Some(by) => Ok(identity::count_wrong_own_password(tx, now, &hand.caller, &by)?),
        None => Ok(()),
    })
    .await?;
    Err(Failure::Step { refusal: Refusal::WrongPassword, now })
}
