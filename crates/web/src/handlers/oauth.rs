//! The endpoints of VK ID that applications call (docs/rules/vk-id.md): no cookie is read, every answer is JSON with
//! status 200, and pages of registered origins may read it (VK-30, VK-40, VK-41).

use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, AUTHORIZATION, CONTENT_TYPE, ORIGIN, VARY,
};
use identity::{ClientId, Parameters, Redeemed, WireFault};
use serde::Serialize;
use serde_json::{Value, json};
use store::Act;

use crate::cx::Cx;
use crate::response::Response;
use crate::{Failure, flows};

/// The longest body of a call, in bytes (K18).
const LONGEST: usize = 64 * 1024;

/// An error as clients read it.
#[derive(Serialize)]
struct ErrorObject<'a> {
    error: &'static str,
    error_description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
}

fn is_on(cx: &Cx) -> Result<(), Failure> {
    if cx.app.settings.vk_id.is_embedded() { Ok(()) } else { Err(Failure::NotFound) }
}

/// Query and body together; the token may also stand in the head (iOS).
fn parameters(cx: &Cx) -> Result<Parameters, WireFault> {
    let form = |text: &str| -> Result<Vec<(String, String)>, WireFault> {
        serde_html_form::from_str(text).map_err(|_| WireFault::Parameter("body"))
    };
    let headers = cx.request.headers();
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let mut pairs = form(cx.request.query_text())?;
    if !cx.request.body().is_empty() {
        let kind = text(CONTENT_TYPE).unwrap_or_default();
        let is_form = kind
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        if !is_form || cx.request.body().len() > LONGEST {
            return Err(WireFault::Parameter("body"));
        }
        let body = std::str::from_utf8(cx.request.body()).map_err(|_| WireFault::Parameter("body"))?;
        pairs.extend(form(body)?);
    }
    if let Some(token) = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
        pairs.push(("access_token".to_owned(), token.trim().to_owned()));
    }
    Ok(Parameters::join(pairs))
}

fn answer(outcome: Result<Value, WireFault>, state: Option<&str>) -> Response {
    match outcome {
        Ok(value) => Response::json(&value),
        Err(fault) => {
            tracing::info!(error = fault.word(), cause = %fault, "a call of an application was refused");
            Response::json(&ErrorObject { error: fault.word(), error_description: fault.to_string(), state })
        }
    }
}

/// Exchanges a code, or a refresh token.
pub(crate) async fn auth(cx: Cx) -> Result<Response, Failure> {
    is_on(&cx)?;
    let parameters = match parameters(&cx) {
        Ok(parameters) => parameters,
        Err(fault) => return Ok(answer(Err(fault), None)),
    };
    let state = parameters.find("state").ok().flatten().map(str::to_owned);
    let refreshes = match parameters.load("grant_type") {
        Ok("authorization_code") => false,
        Ok("refresh_token") => true,
        Ok(_) => return Ok(answer(Err(WireFault::GrantType), state.as_deref())),
        Err(fault) => return Ok(answer(Err(fault), state.as_deref())),
    };
    let (now, random, actor) = (cx.now, cx.app.random.clone(), cx.actor());
    // A code that was refused is spent all the same, so a fault is committed too; but whoever only guesses leaves no row.
    let redeemed = cx
        .record(store::Lane::Admin, move |tx| {
            let redeemed = if refreshes {
                identity::refresh(tx, now, &random, &parameters)?
            } else {
                identity::redeem(tx, now, &random, &parameters)?
            };
            if let Ok(redeemed) = &redeemed {
                tx.audit(now, &actor, Act::new("identity.token.issue", "client", redeemed.client))?;
            }
            Ok(redeemed)
        })
        .await?;
    let outcome = match redeemed {
        Ok(redeemed) => Ok(tokens(&cx, redeemed, state.as_deref()).await?),
        Err(fault) => Err(fault),
    };
    Ok(answer(outcome, state.as_deref()))
}

async fn tokens(cx: &Cx, redeemed: Redeemed, state: Option<&str>) -> Result<Value, Failure> {
    let key = flows::id_token_key(&cx.app).await?;
    let id_token = key
        .sign(cx.now, redeemed.account, redeemed.client)
        .ok_or(Failure::Defect("the id token was not signed"))?;
    let mut value = json!({
        "access_token": redeemed.access,
        "refresh_token": redeemed.refresh,
        "id_token": id_token,
        "token_type": "Bearer",
        "expires_in": identity::limits::ACCESS.whole_seconds(),
        "user_id": redeemed.account.get(),
        "scope": redeemed.scope.words(),
    });
    if let Some(state) = state {
        value["state"] = Value::from(state);
    }
    Ok(value)
}

/// The profile behind an access token, by the granted scope (VK-28).
pub(crate) async fn user_info(cx: Cx) -> Result<Response, Failure> {
    is_on(&cx)?;
    let parameters = match parameters(&cx) {
        Ok(parameters) => parameters,
        Err(fault) => return Ok(answer(Err(fault), None)),
    };
    let now = cx.now;
    let found = cx.read(move |tx| Ok(identity::user_info(tx, now, &parameters)?)).await?;
    let outcome = found.map(|person| {
        let born = person.birth_date;
        let mut user = json!({
            // A text here, a number in the answer with the tokens: so it is on the wire.
            "user_id": person.account.to_string(),
            "first_name": person.given,
            "last_name": person.surname,
            "avatar": "",
            "sex": match person.sex { identity::Sex::Female => 1, identity::Sex::Male => 2 },
            "birthday": format!("{:02}.{:02}.{}", born.day(), u8::from(born.month()), born.year()),
            "verified": false,
        });
        if let Some(phone) = person.phone {
            user["phone"] = Value::from(phone.digits());
        }
        json!({ "user": user })
    });
    Ok(answer(outcome, None))
}

/// The masked profile behind an id token.
pub(crate) async fn public_info(cx: Cx) -> Result<Response, Failure> {
    is_on(&cx)?;
    let parameters = match parameters(&cx) {
        Ok(parameters) => parameters,
        Err(fault) => return Ok(answer(Err(fault), None)),
    };
    let (now, key) = (cx.now, flows::id_token_key(&cx.app).await?);
    let found = cx.read(move |tx| Ok(identity::public_info(tx, now, &key, &parameters)?)).await?;
    let outcome = found.map(|person| {
        json!({ "user": {
            "user_id": person.account.to_string(),
            "first_name": person.given,
            "last_name": person.surname,
            "avatar": "",
            "phone": person.phone,
        }})
    });
    Ok(answer(outcome, None))
}

/// Ends the tokens of one sign-in.
pub(crate) async fn logout(cx: Cx) -> Result<Response, Failure> {
    end(cx, false).await
}

/// Ends all tokens of an application for a person, and forgets the consent (VK-26).
pub(crate) async fn revoke(cx: Cx) -> Result<Response, Failure> {
    end(cx, true).await
}

async fn end(cx: Cx, forgets_consent: bool) -> Result<Response, Failure> {
    is_on(&cx)?;
    let parameters = match parameters(&cx) {
        Ok(parameters) => parameters,
        Err(fault) => return Ok(answer(Err(fault), None)),
    };
    let now = cx.now;
    let action = if forgets_consent { "identity.consent.revoke" } else { "identity.token.end" };
    // A token that is none changes nothing and leaves no row.
    let ended = cx
        .write(move |tx| match identity::end_tokens(tx, now, &parameters, forgets_consent)? {
            Ok(account) => Ok((Ok(()), Act::new(action, "account", account))),
            Err(fault) => Err(Failure::Wire(fault)),
        })
        .await;
    match ended {
        Ok(outcome) => Ok(answer(outcome.map(|()| json!({ "response": 1 })), None)),
        Err(Failure::Wire(fault)) => Ok(answer(Err(fault), None)),
        Err(failure) => Err(failure),
    }
}

/// The SDK's statistics: taken at once and thrown away (VK-42).
pub(crate) async fn statistics(cx: Cx) -> Result<Response, Failure> {
    is_on(&cx)?;
    Ok(Response::json(&json!({ "response": 1 })))
}

/// The SDK asks whether to load a tracker: never (VK-43).
pub(crate) async fn config(cx: Cx) -> Result<Response, Failure> {
    is_on(&cx)?;
    Ok(Response::json(&json!({ "response": { "active": 0, "tracker_id": "" } })))
}

/// What a browser asks before a call that is not simple.
pub(crate) async fn preflight(cx: Cx) -> Result<Response, Failure> {
    is_on(&cx)?;
    Ok(Response::empty(StatusCode::NO_CONTENT)
        .with_header(ACCESS_CONTROL_ALLOW_METHODS, "POST")
        .with_header(ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type")
        .with_header(ACCESS_CONTROL_MAX_AGE, "600"))
}

/// The origin whose page may read the answer: one of the application named in the query, judged before the body is
/// read (VK-40).
pub(crate) async fn reader_of(cx: &Cx) -> Result<Option<String>, Failure> {
    let Some(origin) = cx.request.headers().get(ORIGIN).and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    let pairs: Vec<(String, String)> = serde_html_form::from_str(cx.request.query_text()).unwrap_or_default();
    let named = Parameters::join(pairs);
    let id = ["client_id", "app_id"].into_iter().find_map(|name| named.find(name).ok().flatten());
    let Some(id) = id.and_then(|id| id.parse::<ClientId>().ok()) else { return Ok(None) };
    let origin = origin.to_owned();
    cx.read(move |tx| Ok(identity::has_origin(tx, id, &origin)?.then_some(origin))).await
}

/// Lets the reader read, on answers and on errors.
pub(crate) fn readable(answer: Response, reader: Option<&str>) -> Response {
    let answer = answer.with_header(VARY, "Origin");
    match reader {
        Some(origin) => answer
            .with_header(ACCESS_CONTROL_ALLOW_ORIGIN, origin)
            .with_header(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
        None => answer,
    }
}

/// A failure of ours as a client reads it; the status stays 200 as on every error object (VK-30).
pub(crate) fn failed(failure: &Failure) -> Response {
    if matches!(failure, Failure::NotFound) {
        return Response::empty(StatusCode::NOT_FOUND);
    }
    let (error, text) = if failure.said().status.is_server_error() {
        tracing::error!(cause = %failure, "a call of an application failed");
        ("temporarily_unavailable", "try again later")
    } else {
        ("invalid_request", "the request is missing or malformed")
    };
    Response::json(&ErrorObject { error, error_description: text.to_owned(), state: None })
}
