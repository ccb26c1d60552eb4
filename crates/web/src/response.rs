//! Answers.

use bytes::{Bytes, BytesMut};
use http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, SET_COOKIE,
};
use http::{HeaderMap, StatusCode};
use http_body_util::channel::Channel;
use http_body_util::{Either, Full};
use tokio::io::AsyncReadExt as _;

/// What an answer's body travels as: whole, or as a file is read.
pub(crate) type Payload = Either<Full<Bytes>, Channel<Bytes, std::io::Error>>;

/// How much of a file is read at a time.
const CHUNK: usize = 64 * 1024;
/// How many pieces of a file wait for the client.
const WAITING: usize = 4;

/// An answer on its way out.
#[derive(Debug)]
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Sent in the place of the body, piece by piece.
    file: Option<std::fs::File>,
    /// As `file`, from somewhere else.
    pieces: Option<Channel<Bytes, std::io::Error>>,
}

impl Response {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new(), file: None, pieces: None }
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
        Self { status: StatusCode::OK, headers, body, file: None, pieces: None }
    }

    /// A file to be kept under a name, read while it is sent and never whole in memory.
    #[must_use]
    pub(crate) fn download(file: std::fs::File, bytes: u64, name: &str) -> Self {
        let mut answer = Self::of("application/octet-stream", Bytes::new());
        answer.file = Some(file);
        answer
            .with_header(CONTENT_LENGTH, &bytes.to_string())
            .with_header(CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""))
    }

    /// The same answer with a body that comes in pieces; their length is in the headers already.
    #[must_use]
    pub(crate) fn streamed(mut self, pieces: Channel<Bytes, std::io::Error>) -> Self {
        self.pieces = Some(pieces);
        self
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

    /// Must be called in a task: a file is read by another.
    pub(crate) fn into_http(self) -> http::Response<Payload> {
        let payload = match (self.pieces, self.file) {
            (Some(pieces), _) => Either::Right(pieces),
            (None, Some(file)) => Either::Right(stream(file)),
            (None, None) => Either::Left(Full::new(self.body)),
        };
        let mut answer = http::Response::new(payload);
        *answer.status_mut() = self.status;
        *answer.headers_mut() = self.headers;
        answer
    }
}

/// Reads a file as fast as the client takes it. When the client goes, the file is closed.
fn stream(file: std::fs::File) -> Channel<Bytes, std::io::Error> {
    let (mut sender, body) = Channel::new(WAITING);
    tokio::spawn(async move {
        let mut file = tokio::fs::File::from_std(file);
        loop {
            let mut piece = BytesMut::with_capacity(CHUNK);
            match file.read_buf(&mut piece).await {
                Ok(0) => return,
                Ok(_) if sender.send_data(piece.freeze()).await.is_err() => return,
                Ok(_) => {}
                // The length is promised, so the client sees that the rest is missing.
                Err(error) => return sender.abort(error),
            }
        }
    });
    body
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
