use store::UtcInstant;

use super::{
    Audience, Channel, Effect, Event, Flow, Known, MaySend, Offer, Onward, Purpose, Refusal, ResetStep,
    ReviewMode, Screen, Sent, SignIn, SignInPath, Step, Verdict,
};
use super::{new_phone, reset};
use crate::VkAccountId;

pub(super) type Next = Result<(Step, Vec<Effect>), Refusal>;

/// The next state and what has to be done for it, or why the event changes nothing.
///
/// # Errors
/// [`Refusal`]; the state is then as it was.
pub fn transition(state: &SignIn, event: Event, now: UtcInstant) -> Result<(SignIn, Vec<Effect>), Refusal> {
    let over = now >= state.expires;
    let next = match &state.step {
        Step::Granted { .. } | Step::Entered { .. } | Step::Cancelled | Step::Expired => {
            ended(&state.step, &event, over)
        }
        // Whatever the event was, it came too late.
        _waiting if over => Ok((Step::Expired, vec![Effect::EndCodes])),
        Step::AskPhone => ask_phone(event, now),
        Step::AskPassword(known) => ask_password(known, event, now),
        Step::AskCode { purpose: purpose @ Purpose::NewPhone { .. }, sent } => {
            new_phone::unlocked(ask_code(*purpose, sent, event, now))
        }
        Step::AskCode { purpose, sent } => ask_code(*purpose, sent, event, now),
        Step::AskPerson { phone } => ask_person(phone, event),
        Step::ChooseProfile { account, offer } => choose_profile(*account, *offer, event),
        Step::ReviewProfile { account, mode, path } => review_profile(*account, *mode, *path, event),
        Step::AskConsent { account } => ask_consent(*account, event),
        Step::AskNewPhone { account } => new_phone::ask_new_phone(*account, event, now),
        Step::ResetPassword { back, step } => reset::reset_password(back, step, event, now),
        Step::Locked { until } => locked(*until, event, now),
    };
    next.map(|(step, effects)| (SignIn { expires: state.expires, step }, effects))
}

pub(super) const fn to(step: Step) -> Next {
    Ok((step, Vec::new()))
}

pub(super) fn cancelled() -> Next {
    Ok((Step::Cancelled, vec![Effect::EndCodes]))
}

fn ask_phone(event: Event, now: UtcInstant) -> Next {
    match event {
        Event::PhoneGiven { phone, owner: Some(account), send: _ } => {
            to(Step::AskPassword(Known { phone, account }))
        }
        Event::PhoneGiven { phone, owner: None, send } => {
            let sent = Sent { phone, channel: Channel::Sms, at: None };
            first_code(now, send, sent, Flow::Open, Audience::Owner, |sent| Step::AskCode {
                purpose: Purpose::NewAccount,
                sent,
            })
        }
        Event::Resumed { account, onward } => go_on(account, onward),
        Event::BackTo(Screen::Phone) | Event::Tick => to(Step::AskPhone),
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
        | Event::Consented
        | Event::BackTo(Screen::Password | Screen::Profile | Screen::ProfileForm) => Err(Refusal::NotNow),
    }
}

fn ask_password(known: &Known, event: Event, now: UtcInstant) -> Next {
    match event {
        Event::PasswordGiven { right: false, send: _ } => Err(Refusal::WrongPassword),
        Event::PasswordGiven { right: true, send } => {
            let sent = Sent { phone: known.phone.clone(), channel: Channel::Sms, at: None };
            let purpose = Purpose::SignIn { account: known.account };
            first_code(now, send, sent, Flow::Guarded, Audience::Owner, |sent| Step::AskCode {
                purpose,
                sent,
            })
        }
        Event::ForgotPassword => to(Step::ResetPassword { back: known.clone(), step: ResetStep::AskPhone }),
        Event::BackTo(Screen::Phone) => to(Step::AskPhone),
        Event::BackTo(Screen::Password) | Event::Tick => to(Step::AskPassword(known.clone())),
        Event::Cancel => cancelled(),
        Event::PhoneGiven { .. }
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
        | Event::BackTo(Screen::Profile | Screen::ProfileForm) => Err(Refusal::NotNow),
    }
}

fn ask_code(purpose: Purpose, sent: &Sent, event: Event, now: UtcInstant) -> Next {
    let flow = match purpose {
        Purpose::SignIn { .. } => Flow::Guarded,
        // A number that somebody names is perhaps a stranger's: it must not use up the counter of their sign-in (A7).
        Purpose::NewAccount | Purpose::NewPhone { .. } => Flow::Open,
    };
    let step = |sent| Step::AskCode { purpose, sent };
    match event {
        Event::CodeGiven { verdict, onward } => judged(verdict, || match purpose {
            Purpose::SignIn { account } => go_on(account, onward),
            Purpose::NewAccount => to(Step::AskPerson { phone: sent.phone.clone() }),
            Purpose::NewPhone { account } => {
                let set = Effect::SetPhone { account, phone: sent.phone.clone() };
                Ok((Step::Entered { account }, vec![set]))
            }
        }),
        Event::ResendCode { send } => next_code(send, sent, Channel::Sms, flow, Audience::Owner, now, step),
        Event::UseCall { send } => next_code(send, sent, Channel::Call, flow, Audience::Owner, now, step),
        // The code stays good: whoever gives the same number again need not wait for another.
        Event::BackTo(Screen::Phone) => to(match purpose {
            Purpose::SignIn { .. } | Purpose::NewAccount => Step::AskPhone,
            Purpose::NewPhone { account } => Step::AskNewPhone { account },
        }),
        Event::Tick => to(step(sent.clone())),
        Event::Cancel => cancelled(),
        Event::PhoneGiven { .. }
        | Event::PasswordGiven { .. }
        | Event::ForgotPassword
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

fn ask_person(phone: &crate::Phone, event: Event) -> Next {
    match event {
        Event::PersonGiven { phone_taken: true, .. } => Err(Refusal::PhoneTaken),
        Event::PersonGiven { person, account, phone_taken: false, onward } => {
            let (step, then) = go_on(account, onward)?;
            let create = Effect::CreateAccount { account, phone: phone.clone(), person };
            Ok((step, [create].into_iter().chain(then).collect()))
        }
        Event::BackTo(Screen::Phone) => to(Step::AskPhone),
        Event::Tick => to(Step::AskPerson { phone: phone.clone() }),
        Event::Cancel => cancelled(),
        Event::PhoneGiven { .. }
        | Event::PasswordGiven { .. }
        | Event::ForgotPassword
        | Event::CodeGiven { .. }
        | Event::ResendCode { .. }
        | Event::UseCall { .. }
        | Event::ContinueWithProfile
        | Event::CreateProfile
        | Event::ProfileConfirmed { .. }
        | Event::PasswordChosen { .. }
        | Event::Resumed { .. }
        | Event::Consented
        | Event::BackTo(Screen::Password | Screen::Profile | Screen::ProfileForm) => Err(Refusal::NotNow),
    }
}

fn choose_profile(account: VkAccountId, offer: Offer, event: Event) -> Next {
    let review = |mode, path| to(Step::ReviewProfile { account, mode, path });
    match (event, offer) {
        (Event::ContinueWithProfile, Offer::Existing) => {
            review(ReviewMode::Check, SignInPath::ExistingProfile)
        }
        (Event::ContinueWithProfile, Offer::Create | Offer::CreateFromPerson) => Err(Refusal::NoProfile),
        (Event::CreateProfile, Offer::Create) => review(ReviewMode::Fill, SignInPath::ProfileCreated),
        (Event::CreateProfile, Offer::CreateFromPerson) => {
            review(ReviewMode::Check, SignInPath::AccountCreated)
        }
        (Event::CreateProfile, Offer::Existing) => Err(Refusal::HasProfile),
        (Event::BackTo(Screen::Profile) | Event::Tick, _) => to(Step::ChooseProfile { account, offer }),
        (Event::Cancel, _) => cancelled(),
        (
            Event::PhoneGiven { .. }
            | Event::PasswordGiven { .. }
            | Event::ForgotPassword
            | Event::CodeGiven { .. }
            | Event::ResendCode { .. }
            | Event::UseCall { .. }
            | Event::PersonGiven { .. }
            | Event::ProfileConfirmed { .. }
            | Event::PasswordChosen { .. }
            | Event::Resumed { .. }
            | Event::Consented
            | Event::BackTo(Screen::Phone | Screen::Password | Screen::ProfileForm),
            _,
        ) => Err(Refusal::NotNow),
    }
}

fn review_profile(account: VkAccountId, mode: ReviewMode, path: SignInPath, event: Event) -> Next {
    match event {
        Event::ProfileConfirmed { profile } => {
            let saved = profile.map(|profile| Effect::SaveProfile { account, profile });
            // Only a profile that exists and is shown to be checked can be confirmed without data.
            let stored = (mode, path) == (ReviewMode::Check, SignInPath::ExistingProfile);
            if saved.is_none() && !stored {
                return Err(Refusal::NeedsData);
            }
            let path = Some(path);
            let effects = saved.into_iter().chain([Effect::Grant { account, path }]).collect();
            Ok((Step::Granted { account, path }, effects))
        }
        Event::BackTo(Screen::ProfileForm) => {
            to(Step::ReviewProfile { account, mode: ReviewMode::Fill, path })
        }
        Event::BackTo(Screen::Profile) => to(Step::ChooseProfile {
            account,
            offer: match path {
                SignInPath::ExistingProfile => Offer::Existing,
                SignInPath::ProfileCreated => Offer::Create,
                SignInPath::AccountCreated => Offer::CreateFromPerson,
            },
        }),
        Event::Tick => to(Step::ReviewProfile { account, mode, path }),
        Event::Cancel => cancelled(),
        Event::PhoneGiven { .. }
        | Event::PasswordGiven { .. }
        | Event::ForgotPassword
        | Event::CodeGiven { .. }
        | Event::ResendCode { .. }
        | Event::UseCall { .. }
        | Event::PersonGiven { .. }
        | Event::ContinueWithProfile
        | Event::CreateProfile
        | Event::PasswordChosen { .. }
        | Event::Resumed { .. }
        | Event::Consented
        | Event::BackTo(Screen::Phone | Screen::Password) => Err(Refusal::NotNow),
    }
}

fn ask_consent(account: VkAccountId, event: Event) -> Next {
    match event {
        Event::Consented => {
            let path = None;
            let effects = vec![Effect::KeepConsent { account }, Effect::Grant { account, path }];
            Ok((Step::Granted { account, path }, effects))
        }
        Event::Tick => to(Step::AskConsent { account }),
        Event::Cancel => cancelled(),
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
        | Event::BackTo(_) => Err(Refusal::NotNow),
    }
}

fn locked(until: Option<UtcInstant>, event: Event, now: UtcInstant) -> Next {
    match event {
        Event::BackTo(Screen::Phone) => to(Step::AskPhone),
        Event::Tick if until.is_some_and(|until| now >= until) => to(Step::AskPhone),
        Event::Tick => to(Step::Locked { until }),
        Event::Cancel => cancelled(),
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
        | Event::BackTo(Screen::Password | Screen::Profile | Screen::ProfileForm) => Err(Refusal::NotNow),
    }
}

/// Ended attempts stay what they are. One thing may be repeated: going back to the client with a fresh code, for a
/// browser that lost the answer (LNK-L7).
fn ended(step: &Step, event: &Event, over: bool) -> Next {
    match (step, event) {
        (Step::Granted { account, path }, Event::ProfileConfirmed { .. }) if !over => {
            Ok((step.clone(), vec![Effect::Grant { account: *account, path: *path }]))
        }
        (Step::Cancelled, Event::Cancel) | (_, Event::Tick) => to(step.clone()),
        (
            _,
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
            | Event::BackTo(_)
            | Event::Cancel,
        ) => Err(Refusal::NotNow),
    }
}

/// Reaches a code screen for the first time. Without leave to send now, the screen says from when on.
pub(super) fn first_code(
    now: UtcInstant,
    send: MaySend,
    sent: Sent,
    flow: Flow,
    audience: Audience,
    step: impl FnOnce(Sent) -> Step,
) -> Next {
    match send {
        MaySend::Allowed => {
            let effect =
                Effect::SendCode { phone: sent.phone.clone(), channel: sent.channel, flow, audience };
            Ok((step(Sent { at: Some(now), ..sent }), vec![effect]))
        }
        MaySend::Live { at, channel } => to(step(Sent { at: Some(at), channel, ..sent })),
        MaySend::Wait { until: _ } => to(step(sent)),
        MaySend::Locked { until } => to(Step::Locked { until }),
    }
}

/// Asks for another code on the code screen.
pub(super) fn next_code(
    send: MaySend,
    sent: &Sent,
    channel: Channel,
    flow: Flow,
    audience: Audience,
    now: UtcInstant,
    step: impl FnOnce(Sent) -> Step,
) -> Next {
    match send {
        MaySend::Allowed => Ok((
            step(Sent { phone: sent.phone.clone(), channel, at: Some(now) }),
            vec![Effect::EndCodes, Effect::SendCode { phone: sent.phone.clone(), channel, flow, audience }],
        )),
        MaySend::Live { at, channel } => to(step(Sent { phone: sent.phone.clone(), channel, at: Some(at) })),
        MaySend::Wait { until } => Err(Refusal::TooSoon { until }),
        MaySend::Locked { until } => to(Step::Locked { until }),
    }
}

pub(super) fn judged(verdict: Verdict, next: impl FnOnce() -> Next) -> Next {
    match verdict {
        Verdict::Right => next(),
        Verdict::Held => Err(Refusal::PhoneHeld),
        Verdict::Resting { until } => Err(Refusal::PhoneRests { until }),
        Verdict::Wrong { left } => Err(Refusal::WrongCode { left }),
        Verdict::Dead => Err(Refusal::CodeDead),
        Verdict::TooOld => Err(Refusal::CodeTooOld),
        Verdict::Locked { until } => to(Step::Locked { until }),
    }
}

/// From the proof of who somebody is to what they came for.
pub(super) fn go_on(account: VkAccountId, onward: Onward) -> Next {
    match onward {
        Onward::Profile(offer) => to(Step::ChooseProfile { account, offer }),
        Onward::Consent => to(Step::AskConsent { account }),
        Onward::Client => {
            let path = None;
            Ok((Step::Granted { account, path }, vec![Effect::Grant { account, path }]))
        }
        Onward::Own => Ok((Step::Entered { account }, vec![Effect::Enter { account }])),
    }
}
