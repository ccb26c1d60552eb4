//! Everything that one transaction of a test can be refused with.

use messenger::{
    AckError, BlockError, DeleteError, EditError, GroupError, MuteError, PinError, PollError, ReactError,
    SafetyError, ScheduleError, SendError, StartError, UploadError,
};
use school::Denied;

#[derive(Debug)]
pub enum Refused {
    Denied,
    Ack(AckError),
    Block(BlockError),
    Delete(DeleteError),
    Edit(EditError),
    Group(GroupError),
    Mute(MuteError),
    Pin(PinError),
    Poll(PollError),
    React(ReactError),
    Safety(SafetyError),
    Schedule(ScheduleError),
    Send(SendError),
    Start(StartError),
    Store,
    Upload(UploadError),
}

macro_rules! refused {
    ($($from:ty => $make:expr;)+) => {$(
        impl From<$from> for Refused {
            fn from(error: $from) -> Self {
                $make(error)
            }
        }
    )+};
}

refused! {
    Denied => |_| Self::Denied;
    store::Error => |_| Self::Store;
    AckError => Self::Ack;
    BlockError => Self::Block;
    DeleteError => Self::Delete;
    EditError => Self::Edit;
    GroupError => Self::Group;
    MuteError => Self::Mute;
    PinError => Self::Pin;
    PollError => Self::Poll;
    ReactError => Self::React;
    SafetyError => Self::Safety;
    ScheduleError => Self::Schedule;
    SendError => Self::Send;
    StartError => Self::Start;
    UploadError => Self::Upload;
}
