//! Proof that a write comes from our own page (C3): own origin, and a token or a JSON body.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, ORIGIN};
use school::PortalSession;
use store::ServerKey;

use crate::Failure;

/// What a session's tokens are made from. Its reference is another after the password was typed again (A12), while forms
/// that are open in other windows stay good: so the row is named, and the moment in which it began. No cookie holds a
/// semicolon, so nobody gets such a token by a form cookie of their own making.
pub(crate) fn seed_of(session: &PortalSession) -> String {
    format!("session;{};{}", session.id, session.created.millis())
}

/// The token of a seed: the session's, or the form cookie of those not signed in.
pub(crate) fn token(key: &ServerKey, seed: &str) -> String {
    URL_SAFE_NO_PAD.encode(&key.mac("form token", seed.as_bytes())[..16])
}

/// Checks that a write comes from a page of our own origin.
pub(crate) fn check_origin(headers: &HeaderMap, own: &str) -> Result<(), Failure> {
    let text = |name: &http::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(origin) = text(&ORIGIN) {
        return if origin.eq_ignore_ascii_case(own) { Ok(()) } else { Err(Failure::ForeignOrigin) };
    }
    match headers.get("sec-fetch-site").and_then(|value| value.to_str().ok()) {
        Some("same-origin") => Ok(()),
        Some(_) | None => Err(Failure::ForeignOrigin),
    }
}

/// Checks that a write carries the page's token, in the form or in a header, or that its body is JSON.
pub(crate) fn check_token(
    headers: &HeaderMap,
    form_token: Option<&str>,
    expected: &str,
) -> Result<(), Failure> {
    let is_json = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json"));
    let header = headers.get("x-zvonok-token").and_then(|value| value.to_str().ok());
    let given = form_token.or(header);
    if is_json || given.is_some_and(|given| same(given.as_bytes(), expected.as_bytes())) {
        Ok(())
    } else {
        Err(Failure::StaleForm)
    }
}

/// Compares without telling by time how much agrees.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
