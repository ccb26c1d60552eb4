//! What is said when a message is not taken, changed or deleted.

use ::messenger::{BodyFault, DeleteError, EditError, SendError};
use http::StatusCode;

use super::{Said, domains};
use crate::words::Words;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

pub(super) fn body(fault: &BodyFault) -> Said {
    let said = |code, id| Said::of(REFUSED, code, Words::of(id));
    match fault {
        BodyFault::Empty => said("M-1", "chat-body-empty"),
        BodyFault::TooLong { .. } => said("M-2", "chat-body-long"),
        BodyFault::Control { .. } => said("M-3", "chat-body-control"),
        BodyFault::Direction => said("M-4", "chat-body-direction"),
        BodyFault::ZeroWidth => said("M-5", "chat-body-zero-width"),
        BodyFault::Marks => said("M-6", "chat-body-marks"),
    }
}

pub(super) fn send(error: &SendError) -> Said {
    match error {
        SendError::ReadOnly => Said::of(REFUSED, "M-7", Words::of("chat-read-only")),
        SendError::Conflict => Said::of(StatusCode::CONFLICT, "M-409", Words::of("chat-send-conflict")),
        SendError::Store(error) => domains::store(error),
    }
}

pub(super) fn edit(error: &EditError) -> Said {
    match error {
        EditError::NoSuchMessage => no_such(),
        EditError::NotYours => not_yours(),
        EditError::TooLate { window } => too_late("M-8", "chat-edit-late", *window),
        EditError::Stale { .. } => Said::of(StatusCode::CONFLICT, "M-410", Words::of("chat-edit-stale")),
        EditError::ReadOnly => unchanged(),
        EditError::Store(error) => domains::store(error),
    }
}

pub(super) fn delete(error: &DeleteError) -> Said {
    match error {
        DeleteError::NoSuchMessage => no_such(),
        DeleteError::NotYours => not_yours(),
        DeleteError::TooLate { window } => too_late("M-10", "chat-delete-late", *window),
        DeleteError::ReadOnly => unchanged(),
        DeleteError::Store(error) => domains::store(error),
    }
}

fn no_such() -> Said {
    Said::of(StatusCode::NOT_FOUND, "404", Words::of("failure-not-found"))
}

fn not_yours() -> Said {
    Said::of(StatusCode::FORBIDDEN, "M-403", Words::of("chat-not-yours"))
}

fn unchanged() -> Said {
    Said::of(REFUSED, "M-9", Words::of("chat-read-only-unchanged"))
}

fn too_late(code: &'static str, id: &'static str, window: time::Duration) -> Said {
    Said::of(REFUSED, code, Words::of(id).with("minutes", window.whole_minutes()))
}
