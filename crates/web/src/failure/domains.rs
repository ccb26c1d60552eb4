//! What is said of each domain's refusals: exhaustive, so that a new refusal must get its sentence.

use http::StatusCode;
use school::{AccountError, NameFault, SetupError, SignInError, SlipBar, SlipDeskError, SlipError};
use store::PasswordFault;

use super::{Failure, Said};
use crate::step_up::ConfirmFault;
use crate::words::Words;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

pub(super) fn store(error: &store::Error) -> Said {
    let (status, code, id) = match error {
        store::Error::Full => (StatusCode::INSUFFICIENT_STORAGE, "S-507", "failure-full"),
        store::Error::ReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "S-503", "failure-read-only"),
        store::Error::Busy | store::Error::Closed => {
            (StatusCode::SERVICE_UNAVAILABLE, "B-503", "failure-busy")
        }
        store::Error::NoRow => (StatusCode::NOT_FOUND, "404", "failure-not-found"),
        store::Error::Sqlite(_) | store::Error::Unreadable { .. } | store::Error::Panicked => {
            (StatusCode::INTERNAL_SERVER_ERROR, "S-500", "failure-defect")
        }
    };
    Said::of(status, code, Words::of(id))
}

pub(super) fn name(fault: NameFault) -> Said {
    let text = match fault {
        NameFault::Empty => Words::of("name-empty"),
        NameFault::TooLong { has } => Words::of("name-too-long").with("has", has),
        NameFault::Character { found }
            if found.is_control() || !found.is_ascii_graphic() && !found.is_alphanumeric() =>
        {
            Words::of("name-invisible")
        }
        NameFault::Character { found } => Words::of("name-character").with("found", found.to_string()),
    };
    Said::of(REFUSED, "N-422", text)
}

pub(super) fn password(fault: &PasswordFault) -> Said {
    let text = match fault {
        PasswordFault::TooShort { needs, has } => {
            Words::of("password-short").with("needs", *needs).with("has", *has)
        }
        PasswordFault::TooLong { max } => Words::of("password-long").with("max", *max),
        PasswordFault::Common => Words::of("password-common"),
        PasswordFault::HoldsOwnWords => Words::of("password-own-words"),
    };
    Said::of(REFUSED, "P-422", text)
}

pub(super) fn sign_in(error: &SignInError) -> Said {
    match error {
        SignInError::WrongPair => Said::of(REFUSED, "A-422", Words::of("sign-in-wrong")),
        SignInError::Refused => {
            Said::of(StatusCode::TOO_MANY_REQUESTS, "A-429", Words::of("sign-in-refused"))
        }
        SignInError::Blocked => Said::of(REFUSED, "A-423", Words::of("sign-in-blocked")),
        SignInError::Store(error) => store(error),
    }
}

pub(super) fn confirm(fault: ConfirmFault) -> Said {
    match fault {
        ConfirmFault::Needed => Said::of(StatusCode::FORBIDDEN, "C-403", Words::of("confirm-needed")),
        ConfirmFault::Wrong => Said::of(REFUSED, "C-422", Words::of("confirm-wrong")),
        ConfirmFault::TooMany => {
            Said::of(StatusCode::TOO_MANY_REQUESTS, "A-429", Words::of("sign-in-refused"))
        }
    }
}

pub(super) fn slip(error: &SlipError) -> Said {
    match error {
        SlipError::Wrong => Said::of(REFUSED, "L-425", Words::of("slip-wrong")),
        SlipError::Blocked => Said::of(REFUSED, "A-423", Words::of("sign-in-blocked")),
        SlipError::Store(error) => store(error),
    }
}

pub(super) fn slip_desk(error: &SlipDeskError) -> Said {
    match error {
        SlipDeskError::Nobody => Said::of(REFUSED, "L-423", Words::of("slips-nobody")),
        SlipDeskError::Foreign => Said::of(StatusCode::NOT_FOUND, "404", Words::of("failure-not-found")),
        SlipDeskError::Barred { name, why } => {
            let text = match why {
                SlipBar::Staff => "slips-refused-staff",
                SlipBar::NoLogin => "slips-refused-login",
                SlipBar::Blocked => "slips-refused-blocked",
            };
            Said::of(REFUSED, "L-424", Words::of(text).with("name", name.clone()))
        }
        SlipDeskError::Store(error) => store(error),
    }
}

pub(super) fn account(error: &AccountError) -> Said {
    match error {
        AccountError::LoginTaken => Said::of(StatusCode::CONFLICT, "L-409", Words::of("login-taken")),
        AccountError::HasAccount => Said::of(StatusCode::CONFLICT, "L-410", Words::of("account-exists")),
        AccountError::Missing => Said::of(StatusCode::NOT_FOUND, "404", Words::of("failure-not-found")),
        AccountError::Store(error) => store(error),
    }
}

pub(super) fn setup(error: &SetupError) -> Said {
    match error {
        SetupError::Wrong => Said::of(StatusCode::GONE, "I-410", Words::of("setup-wrong")),
        SetupError::Account(error) => account(error),
        SetupError::Store(error) => store(error),
    }
}

impl From<NameFault> for Failure {
    fn from(fault: NameFault) -> Self {
        Self::Name(fault)
    }
}

impl From<PasswordFault> for Failure {
    fn from(fault: PasswordFault) -> Self {
        Self::Password(fault)
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        Self::SignIn(error)
    }
}

impl From<SlipError> for Failure {
    fn from(error: SlipError) -> Self {
        Self::Slip(error)
    }
}

impl From<SlipDeskError> for Failure {
    fn from(error: SlipDeskError) -> Self {
        Self::SlipDesk(error)
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        Self::Account(error)
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        Self::Setup(error)
    }
}
