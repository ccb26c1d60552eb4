//! Settings of what leaves the school: codes by SMS, and the one client of other hosts.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use serde::Deserialize;
use web::gateway::{Gateway, Template, TemplateFault, TemplateText, open_log};
use web::outgoing::{Origin, PushHosts};
use web::settings::{Outside, Push, RootCertificate, SmsChannel};

/// `[outgoing]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OutgoingTable {
    pub(super) private_hosts: Option<Vec<String>>,
    pub(super) roots: Option<Vec<PathBuf>>,
}

/// `[push]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PushTable {
    hosts: Option<Vec<String>>,
    contact: Option<String>,
}

/// How push services are spoken to.
pub(super) fn push(table: PushTable) -> anyhow::Result<Push> {
    let mut push = Push::default();
    if let Some(names) = table.hosts {
        push.hosts = PushHosts::parse(&names).ok_or_else(|| {
            anyhow!(
                "push.hosts: нужны имена служб без https://, например fcm.googleapis.com или *.push.apple.com"
            )
        })?;
    }
    if let Some(contact) = table.contact {
        let known = contact.starts_with("mailto:") || contact.starts_with("https://");
        if !known || contact.contains(['"', '\\']) || contact.contains(char::is_whitespace) {
            bail!(
                "push.contact = «{contact}»: нужен адрес вида mailto:office@shkola.ru или https://shkola.ru"
            );
        }
        push.contact = Some(contact);
    }
    Ok(push)
}

/// `[sms]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SmsTable {
    pub(super) channel: Option<String>,
    pub(super) log_file: Option<PathBuf>,
    pub(super) http: Option<TemplateTable>,
    pub(super) call: Option<TemplateTable>,
}

/// `[sms.http]` and `[sms.call]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TemplateTable {
    method: Option<String>,
    url: Option<String>,
    headers: Option<Vec<String>>,
    body: Option<String>,
    body_format: Option<String>,
    success_status: Option<u16>,
    success_text: Option<String>,
}

impl std::fmt::Debug for TemplateTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TemplateTable(***)")
    }
}

impl SmsTable {
    /// Whether the table holds what others must not read.
    pub(super) const fn holds_secrets(&self) -> bool {
        self.http.is_some() || self.call.is_some()
    }
}

/// How other hosts are spoken to.
pub(super) fn outside(table: OutgoingTable) -> anyhow::Result<Outside> {
    let mut roots = Vec::new();
    for path in table.roots.unwrap_or_default() {
        let pem = std::fs::read(&path)
            .with_context(|| format!("outgoing.roots: {} не читается", path.display()))?;
        let found = RootCertificate::all_of(&pem);
        roots
            .extend(found.ok_or_else(|| anyhow!("outgoing.roots: {} — не сертификаты PEM", path.display()))?);
    }
    Ok(Outside { private_hosts: table.private_hosts.unwrap_or_default(), roots, ..Outside::default() })
}

/// How codes reach people. `usual_log` is the file of the channel `log` when none is named.
pub(super) fn sms(table: SmsTable, outside: &Outside, usual_log: PathBuf) -> anyhow::Result<SmsChannel> {
    let SmsTable { channel, log_file, http, call } = table;
    let channel = channel.as_deref().unwrap_or("off");
    if (http.is_some() || call.is_some()) && channel != "http" {
        bail!("sms.http задан, а sms.channel = «{channel}»: напишите channel = \"http\" или уберите шаблон");
    }
    if log_file.is_some() && channel != "log" {
        bail!("sms.log_file задан, а sms.channel = «{channel}»: напишите channel = \"log\" или уберите файл");
    }
    Ok(match channel {
        "off" => SmsChannel::None,
        "slip" => SmsChannel::Slip,
        "log" => {
            let file = log_file.unwrap_or(usual_log);
            open_log(&file).map_err(|error| {
                if error.kind() == std::io::ErrorKind::PermissionDenied {
                    anyhow!("{}: файл кодов могут читать другие или он закрыт; chmod 600", file.display())
                } else {
                    anyhow!("{}: файл кодов не открывается ({error})", file.display())
                }
            })?;
            SmsChannel::Log { file }
        }
        "http" => {
            let http = http.ok_or_else(|| anyhow!("sms.channel = «http», а шаблона [sms.http] нет"))?;
            let sms = template("sms.http", http, outside)?;
            let call = call.map(|call| template("sms.call", call, outside)).transpose()?;
            SmsChannel::Http(Arc::new(Gateway { sms, call }))
        }
        other => bail!("sms.channel = «{other}»: бывает off, log, http или slip"),
    })
}

fn template(name: &str, table: TemplateTable, outside: &Outside) -> anyhow::Result<Template> {
    let format = table.body_format.as_deref().unwrap_or("form");
    let is_json = match format {
        "form" => false,
        "json" => true,
        other => bail!("{name}.body_format = «{other}»: бывает form или json"),
    };
    let text = TemplateText {
        method: table.method.unwrap_or_else(|| "POST".to_owned()),
        url: table.url.ok_or_else(|| anyhow!("{name}.url: нужен адрес"))?,
        headers: table.headers.unwrap_or_default(),
        body: table.body.unwrap_or_default(),
        is_json,
        success_status: table.success_status,
        success_text: table.success_text,
    };
    // What is wrong is named without the template's own words: they hold the password of the service.
    let template = Template::parse(text).map_err(|fault| match fault {
        TemplateFault::Method => anyhow!("{name}.method: бывает GET или POST"),
        TemplateFault::Url => {
            anyhow!("{name}.url: нужен адрес http:// или https:// без имени и пароля; {{phone}}, {{text}} и {{code}} — после имени сервера")
        }
        TemplateFault::Header(at) => anyhow!("{name}.headers: строка {at} — не «Имя: значение»"),
        TemplateFault::NoPhone => anyhow!("{name}: в адресе и теле нет {{phone}}"),
        TemplateFault::NoText => anyhow!("{name}: в адресе и теле нет ни {{text}}, ни {{code}}"),
        TemplateFault::Json => anyhow!("{name}.body: это не JSON; {{phone}}, {{text}} и {{code}} пишутся внутри кавычек"),
        TemplateFault::Status => anyhow!("{name}.success_status: нужно число от 200 до 599"),
    })?;
    check_origin(&format!("{name}.url"), template.origin(), outside)?;
    Ok(template)
}

/// Without TLS only a host inside is spoken to: codes and passwords do not travel in the clear.
pub(super) fn check_origin(name: &str, origin: &Origin, outside: &Outside) -> anyhow::Result<()> {
    if origin.is_secure() || outside.is_private_host(origin.bare_host()) {
        return Ok(());
    }
    bail!("{name}: без https только внутренние серверы, названные в outgoing.private_hosts")
}
