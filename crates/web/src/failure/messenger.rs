//! What is said when a message is not taken, changed or deleted.

use ::messenger::{
    AckError, BlockError, BodyFault, DeleteError, EditError, FILES_MOST, GroupError, HushError,
    MANY_CALLED_A_DAY, MuteError, NoteFault, OPTION_GRAPHEMES, PINS, POLL_OPTIONS, PinError, PollError,
    PollFault, QUESTION_GRAPHEMES, QuietError, ReactError, SafetyError, ScheduleError, SendError, Silence,
    StartError, URGENT_A_DAY, WAITING_MOST,
};
use http::StatusCode;

use super::{Failure, Said, domains};
use crate::outgoing::PushFault;
use crate::views::silence::silence_words;
use crate::words::{Words, say};

/// The code by which the page knows that the sender is to be asked once more.
const CALLS_MANY: &str = "M-12";
/// The same, where the device is new.
const NEW_DEVICE: &str = "M-28";

/// What the sender is to say once more so that the message goes; empty when nothing is asked.
pub(crate) fn asked_once_more(failure: &Failure) -> String {
    match failure.said().code {
        CALLS_MANY => say("chat-asks-call"),
        NEW_DEVICE => say("chat-asks-device"),
        _ => String::new(),
    }
}

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
        SendError::Silenced(silence) => silenced(silence),
        SendError::Parted => Said::of(REFUSED, "M-22", Words::of("chat-parted")),
        SendError::ReadOnly => Said::of(REFUSED, "M-7", Words::of("chat-read-only")),
        SendError::Conflict => Said::of(StatusCode::CONFLICT, "M-409", Words::of("chat-send-conflict")),
        SendError::NoSuchMessage => Said::of(REFUSED, "M-16", Words::of("chat-reply-gone")),
        SendError::EveryoneByStaff => Said::of(REFUSED, "M-11", Words::of("chat-everyone-by-staff")),
        SendError::CallsMany { people } => {
            Said::of(REFUSED, CALLS_MANY, Words::of("chat-calls-many").with("people", *people))
        }
        SendError::CalledTooOften => Said::of(
            StatusCode::TOO_MANY_REQUESTS,
            "M-93",
            Words::of("chat-called-often").with("most", MANY_CALLED_A_DAY),
        ),
        SendError::NewDevice => Said::of(REFUSED, NEW_DEVICE, Words::of("chat-new-device")),
        SendError::TooManyFiles => {
            Said::of(REFUSED, "M-31", Words::of("chat-many-files").with("most", FILES_MOST))
        }
        SendError::Poll(fault) => ballot(fault),
        SendError::NotUrgent => Said::of(REFUSED, "M-80", Words::of("chat-not-urgent")),
        SendError::UrgentTooOften => Said::of(
            StatusCode::TOO_MANY_REQUESTS,
            "M-81",
            Words::of("chat-urgent-often").with("most", URGENT_A_DAY),
        ),
        SendError::NoSuchFile => Said::of(REFUSED, "M-32", Words::of("chat-no-file")),
        SendError::AckByStaff => Said::of(REFUSED, "M-71", Words::of("ack-by-staff")),
        SendError::AckOverdue => Said::of(REFUSED, "M-72", Words::of("ack-overdue")),
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
        EditError::Kept => kept(),
        EditError::Acknowledged => Said::of(REFUSED, "M-73", Words::of("chat-edit-acknowledged")),
        EditError::Poll => Said::of(REFUSED, "M-129", Words::of("poll-no-edit")),
        EditError::Silenced(silence) => silenced(silence),
        EditError::Store(error) => domains::store(error),
    }
}

pub(super) fn delete(error: &DeleteError) -> Said {
    match error {
        DeleteError::NoSuchMessage => no_such(),
        DeleteError::NotYours => not_yours(),
        DeleteError::TooLate { window } => too_late("M-10", "chat-delete-late", *window),
        DeleteError::ReadOnly => unchanged(),
        DeleteError::Kept => kept(),
        DeleteError::Store(error) => domains::store(error),
    }
}

pub(super) fn acknowledge(error: &AckError) -> Said {
    match error {
        AckError::NoSuchMessage => no_such(),
        AckError::Own => Said::of(REFUSED, "M-74", Words::of("ack-own")),
        AckError::ReadOnly => Said::of(REFUSED, "M-75", Words::of("ack-read-only")),
        AckError::RemindedToday => Said::of(REFUSED, "M-76", Words::of("ack-reminded")),
        AckError::NobodyToRemind => Said::of(REFUSED, "M-77", Words::of("ack-nobody")),
        AckError::Send(error) => send(error),
        AckError::Store(error) => domains::store(error),
    }
}

fn ballot(fault: &PollFault) -> Said {
    let said = |code, id| Said::of(REFUSED, code, Words::of(id));
    match fault {
        PollFault::NoQuestion => said("M-120", "poll-no-question"),
        PollFault::LongQuestion => {
            Said::of(REFUSED, "M-121", Words::of("poll-long-question").with("most", QUESTION_GRAPHEMES))
        }
        PollFault::Few => said("M-122", "poll-few"),
        PollFault::Many => Said::of(REFUSED, "M-123", Words::of("poll-many").with("most", POLL_OPTIONS)),
        PollFault::LongOption { option } => {
            let words = Words::of("poll-long-option").with("option", *option).with("most", OPTION_GRAPHEMES);
            Said::of(REFUSED, "M-124", words)
        }
        PollFault::Equal { option } => {
            Said::of(REFUSED, "M-125", Words::of("poll-equal").with("option", option.clone()))
        }
        PollFault::Body(fault) => body(fault),
        PollFault::NotHere => said("M-126", "poll-not-here"),
        PollFault::AnonymousByPupil => said("M-127", "poll-anonymous-pupil"),
        PollFault::NoFamilies => said("M-128", "poll-no-families"),
        PollFault::BadEnd => said("M-130", "poll-bad-end"),
    }
}

pub(super) fn poll(error: &PollError) -> Said {
    let said = |code, id| Said::of(REFUSED, code, Words::of(id));
    match error {
        PollError::NoSuchMessage => no_such(),
        PollError::Closed => said("M-131", "poll-is-closed"),
        PollError::NoSuchOption => said("M-132", "poll-no-option"),
        PollError::OneOnly => said("M-133", "poll-one-only"),
        PollError::NotFamily => said("M-134", "poll-not-family"),
        PollError::ReadOnly => said("M-135", "poll-read-only"),
        PollError::NotYours => Said::of(StatusCode::FORBIDDEN, "M-136", Words::of("poll-not-yours")),
        PollError::Store(error) => domains::store(error),
    }
}

pub(super) fn react(error: &ReactError) -> Said {
    match error {
        ReactError::NoSuchMessage => no_such(),
        ReactError::SwitchedOff => Said::of(REFUSED, "M-13", Words::of("chat-no-reactions")),
        ReactError::ReadOnly => unchanged(),
        ReactError::NotModerator => {
            Said::of(StatusCode::FORBIDDEN, "M-68", Words::of("chat-reactions-moderator"))
        }
        ReactError::Store(error) => domains::store(error),
    }
}

pub(super) fn start(error: &StartError) -> Said {
    match error {
        StartError::NoSuchContact => Said::of(REFUSED, "M-60", Words::of("start-no-contact")),
        StartError::TooMany { most } => {
            Said::of(REFUSED, "M-61", Words::of("start-too-many").with("most", *most))
        }
        StartError::LineUnmanned => Said::of(REFUSED, "M-62", Words::of("start-line-unmanned")),
        StartError::Store(error) => domains::store(error),
    }
}

pub(super) fn group(error: &GroupError) -> Said {
    match error {
        GroupError::Title => Said::of(REFUSED, "M-63", Words::of("group-title-bad")),
        GroupError::Size { most, .. } => {
            Said::of(REFUSED, "M-64", Words::of("group-size").with("most", *most))
        }
        GroupError::Stranger => Said::of(REFUSED, "M-65", Words::of("group-stranger")),
        GroupError::NotModerator => Said::of(StatusCode::FORBIDDEN, "M-66", Words::of("group-not-moderator")),
        GroupError::NoHeir => Said::of(REFUSED, "M-69", Words::of("group-no-heir")),
        GroupError::NotOfClass => Said::of(REFUSED, "M-70", Words::of("group-not-of-class")),
        GroupError::LastModerator => Said::of(REFUSED, "M-67", Words::of("group-last")),
        GroupError::Start(error) => start(error),
        GroupError::Store(error) => domains::store(error),
    }
}

pub(super) fn pin(error: &PinError) -> Said {
    match error {
        PinError::NoSuchMessage => no_such(),
        PinError::NotModerator => Said::of(StatusCode::FORBIDDEN, "M-14", Words::of("chat-pin-moderator")),
        PinError::TooMany => Said::of(REFUSED, "M-15", Words::of("chat-pins-many").with("most", PINS)),
        PinError::Store(error) => domains::store(error),
    }
}

pub(super) fn safety(error: &SafetyError) -> Said {
    let said = |status, code, id| Said::of(status, code, Words::of(id));
    match error {
        SafetyError::NoSuchMessage => no_such(),
        SafetyError::Own => said(REFUSED, "B-1", "report-own"),
        SafetyError::TooMany => said(StatusCode::TOO_MANY_REQUESTS, "B-2", "report-too-many"),
        SafetyError::Closed => said(StatusCode::CONFLICT, "B-3", "case-is-closed"),
        SafetyError::NoChoice => said(REFUSED, "B-4", "safety-no-choice"),
        SafetyError::Note(NoteFault::Empty) => said(REFUSED, "B-5", "note-empty"),
        SafetyError::Note(NoteFault::TooLong) => said(REFUSED, "B-6", "note-long"),
        SafetyError::Note(NoteFault::Signs) => said(REFUSED, "B-7", "note-signs"),
        SafetyError::NotLead => said(StatusCode::FORBIDDEN, "B-8", "retention-not-lead"),
        SafetyError::Years => said(REFUSED, "B-9", "retention-years"),
        SafetyError::Store(error) => domains::store(error),
    }
}

pub(super) fn mute(error: &MuteError) -> Said {
    let said = |status, code, id| Said::of(status, code, Words::of(id));
    match error {
        // Whoever does not moderate has no such page.
        MuteError::NotModerator => no_such(),
        MuteError::NoSuchPupil => said(REFUSED, "M-23", "silence-no-pupil"),
        MuteError::BadTime => said(REFUSED, "M-24", "silence-bad-time"),
        MuteError::BadHours => said(REFUSED, "M-25", "silence-bad-hours"),
        MuteError::NoLessons => said(REFUSED, "M-27", "silence-no-lessons"),
        MuteError::Store(error) => domains::store(error),
    }
}

pub(super) fn quiet(error: &QuietError) -> Said {
    match error {
        QuietError::Limits => Said::of(REFUSED, "M-82", Words::of("quiet-limits")),
        QuietError::Store(error) => domains::store(error),
    }
}

pub(super) fn hush(error: &HushError) -> Said {
    match error {
        HushError::BadTime => Said::of(REFUSED, "M-86", Words::of("hush-bad-time")),
        HushError::Store(error) => domains::store(error),
    }
}

pub(super) fn schedule(error: &ScheduleError) -> Said {
    match error {
        ScheduleError::BadTime => Said::of(REFUSED, "M-83", Words::of("later-bad-time")),
        ScheduleError::TooMany => {
            Said::of(REFUSED, "M-84", Words::of("later-too-many").with("most", WAITING_MOST))
        }
        ScheduleError::NoSuch => no_such(),
        ScheduleError::Sent => Said::of(REFUSED, "M-85", Words::of("later-sent")),
        ScheduleError::Send(error) => send(error),
        ScheduleError::Store(error) => domains::store(error),
    }
}

pub(super) fn block(error: &BlockError) -> Said {
    match error {
        BlockError::NoSuchPerson => no_such(),
        BlockError::NotPeer => Said::of(REFUSED, "M-26", Words::of("block-no-peer")),
        BlockError::Store(error) => domains::store(error),
    }
}

pub(super) fn push(fault: PushFault) -> Said {
    let said = |code, id| Said::of(REFUSED, code, Words::of(id));
    match fault {
        PushFault::Off => said("M-90", "push-off"),
        PushFault::Service => said("M-91", "push-service"),
        PushFault::Unread => said("M-92", "notifications-unread"),
    }
}

fn silenced(silence: &Silence) -> Said {
    Said::of(REFUSED, "M-21", silence_words(silence))
}

fn kept() -> Said {
    Said::of(REFUSED, "M-20", Words::of("chat-kept"))
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

impl From<::messenger::BodyFault> for Failure {
    fn from(error: ::messenger::BodyFault) -> Self {
        Self::Body(error)
    }
}

impl From<::messenger::SendError> for Failure {
    fn from(error: ::messenger::SendError) -> Self {
        Self::Send(error)
    }
}

impl From<::messenger::EditError> for Failure {
    fn from(error: ::messenger::EditError) -> Self {
        Self::Edit(error)
    }
}

impl From<::messenger::DeleteError> for Failure {
    fn from(error: ::messenger::DeleteError) -> Self {
        Self::Delete(error)
    }
}

impl From<::messenger::AckError> for Failure {
    fn from(error: ::messenger::AckError) -> Self {
        Self::Ack(error)
    }
}

impl From<::messenger::PollError> for Failure {
    fn from(error: ::messenger::PollError) -> Self {
        Self::Poll(error)
    }
}

impl From<::messenger::ReactError> for Failure {
    fn from(error: ::messenger::ReactError) -> Self {
        Self::React(error)
    }
}

impl From<::messenger::PinError> for Failure {
    fn from(error: ::messenger::PinError) -> Self {
        Self::Pin(error)
    }
}

impl From<::messenger::SafetyError> for Failure {
    fn from(error: ::messenger::SafetyError) -> Self {
        Self::Safety(error)
    }
}

impl From<::messenger::MuteError> for Failure {
    fn from(error: ::messenger::MuteError) -> Self {
        Self::Mute(error)
    }
}

impl From<::messenger::BlockError> for Failure {
    fn from(error: ::messenger::BlockError) -> Self {
        Self::Block(error)
    }
}

impl From<::messenger::StartError> for Failure {
    fn from(error: ::messenger::StartError) -> Self {
        Self::Start(error)
    }
}

impl From<::messenger::GroupError> for Failure {
    fn from(error: ::messenger::GroupError) -> Self {
        Self::Group(error)
    }
}

impl From<::messenger::QuietError> for Failure {
    fn from(error: ::messenger::QuietError) -> Self {
        Self::Quiet(error)
    }
}

impl From<::messenger::ScheduleError> for Failure {
    fn from(error: ::messenger::ScheduleError) -> Self {
        Self::Schedule(error)
    }
}

impl From<::messenger::HushError> for Failure {
    fn from(error: ::messenger::HushError) -> Self {
        Self::Hush(error)
    }
}
