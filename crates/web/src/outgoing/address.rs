use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;

/// Scheme, host and port of another server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    is_secure: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads an origin: `https://id.vk.ru`, with or without a port, and nothing after it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let bare = uri.path() == "/" && uri.query().is_none() && !text.ends_with('/');
        if bare { Self::of(&uri) } else { None }
    }

    /// The origin of an address; `None` for one without a host, with a user's name in it, or of another scheme.
    #[must_use]
    pub fn of(uri: &Uri) -> Option<Self> {
        let is_secure = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return None;
        }
        // Asked for a port above 65535, `authority` knows of none.
        let behind_host = authority.as_str().strip_prefix(authority.host())?;
        let port = match (behind_host.strip_prefix(':'), is_secure) {
            (Some(port), _) => port.parse().ok().filter(|port| *port > 0)?,
            (None, true) => 443,
            (None, false) => 80,
        };
        Some(Self { is_secure, host: authority.host().to_ascii_lowercase(), port })
    }

    /// Whether it is spoken to over TLS.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The host; an address of IPv6 without its brackets.
    #[must_use]
    pub fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Host and port as the header `Host` has them.
    pub(super) fn authority(&self) -> String {
        match (self.is_secure, self.port) {
            (true, 443) | (false, 80) => self.host.clone(),
            (_, port) => format!("{}:{port}", self.host),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", if self.is_secure { "https" } else { "http" }, self.authority())
    }
}

/// Whether an address is none of the public internet: this machine, a local network, a range for other uses (C8).
#[must_use]
pub fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || first == 0
        || first >= 224
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (second == 18 || second == 19))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // 64:ff9b::/96 and 2002::/16 carry an address of IPv4 inside.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => inner(high, low),
        [0x2002, high, low, ..] => inner(high, low),
        // Only 2000::/3 is given out; 2001::/23 and 2001:db8::/32 in it are for other uses.
        [0x2001, second, ..] => second < 0x200 || second == 0xdb8,
        [first, ..] => !(0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, is_private};

    #[test]
    fn origins_are_hosts_and_nothing_more() {
        let read = |text: &str| Origin::parse(text).map(|origin| origin.to_string());
        for (text, same) in [
            ("https://id.vk.ru", "https://id.vk.ru"),
            ("https://ID.vk.ru:443", "https://id.vk.ru"),
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(read(text).as_deref(), Some(same), "{text}");
        }
        for bad in [
            "",
            "id.vk.ru",
            "https://",
            "ftp://id.vk.ru",
            "https://id.vk.ru/",
            "https://id.vk.ru/a",
            "https://id.vk.ru?a",
            "https://u@id.vk.ru",
            "https://u:p@id.vk.ru",
            "https://id.vk.ru:0",
            "https://id.vk.ru:99999",
            "https://вк.рф",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_inside_are_told_from_public_ones() {
        // C8, K12.
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(is_private(inside.parse().unwrap()), "{inside}");
        }
        for public in [
            "87.240.129.1",
            "172.32.0.1",
            "100.128.0.1",
            "8.8.8.8",
            "2a00:bdc0::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
    }
}
