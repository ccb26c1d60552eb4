//! Step-up (A16): a form that asks for the password again is kept whole, its fields hidden in the form with the
//! password, which is sent to where the first one was going. So nothing typed is lost, and nothing is kept here.

use askama::Template;
use school::{SessionToken, SignInError};
use store::Act;

use crate::cx::Cx;
use crate::own_password::OwnPassword;
use crate::response::{Response, is_own};
use crate::views::Page;
use crate::words::say;
use crate::{Failure, cookies};

/// The field with the password; no handler ever sees it.
const PASSWORD: &str = "_password";
/// The page from which the form came, for «Отмена».
pub(crate) const BACK: &str = "_back";

/// Why a form that needs a fresh password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmFault {
    /// The password was typed too long ago.
    #[error("the password must be typed again")]
    Needed,
    /// It is not the account's.
    #[error("wrong password")]
    Wrong,
    /// Too many were wrong.
    #[error("too many wrong passwords")]
    TooMany,
}

#[derive(Template)]
#[template(path = "portal/confirm.html")]
struct ConfirmPage {
    page: Page,
    error: String,
    action: String,
    back: String,
    login_name: String,
    download: bool,
    fields: Vec<(String, String)>,
}

/// Takes the password out of a form and, when there is one, confirms the session by it. Gives the session's new
/// cookie (A12).
///
/// # Errors
/// [`Failure::Confirm`] when the password is not right.
pub(crate) async fn take(cx: &mut Cx) -> Result<Option<String>, Failure> {
    let Some(password) = cx.request.take_field(PASSWORD) else { return Ok(None) };
    let checked = OwnPassword::compare(cx, password).await.map_err(fault)?;
    let checked = checked.ok_or(ConfirmFault::Wrong)?;
    let (now, who, device) = (cx.now, cx.signed_in()?.clone(), cx.device());
    let token = SessionToken::draw(&cx.app.random);
    let drawn = token.clone();
    let confirmed = cx.write(move |tx| {
        checked.recheck(tx, now)?;
        school::confirm_session(tx, now, &who.viewer, &drawn, &device)?;
        Ok((who.session.remember, Act::new("school.session.confirm", "session", who.viewer.session())))
    });
    let remember = confirmed.await.map_err(fault)?;
    Ok(Some(cookies::session(&token, remember)))
}

fn fault(failure: Failure) -> Failure {
    let Failure::SignIn(refusal) = failure else { return failure };
    match refusal {
        SignInError::WrongPair => ConfirmFault::Wrong.into(),
        SignInError::Refused => ConfirmFault::TooMany.into(),
        SignInError::Blocked | SignInError::Store(_) => Failure::SignIn(refusal),
    }
}

/// Whether the answer is a file, after which the browser stays on its page.
fn is_download(path: &str) -> bool {
    path == crate::handlers::admin::backup::DOWNLOAD || path == "/export/own" || path.ends_with("/export")
}

/// «Подтвердите, что это вы», in the place of the answer to a form; `None` when the call was no form of a page. The
/// status is 200 as with every form that is shown again.
pub(crate) fn page(cx: &Cx, fault: ConfirmFault) -> Option<Response> {
    let who = cx.who.as_ref()?;
    if *cx.request.method() != http::Method::POST || cx.request.wants_json() {
        return None;
    }
    let mut fields = cx.request.fields();
    let kept = fields.iter().position(|(name, _)| name == BACK).map(|at| fields.remove(at).1);
    let back = kept.or_else(|| cx.request.referer()).filter(|path| is_own(path));
    let shown = ConfirmPage {
        page: cx.bare_page(say("confirm-title")),
        error: match fault {
            ConfirmFault::Needed => String::new(),
            ConfirmFault::Wrong | ConfirmFault::TooMany => Failure::from(fault).sentence(),
        },
        action: cx.request.target().to_owned(),
        back: back.unwrap_or_else(|| "/".to_owned()),
        login_name: who.name.short(),
        download: is_download(cx.request.path()),
        fields,
    };
    shown.render().ok().map(Response::html)
}
