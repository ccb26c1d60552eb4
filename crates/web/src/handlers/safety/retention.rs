//! «Сроки хранения»: how long messages are kept, and what was taken out lately (MSG-S8).

use askama::Template;
use messenger::{
    ChatKind, Desk, Period, Purged, Retention, SafetyError, SafetyOf, confidential_years, count_kept,
    list_purged, set_confidential_years,
};
use school::Zone;
use serde::Deserialize;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::sferum::name_of;
use crate::views::{Flash, Page, full_date};
use crate::words::{Words, count, say};

const PAGE: &str = "/safety/retention";

#[derive(Template)]
#[template(path = "safety/retention.html")]
struct RetentionPage {
    page: Page,
    /// What is kept, and how long.
    periods: Vec<(String, String)>,
    /// «12 сообщений удерживают…»; empty when there are none.
    kept: String,
    /// Whether the viewer decides about the confidential line.
    decides: bool,
    years: String,
    purged: Vec<PurgedView>,
    error: String,
}

struct PurgedView {
    chat: String,
    what: String,
    line: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    years: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, None, String::new()).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, typed: Option<String>, error: String) -> Result<RetentionPage, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let (zone, retention) = (cx.app.school().zone.clone(), cx.app.settings.retention);
    let frame = cx.frame(say("retention-title"));
    cx.read(move |tx| {
        let by = SafetyOf::ask(tx, &viewer, today)?;
        let confidential = confidential_years(tx, &by)?;
        let kept = count_kept(tx, &by)?;
        Ok(RetentionPage {
            page: frame.page(tx)?,
            periods: periods(retention, confidential),
            kept: if kept == 0 { String::new() } else { count("retention-kept", kept as usize) },
            decides: by.desk() == Desk::Lead,
            years: typed.unwrap_or_else(|| confidential.map(|years| years.to_string()).unwrap_or_default()),
            purged: list_purged(tx, &by)?.into_iter().map(|one| view(one, &zone)).collect(),
            error,
        })
    })
    .await
}

fn view(purged: Purged, zone: &Zone) -> PurgedView {
    let before = full_date(zone.date(purged.before));
    let messages = count("retention-messages", purged.messages as usize);
    let files = if purged.files == 0 {
        String::new()
    } else {
        format!(", {}", count("retention-files", purged.files as usize))
    };
    PurgedView {
        chat: name_of(&purged.conversation),
        what: format!("{messages}{files}"),
        line: Words::of("retention-line").with("day", full_date(purged.day)).with("before", before).say(),
    }
}

/// What is kept how long, in words, in the order of the page.
fn periods(retention: Retention, confidential: Option<u8>) -> Vec<(String, String)> {
    let words = |period: Period| match period {
        Period::SchoolYears(1) => say("retention-this-year"),
        Period::SchoolYears(2) => say("retention-two-years"),
        Period::SchoolYears(years) => count("retention-school-years", usize::from(years)),
        Period::Years(years) => count("retention-of-years", usize::from(years)),
        Period::Forever => say("retention-forever"),
    };
    let of = |kind| words(retention.of(kind, confidential));
    vec![
        (say("retention-classes"), of(ChatKind::ClassChat)),
        (say("retention-people"), of(ChatKind::Supervised)),
        (say("retention-staff"), of(ChatKind::StaffRoom)),
        (say("retention-news"), of(ChatKind::SchoolNews)),
        (say("retention-acknowledged"), words(Period::Years(retention.acknowledged_years))),
        (say("retention-confidential"), of(ChatKind::Confidential)),
    ]
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match take(&cx, &form.years).await {
        Ok(()) => Ok(cx.go(PAGE, Some(Flash::good(say("retention-set"), String::new())))),
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, Some(form.years), failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn take(cx: &Cx, years: &str) -> Result<(), Failure> {
    let years = match years.trim() {
        "" => None,
        years => Some(years.parse().map_err(|_| SafetyError::Years)?),
    };
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    cx.write_if_due(move |tx| {
        let by = SafetyOf::ask(tx, &viewer, today)?;
        Ok(((), set_confidential_years(tx, &by, years)?))
    })
    .await
}
