//! All SQL of the crate, a file for each noun.

pub(crate) mod access;
pub(crate) mod ack;
pub(crate) mod attachment;
pub(crate) mod block;
pub(crate) mod card;
pub(crate) mod conversation;
pub(crate) mod dissolve;
pub(crate) mod evidence;
pub(crate) mod file;
pub(crate) mod hold;
pub(crate) mod hush;
pub(crate) mod lesson;
pub(crate) mod member;
pub(crate) mod mention;
pub(crate) mod message;
pub(crate) mod meta;
pub(crate) mod opening;
pub(crate) mod pin;
pub(crate) mod poll;
pub(crate) mod purge;
pub(crate) mod push;
pub(crate) mod quiet;
pub(crate) mod reaction;
pub(crate) mod read;
pub(crate) mod report;
pub(crate) mod roll;
pub(crate) mod schedule;
pub(crate) mod search;
pub(crate) mod silence;
pub(crate) mod substitute;
pub(crate) mod unattended;
pub(crate) mod verify;

/// A stored word that is none of ours.
pub(crate) fn bad_word(what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, what.into())
}

/// Row ids as the JSON array that `json_each` reads.
pub(crate) fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let listed: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("[{}]", listed.join(","))
}
