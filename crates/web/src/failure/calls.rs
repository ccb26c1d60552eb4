//! What is said when a call is not started, entered or led.

use ::calls::{EnterError, FinishError, ModerateError, StartError};
use http::StatusCode;
use media::{OfferError, Refusal};

use super::{Failure, Said, domains};
use crate::words::Words;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Why something about a call was not done.
#[derive(Debug, thiserror::Error)]
pub enum CallFault {
    /// Calls are not set up on this server.
    #[error("calls are off")]
    Off,
    /// The call is over.
    #[error("the call is over")]
    Over,
    /// This page is not in the call.
    #[error("not in the call")]
    NotIn,
    /// As many try their network as may at once.
    #[error("too many tries of the network")]
    Trials,
    /// A call was not started.
    #[error("start: {0}")]
    Start(#[source] StartError),
    /// Somebody was not let in.
    #[error("enter: {0}")]
    Enter(#[source] EnterError),
    /// Nothing was decided about somebody.
    #[error("moderate: {0}")]
    Moderate(#[source] ModerateError),
    /// A call was not ended.
    #[error("finish: {0}")]
    Finish(#[source] FinishError),
    /// The media back end has no room.
    #[error("room: {0}")]
    Room(#[source] Refusal),
    /// The browser's offer was not taken.
    #[error("offer: {0}")]
    Offer(#[source] OfferError),
}

pub(super) fn said(fault: &CallFault) -> Said {
    let said = |status, code, id| Said::of(status, code, Words::of(id));
    match fault {
        CallFault::Off => said(REFUSED, "K-1", "call-off"),
        CallFault::Over => said(REFUSED, "K-2", "call-over"),
        CallFault::NotIn => said(REFUSED, "K-3", "call-not-in"),
        CallFault::Trials => said(StatusCode::SERVICE_UNAVAILABLE, "K-7", "call-trials"),
        CallFault::Start(error) => start(error),
        CallFault::Enter(error) => enter(error),
        CallFault::Moderate(error) => moderate(error),
        CallFault::Finish(error) => match error {
            FinishError::State(_) => said(REFUSED, "K-4", "call-not-begun"),
            FinishError::Store(error) => domains::store(error),
        },
        CallFault::Room(refusal) => match refusal {
            Refusal::TooManyRooms { limit } => too_many("K-5", *limit),
            Refusal::Stopped => said(StatusCode::SERVICE_UNAVAILABLE, "K-6", "call-stopped"),
        },
        CallFault::Offer(error) => offer(error),
    }
}

fn start(error: &StartError) -> Said {
    let said = |status, code, id| Said::of(status, code, Words::of(id));
    match error {
        StartError::NotStaff => said(StatusCode::FORBIDDEN, "K-10", "call-start-staff"),
        StartError::Kind(_) => said(REFUSED, "K-11", "call-start-kind"),
        StartError::ReadOnly => said(REFUSED, "K-12", "call-start-read-only"),
        StartError::State(_) => said(REFUSED, "K-13", "call-over"),
        StartError::Store(error) => domains::store(error),
    }
}

fn enter(error: &EnterError) -> Said {
    match error {
        EnterError::KeptOut => Said::of(StatusCode::FORBIDDEN, "K-20", Words::of("call-kept-out")),
        EnterError::State(_) => Said::of(REFUSED, "K-21", Words::of("call-over")),
        EnterError::Full { most } => Said::of(REFUSED, "K-22", Words::of("call-full").with("most", *most)),
        EnterError::TooMany { most } => too_many("K-23", *most as usize),
        EnterError::Store(error) => domains::store(error),
    }
}

fn too_many(code: &'static str, most: usize) -> Said {
    Said::of(REFUSED, code, Words::of("call-too-many").with("most", most))
}

fn moderate(error: &ModerateError) -> Said {
    match error {
        ModerateError::NotThere => Said::of(REFUSED, "K-30", Words::of("call-not-there")),
        ModerateError::Leads => Said::of(REFUSED, "K-31", Words::of("call-leads")),
        ModerateError::Store(error) => domains::store(error),
    }
}

fn offer(error: &OfferError) -> Said {
    let said = |status, code, id| Said::of(status, code, Words::of(id));
    match error {
        OfferError::RoomFull { limit } => {
            Said::of(REFUSED, "K-40", Words::of("call-full").with("most", *limit))
        }
        OfferError::Busy => said(StatusCode::SERVICE_UNAVAILABLE, "K-41", "call-busy"),
        OfferError::Stopped | OfferError::NoRoom => {
            said(StatusCode::SERVICE_UNAVAILABLE, "K-42", "call-stopped")
        }
        OfferError::NotAdmitted => said(REFUSED, "K-43", "call-not-in"),
        OfferError::TooLong { .. }
        | OfferError::TooManyCandidates { .. }
        | OfferError::WrongLines(_)
        | OfferError::NotARestart
        | OfferError::Malformed => said(StatusCode::BAD_REQUEST, "K-44", "call-bad-offer"),
    }
}

impl From<CallFault> for Failure {
    fn from(fault: CallFault) -> Self {
        Self::Call(fault)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Call(CallFault::Start(error))
    }
}

impl From<EnterError> for Failure {
    fn from(error: EnterError) -> Self {
        Self::Call(CallFault::Enter(error))
    }
}

impl From<ModerateError> for Failure {
    fn from(error: ModerateError) -> Self {
        Self::Call(CallFault::Moderate(error))
    }
}

impl From<FinishError> for Failure {
    fn from(error: FinishError) -> Self {
        Self::Call(CallFault::Finish(error))
    }
}
