//! Which names the server answers to (R7): hyper itself takes any.

use http::Version;
use http::header::HOST;
use http::request::Parts;

use crate::Failure;

/// The request's host, as the client wrote it, when it is exactly one and one of ours. HTTP/2 says it as `:authority`.
pub(crate) fn check(parts: &Parts, allowed: &Allowed) -> Result<String, Failure> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    let authority = parts.uri.authority().map(http::uri::Authority::as_str);
    let host = match (hosts.next(), hosts.next(), authority) {
        (Some(host), None, _) => host.to_str().map_err(|_| Failure::BadHost)?,
        (None, None, Some(authority)) if parts.version == Version::HTTP_2 => authority,
        _ => return Err(Failure::BadHost),
    };
    // A request in absolute form names the host twice; the two must agree.
    if authority.is_some_and(|authority| !authority.eq_ignore_ascii_case(host)) {
        return Err(Failure::BadHost);
    }
    if !is_a_host(host) {
        return Err(Failure::BadHost);
    }
    if allowed.holds(host) { Ok(host.to_ascii_lowercase()) } else { Err(Failure::ForeignHost) }
}

/// Cuts the port off. The colons of an IPv6 address are not a port's.
fn cut(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        Some(_) | None => (host, None),
    }
}

/// Whether a text is a name or an address, with or without a port; anything else is a bad request (R7).
#[must_use]
pub fn is_a_host(text: &str) -> bool {
    let (name, port) = cut(text);
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    let named = match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => is_name(name),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    named && port.is_none_or(is_port)
}

/// The names that are ours.
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    names: Vec<String>,
}

impl Allowed {
    pub(crate) fn of(names: &[String]) -> Self {
        Self { names: names.to_vec() }
    }

    /// Whether a host with or without a port is one of the names.
    pub(crate) fn holds(&self, host: &str) -> bool {
        let (name, _) = cut(host);
        self.names
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(name) || allowed.eq_ignore_ascii_case(host))
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowed, is_a_host};

    #[test]
    fn only_own_names_are_answered() {
        let allowed = Allowed::of(&["shkola.test", "localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        for good in ["localhost:8080", "127.0.0.1", "[::1]:80", "SHKOLA.test", "shkola.test:443"] {
            assert!(is_a_host(good) && allowed.holds(good), "{good}");
        }
        for foreign in ["evil.test", "localhost.", "127.0.0.2", "shkola.test.evil.test:80"] {
            assert!(is_a_host(foreign) && !allowed.holds(foreign), "{foreign}");
        }
        assert!(!Allowed::of(&[]).holds("localhost"));
    }

    #[test]
    fn what_is_no_host_is_a_bad_request() {
        // R7.
        for bad in [
            "",
            "a b",
            "a/b@c",
            "user@localhost",
            "localhost,evil.test",
            "школа.рф",
            "localhost:",
            "localhost:x",
            "localhost:+80",
            "localhost:80:80",
            "shkola.test:123456",
            "[localhost]",
            "[::1",
            "::1",
        ] {
            assert!(!is_a_host(bad), "{bad:?}");
        }
    }
}
