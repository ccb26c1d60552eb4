//! The listener: connections with caps and deadlines (R6), requests to the router, a drain at the end.

mod authority;
mod connection;
mod connections;
mod deadline;
mod forwarded;
mod tls;

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::Request;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body as _, Incoming};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::mpsc;

use self::connection::Serving;
use self::connections::Connections;
pub(crate) use self::forwarded::{Client, Scheme, client_of};
pub use self::tls::CertificateError;
pub(crate) use self::tls::{Certificates, provider};
use crate::response::Payload;
use crate::router::Router;
use crate::settings::Transport;
use crate::{App, Failure, flows, host, jobs, routes};

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// How bytes travel between it and us.
    pub(crate) scheme: Scheme,
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
    /// There is no certificate to show.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The base came back from a copy, and what is past its time could not be taken out of it (MSG-K5).
    #[error("messages past their time were not removed: {0}")]
    Purge(store::Error),
    /// The route table contradicts itself.
    #[error("the route table: {0}")]
    Routes(#[from] matchit::InsertError),
}

/// How many connections wait to be taken. After a restart a whole school comes back within a second; whoever finds no place
/// is told nothing by the system and asks again after one second, then three, then seven. The system has the last word
/// (`net.core.somaxconn`).
const BACKLOG: u32 = 4096;

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart does not wait until the connections of the one before are forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// A server that listens and has not begun to answer.
pub struct Server {
    serving: Serving,
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes the address; port 0 takes a free one.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn bind(app: Arc<App>) -> Result<Self, ServeError> {
        jobs::purge_before_opening(&app).await.map_err(ServeError::Purge)?;
        let wanted = app.settings.listen;
        let taken = |cause| ServeError::Listen { address: wanted, cause };
        let listener = listen(wanted).map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let names = app.settings.names(address.ip());
        let certificates = certificates(&app, &names).await?.map(Arc::new);
        if let Some(certificates) = &certificates {
            app.show_certificates(Arc::clone(certificates));
        }
        let router = Arc::new(Router::build(routes::table(), host::Allowed::of(&names))?);
        if let Err(error) = flows::open_provider(&app, address).await {
            tracing::warn!(%error, "the portal is not registered with its VK ID: links cannot be begun");
        }
        recover_calls(&app).await.map_err(ServeError::Purge)?;
        if let Err(error) = app.rooms.start(&app, address.port()) {
            // The diary goes on without calls.
            tracing::error!(%error, "calls are off: their media cannot be served");
        }
        Ok(Self { serving: Serving { app, router, certificates }, listener, address })
    }

    /// Where the server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address to open in a browser: the first of the server's names, or where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.serving.certificates.is_some() { Scheme::Https } else { Scheme::Http };
        let port = self.address.port();
        let says_nothing = scheme == Scheme::Https || self.address.ip().is_unspecified();
        let named = self.serving.app.settings.hosts.first().filter(|_| says_nothing);
        match named {
            Some(name) if port == scheme.port() => format!("{}://{name}", scheme.word()),
            Some(name) => format!("{}://{name}:{port}", scheme.word()),
            None => format!("{}://{}", scheme.word(), self.address),
        }
    }

    /// The school's own root, when certificates come from it: its fingerprint, and whether this start made it.
    #[must_use]
    pub fn root(&self) -> Option<(String, bool)> {
        let root = self.serving.certificates.as_ref()?.root()?;
        Some((root.fingerprint(), root.is_new))
    }

    /// Answers until `stop` resolves, then lets requests under way finish.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        // Each connection holds a sender; when the last one is gone, all have ended.
        let (alive, mut ended) = mpsc::channel::<()>(1);
        let app = Arc::clone(&self.serving.app);
        let connections = Arc::new(Connections::of(&app.settings));
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, address)) => {
                    let Some(seat) = connections.seat(address.ip()) else { continue };
                    let held = (seat, alive.clone());
                    let serving = self.serving.clone();
                    tokio::spawn(async move {
                        let _held = held;
                        serving.serve(stream, address).await;
                    });
                }
                Err(error) => {
                    // Out of file descriptors: wait for some to come free instead of spinning (R9).
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        drop(self.listener);
        drop(alive);
        crate::rooms::stop(&app).await;
        app.drain();
        tokio::select! {
            _ = ended.recv() => {}
            () = tokio::time::sleep(app.settings.deadlines.drain) => tracing::warn!("requests under way were cut off"),
        }
    }
}

/// Ends the visits that the server before this one has left open (CALL-I8).
async fn recover_calls(app: &App) -> Result<(), store::Error> {
    if app.store.health() == store::Health::ReadOnly {
        return Ok(());
    }
    let now = app.clock.now();
    let ended = app.store.write(move |tx| calls::recover(tx, now)).await?;
    if ended > 0 {
        tracing::info!(ended, "visits of calls ended with the server before this one");
    }
    Ok(())
}

async fn certificates(app: &App, names: &[String]) -> Result<Option<Certificates>, CertificateError> {
    Ok(match &app.settings.transport {
        Transport::Plain => None,
        Transport::Files { cert, key } => Some(Certificates::of_files(cert, key)?),
        Transport::SchoolRoot => {
            let (now, school) = (app.clock.now(), app.school());
            let name = &school.profile.short_name;
            let root = authority::Root::open(&app.store, &app.key, &app.random, now, name, names).await?;
            Some(Certificates::of_root(root, now, names.to_vec())?)
        }
    })
}

async fn answer(
    app: Arc<App>,
    router: Arc<Router>,
    request: Request<Incoming>,
    peer: Peer,
) -> http::Response<Payload> {
    let (parts, body) = request.into_parts();
    let deadline = app.settings.deadlines.body;
    let only_reads = router.only_reads(&parts);
    let answering = AssertUnwindSafe(async move {
        router.answer(&app, parts, move |takes| collect(body, takes, deadline), peer).await
    })
    .catch_unwind();
    // What writes goes on to its end when the browser has left. A panic fails its own request alone (R13).
    let answered = if only_reads {
        answering.await.ok()
    } else {
        tokio::spawn(answering).await.ok().and_then(Result::ok)
    };
    let response = answered.unwrap_or_else(|| {
        tracing::error!("a handler panicked");
        crate::handlers::failure::page(None, &Failure::Defect("a handler panicked"))
    });
    response.into_http()
}

/// Reads a body within its length and its time; a longer one may take longer at the same pace.
async fn collect(body: Incoming, takes: routes::Body, deadline: Duration) -> Result<Bytes, Failure> {
    let most = takes.most();
    let times = u32::try_from(most / routes::Body::Small.most()).unwrap_or(u32::MAX);
    let deadline = deadline.saturating_mul(times);
    let said = body.size_hint().lower();
    if said > most as u64 {
        // A length that is too great is refused as soon as it is said. But browsers show an answer only after they
        // have sent their files, so of what is not beyond all measure the rest is read and thrown away.
        if takes == routes::Body::Files && said <= 4 * most as u64 {
            let _ = tokio::time::timeout(deadline, discard(body)).await;
        }
        return Err(Failure::TooLarge { most });
    }
    let read = tokio::time::timeout(deadline, Limited::new(body, most).collect()).await;
    let collected = read.map_err(|_| Failure::TooSlow)?;
    collected.map(|whole| whole.to_bytes()).map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            Failure::TooLarge { most }
        } else {
            Failure::BadForm
        }
    })
}

async fn discard(mut body: Incoming) {
    while let Some(Ok(_)) = body.frame().await {}
}
