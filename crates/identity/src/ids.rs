//! Row ids of the embedded VK ID.

store::ids! {
    /// An account of the embedded VK ID; the number is also the user id that clients see.
    VkAccountId,
    /// An educational profile.
    EduProfileId,
    /// One browser's walk through the sign-in pages.
    AttemptId,
    /// A code sent by SMS or by call.
    CodeId,
    /// A message waiting in the outbox.
    SmsId,
    /// A registered application; the number is its public client id.
    ClientId,
    /// A chain of tokens that one exchange of a code began.
    ChainId,
    /// A session of the embedded VK ID, never one of the portal (VK-5).
    VkSessionId,
}
