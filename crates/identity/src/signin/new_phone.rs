//! The way to another phone, in the session of the account.

use store::UtcInstant;

use super::transition::{Next, cancelled, first_code, to};
use super::{Audience, Channel, Event, Flow, Purpose, Refusal, Screen, Sent, Step};
use crate::VkAccountId;

/// A number that is locked is refused: there is another way than to wait, which is another number.
pub(super) fn unlocked(next: Next) -> Next {
    match next {
        Ok((Step::Locked { until }, _)) => Err(Refusal::PhoneLocked { until }),
        Ok(_) | Err(_) => next,
    }
}

/// Every number but the account's own is asked for a code: whose it is, is told to whoever has the code (LNK-S4).
pub(super) fn ask_new_phone(account: VkAccountId, event: Event, now: UtcInstant) -> Next {
    match event {
        Event::PhoneGiven { owner, .. } if owner == Some(account) => Err(Refusal::SamePhone),
        Event::PhoneGiven { phone, owner: _, send } => {
            let sent = Sent { phone, channel: Channel::Sms, at: None };
            let purpose = Purpose::NewPhone { account };
            unlocked(first_code(now, send, sent, Flow::Open, Audience::Owner, |sent| Step::AskCode {
                purpose,
                sent,
            }))
        }
        Event::BackTo(Screen::Phone) | Event::Tick => to(Step::AskNewPhone { account }),
        Event::Cancel => cancelled(),
        Event::PasswordGiven { .. }
        | Event::ForgotPassword
        | Event::CodeGiven { .. }
        | Event::ResendCode { .. }
        | Event::UseCall { .. }
        | Event::PersonGiven { .. }
        | Event::ContinueWithProfile
        | Event::CreateProfile
        | Event::ProfileConfirmed { .. }
        | Event::PasswordChosen { .. }
        | Event::Resumed { .. }
        | Event::Consented
        | Event::BackTo(Screen::Password | Screen::Profile | Screen::ProfileForm) => Err(Refusal::NotNow),
    }
}
