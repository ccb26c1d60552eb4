//! The one map from what went wrong to a status, a Russian sentence and a log line (ARC-10).

pub(crate) mod calls;
mod domains;
mod files;
mod journal;
pub(crate) mod messenger;
pub(crate) mod vkid;

use http::StatusCode;

use crate::flows::StaffFault;
use crate::step_up::ConfirmFault;
use crate::words::Words;

/// Everything a handler can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no such page, or the viewer may not know of it (Z2).
    #[error("not found")]
    NotFound,
    /// The page has no such method.
    #[error("method not allowed")]
    WrongMethod {
        /// The methods it has, for the header.
        allow: String,
    },
    /// The page is for people who are signed in.
    #[error("sign-in needed")]
    SignInNeeded,
    /// The page is for people who are signed in to the embedded VK ID.
    #[error("sign-in to vk id needed")]
    VkSignInNeeded,
    /// The password has to be given once more (A16).
    #[error("the password is needed once more")]
    VkProofNeeded {
        /// What for, as the page that asks calls it.
        aim: &'static str,
    },
    /// Host is missing, doubled or not a host.
    #[error("bad host")]
    BadHost,
    /// The server does not answer to this name.
    #[error("foreign host")]
    ForeignHost,
    /// Between the client and the server bytes travelled in the clear (A22).
    #[error("not secure")]
    NotSecure,
    /// The write does not come from our own page.
    #[error("foreign origin")]
    ForeignOrigin,
    /// The form's token is not the session's: it was opened before signing in or out.
    #[error("stale form")]
    StaleForm,
    /// The query is not of the page's shape.
    #[error("bad query")]
    BadQuery,
    /// The body is not of the form's shape.
    #[error("bad form")]
    BadForm,
    /// The body is longer than the route takes.
    #[error("body larger than {most} bytes")]
    TooLarge {
        /// The most bytes that the route takes.
        most: usize,
    },
    /// The body did not arrive in time.
    #[error("body too slow")]
    TooSlow,
    /// A defect of ours, with a word for the log.
    #[error("defect: {0}")]
    Defect(&'static str),
    /// The page could not be rendered.
    #[error("template")]
    Template(#[from] askama::Error),
    /// The base refused.
    #[error("store: {0}")]
    Store(#[source] store::Error),
    /// No right, or nothing there.
    #[error("denied")]
    Denied,
    /// A part of a name was not taken.
    #[error("name: {0}")]
    Name(#[source] school::NameFault),
    /// A new password was not taken.
    #[error("password: {0}")]
    Password(#[source] store::PasswordFault),
    /// Too many commands in a second.
    #[error("slow down")]
    SlowDown,
    /// Notifications were not switched on.
    #[error("push: {0}")]
    Push(#[source] crate::outgoing::PushFault),
    /// The text of a message was not taken.
    #[error("body: {0}")]
    Body(#[source] ::messenger::BodyFault),
    /// A message was not sent.
    #[error("send: {0}")]
    Send(#[source] ::messenger::SendError),
    /// A message was not changed.
    #[error("edit: {0}")]
    Edit(#[source] ::messenger::EditError),
    /// A message was not deleted.
    #[error("delete: {0}")]
    Delete(#[source] ::messenger::DeleteError),
    /// An acknowledgement or a reminder of it was not taken.
    #[error("acknowledge: {0}")]
    Ack(#[source] ::messenger::AckError),
    /// A vote was not taken, or a poll not ended.
    #[error("poll: {0}")]
    Poll(#[source] ::messenger::PollError),
    /// A reaction was not taken.
    #[error("react: {0}")]
    React(#[source] ::messenger::ReactError),
    /// A chat was not begun.
    #[error("start: {0}")]
    Start(#[source] ::messenger::StartError),
    /// A group was not made or changed.
    #[error("group: {0}")]
    Group(#[source] ::messenger::GroupError),
    /// A message was not pinned.
    #[error("pin: {0}")]
    Pin(#[source] ::messenger::PinError),
    /// A message was not put aside.
    #[error("schedule: {0}")]
    Schedule(#[source] ::messenger::ScheduleError),
    /// Nothing was hushed.
    #[error("hush: {0}")]
    Hush(#[source] ::messenger::HushError),
    /// Quiet hours were not set.
    #[error("quiet hours: {0}")]
    Quiet(#[source] ::messenger::QuietError),
    /// Pupils were not silenced, or not let write again.
    #[error("mute: {0}")]
    Mute(#[source] ::messenger::MuteError),
    /// Nobody was blocked.
    #[error("block: {0}")]
    Block(#[source] ::messenger::BlockError),
    /// Nothing was done at the desk of safety, or about a report.
    #[error("safety: {0}")]
    Safety(#[source] ::messenger::SafetyError),
    /// A file, or a part of it, was not taken.
    #[error("upload: {0}")]
    Upload(#[source] ::messenger::UploadError),
    /// The two passwords typed differ.
    #[error("the passwords differ")]
    PasswordsDiffer,
    /// The form waits until the password is typed again (A16).
    #[error("confirm: {0}")]
    Confirm(#[source] ConfirmFault),
    /// The old password is not the account's.
    #[error("wrong old password")]
    WrongPassword,
    /// No role of the staff was chosen.
    #[error("not a role of the staff")]
    BadRole,
    /// An application was not registered or changed.
    #[error("client: {0}")]
    Client(#[source] identity::ClientFault),
    /// What was typed is no number.
    #[error("not a number")]
    BadNumber,
    /// The login is not one.
    #[error("bad login")]
    BadLogin,
    /// Signing in was refused.
    #[error("sign-in: {0}")]
    SignIn(#[source] school::SignInError),
    /// A slip was not taken.
    #[error("slip: {0}")]
    Slip(#[source] school::SlipError),
    /// Slips were not printed.
    #[error("slips: {0}")]
    SlipDesk(#[source] school::SlipDeskError),
    /// An account was not made or changed.
    #[error("account: {0}")]
    Account(#[source] school::AccountError),
    /// The first administrator was not made.
    #[error("setup: {0}")]
    Setup(#[source] school::SetupError),
    /// A phone number was not taken.
    #[error("phone: {0}")]
    Phone(#[source] identity::PhoneFault),
    /// What was typed is no code of six digits; nothing was compared.
    #[error("not a code")]
    BadCode,
    /// The sign-in machine said no.
    #[error("vk id: {refusal}")]
    Step {
        /// Why.
        #[source]
        refusal: identity::Refusal,
        /// When, for the waiting time.
        now: store::UtcInstant,
    },
    /// A code was not read out.
    #[error("read out: {0}")]
    ReadOut(#[from] identity::ReadOutError),
    /// There is no such sign-in in this browser.
    #[error("attempt: {0}")]
    Attempt(#[source] identity::AttemptError),
    /// An authorization request that must not be answered by a redirect (VK-12).
    #[error("authorize: {0}")]
    Authorize(#[source] identity::AuthorizeError),
    /// A call of an application was refused; it hears so as an error object.
    #[error("wire: {0}")]
    Wire(#[source] identity::WireFault),
    /// The link was not changed.
    #[error("link: {0}")]
    Link(#[source] linking::LinkError),
    /// The journal refused.
    #[error("journal: {0}")]
    Journal(#[source] diary::JournalError),
    /// Nothing was done about a call.
    #[error("call: {0}")]
    Call(#[source] calls::CallFault),
    /// A lesson was not changed.
    #[error("substitution: {0}")]
    Substitution(#[source] diary::SubstitutionError),
}

/// What is said of a failure.
#[derive(Clone, Debug)]
pub struct Said {
    /// The status of the answer.
    pub status: StatusCode,
    /// What happened and what to do next.
    pub text: Words,
    /// A short code for support.
    pub code: &'static str,
}

impl Said {
    pub(crate) const fn of(status: StatusCode, code: &'static str, text: Words) -> Self {
        Self { status, text, code }
    }
}

impl Failure {
    /// Status, sentence and code.
    #[must_use]
    pub fn said(&self) -> Said {
        let said = |status, code, id| Said::of(status, code, Words::of(id));
        match self {
            Self::NotFound | Self::Denied => said(StatusCode::NOT_FOUND, "404", "failure-not-found"),
            Self::WrongMethod { .. } => said(StatusCode::METHOD_NOT_ALLOWED, "405", "failure-method"),
            Self::SignInNeeded => said(StatusCode::UNAUTHORIZED, "401", "failure-sign-in-needed"),
            Self::VkSignInNeeded => said(StatusCode::UNAUTHORIZED, "V-405", "vkid-sign-in-needed"),
            Self::VkProofNeeded { .. } => said(StatusCode::FORBIDDEN, "V-406", "vkid-proof-needed"),
            Self::BadHost => said(StatusCode::BAD_REQUEST, "H-400", "failure-bad-host"),
            Self::ForeignHost => said(StatusCode::MISDIRECTED_REQUEST, "H-421", "failure-foreign-host"),
            Self::NotSecure => said(StatusCode::BAD_REQUEST, "S-400", "failure-not-secure"),
            Self::ForeignOrigin => said(StatusCode::FORBIDDEN, "O-403", "failure-foreign-origin"),
            Self::StaleForm => said(StatusCode::FORBIDDEN, "T-403", "failure-stale-form"),
            Self::BadQuery => said(StatusCode::BAD_REQUEST, "Q-400", "failure-bad-query"),
            Self::BadForm => said(StatusCode::BAD_REQUEST, "F-400", "failure-bad-form"),
            Self::TooLarge { most } => {
                let text = Words::of("failure-too-large").with("most", most / 1024 / 1024);
                Said::of(StatusCode::PAYLOAD_TOO_LARGE, "413", text)
            }
            Self::TooSlow => said(StatusCode::REQUEST_TIMEOUT, "408", "failure-too-slow"),
            Self::Defect(_) => said(StatusCode::INTERNAL_SERVER_ERROR, "D-500", "failure-defect"),
            Self::Template(_) => said(StatusCode::INTERNAL_SERVER_ERROR, "P-500", "failure-defect"),
            Self::Store(error) => domains::store(error),
            Self::Name(fault) => domains::name(*fault),
            Self::Password(fault) => domains::password(fault),
            Self::Push(fault) => messenger::push(*fault),
            Self::SlowDown => said(StatusCode::TOO_MANY_REQUESTS, "M-429", "chat-slow-down"),
            Self::Body(fault) => messenger::body(fault),
            Self::Send(error) => messenger::send(error),
            Self::Ack(error) => messenger::acknowledge(error),
            Self::React(error) => messenger::react(error),
            Self::Poll(error) => messenger::poll(error),
            Self::Pin(error) => messenger::pin(error),
            Self::Start(error) => messenger::start(error),
            Self::Group(error) => messenger::group(error),
            Self::Edit(error) => messenger::edit(error),
            Self::Delete(error) => messenger::delete(error),
            Self::Safety(error) => messenger::safety(error),
            Self::Upload(error) => files::upload(error),
            Self::Mute(error) => messenger::mute(error),
            Self::Quiet(error) => messenger::quiet(error),
            Self::Hush(error) => messenger::hush(error),
            Self::Schedule(error) => messenger::schedule(error),
            Self::Block(error) => messenger::block(error),
            Self::PasswordsDiffer => said(StatusCode::UNPROCESSABLE_ENTITY, "P-424", "password-differ"),
            Self::Confirm(fault) => domains::confirm(*fault),
            Self::WrongPassword => said(StatusCode::UNPROCESSABLE_ENTITY, "P-423", "wrong-password"),
            Self::BadRole => said(StatusCode::UNPROCESSABLE_ENTITY, "L-426", "staff-role"),
            Self::Client(fault) => vkid::client(fault),
            Self::BadNumber => said(StatusCode::UNPROCESSABLE_ENTITY, "V-440", "client-number"),
            Self::BadLogin => said(StatusCode::UNPROCESSABLE_ENTITY, "L-422", "login-bad"),
            Self::Phone(fault) => vkid::phone(*fault),
            Self::BadCode => said(StatusCode::UNPROCESSABLE_ENTITY, "V-428", "vkid-code-format"),
            Self::Step { refusal, now } => vkid::step(*refusal, *now),
            Self::Attempt(error) => vkid::attempt(error),
            Self::ReadOut(error) => vkid::read_out(error),
            Self::Authorize(error) => vkid::authorize(error),
            Self::Wire(_) => said(StatusCode::BAD_REQUEST, "W-400", "failure-bad-query"),
            Self::Link(error) => vkid::link(error),
            Self::Journal(error) => journal::said(error),
            Self::Call(fault) => calls::said(fault),
            Self::Substitution(error) => journal::substitution(error),
            Self::SignIn(error) => domains::sign_in(error),
            Self::Slip(error) => domains::slip(error),
            Self::SlipDesk(error) => domains::slip_desk(error),
            Self::Account(error) => domains::account(error),
            Self::Setup(error) => domains::setup(error),
        }
    }

    /// The sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.said().text.say()
    }

    /// Whether a form should be shown again with the sentence, rather than an error page: what was typed can be
    /// corrected, or sent again when the base takes writes again (R4, MSG-E13).
    #[must_use]
    pub fn gives_form_back(&self) -> bool {
        let status = self.said().status;
        matches!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::CONFLICT
                | StatusCode::INSUFFICIENT_STORAGE
                | StatusCode::SERVICE_UNAVAILABLE
        )
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<school::Denied> for Failure {
    fn from(denied: school::Denied) -> Self {
        match denied {
            school::Denied::Denied => Self::Denied,
            school::Denied::Store(error) => Self::Store(error),
        }
    }
}

impl From<ConfirmFault> for Failure {
    fn from(fault: ConfirmFault) -> Self {
        Self::Confirm(fault)
    }
}

impl From<StaffFault> for Failure {
    fn from(fault: StaffFault) -> Self {
        match fault {
            StaffFault::Name(fault) => Self::Name(fault),
            StaffFault::Role => Self::BadRole,
            StaffFault::Login => Self::BadLogin,
        }
    }
}

impl From<identity::ClientFault> for Failure {
    fn from(fault: identity::ClientFault) -> Self {
        Self::Client(fault)
    }
}

impl From<school::Unconfirmed> for Failure {
    fn from(error: school::Unconfirmed) -> Self {
        match error {
            school::Unconfirmed::Stale => Self::Confirm(ConfirmFault::Needed),
            school::Unconfirmed::Denied => Self::Denied,
            school::Unconfirmed::Store(error) => Self::Store(error),
        }
    }
}
