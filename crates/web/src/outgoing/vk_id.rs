//! The real VK ID as the school's own client asks it (VK-50 to VK-57, O8): the code is exchanged, the profile read once,
//! the token logged out, and nothing of it kept.

use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use http::{HeaderValue, Method};
use identity::{FullName, Provider, VkSubject, VkUserId};
use linking::{Claims, LinkPath, Returned};
use serde_json::{Map, Value};
use time::{Date, Month};

use super::{Call, Outgoing, OutgoingError};
use crate::settings::VkService;

/// Why the service named nobody. Nothing of what it said is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VkFault {
    /// No answer.
    #[error("{0}")]
    Outgoing(#[from] OutgoingError),
    /// A status of failure.
    #[error("status {0}")]
    Status(u16),
    /// The answer is no JSON object.
    #[error("the answer is no object")]
    NoObject,
    /// The answer says that there was an error.
    #[error("the answer is an error")]
    Refused,
    /// The answer lacks the token, or repeats another state.
    #[error("the answer is not to this question")]
    Foreign,
    /// A user id is missing, or is none.
    #[error("the answer names nobody")]
    Nobody,
    /// The profile is another person's than the token.
    #[error("the profile is another person's")]
    OtherPerson,
    /// The profile holds no name.
    #[error("the profile holds no name")]
    NoName,
}

/// What came back with the browser, and what belongs to it.
#[derive(Clone)]
pub(crate) struct Grant<'a> {
    pub(crate) code: &'a str,
    pub(crate) device_id: &'a str,
    pub(crate) state: &'a str,
    pub(crate) verifier: &'a str,
}

/// Who signed in.
///
/// # Errors
/// [`VkFault`] by what was wrong first; a token that came is logged out all the same.
pub(crate) async fn who_signed_in(
    client: &Outgoing,
    service: &VkService,
    grant: &Grant<'_>,
) -> Result<Returned, VkFault> {
    let answer = exchange(client, service, grant).await?;
    let token = answer.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if token.is_empty() {
        return Err(VkFault::Foreign);
    }
    let returned = profile(client, service, grant, &answer, token).await;
    let id = service.client_id.to_string();
    let form = [("client_id", id.as_str()), ("access_token", token)];
    if let Err(fault) = ask(client, service, "/oauth2/logout", &form).await {
        // It ends by itself within the hour, and is kept nowhere.
        tracing::warn!(%fault, "a token of VK ID was not logged out");
    }
    returned
}

async fn exchange(
    client: &Outgoing,
    service: &VkService,
    grant: &Grant<'_>,
) -> Result<Map<String, Value>, VkFault> {
    let id = service.client_id.to_string();
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", id.as_str()),
        ("code", grant.code),
        ("code_verifier", grant.verifier),
        ("device_id", grant.device_id),
        ("redirect_uri", service.redirect.as_str()),
        ("state", grant.state),
    ];
    if let Some(token) = &service.service_token {
        form.push(("service_token", token));
    }
    ask(client, service, "/oauth2/auth", &form).await
}

/// The checks of the token's answer and of the profile, which is read once.
async fn profile(
    client: &Outgoing,
    service: &VkService,
    grant: &Grant<'_>,
    answer: &Map<String, Value>,
    token: &str,
) -> Result<Returned, VkFault> {
    if answer.get("state").and_then(Value::as_str) != Some(grant.state) {
        return Err(VkFault::Foreign);
    }
    let holder = user_id(answer).ok_or(VkFault::Nobody)?;
    let id = service.client_id.to_string();
    let form = [("client_id", id.as_str()), ("access_token", token)];
    let answer = ask(client, service, "/oauth2/user_info", &form).await?;
    let user = answer.get("user").and_then(Value::as_object).ok_or(VkFault::NoObject)?;
    let subject = user_id(user).ok_or(VkFault::Nobody)?;
    if subject != holder {
        return Err(VkFault::OtherPerson);
    }
    let claims = Claims { name: name(user)?, birth_date: birth_date(user), role: None };
    Ok(Returned { subject: VkSubject::new(Provider::Vk, subject), claims, path: LinkPath::Outside })
}

/// One question with all parameters in the body (VK-51).
async fn ask(
    client: &Outgoing,
    service: &VkService,
    path: &str,
    form: &[(&str, &str)],
) -> Result<Map<String, Value>, VkFault> {
    let uri = format!("{}{path}", service.origin).parse().map_err(|_| OutgoingError::NotNamed)?;
    let body = serde_html_form::to_string(form).map_err(|_| OutgoingError::Broken)?;
    let headers = vec![
        (CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
        (ACCEPT_LANGUAGE, HeaderValue::from_static("ru")),
    ];
    let answer = client.send(Call { method: Method::POST, uri, headers, body: Bytes::from(body) }).await?;
    let status = answer.status;
    // An error is read from a 200 as well as from a 4xx; a 5xx is none that one could read.
    if status.is_server_error() {
        return Err(VkFault::Status(status.as_u16()));
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(&answer.body) else {
        return Err(VkFault::NoObject);
    };
    if fields.get("error").is_some_and(|error| !error.is_null()) {
        return Err(VkFault::Refused);
    }
    if status.is_success() { Ok(fields) } else { Err(VkFault::Status(status.as_u16())) }
}

/// A user id, which is a number in one answer and a text in the other (VK-57).
fn user_id(fields: &Map<String, Value>) -> Option<VkUserId> {
    match fields.get("user_id")? {
        Value::String(text) => VkUserId::parse(text),
        Value::Number(number) => number.as_i64().and_then(VkUserId::new),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The name, without signs that no name here may have: whether it is the person's, the roster decides (LNK-L3).
fn name(user: &Map<String, Value>) -> Result<FullName, VkFault> {
    let part = |field: &str| {
        let text = user.get(field).and_then(Value::as_str).unwrap_or_default();
        let fits = |sign: &char| sign.is_alphabetic() || matches!(sign, ' ' | '-' | '\'' | '’' | '.');
        text.chars().filter(fits).take(100).collect::<String>()
    };
    FullName::parse(&part("last_name"), &part("first_name"), "").map_err(|_| VkFault::NoName)
}

/// `dd.mm.yyyy`; anything else is none.
fn birth_date(user: &Map<String, Value>) -> Option<Date> {
    let text = user.get("birthday")?.as_str()?;
    let mut parts = text.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    (parts.next().is_none() && date.year() >= 1900).then_some(date)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use time::macros::date;

    use super::{birth_date, name, user_id};

    #[test]
    fn ids_are_numbers_or_texts_from_one_to_sixty_three_bits() {
        // VK-57, O8 case 11.
        let read = |value: Value| user_id(json!({"user_id": value}).as_object().unwrap()).map(|id| id.get());
        assert_eq!(read(json!(700_100_200)), Some(700_100_200));
        assert_eq!(read(json!("700100200")), Some(700_100_200));
        assert_eq!(read(json!(i64::MAX)), Some(i64::MAX));
        for bad in [
            json!(0),
            json!(-1),
            json!(1.5),
            json!(u64::MAX),
            json!("9223372036854775808"),
            json!("01"),
            json!(null),
            json!([1]),
        ] {
            assert_eq!(read(bad.clone()), None, "{bad}");
        }
        assert_eq!(user_id(json!({}).as_object().unwrap()), None);
    }

    #[test]
    fn of_a_profile_only_the_name_must_be_there() {
        // VK-57.
        let of = |value: Value| value.as_object().unwrap().clone();
        for absent in [
            json!({}),
            json!({"birthday": null}),
            json!({"birthday": ""}),
            json!({"birthday": "14.03"}),
            json!({"birthday": "30.02.2014"}),
        ] {
            assert_eq!(birth_date(&of(absent)), None);
        }
        assert_eq!(birth_date(&of(json!({"birthday": "14.3.2014"}))), Some(date!(2014 - 03 - 14)));
        let full = name(&of(json!({"first_name": "Варвара ✿", "last_name": "Ильина1"}))).unwrap();
        assert_eq!(full.short(), "Варвара Ильина");
        for bad in [
            json!({}),
            json!({"first_name": "Варвара"}),
            json!({"first_name": "1", "last_name": "2"}),
            json!({"first_name": null, "last_name": 5}),
        ] {
            assert!(name(&of(bad)).is_err());
        }
    }
}
