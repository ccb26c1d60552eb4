//! Another phone: a code goes to the new one, and until it is typed the old one counts (A1, A16).

use identity::{Phone, Started};

use super::confirm::{Aim, proven};
use super::{PAGE, PhoneForm, act_of, change, fresh_key, hand_of, key_of, look, with_browser};
use crate::cx::Cx;
use crate::handlers::vkid::screen::{PhoneAsk, PhonePage};
use crate::handlers::vkid::{Typed, go_on};
use crate::response::Response;
use crate::words::say;
use crate::{Failure, flows};

fn page(cx: &Cx, phone: &str, error: String) -> PhonePage {
    PhonePage {
        page: cx.bare_page(say(PhoneAsk::NewPhone.title())),
        action: format!("{PAGE}/phone?key={}", fresh_key(cx)),
        cancel: String::new(),
        back: String::new(),
        phone: phone.to_owned(),
        error,
        ask: PhoneAsk::NewPhone,
        leaves: PAGE.to_owned(),
    }
}

/// Asks for the new number.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let now = cx.now;
    look(&cx, move |_, by| proven(by, now, Aim::Phone).map(|_| ())).await?;
    Ok(with_browser(&cx, cx.html(&page(&cx, "", String::new()))?))
}

/// Takes the new number; whose it is, nobody is told before the code (LNK-S4).
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let (now, hand, key) = (cx.now, hand_of(&cx)?, key_of(&cx)?);
    let form: PhoneForm = cx.request.form()?;
    let phone = match Phone::parse(&form.phone) {
        Ok(phone) => phone,
        Err(fault) => {
            look(&cx, move |_, by| proven(by, now, Aim::Phone).map(|_| ())).await?;
            let failure = Failure::from(fault);
            return cx.refused(&failure, &page(&cx, &form.phone, failure.sentence()));
        }
    };
    if hand.browser.cookie().is_empty() {
        return Err(Failure::StaleForm);
    }
    let started = change(&cx, move |tx, by| {
        let by = proven(by, now, Aim::Phone)?;
        let started = identity::start_new_phone(tx, now, &hand.means(), &by, &key, phone)?;
        let act = act_of(&started);
        Ok((started, Some(act)))
    })
    .await?;
    flows::deliver(&cx.app, now).await?;
    match started {
        Started::Attempt(stepped) => go_on(&cx, *stepped, Typed::Phone(form.phone)).await,
        Started::Refused(refusal) => {
            let failure = Failure::Step { refusal, now };
            cx.refused(&failure, &page(&cx, &form.phone, failure.sentence()))
        }
    }
}
