//! The demo's virtual telephone: delivered messages, in this process's memory only (A1, LNK-S6).

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use identity::Phone;
use store::UtcInstant;

/// How many messages are kept.
const MOST: usize = 200;

/// A message as the telephone shows it.
#[derive(Clone, Debug)]
pub(crate) struct ScreenMessage {
    pub(crate) phone: Phone,
    pub(crate) text: String,
    pub(crate) code: String,
    pub(crate) at: UtcInstant,
}

/// The telephone.
#[derive(Default)]
pub(crate) struct Screen {
    messages: Mutex<VecDeque<ScreenMessage>>,
}

impl Screen {
    pub(crate) fn show(&self, message: ScreenMessage) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push_front(message);
        messages.truncate(MOST);
    }

    /// The messages of one phone, or of all; newest first.
    pub(crate) fn list(&self, phone: Option<&Phone>) -> Vec<ScreenMessage> {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.iter().filter(|message| phone.is_none_or(|phone| *phone == message.phone)).cloned().collect()
    }
}
