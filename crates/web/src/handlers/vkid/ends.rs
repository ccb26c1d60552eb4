//! The ends of an attempt: «Отмена», and the way back to the client once more.

use identity::{Input, RefusedAuthorize};

use super::back::{self, Outcome};
use super::{Nothing, Typed, dressed, go_on, led, me, take};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

/// «Отмена»: the client hears it.
pub(crate) async fn cancel(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let stepped = take(&cx, Input::Cancel).await?;
    if stepped.refusal.is_some() {
        return Ok(led(&cx, &stepped.attempt));
    }
    let attempt = stepped.attempt;
    if attempt.is_own() {
        return Ok(me::given_up(&cx));
    }
    let outcome = Outcome::Refused { state: Some(&attempt.oauth_state), reason: RefusedAuthorize::Cancelled };
    back::to_client(&cx, &attempt.redirect_uri, attempt.answer, &outcome)
}

/// «Продолжить» for a browser that lost the way back: it gets a fresh code, unless the first was used.
pub(crate) async fn again(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let stepped = take(&cx, Input::ConfirmProfile { role: None }).await?;
    if stepped.granted.is_none() && stepped.refusal.is_none() {
        // The code has done its work: the portal knows how the link stands.
        return Ok(dressed(Response::see_other("/link")));
    }
    go_on(&cx, stepped, Typed::Nothing).await
}
