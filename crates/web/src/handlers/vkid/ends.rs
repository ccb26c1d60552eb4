//! The ends of an attempt: «Отмена», and the way back to the client once more.

use identity::{Input, RefusedAuthorize};

use super::back::{self, Outcome};
use super::{Nothing, Typed, address_of, dressed, go_on, take};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

/// «Отмена»: the client hears it.
pub(crate) async fn cancel(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let stepped = take(&cx, Input::Cancel).await?;
    if stepped.refusal.is_some() {
        return Ok(dressed(Response::see_other(&address_of(&stepped.attempt, cx.now))));
    }
    let attempt = stepped.attempt;
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
