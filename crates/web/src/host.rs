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

/// Whether a text is a name or an address, with or without a port; what a browser never sends is a bad request (R7).
fn is_a_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        // The colons of an IPv6 address are not a port's.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        Some(_) | None => (text, None),
    };
    let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let named = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
        }
    };
    named
        && port
            .is_none_or(|port| port.parse::<u16>().is_ok() && port.bytes().all(|byte| byte.is_ascii_digit()))
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
        let name = match host.rsplit_once(':') {
            // The colons of an IPv6 address are not a port's.
            Some((name, port)) if !port.ends_with(']') => {
                let plain =
                    !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
                if !plain {
                    return false;
                }
                name
            }
            Some(_) | None => host,
        };
        self.names
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(name) || allowed.eq_ignore_ascii_case(host))
    }
}

#[cfg(test)]
mod tests {
    use super::Allowed;

    #[test]
    fn only_own_names_are_answered() {
        let allowed = Allowed::of(&["shkola.test", "localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        for good in ["localhost:8080", "127.0.0.1", "[::1]:80", "SHKOLA.test", "shkola.test:443"] {
            assert!(allowed.holds(good), "{good}");
        }
        for bad in [
            "",
            "evil.test",
            "a b",
            "a/b@c",
            "localhost:",
            "localhost:x",
            "localhost:80:80",
            "localhost.",
            "shkola.test:123456",
        ] {
            assert!(!allowed.holds(bad), "{bad}");
        }
        assert!(!Allowed::of(&[]).holds("localhost"));
    }
}
