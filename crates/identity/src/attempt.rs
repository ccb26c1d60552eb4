//! Attempts: one browser's walk through the sign-in pages for one authorization request.
//!
//! A verb looks up what the machine has to know, asks the machine, and carries out its effects, all in one transaction.

mod effect;
mod fact;
mod own;

use store::{PasswordHash, Random, ReadTx, ServerKey, UtcInstant, WriteTx};
use time::Duration;

use self::effect::Opened;
pub use self::own::{start_new_phone, start_own};
use crate::storage::{account, attempt, chain, session, sms, tally};
use crate::{
    Answer, AttemptError, AttemptId, AuthorizeRequest, Caller, ClaimedRole, ClientId, ColorScheme,
    CookieToken, Granted, MaySend, OtpCode, PersonDraft, Phone, ProfileDraft, Refusal, ResetStep, Scope,
    Screen, SignIn, Step, fence, limits, otp, transition,
};

/// An attempt. It is bound to one browser and to the request that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The row.
    pub id: AttemptId,
    /// Its name in addresses: 128 random bits. Without the browser's cookie it opens nothing.
    pub public: String,
    /// Who asked for the sign-in.
    pub client: ClientId,
    /// The verified address of the answer.
    pub redirect_uri: String,
    /// The client's state.
    pub oauth_state: String,
    /// What was asked for and is granted.
    pub scope: Scope,
    /// Who the school's portal takes the person to be.
    pub role_hint: Option<ClaimedRole>,
    /// How the answer travels.
    pub answer: Answer,
    /// The colours the client asked for.
    pub scheme: Option<ColorScheme>,
    /// Where it is.
    pub state: SignIn,
    /// When it began.
    pub started: UtcInstant,
    pub(crate) challenge: String,
    /// Whether the client wants the consent asked for again.
    pub(crate) ask_consent: bool,
}

impl Attempt {
    /// Whether it is for VK ID itself: a sign-in to the person's own page, or a new phone.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.client == own::NUMBER
    }

    /// The step to be shown now: an attempt whose time is over is so before anybody has written it down.
    #[must_use]
    pub fn step_at(&self, now: UtcInstant) -> Step {
        transition(&self.state, crate::Event::Tick, now)
            .map_or_else(|_| self.state.step.clone(), |(state, _)| state.step)
    }
}

/// What the verbs are given beside the transaction and the time.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// The server key.
    pub key: &'a ServerKey,
    /// Randomness.
    pub random: &'a Random,
    /// From where the request came.
    pub caller: &'a Caller,
    /// The browser, by its cookie.
    pub browser: &'a CookieToken,
    /// The VK ID session that the browser came with; a new one takes its place.
    pub session: Option<&'a CookieToken>,
}

/// What a person did on a page, read and cleaned.
#[derive(Clone, Debug)]
pub enum Input {
    /// Gave a phone.
    Phone(Phone),
    /// Gave a password, which was compared outside the transaction.
    Password {
        /// The hash it was compared with; the input counts only while that is still the hash of the account that the
        /// attempt asks about.
        against: Option<PasswordHash>,
        /// Whether it was right.
        right: bool,
        /// The same password hashed at today's cost, when the stored hash is cheaper.
        rehash: Option<PasswordHash>,
    },
    /// «Забыли или не установили пароль?».
    Forgot,
    /// Gave a code.
    Code(OtpCode),
    /// Asked for another code.
    Resend,
    /// Asked for a call.
    Call,
    /// Gave the data of a new account.
    Person(PersonDraft),
    /// «Продолжить в учебном профиле».
    ContinueWithProfile,
    /// «Создать учебный профиль».
    CreateProfile,
    /// Filled in the profile's form.
    Profile(ProfileDraft),
    /// Confirmed the data as they are shown.
    ConfirmProfile {
        /// The role chosen beside them, when it was asked for.
        role: Option<ClaimedRole>,
    },
    /// Chose a new password, hashed outside the transaction.
    NewPassword(PasswordHash),
    /// «Продолжить как …», in the session of this browser.
    Resume,
    /// «Разрешить».
    Consent,
    /// Went back.
    Back(Screen),
    /// «Отмена».
    Cancel,
}

/// Where a browser stands after an input.
#[derive(Debug)]
pub struct Stepped {
    /// The attempt as it is now.
    pub attempt: Attempt,
    /// Why the input changed nothing.
    pub refusal: Option<Refusal>,
    /// The way back to the client, once signed in.
    pub granted: Option<(Granted, CookieToken)>,
    /// The new session at VK ID itself, where no client waits.
    pub entered: Option<CookieToken>,
}

impl Stepped {
    const fn nothing(attempt: Attempt, refusal: Option<Refusal>) -> Self {
        Self { attempt, refusal, granted: None, entered: None }
    }
}

/// What a first phone number led to.
#[derive(Debug)]
pub enum Started {
    /// Too many look-ups from here; no attempt was made.
    Refused(Refusal),
    /// An attempt was begun, or the one of this request went on.
    Attempt(Box<Stepped>),
}

/// Begins an attempt with a phone number. The same request in the same browser goes on in its own attempt, so that a
/// double click makes one.
///
/// # Errors
/// [`AttemptError::Store`] by what the base said.
pub fn start(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    request: &AuthorizeRequest,
    phone: Phone,
) -> Result<Started, AttemptError> {
    if let Some(begun) = resume(tx, means.browser, request)? {
        return Ok(Started::Attempt(Box::new(advance(tx, now, means, begun, Input::Phone(phone))?)));
    }
    if !fence::take_lookup(tx, now, means.caller, means.browser)? {
        return Ok(Started::Refused(Refusal::TooManyLookups));
    }
    let begun = begin(tx, now, means, request)?;
    Ok(Started::Attempt(Box::new(counted(tx, now, means, begun, Input::Phone(phone))?)))
}

/// Begins an attempt in the session of this browser, without a phone number: whoever has signed in a moment ago goes on
/// to the consent, or back to the client.
///
/// # Errors
/// [`AttemptError::Store`] by what the base said.
pub fn start_in_session(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    request: &AuthorizeRequest,
) -> Result<Stepped, AttemptError> {
    let begun = match resume(tx, means.browser, request)? {
        Some(begun) => begun,
        None => begin(tx, now, means, request)?,
    };
    Ok(counted(tx, now, means, begun, Input::Resume)?)
}

fn begin(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    request: &AuthorizeRequest,
) -> Result<Attempt, store::Error> {
    let state = SignIn { expires: now + limits::ATTEMPT, step: Step::AskPhone };
    attempt::insert(tx, now, &means.random.token::<16>(), &means.browser.digest(), request, state)
}

/// The attempt that this browser has already begun for this very request.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn resume(
    tx: &ReadTx<'_>,
    browser: &CookieToken,
    request: &AuthorizeRequest,
) -> Result<Option<Attempt>, store::Error> {
    attempt::find_by_request(tx, &browser.digest(), request.client.id, &request.state)
}

/// The attempt of an address, for the browser that began it.
///
/// # Errors
/// [`AttemptError::NoSuch`], [`AttemptError::OtherBrowser`].
pub fn find_attempt(tx: &ReadTx<'_>, browser: &CookieToken, public: &str) -> Result<Attempt, AttemptError> {
    let found = attempt::find(tx, public)?.ok_or(AttemptError::NoSuch)?;
    if found.browser != browser.digest() {
        return Err(AttemptError::OtherBrowser);
    }
    Ok(found.attempt)
}

/// The newest attempt of this browser for a client that still waits for its person.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_waiting(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    browser: &CookieToken,
    client: ClientId,
) -> Result<Option<Attempt>, store::Error> {
    let newest = attempt::newest(tx, &browser.digest(), client)?;
    Ok(newest.filter(|attempt| {
        !matches!(
            attempt.step_at(now),
            Step::Granted { .. } | Step::Entered { .. } | Step::Cancelled | Step::Expired
        )
    }))
}

/// From when on another code may be asked for on the code screen; `None` elsewhere.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn next_code(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    attempt: &Attempt,
) -> Result<Option<MaySend>, store::Error> {
    fact::may_resend(tx, now, caller, attempt)
}

/// What has to be compared with a password that was given.
#[derive(Debug)]
pub enum PasswordCheck {
    /// Nothing: the input is refused without comparing.
    Refused(Refusal),
    /// This hash; without one the comparison takes as long and fails (A8).
    Hash(Option<PasswordHash>),
}

/// Tells what a password has to be compared with, before anything is hashed.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn password_to_check(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    attempt: &Attempt,
) -> Result<PasswordCheck, store::Error> {
    let Step::AskPassword(known) = attempt.step_at(now) else {
        return Ok(PasswordCheck::Refused(Refusal::NotNow));
    };
    if !fence::may_try_password(tx, now, caller, &known.phone)? {
        return Ok(PasswordCheck::Refused(Refusal::TooManyPasswords));
    }
    Ok(PasswordCheck::Hash(account::password(tx, known.account)?))
}

/// The owner's names and phone, which a new password must not be made of (A9); empty when none is being chosen.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_words(tx: &ReadTx<'_>, attempt: &Attempt) -> Result<Vec<String>, store::Error> {
    let Step::ResetPassword { step: ResetStep::AskPassword { account }, .. } = attempt.state.step else {
        return Ok(Vec::new());
    };
    account::own_words(tx, account)
}

/// Takes an input of the browser's attempt a step on.
///
/// # Errors
/// [`AttemptError`]; a refusal is a value, since what was counted for it must be kept.
pub fn step(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    public: &str,
    input: Input,
) -> Result<Stepped, AttemptError> {
    let attempt = find_attempt(tx, means.browser, public)?;
    Ok(advance(tx, now, means, attempt, input)?)
}

fn advance(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    attempt: Attempt,
    input: Input,
) -> Result<Stepped, store::Error> {
    let asks_phone = matches!(
        attempt.step_at(now),
        Step::AskPhone | Step::AskNewPhone { .. } | Step::ResetPassword { step: ResetStep::AskPhone, .. }
    );
    if asks_phone
        && matches!(input, Input::Phone(_))
        && !fence::take_lookup(tx, now, means.caller, means.browser)?
    {
        return Ok(Stepped::nothing(attempt, Some(Refusal::TooManyLookups)));
    }
    counted(tx, now, means, attempt, input)
}

/// The rest of a step, once its look-up has been counted.
fn counted(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    mut attempt: Attempt,
    input: Input,
) -> Result<Stepped, store::Error> {
    if fact::is_lost(tx, now, means, &attempt.state.step)? {
        attempt.state.step = Step::Expired;
        attempt::save(tx, attempt.id, &attempt.state)?;
        otp::end_codes(tx, now, attempt.id)?;
        return Ok(Stepped::nothing(attempt, None));
    }
    let event = match fact::event_of(tx, now, means, &attempt, input)? {
        Ok(event) => event,
        Err(refusal) => return Ok(Stepped::nothing(attempt, Some(refusal))),
    };
    let (state, effects) = match transition(&attempt.state, event, now) {
        Ok(next) => next,
        Err(refusal) => {
            if refusal == Refusal::WrongPassword
                && let Step::AskPassword(known) = &attempt.state.step
            {
                fence::count_wrong_password(tx, now, means.caller, &known.phone)?;
            }
            return Ok(Stepped::nothing(attempt, Some(refusal)));
        }
    };
    attempt.state = state;
    attempt::save(tx, attempt.id, &attempt.state)?;
    let mut stepped = Stepped::nothing(attempt, None);
    for effect in effects {
        match effect::carry_out(tx, now, means, &stepped.attempt, effect)? {
            Some(Opened { session, granted: Some(granted) }) => stepped.granted = Some((granted, session)),
            Some(Opened { session, granted: None }) => stepped.entered = Some(session),
            None => {}
        }
    }
    Ok(stepped)
}

/// Forgets what no window counts any more.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn purge(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<(), store::Error> {
    tally::purge(tx, now - Duration::days(1))?;
    attempt::purge(tx, now - Duration::days(1))?;
    sms::purge(tx, now - Duration::days(30))?;
    session::purge(tx, now - Duration::days(180))?;
    chain::purge(tx, now, now - Duration::days(1))?;
    Ok(())
}
