//! Where a person is signed in to VK ID, and the end of it (A15).

use http::HeaderName;
use identity::VkSessionId;
use store::Act;

use super::{OBJECT, PAGE, change};
use crate::cx::Cx;
use crate::handlers::vkid::Nothing;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;
use crate::{Failure, cookies};

/// Ends one of the person's own sessions; anybody else's is as good as not there (Z2).
pub(crate) async fn end(cx: Cx) -> Result<Response, Failure> {
    let id: VkSessionId = cx.request.param("vk_session")?;
    let Nothing {} = cx.request.form()?;
    let now = cx.now;
    change(&cx, move |tx, by| {
        let ended = identity::end_own_session(tx, now, by, id)?.ok_or(Failure::NotFound)?;
        Ok(((), ended.then(|| Act::new("identity.own.session.end", OBJECT, id))))
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say("session-ended"), String::new()))))
}

/// The browser forgets the session and what it keeps of its pages.
pub(super) fn left(answer: Response) -> Response {
    answer
        .with_header(HeaderName::from_static("clear-site-data"), "\"cache\"")
        .with_cookie(&cookies::clear(cookies::VK_SESSION))
}

/// «Выйти».
pub(crate) async fn sign_out(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let now = cx.now;
    change(&cx, move |tx, by| {
        identity::sign_out(tx, now, by)?;
        Ok(((), Some(Act::new("identity.own.session.end", OBJECT, by.session()))))
    })
    .await?;
    Ok(left(cx.go(PAGE, Some(Flash::good(say("me-signed-out"), String::new())))))
}

/// «Выйти везде».
pub(crate) async fn sign_out_everywhere(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let now = cx.now;
    change(&cx, move |tx, by| {
        identity::sign_out_everywhere(tx, now, by)?;
        Ok(((), Some(Act::new("identity.own.session.end_all", OBJECT, by.session()))))
    })
    .await?;
    Ok(left(cx.go(PAGE, Some(Flash::good(say("me-signed-out-everywhere"), String::new())))))
}
