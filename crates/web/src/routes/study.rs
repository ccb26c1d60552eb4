//! The deputy head's table of the school and its changes.

use school::Role;

use super::{Route, get, post};
use crate::access::{Access, Record};

const DEPUTY: Access = Access::Roles(&[Role::DeputyHead]);

pub(super) fn study() -> Vec<Route> {
    use crate::handlers::study::{substitution, substitutions, timetable};
    use Record::Audited;
    vec![
        get("/school-timetable", DEPUTY, timetable::show),
        get("/substitutions", DEPUTY, substitutions::show),
        get("/substitutions/{lesson}", DEPUTY, substitution::show),
        post("/substitutions/{lesson}/substitute", DEPUTY, Audited, substitution::substitute),
        post("/substitutions/{lesson}/cancel", DEPUTY, Audited, substitution::cancel),
        post("/substitutions/{lesson}/restore", DEPUTY, Audited, substitution::restore),
    ]
}
