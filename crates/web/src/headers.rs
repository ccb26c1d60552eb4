//! The headers of every answer (C1, C2).

use http::HeaderMap;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::cookies;
use crate::server::Scheme;

/// The policy of pages whose forms may lead to one more origin (VK-14).
pub(crate) fn policy_of_forms(origin: &str) -> String {
    CSP.replace("form-action 'self'", &format!("form-action 'self' {origin}"))
}

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
     connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types zvonok";

/// Adds what every answer must say, unless the handler has said it already; over TLS also that the site is only there,
/// and that its cookies never travel otherwise (A11).
pub(crate) fn dress(headers: &mut HeaderMap, scheme: Scheme) {
    if scheme == Scheme::Https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        cookies::secure(headers);
    }
    // Old browsers obey this one even where the policy lets a page be framed, so such a page goes without.
    let is_framed = headers
        .get(CONTENT_SECURITY_POLICY)
        .is_some_and(|policy| !policy.as_bytes().windows(21).any(|part| part == b"frame-ancestors 'none"));
    if !is_framed {
        headers.entry(X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    }
    let mut say = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    say(CONTENT_SECURITY_POLICY, CSP);
    say(X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(REFERRER_POLICY, "same-origin");
    say(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    say(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    say(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(self), display-capture=(), geolocation=(), payment=(), usb=()",
    );
    say(CACHE_CONTROL, "no-store");
    say(VARY, "Cookie");
}
