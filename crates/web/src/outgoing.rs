//! The one client of other hosts (C8): it speaks to those that the settings name and to no other, within deadlines and
//! a length, follows nothing and keeps nothing. No address that a person gave comes here (K12) but a browser's subscription,
//! which is checked against the list of push services.

mod address;
mod error;
mod push;
mod vk_id;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, RETRY_AFTER, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

pub use self::address::{Origin, is_private};
pub use self::error::OutgoingError;
pub(crate) use self::push::Letter;
pub use self::push::{PushFault, PushHosts, PushOutcome};
pub use self::vk_id::VkFault;
pub(crate) use self::vk_id::{Grant, who_signed_in};
use crate::server::provider;
use crate::settings::{Outside, Patience};

/// The longest answer that is read (O8).
pub const LONGEST_ANSWER: usize = 64 * 1024;

/// The longest head of an answer that is read.
const LONGEST_HEAD: usize = 16 * 1024;

/// What is asked of another host.
#[derive(Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub uri: Uri,
    /// Headers besides those that every request has.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Bytes,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Addresses, headers and bodies carry codes and tokens (O5).
        f.write_str("Call(***)")
    }
}

/// What another host answered.
#[derive(Clone)]
pub struct Answer {
    /// The status; never a redirect.
    pub status: StatusCode,
    /// The whole body.
    pub body: Bytes,
    /// How long it wants to be left alone.
    pub retry_after: Option<time::Duration>,
}

/// The client.
pub struct Outgoing {
    named: Vec<Origin>,
    private_hosts: Vec<String>,
    patience: Patience,
    tls: TlsConnector,
}

impl Outgoing {
    /// A client of these origins.
    #[must_use]
    pub fn new(outside: &Outside, named: Vec<Origin>) -> Self {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        roots.add_parsable_certificates(outside.roots.iter().map(|root| root.der().clone()));
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("the provider speaks TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self {
            named,
            private_hosts: outside.private_hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            patience: outside.patience,
            tls: TlsConnector::from(Arc::new(config)),
        }
    }

    /// Asks once and reads the answer to its end. Nothing is tried a second time: a message must not leave twice.
    ///
    /// # Errors
    /// [`OutgoingError`] by what went wrong; a status other than a redirect is an answer.
    pub async fn send(&self, call: Call) -> Result<Answer, OutgoingError> {
        let origin = Origin::of(&call.uri).filter(|origin| self.named.contains(origin));
        self.send_to(&origin.ok_or(OutgoingError::NotNamed)?, call).await
    }

    /// Whether a call may leave for an address that a browser gave.
    pub(crate) fn may_push_to(&self, hosts: &PushHosts, endpoint: &str) -> bool {
        push::may_push_to(hosts, &self.private_hosts, endpoint)
    }

    async fn send_to(&self, origin: &Origin, call: Call) -> Result<Answer, OutgoingError> {
        let exchange = self.exchange(origin, call);
        timeout(self.patience.total, exchange).await.map_err(|_| OutgoingError::Slow)?
    }

    async fn exchange(&self, origin: &Origin, call: Call) -> Result<Answer, OutgoingError> {
        let request = request(origin, call)?;
        if origin.is_secure() {
            let secured = async { self.secure(origin, self.connect(origin).await?).await };
            talk(timeout(self.patience.connect, secured).await.map_err(|_| OutgoingError::Slow)??, request)
                .await
        } else {
            let connected = timeout(self.patience.connect, self.connect(origin)).await;
            talk(connected.map_err(|_| OutgoingError::Slow)??, request).await
        }
    }

    async fn connect(&self, origin: &Origin) -> Result<TcpStream, OutgoingError> {
        let looked_up = tokio::net::lookup_host((origin.bare_host(), origin.port())).await;
        let addresses: Vec<SocketAddr> = looked_up.map_err(|_| OutgoingError::NoName)?.collect();
        // One private address among public ones is a name that leads inside, too.
        let leads_inside = addresses.iter().any(|address| is_private(address.ip()));
        if leads_inside && !self.private_hosts.iter().any(|host| host == origin.bare_host()) {
            return Err(OutgoingError::Private);
        }
        if addresses.is_empty() {
            return Err(OutgoingError::NoName);
        }
        TcpStream::connect(addresses.as_slice()).await.map_err(|_| OutgoingError::Refused)
    }

    async fn secure(
        &self,
        origin: &Origin,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, OutgoingError> {
        let name = ServerName::try_from(origin.bare_host().to_owned()).map_err(|_| OutgoingError::NoName)?;
        self.tls.connect(name, stream).await.map_err(|error| {
            let of_tls = error.get_ref().is_some_and(|cause| cause.is::<rustls::Error>());
            if of_tls { OutgoingError::Certificate } else { OutgoingError::Broken }
        })
    }
}

fn request(origin: &Origin, call: Call) -> Result<Request<Full<Bytes>>, OutgoingError> {
    let path = call.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let mut request = Request::builder()
        .method(call.method)
        .uri(path)
        .body(Full::new(call.body))
        .map_err(|_| OutgoingError::Broken)?;
    let host = HeaderValue::from_str(&origin.authority()).map_err(|_| OutgoingError::Broken)?;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(USER_AGENT, HeaderValue::from_static("zvonok"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.extend(call.headers);
    headers.remove(CONTENT_LENGTH);
    Ok(request)
}

async fn talk<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, OutgoingError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(LONGEST_HEAD);
    let shaken = builder.handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|_| OutgoingError::Broken)?;
    // Ends with this exchange, whichever way it ends.
    let mut driven = JoinSet::new();
    driven.spawn(connection);
    let answer = sender.send_request(request).await.map_err(|_| OutgoingError::Broken)?;
    read(answer).await
}

async fn read(answer: Response<Incoming>) -> Result<Answer, OutgoingError> {
    let (head, body) = answer.into_parts();
    if head.status.is_redirection() {
        return Err(OutgoingError::Redirect);
    }
    if body.size_hint().lower() > LONGEST_ANSWER as u64 {
        return Err(OutgoingError::TooLarge);
    }
    let whole = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { OutgoingError::TooLarge } else { OutgoingError::Broken }
    })?;
    // Seconds; a date, which the header may hold too, is taken as silence.
    let asked =
        head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok());
    let retry_after = asked.map(|seconds| time::Duration::seconds(i64::from(seconds)));
    Ok(Answer { status: head.status, body: whole.to_bytes(), retry_after })
}
