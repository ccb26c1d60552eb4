//! «Состояние»: one page that says whether all is well, and what waits for the administrator.

use askama::Template;
use school::Administrator;
use store::Health;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::settings::{SmsChannel, Transport, VkId};
use crate::views::{Page, clock_time, size_words, weekday_day};
use crate::words::{Words, count, say};

#[derive(Template)]
#[template(path = "admin/health.html")]
struct HealthPage {
    page: Page,
    verdict: String,
    line: String,
    rows: Vec<RowView>,
    people: String,
    audit: String,
}

struct RowView {
    tone: &'static str,
    name: String,
    text: String,
    note: String,
}

fn row(tone: &'static str, name: &'static str, text: String, note: String) -> RowView {
    RowView { tone, name: say(name), text, note }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("tab-health"));
    let (now, today) = (cx.now, cx.today());
    let mut rows = rows(&cx);
    let most = cx.app.settings.file_quotas.school;
    let line = format!(
        "{} · {}, {}",
        cx.app.school().profile.short_name,
        weekday_day(today),
        clock_time(cx.local.time)
    );
    let shown = cx
        .read(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            rows.push(files(tx.blob_bytes()?, most));
            let worries = rows.iter().filter(|row| row.tone != "good").count();
            let signed_in = school::list_sessions(tx, now, None)?.len();
            Ok(HealthPage {
                page: frame.page(tx)?,
                verdict: if worries == 0 { say("health-good") } else { count("health-worries", worries) },
                line,
                rows,
                people: count("health-sessions", signed_in),
                audit: count("health-audit", usize::try_from(tx.audit_len()?).unwrap_or(0)),
            })
        })
        .await?;
    cx.html(&shown)
}

/// How full the place for files is (MSG-A7).
fn files(used: u64, most: u64) -> RowView {
    let text =
        Words::of("health-files-line").with("used", size_words(used)).with("most", size_words(most)).say();
    // Below a fifth of free place there is still time to do something.
    let near = used.saturating_mul(5) >= most.saturating_mul(4);
    let (tone, note) = if near { ("warn", say("health-files-near")) } else { ("good", String::new()) };
    row(tone, "health-files", text, note)
}

fn rows(cx: &Cx) -> Vec<RowView> {
    let settings = &cx.app.settings;
    let base = match cx.app.store.health() {
        Health::Good => row("good", "health-base", say("health-base-good"), String::new()),
        Health::Full => row("bad", "health-base", say("health-base-full"), say("health-base-full-do")),
        Health::ReadOnly => {
            row("bad", "health-base", say("health-base-readonly"), say("health-base-readonly-do"))
        }
    };
    let vk_id = match &settings.vk_id {
        VkId::Embedded => row("good", "health-vkid", say("health-vkid-embedded"), String::new()),
        VkId::Service(service) => {
            let host = service.origin.bare_host().to_owned();
            row(
                "good",
                "health-vkid",
                Words::of("health-vkid-service").with("host", host).say(),
                String::new(),
            )
        }
        VkId::Off => row("warn", "health-vkid", say("health-vkid-off"), say("health-vkid-off-do")),
    };
    let sms = match &settings.sms {
        SmsChannel::Screen => row("good", "health-sms", say("health-sms-screen"), String::new()),
        SmsChannel::None if matches!(settings.vk_id, VkId::Service(_)) => {
            row("good", "health-sms", say("health-sms-unneeded"), String::new())
        }
        SmsChannel::None => row("warn", "health-sms", say("health-sms-none"), String::new()),
        SmsChannel::Log { .. } => row("good", "health-sms", say("health-sms-log"), String::new()),
        SmsChannel::Http(gateway) => {
            let host = gateway.sms.origin().bare_host().to_owned();
            row("good", "health-sms", Words::of("health-sms-http").with("host", host).say(), String::new())
        }
        SmsChannel::Slip => row("good", "health-sms", say("health-sms-slip"), String::new()),
    };
    let zone = row(
        "good",
        "health-clock",
        Words::of("health-clock-zone")
            .with("time", clock_time(cx.local.time))
            .with("zone", cx.app.school().profile.zone.clone())
            .say(),
        String::new(),
    );
    vec![base, vk_id, sms, calls(cx), zone]
}

/// Calls and how full they are (CALL-I5); without https only the server's own machine gives them a camera (CALL-N5).
fn calls(cx: &Cx) -> RowView {
    let settings = &cx.app.settings;
    if !settings.calls.is_on() {
        return row("good", "health-calls", say("health-calls-off"), say("health-calls-off-do"));
    }
    let (calls, people) = cx.app.rooms.load();
    let limits = settings.calls.limits;
    let text = Words::of("health-calls-on")
        .with("calls", calls)
        .with("rooms", limits.rooms)
        .with("people", people)
        .with("most", limits.people)
        .say();
    let is_bare = settings.transport == Transport::Plain
        && settings.trusted_proxies.is_empty()
        && !settings.listen.ip().is_loopback();
    if is_bare {
        return row("warn", "health-calls", text, say("health-calls-https"));
    }
    // One more that is not let in is the first that anybody hears of it.
    let is_full = calls >= limits.rooms as usize;
    let (tone, note) = if is_full { ("warn", say("health-calls-full")) } else { ("good", String::new()) };
    row(tone, "health-calls", text, note)
}
