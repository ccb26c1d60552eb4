//! Certificates: loaded from files or made by the school's own root, shown to clients, exchanged while the server runs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use store::UtcInstant;
use tokio_rustls::TlsAcceptor;

use super::authority::{Leaf, Root};

/// What clients are shown, and where it comes from.
pub(crate) struct Certificates {
    shown: Arc<Shown>,
    source: Source,
    acceptor: TlsAcceptor,
}

enum Source {
    Files { cert: PathBuf, key: PathBuf, seen: RwLock<[Option<SystemTime>; 2]> },
    Root { root: Root, names: Vec<String> },
}

/// Why there is no certificate to show.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read as what it should be.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong; printed as part of the text.
        cause: String,
    },
    /// The key is another certificate's.
    #[error("{cert}: the key {key} is another certificate's")]
    Mismatch {
        /// The file of the certificate.
        cert: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// No certificate could be made by the school's root.
    #[error("the school's root made no certificate: {0}")]
    Made(String),
}

/// The certificate of this moment.
struct Shown(RwLock<Arc<CertifiedKey>>);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown")
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Certificates {
    /// A certificate with its chain, and its key, as PEM files.
    ///
    /// # Errors
    /// [`CertificateError`] by what is wrong with the files.
    pub(crate) fn of_files(cert: &Path, key: &Path) -> Result<Self, CertificateError> {
        let seen = RwLock::new([changed(cert), changed(key)]);
        let source = Source::Files { cert: cert.to_path_buf(), key: key.to_path_buf(), seen };
        Self::new(read_files(cert, key)?, source)
    }

    /// A certificate for these names, made now by the school's root.
    ///
    /// # Errors
    /// [`CertificateError::Made`].
    pub(crate) fn of_root(root: Root, now: UtcInstant, names: Vec<String>) -> Result<Self, CertificateError> {
        let leaf = certified(root.issue(now, &names)?)?;
        Self::new(leaf, Source::Root { root, names })
    }

    fn new(first: CertifiedKey, source: Source) -> Result<Self, CertificateError> {
        let shown = Arc::new(Shown(RwLock::new(Arc::new(first))));
        let made = |error: rustls::Error| CertificateError::Made(error.to_string());
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(made)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Shown>::clone(&shown));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { shown, source, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// The school's root, when the certificate is its own.
    pub(crate) fn root(&self) -> Option<&Root> {
        match &self.source {
            Source::Root { root, .. } => Some(root),
            Source::Files { .. } => None,
        }
    }

    /// Takes files that have changed since they were read last; says whether there was something new. What cannot be
    /// taken leaves the certificate that is shown.
    ///
    /// # Errors
    /// [`CertificateError`] by what is wrong with the new files; they are looked at again when they change again.
    pub(crate) fn look(&self) -> Result<bool, CertificateError> {
        let Source::Files { cert, key, seen } = &self.source else { return Ok(false) };
        let found = [changed(cert), changed(key)];
        if *seen.read().unwrap_or_else(PoisonError::into_inner) == found {
            return Ok(false);
        }
        *seen.write().unwrap_or_else(PoisonError::into_inner) = found;
        self.show(read_files(cert, key)?);
        Ok(true)
    }

    /// Makes the school's own certificate anew, long before its year is over.
    ///
    /// # Errors
    /// [`CertificateError::Made`].
    pub(crate) fn renew(&self, now: UtcInstant) -> Result<(), CertificateError> {
        if let Source::Root { root, names } = &self.source {
            self.show(certified(root.issue(now, names)?)?);
        }
        Ok(())
    }

    fn show(&self, new: CertifiedKey) {
        *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
    }
}

/// The one provider of cryptography.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|data| data.modified()).ok()
}

fn read_files(cert: &Path, key: &Path) -> Result<CertifiedKey, CertificateError> {
    let unread = |path: &Path, cause: &dyn std::fmt::Display| CertificateError::File {
        path: path.into(),
        cause: cause.to_string(),
    };
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unread(cert, &error))?;
    if chain.is_empty() {
        return Err(unread(cert, &"no certificate in it"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| unread(key, &error))?;
    CertifiedKey::from_der(chain, secret, &provider()).map_err(|error| {
        if matches!(error, rustls::Error::InconsistentKeys(_)) {
            return CertificateError::Mismatch { cert: cert.into(), key: key.into() };
        }
        unread(cert, &error)
    })
}

fn certified(leaf: Leaf) -> Result<CertifiedKey, CertificateError> {
    let key = PrivateKeyDer::Pkcs8(leaf.key.into());
    CertifiedKey::from_der(leaf.chain, key, &provider())
        .map_err(|error| CertificateError::Made(error.to_string()))
}
