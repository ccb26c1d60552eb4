//! Who a request comes from: the other end of the connection, or whom a trusted proxy names (K19).

use std::net::IpAddr;

use http::HeaderMap;

use super::Peer;
use crate::Failure;
use crate::settings::Settings;

/// How bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// The scheme as addresses begin with it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that addresses leave out.
    pub(crate) const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// The client of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    pub(crate) address: IpAddr,
    pub(crate) scheme: Scheme,
}

/// The client: from a trusted proxy the last address in `X-Forwarded-For` that is no proxy's own, and the scheme of
/// `X-Forwarded-Proto`; from anybody else these headers are words of a stranger.
///
/// # Errors
/// [`Failure::NotSecure`] when bytes have travelled in the clear between two machines (A22).
pub(crate) fn client_of(settings: &Settings, peer: Peer, headers: &HeaderMap) -> Result<Client, Failure> {
    let near = peer.address.ip().to_canonical();
    let direct = Client { address: near, scheme: peer.scheme };
    let client = if settings.is_trusted_proxy(near) { named(settings, direct, headers) } else { direct };
    let in_the_clear = client.scheme == Scheme::Http && !near.is_loopback();
    // With certificates of its own the server speaks plain HTTP only to lead to TLS.
    let leads = settings.transport != crate::settings::Transport::Plain;
    if in_the_clear && !leads && !settings.demo { Err(Failure::NotSecure) } else { Ok(client) }
}

fn named(settings: &Settings, direct: Client, headers: &HeaderMap) -> Client {
    let listed = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<&str> = listed.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut address = direct.address;
    for text in addresses.iter().rev() {
        // Beyond a word that is no address nothing can be believed.
        let Ok(found) = text.parse::<IpAddr>() else { break };
        address = found.to_canonical();
        if !settings.is_trusted_proxy(address) {
            break;
        }
    }
    let proto = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let scheme = match proto {
        Some("https") => Scheme::Https,
        Some(_) => Scheme::Http,
        None => direct.scheme,
    };
    Client { address, scheme }
}

#[cfg(test)]
mod tests {
    use super::{Peer, Scheme, client_of};
    use crate::Settings;
    use crate::settings::Network;

    #[test]
    fn only_trusted_proxies_are_believed() {
        // K19, A22.
        let mut settings = Settings::on_loopback(0);
        settings.trusted_proxies = ["10.0.0.1", "127.0.0.1"].into_iter().filter_map(Network::parse).collect();
        let case = |near: &str, forwarded: &[&str], proto: Option<&str>| {
            let mut headers = http::HeaderMap::new();
            for value in forwarded {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            if let Some(proto) = proto {
                headers.insert("x-forwarded-proto", proto.parse().unwrap());
            }
            let peer = Peer { address: format!("{near}:1").parse().unwrap(), scheme: Scheme::Http };
            match client_of(&settings, peer, &headers) {
                Ok(client) => format!("{} {}", client.scheme.word(), client.address),
                Err(error) => error.to_string(),
            }
        };
        assert_eq!(case("10.0.0.1", &["203.0.113.9"], Some("https")), "https 203.0.113.9");
        assert_eq!(case("10.0.0.1", &["1.1.1.1, 203.0.113.9, 10.0.0.1"], Some("https")), "https 203.0.113.9");
        assert_eq!(case("10.0.0.1", &["1.1.1.1", "203.0.113.9"], Some("https")), "https 203.0.113.9");
        assert_eq!(case("10.0.0.1", &["203.0.113.9, evil"], Some("https")), "https 10.0.0.1");
        assert_eq!(case("10.0.0.1", &[], Some("https")), "https 10.0.0.1");
        assert_eq!(case("127.0.0.1", &["203.0.113.9"], None), "http 203.0.113.9");
        assert_eq!(case("10.0.0.1", &["203.0.113.9"], None), "not secure");
        assert_eq!(case("10.0.0.1", &["203.0.113.9"], Some("http")), "not secure");
        assert_eq!(case("10.0.0.2", &["203.0.113.9"], Some("https")), "not secure");
        settings.trusted_proxies.clear();
        let stranger = Peer { address: "127.0.0.1:1".parse().unwrap(), scheme: Scheme::Http };
        let headers =
            http::HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), "1.1.1.1".parse().unwrap())]);
        assert_eq!(client_of(&settings, stranger, &headers).unwrap().address.to_string(), "127.0.0.1");
    }
}
