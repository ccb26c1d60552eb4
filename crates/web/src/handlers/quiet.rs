//! «Тихие часы» of one's own (MSG-S4).

use askama::Template;
use messenger::{QuietChoice, QuietError, QuietHours, choose_quiet, quiet_choice, rest_of};
use school::Present;
use serde::Deserialize;
use store::Lane;

use super::sferum::hush::days_of;
use super::sferum::silence::minute_of;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::hush::rest_words;
use crate::views::silence::clock_of;
use crate::views::{Flash, Page};
use crate::words::say;

const PAGE: &str = "/profile/quiet";

#[derive(Template)]
#[template(path = "sferum/quiet.html")]
struct QuietPage {
    page: Page,
    is_on: bool,
    begins: String,
    ends: String,
    /// «Не беспокоить до …»; empty when it is off.
    rest: String,
    /// The first and the last day until which one can rest.
    days: (String, String),
    error: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    on: bool,
    begins: String,
    ends: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, None, String::new()).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, typed: Option<Form>, error: String) -> Result<QuietPage, Failure> {
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    let zone = cx.app.school().zone.clone();
    let frame = cx.frame(say("quiet-title"));
    cx.read(move |tx| {
        let kept = quiet_choice(tx, &Present::ask(tx, &viewer)?, today)?;
        let (is_on, begins, ends) = match typed {
            Some(form) => (form.on, form.begins, form.ends),
            None => (kept.is_on, clock_of(kept.hours.begins()), clock_of(kept.hours.ends())),
        };
        let rest = rest_of(tx, now, viewer.person())?.map(|until| rest_words(until, &zone, today));
        let rest = rest.unwrap_or_default();
        Ok(QuietPage { page: frame.page(tx)?, is_on, begins, ends, rest, days: days_of(today), error })
    })
    .await
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match take(&cx, &form).await {
        Ok(()) => Ok(cx.go(PAGE, Some(Flash::good(say("quiet-set"), String::new())))),
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, Some(form), failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn take(cx: &Cx, form: &Form) -> Result<(), Failure> {
    let ends = minute_of(&form.begins).zip(minute_of(&form.ends));
    let (begins, ends) = ends.ok_or(QuietError::Limits)?;
    let choice = QuietChoice { is_on: form.on, hours: QuietHours::new(begins, ends)? };
    let (now, viewer) = (cx.now, cx.signed_in()?.viewer);
    cx.record(Lane::Chat, move |tx| {
        let by = Present::ask(tx, &viewer)?;
        Ok(choose_quiet(tx, now, &by, choice)?)
    })
    .await
}
