//! The embedded VK ID as an application's server calls it: CPU of an exchange of a code and of a profile, against the
//! least that either needs (`wire_limit.rs`).
//!
//! The codes are made before each measured stretch, by walking `/authorize` with `prompt=none`; both sides get bodies
//! of the same fields.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};
use identity::{ClientFault, ClientId, NewApplication};
use serde_json::Value;
use store::{Mode, Random, Store};

use crate::client::{Answer, Client, escape};
use crate::figures::{Figures, ratios};
use crate::process::{Demo, Process, Stopped};

/// Exchanges and profiles in a round.
const CALLS: u32 = 200;
const PROFILES: usize = 1000;
const APPLICATION: i64 = 51_000_009;
const BACK: &str = "https://bench.test/callback";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-1";

/// Why the application was not registered.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Client(#[from] ClientFault),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Measures both sides by turns.
pub(crate) fn measure(zvonok: &Path, folder: &Path, stopped: &Stopped, rounds: u32) -> anyhow::Result<()> {
    register(&stopped.base)?;
    let demo = Demo::serve(zvonok, folder)?;
    let mut visitor = Visitor::sign_in(&demo)?;
    let mut ours = Client::connect(&demo.host)?;
    let first = exchange_body(&visitor.grant()?);
    let pair = said(&ours.call("/oauth2/auth", &first)?)?;
    let token = pair["access_token"].as_str().context("no access token")?.to_owned();
    let profile = format!("client_id={APPLICATION}&access_token={token}");
    let shown = ours.call("/oauth2/user_info", &profile)?;
    said(&shown)?;

    let codes = (rounds + 1) * CALLS;
    let base = stopped.base.with_file_name("limit-wire.db");
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("limit-wire").arg(&base).args([&codes.to_string(), &token, &shown.body]);
    let (process, line) = Process::start(&mut command, "listening ")?;
    let mut limit = Client::connect(line.trim_start_matches("listening "))?;

    let (mut exchanges, mut profiles) = (Pair::default(), Pair::default());
    // One round to warm both up.
    for round in 0..=rounds {
        let ready: Vec<String> = (0..CALLS)
            .map(|_| visitor.grant().map(|grant| exchange_body(&grant)))
            .collect::<anyhow::Result<_>>()?;
        let least: Vec<String> =
            (0..CALLS).map(|nth| exchange_body(&of_limit(round * CALLS + nth))).collect();
        let exchanged = (
            stretch(&demo.process, &mut ours, "/oauth2/auth", &ready)?,
            stretch(&process, &mut limit, "/oauth2/auth", &least)?,
        );
        let same = vec![profile.clone(); PROFILES];
        let read = (
            stretch(&demo.process, &mut ours, "/oauth2/user_info", &same)?,
            stretch(&process, &mut limit, "/oauth2/user_info", &same)?,
        );
        if round > 0 {
            exchanges.add(exchanged);
            profiles.add(read);
        }
    }
    println!("\nVK ID on the wire: {CALLS} exchanges and {PROFILES} profiles a round, one caller");
    exchanges.print("exchange of a code", "bare hyper, point read, durable write, RSA-2048");
    profiles.print("profile by a token", "bare hyper, point read");
    demo.stop()?;
    Ok(())
}

/// Both sides of one figure.
#[derive(Default)]
struct Pair {
    ours: Figures,
    limit: Figures,
}

impl Pair {
    fn add(&mut self, (ours, limit): (f64, f64)) {
        self.ours.add(ours);
        self.limit.add(limit);
    }

    fn print(&self, what: &str, least: &str) {
        println!("  {what}: CPU a call  ours {} µs   {least} {} µs", self.ours.shown(0), self.limit.shown(0));
        println!("    ratio          {} (target ≤ 3)", ratios(&self.ours, &self.limit).shown(2));
    }
}

/// Registers the application in the base, while nobody serves it.
fn register(base: &Path) -> anyhow::Result<()> {
    let store = Store::open(base, &web::schema(), Mode::Serve)?;
    let done: Result<(), Failed> = store.write_blocking(|tx| {
        let new = NewApplication {
            id: ClientId::from_row(APPLICATION),
            name: "bench".to_owned(),
            redirects: vec![BACK.to_owned()],
            origins: Vec::new(),
        };
        identity::add_application(tx, crate::ack::now(), &Random::system(), &new)?;
        Ok(())
    });
    store.close();
    Ok(done?)
}

/// A person in a browser, signed in to VK ID, who has let the application in.
struct Visitor {
    browser: Client,
    count: u32,
}

/// What an application gets back.
struct Grant {
    code: String,
    device: String,
}

impl Visitor {
    fn sign_in(demo: &Demo) -> anyhow::Result<Self> {
        let (phone, password) = demo.vk_person()?;
        let mut visitor = Self { browser: Client::connect(&demo.host)?, count: 0 };
        let browser = &mut visitor.browser;
        let page = browser.get(&authorize("first", ""))?;
        let start = address_of(&page, "/vkid/start?")?;
        let at = sent_to(&browser.submit(&page, &start, &[("phone", &phone)])?, &demo.host)?;
        let page = browser.get(&at)?;
        let at = sent_to(&browser.submit(&page, &at, &[("password", &password)])?, &demo.host)?;
        let page = browser.get(&at)?;
        let messages = browser.get(&format!("/demo/phone.json?phone={}", escape(&phone)))?;
        let messages: Value = serde_json::from_str(&messages.body)?;
        let code = messages[0]["code"].as_str().context("no code has come")?;
        let at = sent_to(&browser.submit(&page, &at, &[("code", code)])?, &demo.host)?;
        let page = browser.get(&at)?;
        let back = sent_to(&browser.submit(&page, &at, &[])?, &demo.host)?;
        if !back.starts_with(BACK) {
            bail!("the sign-in ended at {}", back.split('?').next().unwrap_or_default());
        }
        Ok(visitor)
    }

    /// Goes by `/authorize` once more, which shows nothing.
    fn grant(&mut self) -> anyhow::Result<Grant> {
        self.count += 1;
        let answer = self.browser.get(&authorize(&self.count.to_string(), "&prompt=none"))?;
        let back = answer.location.with_context(|| format!("/authorize answered {}", answer.status))?;
        let value = |name: &str| {
            let query = back.split_once('?').map_or("", |(_, query)| query);
            query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).map(str::to_owned)
        };
        let (code, device) = value("code").zip(value("device_id")).context("no code came back")?;
        Ok(Grant { code, device })
    }
}

fn authorize(nth: &str, more: &str) -> String {
    format!(
        "/authorize?response_type=code&client_id={APPLICATION}&redirect_uri={}&state={nth:0>32}&code_challenge={}\
         &code_challenge_method=s256&scope=vkid.personal_info%20phone{more}",
        escape(BACK),
        identity::challenge_of(VERIFIER)
    )
}

/// The address of the form that begins so.
fn address_of(page: &Answer, begins: &str) -> anyhow::Result<String> {
    let (_, rest) = page
        .body
        .split_once(&format!("action=\"{begins}"))
        .with_context(|| format!("no form of {begins}"))?;
    let rest = rest.split('"').next().unwrap_or_default();
    Ok(format!("{begins}{}", rest.replace("&#38;", "&").replace("&amp;", "&")))
}

/// Where an answer sends, without the server's own name.
fn sent_to(answer: &Answer, host: &str) -> anyhow::Result<String> {
    let to = answer.location.as_ref().with_context(|| format!("a form answered {}", answer.status))?;
    Ok(to.replace(&format!("http://{host}"), ""))
}

/// The code that the limit has ready under a number, as long as ours.
fn of_limit(number: u32) -> Grant {
    Grant { code: crate::wire_limit::code(number), device: "d".repeat(86) }
}

fn exchange_body(grant: &Grant) -> String {
    format!(
        "grant_type=authorization_code&client_id={APPLICATION}&code={}&code_verifier={VERIFIER}&redirect_uri={}\
         &device_id={}&state=s-1",
        grant.code,
        escape(BACK),
        grant.device
    )
}

/// An answer that is no error.
fn said(answer: &Answer) -> anyhow::Result<Value> {
    let value: Value = serde_json::from_str(&answer.body).with_context(|| answer.status.to_string())?;
    match value.get("error") {
        Some(error) => bail!("VK ID answered {error}: {}", value["error_description"]),
        None => Ok(value),
    }
}

/// CPU a call in microseconds; every call must succeed.
fn stretch(process: &Process, client: &mut Client, path: &str, bodies: &[String]) -> anyhow::Result<f64> {
    let before = process.cpu_nanos()?;
    for body in bodies {
        let answer = client.call(path, body)?;
        if answer.status != 200 || answer.body.contains("\"error\"") {
            bail!("{path} failed in the middle of a round: {} {}", answer.status, answer.body.len());
        }
    }
    let used = process.cpu_nanos()?.saturating_sub(before);
    Ok(used as f64 / bodies.len() as f64 / 1000.0)
}
