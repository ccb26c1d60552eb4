//! Answers.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use http_body_util::Full;

/// An answer on its way out.
#[derive(Debug)]
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Response {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A page.
    #[must_use]
    pub fn html(text: String) -> Self {
        Self::of("text/html; charset=utf-8", text.into())
    }

    /// A JSON text.
    #[must_use]
    pub fn json(value: &impl serde::Serialize) -> Self {
        // Our own output types hold nothing that JSON cannot say.
        let text = serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec());
        Self::of("application/json", text.into())
    }

    /// A body of a type.
    #[must_use]
    pub fn of(kind: &'static str, body: Bytes) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        Self { status: StatusCode::OK, headers, body }
    }

    /// After a form: go on by GET (303). The address is one of ours; anything else becomes the start page.
    #[must_use]
    pub fn see_other(to: &str) -> Self {
        let value = HeaderValue::from_str(if is_own(to) { to } else { "/" });
        let mut answer = Self::empty(StatusCode::SEE_OTHER);
        answer.headers.insert(LOCATION, value.unwrap_or(HeaderValue::from_static("/")));
        answer
    }

    /// Back to a client of the embedded VK ID (302, VK-16): the address was verified byte for byte when
    /// the request was read (O1).
    #[must_use]
    pub(crate) fn to_client(verified: &str) -> Self {
        let mut answer = Self::empty(StatusCode::FOUND);
        answer
            .headers
            .insert(LOCATION, HeaderValue::from_str(verified).unwrap_or(HeaderValue::from_static("/")));
        answer
    }

    /// The same answer with another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same answer with a header; a value that no header can hold is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The same answer with one more cookie.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.headers.append(SET_COOKIE, value);
        }
        self
    }

    pub(crate) fn into_http(self) -> http::Response<Full<Bytes>> {
        let mut answer = http::Response::new(Full::new(self.body));
        *answer.status_mut() = self.status;
        *answer.headers_mut() = self.headers;
        answer
    }
}

/// Whether an address leads to a page of ours. Browsers take a backslash for a slash and drop tabs and line ends, so
/// that what follows the first slash could become another host.
pub(crate) fn is_own(to: &str) -> bool {
    let after = to.strip_prefix('/');
    after.is_some_and(|rest| !rest.starts_with(['/', '\\'])) && !to.contains(|sign: char| sign.is_control())
}

#[cfg(test)]
mod tests {
    use super::Response;

    #[test]
    fn after_a_form_a_browser_goes_on_within_the_site() {
        for (to, goes) in [
            ("/diary?x=1", "/diary?x=1"),
            ("/a//b", "/a//b"),
            ("", "/"),
            ("diary", "/"),
            ("//evil.test", "/"),
            ("/\\evil.test", "/"),
            ("/\t/evil.test", "/"),
            ("/\t\\evil.test", "/"),
            ("/\r\nX: y", "/"),
            ("https://evil.test/", "/"),
            ("javascript:alert(1)", "/"),
        ] {
            let answer = Response::see_other(to);
            assert_eq!(answer.headers["location"], goes, "{to:?}");
        }
    }
}
