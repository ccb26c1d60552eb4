//! The screen that waits for a code, and what it says when the code does not come (LNK-S6).

use askama::Template;
use identity::{Attempt, Channel, Delivery, MaySend, Sent};

use super::super::Hand;
use super::{base_of, page_of};
use crate::Failure;
use crate::cx::Cx;
use crate::failure::vkid::{seconds_left, wait};
use crate::settings::SmsChannel;
use crate::views::{Page, clock_time};
use crate::words::{Words, say};

/// Why the code has not come, as far as the server knows.
struct Trouble {
    tone: &'static str,
    strong: String,
    text: String,
}

#[derive(Template)]
#[template(path = "vkid/code.html")]
pub(super) struct CodePage {
    page: Page,
    in_guide: bool,
    base: String,
    action: String,
    phone: String,
    sent_at: String,
    called: bool,
    by_hand: bool,
    offers_call: bool,
    trouble: Option<Trouble>,
    countdown: i64,
    clock: String,
    error: String,
}

/// Puts the screen together.
pub(super) async fn code_page(
    cx: &Cx,
    attempt: &Attempt,
    sent: &Sent,
    action: &str,
    error: String,
) -> Result<CodePage, Failure> {
    let (now, hand, read) = (cx.now, Hand::of(cx), attempt.clone());
    let (may_send, delivery) = cx
        .read(move |tx| {
            let may_send = identity::next_code(tx, now, &hand.caller, &read)?;
            Ok((may_send, identity::delivery_of(tx, &read)?))
        })
        .await?;
    let until = match may_send {
        Some(MaySend::Wait { until }) => Some(until),
        Some(MaySend::Allowed | MaySend::Live { .. } | MaySend::Locked { .. }) | None => None,
    };
    let zone = &cx.app.school().zone;
    let base = base_of(attempt);
    let trouble = trouble_of(cx, delivery.as_ref());
    Ok(CodePage {
        in_guide: !attempt.is_own(),
        page: page_of(cx, "vkid-title-code", attempt),
        action: format!("{base}/{action}"),
        base,
        phone: sent.phone.printed(),
        // «Отправили» is said of what was sent.
        sent_at: sent
            .at
            .filter(|_| trouble.is_none())
            .map(|at| clock_time(zone.local(at).time))
            .unwrap_or_default(),
        called: sent.channel == Channel::Call,
        by_hand: matches!(cx.app.settings.sms, SmsChannel::Slip),
        offers_call: cx.app.settings.sms.makes_calls(),
        trouble,
        countdown: until.map_or(0, |until| seconds_left(until, now)),
        clock: until.map(|until| wait(until, now)).unwrap_or_default(),
        error,
    })
}

/// The one screen that depends on a gateway says what became of the message; the attempt waits (LNK-S6).
fn trouble_of(cx: &Cx, delivery: Option<&Delivery>) -> Option<Trouble> {
    let help = cx.app.school().profile.help.clone();
    let help = if help.is_empty() { String::new() } else { format!(": {help}") };
    match delivery {
        // Read out or not, and for known and unknown phones alike: whom to ask is all there is to say.
        _ if matches!(cx.app.settings.sms, SmsChannel::Slip) => {
            let text = Words::of("vkid-sms-slip-more").with("help", help).say();
            Some(Trouble { tone: "info", strong: say("vkid-sms-slip"), text })
        }
        Some(Delivery::Failed { tries_again: true, .. }) => Some(Trouble {
            tone: "warn",
            strong: say("vkid-sms-retrying"),
            text: say("vkid-sms-retrying-more"),
        }),
        Some(Delivery::Failed { tries_again: false, .. }) => {
            Some(Trouble { tone: "bad", strong: say("vkid-sms-failed"), text: say("vkid-sms-failed-more") })
        }
        // Known and unknown phones alike: it is the school that has no way to send.
        Some(Delivery::Waiting | Delivery::Dropped) | None
            if matches!(cx.app.settings.sms, SmsChannel::None) =>
        {
            let text = Words::of("vkid-sms-none-more").with("help", help).say();
            Some(Trouble { tone: "bad", strong: say("vkid-sms-none"), text })
        }
        Some(Delivery::Waiting | Delivery::Dropped | Delivery::Delivered { .. }) | None => None,
    }
}
