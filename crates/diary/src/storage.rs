//! All SQL of the crate, a file for each noun.

pub(crate) mod attendance;
pub(crate) mod bells;
pub(crate) mod course;
pub(crate) mod homework;
pub(crate) mod journal;
pub(crate) mod lesson;
pub(crate) mod mark;
pub(crate) mod pupil;
pub(crate) mod substitution;
pub(crate) mod term;
pub(crate) mod timetable;
pub(crate) mod work;

/// Row ids as the JSON array that `json_each` reads.
pub(crate) fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let listed: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("[{}]", listed.join(","))
}

/// A stored word that is none of ours.
pub(crate) fn bad_word(what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, what.into())
}
