//! Calls: how one is started, and the lines of pages in one.

use super::{Route, STAFF, get, post};
use crate::access::{Access, Record};
use crate::handlers::calls::{self, check, list, page};
use crate::rooms::{poll, socket};

pub(super) fn calls() -> Vec<Route> {
    use Record::{Audited, SelfRecording};
    vec![
        post("/sferum/{conversation}/call", Access::Messenger, Audited, calls::start),
        get("/sferum/calls", Access::Messenger, list::show),
        get("/calls/check", Access::Messenger, check::show),
        post("/calls/check/found", Access::Messenger, SelfRecording, check::keep),
        post("/calls/check/network", Access::Messenger, Record::Reads, check::network),
        get("/calls/{call}", Access::Messenger, page::show),
        post("/lessons/{lesson}/attendance", STAFF, Audited, calls::take_attendance),
        post("/lessons/{lesson}/attendance/back", STAFF, Audited, calls::take_back_attendance),
        get("/calls/{call}/line", Access::Messenger, socket::open),
        post("/calls/{call}/line", Access::Messenger, Record::Reads, poll::open),
        get("/calls/{call}/poll", Access::Messenger, poll::show),
        post("/calls/{call}/command", Access::Messenger, SelfRecording, poll::command),
    ]
}
