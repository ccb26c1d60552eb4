//! Looking for damage among messages: numbers with holes, times that go back, heads that do not fit (MSG-I3, MSG-N14).

use store::{Finding, ReadTx};

use crate::storage;

/// Findings beyond so many are not listed: one broken chat tells enough.
const MOST: u32 = 100;

/// Walks the order of messages in all chats: numbers are dense from 1, commits and times never go back, and what a chat
/// says of its last message is so. A purged or deleted message keeps its place (MSG-I11, MSG-S8).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn verify(tx: &ReadTx<'_>) -> Result<Vec<Finding>, store::Error> {
    let mut findings = Vec::new();
    for (chat, seq) in storage::verify::out_of_order(tx, MOST)? {
        findings.push(Finding {
            text: format!("message {seq} of chat {chat} does not follow from the one before"),
        });
    }
    for chat in storage::verify::wrong_heads(tx, MOST)? {
        findings.push(Finding { text: format!("chat {chat} does not end with its last message") });
    }
    Ok(findings)
}
