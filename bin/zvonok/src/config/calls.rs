//! `[calls]`: where browsers reach video calls, and how much they carry.

use std::net::IpAddr;

use anyhow::{anyhow, bail};
use serde::Deserialize;
use time::Duration;
use web::Settings;
use web::settings::{Calls, CallsTcp, Transport};

/// The port that firewalls are opened for, unless another is named.
const PORT: u16 = 10_000;

/// `[calls]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CallsTable {
    public_addresses: Option<Vec<String>>,
    udp_port: Option<u16>,
    tcp_port: Option<u16>,
    threads: Option<u8>,
    rooms: Option<u32>,
    people: Option<u32>,
    present_minutes: Option<u8>,
    late_minutes: Option<u8>,
    uplink_mbit: Option<u32>,
}

/// Calls where nothing is set: at the address that the server listens on. All addresses at once are none that a browser
/// could use, and behind a proxy the server does not know its own.
pub(crate) fn usual(settings: &Settings, port: u16) -> Calls {
    let own = settings.listen.ip();
    let is_known = !own.is_unspecified() && settings.trusted_proxies.is_empty();
    let tcp = if settings.transport == Transport::Plain { CallsTcp::Own(port) } else { CallsTcp::Shared };
    Calls {
        addresses: if is_known { vec![own] } else { Vec::new() },
        udp_port: port,
        tcp,
        ..Calls::default()
    }
}

impl CallsTable {
    /// The settings, with what is not set as usual.
    pub(super) fn build(self, settings: &Settings) -> anyhow::Result<Calls> {
        let mut calls = usual(settings, self.udp_port.unwrap_or(PORT));
        if let Some(texts) = self.public_addresses {
            calls.addresses = texts.iter().map(|text| address(text)).collect::<anyhow::Result<_>>()?;
        }
        match self.tcp_port {
            None => {}
            Some(0) => calls.tcp = CallsTcp::Closed,
            Some(port) if port == settings.listen.port() => {
                if settings.transport == Transport::Plain {
                    bail!(
                        "calls.tcp_port = {port}: порт сайта видеоконференции делят с ним, только если TLS у самого сервера; назовите другой порт"
                    );
                }
                calls.tcp = CallsTcp::Shared;
            }
            Some(port) => calls.tcp = CallsTcp::Own(port),
        }
        calls.shards = within("threads", self.threads, calls.shards, 1, 64)?;
        calls.limits.rooms = within("rooms", self.rooms, calls.limits.rooms, 1, 1000)?;
        calls.limits.people = within("people", self.people, calls.limits.people, 2, 500)?;
        let minutes = |span: Duration| u8::try_from(span.whole_minutes()).unwrap_or(u8::MAX);
        let rules = &mut calls.attendance;
        let present = within("present_minutes", self.present_minutes, minutes(rules.present), 1, 45)?;
        let late = within("late_minutes", self.late_minutes, minutes(rules.late), 0, 44)?;
        (rules.present, rules.late) =
            (Duration::minutes(i64::from(present)), Duration::minutes(i64::from(late)));
        calls.uplink_mbit = match self.uplink_mbit {
            None => None,
            set => Some(within("uplink_mbit", set, 1, 1, 100_000)?),
        };
        Ok(calls)
    }
}

fn address(text: &str) -> anyhow::Result<IpAddr> {
    let found: Option<IpAddr> = text.trim().parse().ok();
    found.filter(|found| !found.is_unspecified() && !found.is_multicast()).ok_or_else(|| {
        anyhow!(
            "calls.public_addresses: «{text}» — не адрес, который можно назвать браузеру; пример: 203.0.113.7"
        )
    })
}

/// A figure between two others, or the usual one.
fn within<T: PartialOrd + Copy + std::fmt::Display>(
    name: &str,
    set: Option<T>,
    usual: T,
    least: T,
    most: T,
) -> anyhow::Result<T> {
    match set {
        None => Ok(usual),
        Some(value) if value < least || value > most => {
            bail!("calls.{name} = {value}: бывает от {least} до {most}")
        }
        Some(value) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use web::Settings;
    use web::settings::{Calls, CallsTcp, Network, Transport};

    use super::CallsTable;

    fn built(text: &str, change: impl FnOnce(&mut Settings)) -> Result<Calls, String> {
        let mut settings = Settings::on_loopback(8443);
        change(&mut settings);
        let table: CallsTable = toml::from_str(text).unwrap();
        table.build(&settings).map_err(|error| error.to_string())
    }

    #[test]
    fn calls_are_where_the_server_is_unless_it_does_not_know() {
        let usual = built("", |_| {}).unwrap();
        assert_eq!((usual.addresses.len(), usual.udp_port, usual.tcp), (1, 10_000, CallsTcp::Own(10_000)));
        assert!(!built("", |settings| settings.listen = "0.0.0.0:443".parse().unwrap()).unwrap().is_on());
        let proxied = |settings: &mut Settings| {
            settings.trusted_proxies = vec![Network::parse("127.0.0.1").unwrap()];
        };
        assert!(!built("", proxied).unwrap().is_on());
        assert!(built("public_addresses = [\"203.0.113.7\", \"2001:db8::7\"]", proxied).unwrap().is_on());
        let tls = |settings: &mut Settings| settings.transport = Transport::SchoolRoot;
        assert_eq!(built("", tls).unwrap().tcp, CallsTcp::Shared);
        assert_eq!(built("tcp_port = 8443", tls).unwrap().tcp, CallsTcp::Shared);
        assert_eq!(built("tcp_port = 0", tls).unwrap().tcp, CallsTcp::Closed);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (text, named) in [
            ("public_addresses = [\"0.0.0.0\"]", "calls.public_addresses"),
            ("public_addresses = [\"shkola.local\"]", "calls.public_addresses"),
            ("tcp_port = 8443", "calls.tcp_port"),
            ("threads = 0", "calls.threads"),
            ("people = 1", "calls.people"),
            ("late_minutes = 45", "calls.late_minutes"),
            ("uplink_mbit = 0", "calls.uplink_mbit"),
        ] {
            let refused = built(text, |_| {}).unwrap_err();
            assert!(refused.starts_with(named), "{text}: {refused}");
        }
    }
}
