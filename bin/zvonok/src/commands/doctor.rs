//! `zvonok doctor calls`: what of video calls is reachable by these settings, what is missing, and how many people the
//! school's uplink carries. It changes nothing and tells the world nothing.

use std::fmt::Write as _;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::process::ExitCode;

use store::{KeyError, ServerKey};
use web::Settings;
use web::settings::{CallsTcp, Transport};

use crate::args::ServeArgs;
use crate::config;
use crate::words::{system, tell};

/// What one person takes of the uplink in a lesson, in kbit/s: the teacher's picture, a screen, six voices and four
/// small pictures.
const PERSON_KBIT: u32 = 1200 + 1000 + SOUND_KBIT + 4 * 180;
/// The same with sound alone.
const SOUND_KBIT: u32 = 6 * 40;
/// People of one lesson, for a figure that says something to a school.
const LESSON: u32 = 30;

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// As it should be.
    Good,
    /// Works, but not for everybody or not for sure.
    Beware,
    /// Without it calls do not work.
    Missing,
}

impl Mark {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "в порядке",
            Self::Beware => "внимание ",
            Self::Missing => "не хватает",
        }
    }
}

#[derive(Debug)]
struct Finding(Mark, String);

/// What the machine said when its addresses and ports were tried.
struct Seen {
    /// Of each address that browsers are told, whether it can be taken at all: then it is the machine's.
    addresses: Vec<(IpAddr, io::Result<()>)>,
    udp: io::Result<()>,
    tcp: io::Result<()>,
    /// Whether a server works with this base: then its ports are taken, as they should be.
    is_served: bool,
}

impl Seen {
    /// Takes what the settings name and lets go of it.
    fn of(settings: &Settings, is_served: bool) -> Self {
        let udp = |place: SocketAddr| UdpSocket::bind(place).map(drop);
        let tcp = |place: SocketAddr| TcpListener::bind(place).map(drop);
        let calls = &settings.calls;
        let tried = |address: &IpAddr| (*address, udp(SocketAddr::new(*address, 0)));
        let addresses: Vec<_> = calls.addresses.iter().map(tried).collect();
        Self {
            udp: places(&addresses, calls.udp_port).into_iter().try_for_each(udp),
            tcp: match calls.tcp {
                CallsTcp::Closed => Ok(()),
                CallsTcp::Own(port) => places(&addresses, port).into_iter().try_for_each(tcp),
                CallsTcp::Shared => tcp(settings.listen),
            },
            addresses,
            is_served,
        }
    }
}

/// Where the server would listen: at the addresses that are the machine's, at all for those that are a router's.
fn places(addresses: &[(IpAddr, io::Result<()>)], port: u16) -> Vec<SocketAddr> {
    let place = |(address, own): &(IpAddr, io::Result<()>)| {
        let all = match address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        SocketAddr::new(if own.is_ok() { *address } else { all }, port)
    };
    let mut all: Vec<_> = addresses.iter().map(place).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Looks and tells; fails when something is missing without which calls do not work.
pub(crate) fn calls(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let settings = config::resolve(args)?;
    // The key is held by whoever serves the base; without a base there is nobody.
    let is_served =
        args.place.db.exists() && matches!(ServerKey::take(&args.place.key()), Err(KeyError::Held { .. }));
    let findings = judge(&settings, &Seen::of(&settings, is_served));
    let mut page = String::from("Видеоконференции: что видно с этого компьютера\n");
    for Finding(mark, text) in &findings {
        // Writing to a String cannot fail.
        let _ = write!(page, "\n[{}] {text}", mark.word());
    }
    let is_missing = findings.iter().any(|Finding(mark, _)| *mark == Mark::Missing);
    page.push_str(if is_missing {
        "\n\nВидеоконференции так не заработают: исправьте то, чего не хватает, и повторите."
    } else {
        "\n\nОткрыты ли порты снаружи, отсюда не видно: войдите в видеоконференцию с компьютера вне школы, о связи скажет её страница."
    });
    tell(&page);
    Ok(if is_missing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn judge(settings: &Settings, seen: &Seen) -> Vec<Finding> {
    let mut found = Vec::new();
    if settings.calls.is_on() {
        found.extend(seen.addresses.iter().map(|(address, own)| address_of(*address, own, settings)));
        found.push(port(&format!("Порт UDP {}", settings.calls.udp_port), &seen.udp, seen.is_served));
        found.push(tcp(settings, seen));
    } else {
        found.push(Finding(
            Mark::Missing,
            "Адреса для звука и видео: не заданы. Назовите в calls.public_addresses адрес, под которым сервер видят браузеры, например [\"203.0.113.7\"]"
                .to_owned(),
        ));
    }
    found.push(https(settings));
    found.push(uplink(settings));
    found
}

/// What a browser can do with an address that it is told.
fn address_of(address: IpAddr, own: &io::Result<()>, settings: &Settings) -> Finding {
    let say = |mark, text: &str| Finding(mark, format!("Адрес {address}: {text}"));
    match address {
        IpAddr::V4(v4) if v4.is_link_local() => {
            return say(
                Mark::Missing,
                "такой адрес компьютер даёт себе сам, когда сети нет; назовите другой",
            );
        }
        IpAddr::V6(v6) if v6.is_unicast_link_local() => {
            return say(Mark::Missing, "такой адрес действует только на одном проводе; назовите другой");
        }
        _ if address.is_loopback() && settings.listen.ip().is_loopback() => {
            return say(Mark::Beware, "видеоконференции работают только на этом компьютере, как и сам сайт");
        }
        _ if address.is_loopback() => {
            return say(
                Mark::Missing,
                "это сам компьютер, другие до него так не дойдут; назовите адрес в сети",
            );
        }
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    let is_inner = match address {
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    };
    match own {
        Ok(()) if is_inner => say(
            Mark::Beware,
            "адрес школьной сети: из школы дойдут, из дома нет. Для дома добавьте внешний адрес",
        ),
        Ok(()) => say(Mark::Good, "принадлежит этому компьютеру"),
        Err(cause) if cause.kind() == ErrorKind::AddrNotAvailable => say(
            Mark::Beware,
            &format!(
                "у этого компьютера такого нет, значит, он у маршрутизатора. Направьте на этот компьютер {}",
                forwarded(settings)
            ),
        ),
        Err(cause) => say(Mark::Missing, &system(cause)),
    }
}

/// What a router has to hand on.
fn forwarded(settings: &Settings) -> String {
    let udp = settings.calls.udp_port;
    match settings.calls.tcp {
        CallsTcp::Closed => format!("порт UDP {udp}"),
        CallsTcp::Own(tcp) => format!("порты UDP {udp} и TCP {tcp}"),
        CallsTcp::Shared => format!("порты UDP {udp} и TCP {}", settings.listen.port()),
    }
}

/// How a port stands, by what trying to take it said.
fn port(name: &str, taken: &io::Result<()>, is_served: bool) -> Finding {
    match taken {
        Ok(()) => Finding(Mark::Good, format!("{name}: свободен, сервер займёт его при запуске")),
        Err(cause) if cause.kind() == ErrorKind::AddrInUse && is_served => {
            Finding(Mark::Good, format!("{name}: занят, сервер сейчас работает"))
        }
        Err(cause) => Finding(Mark::Missing, format!("{name}: {}", system(cause))),
    }
}

fn tcp(settings: &Settings, seen: &Seen) -> Finding {
    let name = match settings.calls.tcp {
        CallsTcp::Closed => {
            return Finding(
                Mark::Beware,
                "Порт TCP: выключен (calls.tcp_port = 0). Кто в сети без UDP, в видеоконференцию не войдёт"
                    .to_owned(),
            );
        }
        CallsTcp::Own(number) => format!("Порт TCP {number}"),
        CallsTcp::Shared => format!("Порт TCP {}, общий с сайтом", settings.listen.port()),
    };
    port(&name, &seen.tcp, seen.is_served)
}

/// Browsers give a microphone and a camera to pages of https alone, but for those of the computer itself (CALL-N5).
fn https(settings: &Settings) -> Finding {
    let (mark, text) = match &settings.transport {
        Transport::Files { .. } => (Mark::Good, "у сервера свой сертификат"),
        Transport::SchoolRoot => (
            Mark::Good,
            "сертификаты выпускает сама школа; её корень должен стоять на каждом компьютере и телефоне, см. /certificate",
        ),
        Transport::Plain if !settings.trusted_proxies.is_empty() => {
            (Mark::Beware, "его даёт прокси; убедитесь, что сайт открывается по https://")
        }
        Transport::Plain if settings.listen.ip().is_loopback() => (
            Mark::Beware,
            "нет. На этом компьютере камера и микрофон включатся и так, на других без HTTPS нет",
        ),
        Transport::Plain => (
            Mark::Missing,
            "нет, а без него браузеры не дадут камеру и микрофон. Включите TLS: --tls self-signed или сертификат",
        ),
    };
    Finding(mark, format!("HTTPS: {text}"))
}

/// How many people are carried at once by so many Mbit/s: with pictures, and with sound alone.
const fn carried(uplink_mbit: u32) -> (u32, u32) {
    let kbit = uplink_mbit.saturating_mul(1000);
    (kbit / PERSON_KBIT, kbit / SOUND_KBIT)
}

fn uplink(settings: &Settings) -> Finding {
    let Some(mbit) = settings.calls.uplink_mbit else {
        return Finding(
            Mark::Beware,
            "Исходящий канал: не указан. Впишите его скорость в calls.uplink_mbit, и здесь будет видно, скольких он вместит"
                .to_owned(),
        );
    };
    let (seeing, hearing) = carried(mbit);
    let allowed = settings.calls.limits.people;
    let mark = if seeing >= allowed.min(LESSON) { Mark::Good } else { Mark::Beware };
    Finding(
        mark,
        format!(
            "Исходящий канал {mbit} Мбит/с: на видеоуроке один человек берёт около {},{} Мбит/с (учитель, экран, шесть голосов, четыре маленькие картинки). Вместится человек: {seeing}, уроков по {LESSON} человек: {}. С одним звуком: {hearing}",
            (PERSON_KBIT + 50) / 1000,
            (PERSON_KBIT + 50) % 1000 / 100,
            seeing / LESSON,
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind};
    use std::net::UdpSocket;

    use web::Settings;
    use web::settings::{Calls, CallsTcp, Network, Transport};

    use super::{Mark, Seen, carried, judge};

    /// A machine with two addresses of its own, on which nothing is taken.
    fn seen(settings: &Settings) -> Seen {
        let own = |address: &std::net::IpAddr| match address.to_string().as_str() {
            "203.0.113.7" | "192.168.1.5" => Ok(()),
            _ => Err(io::Error::from(ErrorKind::AddrNotAvailable)),
        };
        let addresses = settings.calls.addresses.iter().map(|address| (*address, own(address))).collect();
        Seen { addresses, udp: Ok(()), tcp: Ok(()), is_served: false }
    }

    /// The same with both ports taken.
    fn taken(settings: &Settings, is_served: bool) -> Seen {
        let taken = || Err(io::Error::from(ErrorKind::AddrInUse));
        Seen { udp: taken(), tcp: taken(), is_served, ..seen(settings) }
    }

    fn school() -> Settings {
        let mut settings = Settings::on_loopback(443);
        settings.listen = "0.0.0.0:443".parse().unwrap();
        settings.transport = Transport::SchoolRoot;
        settings.calls = Calls {
            addresses: vec!["203.0.113.7".parse().unwrap()],
            udp_port: 10_000,
            tcp: CallsTcp::Shared,
            uplink_mbit: Some(100),
            ..Calls::default()
        };
        settings
    }

    /// What is not in order, by its first word.
    fn amiss(settings: &Settings, seen: &Seen) -> Vec<(Mark, String)> {
        let found = judge(settings, seen).into_iter().filter(|finding| finding.0 != Mark::Good);
        found.map(|finding| (finding.0, finding.1.split([':', ',']).next().unwrap().to_owned())).collect()
    }

    #[test]
    fn what_is_missing_is_named() {
        // CALL-N1, CALL-N3, CALL-N5
        assert_eq!(amiss(&school(), &seen(&school())), []);
        assert_eq!(amiss(&school(), &taken(&school(), true)), [], "the server itself holds its ports");
        let missing =
            |names: &[&str]| names.iter().map(|name| (Mark::Missing, (*name).to_owned())).collect::<Vec<_>>();
        assert_eq!(amiss(&school(), &taken(&school(), false)), missing(&["Порт UDP 10000", "Порт TCP 443"]));
        let with = |change: &dyn Fn(&mut Settings)| {
            let mut settings = school();
            change(&mut settings);
            amiss(&settings, &seen(&settings))
        };
        let beware = |name: &str| vec![(Mark::Beware, name.to_owned())];
        let at = |address: &'static str| {
            with(&move |settings| settings.calls.addresses = vec![address.parse().unwrap()])
        };
        assert_eq!(at("198.51.100.1"), beware("Адрес 198.51.100.1"), "a router's");
        assert_eq!(at("192.168.1.5"), beware("Адрес 192.168.1.5"), "nobody comes from home");
        assert_eq!(at("127.0.0.1"), missing(&["Адрес 127.0.0.1"]));
        assert_eq!(at("169.254.1.1"), missing(&["Адрес 169.254.1.1"]));
        assert_eq!(at("fe80::1"), missing(&["Адрес fe80"]));
        assert_eq!(
            with(&|settings| settings.calls.addresses.clear()),
            missing(&["Адреса для звука и видео"])
        );
        assert_eq!(with(&|settings| settings.transport = Transport::Plain), missing(&["HTTPS"]));
        let proxied = |settings: &mut Settings| {
            settings.transport = Transport::Plain;
            settings.calls.tcp = CallsTcp::Own(10_000);
            settings.trusted_proxies = vec![Network::parse("127.0.0.1").unwrap()];
        };
        assert_eq!(with(&proxied), beware("HTTPS"));
        assert_eq!(with(&|settings| settings.calls.tcp = CallsTcp::Closed), beware("Порт TCP"));
        assert_eq!(with(&|settings| settings.calls.uplink_mbit = None), beware("Исходящий канал"));
        assert_eq!(
            with(&|settings| settings.calls.uplink_mbit = Some(20)),
            beware("Исходящий канал 20 Мбит/с")
        );
    }

    #[test]
    fn what_is_taken_is_seen_and_let_go_again() {
        let holds = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        let mut settings = school();
        settings.listen = "127.0.0.1:0".parse().unwrap();
        settings.calls.addresses = vec!["127.0.0.1".parse().unwrap()];
        settings.calls.udp_port = holds.local_addr().unwrap().port();
        let busy = Seen::of(&settings, false);
        assert!(busy.addresses[0].1.is_ok(), "the address is the machine's");
        assert_eq!(busy.udp.unwrap_err().kind(), ErrorKind::AddrInUse);
        assert!(busy.tcp.is_ok());
        drop(holds);
        for _ in 0..2 {
            assert!(Seen::of(&settings, false).udp.is_ok());
        }
    }

    #[test]
    fn a_lesson_of_thirty_takes_some_95_mbit() {
        assert_eq!(carried(95), (30, 395));
        assert_eq!(carried(94).0, 29);
        assert_eq!(carried(1000).0, 316);
        assert_eq!(carried(0), (0, 0));
    }
}
