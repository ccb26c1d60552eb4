//! All SQL of the crate, a file for each noun.

pub(crate) mod access;
pub(crate) mod account;
pub(crate) mod attempt;
pub(crate) mod chain;
pub(crate) mod client;
pub(crate) mod code;
pub(crate) mod consent;
pub(crate) mod grant;
pub(crate) mod guard;
pub(crate) mod profile;
pub(crate) mod session;
pub(crate) mod sms;
pub(crate) mod tally;

use crate::{Channel, Flow};

/// A stored word that is none of ours.
pub(crate) fn bad_word(what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, what.into())
}

pub(crate) const fn flow_word(flow: Flow) -> &'static str {
    match flow {
        Flow::Guarded => "guarded",
        Flow::Open => "open",
    }
}

pub(crate) fn flow_of(word: &str) -> rusqlite::Result<Flow> {
    match word {
        "guarded" => Ok(Flow::Guarded),
        "open" => Ok(Flow::Open),
        _ => Err(bad_word("flow")),
    }
}

pub(crate) const fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms => "sms",
        Channel::Call => "call",
    }
}

pub(crate) fn channel_of(word: &str) -> rusqlite::Result<Channel> {
    match word {
        "sms" => Ok(Channel::Sms),
        "call" => Ok(Channel::Call),
        _ => Err(bad_word("channel")),
    }
}
