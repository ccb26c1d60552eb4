//! All SQL of the crate, a file for each noun.

pub(crate) mod change;
pub(crate) mod link;
pub(crate) mod log;
mod row;
