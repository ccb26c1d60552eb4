//! One connection from its first byte to its last: TLS, HTTP/1.1 or HTTP/2, deadlines (R6), a drain at the end.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{HOST, LOCATION};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::deadline::Deadlined;
use super::tls::Certificates;
use super::{Peer, Scheme, answer};
use crate::App;
use crate::response::Payload;
use crate::router::Router;
use crate::settings::{CallsTcp, Deadlines};

const MOST_HEADERS: usize = 100;
const HEAD_BYTES: usize = 16 * 1024;
/// Requests under way at once on one HTTP/2 connection (K18).
const MOST_STREAMS: u32 = 64;
/// Streams a client may reset before the server has answered them, at once (K18, rapid reset).
const MOST_RESETS: usize = 32;
/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;
/// The highest first byte of a connection that speaks STUN: it is the upper half of a length.
const LONGEST_STUN: u8 = 1;
/// A length of two bytes and the head of a STUN message.
const STUN_HEAD: usize = 22;

/// What every connection is served with.
#[derive(Clone)]
pub(super) struct Serving {
    pub(super) app: Arc<App>,
    pub(super) router: Arc<Router>,
    pub(super) certificates: Option<Arc<Certificates>>,
}

impl Serving {
    /// Serves a connection to its end.
    pub(super) async fn serve(self, stream: TcpStream, address: SocketAddr) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's delay");
        }
        let Deadlines { head, stalled, .. } = self.app.settings.deadlines;
        let Some(certificates) = self.certificates.clone() else {
            let peer = Peer { address, scheme: Scheme::Http };
            return self.http1(Deadlined::new(stream, stalled), peer).await;
        };
        let mut first = [0; 1];
        match tokio::time::timeout(head, stream.peek(&mut first)).await {
            Ok(Ok(1)) if first[0] == HANDSHAKE => {}
            Ok(Ok(1)) if first[0] <= LONGEST_STUN => return self.hand_over(stream, head).await,
            Ok(Ok(1)) => return self.lead_to_tls(stream, address).await,
            Ok(Ok(_) | Err(_)) | Err(_) => return,
        }
        let stream = Deadlined::new(stream, stalled);
        let stream = match tokio::time::timeout(head, certificates.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return tracing::debug!(%error, "a handshake broke off"),
            Err(_) => return tracing::debug!("a handshake took too long"),
        };
        let peer = Peer { address, scheme: Scheme::Https };
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
            self.http2(stream, peer).await;
        } else {
            self.http1(stream, peer).await;
        }
    }

    /// Hands a connection that speaks STUN over to whoever carries calls, where both share the port (CALL-N2).
    async fn hand_over(self, mut stream: TcpStream, patience: Duration) {
        let shares = self.app.settings.calls.tcp == CallsTcp::Shared;
        let Some(backend) = self.app.rooms.media().filter(|_| shares) else { return };
        let mut begun = [0; STUN_HEAD];
        let read = tokio::time::timeout(patience, stream.read_exact(&mut begun)).await;
        if !matches!(read, Ok(Ok(_))) || media::is_framed_stun(&begun) != Some(true) {
            return;
        }
        match stream.into_std() {
            Ok(stream) => backend.take_stream(stream, begun.to_vec()),
            Err(error) => tracing::debug!(%error, "a connection of a call was not handed over"),
        }
    }

    async fn http1(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer) {
        let Self { app, router, .. } = self;
        let head = app.settings.deadlines.head;
        let drained = Arc::clone(&app);
        let service = service_fn(move |request| {
            let (app, router) = (Arc::clone(&app), Arc::clone(&router));
            async move { Ok::<_, std::convert::Infallible>(answer(app, router, request, peer).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_headers(MOST_HEADERS)
            .max_buf_size(HEAD_BYTES)
            .keep_alive(true)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = drained.drained() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        note(ended);
    }

    async fn http2(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer) {
        let Self { app, router, .. } = self;
        let deadlines = app.settings.deadlines;
        let use_of = Arc::new(Use::new());
        let (drained, seen) = (Arc::clone(&app), Arc::clone(&use_of));
        let service = service_fn(move |request| {
            let (app, router, use_of) = (Arc::clone(&app), Arc::clone(&router), Arc::clone(&use_of));
            async move {
                let _running = use_of.begin();
                Ok::<_, std::convert::Infallible>(answer(app, router, request, peer).await)
            }
        });
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(MOST_STREAMS)
            .max_pending_accept_reset_streams(MOST_RESETS)
            .max_local_error_reset_streams(Some(MOST_RESETS))
            .max_header_list_size(HEAD_BYTES as u32)
            .keep_alive_interval(deadlines.idle / 4)
            .keep_alive_timeout(deadlines.head)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = async { tokio::select! { () = drained.drained() => {}, () = seen.idle(deadlines.idle) => {} } } => {
                connection.as_mut().graceful_shutdown();
                // A client that takes nothing of its answers is not waited for.
                let Ok(ended) = tokio::time::timeout(deadlines.drain, connection).await else { return };
                ended
            }
        };
        note(ended);
    }

    /// Answers plain HTTP on the port of TLS: the page of the school's root as it is, since a machine reads it before
    /// it can trust the server, and for everything else the way to the same page over TLS.
    async fn lead_to_tls(self, stream: TcpStream, address: SocketAddr) {
        let Self { app, router, .. } = self;
        let deadlines = app.settings.deadlines;
        let service = service_fn(move |request: Request<Incoming>| {
            let (app, router) = (Arc::clone(&app), Arc::clone(&router));
            async move {
                if request.uri().path().starts_with("/certificate") {
                    let peer = Peer { address, scheme: Scheme::Http };
                    return Ok(answer(app, router, request, peer).await);
                }
                Ok::<_, std::convert::Infallible>(over_tls(&router, &request))
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(deadlines.head)
            .max_headers(MOST_HEADERS)
            .max_buf_size(HEAD_BYTES)
            .keep_alive(false)
            .serve_connection(TokioIo::new(Deadlined::new(stream, deadlines.stalled)), service);
        note(connection.await);
    }
}

fn over_tls(router: &Router, request: &Request<Incoming>) -> http::Response<Payload> {
    let mut answer = http::Response::new(Payload::Left(Full::default()));
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .filter(|host| router.answers_to(host));
    let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let to = host.and_then(|host| HeaderValue::from_str(&format!("https://{host}{path}")).ok());
    match to {
        Some(to) => {
            *answer.status_mut() = StatusCode::PERMANENT_REDIRECT;
            answer.headers_mut().insert(LOCATION, to);
        }
        None => *answer.status_mut() = StatusCode::BAD_REQUEST,
    }
    answer
}

fn note(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// When a connection was used last, and by how many requests it is used now.
struct Use {
    running: AtomicUsize,
    last: Mutex<Instant>,
}

impl Use {
    fn new() -> Self {
        Self { running: AtomicUsize::new(0), last: Mutex::new(Instant::now()) }
    }

    fn begin(self: &Arc<Self>) -> Running {
        self.running.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(self))
    }

    /// Resolves when nothing has been asked for this long.
    async fn idle(&self, patience: Duration) {
        loop {
            let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let until = last + patience;
            if self.running.load(Ordering::SeqCst) == 0 && Instant::now() >= until {
                return;
            }
            tokio::time::sleep_until(until.max(Instant::now() + patience / 8)).await;
        }
    }
}

/// A request under way.
struct Running(Arc<Use>);

impl Drop for Running {
    fn drop(&mut self) {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}
