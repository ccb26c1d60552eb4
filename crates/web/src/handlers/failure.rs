//! The page, or the JSON object, that a failure becomes.

use askama::Template;
use http::StatusCode;
use http::header::ALLOW;
use serde::Serialize;

use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::words::say;
use crate::{Failure, cookies, handlers, router, step_up};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    heading: String,
    text: String,
    action_href: String,
    action_label: String,
    code: &'static str,
}

#[derive(Serialize)]
struct ErrorObject {
    error: &'static str,
    text: String,
}

/// The answer to a call that failed; never fails itself.
pub(crate) fn page(cx: Option<&Cx>, failure: &Failure) -> Response {
    let said = failure.said();
    log(failure, said.status, said.code);
    if let (Failure::Confirm(fault), Some(cx)) = (failure, cx)
        && let Some(asks) = step_up::page(cx, *fault)
    {
        return asks;
    }
    let Some(cx) = cx else {
        return Response::of("text/plain; charset=utf-8", said.text.say().into()).with_status(said.status);
    };
    if cx.request.wants_json() {
        return Response::json(&ErrorObject { error: said.code, text: said.text.say() })
            .with_status(said.status);
    }
    if matches!(failure, Failure::SignInNeeded) && *cx.request.method() == http::Method::GET {
        return Response::see_other(&sign_in_then(cx.request.target()));
    }
    if matches!(failure, Failure::VkSignInNeeded) {
        return Response::see_other(handlers::vkid::me::PAGE);
    }
    if let Failure::VkProofNeeded { aim } = failure {
        return Response::see_other(&handlers::vkid::me::confirm::address(aim));
    }
    // The way in begins anew where it begins.
    let (action_href, action_label) = if matches!(failure, Failure::Attempt(_)) && cx.who.is_some() {
        ("/link".to_owned(), "tab-link")
    } else if matches!(failure, Failure::SignInNeeded) {
        // Whoever signs in anew is back on the page of the form.
        (sign_in_then(&cx.request.referer().unwrap_or_default()), "error-sign-in")
    } else {
        ("/".to_owned(), "error-home")
    };
    let shown = ErrorPage {
        page: cx.bare_page(say("error-title")),
        status: said.status.as_u16(),
        heading: say(heading(said.status)),
        text: said.text.say(),
        action_href,
        action_label: say(action_label),
        code: said.code,
    };
    let answer = match shown.render() {
        Ok(text) => Response::html(text),
        Err(_) => Response::of("text/plain; charset=utf-8", shown.text.into()),
    };
    // A message that the page has shown is taken from the browser, as on every other page.
    let shown_message = cx.request.cookie(cookies::FLASH).is_some();
    let answer = if shown_message { answer.with_cookie(&cookies::clear(cookies::FLASH)) } else { answer };
    let answer = answer.with_status(said.status);
    if let Failure::WrongMethod { allow } = failure {
        let mut answer = answer;
        answer.headers.insert(ALLOW, router::allow_header(allow));
        return answer;
    }
    answer
}

/// The way in, and from there on to a page.
fn sign_in_then(next: &str) -> String {
    if next.is_empty() {
        return "/signin".to_owned();
    }
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    format!("/signin?next={next}")
}

const fn heading(status: StatusCode) -> &'static str {
    match status.as_u16() {
        404 => "error-heading-missing",
        401 | 403 => "error-heading-closed",
        500.. => "error-heading-server",
        _ => "error-heading-request",
    }
}

fn log(failure: &Failure, status: StatusCode, code: &str) {
    let source =
        std::error::Error::source(failure).and_then(std::error::Error::source).map(ToString::to_string);
    if status.is_server_error() {
        tracing::error!(code, cause = %failure, source, "failed");
    } else {
        tracing::debug!(code, cause = %failure, "refused");
    }
}
