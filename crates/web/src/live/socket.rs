//! The WebSocket: frames out, commands in, and an end within a second when the session ends (A14, R8).

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use http::StatusCode;
use http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use school::{SessionToken, Viewer};
use serde::Deserialize;
use store::Actor;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::client::Client;
use super::command::{By, Command, rate_of, refusal, run};
use super::feed::Feed;
use super::limits::{CLIENT_FRAME, MARK, WRITE_BUFFER, WRONG_FRAMES};
use crate::cx::Cx;
use crate::response::Response;
use crate::settings::Deadlines;
use crate::{App, Failure, cookies, csrf};

/// The session has ended: sign in anew.
const SIGNED_OUT: CloseCode = CloseCode::Library(4401);
/// In how many milliseconds a page asks again, when its session has got a new cookie: the answer that brings it is on
/// its way.
const RENEWED: &str = "1000";
/// Too many frames that are none.
const WRONG: CloseCode = CloseCode::Policy;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    cursor: Option<String>,
}

/// Takes the connection over. The request must come from our own page: a socket writes (C3).
pub(crate) async fn open(mut cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let query: Query = cx.request.query()?;
    let (answer, upgrade) = match switch(&mut cx)? {
        Ok(switched) => switched,
        Err(answer) => return Ok(answer),
    };
    let token = cx.request.cookie(cookies::SESSION).unwrap_or_default();
    let most = cx.app.settings.sockets_per_session;
    let Some(connected) = cx.app.live.connect(viewer, Some(most)) else {
        return Ok(Response::empty(StatusCode::TOO_MANY_REQUESTS));
    };
    let feed = Feed::new(connected, query.cursor.as_deref());
    let (app, actor) = (Arc::clone(&cx.app), cx.actor());
    tokio::spawn(async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => TokioIo::new(upgraded),
            Err(error) => {
                tracing::debug!(%error, "a socket was not taken over");
                return;
            }
        };
        let config = WebSocketConfig::default()
            .max_message_size(Some(CLIENT_FRAME))
            .max_frame_size(Some(CLIENT_FRAME))
            .read_buffer_size(4 * 1024)
            .write_buffer_size(WRITE_BUFFER)
            .max_write_buffer_size(4 * 1024 * 1024);
        let stream = WebSocketStream::from_raw_socket(upgraded, Role::Server, Some(config)).await;
        let token = SessionToken::from_cookie(&token);
        Socket { app, stream, feed, viewer, actor, token, wrong: 0, wrong_since: Instant::now() }
            .serve()
            .await;
    });
    Ok(answer)
}

/// The answer by which a connection becomes a socket, and what comes of the connection then; or the answer to a request
/// that asks for no socket. The request must come from our own page (C3).
pub(crate) fn switch(cx: &mut Cx) -> Result<Result<(Response, OnUpgrade), Response>, Failure> {
    csrf::check_origin(cx.request.headers(), &cx.request.origin())?;
    let header = |name: HeaderName| cx.request.headers().get(name).and_then(|value| value.to_str().ok());
    let wants = header(UPGRADE).is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
        && header(SEC_WEBSOCKET_VERSION) == Some("13");
    let key = header(SEC_WEBSOCKET_KEY).filter(|_| wants).map(|key| derive_accept_key(key.as_bytes()));
    let (Some(accept), Some(upgrade)) = (key, cx.request.take_upgrade()) else {
        let needed = Response::empty(StatusCode::UPGRADE_REQUIRED);
        return Ok(Err(needed.with_header(UPGRADE, "websocket")));
    };
    let answer = Response::empty(StatusCode::SWITCHING_PROTOCOLS)
        .with_header(CONNECTION, "Upgrade")
        .with_header(UPGRADE, "websocket")
        .with_header(SEC_WEBSOCKET_ACCEPT, &accept);
    Ok(Ok((answer, upgrade)))
}

type Stream = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

struct Socket {
    app: Arc<App>,
    stream: Stream,
    feed: Feed,
    viewer: Viewer,
    actor: Actor,
    token: SessionToken,
    wrong: u32,
    wrong_since: Instant,
}

/// Why a socket ends.
enum End {
    /// The other side is gone.
    Gone,
    /// The other side has said goodbye and waits to hear it back.
    Goodbye,
    /// With a code and a reason for the client.
    Close(CloseCode, String),
}

impl From<tokio_tungstenite::tungstenite::Error> for End {
    fn from(_: tokio_tungstenite::tungstenite::Error) -> Self {
        Self::Gone
    }
}

impl End {
    /// The end of a client whose frames cannot be read: it is told why, where the line still stands (R8).
    fn of_unreadable(error: &tokio_tungstenite::tungstenite::Error) -> Self {
        use tokio_tungstenite::tungstenite::Error;
        let is_cut_off = matches!(error, Error::Protocol(ProtocolError::ResetWithoutClosingHandshake));
        let code = if matches!(error, Error::Capacity(_)) {
            CloseCode::Size
        } else if matches!(error, Error::Utf8(_)) {
            CloseCode::Invalid
        } else if matches!(error, Error::Protocol(_)) && !is_cut_off {
            CloseCode::Protocol
        } else {
            return Self::Gone;
        };
        Self::Close(code, String::new())
    }
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        match failure.said().status {
            StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND => Self::Close(SIGNED_OUT, String::new()),
            _ => Self::Close(CloseCode::Error, String::new()),
        }
    }
}

impl Socket {
    async fn serve(mut self) {
        let end = self.work().await;
        let last = async {
            match end {
                End::Gone => Ok(()),
                // The answer is made already and only has to leave.
                End::Goodbye => self.stream.flush().await,
                End::Close(code, reason) => {
                    self.stream.close(Some(CloseFrame { code, reason: reason.into() })).await
                }
            }
        };
        // Whoever does not take the last frame in a second is gone too.
        let _ = tokio::time::timeout(Duration::from_secs(1), last).await;
    }

    async fn work(&mut self) -> End {
        match self.talk().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn talk(&mut self) -> Result<std::convert::Infallible, End> {
        let app = Arc::clone(&self.app);
        let drained = app.drained();
        tokio::pin!(drained);
        let Deadlines { ping: every, silence, .. } = app.settings.deadlines;
        let mut ping = tokio::time::interval_at(Instant::now() + every, every);
        let mut mark = tokio::time::interval_at(Instant::now() + MARK, MARK);
        let mut heard = Instant::now();
        let mut checked = Instant::now();
        loop {
            if self.feed.client().is_renewed() {
                return Err(End::Close(CloseCode::Restart, RENEWED.to_owned()));
            }
            let mut is_told = false;
            while let Some(frame) = self.feed.next(&self.app).await? {
                let frame = Message::Text(Utf8Bytes::from(frame));
                unless_ended(self.feed.client(), self.stream.feed(frame)).await?;
                is_told = true;
            }
            if is_told {
                unless_ended(self.feed.client(), self.stream.flush()).await?;
                // The wake of what was queued during the flush is spent.
                continue;
            }
            let client = Arc::clone(self.feed.client());
            tokio::select! {
                () = client.woken() => {}
                said = self.stream.next() => {
                    heard = Instant::now();
                    match said {
                        Some(Ok(said)) => self.hear(said).await?,
                        Some(Err(error)) => return Err(End::of_unreadable(&error)),
                        None => return Err(End::Gone),
                    }
                }
                _ = mark.tick() => {
                    if let Some(frame) = self.feed.mark() {
                        self.tell(frame).await?;
                    }
                }
                _ = ping.tick() => {
                    if heard.elapsed() > silence {
                        return Err(End::Gone);
                    }
                    self.put(Message::Ping(bytes::Bytes::new())).await?;
                    if checked.elapsed() >= silence {
                        checked = Instant::now();
                        self.check_session().await?;
                    }
                }
                () = &mut drained => {
                    let spread = self.app.random.below(self.app.live.spread().max(1));
                    return Err(End::Close(CloseCode::Restart, spread.to_string()));
                }
            }
        }
    }

    async fn tell(&mut self, frame: String) -> Result<(), End> {
        self.put(Message::Text(Utf8Bytes::from(frame))).await
    }

    async fn put(&mut self, message: Message) -> Result<(), End> {
        unless_ended(self.feed.client(), self.stream.send(message)).await
    }

    async fn check_session(&mut self) -> Result<(), End> {
        let (now, token) = (self.app.clock.now(), self.token.clone());
        let found = self.app.store.read(move |tx| school::resume_session(tx, now, &token)).await;
        match found {
            Ok(Some((viewer, _))) if viewer == self.viewer => Ok(()),
            Ok(_) => Err(End::Close(SIGNED_OUT, String::new())),
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    async fn hear(&mut self, said: Message) -> Result<(), End> {
        let text = match said {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return Ok(()),
            Message::Binary(_) => return self.note_wrong().await,
            Message::Close(_) => return Err(End::Goodbye),
        };
        if let Err(retry) = rate_of(&self.app, &self.viewer) {
            let re = number_of(&text);
            let answer = refusal(re, &Failure::SlowDown, Some(retry));
            return self.answer(&answer).await;
        }
        match serde_json::from_str::<Command>(&text) {
            Ok(command) => {
                let now = self.app.clock.now();
                let today = self.app.school().zone.date(now);
                let by = By { viewer: self.viewer, actor: self.actor.clone(), now, today };
                let answer = run(&self.app, by, command).await;
                self.answer(&answer).await
            }
            Err(_) => {
                let answer = refusal(number_of(&text), &Failure::BadForm, None);
                self.answer(&answer).await?;
                self.note_wrong().await
            }
        }
    }

    /// The third wrong frame in a minute is the last (MSG-B23).
    async fn note_wrong(&mut self) -> Result<(), End> {
        if self.wrong_since.elapsed() > Duration::from_secs(60) {
            self.wrong = 0;
            self.wrong_since = Instant::now();
        }
        self.wrong += 1;
        if self.wrong >= WRONG_FRAMES { Err(End::Close(WRONG, String::new())) } else { Ok(()) }
    }

    async fn answer(&mut self, answer: &super::command::Answer) -> Result<(), End> {
        // Our own types hold nothing that JSON cannot say.
        self.tell(serde_json::to_string(answer).unwrap_or_default()).await
    }
}

/// Writes; a client that does not read cannot hold the end of its session up.
async fn unless_ended(
    client: &Client,
    writing: impl Future<Output = Result<(), tokio_tungstenite::tungstenite::Error>>,
) -> Result<(), End> {
    tokio::pin!(writing);
    loop {
        tokio::select! {
            written = &mut writing => return Ok(written?),
            () = client.woken() => {
                if client.has_ended() {
                    return Err(End::Gone);
                }
                // Something was queued meanwhile; the wake is spent, and the queue is looked at after the write.
            }
        }
    }
}

/// The client's number of a command that could not be read, as far as it can be found.
fn number_of(text: &str) -> u64 {
    #[derive(Deserialize)]
    struct Numbered {
        re: u64,
    }
    serde_json::from_str::<Numbered>(text).map_or(0, |numbered| numbered.re)
}
