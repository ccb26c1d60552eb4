use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::SmsFault;
use crate::outgoing::{Answer, Call, Origin};

/// What RFC 3986 leaves as it is.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Values that a template is tried with: a text with what needs escaping, a code that is no JSON number.
const SAMPLE: [&str; 3] = ["79000000000", "\u{43a} \n\"\\&", "012345"];

/// How values are written into the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `application/json`, values between quotes that the template has.
    Json,
}

/// A template as it is set.
#[derive(Clone, Default)]
pub struct TemplateText {
    /// `GET` or `POST`.
    pub method: String,
    /// The address; `{phone}`, `{text}` and `{code}` may stand behind the host.
    pub url: String,
    /// Headers as `Name: value`.
    pub headers: Vec<String>,
    /// The body with `{phone}`, `{text}` and `{code}`.
    pub body: String,
    /// Whether the body is JSON and no form.
    pub is_json: bool,
    /// The status of success; any of 200 to 299 when it is not set.
    pub success_status: Option<u16>,
    /// What the answer of success holds.
    pub success_text: Option<String>,
}

/// What is asked of an SMS service, and what it answers when the message has left.
#[derive(Clone)]
pub struct Template {
    method: Method,
    url: String,
    origin: Origin,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
    format: BodyFormat,
    success_status: Option<u16>,
    success_text: Option<String>,
}

/// Why a template cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// Neither `GET` nor `POST`.
    #[error("method")]
    Method,
    /// No address of http or https, or a value before the path.
    #[error("url")]
    Url,
    /// A line that is no `Name: value`.
    #[error("header {0}")]
    Header(usize),
    /// `{phone}` is nowhere.
    #[error("no {{phone}}")]
    NoPhone,
    /// Neither `{text}` nor `{code}` is anywhere.
    #[error("no {{text}} and no {{code}}")]
    NoText,
    /// The body is no JSON once it is filled.
    #[error("body")]
    Json,
    /// No status.
    #[error("success_status")]
    Status,
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Addresses, headers and bodies hold the school's password at the service (O5).
        write!(f, "Template({})", self.origin)
    }
}

impl Template {
    /// Checks a template by filling it.
    ///
    /// # Errors
    /// [`TemplateFault`] by what is wrong first.
    pub fn parse(text: TemplateText) -> Result<Self, TemplateFault> {
        let method = match text.method.as_str() {
            "GET" => Method::GET,
            "POST" => Method::POST,
            _ => return Err(TemplateFault::Method),
        };
        let authority = text.url.split('/').nth(2).unwrap_or_default();
        let sample: Uri = fill(&text.url, encoded, SAMPLE).parse().map_err(|_| TemplateFault::Url)?;
        let origin =
            Origin::of(&sample).filter(|_| !authority.contains(['{', '?', '#'])).ok_or(TemplateFault::Url)?;
        let mut headers = Vec::new();
        for (at, line) in text.headers.iter().enumerate() {
            let header = line.split_once(':').and_then(|(name, value)| {
                Some((name.trim().parse().ok()?, HeaderValue::from_str(value.trim()).ok()?))
            });
            headers.push(header.ok_or(TemplateFault::Header(at + 1))?);
        }
        let everywhere = format!("{} {}", text.url, text.body);
        if !everywhere.contains("{phone}") {
            return Err(TemplateFault::NoPhone);
        }
        if !everywhere.contains("{text}") && !everywhere.contains("{code}") {
            return Err(TemplateFault::NoText);
        }
        let format = if text.is_json { BodyFormat::Json } else { BodyFormat::Form };
        let filled = fill(&text.body, escape_of(format), SAMPLE);
        if format == BodyFormat::Json && serde_json::from_str::<serde_json::Value>(&filled).is_err() {
            return Err(TemplateFault::Json);
        }
        if text.success_status.is_some_and(|status| !(200..600).contains(&status)) {
            return Err(TemplateFault::Status);
        }
        Ok(Self {
            method,
            url: text.url,
            origin,
            headers,
            body: text.body,
            format,
            success_status: text.success_status,
            success_text: text.success_text.filter(|text| !text.is_empty()),
        })
    }

    /// The service's own origin.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The request for one message: `phone` in digits, the text, and the code that is in it.
    #[must_use]
    pub fn fill(&self, phone: &str, text: &str, code: &str) -> Call {
        let values = [phone, text, code];
        let uri = fill(&self.url, encoded, values).parse().unwrap_or_default();
        let mut headers = self.headers.clone();
        let body = fill(&self.body, escape_of(self.format), values);
        if !body.is_empty() && !headers.iter().any(|(name, _)| *name == CONTENT_TYPE) {
            let kind = match self.format {
                BodyFormat::Form => "application/x-www-form-urlencoded",
                BodyFormat::Json => "application/json",
            };
            headers.push((CONTENT_TYPE, HeaderValue::from_static(kind)));
        }
        Call { method: self.method.clone(), uri, headers, body: Bytes::from(body) }
    }

    /// Whether an answer says that the message has left.
    ///
    /// # Errors
    /// [`SmsFault::Status`] or [`SmsFault::NoMark`].
    pub fn judge(&self, answer: &Answer) -> Result<(), SmsFault> {
        let status = answer.status.as_u16();
        let is_good = self.success_status.map_or(answer.status.is_success(), |wanted| wanted == status);
        if !is_good {
            return Err(SmsFault::Status(status));
        }
        let body = String::from_utf8_lossy(&answer.body);
        let is_marked = self.success_text.as_deref().is_none_or(|mark| body.contains(mark));
        if is_marked { Ok(()) } else { Err(SmsFault::NoMark) }
    }
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

fn quoted(value: &str) -> String {
    let whole = serde_json::Value::from(value).to_string();
    whole[1..whole.len() - 1].to_owned()
}

const fn escape_of(format: BodyFormat) -> fn(&str) -> String {
    match format {
        BodyFormat::Form => encoded,
        BodyFormat::Json => quoted,
    }
}

/// Puts the values into their places, in one pass: what a value holds is not filled again.
fn fill(template: &str, escape: fn(&str) -> String, [phone, text, code]: [&str; 3]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let place = [("{phone}", phone), ("{text}", text), ("{code}", code)]
            .into_iter()
            .find(|(name, _)| rest.starts_with(name));
        match place {
            Some((name, value)) => {
                filled.push_str(&escape(value));
                rest = &rest[name.len()..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::{Template, TemplateFault, TemplateText};

    fn form() -> TemplateText {
        TemplateText {
            method: "POST".to_owned(),
            url: "https://sms.test/send?key=s%20k&to=%2B{phone}".to_owned(),
            headers: vec!["X-Key: a:b".to_owned()],
            body: "message={text}&again={code}".to_owned(),
            ..TemplateText::default()
        }
    }

    fn json() -> TemplateText {
        TemplateText {
            body: r#"{"to": ["{phone}"], "text": "{text}", "n": "{code}"}"#.to_owned(),
            is_json: true,
            ..form()
        }
    }

    #[test]
    fn values_are_escaped_where_they_stand() {
        let text = "Код \"{phone}\" & 1+1=2\n\\ %";
        let call = Template::parse(form()).unwrap().fill("79000000601", text, "048291");
        assert_eq!(call.uri, "https://sms.test/send?key=s%20k&to=%2B79000000601");
        let fields: Vec<(String, String)> = serde_html_form::from_bytes(&call.body).unwrap();
        assert_eq!(
            fields,
            [("message".to_owned(), text.to_owned()), ("again".to_owned(), "048291".to_owned())]
        );
        assert_eq!(call.headers[0].1, "a:b");
        assert_eq!(call.headers[1].1, "application/x-www-form-urlencoded");
        let call = Template::parse(json()).unwrap().fill("79000000601", text, "048291");
        let value: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(value, serde_json::json!({"to": ["79000000601"], "text": text, "n": "048291"}));
        assert_eq!(call.headers[1].1, "application/json");
    }

    #[test]
    fn templates_that_could_not_work_are_refused() {
        let fault = |change: &dyn Fn(&mut TemplateText)| {
            let mut text = form();
            change(&mut text);
            Template::parse(text).err()
        };
        assert_eq!(fault(&|text| "PUT".clone_into(&mut text.method)), Some(TemplateFault::Method));
        for url in [
            "",
            "sms.test",
            "ftp://sms.test/{phone}",
            "https://{phone}.test/",
            "https://u:p@sms.test/{phone}",
        ] {
            assert_eq!(fault(&|text| url.clone_into(&mut text.url)), Some(TemplateFault::Url), "{url}");
        }
        assert_eq!(fault(&|text| text.headers.push("Key".to_owned())), Some(TemplateFault::Header(2)));
        assert_eq!(fault(&|text| text.headers[0] = "A b: c".to_owned()), Some(TemplateFault::Header(1)));
        assert_eq!(
            fault(&|text| "https://sms.test/".clone_into(&mut text.url)),
            Some(TemplateFault::NoPhone)
        );
        assert_eq!(fault(&|text| text.body.clear()), Some(TemplateFault::NoText));
        assert_eq!(
            fault(&|text| {
                text.is_json = true;
                "{\"to\": {code}}".clone_into(&mut text.body);
            }),
            Some(TemplateFault::Json)
        );
        assert_eq!(fault(&|text| text.success_status = Some(99)), Some(TemplateFault::Status));
        assert_eq!(fault(&|_| {}), None);
    }
}
