//! Row ids of the messenger.

store::ids! {
    /// A chat.
    ConversationId,
    /// A message.
    MessageId,
}
