//! Row ids of the messenger.

store::ids! {
    /// A chat.
    ConversationId,
    /// A message.
    MessageId,
    /// A report of a message, and the case it opens.
    ReportId,
    /// A hold on a message or a chat.
    HoldId,
    /// A message that is sent later.
    ScheduleId,
    /// An opening of a chat.
    OpeningId,
    /// A file that somebody has brought.
    FileId,
}
