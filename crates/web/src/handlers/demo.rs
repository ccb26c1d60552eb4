//! The demo's virtual telephone; outside the demo these routes do not exist (LNK-S6, A21).

use askama::Template;
use identity::Phone;
use serde::{Deserialize, Serialize};
use store::Act;
use time::format_description::well_known::Rfc3339;

use crate::cx::Cx;
use crate::response::Response;
use crate::screen::ScreenMessage;
use crate::views::{Flash, Page, clock_time};
use crate::words::say;
use crate::{Failure, flows};

#[derive(Template)]
#[template(path = "demo/phone.html")]
struct PhonePage {
    page: Page,
    phone: String,
    error: String,
    messages: Vec<MessageView>,
}

/// The list alone, for the script that looks again.
#[derive(Template)]
#[template(path = "demo/messages.html")]
struct MessagesPart {
    messages: Vec<MessageView>,
}

struct MessageView {
    phone: String,
    text: String,
    at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    phone: String,
    #[serde(default)]
    part: String,
}

#[derive(Serialize)]
struct Message {
    text: String,
    code: String,
    sent_at: String,
}

/// A phone in an address: a plus that nobody escaped has become a space there.
fn read(text: &str) -> Result<Option<Phone>, Failure> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { Ok(Some(Phone::parse(text)?)) }
}

async fn messages(cx: &Cx, phone: Option<&Phone>) -> Result<Vec<ScreenMessage>, Failure> {
    // What a restart left in the outbox is shown too.
    flows::deliver(&cx.app, cx.now).await?;
    Ok(cx.app.screen.list(phone))
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let (phone, error) = match read(&query.phone) {
        Ok(phone) => (phone, String::new()),
        Err(failure) => (None, failure.sentence()),
    };
    let zone = cx.app.school().zone.clone();
    let shown = if error.is_empty() { messages(&cx, phone.as_ref()).await? } else { Vec::new() };
    let messages = shown
        .into_iter()
        .map(|message| MessageView {
            phone: message.phone.printed(),
            text: message.text,
            at: clock_time(zone.local(message.at).time),
        })
        .collect();
    if query.part == "messages" {
        return cx.html(&MessagesPart { messages });
    }
    cx.html(&PhonePage { page: cx.bare_page(say("phone-title")), phone: query.phone, error, messages })
}

pub(crate) async fn json(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let phone = read(&query.phone)?;
    let list: Vec<Message> = messages(&cx, phone.as_ref())
        .await?
        .into_iter()
        .map(|message| Message {
            text: message.text,
            code: message.code,
            sent_at: message.at.to_utc().format(&Rfc3339).unwrap_or_default(),
        })
        .collect();
    Ok(Response::json(&list))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// «Сбросить счётчики»: of codes, look-ups and passwords, of the portal and of VK ID.
pub(crate) async fn reset(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    cx.write(move |tx| {
        identity::reset_counters(tx)?;
        school::forget_wrong_pairs(tx)?;
        Ok(((), Act::new("identity.counters.reset", "demo", "phone")))
    })
    .await?;
    Ok(cx.go("/demo/phone", Some(Flash::good(say("phone-reset-done"), say("phone-reset-more")))))
}
