//! The form behind «Забыли или не установили пароль?».

use store::UtcInstant;

use super::transition::{Next, cancelled, first_code, go_on, judged, next_code, to};
use super::{Audience, Channel, Effect, Event, Flow, Known, Refusal, ResetStep, Screen, Sent, Step, Verdict};
use crate::VkAccountId;

pub(super) fn reset_password(back: &Known, step: &ResetStep, event: Event, now: UtcInstant) -> Next {
    let within = |step| Step::ResetPassword { back: back.clone(), step };
    match (event, step) {
        (Event::PhoneGiven { phone, owner, send }, ResetStep::AskPhone) => {
            let sent = Sent { phone, channel: Channel::Sms, at: None };
            first_code(now, send, sent, Flow::Open, audience(owner), |sent| {
                within(ResetStep::AskCode { account: owner, sent })
            })
        }
        (Event::CodeGiven { verdict, .. }, ResetStep::AskCode { account, sent: _ }) => {
            match (account, verdict) {
                (Some(account), _) => {
                    judged(verdict, || to(within(ResetStep::AskPassword { account: *account })))
                }
                // Nobody was sent a code, so none can be right.
                (None, Verdict::Right | Verdict::Held | Verdict::Resting { .. }) => Err(Refusal::CodeDead),
                (None, Verdict::Wrong { .. } | Verdict::Dead | Verdict::TooOld | Verdict::Locked { .. }) => {
                    judged(verdict, || to(within(ResetStep::AskPhone)))
                }
            }
        }
        (Event::ResendCode { send }, ResetStep::AskCode { account, sent }) => {
            next_code(send, sent, Channel::Sms, Flow::Open, audience(*account), now, |sent| {
                within(ResetStep::AskCode { account: *account, sent })
            })
        }
        (Event::UseCall { send }, ResetStep::AskCode { account, sent }) => {
            next_code(send, sent, Channel::Call, Flow::Open, audience(*account), now, |sent| {
                within(ResetStep::AskCode { account: *account, sent })
            })
        }
        // The phone was confirmed by code a moment ago, so the person is signed in without another one.
        (Event::PasswordChosen { hash, onward }, ResetStep::AskPassword { account }) => {
            let (step, then) = go_on(*account, onward)?;
            let account = *account;
            let set = [Effect::SetPassword { account, hash }, Effect::EndSessions { account }];
            Ok((step, set.into_iter().chain(then).collect()))
        }
        (Event::ForgotPassword, ResetStep::AskPhone)
        | (Event::BackTo(Screen::Phone), ResetStep::AskPhone | ResetStep::AskCode { .. }) => {
            to(within(ResetStep::AskPhone))
        }
        (Event::BackTo(Screen::Password), _) => to(Step::AskPassword(back.clone())),
        (Event::Tick, _) => to(within(step.clone())),
        (Event::Cancel, _) => cancelled(),
        (
            Event::PhoneGiven { .. }
            | Event::PasswordGiven { .. }
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
            | Event::BackTo(Screen::Phone | Screen::Profile | Screen::ProfileForm),
            _,
        ) => Err(Refusal::NotNow),
    }
}

const fn audience(owner: Option<VkAccountId>) -> Audience {
    match owner {
        Some(_) => Audience::Owner,
        None => Audience::Nobody,
    }
}
