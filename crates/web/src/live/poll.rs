//! The long poll: the same frames and the same cursor as the socket, for networks that block upgrades (MSG-D10).

use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::command::{By, Command, rate_of, refusal};
use super::feed::Feed;
use super::limits::POLL;
use crate::cx::Cx;
use crate::response::Response;
use crate::{Failure, live};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    cursor: Option<String>,
    /// Seconds to wait at most.
    wait: Option<u64>,
}

/// Answers with the frames after a cursor, as soon as there is one, or with a mark when the wait is over.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let query: Query = cx.request.query()?;
    let wait = query.wait.map_or(POLL, std::time::Duration::from_secs).min(POLL);
    let until = Instant::now() + wait;
    let connected = cx.app.live.connect(viewer, None).ok_or(Failure::NotFound)?;
    let mut feed = Feed::new(connected, query.cursor.as_deref());
    let mut frames = Vec::new();
    loop {
        while let Some(frame) = feed.next(&cx.app).await? {
            frames.push(frame);
            if frames.len() >= 500 {
                return Ok(answer(&frames));
            }
        }
        if !frames.is_empty() {
            break;
        }
        let client = std::sync::Arc::clone(feed.client());
        let woken = tokio::select! {
            woken = timeout_at(until, client.woken()) => woken,
            () = cx.app.drained() => break,
        };
        if woken.is_err() {
            break;
        }
    }
    frames.extend(feed.mark());
    Ok(answer(&frames))
}

fn answer(frames: &[String]) -> Response {
    Response::of("application/json", format!(r#"{{"frames":[{}]}}"#, frames.join(",")).into())
}

/// One command by POST.
pub(crate) async fn command(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let command: Command = cx.request.json()?;
    if let Err(retry) = rate_of(&cx.app, &viewer) {
        return Ok(Response::json(&refusal(0, &Failure::SlowDown, Some(retry))));
    }
    let by = By { viewer, actor: cx.actor(), now: cx.now, today: cx.today() };
    Ok(Response::json(&live::run(&cx.app, by, command).await))
}
