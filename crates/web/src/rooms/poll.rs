//! A line without a socket, for networks that block upgrades (CALL-A7): the same frames and commands.

use std::sync::Arc;

use calls::CallId;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};

use super::Line;
use super::command::{self, Command, refusal};
use super::limits::POLL;
use super::line::Over;
use crate::Failure;
use crate::cx::Cx;
use crate::live::rate_of;
use crate::response::Response;

#[derive(Serialize)]
struct Opened {
    line: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    line: String,
    /// Seconds to wait at most.
    wait: Option<u64>,
    /// Whether everything is told anew: the last answer did not arrive.
    #[serde(default)]
    anew: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Opens a line.
pub(crate) async fn open(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let call: CallId = cx.request.param("call")?;
    let Nothing {} = cx.request.json()?;
    let line = cx.app.rooms.line(&cx.app, viewer, call, None).await?;
    let holder = line.hold();
    line.release(holder, std::time::Instant::now());
    Ok(Response::json(&Opened { line: line.token() }))
}

fn line_of(cx: &Cx, token: &str) -> Result<Arc<Line>, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let call: CallId = cx.request.param("call")?;
    cx.app.rooms.find_line(&viewer, call, token).ok_or(Failure::NotFound)
}

/// Answers with the frames that are due, as soon as there is one.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let line = line_of(&cx, &query.line)?;
    let wait = query.wait.map_or(POLL, std::time::Duration::from_secs).min(POLL);
    let holder = if query.anew { line.hold() } else { line.hold_on() };
    let woken = tokio::select! {
        woken = timeout_at(Instant::now() + wait, line.woken(holder)) => woken.is_ok(),
        () = cx.app.drained() => false,
    };
    let mut frames = Vec::new();
    if woken && line.is_held_by(holder) {
        let due = line.take();
        match due.over {
            Some(Over::Session) => return Err(Failure::SignInNeeded),
            Some(Over::Denied) => return Err(Failure::NotFound),
            None => {}
        }
        frames = cx.app.rooms.render(&line, &due.parts);
        frames.extend(due.once);
    }
    line.release(holder, std::time::Instant::now());
    Ok(Response::of("application/json", format!(r#"{{"frames":[{}]}}"#, frames.join(",")).into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    line: String,
}

/// One command by POST.
pub(crate) async fn command(cx: Cx) -> Result<Response, Failure> {
    let of: Of = cx.request.query()?;
    let line = line_of(&cx, &of.line)?;
    let command: Command = cx.request.json()?;
    if let Err(retry) = rate_of(&cx.app, &line.viewer) {
        return Ok(Response::json(&refusal(0, &Failure::SlowDown, Some(retry))));
    }
    Ok(Response::json(&command::run(&cx.app, &line, &cx.actor(), command).await))
}
