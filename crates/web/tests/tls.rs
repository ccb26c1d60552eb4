//! TLS with the school's own root and with files, HTTP/1.1 and HTTP/2 (A11, A22, K18, K19).
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod kit;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kit::Site;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use web::settings::Transport;

const HOST: &str = "shkola.test";

fn own_root() -> Site {
    Site::with(|settings| {
        settings.transport = Transport::SchoolRoot;
        settings.hosts = vec![HOST.to_owned()];
    })
}

fn trusting(root: &[u8], protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root).unwrap()).unwrap();
    let mut config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

async fn connect(
    address: SocketAddr,
    config: &Arc<ClientConfig>,
    name: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::clone(config)).connect(name, stream).await
}

type Answer = http::Response<Bytes>;

async fn get1(stream: TlsStream<TcpStream>, path: &str) -> Answer {
    let (mut send, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get(path).header("host", HOST).body(Full::<Bytes>::default()).unwrap();
    whole(send.send_request(request).await.unwrap()).await
}

async fn whole(answer: http::Response<hyper::body::Incoming>) -> Answer {
    let (parts, body) = answer.into_parts();
    http::Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

/// What the root's page gives to a machine that does not trust the server yet, over plain HTTP.
fn root_of(site: &Site) -> Vec<u8> {
    let file = site.browser().get("/certificate/root.crt");
    assert_eq!(file.header("content-type"), Some("application/x-x509-ca-cert"));
    file.body.into_bytes()
}

#[test]
fn a_machine_with_the_schools_root_trusts_the_site_and_gets_cookies_of_tls_only() {
    let site = own_root();
    let page = site.browser().get("/certificate");
    assert_eq!(page.status, 200);
    let config = trusting(&root_of(&site), &["http/1.1"]);
    site.block_on(async {
        let answer = get1(connect(site.address, &config, HOST).await.unwrap(), "/signin").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("__Host-zvonok_form="), "{cookie}");
        assert!(
            cookie.ends_with("; Secure") && cookie.contains("HttpOnly") && cookie.contains("Path=/"),
            "{cookie}"
        );
        // The certificate is for the names of the server.
        assert!(connect(site.address, &config, "127.0.0.1").await.is_ok());
        assert!(connect(site.address, &config, "other.test").await.is_err());
    });
}

#[test]
fn http2_speaks_to_the_same_pages_and_checks_the_same_names() {
    let site = own_root();
    let config = trusting(&root_of(&site), &["h2", "http/1.1"]);
    site.block_on(async {
        let stream = connect(site.address, &config, HOST).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
        let (mut send, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        for (uri, status) in [
            ("https://shkola.test/signin", 200),
            ("https://shkola.test/diary", 303),
            ("https://evil.test/signin", 421),
            ("https://shkola.test/none", 404),
        ] {
            let request = http::Request::get(uri).body(Full::<Bytes>::default()).unwrap();
            let answer = whole(send.send_request(request).await.unwrap()).await;
            assert_eq!(answer.status(), status, "{uri}");
        }
    });
}

#[test]
fn plain_http_on_the_port_of_tls_leads_to_the_same_page() {
    let site = own_root();
    let page = site.browser().get("/diary?a=1");
    assert_eq!((page.status, page.location), (308, Some(format!("https://{}/diary?a=1", site.address))));
    let foreign = site.browser().raw("GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n");
    assert_eq!((foreign.status, foreign.location), (400, None));
}

/// A root of one's own and a certificate of it, as files of a provider.
fn files(folder: &Path) -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(vec![HOST.to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(folder.join("site.key"), key.serialize_pem()).unwrap();
    std::fs::write(folder.join("site.pem"), certificate.pem()).unwrap();
    certificate.pem().into_bytes()
}

#[test]
fn new_files_are_shown_without_a_restart_and_bad_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = files(folder.path());
    let site = Site::with(|settings| {
        settings.transport =
            Transport::Files { cert: folder.path().join("site.pem"), key: folder.path().join("site.key") };
        settings.hosts = vec![HOST.to_owned()];
    });
    assert_eq!(
        site.browser().get("/certificate").status,
        404,
        "the root is the school's only when it makes it"
    );
    let is_shown = |pem: &[u8]| {
        let config = trusting(pem, &[]);
        site.block_on(async { connect(site.address, &config, HOST).await.is_ok() })
    };
    assert!(is_shown(&first));
    std::fs::write(folder.path().join("site.pem"), "nothing").unwrap();
    assert!(web::jobs::look_at_certificates(&site.app).is_err());
    assert!(is_shown(&first));
    let second = files(folder.path());
    assert!(web::jobs::look_at_certificates(&site.app).unwrap());
    assert!(is_shown(&second) && !is_shown(&first));
    assert!(!web::jobs::look_at_certificates(&site.app).unwrap());
}
