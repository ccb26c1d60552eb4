//! Cookies: read by name, written with every attribute that A11 asks for.

use cookie::{Cookie, SameSite, time::Duration};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use school::{SessionLimits, SessionToken};

use crate::server::Scheme;

/// The portal session.
pub(crate) const SESSION: &str = "zvonok_session";
/// The seed of form tokens for people who are not signed in.
pub(crate) const FORM: &str = "zvonok_form";
/// The browser, for the sign-in pages of the embedded VK ID: their attempts belong to it (A6).
pub(crate) const VK_BROWSER: &str = "zvonok_vkid";
/// The session of the embedded VK ID; the portal's is another cookie with another value (VK-5).
pub(crate) const VK_SESSION: &str = "zvonok_vkid_session";
/// One message for the page after a redirect.
pub(crate) const FLASH: &str = "zvonok_flash";

/// What browsers take over TLS only, for this host only and for all its paths only.
const PREFIX: &str = "__Host-";

/// The value of a cookie; the first one of that name counts. Over TLS cookies have another name, and one that came
/// over plain HTTP is nobody's (A11).
pub(crate) fn find(headers: &HeaderMap, scheme: Scheme, name: &str) -> Option<String> {
    let prefix = if scheme == Scheme::Https { PREFIX } else { "" };
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name().strip_prefix(prefix) == Some(name))
        .map(|cookie| cookie.value().to_owned())
}

/// A cookie for the whole site that scripts cannot read; without an age it dies with the browser.
pub(crate) fn set(name: &'static str, value: &str, seconds: Option<i64>) -> String {
    let mut cookie =
        Cookie::build((name, value.to_owned())).path("/").http_only(true).same_site(SameSite::Lax);
    if let Some(seconds) = seconds {
        cookie = cookie.max_age(Duration::seconds(seconds));
    }
    // The values are tokens and texts that are percent-encoded already; encoding twice would lose them.
    cookie.build().to_string()
}

/// The cookie of a portal session (A13).
pub(crate) fn session(token: &SessionToken, remember: bool) -> String {
    let seconds = remember.then(|| SessionLimits::of(true).absolute.whole_seconds());
    set(SESSION, token.cookie(), seconds)
}

/// Takes a cookie away.
pub(crate) fn clear(name: &'static str) -> String {
    set(name, "", Some(0))
}

/// Turns the cookies of an answer into those of TLS. The one place that does, so that no handler can forget it.
pub(crate) fn secure(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let text = [PREFIX.as_bytes(), cookie.as_bytes(), b"; Secure"].concat();
        if let Ok(value) = HeaderValue::from_bytes(&text) {
            headers.append(SET_COOKIE, value);
        }
    }
}
