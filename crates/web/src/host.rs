//! Which names the server answers to (R7): hyper itself takes any.

use http::header::HOST;
use http::request::Parts;

use crate::Failure;

/// The request's host, as the client wrote it, when it is exactly one and one of ours.
pub(crate) fn check(parts: &Parts, allowed: &Allowed) -> Result<String, Failure> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(Failure::BadHost) };
    let host = host.to_str().map_err(|_| Failure::BadHost)?;
    // A request in absolute form names the host twice; the two must agree.
    if parts.uri.authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(host)) {
        return Err(Failure::BadHost);
    }
    if allowed.holds(host) { Ok(host.to_ascii_lowercase()) } else { Err(Failure::ForeignHost) }
}

/// The names that are ours.
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    names: Vec<String>,
}

impl Allowed {
    /// The names set, and loopback's when the server listens there.
    pub(crate) fn of(hosts: &[String], listens_on_loopback: bool) -> Self {
        let mut names: Vec<String> = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        if listens_on_loopback {
            names.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        }
        Self { names }
    }

    fn holds(&self, host: &str) -> bool {
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
        let allowed = Allowed::of(&["shkola.test".to_owned()], true);
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
        assert!(!Allowed::of(&[], false).holds("localhost"));
    }
}
