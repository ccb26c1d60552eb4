//! The head of studies: the timetable as it is, substitutions and cancellations.

pub(crate) mod substitution;
pub(crate) mod substitutions;
pub(crate) mod timetable;
