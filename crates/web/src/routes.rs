//! The one route table (ARC-8): method, path, rule, record, handler. There is no default rule.

mod asked;
mod calls;
mod files;
mod polls;
mod safety;
mod study;
mod vkid;

use std::pin::Pin;

use school::Role;
use serde::Serialize;

use crate::Failure;
use crate::access::{Access, Record};
use crate::cx::Cx;
use crate::handlers;
use crate::live;
use crate::response::Response;

/// The method of a route. HEAD follows GET; nothing else is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Writes.
    Post,
    /// Asks what may be asked, before a page of another origin asks.
    Options,
}

impl Verb {
    /// The method's name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Options => "OPTIONS",
        }
    }
}

/// What a route reads of a body (K18).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A form without files, or JSON.
    Small,
    /// A form with files.
    Files,
}

impl Body {
    /// The most bytes.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Self::Small => MIB,
            Self::Files => 25 * MIB,
        }
    }
}

const MIB: usize = 1024 * 1024;

type Answer = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send>>;
type Handler = Box<dyn Fn(Cx) -> Answer + Send + Sync>;

/// One entry of the table.
pub struct Route {
    /// The method.
    pub verb: Verb,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may call it at all.
    pub access: Access,
    /// What it writes about itself.
    pub record: Record,
    /// What it reads of a body.
    pub body: Body,
    /// Whether it may ask for the password again (A16).
    pub step_up: bool,
    pub(crate) handler: Handler,
}

fn get<F>(path: &'static str, access: Access, handler: impl Fn(Cx) -> F + Send + Sync + 'static) -> Route
where
    F: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    let handler: Handler = Box::new(move |cx| Box::pin(handler(cx)));
    Route { verb: Verb::Get, path, access, record: Record::Reads, body: Body::Small, step_up: false, handler }
}

/// A GET that writes, as OAuth has it: the session is not what lets it, but something that is used once (O4).
fn get_that_writes<F>(
    path: &'static str,
    access: Access,
    handler: impl Fn(Cx) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    Route { record: Record::Audited, ..get(path, access, handler) }
}

fn post<F>(
    path: &'static str,
    access: Access,
    record: Record,
    handler: impl Fn(Cx) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    let handler: Handler = Box::new(move |cx| Box::pin(handler(cx)));
    Route { verb: Verb::Post, path, access, record, body: Body::Small, step_up: false, handler }
}

/// A form with files, whose body may be longer.
fn with_files(route: Route) -> Route {
    Route { body: Body::Files, ..route }
}

/// A form that may ask for the password again, and then waits in the page that asks (A16).
fn with_step_up(route: Route) -> Route {
    Route { step_up: true, ..route }
}

/// A call of an application, with the question that browsers may ask before it.
fn wire<F>(
    path: &'static str,
    record: Record,
    handler: impl Fn(Cx) -> F + Send + Sync + 'static,
) -> [Route; 2]
where
    F: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    let preflight: Handler = Box::new(|cx| Box::pin(handlers::oauth::preflight(cx)));
    let asked = Route {
        verb: Verb::Options,
        path,
        access: Access::Wire,
        record: Record::Reads,
        body: Body::Small,
        step_up: false,
        handler: preflight,
    };
    [post(path, Access::Wire, record, handler), asked]
}

const ADMIN: Access = Access::Roles(&[Role::Administrator]);

/// All routes.
#[must_use]
pub fn table() -> Vec<Route> {
    let mut table = shell();
    table.extend(portal());
    table.extend(diary());
    table.extend(admin());
    table.extend(teaching());
    table.extend(study::study());
    table.extend(sferum());
    table.extend(asked::asked());
    table.extend(polls::polls());
    table.extend(calls::calls());
    table.extend(safety::desk());
    table.extend(files::files());
    table.extend(vkid::link());
    table.extend(vkid::provider());
    table.extend(vkid::own());
    table.extend(vkid::applications());
    table.extend(vkid::demo());
    table
}

fn shell() -> Vec<Route> {
    vec![
        get("/", Access::Public, handlers::home::show),
        get("/health", Access::Public, handlers::health::show),
        get("/certificate", Access::Public, handlers::certificate::show),
        get("/certificate/root.crt", Access::Public, handlers::certificate::file),
        get("/assets/{*name}", Access::Public, handlers::assets::show),
    ]
}

fn portal() -> Vec<Route> {
    use Record::Audited;
    vec![
        get("/signin", Access::Public, handlers::signin::show),
        post("/signin", Access::Public, Audited, handlers::signin::submit),
        post("/signout", Access::SignedIn, Audited, handlers::signout::submit),
        get("/slip", Access::Public, handlers::slip::show),
        post("/slip", Access::Public, Audited, handlers::slip::submit),
        get("/setup/{token}", Access::Public, handlers::setup::show),
        post("/setup/{token}", Access::Public, Audited, handlers::setup::submit),
        post("/context", Access::SignedIn, Record::SelfRecording, handlers::context::submit),
        get("/profile", Access::SignedIn, handlers::profile::show),
        get("/profile/sign-ins", Access::SignedIn, handlers::sign_ins::own),
        post("/profile/password", Access::SignedIn, Audited, handlers::profile::set_password),
        post("/profile/sessions/{session}/end", Access::SignedIn, Audited, handlers::profile::end_session),
        post("/profile/sessions/end-others", Access::SignedIn, Audited, handlers::profile::end_others),
    ]
}

/// Pupils and guardians: whose diary is shown is the context's, and asked for as a proof.
const READER: Access = Access::Roles(&[Role::Pupil, Role::Guardian]);

fn diary() -> Vec<Route> {
    vec![
        get("/diary", READER, handlers::diary::week::present),
        get("/diary/{date}", READER, handlers::diary::week::show),
        get("/diary/day/{date}", READER, handlers::diary::week::day),
        get("/subjects", READER, handlers::diary::subjects::show),
        get("/subjects/{subject}", READER, handlers::diary::subject::show),
        get("/homework", READER, handlers::diary::homework::show),
        post(
            "/homework/{lesson}/done",
            Access::Roles(&[Role::Pupil]),
            Record::SelfRecording,
            handlers::diary::done::submit,
        ),
        get("/timetable", READER, handlers::diary::timetable::show),
    ]
}

/// Any member of staff may be put into a lesson; whose lesson it is, the proof asks.
const STAFF: Access = Access::Roles(&[
    Role::Teacher,
    Role::HomeroomTeacher,
    Role::DeputyHead,
    Role::HeadTeacher,
    Role::SafeguardingLead,
]);
const HOMEROOM: Access = Access::Roles(&[Role::HomeroomTeacher]);

fn teaching() -> Vec<Route> {
    use Record::Audited;
    use handlers::teaching::{class_group, class_slips, gradebook, lesson, lesson_write, today};
    vec![
        get("/today", STAFF, today::show),
        get("/lessons/{lesson}", STAFF, lesson::show),
        post("/lessons/{lesson}/words", STAFF, Audited, lesson_write::words),
        post("/lessons/{lesson}/works", STAFF, Audited, lesson_write::add_work),
        post("/lessons/{lesson}/works/{work}/publish", STAFF, Audited, lesson_write::publish),
        with_step_up(post("/lessons/{lesson}/journal", STAFF, Audited, lesson_write::journal)),
        get("/gradebook", STAFF, gradebook::list),
        get("/gradebook/{course}", STAFF, gradebook::show),
        get("/classes/{class}", HOMEROOM, class_group::show),
        post("/classes/{class}/reason", HOMEROOM, Audited, class_group::reason),
        get("/classes/{class}/slips", HOMEROOM, class_slips::show),
        post("/classes/{class}/slips", HOMEROOM, Audited, class_slips::print),
    ]
}

fn admin() -> Vec<Route> {
    use Record::Audited;
    vec![
        get("/admin", ADMIN, handlers::admin::health::show),
        get("/admin/backup", ADMIN, handlers::admin::backup::show),
        with_step_up(post(
            handlers::admin::backup::DOWNLOAD,
            ADMIN,
            Audited,
            handlers::admin::backup::download,
        )),
        post("/admin/backup/check", ADMIN, Record::Reads, handlers::admin::backup::check),
        post("/admin/backup/verify", ADMIN, Record::Reads, handlers::admin::backup::verify),
        get("/admin/people", ADMIN, handlers::admin::people::list),
        get("/admin/people/new", ADMIN, handlers::admin::new_person::show),
        with_step_up(post("/admin/people/new", ADMIN, Audited, handlers::admin::new_person::submit)),
        get("/admin/people/{person}", ADMIN, handlers::admin::people::show),
        get("/admin/people/{person}/sign-ins", ADMIN, handlers::sign_ins::of_person),
        post("/admin/people/{person}/slip", ADMIN, Audited, handlers::admin::people::slip),
        get("/admin/people/{person}/block", ADMIN, handlers::admin::block::ask),
        post("/admin/people/{person}/block", ADMIN, Audited, handlers::admin::block::submit),
        post("/admin/people/{person}/unblock", ADMIN, Audited, handlers::admin::people::unblock),
        post("/admin/people/{person}/end-sessions", ADMIN, Audited, handlers::admin::people::end_sessions),
        post(
            "/admin/people/{person}/vkid-sessions/{session}/end",
            ADMIN,
            Audited,
            handlers::admin::person_access::end_vk_session,
        ),
        post(
            "/admin/people/{person}/vkid-tokens/{chain}/end",
            ADMIN,
            Audited,
            handlers::admin::person_access::end_tokens,
        ),
        get("/admin/import", ADMIN, handlers::admin::import::show),
        with_files(post("/admin/import/check", ADMIN, Record::Reads, handlers::admin::import::check)),
        post("/admin/import/check/{draft}", ADMIN, Record::Reads, handlers::admin::import::check_again),
        with_step_up(post("/admin/import/load/{draft}", ADMIN, Audited, handlers::admin::import::submit)),
        get("/admin/import/{import}", ADMIN, handlers::admin::import_batch::show),
        post("/admin/import/{import}/undo", ADMIN, Audited, handlers::admin::import_batch::take_back),
        get("/admin/slips", ADMIN, handlers::admin::slips::list),
        get("/admin/slips/{circle}", ADMIN, handlers::admin::slips::show),
        post("/admin/slips/{circle}", ADMIN, Audited, handlers::admin::slips::print),
        get("/admin/sessions", ADMIN, handlers::admin::sessions::list),
        post("/admin/sessions/{session}/end", ADMIN, Audited, handlers::admin::sessions::end),
        get("/admin/audit", ADMIN, handlers::admin::audit::list),
        get("/admin/applications", ADMIN, handlers::admin::applications::list),
        get("/admin/applications/new", ADMIN, handlers::admin::applications::ask),
        post("/admin/applications/new", ADMIN, Audited, handlers::admin::applications::add),
        get("/admin/applications/{client}", ADMIN, handlers::admin::applications::show),
        post("/admin/applications/{client}/key", ADMIN, Audited, handlers::admin::applications::rotate),
        get("/admin/applications/{client}/remove", ADMIN, handlers::admin::applications::ask_remove),
        post("/admin/applications/{client}/remove", ADMIN, Audited, handlers::admin::applications::remove),
    ]
}

fn sferum() -> Vec<Route> {
    use Record::{Audited, SelfRecording};
    vec![
        get("/live", Access::SignedIn, live::socket::open),
        get("/live/poll", Access::SignedIn, live::poll::show),
        post("/live/command", Access::Messenger, SelfRecording, live::poll::command),
        get("/sferum", Access::SignedIn, handlers::sferum::list),
        get("/sferum/search", Access::Messenger, handlers::sferum::search::everywhere),
        get("/sferum/{conversation}/search", Access::Messenger, handlers::sferum::search::within),
        get("/sferum/new", Access::SignedIn, handlers::sferum::begin::show),
        post("/sferum/new", Access::Messenger, Audited, handlers::sferum::begin::begin),
        post("/sferum/new/reachable", Access::Messenger, Audited, handlers::sferum::begin::reachable),
        post("/sferum/new/pupils", Access::Messenger, Audited, handlers::sferum::begin::pupils),
        get("/sferum/new/group", Access::Messenger, handlers::sferum::group::ask),
        post("/sferum/new/group", Access::Messenger, Audited, handlers::sferum::group::make),
        get("/sferum/{conversation}", Access::SignedIn, handlers::sferum::show),
        get("/sferum/{conversation}/about", Access::Messenger, handlers::sferum::about::show),
        post("/sferum/{conversation}/add", Access::Messenger, Audited, handlers::sferum::group::add),
        post("/sferum/{conversation}/remove", Access::Messenger, Audited, handlers::sferum::group::remove),
        post("/sferum/{conversation}/title", Access::Messenger, Audited, handlers::sferum::group::title),
        post("/sferum/{conversation}/reactions", Access::Messenger, Audited, handlers::sferum::react::switch),
        post("/sferum/{conversation}", Access::Messenger, SelfRecording, handlers::sferum::send),
        post("/sferum/{conversation}/read", Access::Messenger, SelfRecording, handlers::sferum::read),
        get("/sferum/{conversation}/items", Access::Messenger, handlers::sferum::items::show),
        get("/sferum/{conversation}/{seq}", Access::Messenger, handlers::sferum::message::show),
        post(
            "/sferum/{conversation}/{seq}/unread",
            Access::Messenger,
            SelfRecording,
            handlers::sferum::message::unread,
        ),
        post(
            "/sferum/{conversation}/{seq}/edit",
            Access::Messenger,
            SelfRecording,
            handlers::sferum::message::edit,
        ),
        post(
            "/sferum/{conversation}/{seq}/delete",
            Access::Messenger,
            Audited,
            handlers::sferum::message::delete,
        ),
    ]
}

/// A route as `zvonok routes --json` prints it.
#[derive(Debug, Serialize)]
pub struct Printed {
    /// The method.
    pub method: &'static str,
    /// The path.
    pub path: &'static str,
    /// Who may call it.
    pub rule: String,
    /// What it writes about itself.
    pub record: &'static str,
    /// Whether it may ask for the password again.
    pub step_up: bool,
}

/// The table, printable, in its own order.
#[must_use]
pub fn printed() -> Vec<Printed> {
    table()
        .iter()
        .map(|route| Printed {
            method: route.verb.word(),
            path: route.path,
            rule: route.access.word(),
            record: route.record.word(),
            step_up: route.step_up,
        })
        .collect()
}
