//! All SQL of the crate, a file for each noun.

pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod confirmation;
pub(crate) mod entry;
pub(crate) mod pulse;
pub(crate) mod seat;
pub(crate) mod visit;

/// A stored word that is none of ours.
pub(crate) fn bad_word(what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, what.into())
}

/// Row ids as the JSON array that `json_each` reads.
pub(crate) fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let listed: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("[{}]", listed.join(","))
}
