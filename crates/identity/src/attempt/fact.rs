//! From an input to an event: everything the machine decides by, looked up.

use store::{ReadTx, UtcInstant, WriteTx};

use crate::attempt::{Attempt, Input, Means};
use crate::fence::{self, CodePurpose};
use crate::otp::OtpAttempt;
use crate::storage::{account, client, consent, profile};
use crate::{
    Caller, ClientKind, Event, MaySend, Offer, Onward, OtpCode, Phone, ProfileDraft, Purpose, Refusal,
    ResetStep, SignInPath, Step, Verdict, VkAccountId, account as numbers, session,
};

/// Gathers the facts. A fence may refuse before there is an event.
pub(super) fn event_of(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    attempt: &Attempt,
    input: Input,
) -> Result<Result<Event, Refusal>, store::Error> {
    // What is looked up for a step that is over is not used: the machine says so.
    let step = attempt.step_at(now);
    let event = match input {
        Input::Phone(phone) => {
            let owner = account::find_by_phone(tx, &phone)?;
            let resets = matches!(step, Step::ResetPassword { .. });
            let purpose = if resets { CodePurpose::Reset } else { CodePurpose::NewAccount };
            // Asked for known phones too: an answer must take as long either way (LNK-S4).
            let send = fence::may_send(tx, now, means.caller, attempt.id, &phone, purpose, false)?;
            Event::PhoneGiven { phone, owner, send }
        }
        Input::Password { against, right, rehash } => {
            let Step::AskPassword(known) = &step else { return Ok(Err(Refusal::NotNow)) };
            // While it was compared the attempt may have gone on to another phone, or the password been set anew.
            if account::password(tx, known.account)? != against {
                return Ok(Err(Refusal::NotNow));
            }
            if !fence::may_try_password(tx, now, means.caller, &known.phone)? {
                return Ok(Err(Refusal::TooManyPasswords));
            }
            if let Some(hash) = rehash.filter(|_| right) {
                account::set_password(tx, now, known.account, &hash)?;
            }
            let send =
                fence::may_send(tx, now, means.caller, attempt.id, &known.phone, CodePurpose::SignIn, false)?;
            Event::PasswordGiven { right, send }
        }
        Input::Forgot => Event::ForgotPassword,
        Input::Code(code) => {
            let Some(waiting) = waiting_code(&step) else { return Ok(Err(Refusal::NotNow)) };
            let verdict = judge(tx, now, means, attempt, &waiting, &code)?;
            let onward = match waiting.account {
                Some(account) => onward_of(tx, attempt, account)?,
                // A new account's owner gives their data first.
                None => Onward::Profile(Offer::Create),
            };
            Event::CodeGiven { verdict, onward }
        }
        Input::Resend | Input::Call => {
            let Some(waiting) = waiting_code(&step) else { return Ok(Err(Refusal::NotNow)) };
            let send: MaySend =
                fence::may_send(tx, now, means.caller, attempt.id, waiting.phone, waiting.purpose, true)?;
            if matches!(input, Input::Call) { Event::UseCall { send } } else { Event::ResendCode { send } }
        }
        Input::Person(person) => {
            let Step::AskPerson { phone } = &step else { return Ok(Err(Refusal::NotNow)) };
            let phone_taken = account::find_by_phone(tx, phone)?.is_some();
            let onward = match client::kind(tx, attempt.client)? {
                Some(ClientKind::School) => Onward::Profile(Offer::CreateFromPerson),
                Some(ClientKind::App) | None => Onward::Consent,
            };
            let account = numbers::draw_number(tx, means.random)?;
            Event::PersonGiven { person, account, phone_taken, onward }
        }
        Input::ContinueWithProfile => Event::ContinueWithProfile,
        Input::CreateProfile => Event::CreateProfile,
        Input::Profile(draft) => Event::ProfileConfirmed { profile: Some(draft) },
        Input::ConfirmProfile { role } => {
            // Variant 3 confirms what made the account a moment ago.
            let profile = if let Step::ReviewProfile { account, path: SignInPath::AccountCreated, .. } = step
            {
                account::find_person(tx, account)?.zip(role.or(attempt.role_hint)).map(|(person, role)| {
                    ProfileDraft { name: person.name, birth_date: person.birth_date, role }
                })
            } else {
                None
            };
            Event::ProfileConfirmed { profile }
        }
        Input::NewPassword(hash) => {
            let Step::ResetPassword { step: ResetStep::AskPassword { account }, .. } = step else {
                return Ok(Err(Refusal::NotNow));
            };
            Event::PasswordChosen { hash, onward: onward_of(tx, attempt, account)? }
        }
        Input::Resume => {
            let session = means.session.map(|token| session::find_session(tx, now, token)).transpose()?;
            let Some(session) = session.flatten() else { return Ok(Err(Refusal::NotNow)) };
            Event::Resumed { account: session.account, onward: onward_of(tx, attempt, session.account)? }
        }
        Input::Consent => Event::Consented,
        Input::Back(screen) => Event::BackTo(screen),
        Input::Cancel => Event::Cancel,
    };
    Ok(Ok(event))
}

/// Where the owner of an account goes on in this attempt.
pub(super) fn onward_of(
    tx: &ReadTx<'_>,
    attempt: &Attempt,
    account: VkAccountId,
) -> Result<Onward, store::Error> {
    if client::kind(tx, attempt.client)? == Some(ClientKind::School) {
        let offer = if profile::exists(tx, account)? { Offer::Existing } else { Offer::Create };
        return Ok(Onward::Profile(offer));
    }
    let given = consent::find(tx, account, attempt.client)?;
    let is_covered = given.is_some_and(|given| given.covers(attempt.scope)) && !attempt.ask_consent;
    Ok(if is_covered { Onward::Client } else { Onward::Consent })
}

/// The code that a step waits for.
struct Waiting<'a> {
    purpose: CodePurpose,
    phone: &'a Phone,
    account: Option<VkAccountId>,
}

fn waiting_code(step: &Step) -> Option<Waiting<'_>> {
    match step {
        Step::AskCode { purpose: Purpose::SignIn { account }, sent } => {
            Some(Waiting { purpose: CodePurpose::SignIn, phone: &sent.phone, account: Some(*account) })
        }
        Step::AskCode { purpose: Purpose::NewAccount, sent } => {
            Some(Waiting { purpose: CodePurpose::NewAccount, phone: &sent.phone, account: None })
        }
        Step::ResetPassword { step: ResetStep::AskCode { account, sent }, .. } => {
            Some(Waiting { purpose: CodePurpose::Reset, phone: &sent.phone, account: *account })
        }
        Step::ResetPassword { step: ResetStep::AskPhone | ResetStep::AskPassword { .. }, .. }
        | Step::AskPhone
        | Step::AskPassword(_)
        | Step::AskPerson { .. }
        | Step::ChooseProfile { .. }
        | Step::ReviewProfile { .. }
        | Step::AskConsent { .. }
        | Step::Locked { .. }
        | Step::Granted { .. }
        | Step::Cancelled
        | Step::Expired => None,
    }
}

/// Whether another code may go out for the step that waits for one.
pub(super) fn may_resend(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    attempt: &Attempt,
) -> Result<Option<MaySend>, store::Error> {
    let step = attempt.step_at(now);
    let Some(waiting) = waiting_code(&step) else { return Ok(None) };
    fence::may_send(tx, now, caller, attempt.id, waiting.phone, waiting.purpose, true).map(Some)
}

fn judge(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    attempt: &Attempt,
    waiting: &Waiting<'_>,
    code: &OtpCode,
) -> Result<Verdict, store::Error> {
    OtpAttempt::open(tx, attempt.id, waiting.purpose, waiting.phone)?.consume(tx, now, means.key, code)
}
