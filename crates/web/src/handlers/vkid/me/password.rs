//! Another password: the old one is asked for; whoever never had one has just confirmed their phone (A9, A12).

use askama::Template;
use serde::Deserialize;
use store::Act;

use super::confirm::{Aim, Compared, compare, proven};
use super::{OBJECT, PAGE, change, look};
use crate::cx::Cx;
use crate::handlers::vkid::reset;
use crate::response::Response;
use crate::views::{Flash, Page};
use crate::words::say;
use crate::{Failure, cookies};

#[derive(Template)]
#[template(path = "vkid/me_password.html")]
struct PasswordPage {
    page: Page,
    phone: String,
    has_password: bool,
    error: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    old: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

async fn page(cx: &Cx, error: String) -> Result<PasswordPage, Failure> {
    let (now, page) = (cx.now, cx.bare_page(say("me-title-password")));
    look(cx, move |tx, by| {
        let account = identity::own_account(tx, by)?;
        if !account.has_password {
            proven(by, now, Aim::Password)?;
        }
        let (phone, has_password) = (account.phone.masked(), account.has_password);
        Ok(PasswordPage { page, phone, has_password, error })
    })
    .await
}

/// Asks for the old and the new password.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, String::new()).await?;
    cx.html(&shown)
}

/// Sets the new password; every other session ends.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match set(&cx, form).await {
        Ok(answer) => Ok(answer),
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn set(cx: &Cx, form: Form) -> Result<Response, Failure> {
    let now = cx.now;
    let (has_password, words) = look(cx, move |tx, by| {
        let has_password = identity::own_account(tx, by)?.has_password;
        if !has_password {
            proven(by, now, Aim::Password)?;
        }
        Ok((has_password, identity::own_words_of(tx, by)?))
    })
    .await?;
    let compared = if has_password { Some(compare(cx, form.old).await?) } else { None };
    reset::judge(&form.password, &form.again, &words)?;
    let hash = cx.app.hasher.hash(form.password, &cx.app.random).await?;
    let random = cx.app.random.clone();
    let renewed = change(cx, move |tx, by| {
        let renewed = match compared {
            Some(Compared { hash: old }) => identity::change_password(tx, now, &random, by, &old, &hash)?,
            None => {
                let by = proven(by, now, Aim::Password)?;
                identity::set_first_password(tx, now, &random, &by, &hash)?
            }
        };
        let act = renewed.is_some().then(|| Act::new("identity.own.password", OBJECT, by.session()));
        Ok((renewed, act))
    })
    .await?;
    Ok(match renewed {
        Some(token) => cx
            .go(PAGE, Some(Flash::good(say("profile-password-set"), say("me-password-others"))))
            .with_cookie(&cookies::set(cookies::VK_SESSION, token.cookie(), None)),
        // The password is another since a moment ago.
        None => Response::see_other(&format!("{PAGE}/password")),
    })
}
