//! The page on which devices and the network are tried without a call: at home, before the first lesson (CALL-F34).

use askama::Template;
use calls::{Camera, CheckDraft, Microphone, Network, Trip};
use school::Present;
use serde::{Deserialize, Serialize};
use store::Lane;

use super::page::{alone, with_devices};
use crate::Failure;
use crate::cx::Cx;
use crate::live::rate_of;
use crate::response::Response;
use crate::views::Page;
use crate::views::checks::check_words;
use crate::words::say;

#[derive(Template)]
#[template(path = "calls/check_page.html")]
struct CheckPage {
    page: Page,
    joins: bool,
    kept_out: bool,
    lesson: bool,
    /// What was found last; empty when nothing was tried yet.
    kept: String,
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

/// What was found, part by part; what was not tried is left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundNow {
    microphone: Option<String>,
    camera: Option<String>,
    network: Option<String>,
    trip: Option<u16>,
}

impl FoundNow {
    /// Nothing when a word is none of ours, or nothing was found at all.
    fn draft(&self) -> Option<CheckDraft> {
        /// A word that is there must be one of ours.
        fn read<T>(word: Option<&String>, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
            word.map_or(Some(None), |word| parse(word).map(Some))
        }
        let trip = match self.trip {
            Some(_) if self.network.is_none() => return None,
            Some(milliseconds) => Some(Trip::of(milliseconds)?),
            None => None,
        };
        let draft = CheckDraft {
            microphone: read(self.microphone.as_ref(), Microphone::parse)?,
            camera: read(self.camera.as_ref(), Camera::parse)?,
            network: read(self.network.as_ref(), |word| Network::parse(word, trip))?,
        };
        (!draft.is_empty()).then_some(draft)
    }
}

#[derive(Serialize)]
struct Kept {
    said: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let frame = cx.frame(say("call-check-title"));
    let network = cx.app.settings.calls.is_on();
    let (viewer, today, zone) = (cx.signed_in()?.viewer, cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let check = calls::own_check(tx, &Present::ask(tx, &viewer)?)?;
            let kept = check.map(|check| check_words(&check, &zone, today)).unwrap_or_default();
            let page = alone(frame.page(tx)?);
            Ok(CheckPage { page, joins: false, kept_out: false, lesson: false, kept, network })
        })
        .await?;
    Ok(with_devices(cx.html(&shown)?))
}

/// Keeps what the person has found of their own devices and network, and says what is kept.
pub(crate) async fn keep(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let draft = cx.request.json::<FoundNow>()?.draft().ok_or(Failure::BadForm)?;
    rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let said = cx
        .record(Lane::Admin, move |tx| {
            let by = Present::ask(tx, &viewer)?;
            calls::keep_check(tx, now, &by, draft)?;
            let check = calls::own_check(tx, &by)?;
            Ok(check.map(|check| check_words(&check, &zone, today)).unwrap_or_default())
        })
        .await?;
    Ok(Response::json(&Kept { said }))
}

/// Answers the page's offer with the addresses of the server's media, in a room where the person is alone.
pub(crate) async fn network(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let Offered { offer } = cx.request.json()?;
    rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    let sdp = cx.app.rooms.try_network(&cx.app, viewer, offer).await?;
    Ok(Response::json(&Answered { sdp }))
}
