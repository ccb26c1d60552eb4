//! A request as handlers see it: head, path parameters, a body that has been read within its limits.

use std::net::IpAddr;

use bytes::Bytes;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Failure;
use crate::cookies;
use crate::form_data::FormData;
use crate::server::Client;

/// The field with the page's token.
const TOKEN: &str = "_token";
/// Fields that are the shell's and no handler's.
const SHELLS: [&str; 2] = [TOKEN, crate::step_up::BACK];

fn is_field(field: &str, name: &str) -> bool {
    field.split('=').next() == Some(name)
}

/// A request after the shell has checked and read it.
pub struct Request {
    pub(crate) parts: Parts,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) form_data: FormData,
    pub(crate) client: Client,
    /// The host the client asked for.
    pub host: String,
}

impl Request {
    /// The client's address.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.client.address
    }

    /// Scheme, host and port the client asked for, as browsers write an origin.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.client.scheme.word(), self.host)
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &http::Method {
        &self.parts.method
    }

    /// The path, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// The path with the query.
    #[must_use]
    pub fn target(&self) -> &str {
        self.parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
    }

    /// The head of the request.
    #[must_use]
    pub fn headers(&self) -> &http::HeaderMap {
        &self.parts.headers
    }

    /// A parameter of the path, read as a domain type; what is not one is as good as not there (Z2).
    ///
    /// # Errors
    /// [`Failure::NotFound`].
    pub fn param<T: std::str::FromStr>(&self, name: &str) -> Result<T, Failure> {
        self.params
            .iter()
            .find(|(key, _)| key == name)
            .and_then(|(_, value)| value.parse().ok())
            .ok_or(Failure::NotFound)
    }

    /// The query as a type that refuses unknown fields.
    ///
    /// # Errors
    /// [`Failure::BadQuery`].
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_html_form::from_str(self.parts.uri.query().unwrap_or_default()).map_err(|_| Failure::BadQuery)
    }

    /// The query as it came, for forms that carry it on.
    #[must_use]
    pub(crate) fn query_text(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// The form as a type that refuses unknown fields; the page's token is taken out first.
    ///
    /// # Errors
    /// [`Failure::BadForm`] when it is no form, or not of this shape.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let text = std::str::from_utf8(&self.body).map_err(|_| Failure::BadForm)?;
        let own = |field: &&str| !SHELLS.iter().any(|name| is_field(field, name));
        let fields: Vec<&str> = text.split('&').filter(own).collect();
        serde_html_form::from_str(&fields.join("&")).map_err(|_| Failure::BadForm)
    }

    /// All fields of the form but the page's token, as they came, for a form that carries them on.
    #[must_use]
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let fields: Vec<(String, String)> = serde_html_form::from_bytes(&self.body).unwrap_or_default();
        fields.into_iter().filter(|(name, _)| name != TOKEN).collect()
    }

    /// Takes a field out of the form, so that nobody after this sees it; doubled ones go with it.
    pub(crate) fn take_field(&mut self, wanted: &str) -> Option<String> {
        let text = std::str::from_utf8(&self.body).ok()?;
        let (taken, left): (Vec<&str>, Vec<&str>) =
            text.split('&').partition(|field| is_field(field, wanted));
        let first: Vec<(String, String)> = serde_html_form::from_str(taken.first()?).ok()?;
        let left = left.join("&").into();
        self.body = left;
        first.into_iter().next().map(|(_, value)| value)
    }

    /// The page of ours that the browser came from.
    #[must_use]
    pub(crate) fn referer(&self) -> Option<String> {
        let text = self.parts.headers.get(http::header::REFERER)?.to_str().ok()?;
        text.strip_prefix(&self.origin()).filter(|path| crate::response::is_own(path)).map(str::to_owned)
    }

    /// The JSON body as a type that refuses unknown fields.
    ///
    /// # Errors
    /// [`Failure::BadForm`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|_| Failure::BadForm)
    }

    /// The bytes of the body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The form with files, on a route that takes one; empty when the body was something else.
    #[must_use]
    pub fn form_data(&self) -> &FormData {
        &self.form_data
    }

    /// Whether the answer should be JSON and not a page.
    #[must_use]
    pub fn wants_json(&self) -> bool {
        let header =
            |name| self.parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let accept = header(http::header::ACCEPT);
        self.has_json_body() || (accept.contains("application/json") && !accept.contains("text/html"))
    }

    pub(crate) fn has_json_body(&self) -> bool {
        let kind = self.parts.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        kind.is_some_and(|kind| kind.starts_with("application/json"))
    }

    /// A cookie's value.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        cookies::find(&self.parts.headers, self.client.scheme, name)
    }

    /// What the browser calls itself, cut to fit a table.
    #[must_use]
    pub fn device(&self) -> String {
        let agent = self.parts.headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok());
        agent.unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(200).collect()
    }

    /// Gives away the right to take over the connection, for a WebSocket.
    pub(crate) fn take_upgrade(&mut self) -> Option<hyper::upgrade::OnUpgrade> {
        self.parts.extensions.remove()
    }

    pub(crate) fn form_token(&self) -> Option<String> {
        if let Some(token) = self.form_data.field("_token") {
            return Some(token.to_owned());
        }
        let text = std::str::from_utf8(&self.body).ok()?;
        let value = text.split('&').find_map(|field| field.strip_prefix("_token="))?;
        Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
    }
}
