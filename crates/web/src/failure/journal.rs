//! What is said of the journal's refusals.

use diary::{JournalError, SubstitutionError};
use http::StatusCode;

use super::{Failure, Said, domains};
use crate::step_up::ConfirmFault;
use crate::words::Words;

pub(super) fn said(error: &JournalError) -> Said {
    let (status, code, id) = match error {
        JournalError::Denied => (StatusCode::NOT_FOUND, "404", "failure-not-found"),
        JournalError::NoWork => (StatusCode::NOT_FOUND, "J-404", "journal-no-work"),
        JournalError::NoWorkType => (StatusCode::UNPROCESSABLE_ENTITY, "J-1", "journal-no-type"),
        JournalError::NotInGroup => (StatusCode::UNPROCESSABLE_ENTITY, "J-2", "journal-not-in-group"),
        JournalError::NotAMark => (StatusCode::UNPROCESSABLE_ENTITY, "J-3", "journal-not-a-mark"),
        JournalError::NoCell => (StatusCode::UNPROCESSABLE_ENTITY, "J-4", "journal-no-cell"),
        JournalError::Stale { .. } => (StatusCode::CONFLICT, "J-409", "journal-stale"),
        JournalError::Unconfirmed => (StatusCode::FORBIDDEN, "C-403", "confirm-needed"),
        JournalError::TooEarly => (StatusCode::UNPROCESSABLE_ENTITY, "J-5", "journal-early"),
        JournalError::Cancelled => (StatusCode::CONFLICT, "J-6", "journal-cancelled"),
        JournalError::TermClosed => (StatusCode::CONFLICT, "J-7", "journal-closed"),
        JournalError::TitleTooLong => (StatusCode::UNPROCESSABLE_ENTITY, "J-8", "journal-title-long"),
        JournalError::TextTooLong => (StatusCode::UNPROCESSABLE_ENTITY, "J-9", "journal-text-long"),
        JournalError::TextUnclean => (StatusCode::UNPROCESSABLE_ENTITY, "J-10", "journal-text-unclean"),
        JournalError::Minutes => (StatusCode::UNPROCESSABLE_ENTITY, "J-11", "journal-minutes"),
        JournalError::NoAbsence => (StatusCode::UNPROCESSABLE_ENTITY, "J-12", "journal-no-absence"),
        JournalError::NoHomework => (StatusCode::UNPROCESSABLE_ENTITY, "J-13", "card-nothing"),
        JournalError::Store(error) => return domains::store(error),
    };
    Said::of(status, code, Words::of(id))
}

pub(super) fn substitution(error: &SubstitutionError) -> Said {
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, code, text) = match error {
        SubstitutionError::NotThere => (StatusCode::NOT_FOUND, "404", Words::of("failure-not-found")),
        SubstitutionError::State(_) => (StatusCode::CONFLICT, "U-409", Words::of("substitution-state")),
        SubstitutionError::Held => (StatusCode::CONFLICT, "U-410", Words::of("substitution-held")),
        SubstitutionError::Busy { .. } => (StatusCode::CONFLICT, "U-1", Words::of("substitution-busy")),
        SubstitutionError::RoomTaken { .. } => (StatusCode::CONFLICT, "U-2", Words::of("substitution-room")),
        SubstitutionError::Same => (refused, "U-3", Words::of("substitution-same")),
        SubstitutionError::NoReason => (refused, "U-4", Words::of("substitution-no-reason")),
        SubstitutionError::ReasonTooLong { has } => {
            (refused, "U-5", Words::of("substitution-reason-long").with("has", *has))
        }
        SubstitutionError::NothingToRestore => {
            (StatusCode::CONFLICT, "U-6", Words::of("substitution-nothing"))
        }
        SubstitutionError::Store(error) => return domains::store(error),
    };
    Said::of(status, code, text)
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        if matches!(error, JournalError::Unconfirmed) {
            return Self::Confirm(ConfirmFault::Needed);
        }
        Self::Journal(error)
    }
}

impl From<SubstitutionError> for Failure {
    fn from(error: SubstitutionError) -> Self {
        Self::Substitution(error)
    }
}
