//! Who is writing: past the log, to those alone who are connected (MSG-R6).

use std::sync::{Arc, PoisonError};
use std::time::Instant;

use messenger::{ConversationId, Typing};
use school::PersonId;

use super::super::client::Client;
use super::super::typing::Typist;
use super::Hub;

impl Hub {
    /// Whether it is time to say again that somebody is writing (MSG-R6).
    pub(crate) fn may_type(&self, person: PersonId, chat: ConversationId) -> bool {
        let mut typists = self.typists.lock().unwrap_or_else(PoisonError::into_inner);
        typists.may(person, chat, Instant::now())
    }

    /// Says who is writing to those who may see it and are connected; nobody else ever learns of it.
    pub(crate) fn tell_typing(&self, chat: ConversationId, person: PersonId, typing: &Typing) {
        let typist = Typist::new(chat, person, &typing.name, Instant::now());
        let registry = self.registry();
        let clients = typing.to.iter().filter_map(|person| registry.clients.get(person)).flatten();
        clients.for_each(|client| client.push_typing(&typist));
    }

    /// What a client is told of who is writing, at this moment: nothing of a chat that it is out of (MSG-I7).
    pub(in crate::live) fn typing_for(&self, client: &Client) -> Option<Arc<str>> {
        while let Some(typist) = client.pop_typing() {
            let rights = self.rights.read().unwrap_or_else(PoisonError::into_inner);
            let holds = |person| rights.places.holds(person, typist.chat);
            if !client.has_ended() && holds(client.person()) && holds(typist.person) {
                return Some(typist.frame);
            }
        }
        None
    }
}
