//! What is set for the one client of other hosts (C8).

use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// How other hosts are spoken to.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Hosts that may stand at private addresses and be spoken to without TLS.
    pub private_hosts: Vec<String>,
    /// Roots that are trusted besides the public ones.
    pub roots: Vec<RootCertificate>,
    /// How long an answer is waited for.
    pub patience: Patience,
}

impl Outside {
    /// Whether a host may stand at a private address.
    #[must_use]
    pub fn is_private_host(&self, host: &str) -> bool {
        self.private_hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }
}

/// How long an answer is waited for (O8). Not read from files: tests shorten it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Name, connection and TLS.
    pub connect: Duration,
    /// All of it, to the last byte of the answer.
    pub total: Duration,
    /// How long the form that asked for a code waits for the first try; the try goes on without it.
    pub form: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(10), form: Duration::from_secs(2) }
    }
}

/// A root certificate.
#[derive(Clone, Debug)]
pub struct RootCertificate(CertificateDer<'static>);

impl RootCertificate {
    /// Reads the certificates of a PEM file; `None` when one is none, or there are none.
    #[must_use]
    pub fn all_of(pem: &[u8]) -> Option<Vec<Self>> {
        let mut store = RootCertStore::empty();
        let mut found = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.ok()?;
            store.add(certificate.clone()).ok()?;
            found.push(Self(certificate));
        }
        if found.is_empty() { None } else { Some(found) }
    }

    pub(crate) const fn der(&self) -> &CertificateDer<'static> {
        &self.0
    }
}
