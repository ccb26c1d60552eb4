//! Polls. Their rows are the record: who made and who ended one, and who voted where that is no secret.

use super::{Route, get, post};
use crate::access::{Access, Record};
use crate::handlers::sferum::poll;

pub(super) fn polls() -> Vec<Route> {
    use Access::Messenger;
    use Record::SelfRecording;
    vec![
        get("/sferum/{conversation}/poll", Messenger, poll::ask),
        post("/sferum/{conversation}/poll", Messenger, SelfRecording, poll::make),
        post("/sferum/{conversation}/{seq}/vote", Messenger, SelfRecording, poll::vote),
        post("/sferum/{conversation}/{seq}/close", Messenger, SelfRecording, poll::close),
        get("/sferum/{conversation}/{seq}/votes", Messenger, poll::votes),
    ]
}
