//! The fences around the sign-in: who may look up a phone, ask for a code, try a password (A4, A5, A7, A18, A19, A21).
//!
//! All of them are rows, so a restart forgives nothing.

use store::{ReadTx, UtcInstant, WriteTx};
use time::Duration;

use crate::storage::sms::UnsentSms;
use crate::storage::{code, guard, tally};
use crate::{AttemptId, CookieToken, Flow, MaySend, Phone, limits, token};

const HOUR: Duration = Duration::hours(1);
const DAY: Duration = Duration::days(1);

/// From where a request came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The client's address as text.
    pub address: String,
    /// Whether it is one of the school's own (A21).
    pub is_school_address: bool,
    /// What the browser calls itself; its owner sees it in the list of devices.
    pub device: String,
}

/// What a code is for, as it is stored; a code is taken for nothing else (A6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodePurpose {
    SignIn,
    NewAccount,
    Reset,
    NewPhone,
}

impl CodePurpose {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::NewAccount => "new_account",
            Self::Reset => "reset",
            Self::NewPhone => "new_phone",
        }
    }

    pub(crate) const fn flow(self) -> Flow {
        match self {
            Self::SignIn => Flow::Guarded,
            Self::NewAccount | Self::Reset | Self::NewPhone => Flow::Open,
        }
    }
}

/// What is counted, as the words of `identity_tally.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tally {
    LookupBrowser,
    LookupAddress,
    SendGuarded,
    SendOpen,
    SendAddress,
    SendSchool,
    FailedOpen,
    FailedSchool,
    WrongPassword,
}

impl Tally {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::LookupBrowser => "lookup_browser",
            Self::LookupAddress => "lookup_address",
            Self::SendGuarded => "send_guarded",
            Self::SendOpen => "send_open",
            Self::SendAddress => "send_address",
            Self::SendSchool => "send_school",
            Self::FailedOpen => "failed_open",
            Self::FailedSchool => "failed_school",
            Self::WrongPassword => "wrong_password",
        }
    }

    const fn send(flow: Flow) -> Self {
        match flow {
            Flow::Guarded => Self::SendGuarded,
            Flow::Open => Self::SendOpen,
        }
    }
}

impl Caller {
    fn lookups(&self) -> u32 {
        if self.is_school_address { limits::LOOKUPS_PER_SCHOOL_ADDRESS } else { limits::LOOKUPS_PER_ADDRESS }
    }

    fn sends(&self) -> u32 {
        if self.is_school_address { limits::SENDS_PER_SCHOOL_ADDRESS } else { limits::SENDS_PER_ADDRESS }
    }

    /// Wrong passwords count for the address, so that strangers lock nobody out; at a school address for the phone
    /// too, so that one pupil does not lock out the class.
    fn password_scope(&self, phone: &Phone) -> String {
        if self.is_school_address {
            format!("{} {}", self.address, phone.e164())
        } else {
            self.address.clone()
        }
    }
}

/// Counts a look-up of a phone, or says that there were too many (A19). Refused ones are not counted.
pub(crate) fn take_lookup(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    browser: &CookieToken,
) -> Result<bool, store::Error> {
    let browser = token::hex(&browser.digest());
    let by_browser = tally::count(tx, Tally::LookupBrowser, &browser, now - HOUR)?;
    let by_address = tally::count(tx, Tally::LookupAddress, &caller.address, now - HOUR)?;
    if by_browser >= limits::LOOKUPS_PER_BROWSER || by_address >= caller.lookups() {
        return Ok(false);
    }
    tally::add(tx, Tally::LookupBrowser, &browser, now)?;
    tally::add(tx, Tally::LookupAddress, &caller.address, now)?;
    Ok(true)
}

/// Whether another password may be tried from here (A18).
pub(crate) fn may_try_password(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    phone: &Phone,
) -> Result<bool, store::Error> {
    let since = now - limits::WRONG_PASSWORD_WINDOW;
    Ok(tally::count(tx, Tally::WrongPassword, &caller.password_scope(phone), since)?
        < limits::WRONG_PASSWORDS)
}

pub(crate) fn count_wrong_password(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    phone: &Phone,
) -> Result<(), store::Error> {
    tally::add(tx, Tally::WrongPassword, &caller.password_scope(phone), now)
}

/// What locks a phone's codes, if anything does: its own failures, or, without a password, the school's (A5, A7).
pub(crate) fn lock_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    phone: &Phone,
    flow: Flow,
) -> Result<Option<Option<UtcInstant>>, store::Error> {
    if guard::failed(tx, phone, flow)? >= limits::FAILED_PER_PHONE {
        return Ok(Some(None));
    }
    let closed = match flow {
        Flow::Guarded => None,
        Flow::Open => tally::full_until(tx, Tally::FailedOpen, "", now, DAY, limits::FAILED_PER_SCHOOL)?,
    };
    Ok(closed.map(Some))
}

/// Whether a code may go to a phone now (A4, A5). `again` asks for another one although one is still good.
pub(crate) fn may_send(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    attempt: AttemptId,
    phone: &Phone,
    purpose: CodePurpose,
    again: bool,
) -> Result<MaySend, store::Error> {
    let flow = purpose.flow();
    if let Some(until) = lock_of(tx, now, phone, flow)? {
        return Ok(MaySend::Locked { until });
    }
    if !again && let Some(live) = code::find_open(tx, attempt)? {
        let same = live.phone == *phone && live.purpose == purpose.word();
        if same && live.tries < limits::TRIES && now < live.expires {
            return Ok(MaySend::Live { at: live.sent, channel: live.channel });
        }
    }
    // The gap is one for both flows; hours and days are counted apart, so that strangers use up nobody's codes (A7).
    let mut until = None;
    for flow in [Flow::Guarded, Flow::Open] {
        let newest = tally::newest(tx, Tally::send(flow), phone.e164())?;
        // A clock that stepped back must not turn a minute into an hour.
        until = until.max(
            newest
                .map(|at| at + limits::SEND_GAP)
                .filter(|until| *until > now && until.since(now) <= limits::SEND_GAP),
        );
    }
    let windows = [
        (Tally::send(flow), phone.e164(), HOUR, limits::SENDS_PER_HOUR),
        (Tally::send(flow), phone.e164(), DAY, limits::SENDS_PER_DAY),
        (Tally::SendAddress, caller.address.as_str(), HOUR, caller.sends()),
    ];
    for (kind, scope, window, most) in windows {
        until = until.max(tally::full_until(tx, kind, scope, now, window, most)?);
    }
    Ok(until.map_or(MaySend::Allowed, |until| MaySend::Wait { until }))
}

pub(crate) fn count_send(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    phone: &Phone,
    flow: Flow,
) -> Result<(), store::Error> {
    tally::add(tx, Tally::send(flow), phone.e164(), now)?;
    tally::add(tx, Tally::SendAddress, &caller.address, now)?;
    tally::add(tx, Tally::SendSchool, "", now)
}

/// A code that was not delivered does not count against its phone.
pub(crate) fn uncount_send(tx: &mut WriteTx<'_>, unsent: &UnsentSms) -> Result<(), store::Error> {
    tally::remove(tx, Tally::send(unsent.flow), unsent.phone.e164(), unsent.queued)
}

pub(crate) fn count_failed(tx: &mut WriteTx<'_>, now: UtcInstant, flow: Flow) -> Result<(), store::Error> {
    tally::add(tx, Tally::FailedSchool, "", now)?;
    match flow {
        Flow::Guarded => Ok(()),
        Flow::Open => tally::add(tx, Tally::FailedOpen, "", now),
    }
}

/// The school's day in codes, for the health page: figures past these limits are an alarm, not a refusal (A4, A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFigures {
    /// Codes sent within 24 hours.
    pub sent: u32,
    /// Codes that failed within 24 hours.
    pub failed: u32,
}

impl CodeFigures {
    /// Whether somebody has to look.
    #[must_use]
    pub const fn are_alarming(self) -> bool {
        self.sent >= limits::SENDS_ALARM || self.failed >= limits::FAILED_PER_SCHOOL
    }
}

/// The figures of the last 24 hours.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn code_figures(tx: &ReadTx<'_>, now: UtcInstant) -> Result<CodeFigures, store::Error> {
    Ok(CodeFigures {
        sent: tally::count(tx, Tally::SendSchool, "", now - DAY)?,
        failed: tally::count(tx, Tally::FailedSchool, "", now - DAY)?,
    })
}

/// A phone whose codes wait for a person (A5), as staff sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPhone {
    /// The row, to open it by.
    pub id: i64,
    /// The phone but for its middle: staff do not get to see whose it is (LNK-S3).
    pub masked: String,
    /// Which flow is locked.
    pub flow: Flow,
}

/// The phones that wait for a member of staff.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn locked_phones(tx: &ReadTx<'_>) -> Result<Vec<LockedPhone>, store::Error> {
    guard::list_locked(tx, limits::FAILED_PER_PHONE)
}

/// Opens a locked phone again; the caller has asked for the right.
///
/// # Errors
/// [`store::Error::NoRow`] when it is not locked.
pub fn unlock_phone(tx: &mut WriteTx<'_>, id: i64) -> Result<(), store::Error> {
    guard::remove(tx, id, limits::FAILED_PER_PHONE)
}

/// Forgets every counter: the demo's «Сбросить счётчики».
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn reset_counters(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    tally::clear(tx)?;
    guard::clear(tx)
}
