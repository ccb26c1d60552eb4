//! All SQL of the crate, a file for each noun.

pub(crate) mod account;
pub(crate) mod calendar;
pub(crate) mod class_group;
pub(crate) mod directory;
pub(crate) mod guardianship;
pub(crate) mod import;
pub(crate) mod membership;
pub(crate) mod person;
pub(crate) mod profile;
pub(crate) mod proof;
pub(crate) mod push;
pub(crate) mod role;
pub(crate) mod roster;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod sign_in_log;
pub(crate) mod slip;
pub(crate) mod standing;
pub(crate) mod subject;
pub(crate) mod teaching;
pub(crate) mod wrong_pair;

/// Row ids as the JSON array that `json_each` reads.
pub(crate) fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let listed: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("[{}]", listed.join(","))
}

/// A stored word that is none of ours.
pub(crate) fn bad_word(what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, what.into())
}
