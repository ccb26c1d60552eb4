//! The listener: connections with caps and deadlines (R6), requests to the router, a drain at the end.

mod connections;
mod deadline;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use self::connections::Connections;
use self::deadline::Deadlined;
use crate::router::Router;
use crate::{App, Failure, flows, host, routes};

const MOST_HEADERS: usize = 100;
const HEAD_BYTES: usize = 16 * 1024;

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address could not be taken.
    #[error("{address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said; printed as part of the text.
        cause: std::io::Error,
    },
    /// The route table contradicts itself.
    #[error("the route table: {0}")]
    Routes(#[from] matchit::InsertError),
}

/// A server that listens and has not begun to answer.
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    router: Arc<Router>,
    address: SocketAddr,
}

impl Server {
    /// Takes the address; port 0 takes a free one.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn bind(app: Arc<App>) -> Result<Self, ServeError> {
        let wanted = app.settings.listen;
        let taken = |cause| ServeError::Listen { address: wanted, cause };
        let listener = TcpListener::bind(wanted).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let allowed = host::Allowed::of(&app.settings.hosts, address.ip().is_loopback());
        let router = Arc::new(Router::build(routes::table(), allowed)?);
        if let Err(error) = flows::open_provider(&app, address).await {
            tracing::warn!(%error, "the portal is not registered with its VK ID: links cannot be begun");
        }
        Ok(Self { app, listener, router, address })
    }

    /// Where the server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` resolves, then lets requests under way finish.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        // Each connection holds a sender; when the last one is gone, all have ended.
        let (alive, mut ended) = mpsc::channel::<()>(1);
        let connections = Arc::new(Connections::of(&self.app.settings));
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, address)) => self.serve(stream, address, alive.clone(), &connections),
                Err(error) => {
                    // Out of file descriptors: wait for some to come free instead of spinning (R9).
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        drop(self.listener);
        drop(alive);
        self.app.drain();
        tokio::select! {
            _ = ended.recv() => {}
            () = tokio::time::sleep(self.app.settings.deadlines.drain) => tracing::warn!("requests under way were cut off"),
        }
    }

    fn serve(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        alive: mpsc::Sender<()>,
        connections: &Arc<Connections>,
    ) {
        let Some(seat) = connections.seat(address.ip()) else { return };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's delay");
        }
        let deadlines = self.app.settings.deadlines;
        let (app, router) = (Arc::clone(&self.app), Arc::clone(&self.router));
        let service = service_fn(move |request| {
            let (app, router) = (Arc::clone(&app), Arc::clone(&router));
            async move { Ok::<_, std::convert::Infallible>(answer(app, router, request, Peer { address }).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(deadlines.head)
            .max_headers(MOST_HEADERS)
            .max_buf_size(HEAD_BYTES.max(8192))
            .keep_alive(true)
            .serve_connection(TokioIo::new(Deadlined::new(stream, deadlines.stalled)), service)
            .with_upgrades();
        let app = Arc::clone(&self.app);
        tokio::spawn(async move {
            let _held = (seat, alive);
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = app.drained() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection broke off");
            }
        });
    }
}

async fn answer(
    app: Arc<App>,
    router: Arc<Router>,
    request: Request<Incoming>,
    peer: Peer,
) -> http::Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let deadline = app.settings.deadlines.body;
    // A task of its own: a panic in a handler fails that request alone (R13).
    let task = tokio::spawn(async move {
        router.answer(&app, parts, collect(body, routes::LONGEST_BODY, deadline), peer).await
    });
    let response = task.await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        crate::handlers::failure::page(None, &Failure::Defect("a handler panicked"))
    });
    response.into_http()
}

/// Reads a body within its length and its time.
async fn collect(body: Incoming, longest: usize, deadline: Duration) -> Result<Bytes, Failure> {
    // A length that is too great is refused as soon as it is said.
    if body.size_hint().lower() > longest as u64 {
        return Err(Failure::TooLarge);
    }
    let read = tokio::time::timeout(deadline, Limited::new(body, longest).collect()).await;
    let collected = read.map_err(|_| Failure::TooSlow)?;
    collected.map(|whole| whole.to_bytes()).map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() { Failure::TooLarge } else { Failure::BadForm }
    })
}
