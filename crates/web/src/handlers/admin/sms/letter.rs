//! What is done with one message: it is tried once more, or read out to the person who named its phone (LNK-S6, K9).

use askama::Template;
use identity::{Delivery, Phone, ReadOutError, SmsId};
use school::Administrator;
use serde::Deserialize;
use store::Act;

use crate::cx::Cx;
use crate::response::Response;
use crate::settings::SmsChannel;
use crate::views::{Flash, Page};
use crate::words::say;
use crate::{Failure, flows};

#[derive(Template)]
#[template(path = "admin/sms_code.html")]
struct LetterPage {
    page: Page,
    id: i64,
    masked: String,
    phone: String,
    error: String,
    /// The code, on the one page that shows it.
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    phone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn message_of(cx: &Cx) -> Result<SmsId, Failure> {
    let text: String = cx.request.param("message")?;
    store::parse_id(&text).map(SmsId::from_row).map_err(|_| Failure::NotFound)
}

/// Codes are read out by people only where the school has chosen so.
fn is_by_hand(cx: &Cx) -> Result<(), Failure> {
    if matches!(cx.app.settings.sms, SmsChannel::Slip) { Ok(()) } else { Err(Failure::NotFound) }
}

/// «Отправить ещё раз».
pub(crate) async fn again(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let (id, now, viewer, today) = (message_of(&cx)?, cx.now, cx.signed_in()?.viewer, cx.today());
    cx.write(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        let is_due = identity::hurry_message(tx, now, id)?;
        if !is_due {
            return Err(Failure::ReadOut(ReadOutError::Gone));
        }
        Ok(((), Act::new("identity.sms.again", "sms", id)))
    })
    .await?;
    flows::deliver(&cx.app, now).await?;
    let flash = Flash::info(say("sms-again-done"), say("sms-again-more"));
    Ok(cx.go("/admin/sms", Some(flash)))
}

/// The question whose code it is: the person says the number.
pub(crate) async fn ask(cx: Cx) -> Result<Response, Failure> {
    is_by_hand(&cx)?;
    let page = page(&cx, String::new(), String::new()).await?;
    cx.html(&page)
}

async fn page(cx: &Cx, phone: String, error: String) -> Result<LetterPage, Failure> {
    let (id, viewer, today) = (message_of(cx)?, cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("sms-read-title"));
    cx.read(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        let row = identity::find_message(tx, id)?.ok_or(Failure::NotFound)?;
        if row.delivery != Delivery::Waiting {
            return Err(Failure::ReadOut(ReadOutError::Gone));
        }
        let code = String::new();
        Ok(LetterPage { page: frame.page(tx)?, id: id.get(), masked: row.masked, phone, error, code })
    })
    .await
}

/// «Показать код»: the row in the audit is on the disk before the code is on the page, and no page shows it again.
pub(crate) async fn read_out(cx: Cx) -> Result<Response, Failure> {
    is_by_hand(&cx)?;
    let form: Form = cx.request.form()?;
    match show_once(&cx, &form.phone).await {
        Ok(answer) => Ok(answer),
        Err(failure)
            if failure.gives_form_back() && !matches!(failure, Failure::ReadOut(ReadOutError::Gone)) =>
        {
            let page = page(&cx, form.phone, failure.sentence()).await?;
            cx.refused(&failure, &page)
        }
        Err(failure) => Err(failure),
    }
}

async fn show_once(cx: &Cx, named: &str) -> Result<Response, Failure> {
    let phone = Phone::parse(named)?;
    let masked = phone.masked();
    let (id, now, viewer, today) = (message_of(cx)?, cx.now, cx.signed_in()?.viewer, cx.today());
    let app = std::sync::Arc::clone(&cx.app);
    let code = cx
        .write(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            let code = identity::read_out(tx, now, &app.key, id, &phone)?;
            Ok((code, Act::new("identity.sms.read_out", "sms", id)))
        })
        .await?;
    let frame = cx.frame(say("sms-read-title"));
    let page = cx.read(move |tx| frame.page(tx)).await?;
    let (phone, error) = (String::new(), String::new());
    cx.html(&LetterPage { page, id: id.get(), masked, phone, error, code: code.digits() })
}
