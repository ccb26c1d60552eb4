//! «СМС»: what left, what waits, and the phones whose codes wait for a person (A4, A5, LNK-S6).

pub(crate) mod letter;

use askama::Template;
use identity::{Channel, Delivery, Flow};
use school::{Administrator, Zone};
use store::Act;
use time::Date;

use crate::Failure;
use crate::cx::Cx;
use crate::gateway::SmsFault;
use crate::response::Response;
use crate::settings::SmsChannel;
use crate::views::{Flash, Page, moment};
use crate::words::{Words, say};

const ROWS: u32 = 100;

#[derive(Template)]
#[template(path = "admin/sms.html")]
struct SmsPage {
    page: Page,
    line: String,
    alarm: bool,
    locked: Vec<LockedView>,
    messages: Vec<MessageView>,
}

struct LockedView {
    id: i64,
    masked: String,
    flow: String,
}

/// What may be done with a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Nothing,
    Again,
    ReadOut,
}

struct MessageView {
    id: i64,
    deed: Deed,
    at: String,
    masked: String,
    kind: String,
    tries: u32,
    state: String,
    bad: bool,
}

fn message(row: identity::SmsRow, zone: &Zone, today: Date, by_hand: bool) -> MessageView {
    let at = |instant| moment(zone.local(instant), today);
    let bad = matches!(row.delivery, Delivery::Failed { .. });
    let deed = match row.delivery {
        Delivery::Failed { tries_again: true, .. } => Deed::Again,
        Delivery::Waiting if by_hand => Deed::ReadOut,
        Delivery::Waiting | Delivery::Delivered { .. } | Delivery::Failed { .. } | Delivery::Dropped => {
            Deed::Nothing
        }
    };
    let state = match row.delivery {
        Delivery::Waiting => say("sms-waiting"),
        Delivery::Delivered { at: when } => Words::of("sms-delivered").with("at", at(when)).say(),
        Delivery::Failed { why, tries_again: true } => {
            Words::of("sms-failed-again").with("why", SmsFault::say(&why)).say()
        }
        Delivery::Failed { why, tries_again: false } => {
            Words::of("sms-failed").with("why", SmsFault::say(&why)).say()
        }
        Delivery::Dropped => say("sms-dropped"),
    };
    MessageView {
        id: row.id.get(),
        deed,
        at: at(row.queued),
        masked: row.masked,
        kind: match row.channel {
            Channel::Sms => say("sms-kind-sms"),
            Channel::Call => say("sms-kind-call"),
        },
        tries: row.tries,
        state,
        bad,
    }
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let (viewer, now, today, frame) =
        (cx.signed_in()?.viewer, cx.now, cx.today(), cx.frame(say("sms-title")));
    let zone = cx.app.school().zone.clone();
    let by_hand = matches!(cx.app.settings.sms, SmsChannel::Slip);
    let shown = cx
        .read(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            let figures = identity::code_figures(tx, now)?;
            let line =
                Words::of("sms-figures").with("sent", figures.sent).with("failed", figures.failed).say();
            let locked = identity::locked_phones(tx)?
                .into_iter()
                .map(|phone| LockedView {
                    id: phone.id,
                    masked: phone.masked,
                    flow: match phone.flow {
                        Flow::Guarded => say("sms-flow-guarded"),
                        Flow::Open => say("sms-flow-open"),
                    },
                })
                .collect();
            let messages = identity::list_messages(tx, ROWS)?;
            Ok(SmsPage {
                page: frame.page(tx)?,
                line,
                alarm: figures.are_alarming(),
                locked,
                messages: messages.into_iter().map(|row| message(row, &zone, today, by_hand)).collect(),
            })
        })
        .await?;
    cx.html(&shown)
}

/// Opens a phone's codes again.
pub(crate) async fn unlock(cx: Cx) -> Result<Response, Failure> {
    let text: String = cx.request.param("phone")?;
    let id = store::parse_id(&text).map_err(|_| Failure::NotFound)?;
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    cx.write(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        identity::unlock_phone(tx, id)?;
        Ok(((), Act::new("identity.phone.unlock", "phone_guard", id)))
    })
    .await?;
    Ok(cx.go("/admin/sms", Some(Flash::good(say("sms-unlocked"), String::new()))))
}
