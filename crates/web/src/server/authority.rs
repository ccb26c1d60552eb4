//! The school's own root of trust, for a network without names of its own: made once, kept sealed in the base,
//! good for the names of the server and for no other, installed by hand on the machines of the school.

use std::net::IpAddr;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use store::{Random, ServerKey, Store, UtcInstant};
use time::{Duration, OffsetDateTime};

use super::tls::CertificateError;
use crate::words::Words;

const SECRET: &str = "tls root";
/// A root outlives the machines it is installed on.
const ROOT: Duration = Duration::days(10 * 365);
/// Browsers take certificates of at most 398 days; the server makes a new one at each start and each month.
const LEAF: Duration = Duration::days(90);
/// Clocks of school machines run behind.
const BEFORE: Duration = Duration::days(2);

/// The root of this school.
pub(crate) struct Root {
    issuer: Issuer<'static, KeyPair>,
    der: Vec<u8>,
    pem: String,
    /// Whether it was made by this start: the school has to install it (again).
    pub(crate) is_new: bool,
}

/// A certificate of the server with its chain.
pub(super) struct Leaf {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: Vec<u8>,
}

/// What the base keeps, sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    pem: String,
    title: String,
    names: Vec<String>,
}

fn made(error: rcgen::Error) -> CertificateError {
    CertificateError::Made(error.to_string())
}

impl Root {
    /// The root the base holds, or a new one when there is none, it cannot be opened by this key, or it does not
    /// answer for one of the names.
    ///
    /// # Errors
    /// [`CertificateError::Made`], also when the base does not take the new one.
    pub(crate) async fn open(
        store: &Store,
        key: &ServerKey,
        random: &Random,
        now: UtcInstant,
        school: &str,
        names: &[String],
    ) -> Result<Self, CertificateError> {
        let unkept = |error: store::Error| CertificateError::Made(error.to_string());
        let sealed = store.read(|tx| tx.find_secret(SECRET)).await.map_err(unkept)?;
        let kept = sealed.and_then(|sealed| key.open(SECRET, &sealed));
        let kept: Option<Kept> = kept.and_then(|plain| serde_json::from_slice(&plain).ok());
        if let Some(kept) = kept.filter(|kept| names.iter().all(|name| kept.names.contains(name))) {
            return Self::of(&kept, now, false);
        }
        let kept = make(school, names, now)?;
        let plain = serde_json::to_vec(&kept).map_err(|error| CertificateError::Made(error.to_string()))?;
        let sealed = key.seal(random, SECRET, &plain);
        store.write(move |tx| tx.keep_secret(now, SECRET, &sealed)).await.map_err(unkept)?;
        Self::of(&kept, now, true)
    }

    fn of(kept: &Kept, now: UtcInstant, is_new: bool) -> Result<Self, CertificateError> {
        let der = CertificateDer::from_pem_slice(kept.pem.as_bytes())
            .map_err(|error| CertificateError::Made(error.to_string()))?
            .to_vec();
        let key = KeyPair::from_pem(&kept.key).map_err(made)?;
        let issuer = Issuer::new(params(&kept.title, &kept.names, now), key);
        Ok(Self { issuer, der, pem: kept.pem.clone(), is_new })
    }

    /// A certificate for these names.
    pub(super) fn issue(&self, now: UtcInstant, names: &[String]) -> Result<Leaf, CertificateError> {
        let key = KeyPair::generate().map_err(made)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = titled(names.first().map_or("zvonok", String::as_str));
        params.subject_alt_names = names.iter().map(|name| alternative(name)).collect::<Result<_, _>>()?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = span(now, LEAF);
        let certificate = params.signed_by(&key, &self.issuer).map_err(made)?;
        let chain = vec![certificate.der().clone(), CertificateDer::from(self.der.clone())];
        Ok(Leaf { chain, key: key.serialize_der() })
    }

    /// The root as a PEM file.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// SHA-256 of the root, as people compare it: pairs of hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> String {
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(&self.der);
        digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    }
}

/// The root's certificate request. Made anew at each start to sign with: of it only title and usages enter what is
/// signed, and they are the kept certificate's own.
fn params(title: &str, names: &[String], now: UtcInstant) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = titled(title);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // Whoever steals the root can pass for this server and for no other site.
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: names.iter().map(|name| subtree(name)).collect(),
        excluded_subtrees: Vec::new(),
    });
    (params.not_before, params.not_after) = span(now, ROOT);
    params
}

fn make(school: &str, names: &[String], now: UtcInstant) -> Result<Kept, CertificateError> {
    let title = Words::of("certificate-issuer").with("school", school.to_owned()).say();
    let key = KeyPair::generate().map_err(made)?;
    let certificate = params(&title, names, now).self_signed(&key).map_err(made)?;
    Ok(Kept { key: key.serialize_pem(), pem: certificate.pem(), title, names: names.to_vec() })
}

fn titled(name: &str) -> DistinguishedName {
    let mut title = DistinguishedName::new();
    title.push(DnType::CommonName, name);
    title
}

fn span(now: UtcInstant, length: Duration) -> (OffsetDateTime, OffsetDateTime) {
    let now = now.to_utc();
    (now - BEFORE, now + length)
}

fn address_of(name: &str) -> Option<IpAddr> {
    name.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn subtree(name: &str) -> GeneralSubtree {
    match address_of(name) {
        Some(IpAddr::V4(address)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(address.octets(), 32))
        }
        Some(IpAddr::V6(address)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(address.octets(), 128))
        }
        None => GeneralSubtree::DnsName(name.to_owned()),
    }
}

fn alternative(name: &str) -> Result<SanType, CertificateError> {
    Ok(match address_of(name) {
        Some(address) => SanType::IpAddress(address),
        None => SanType::DnsName(name.to_owned().try_into().map_err(made)?),
    })
}

#[cfg(test)]
mod tests {
    use store::{Random, ServerKey, Store, UtcInstant};

    use super::Root;

    #[tokio::test]
    async fn the_root_outlives_a_restart_and_is_made_anew_for_a_new_name_only() {
        let dir = tempfile::tempdir().unwrap();
        let random = Random::seeded(1);
        let key = ServerKey::in_memory(&random);
        let store = Store::create(&dir.path().join("zvonok.db"), &crate::schema(), &random).unwrap();
        let now = UtcInstant::from_millis(1_792_000_000_000);
        let open = async |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let root = Root::open(&store, &key, &random, now, "Школа № 12", &names).await.unwrap();
            assert!(root.issue(now, &names).is_ok());
            (root.fingerprint(), root.is_new)
        };
        let (first, is_new) = open(&["shkola.test", "127.0.0.1", "[::1]"]).await;
        assert!(is_new);
        assert_eq!(open(&["shkola.test", "[::1]"]).await, (first.clone(), false));
        let (second, is_new) = open(&["shkola.test", "new.test"]).await;
        assert!(is_new && second != first);
        let bytes = std::fs::read(dir.path().join("zvonok.db")).unwrap();
        assert!(
            !bytes.windows(11).any(|window| window == b"PRIVATE KEY"),
            "the root's key lies open in the base"
        );
    }
}
