//! Another host, as tests want it: it hears requests and answers each as it is told.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use web::settings::RootCertificate;

/// A request as the host heard it.
#[derive(Clone, Debug)]
pub struct Heard {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The body as it came.
    pub raw: Vec<u8>,
}

impl Heard {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The path without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// A field of the form in the body.
    pub fn field(&self, name: &str) -> Option<String> {
        let fields: Vec<(String, String)> = serde_html_form::from_str(&self.body).unwrap();
        fields.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// What the host does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// Nothing, and the line stays open.
    Silence,
}

impl Reply {
    /// A whole answer.
    pub fn of(status: u16, kind: &str, body: &str) -> Self {
        let head =
            format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        Self::Bytes(format!("{head}\r\n{body}").into_bytes())
    }

    /// A whole JSON answer.
    pub fn json(body: &str) -> Self {
        Self::of(200, "application/json", body)
    }

    /// A redirect to somewhere else.
    pub fn redirect(to: &str) -> Self {
        Self::Bytes(format!("HTTP/1.1 302 X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes())
    }

    /// An answer that ends before its length.
    pub fn cut(body: &str) -> Self {
        let head = format!(
            "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
            body.len() + 9
        );
        Self::Bytes(format!("{head}\r\n{body}").into_bytes())
    }
}

type Answers = Box<dyn Fn(&Heard) -> Reply + Send + Sync>;

struct Shared {
    answers: Answers,
    tls: Option<Arc<ServerConfig>>,
    heard: Mutex<Vec<Heard>>,
    news: Condvar,
    held: Mutex<Vec<Box<dyn Send>>>,
    over: AtomicBool,
}

/// The host; it is gone when it is dropped.
pub struct Fake {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

impl Fake {
    /// A host that speaks plain HTTP.
    pub fn plain(answers: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Self {
        Self::open(None, Box::new(answers))
    }

    /// A host that speaks TLS.
    pub fn tls(config: Arc<ServerConfig>, answers: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Self {
        Self::open(Some(config), Box::new(answers))
    }

    fn open(tls: Option<Arc<ServerConfig>>, answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            answers,
            tls,
            heard: Mutex::default(),
            news: Condvar::new(),
            held: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        let listening = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.over.load(Ordering::SeqCst) {
                    return;
                }
                let (shared, stream) = (Arc::clone(&serving), stream.unwrap());
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Self { address, shared, listening: Some(listening) }
    }

    /// Everything heard so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.shared.heard.lock().unwrap().clone()
    }

    /// Waits until so many requests were heard.
    pub fn wait_for(&self, count: usize) -> Vec<Heard> {
        let heard = self.shared.heard.lock().unwrap();
        let (heard, late) = self
            .shared
            .news
            .wait_timeout_while(heard, Duration::from_secs(30), |heard| heard.len() < count)
            .unwrap();
        assert!(!late.timed_out(), "{} of {count} requests came", heard.len());
        heard.clone()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        self.shared.held.lock().unwrap().clear();
        // Wakes the listener, so that it sees the end.
        drop(TcpStream::connect(self.address));
        // Afterwards nobody listens at the address.
        let _ = self.listening.take().unwrap().join();
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) {
        match &self.tls {
            None => self.speak(stream),
            Some(config) => {
                let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                self.speak(StreamOwned::new(connection, stream));
            }
        }
    }

    fn speak(&self, mut stream: impl Read + Write + Send + 'static) {
        // A client that does not trust the certificate ends here.
        let Some(request) = hear(&mut stream) else { return };
        let reply = (self.answers)(&request);
        self.heard.lock().unwrap().push(request);
        self.news.notify_all();
        match reply {
            Reply::Bytes(bytes) => drop(stream.write_all(&bytes).and_then(|()| stream.flush())),
            Reply::Silence => self.held.lock().unwrap().push(Box::new(stream)),
        }
    }
}

fn hear(stream: &mut impl Read) -> Option<Heard> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ').map(str::to_owned);
    let (method, target) = (first.next()?, first.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    let text = String::from_utf8_lossy(&body).into_owned();
    Some(Heard { method, target, headers, body: text, raw: body })
}

/// Makes certificates, so that a test may trust them or not.
pub struct Authority {
    pub pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// The root, for the settings.
    pub fn root(&self) -> Vec<RootCertificate> {
        RootCertificate::all_of(self.pem.as_bytes()).unwrap()
    }

    /// A server's certificate for a name, until the year given.
    pub fn serves(&self, name: &str, until: i32) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let secret = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, secret)
            .unwrap();
        Arc::new(config)
    }
}
