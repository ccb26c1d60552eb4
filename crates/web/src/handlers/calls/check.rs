//! The page on which devices and the network are tried without a call: at home, before the first lesson (CALL-F34).

use askama::Template;
use serde::{Deserialize, Serialize};

use super::page::{alone, with_devices};
use crate::Failure;
use crate::cx::Cx;
use crate::live::rate_of;
use crate::response::Response;
use crate::views::Page;
use crate::words::say;

#[derive(Template)]
#[template(path = "calls/check_page.html")]
struct CheckPage {
    page: Page,
    joins: bool,
    kept_out: bool,
    lesson: bool,
    /// Whether there is anything to connect with.
    network: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offered {
    offer: String,
}

#[derive(Serialize)]
struct Answered {
    sdp: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let frame = cx.frame(say("call-check-title"));
    let network = cx.app.settings.calls.is_on();
    let shown = cx
        .read(move |tx| {
            let page = alone(frame.page(tx)?);
            Ok(CheckPage { page, joins: false, kept_out: false, lesson: false, network })
        })
        .await?;
    Ok(with_devices(cx.html(&shown)?))
}

/// Answers the page's offer with the addresses of the server's media, in a room where the person is alone.
pub(crate) async fn network(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let Offered { offer } = cx.request.json()?;
    rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    let sdp = cx.app.rooms.try_network(&cx.app, viewer, offer).await?;
    Ok(Response::json(&Answered { sdp }))
}
