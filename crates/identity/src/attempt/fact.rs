//! From an input to an event: everything the machine decides by, looked up.

use store::{ReadTx, UtcInstant, WriteTx};

use crate::attempt::{Attempt, Input, Means};
use crate::fence::{self, CodePurpose};
use crate::otp::OtpAttempt;
use crate::storage::{account, client, consent, profile};
use crate::{
    Caller, ClientKind, Event, MaySend, Offer, Onward, OtpCode, Phone, ProfileDraft, Purpose, Refusal,
    ResetStep, SignInPath, Step, Verdict, VkAccountId, account as numbers, limits, session,
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
            let purpose = match step {
                Step::ResetPassword { .. } => CodePurpose::Reset,
                Step::AskNewPhone { .. } => CodePurpose::NewPhone,
                Step::AskPhone
                | Step::AskPassword(_)
                | Step::AskCode { .. }
                | Step::AskPerson { .. }
                | Step::ChooseProfile { .. }
                | Step::ReviewProfile { .. }
                | Step::AskConsent { .. }
                | Step::Locked { .. }
                | Step::Granted { .. }
                | Step::Entered { .. }
                | Step::Cancelled
                | Step::Expired => CodePurpose::NewAccount,
            };
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
            let phone_taken = !matches!(standing_of(tx, now, phone)?, Standing::Free);
            let onward = match client::kind(tx, attempt.client)? {
                Some(ClientKind::School) => Onward::Profile(Offer::CreateFromPerson),
                None if attempt.is_own() => Onward::Own,
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
    if attempt.is_own() {
        return Ok(Onward::Own);
    }
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
        Step::AskCode { purpose: Purpose::NewPhone { account }, sent } => {
            Some(Waiting { purpose: CodePurpose::NewPhone, phone: &sent.phone, account: Some(*account) })
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
        | Step::AskNewPhone { .. }
        | Step::Locked { .. }
        | Step::Granted { .. }
        | Step::Entered { .. }
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
    let tried = OtpAttempt::open(tx, attempt.id, waiting.purpose, waiting.phone)?;
    let verdict = tried.consume(tx, now, means.key, code)?;
    if verdict != Verdict::Right {
        return Ok(verdict);
    }
    // Only now, to whoever holds the phone, is it told whose it is.
    Ok(match (waiting.purpose, standing_of(tx, now, waiting.phone)?) {
        (CodePurpose::NewAccount | CodePurpose::NewPhone, Standing::Resting { until }) => {
            Verdict::Resting { until }
        }
        (CodePurpose::NewPhone, Standing::Held) => Verdict::Held,
        // Whoever made an account a moment earlier is met with the form of the new one.
        (CodePurpose::NewAccount, Standing::Held)
        | (CodePurpose::NewAccount | CodePurpose::NewPhone, Standing::Free)
        | (CodePurpose::SignIn | CodePurpose::Reset, _) => Verdict::Right,
    })
}

/// Whether a phone may become an account's.
enum Standing {
    Free,
    Held,
    Resting { until: UtcInstant },
}

fn standing_of(tx: &ReadTx<'_>, now: UtcInstant, phone: &Phone) -> Result<Standing, store::Error> {
    Ok(match account::find_phone(tx, phone)? {
        Some(account::PhoneRow { deleted: None }) => Standing::Held,
        Some(account::PhoneRow { deleted: Some(at) }) if now < at + limits::PHONE_REST => {
            Standing::Resting { until: at + limits::PHONE_REST }
        }
        Some(_) | None => Standing::Free,
    })
}

/// Whether an attempt has lost its ground: the account it is about was deleted meanwhile, or the session in which a
/// person changes their own account has ended.
pub(super) fn is_lost(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    step: &Step,
) -> Result<bool, store::Error> {
    let (accounts, in_session) = ground_of(step);
    for account in accounts.into_iter().flatten() {
        if account::is_deleted(tx, account)? {
            return Ok(true);
        }
    }
    let Some(account) = in_session else { return Ok(false) };
    let session = means.session.map(|token| session::find_session(tx, now, token)).transpose()?.flatten();
    Ok(session.is_none_or(|session| session.account != account))
}

/// The accounts that a step is about, and the one that only its own session may go on with.
fn ground_of(step: &Step) -> ([Option<VkAccountId>; 2], Option<VkAccountId>) {
    match step {
        Step::AskPassword(known) => ([Some(known.account), None], None),
        Step::AskNewPhone { account } | Step::AskCode { purpose: Purpose::NewPhone { account }, .. } => {
            ([Some(*account), None], Some(*account))
        }
        Step::AskCode { purpose: Purpose::SignIn { account }, .. }
        | Step::ChooseProfile { account, .. }
        | Step::ReviewProfile { account, .. }
        | Step::AskConsent { account }
        | Step::Granted { account, .. } => ([Some(*account), None], None),
        Step::ResetPassword { back, step } => {
            let other = match step {
                ResetStep::AskPhone => None,
                ResetStep::AskCode { account, .. } => *account,
                ResetStep::AskPassword { account } => Some(*account),
            };
            ([Some(back.account), other], None)
        }
        Step::AskPhone
        | Step::AskCode { purpose: Purpose::NewAccount, .. }
        | Step::AskPerson { .. }
        | Step::Locked { .. }
        | Step::Entered { .. }
        | Step::Cancelled
        | Step::Expired => ([None, None], None),
    }
}
