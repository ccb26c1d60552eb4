//! The way back to the client: with the browser, or from a new tab to the page that opened it (VK-16, VK-17).

use askama::Template;
use identity::{Answer, Granted, RefusedAuthorize};
use serde_json::json;

use super::dressed;
use super::screen::of_flow;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::words::say;

/// What the client hears.
pub(super) enum Outcome<'a> {
    /// A code.
    Granted(&'a Granted),
    /// Why there is none.
    Refused {
        /// The client's state, when there was one.
        state: Option<&'a str>,
        /// Why.
        reason: RefusedAuthorize,
    },
}

#[derive(Template)]
#[template(path = "vkid/message.html")]
struct MessagePage {
    page: Page,
    message: String,
    target: String,
    location: String,
}

/// Answers the client at its verified address.
pub(super) fn to_client(
    cx: &Cx,
    redirect_uri: &str,
    answer: Answer,
    outcome: &Outcome<'_>,
) -> Result<Response, Failure> {
    let location = match outcome {
        Outcome::Granted(granted) => granted.location(),
        Outcome::Refused { state, reason } => identity::refusal_location(redirect_uri, *state, *reason),
    };
    match answer {
        Answer::Redirect => Ok(dressed(Response::to_client(&location))),
        Answer::Message => {
            let page = MessagePage {
                page: cx.bare_page(say("vkid-title-back")),
                message: message(outcome).to_string(),
                target: identity::origin_of(redirect_uri).to_owned(),
                location,
            };
            cx.html(&page).map(|answer| of_flow(answer, redirect_uri))
        }
    }
}

/// The message as the SDK reads it.
fn message(outcome: &Outcome<'_>) -> serde_json::Value {
    let (state, payload) = match outcome {
        Outcome::Granted(granted) => (
            granted.state.as_str(),
            json!({
                "type": "code_v2",
                "code": granted.code,
                "state": granted.state,
                "device_id": granted.device_id,
                "expires_in": identity::limits::GRANT.whole_seconds(),
            }),
        ),
        Outcome::Refused { state, reason } => {
            let state = state.unwrap_or_default();
            let text = reason.to_string();
            (state, json!({ "error": reason.word(), "error_description": text, "state": state }))
        }
    };
    json!({ "action": format!("oauth2_authorize_response{state}"), "payload": payload })
}
