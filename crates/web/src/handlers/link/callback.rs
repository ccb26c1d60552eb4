//! The way back from the provider. It is a GET that writes, as OAuth has it; the one-time state, bound to the portal
//! session, is its proof of coming from our own flow (O4).

use identity::Provider;
use linking::{LinkError, RefusedWhy, State};
use serde::Deserialize;
use store::Act;

use super::{cancelled, home};
use crate::Failure;
use crate::cx::Cx;
use crate::flows::{self, Callback, callback_of};
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;

/// What came back, from the flat form or from `payload` (VK-16, VK-54).
#[derive(Default, Deserialize)]
struct Fields {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    device_id: String,
    #[serde(default)]
    error: String,
}

/// Reads the query; unknown fields are the provider's business, a field given twice is nobody's.
fn read(query: &[(String, String)]) -> Result<Fields, Failure> {
    let one = |name: &str| {
        let mut values = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone());
        match (values.next(), values.next()) {
            (value, None) => Ok(value.unwrap_or_default()),
            (_, Some(_)) => Err(Failure::BadQuery),
        }
    };
    let payload = one("payload")?;
    if !payload.is_empty() {
        return serde_json::from_str(&payload).map_err(|_| Failure::BadQuery);
    }
    Ok(Fields {
        state: one("state")?,
        code: one("code")?,
        device_id: one("device_id")?,
        error: one("error")?,
    })
}

/// From the embedded VK ID.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    take(cx, Provider::Embedded).await
}

/// From the real VK ID.
pub(crate) async fn show_service(cx: Cx) -> Result<Response, Failure> {
    take(cx, Provider::Vk).await
}

async fn take(cx: Cx, provider: Provider) -> Result<Response, Failure> {
    let query: Vec<(String, String)> = cx.request.query()?;
    let fields = read(&query)?;
    let foreign = || Failure::Link(LinkError::Refused(linking::Refusal::ForeignAttempt));
    let Some(who) = &cx.who else { return Err(foreign()) };
    if fields.state.is_empty() || cx.app.settings.vk_id.provider() != Some(provider) {
        return Err(foreign());
    }
    if !fields.error.is_empty() {
        return refuse(&cx, provider, fields).await;
    }
    let viewer = who.viewer;
    // The same return a second time, before the first has its answer: a reload, or two clicks.
    let turn = cx.app.returns.claim(cx.app.key.mac("link return", fields.state.as_bytes()));
    let Some(_turn) = turn else { return Ok(Response::see_other("/link")) };
    let callback = Callback {
        provider,
        state: fields.state.clone(),
        code: fields.code,
        device_id: fields.device_id,
        redirect_uri: callback_of(&cx.request.origin()),
    };
    let (now, today) = (cx.now, cx.today());
    let returned = flows::exchange(&cx.app, now, viewer, &callback).await?;
    let app = std::sync::Arc::clone(&cx.app);
    let landed = cx
        .write(move |tx| {
            let landed =
                flows::finish_link(tx, now, today, &app, &viewer, (provider, &fields.state), returned)?;
            let act = Act::new("linking.land", "person", viewer.person());
            let act = match &landed {
                Some(landed) => act.change(None, Some(landed.link.state.word().to_owned())),
                None => act.because(RefusedWhy::Failed.word()),
            };
            Ok((landed, act))
        })
        .await?;
    Ok(match landed {
        None => failed(&cx),
        Some(landed) if landed.refusal.is_some() => Response::see_other("/link/taken"),
        Some(landed) => after(&cx, &landed.link.state),
    })
}

/// Where a person goes after a return or a review.
pub(super) fn after(cx: &Cx, state: &State) -> Response {
    match state {
        State::Active(_) => cx.go("/sferum", Some(Flash::good(say("link-done"), String::new()))),
        State::Reviewing { .. } => Response::see_other("/link/review"),
        State::Unlinked
        | State::Authorizing { .. }
        | State::AwaitingApproval { .. }
        | State::Suspended { .. } => Response::see_other("/link"),
    }
}

fn failed(cx: &Cx) -> Response {
    cx.go(home(cx), Some(Flash::bad(say("link-failed"), say("link-failed-more"))))
}

/// The provider sent nobody: «Отмена», most of the time. A return that nobody awaits changes nothing.
async fn refuse(cx: &Cx, provider: Provider, fields: Fields) -> Result<Response, Failure> {
    let (now, viewer, app) = (cx.now, cx.signed_in()?.viewer, std::sync::Arc::clone(&cx.app));
    let given_up = fields.error == "access_denied";
    let why = if given_up { RefusedWhy::Cancelled } else { RefusedWhy::Failed };
    let refused = cx
        .write(move |tx| {
            linking::refuse(tx, now, &app.key, &viewer, provider, &fields.state, why)?;
            Ok(((), Act::new("linking.refuse", "person", viewer.person()).because(why.word())))
        })
        .await;
    match refused {
        // «Отмена» on the first screen comes before anything was begun; nothing has changed either way.
        Ok(()) | Err(Failure::Link(LinkError::Refused(_))) if given_up => Ok(cancelled(cx)),
        Ok(()) => Ok(failed(cx)),
        Err(failure) => Err(failure),
    }
}
