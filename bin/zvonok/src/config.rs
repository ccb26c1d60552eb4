//! Settings: the file, then the environment, then flags; the later the stronger, unknown keys refused.

mod calls;
mod outside;
mod retention;
mod vk_id;

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use messenger::QuietHours;
use serde::Deserialize;
use store::HashCost;
use web::Settings;
use web::settings::{Network, Transport};

use self::calls::CallsTable;
pub(crate) use self::calls::usual as usual_calls;
use self::outside::{OutgoingTable, PushTable, SmsTable};
use self::retention::RetentionTable;
use self::vk_id::VkIdTable;
use crate::args::{ServeArgs, TlsArgs};

/// What `zvonok.toml` may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    server: Server,
    vk_id: VkIdTable,
    sms: SmsTable,
    outgoing: OutgoingTable,
    push: PushTable,
    messenger: Messenger,
    retention: RetentionTable,
    calls: CallsTable,
    passwords: Passwords,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Server {
    listen: Option<String>,
    hosts: Option<Vec<String>>,
    tls: Option<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    trusted_proxies: Option<Vec<String>>,
    school_addresses: Option<Vec<String>>,
    connections_per_address: Option<usize>,
    connections_per_school_address: Option<usize>,
    socket_messages_per_second: Option<u32>,
    sockets_per_session: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Messenger {
    require_link: Option<bool>,
    files_school_gib: Option<u32>,
    files_pupil_gib: Option<u32>,
    files_staff_gib: Option<u32>,
    files_guardian_gib: Option<u32>,
    quiet_from: Option<String>,
    quiet_until: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Passwords {
    memory_kib: Option<u32>,
    passes: Option<u32>,
    lanes: Option<u32>,
}

/// Names in the environment that are read elsewhere, by the command line.
const BY_FLAGS: [&str; 4] = ["ZVONOK_DB", "ZVONOK_KEY_FILE", "ZVONOK_CONFIG", "ZVONOK_DEMO_PORT"];

/// Resolves the settings of `serve`.
pub(crate) fn resolve(args: &ServeArgs) -> anyhow::Result<Settings> {
    let environment = std::env::vars().filter(|(name, _)| name.starts_with("ZVONOK_"));
    resolve_from(args, environment)
}

fn resolve_from(
    args: &ServeArgs,
    environment: impl Iterator<Item = (String, String)>,
) -> anyhow::Result<Settings> {
    let mut file = read_file(args.config.as_deref())?;
    for (name, value) in environment {
        apply_variable(&mut file, &name, &value)?;
    }
    if let Some(listen) = args.listen {
        file.server.listen = Some(listen.to_string());
    }
    if let Some(hosts) = &args.hosts {
        file.server.hosts = Some(hosts.clone());
    }
    if args.tls.tls.is_some() || args.tls.tls_cert.is_some() {
        // The later is the stronger as a whole: a flag's certificate does not go with a file's key.
        file.server.tls = args.tls.tls.clone();
        file.server.tls_cert = args.tls.tls_cert.clone();
        file.server.tls_key = args.tls.tls_key.clone();
    }
    build(file, args.place.db.with_file_name("sms.log"))
}

fn read_file(named: Option<&Path>) -> anyhow::Result<File> {
    let path = match named {
        Some(path) => path.to_path_buf(),
        None => {
            let usual = PathBuf::from("zvonok.toml");
            if !usual.exists() {
                return Ok(File::default());
            }
            usual
        }
    };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{}: файл настроек не читается", path.display()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let file: File = toml::from_str(text).map_err(|error| {
        let line =
            error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        anyhow!("{}:{line}: {}", path.display(), what_is_wrong(error.message()))
    })?;
    if file.holds_secrets() {
        check_closed(&path)?;
    }
    Ok(file)
}

impl File {
    const fn holds_secrets(&self) -> bool {
        self.sms.holds_secrets() || self.vk_id.service_token.is_some()
    }
}

/// Whether a file with secrets is its owner's only (O8).
pub(crate) fn check_closed(path: &Path) -> anyhow::Result<()> {
    let metadata = std::fs::metadata(path).with_context(|| format!("{}: не читается", path.display()))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!("{}: в файле пароль службы, а читать его могут другие ({mode:03o}); chmod 600", path.display());
    }
    Ok(())
}

/// The parser's complaint in Russian, with its own words where there is no better.
fn what_is_wrong(message: &str) -> String {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        return format!("настройки «{quoted}» нет; проверьте написание или уберите строку");
    }
    if message.starts_with("invalid type") || message.starts_with("invalid value") {
        return format!("значение не того вида ({message}); числа пишутся без кавычек, тексты — в кавычках");
    }
    format!("строку не прочитать ({message})")
}

fn apply_variable(file: &mut File, name: &str, value: &str) -> anyhow::Result<()> {
    let list = || value.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
    match name {
        "ZVONOK_LISTEN" => file.server.listen = Some(value.to_owned()),
        "ZVONOK_HOSTS" => file.server.hosts = Some(list()),
        "ZVONOK_TLS" => file.server.tls = Some(value.to_owned()),
        "ZVONOK_TLS_CERT" => file.server.tls_cert = Some(value.into()),
        "ZVONOK_TLS_KEY" => file.server.tls_key = Some(value.into()),
        "ZVONOK_TRUSTED_PROXIES" => file.server.trusted_proxies = Some(list()),
        "ZVONOK_SCHOOL_ADDRESSES" => file.server.school_addresses = Some(list()),
        "ZVONOK_CONNECTIONS_PER_ADDRESS" => file.server.connections_per_address = Some(number(name, value)?),
        "ZVONOK_CONNECTIONS_PER_SCHOOL_ADDRESS" => {
            file.server.connections_per_school_address = Some(number(name, value)?);
        }
        "ZVONOK_SOCKET_MESSAGES_PER_SECOND" => {
            file.server.socket_messages_per_second = Some(number(name, value)?)
        }
        "ZVONOK_SOCKETS_PER_SESSION" => file.server.sockets_per_session = Some(number(name, value)?),
        "ZVONOK_SMS_CHANNEL" => file.sms.channel = Some(value.to_owned()),
        "ZVONOK_SMS_LOG_FILE" => file.sms.log_file = Some(value.into()),
        "ZVONOK_OUTGOING_PRIVATE_HOSTS" => file.outgoing.private_hosts = Some(list()),
        "ZVONOK_OUTGOING_ROOTS" => {
            file.outgoing.roots = Some(value.split(',').map(|one| one.trim().into()).collect());
        }
        "ZVONOK_VK_ID_PROVIDER" => file.vk_id.provider = Some(value.to_owned()),
        "ZVONOK_VK_ID_ORIGIN" => file.vk_id.origin = Some(value.to_owned()),
        "ZVONOK_VK_ID_CLIENT_ID" => file.vk_id.client_id = Some(number(name, value)?),
        "ZVONOK_VK_ID_REDIRECT" => file.vk_id.redirect = Some(value.to_owned()),
        "ZVONOK_VK_ID_SCOPE" => file.vk_id.scope = Some(value.to_owned()),
        "ZVONOK_VK_ID_SERVICE_TOKEN_FILE" => file.vk_id.service_token_file = Some(value.into()),
        "ZVONOK_REQUIRE_LINK" => {
            file.messenger.require_link =
                Some(value.parse().map_err(|_| anyhow!("{name}: нужно true или false, а не «{value}»"))?);
        }
        "ZVONOK_FILES_SCHOOL_GIB" => file.messenger.files_school_gib = Some(number(name, value)?),
        "ZVONOK_FILES_PUPIL_GIB" => file.messenger.files_pupil_gib = Some(number(name, value)?),
        "ZVONOK_FILES_STAFF_GIB" => file.messenger.files_staff_gib = Some(number(name, value)?),
        "ZVONOK_FILES_GUARDIAN_GIB" => file.messenger.files_guardian_gib = Some(number(name, value)?),
        "ZVONOK_QUIET_FROM" => file.messenger.quiet_from = Some(value.to_owned()),
        "ZVONOK_QUIET_UNTIL" => file.messenger.quiet_until = Some(value.to_owned()),
        other if BY_FLAGS.contains(&other) => {}
        other => bail!("{other}: такой переменной нет; проверьте написание или уберите её"),
    }
    Ok(())
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> anyhow::Result<T> {
    value.trim().parse().map_err(|_| anyhow!("{name}: нужно число, а не «{value}»"))
}

fn build(file: File, usual_log: PathBuf) -> anyhow::Result<Settings> {
    let mut settings = Settings::on_loopback(8080);
    if let Some(listen) = &file.server.listen {
        settings.listen = parse_listen(listen)?;
    }
    settings.hosts = hosts(file.server.hosts.unwrap_or_default())?;
    settings.transport = transport(TlsArgs {
        tls: file.server.tls,
        tls_cert: file.server.tls_cert,
        tls_key: file.server.tls_key,
    })?;
    settings.trusted_proxies = networks("trusted_proxies", file.server.trusted_proxies)?;
    settings.school_addresses = networks("school_addresses", file.server.school_addresses)?;
    check_network(&settings)?;
    let set = |place: &mut usize, name: &str, value: Option<usize>| at_least_one(place, name, value);
    set(
        &mut settings.connections_per_address,
        "connections_per_address",
        file.server.connections_per_address,
    )?;
    set(
        &mut settings.connections_per_school_address,
        "connections_per_school_address",
        file.server.connections_per_school_address,
    )?;
    set(&mut settings.sockets_per_session, "sockets_per_session", file.server.sockets_per_session)?;
    at_least_one(
        &mut settings.socket_messages_per_second,
        "socket_messages_per_second",
        file.server.socket_messages_per_second,
    )?;
    settings.outside = outside::outside(file.outgoing)?;
    settings.sms = outside::sms(file.sms, &settings.outside, usual_log)?;
    settings.push = outside::push(file.push)?;
    settings.vk_id = vk_id::vk_id(file.vk_id, &settings.outside)?;
    settings.require_link = file.messenger.require_link.unwrap_or(true);
    let quotas = &mut settings.file_quotas;
    gib(&mut quotas.school, "files_school_gib", file.messenger.files_school_gib)?;
    gib(&mut quotas.pupil, "files_pupil_gib", file.messenger.files_pupil_gib)?;
    gib(&mut quotas.staff, "files_staff_gib", file.messenger.files_staff_gib)?;
    gib(&mut quotas.guardian, "files_guardian_gib", file.messenger.files_guardian_gib)?;
    settings.quiet_hours = quiet_hours(file.messenger.quiet_from, file.messenger.quiet_until)?;
    settings.retention = file.retention.build()?;
    settings.calls = file.calls.build(&settings)?;
    settings.hash_cost = hash_cost(&file.passwords)?;
    Ok(settings)
}

/// Takes a figure that is of no use below one.
fn at_least_one<T: From<u8> + PartialOrd>(place: &mut T, name: &str, value: Option<T>) -> anyhow::Result<()> {
    match value {
        Some(value) if value < T::from(1) => bail!("server.{name} = 0: нужно хотя бы 1"),
        Some(value) => *place = value,
        None => {}
    }
    Ok(())
}

/// Takes a quota of files, set in GiB.
fn gib(place: &mut u64, name: &str, value: Option<u32>) -> anyhow::Result<()> {
    match value {
        Some(0) => bail!("messenger.{name} = 0: нужно хотя бы 1"),
        Some(value) => *place = u64::from(value) * 1024 * 1024 * 1024,
        None => {}
    }
    Ok(())
}

/// Names as browsers say them; anything else would never be asked for.
pub(crate) fn hosts(names: Vec<String>) -> anyhow::Result<Vec<String>> {
    match names.iter().find(|name| !web::settings::is_a_host(name)) {
        Some(bad) => bail!(
            "server.hosts: «{bad}» — не имя сайта. Пишите без http:// и без пути, кириллическое имя — как xn--…; пример: shkola.local"
        ),
        None => Ok(names),
    }
}

fn networks(name: &str, texts: Option<Vec<String>>) -> anyhow::Result<Vec<Network>> {
    let parse = |text: String| {
        Network::parse(&text)
            .ok_or_else(|| anyhow!("server.{name}: «{text}» — не адрес и не сеть; пример: 10.0.0.0/8"))
    };
    texts.unwrap_or_default().into_iter().map(parse).collect()
}

/// How bytes travel, by the three settings `tls`, `tls_cert` and `tls_key`.
pub(crate) fn transport(args: TlsArgs) -> anyhow::Result<Transport> {
    match (args.tls.as_deref(), args.tls_cert, args.tls_key) {
        (None | Some("off"), None, None) => Ok(Transport::Plain),
        (Some("self-signed"), None, None) => Ok(Transport::SchoolRoot),
        (None, Some(cert), Some(key)) => Ok(Transport::Files { cert, key }),
        (None, Some(_), None) => bail!("server.tls_cert без server.tls_key: нужен и файл ключа"),
        (None, None, Some(_)) => bail!("server.tls_key без server.tls_cert: нужен и файл сертификата"),
        (Some("self-signed" | "off"), _, _) => {
            bail!("server.tls и server.tls_cert вместе: оставьте что-нибудь одно")
        }
        (Some(other), _, _) => bail!("server.tls = «{other}»: бывает self-signed или off"),
    }
}

/// Whether what is heard beyond this computer is protected and has a name (A22).
fn check_network(settings: &Settings) -> anyhow::Result<()> {
    let listen = settings.listen;
    if listen.ip().is_loopback() {
        return Ok(());
    }
    if settings.transport == Transport::Plain && settings.trusted_proxies.is_empty() {
        bail!(
            "server.listen = {listen}: без TLS сервер слушает только этот компьютер. Укажите сертификат (--tls-cert и --tls-key), \
             выпустите свой (--tls self-signed), назовите прокси (server.trusted_proxies) или слушайте 127.0.0.1:{}",
            listen.port()
        );
    }
    if settings.hosts.is_empty() {
        bail!(
            "server.hosts: назовите имена сайта, под которыми его открывают, например --hosts shkola.local,192.168.1.10"
        );
    }
    Ok(())
}

/// The school's quiet hours, each end by itself the usual one.
fn quiet_hours(from: Option<String>, until: Option<String>) -> anyhow::Result<QuietHours> {
    let minute = |text: Option<String>, usual: u16| match text {
        None => Some(usual),
        Some(text) => {
            let (hours, minutes) = text.trim().split_once(':')?;
            let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
            (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
        }
    };
    let ends = minute(from, QuietHours::USUAL.begins()).zip(minute(until, QuietHours::USUAL.ends()));
    ends.and_then(|(begins, ends)| QuietHours::new(begins, ends).ok()).ok_or_else(|| {
        anyhow!("messenger.quiet_from — от 17:00 до 23:00, messenger.quiet_until — от 5:00 до 10:00, например 20:00 и 7:30")
    })
}

fn parse_listen(text: &str) -> anyhow::Result<SocketAddr> {
    text.parse().map_err(|_| anyhow!("server.listen = «{text}»: нужно адрес:порт, например 127.0.0.1:8080"))
}

fn hash_cost(table: &Passwords) -> anyhow::Result<HashCost> {
    HashCost::new(table.memory_kib.unwrap_or(19_456), table.passes.unwrap_or(2), table.lanes.unwrap_or(1))
        .ok_or_else(|| {
            anyhow!("passwords: memory_kib — от 19456 до 1048576, passes — от 2 до 100, lanes — от 1 до 64")
        })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use web::settings::{SmsChannel, VkId};

    use super::{ServeArgs, TlsArgs, resolve_from};
    use crate::args::Place;

    fn args(config: Option<&str>) -> (tempfile::TempDir, ServeArgs) {
        let dir = tempfile::tempdir().unwrap();
        let path = config.map(|text| {
            let path = dir.path().join("zvonok.toml");
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            path
        });
        let place = Place { db: dir.path().join("zvonok.db"), key_file: None };
        (dir, ServeArgs { place, config: path, listen: None, hosts: None, tls: TlsArgs::default() })
    }

    fn refusal(config: Option<&str>, environment: &[(&str, &str)]) -> String {
        let (dir, args) = args(config);
        let variables = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let error = resolve_from(&args, variables).unwrap_err().to_string();
        error.replace(&format!("{}/", dir.path().display()), "")
    }

    #[test]
    fn the_later_is_the_stronger() {
        let (_dir, mut args) = args(Some("[server]\nlisten = \"127.0.0.1:1\"\nhosts = [\"a.test\"]\n"));
        let environment = || [("ZVONOK_LISTEN".to_owned(), "127.0.0.1:2".to_owned())].into_iter();
        assert_eq!(resolve_from(&args, environment()).unwrap().listen.port(), 2);
        args.listen = Some("127.0.0.1:3".parse().unwrap());
        let settings = resolve_from(&args, environment()).unwrap();
        assert_eq!((settings.listen.port(), settings.hosts), (3, vec!["a.test".to_owned()]));
    }

    #[test]
    fn wrong_settings_are_named_with_their_line() {
        // B10, A22.
        let told = [
            refusal(Some("[server]\nport = 1\n"), &[]),
            refusal(Some("[server]\nlisten = 80\n"), &[]),
            refusal(Some("[server]\nlisten = \"0.0.0.0:80\"\n"), &[]),
            refusal(Some("[server]\nlisten = \"0.0.0.0:443\"\ntls = \"self-signed\"\n"), &[]),
            refusal(Some("[server]\ntls_cert = \"site.pem\"\n"), &[]),
            refusal(Some("[server]\ntls = \"yes\"\n"), &[]),
            refusal(Some("[server]\ntls = \"self-signed\"\ntls_cert = \"a\"\ntls_key = \"b\"\n"), &[]),
            refusal(Some("[server]\ntrusted_proxies = [\"proxy\"]\n"), &[]),
            refusal(Some("[vk_id]\nprovider = \"vkontakte\"\n"), &[]),
            refusal(Some("[vk_id]\nprovider = \"vk\"\n"), &[]),
            refusal(Some("[vk_id]\nprovider = \"embedded\"\nclient_id = 1\n"), &[]),
            refusal(Some("[vk_id]\nprovider = \"vk\"\nclient_id = 51000001\n"), &[]),
            refusal(Some(&vk("redirect = \"http://a.test/link/vk/callback\"")), &[]),
            refusal(Some(&vk("redirect = \"https://a.test/link/callback\"")), &[]),
            refusal(
                Some(&vk("redirect = \"https://a.test/link/vk/callback\"\norigin = \"https://id.vk.ru/\"")),
                &[],
            ),
            refusal(
                Some(&vk("redirect = \"https://a.test/link/vk/callback\"\norigin = \"http://id.vk.ru\"")),
                &[],
            ),
            refusal(Some("[passwords]\nmemory_kib = 8\n"), &[]),
            refusal(Some("[passwords]\nmemory_kib = 4294967295\n"), &[]),
            refusal(Some("[server]\nconnections_per_address = 0\n"), &[]),
            refusal(None, &[("ZVONOK_SOCKET_MESSAGES_PER_SECOND", "0")]),
            refusal(Some("[server]\nhosts = [\"shkola.test\", \"http://shkola.test/\"]\n"), &[]),
            refusal(Some("[server]\nhosts = [\"школа.рф\"]\n"), &[]),
            refusal(Some("[server]\nschool_addresses = [\"10.0.0.0/99\"]\n"), &[]),
            refusal(Some("[sms]\nchannel = \"pigeon\"\n"), &[]),
            refusal(Some("[sms]\nchannel = \"http\"\n"), &[]),
            refusal(Some("[sms]\nchannel = \"slip\"\nlog_file = \"a\"\n"), &[]),
            refusal(Some("[sms.http]\nurl = \"https://sms.test/{phone}/{code}\"\n"), &[]),
            refusal(Some("[sms.http]\nadress = \"https://sms.test/\"\n"), &[]),
            refusal(Some(&http("url = \"https://u:p@sms.test/{phone}/{code}\"")), &[]),
            refusal(Some(&http("url = \"http://sms.test/{phone}/{code}\"")), &[]),
            refusal(Some(&http("url = \"https://sms.test/{phone}\"")), &[]),
            refusal(Some(&http("url = \"https://sms.test/\"\nbody = \"{text}\"")), &[]),
            refusal(
                Some(&http("url = \"https://sms.test/{phone}\"\nbody = \"{text}\"\nbody_format = \"json\"")),
                &[],
            ),
            refusal(Some(&http("url = \"https://sms.test/{phone}/{code}\"\nheaders = [\"X-Key\"]")), &[]),
            refusal(Some("[outgoing]\nroots = [\"/no/such/file.pem\"]\n"), &[]),
            refusal(None, &[("ZVONOK_HOST", "a.test")]),
            refusal(None, &[("ZVONOK_REQUIRE_LINK", "yes")]),
        ];
        insta::assert_snapshot!(told.join("\n"));
    }

    fn vk(lines: &str) -> String {
        format!("[vk_id]\nprovider = \"vk\"\nclient_id = 51000001\n{lines}\n")
    }

    #[test]
    fn the_service_token_is_read_from_a_closed_file_only() {
        // O8.
        let (dir, args) =
            args(Some(&vk("redirect = \"https://a.test/link/vk/callback\"\nservice_token_file = \"TOKEN\"")));
        let (path, token) = (args.config.clone().unwrap(), dir.path().join("token"));
        let text = std::fs::read_to_string(&path).unwrap().replace("TOKEN", token.to_str().unwrap());
        std::fs::write(&path, text).unwrap();
        std::fs::write(&token, "sesame\n").unwrap();
        std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(resolve_from(&args, std::iter::empty()).unwrap_err().to_string().contains("chmod 600"));
        std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
        let settings = resolve_from(&args, std::iter::empty()).unwrap();
        assert!(!format!("{settings:?}").contains("sesame"));
        let VkId::Service(service) = settings.vk_id else { panic!("{:?}", settings.vk_id) };
        assert_eq!(service.service_token.as_deref(), Some("sesame"));
        assert_eq!(
            (service.origin.to_string().as_str(), service.scope.as_str()),
            ("https://id.vk.ru", "vkid.personal_info")
        );
    }

    fn http(lines: &str) -> String {
        format!("[sms]\nchannel = \"http\"\n[sms.http]\n{lines}\n")
    }

    #[test]
    fn a_file_with_a_password_of_a_service_is_its_owners_only() {
        // O8.
        let text = http("url = \"https://sms.test/?key=secret&to={phone}\"\nbody = \"text={text}\"");
        let (_dir, args) = args(Some(&text));
        let settings = resolve_from(&args, std::iter::empty()).unwrap();
        assert_eq!(settings.origins().len(), 1);
        assert!(!format!("{settings:?}").contains("secret"));
        let path = args.config.clone().unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let told = resolve_from(&args, std::iter::empty()).unwrap_err().to_string();
        assert!(
            told.ends_with("в файле пароль службы, а читать его могут другие (640); chmod 600"),
            "{told}"
        );
    }

    #[test]
    fn the_file_of_codes_lies_beside_the_base_unless_named() {
        let (dir, args) = args(Some("[sms]\nchannel = \"log\"\n"));
        let settings = resolve_from(&args, std::iter::empty()).unwrap();
        let SmsChannel::Log { file } = settings.sms else { panic!("{:?}", settings.sms) };
        assert_eq!(file, dir.path().join("sms.log"));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
