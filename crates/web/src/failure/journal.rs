//! What is said of the journal's refusals.

use diary::JournalError;
use http::StatusCode;

use super::{Said, domains};
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
        JournalError::TooEarly => (StatusCode::UNPROCESSABLE_ENTITY, "J-5", "journal-early"),
        JournalError::Cancelled => (StatusCode::CONFLICT, "J-6", "journal-cancelled"),
        JournalError::TermClosed => (StatusCode::CONFLICT, "J-7", "journal-closed"),
        JournalError::TitleTooLong => (StatusCode::UNPROCESSABLE_ENTITY, "J-8", "journal-title-long"),
        JournalError::TextTooLong => (StatusCode::UNPROCESSABLE_ENTITY, "J-9", "journal-text-long"),
        JournalError::TextUnclean => (StatusCode::UNPROCESSABLE_ENTITY, "J-10", "journal-text-unclean"),
        JournalError::Minutes => (StatusCode::UNPROCESSABLE_ENTITY, "J-11", "journal-minutes"),
        JournalError::NoAbsence => (StatusCode::UNPROCESSABLE_ENTITY, "J-12", "journal-no-absence"),
        JournalError::Store(error) => return domains::store(error),
    };
    Said::of(status, code, Words::of(id))
}
