//! Reports, silence, blocks, and the desk of those who answer for safety.

use school::Role;

use super::{Route, get, post, with_step_up};
use crate::Failure;
use crate::access::{Access, Record};
use crate::cx::Cx;
use crate::handlers;
use crate::response::Response;

/// A GET that shows what others wrote to those who may look into it: a row in the audit chain is there before (MSG-I18).
fn get_that_is_noted<F>(
    path: &'static str,
    access: Access,
    handler: impl Fn(Cx) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    Route { record: Record::Audited, ..get(path, access, handler) }
}

/// Those who answer for safety; which report is open to whom, the proof asks.
const SAFETY: Access = Access::Roles(&[Role::SafeguardingLead, Role::HeadTeacher, Role::DeputyHead]);

/// Who decides whether the school calls people through push services.
const PUSH: Access = Access::Roles(&[Role::HeadTeacher, Role::DeputyHead, Role::Administrator]);

pub(super) fn desk() -> Vec<Route> {
    use Record::{Audited, SelfRecording};
    use handlers::safety::{case, charge, desk, hold, opening, retention};
    use handlers::sferum::{file, hush, later, openings, report, silence};
    use handlers::{blocks, export, manifest, push, quiet};
    vec![
        get("/sferum/{conversation}/silence", Access::Messenger, silence::show),
        post("/sferum/{conversation}/mute", Access::Messenger, Audited, silence::silence),
        post("/sferum/{conversation}/unmute", Access::Messenger, Audited, silence::lift),
        post("/sferum/{conversation}/hours", Access::Messenger, Audited, silence::hours),
        post("/sferum/{conversation}/lessons", Access::Messenger, Audited, silence::lessons),
        get("/sferum/{conversation}/later", Access::Messenger, later::show),
        post("/sferum/{conversation}/later", Access::Messenger, SelfRecording, later::add),
        get("/sferum/later", Access::Messenger, later::list),
        get("/sferum/later/{schedule}", Access::Messenger, later::edit),
        post("/sferum/later/{schedule}", Access::Messenger, SelfRecording, later::change),
        post("/sferum/later/{schedule}/cancel", Access::Messenger, SelfRecording, later::cancel),
        post("/sferum/{conversation}/hush", Access::Messenger, SelfRecording, hush::hush),
        post("/profile/rest", Access::Messenger, SelfRecording, hush::rest),
        get("/profile/quiet", Access::Messenger, quiet::show),
        post("/profile/quiet", Access::Messenger, SelfRecording, quiet::submit),
        get("/sw.js", Access::Public, push::worker),
        get("/manifest.webmanifest", Access::Public, manifest::show),
        get("/profile/push", Access::SignedIn, push::own),
        post("/profile/push", Access::SignedIn, SelfRecording, push::add),
        post("/profile/push/renew", Access::SignedIn, SelfRecording, push::renew),
        post("/profile/push/{push}/off", Access::SignedIn, SelfRecording, push::remove),
        post("/profile/push/{push}/test", Access::SignedIn, SelfRecording, push::test),
        get("/notifications", PUSH, push::school),
        post("/notifications", PUSH, Audited, push::switch),
        get("/blocks", Access::SignedIn, blocks::list),
        post("/blocks", Access::Messenger, SelfRecording, blocks::add),
        post("/blocks/{person}/lift", Access::SignedIn, SelfRecording, blocks::lift),
        get("/sferum/{conversation}/{seq}/report", Access::Messenger, report::ask),
        post("/sferum/{conversation}/{seq}/report", Access::Messenger, SelfRecording, report::submit),
        get("/reports", Access::SignedIn, report::own),
        get("/sferum/{conversation}/openings", Access::Messenger, openings::show),
        get("/safety", SAFETY, desk),
        get_that_is_noted("/safety/reports/{report}", SAFETY, case::show),
        get_that_is_noted("/safety/reports/{report}/files/{seq}/{n}", SAFETY, file::of_case),
        get_that_is_noted("/safety/openings/{opening}/files/{seq}/{n}", SAFETY, file::of_opening),
        post("/safety/reports/{report}/take", SAFETY, Audited, case::take),
        post("/safety/reports/{report}/note", SAFETY, Audited, case::note),
        post("/safety/reports/{report}/close", SAFETY, Audited, case::close),
        post("/safety/reports/{report}/hold", SAFETY, Audited, case::hold),
        post("/safety/holds/{hold}/lift", SAFETY, Audited, hold::lift),
        get("/safety/retention", SAFETY, retention::show),
        post("/safety/retention", SAFETY, Audited, retention::submit),
        get("/safety/audit", SAFETY, handlers::admin::audit::list_for_desk),
        get("/safety/chats", SAFETY, opening::list),
        get("/safety/chats/{conversation}", SAFETY, opening::ask),
        post("/safety/chats/{conversation}", SAFETY, Audited, opening::submit),
        post("/safety/chats/{conversation}/charge", SAFETY, Audited, charge::submit),
        get_that_is_noted("/safety/openings/{opening}", SAFETY, opening::show),
        with_step_up(post("/safety/chats/{conversation}/export", SAFETY, Audited, export::whole)),
        with_step_up(post("/export/own", Access::Messenger, Audited, export::own)),
        post("/safety/openings/{opening}/close", SAFETY, Audited, opening::close),
        post("/safety/openings/{opening}/note", SAFETY, Audited, opening::note),
    ]
}
