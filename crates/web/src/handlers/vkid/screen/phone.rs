//! The screen that asks for a phone number, for whatever it is asked.

use askama::Template;
use identity::{Attempt, Step};

use super::{Typed, base_of, page_of};
use crate::cx::Cx;
use crate::views::Page;

#[derive(Template)]
#[template(path = "vkid/phone.html")]
pub(in crate::handlers::vkid) struct PhonePage {
    pub(in crate::handlers::vkid) page: Page,
    pub(in crate::handlers::vkid) action: String,
    pub(in crate::handlers::vkid) cancel: String,
    pub(in crate::handlers::vkid) back: String,
    pub(in crate::handlers::vkid) phone: String,
    pub(in crate::handlers::vkid) error: String,
    pub(in crate::handlers::vkid) ask: PhoneAsk,
    /// Where «Отмена» leads when nothing has to be told to anybody; empty where it is a form.
    pub(in crate::handlers::vkid) leaves: String,
}

/// What a phone is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::handlers::vkid) enum PhoneAsk {
    /// To sign in for an application: the first of the guide's five screens.
    SignIn,
    /// To set a new password.
    Reset,
    /// To sign in to one's own page.
    Own,
    /// To take the place of the account's.
    NewPhone,
}

impl PhoneAsk {
    pub(in crate::handlers::vkid) const fn title(self) -> &'static str {
        match self {
            Self::SignIn | Self::Own => "vkid-title-phone",
            Self::Reset => "vkid-title-reset",
            Self::NewPhone => "vkid-title-new-phone",
        }
    }
}

/// The screen of an attempt.
pub(super) fn phone_page(
    cx: &Cx,
    attempt: &Attempt,
    error: String,
    typed: Typed,
    ask: PhoneAsk,
) -> PhonePage {
    let resets = ask == PhoneAsk::Reset;
    let base = base_of(attempt);
    let known = match (&attempt.state.step, typed) {
        (_, Typed::Phone(typed)) => typed,
        // The form behind «Забыли пароль» begins with the number it was opened from.
        (Step::ResetPassword { back, .. }, _) => back.phone.printed(),
        (_, _) => String::new(),
    };
    PhonePage {
        page: page_of(cx, ask.title(), attempt),
        action: format!("{base}/{}", if resets { "reset" } else { "phone" }),
        cancel: format!("{base}/cancel"),
        back: if resets { format!("{base}/back-to-password") } else { String::new() },
        phone: known,
        error,
        ask,
        leaves: String::new(),
    }
}
