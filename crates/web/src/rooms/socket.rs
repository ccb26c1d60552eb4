//! The socket of a page in a call: frames out, commands in. Its end is the first sign that somebody has gone.

use std::sync::Arc;
use std::time::Duration;

use calls::CallId;
use futures_util::{SinkExt as _, StreamExt as _};
use http::StatusCode;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use store::Actor;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};

use super::Line;
use super::command::{self, Command, refusal};
use super::limits::{COMMAND, DEAD, PING, WRONG_FRAMES};
use super::line::Over;
use crate::cx::Cx;
use crate::live::{rate_of, switch};
use crate::response::Response;
use crate::{App, Failure};

/// The session has ended: sign in anew.
const SIGNED_OUT: CloseCode = CloseCode::Library(4401);
/// There is no right to the call.
const DENIED: CloseCode = CloseCode::Library(4404);
/// The line was taken up by another connection.
const TAKEN: CloseCode = CloseCode::Library(4409);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    line: Option<String>,
}

/// Takes the connection over. The request must come from our own page: a socket writes (C3).
pub(crate) async fn open(mut cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let call: CallId = cx.request.param("call")?;
    let query: Query = cx.request.query()?;
    let (answer, upgrade) = match switch(&mut cx)? {
        Ok(switched) => switched,
        Err(answer) => return Ok(answer),
    };
    let line = match cx.app.rooms.line(&cx.app, viewer, call, query.line.as_deref()).await {
        Ok(line) => line,
        Err(Failure::SlowDown) => return Ok(Response::empty(StatusCode::TOO_MANY_REQUESTS)),
        Err(error) => return Err(error),
    };
    let (app, actor) = (Arc::clone(&cx.app), cx.actor());
    tokio::spawn(async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => TokioIo::new(upgraded),
            Err(error) => return tracing::debug!(%error, "a socket of a call was not taken over"),
        };
        let config = WebSocketConfig::default()
            .max_message_size(Some(COMMAND))
            .max_frame_size(Some(COMMAND))
            .read_buffer_size(4 * 1024);
        let stream = WebSocketStream::from_raw_socket(upgraded, Role::Server, Some(config)).await;
        let holder = line.hold();
        Socket { app, stream, line, actor, holder, wrong: 0 }.serve().await;
    });
    Ok(answer)
}

struct Socket {
    app: Arc<App>,
    stream: WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>,
    line: Arc<Line>,
    actor: Actor,
    holder: u64,
    wrong: u32,
}

/// Why a socket ends.
enum End {
    /// The other side is gone.
    Gone,
    /// With a code and a reason for the page.
    Close(CloseCode, String),
}

impl From<tokio_tungstenite::tungstenite::Error> for End {
    fn from(_: tokio_tungstenite::tungstenite::Error) -> Self {
        Self::Gone
    }
}

impl Socket {
    async fn serve(mut self) {
        let end = match self.talk().await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        self.line.release(self.holder, std::time::Instant::now());
        if let End::Close(code, reason) = end {
            let last = self.stream.close(Some(CloseFrame { code, reason: reason.into() }));
            // Whoever does not take the last frame in a second is gone too.
            let _ = tokio::time::timeout(Duration::from_secs(1), last).await;
        }
    }

    async fn talk(&mut self) -> Result<std::convert::Infallible, End> {
        let app = Arc::clone(&self.app);
        let drained = app.drained();
        tokio::pin!(drained);
        let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
        let mut heard = Instant::now();
        loop {
            self.tell_due().await?;
            let line = Arc::clone(&self.line);
            tokio::select! {
                () = line.woken(self.holder) => {}
                said = self.stream.next() => {
                    heard = Instant::now();
                    match said {
                        Some(Ok(said)) => self.hear(said).await?,
                        Some(Err(_)) | None => return Err(End::Gone),
                    }
                }
                _ = ping.tick() => {
                    if heard.elapsed() > DEAD {
                        return Err(End::Gone);
                    }
                    self.stream.send(Message::Ping(bytes::Bytes::new())).await?;
                }
                () = &mut drained => {
                    let spread = self.app.random.below(500);
                    return Err(End::Close(CloseCode::Restart, spread.to_string()));
                }
            }
        }
    }

    /// Writes what is due. A page that does not read is gone after a while: its line is taken up by whoever comes back.
    async fn tell_due(&mut self) -> Result<(), End> {
        if !self.line.is_held_by(self.holder) {
            return Err(End::Close(TAKEN, String::new()));
        }
        let due = self.line.take();
        let mut frames = self.app.rooms.render(&self.line, &due.parts);
        frames.extend(due.once);
        for frame in frames {
            let writing = self.stream.send(Message::text(frame.to_string()));
            match tokio::time::timeout(DEAD, writing).await {
                Ok(written) => written?,
                Err(_) => return Err(End::Gone),
            }
        }
        match due.over {
            Some(Over::Session) => Err(End::Close(SIGNED_OUT, String::new())),
            Some(Over::Denied) => Err(End::Close(DENIED, String::new())),
            None => Ok(()),
        }
    }

    async fn hear(&mut self, said: Message) -> Result<(), End> {
        let text = match said {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return Ok(()),
            Message::Binary(_) => return self.note_wrong(),
            Message::Close(_) => return Err(End::Gone),
        };
        if let Err(retry) = rate_of(&self.app, &self.line.viewer) {
            return self.answer(&refusal(number_of(&text), &Failure::SlowDown, Some(retry))).await;
        }
        match serde_json::from_str::<Command>(&text) {
            Ok(command) => {
                let answer = command::run(&self.app, &self.line, &self.actor, command).await;
                self.answer(&answer).await
            }
            Err(_) => {
                self.answer(&refusal(number_of(&text), &Failure::BadForm, None)).await?;
                self.note_wrong()
            }
        }
    }

    fn note_wrong(&mut self) -> Result<(), End> {
        self.wrong += 1;
        if self.wrong >= WRONG_FRAMES { Err(End::Close(CloseCode::Policy, String::new())) } else { Ok(()) }
    }

    async fn answer(&mut self, answer: &command::Answer) -> Result<(), End> {
        // Our own types hold nothing that JSON cannot say.
        let text = serde_json::to_string(answer).unwrap_or_default();
        Ok(self.stream.send(Message::text(text)).await?)
    }
}

/// The page's number of a command that could not be read, as far as it can be found.
pub(super) fn number_of(text: &str) -> u64 {
    #[derive(Deserialize)]
    struct Numbered {
        re: u64,
    }
    serde_json::from_str::<Numbered>(text).map_or(0, |numbered| numbered.re)
}
