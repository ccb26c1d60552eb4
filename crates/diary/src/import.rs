//! The verbs that an import calls; it parses its files itself.

pub use crate::bells::{remove_bells, set_bells};
pub use crate::term::{forget_marks_close, marks_close, set_marks_close};
pub use crate::timetable::{publish_timetable, timetable_conflicts, withdraw_timetable};
